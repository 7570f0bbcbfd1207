# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the lock files: every package with its version and hashes, for all Pythons on which it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from environment import CHECKOUT, LOCK_FILE, OLDEST_LOCK_FILE, RELEASE_LOCK_FILE

LOCK_FILES = {
    LOCK_FILE: "3.11",
    RELEASE_LOCK_FILE: "3.11",
    OLDEST_LOCK_FILE: "3.9",
    CHECKOUT / "tests" / "sandbox" / "go-toolchain.txt": "3.11",
}
"""Each with the oldest Python that it is for."""
HEADER = "# Written by `make lock` from {}. Do not edit.\n"


def lock(target: Path, python: str, arguments: list[str]) -> int:
    """Resolve; packages that the list still allows keep their version unless `--upgrade` is given."""
    wanted = target.with_suffix(".in").name
    options = [
        "--universal",
        f"--python-version={python}",
        "--generate-hashes",
        "--no-annotate",
        "--no-header",
        "--quiet",
    ]
    command = ["uv", "pip", "compile", *options, *arguments, wanted, "--output-file", str(target)]
    done = subprocess.run(command, cwd=target.parent, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    if done.returncode == 0:
        target.write_text(HEADER.format(wanted) + target.read_text(encoding="utf-8"), encoding="utf-8")
    return done.returncode


def main(arguments: list[str]) -> int:
    """Lock them all; 0 when each could be."""
    return max(lock(target, python, arguments) for target, python in LOCK_FILES.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
