# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kube-apiserver and etcd: from KUBEBUILDER_ASSETS, from the cache, or built once from controlplane/."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import golang
from .paths import SandboxError, cache_root, locked, say

SOURCE = Path(__file__).parent / "controlplane"
PROGRAMS = ("kube-apiserver", "etcd")
KUBERNETES = "v1.36.3"
# Without gitVersion feature gates and compatibility versions of the API server misbehave.
FLAGS = (
    "-trimpath",
    "-ldflags=-s -w"
    f" -X k8s.io/component-base/version.gitVersion={KUBERNETES}"
    " -X k8s.io/component-base/version.gitMajor=1"
    " -X k8s.io/component-base/version.gitMinor=36",
)


@dataclass(frozen=True)
class Binaries:
    """Paths of the two programs."""

    kube_apiserver: Path
    etcd: Path


def find_or_build() -> Binaries:
    """The programs, built if need be (some minutes, once); raises SandboxError saying what to do."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if assets:
        return _in_assets(Path(assets).expanduser())
    folder = cache_root() / "bin" / key()
    if not _complete(folder):
        with locked("build", "it builds kube-apiserver and etcd"):
            if not _complete(folder):
                _build(folder)
    return Binaries(folder / "kube-apiserver", folder / "etcd")


def key(source: Path = SOURCE, flags: tuple[str, ...] = FLAGS) -> str:
    """What the build depends on, as a folder's name."""
    digest = hashlib.sha256("\0".join(flags).encode())
    for file in (source / "go.mod", source / "go.sum", *sorted(source.glob("*/main.go"))):
        digest.update(f"\0{file.relative_to(source)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _in_assets(folder: Path) -> Binaries:
    missing = [name for name in PROGRAMS if not os.access(folder / name, os.X_OK)]
    if missing:
        raise SandboxError(
            f"KUBEBUILDER_ASSETS={folder} has no executable {' and no '.join(missing)}. Fill it with setup-envtest, "
            "or unset it: the sandbox then builds its own"
        )
    return Binaries(folder / "kube-apiserver", folder / "etcd")


def _complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in PROGRAMS)


def _build(folder: Path) -> None:
    """Build into a folder beside and move it into place whole; what a killed builder left is swept away first."""
    folder.parent.mkdir(exist_ok=True)
    for stale in folder.parent.glob(".building-*"):
        shutil.rmtree(stale, ignore_errors=True)
    go, started = golang.find(), time.monotonic()
    say(f"building kube-apiserver {KUBERNETES} and etcd with {go}: about five minutes, once, into {folder}")
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder.parent) as scratch:
        result = Path(scratch) / "bin"
        result.mkdir()
        packages = [f"./{name}" for name in PROGRAMS]
        golang.run(
            [go, "build", *FLAGS, "-o", f"{result}{os.sep}", *packages], SOURCE, "building kube-apiserver and etcd"
        )
        shutil.rmtree(folder, ignore_errors=True)
        result.rename(folder)
    say(f"built in {time.monotonic() - started:.0f} s")
