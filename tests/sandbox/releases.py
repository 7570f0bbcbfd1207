# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a release of OKD or OpenShift ships, generated: its image, its CoreOS stream, its place in the update graph.

Everything is a function of the version alone: no network, no clock, the same answer on every machine.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from . import streams, versions

DOCS = "https://access.redhat.com/errata/RHBA"


def minor(version: str) -> tuple[int, int]:
    """Major and minor number: `4.18.0-okd-scos.5` → (4, 18)."""
    return versions.parse(version).minor


def is_okd(version: str) -> bool:
    """Whether the version is one of OKD."""
    return versions.parse(version).okd


def release_image(version: str) -> str:
    """The release payload, by digest."""
    digest = hashlib.sha256(f"release {version}".encode()).hexdigest()
    if is_okd(version):
        return f"registry.ci.openshift.org/origin/release-scos@sha256:{digest}"
    return f"quay.io/openshift-release-dev/ocp-release@sha256:{digest}"


def stream(version: str, osstream: str = "rhel-9") -> dict[str, Any]:
    """The CoreOS stream metadata that the release ships: the JSON object of `coreos-bootimages`, `data.stream`."""
    return streams.stream(versions.parse(version), osstream)


def mco_hash(version: str) -> str:
    """The commit of the Machine Config Operator in the release, as `MCOVersionHash` carries it."""
    return hashlib.sha1(f"machine-config-operator {version}".encode(), usedforsecurity=False).hexdigest()


def rendered_config(pool: str, version: str) -> str:
    """The name of the MachineConfig that a release renders for a pool without changes of the user's own."""
    return f"rendered-{pool}-{hashlib.md5(f'{pool} {version}'.encode(), usedforsecurity=False).hexdigest()}"


def kubelet_version(version: str) -> str:
    """Kubernetes of the release: 4.N has 1.(N+13), and 5.0 follows 4.22 (4.23 has the same)."""
    major, y = minor(version)
    return f"v1.{36 if major == 5 else min(y, 23) + 13}.{versions.parse(version).patch % 10}"


def boot_images_data(version: str, stamped_by: str | None = None) -> dict[str, str]:
    """`data` of ConfigMap coreos-bootimages of this release.

    The cluster version operator writes stream and releaseVersion early in an upgrade; the Machine Config Operator
    stamps its own hash and version after the first upgraded master. `stamped_by` is the version whose operator has
    stamped it (default: the release itself); an empty string leaves the stamps away.
    """
    stamp = version if stamped_by is None else stamped_by
    data = {"stream": json.dumps(stream(version), indent=2), "releaseVersion": version}
    if stamp:
        data |= {"MCOVersionHash": mco_hash(stamp), "MCOReleaseImageVersion": stamp}
    if minor(version) >= (4, 22):
        data["streams"] = json.dumps(_streams(version))
    return data


def _streams(version: str) -> dict[str, Any]:
    """`data.streams` by name of the OS stream; OKD has one, and calls it by the empty name."""
    if is_okd(version):
        return {"": stream(version)}
    return {name: stream(version, name) for name in ("rhel-9", "rhel-10")}


def update(version: str) -> dict[str, Any]:
    """The release as ClusterVersion's `status.desired`, `availableUpdates[]` and `history[]` know it."""
    entry: dict[str, Any] = {"version": version, "image": release_image(version)}
    if not is_okd(version):
        entry["url"] = f"{DOCS}-{versions.parse(version).built.year}:{int(mco_hash(version)[:4], 16):05d}"
        entry["channels"] = _channels(version)
    return entry


def available_updates(version: str, channel: str) -> list[str]:
    """The versions the update service offers from here on this channel, lowest first.

    The next two of the same minor always; the first two of the next minor that were built later, if the channel
    covers that minor. OKD's stable-scos-4 (and stable-4) covers every minor of 4. An unknown channel offers nothing.
    """
    here = versions.parse(version)
    if here.distribution == "fcos":
        return []  # 4.15 → 4.16, from FCOS to SCOS, has no edge
    allowed = [number for number in versions.MINORS if _covers(channel, number, here.okd)]
    updates = (
        [_nth(here, here.minor, here.patch + step, here.early) for step in (1, 2)] if here.minor in allowed else []
    )
    for following in _following(here.minor):
        if following in allowed:
            patch = 1 if here.okd else 0
            while versions.parse(_nth(here, following, patch)).built <= here.built:
                patch += 1
            updates += [_nth(here, following, patch + step) for step in (0, 1)]
    return updates


def path(born: str, current: str) -> list[str]:
    """The versions a cluster went through, oldest first: born, one of each minor between, current."""
    first, last = versions.parse(born), versions.parse(current)
    if first.built > last.built:
        raise ValueError(f"a cluster born on {born} cannot stand on {current}, which was built before")
    route, here = [born], first
    for number in versions.MINORS:
        if first.minor < number < last.minor:
            patch = 1
            while (step := versions.parse(_nth(last, number, patch))).built <= here.built:
                patch += 1
            route, here = [*route, step.text], step
    return route if born == current else [*route, current]


def default_channel(version: str) -> str:
    """The channel a cluster of this release is installed with."""
    here = versions.parse(version)
    if here.okd:
        return "stable-4" if here.distribution == "fcos" else f"stable-scos-{here.minor[0]}"
    return f"stable-{here.minor[0]}.{here.minor[1]}"


def _channels(version: str) -> list[str]:
    number = minor(version)
    later = [number, *_following(number)]
    kinds = ["candidate", "eus", "fast", "stable"] if number[1] % 2 == 0 else ["candidate", "fast", "stable"]
    return sorted(f"{kind}-{major}.{y}" for kind in kinds for major, y in later)


def _covers(channel: str, number: tuple[int, int], okd: bool) -> bool:
    """Whether a channel's graph holds that minor. A channel 4.N also holds 4.N-1, from which it can be reached."""
    kind, _ignored, scope = channel.rpartition("-")
    if okd:
        if kind not in ("stable-scos", "stable"):
            return False  # the release controller answers HTTP 400 to eus-, fast- and candidate-
        return scope == str(number[0]) or scope == f"{number[0]}.{number[1]}"
    if kind not in ("stable", "fast", "candidate", "eus") or "." not in scope:
        return False
    major, y = (int(part) for part in scope.split("."))
    top = (major, y)
    return number == top or top in _following(number)


def _following(number: tuple[int, int]) -> list[tuple[int, int]]:
    """The minors one step above: 4.22 is followed by 4.23 and by 5.0."""
    major, y = number
    steps = [(major, y + 1), (5, 0)] if number in ((4, 22), (4, 23)) else [(major, y + 1)]
    return [step for step in steps if step in versions.MINORS]


def _nth(like: versions.Version, number: tuple[int, int], patch: int, early: bool = False) -> str:
    """The version text of a release of the same product."""
    major, y = number
    if like.okd:
        return f"{major}.{y}.0-okd-scos.{'ec.' if early else ''}{patch}"
    return f"{major}.{y}.0-rc.{patch}" if early else f"{major}.{y}.{patch}"
