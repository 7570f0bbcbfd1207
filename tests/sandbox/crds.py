# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenShift's own CustomResourceDefinitions of a release, read from the Go module github.com/openshift/api."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from . import golang, resources, versions
from .paths import SandboxError, cache_root, locked, say

MODULE = "github.com/openshift/api"
Crd = dict[str, Any]


@dataclass(frozen=True)
class Pin:
    """A version of the module and its checksum as go.sum would have it."""

    version: str
    checksum: str


_API_4_16 = Pin("v0.0.0-20240425081546-8203151f085f", "h1:MH6RaWREjGgf1NUcBj0iJIGXd0e6jV8jRhV4Mx/HAf4=")
_API_4_18 = Pin("v0.0.0-20250102185430-d6d8306a24ec", "h1:VEDRGJmiYeN0V0xW1aI9wfzEMgaMZOVasy3FzEz27Lo=")
_API_4_20 = Pin("v0.0.0-20250811150514-cc869c87a7f0", "h1:K/EiQZE4lBzGMvk7APzYWRuRUJtfwaD5QGRVcny2J1M=")
_API_4_21 = Pin("v0.0.0-20251124235416-c11dd82e305c", "h1:O72YjES6M2/H052TIZnrJVUNySjfOZy1t8w5hRcj6MM=")
_API_4_22 = Pin("v0.0.0-20260810132456-8f52beb625b5", "h1:/UAIG4kF4dXdamTuN9rL5kSjbQZ9wDES9O2q/wS8Bsk=")
PINS = {
    (4, 16): _API_4_16,
    (4, 17): _API_4_18,
    (4, 18): _API_4_18,
    (4, 19): _API_4_20,
    (4, 20): _API_4_20,
    (4, 21): _API_4_21,
    (4, 22): _API_4_22,
    (4, 23): _API_4_22,
    (5, 0): _API_4_22,
}

_FOLDERS = {
    "machineconfigurations": "operator/v1",
    "machinesets": "machine/v1beta1",
    "machines": "machine/v1beta1",
    "controlplanemachinesets": "machine/v1",
    "infrastructures": "config/v1",
    "clusterversions": "config/v1",
    "clusteroperators": "config/v1",
    "featuregates": "config/v1",
    "machineconfigpools": "machineconfiguration/v1",
    "machineconfigs": "machineconfiguration/v1",
}
_STABLE_VARIANTS = ("OKD", "SelfManagedHA-OKD", "Default", "SelfManagedHA-Default", "SelfManagedHA", "")
FEATURE_SETS = ("Default", "TechPreviewNoUpgrade")


def pin_for(minor: tuple[int, int]) -> Pin:
    """The version of the API that serves a release; raises SandboxError for releases before 4.16."""
    try:
        return PINS[minor]
    except KeyError:
        known = ", ".join(f"{major}.{y}" for major, y in PINS)
        raise SandboxError(f"no CRDs for release {minor[0]}.{minor[1]}: a sandbox can stand on {known}") from None


def choose(files: Iterable[str], plural: str, feature_set: str = "Default") -> str:
    """The file of a CRD's variant for a feature set, among a folder's file names.

    Variants are written into the name, `…_<plural>[-<variant>].crd.yaml`: OKD's own first, then Default's, then the
    file without one, which holds for all feature sets.
    """
    variants = {}
    for file in files:
        stem = file.removesuffix(".crd.yaml").rpartition("_")[2]
        name, _ignored, variant = stem.partition("-")
        if file.endswith(".crd.yaml") and name == plural:
            variants[variant] = file
    wanted: tuple[str, ...] = _STABLE_VARIANTS
    if feature_set != "Default":
        wanted = (feature_set, f"SelfManagedHA-{feature_set}", *_STABLE_VARIANTS)
    for variant in wanted:
        if variant in variants:
            return variants[variant]
    raise SandboxError(f"no CRD for {plural} and {feature_set} among {sorted(variants.values()) or 'no files'}")


def alike(wanted: Crd, live: Crd | None) -> bool:
    """Whether a CRD that the API server has is the wanted one already: writing one costs the server much.

    Looks at what makes a difference; the server fills in defaults beside it, so one may be written without need.
    """

    def schemas(of: Crd) -> list[Any]:
        return [(each["name"], each["schema"]) for each in of["spec"]["versions"]]

    return live is not None and schemas(live) == schemas(wanted)


def load(version: str, feature_set: str = "Default") -> list[Crd]:
    """The CRDs of a release, from the cache if they were read before: then no Go is needed."""
    if feature_set not in FEATURE_SETS:
        raise SandboxError(f"feature set {feature_set!r}: the sandbox knows {', '.join(FEATURE_SETS)}")
    minor = versions.parse(version).minor
    pin = pin_for(minor)
    cached = cache_root() / "crds" / f"{minor[0]}.{minor[1]}-{feature_set}-{pin.version}.json"
    if not cached.exists():
        with locked("crds", "it reads OpenShift's CRDs"):
            if not cached.exists():
                _write(cached, _read(_download(pin), feature_set))
    return json.loads(cached.read_text(encoding="utf-8"))


def _download(pin: Pin) -> Path:
    """The module's folder in Go's module cache, its checksum verified against the pin."""
    say(f"fetching OpenShift's CRDs: {MODULE}@{pin.version}")
    command = [golang.find(), "mod", "download", "-json", f"{MODULE}@{pin.version}"]
    answer = json.loads(golang.run(command, cache_root(), f"fetching {MODULE}"))
    if answer["Sum"] != pin.checksum:
        raise SandboxError(
            f"{MODULE}@{pin.version} has the checksum {answer['Sum']}, expected {pin.checksum}: not used"
        )
    return Path(answer["Dir"])


def _read(module: Path, feature_set: str) -> list[Crd]:
    crds = []
    for resource in resources.CUSTOM:
        folder = module / _FOLDERS[resource.plural] / "zz_generated.crd-manifests"
        file = folder / choose(os.listdir(folder), resource.plural, feature_set)
        crd = yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        crd.pop("status", None)
        crds.append(crd)
    return crds


def _write(file: Path, crds: list[Crd]) -> None:
    file.parent.mkdir(exist_ok=True)
    scratch = file.with_suffix(f".{os.getpid()}")
    scratch.write_text(json.dumps(crds), encoding="utf-8")
    scratch.replace(file)
