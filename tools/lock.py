# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write requirements/dev.txt from dev.in: every package with its version and hashes, for all Pythons from 3.11 up."""

from __future__ import annotations

import subprocess
import sys

from environment import CHECKOUT, LOCK_FILE

HEADER = "# Written by `make lock` from dev.in. Do not edit.\n"


def main(arguments: list[str]) -> int:
    """Resolve; packages that dev.in still allows keep their version unless `--upgrade` is given."""
    folder = CHECKOUT / "requirements"
    options = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-annotate", "--no-header", "--quiet"]
    command = ["uv", "pip", "compile", *options, *arguments, "dev.in", "--output-file", str(LOCK_FILE)]
    result = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    if result.returncode == 0:
        LOCK_FILE.write_text(HEADER + LOCK_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    return result.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
