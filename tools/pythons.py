# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python interpreters of this machine on which modules must run; C(python tools/pythons.py 3.11) says where that one stands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# What ansible-test of ansible-core 2.21 tests modules on.
MINORS = range(9, 15)

PROBE = "import ensurepip, os, sys, venv; print(os.path.join(sys.base_prefix, 'bin')); print(sys.version_info.minor)"


def candidates(minor: int) -> Iterator[str]:
    """Where an interpreter of this minor version may stand; a pyenv shim among them need not run."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = Path(folder, f"python3.{minor}")
        if path.exists():
            yield str(path)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for path in sorted((pyenv / "versions").glob(f"3.{minor}.*/bin/python"), reverse=True):
        yield str(path)


def real_folder(python: str, minor: int) -> str | None:
    """The folder of the interpreter behind shims and environments, or None where it cannot make environments."""
    try:
        probe = subprocess.run(
            [python, "-c", PROBE], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if probe.returncode:
        return None
    folder, found = probe.stdout.splitlines()
    return folder if int(found) == minor and Path(folder, f"python3.{minor}").exists() else None


def folders_by_version() -> dict[str, str]:
    """For each usable version, e.g. "3.9", the folder holding its `python3.9`."""
    found: dict[str, str] = {}
    for minor in MINORS:
        for python in candidates(minor):
            folder = real_folder(python, minor)
            if folder:
                found[f"3.{minor}"] = folder
                break
    return found


def main(version: str) -> None:
    """Print the path of one interpreter."""
    folder = folders_by_version().get(version)
    if folder is None:
        sys.exit(f"There is no Python {version} on this machine that can make environments.")
    print(Path(folder, f"python{version}"))


if __name__ == "__main__":
    main(*sys.argv[1:])
