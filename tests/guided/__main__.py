# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Try each target for some seconds in a process of its own. Ends with 1 where one raised, hung for over a second, or took over 200 MB more.

make guided                                  a minute each
make guided ARGS="--seconds 600 stream"      one of them, longer
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from sandbox.paths import cache_root
from sandbox.wheels import everything, unpacked

CHECKOUT = Path(__file__).resolve().parents[2]
PINS = CHECKOUT / "requirements" / "guided.txt"
HANG_SECONDS, MEGABYTES = 1, 200
LAST = re.compile(r"#(\d+)\s+DONE\s+cov: (\d+)")


def library() -> Path:
    """atheris, fetched once, in a folder of its own: nothing else needs it."""
    return unpacked("atheris", PINS, everything, sys.version)


def tried(name: str, seconds: int, folder: Path) -> bool:
    """Whether nothing was found; prints one line, and what was found before it."""
    corpus = cache_root() / "guided" / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}
    limits = [
        f"-max_total_time={seconds}",
        f"-timeout={HANG_SECONDS}",
        f"-artifact_prefix={corpus.parent}/found-{name}-",
    ]
    command = [
        sys.executable,
        "-m",
        "guided.one",
        name,
        str(MEGABYTES),
        *limits,
        "-verbosity=1",
        "-max_len=4096",
        str(corpus),
    ]
    done = subprocess.run(
        command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, errors="replace", check=False
    )
    told = LAST.findall(done.stderr)
    if done.returncode or not told:
        print(done.stdout[-4000:], done.stderr[-4000:], sep="\n")
        print(f"{name:18} FOUND something: {corpus.parent}/found-{name}-*")
        return False
    print(f"{name:18} {told[-1][0]:>9} tries, {told[-1][1]} branches reached, nothing found", flush=True)
    return True


def main() -> int:
    from .targets import TARGETS

    parser = argparse.ArgumentParser(prog="make guided", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="all without any")
    options = parser.parse_args()
    folder = library()
    found = [name for name in options.targets or TARGETS if not tried(name, options.seconds, folder)]
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
