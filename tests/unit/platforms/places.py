# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machine sets as the sandbox's sample clusters have them, judged: every platform's tests begin here."""

from __future__ import annotations

import copy
import json
from typing import Any

from unit.builders import ARCH, machine_set, manager, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import ABSENT
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Change, Verdict
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Entry, Site
from sandbox import releases
from sandbox.samples import SAMPLES
from sandbox.samples.platform import KUBERNETES_ARCH, Place

INFRA = "demo-x7k2p"
RHCOS, OKD = "4.21.2", "4.21.0-okd-scos.1"
EXPLICIT = {
    "AWS": "ami-01234567", "Azure": "acme:golden:x:1", "BareMetal": "install_coreos",
    "GCP": "projects/acme/global/images/golden", "IBMCloud": "rhcos-new", "Nutanix": "rhcos-new",
    "OpenStack": "rhcos-new", "PowerVS": "rhcos-new", "VSphere": "rhcos-new",
}  # fmt: skip
"""An image that a user may name, by platform."""
FIELDS = {
    "AWS": {"ami"}, "Azure": {"image"}, "BareMetal": {"customDeploy", "image"}, "GCP": {"disks"}, "IBMCloud": {"image"},
    "Nutanix": {"image"}, "OpenStack": {"image"}, "PowerVS": {"image"}, "VSphere": {"template"},
}  # fmt: skip
"""The top-level fields that each platform may write."""
NAMES = {each.platform.type: each.platform for each in SAMPLES.values()}


def stream_entry(release: str = RHCOS, arch: str = "x86_64", **changes: Any) -> Entry:
    """The stream's part for one architecture; keywords replace its keys, None takes one away."""
    data = {**releases.stream(release)["architectures"][arch], **changes}
    return Entry(arch, {key: value for key, value in data.items() if value is not None})


def site(platform: str, **changes: Any) -> Site:
    return Site(infrastructure(platform), **changes)


def infrastructure(platform: str) -> dict[str, Any]:
    sample = NAMES.get(platform, NAMES["None"])
    status = {"type": platform, **({sample.key: sample.status(INFRA, sample.region)} if sample.status else {})}
    spec = {sample.key: sample.spec(sample.region, sample.zones)} if sample.spec else {}
    return {"spec": {"platformSpec": spec}, "status": {"infrastructureName": INFRA, "platformStatus": status}}


def provider_spec(platform: str, born: str = "4.14.3", arch: str = "", **fields: Any) -> dict[str, Any]:
    """As the installer of that release made it; keywords replace fields, None takes one away."""
    sample = NAMES[platform]
    place = Place(INFRA, born, "worker", sample.region, sample.zones[0], arch or sample.arch)
    made = {**sample.provider_spec(place), **fields} if sample.provider_spec else fields
    return {key: value for key, value in made.items() if value is not None}


def verdict(
    platform: str, spec: Any, release: str = RHCOS, wish: ImageWish | None = None, arch: str = "", **changes: Any
) -> Verdict:
    """The verdict on one set in a sample cluster of that release whose operator manages everything that it may."""
    annotations = {ARCH: f"kubernetes.io/arch={KUBERNETES_ARCH[arch or NAMES[platform].arch]}"}
    minor = ".".join(release.split(".")[:2])
    given = {
        "infrastructure": infrastructure(platform),
        "stream": stamped(releases.stream(release), release),
        "operator": {"status": {"versions": [{"name": "operator", "version": release}]}},
        "managers": [manager()],
        **changes,
    }
    made = machine_set(spec=spec, annotations=annotations)
    return assess(snapshot([made], minor, platform, **given), wish).verdicts[0]


def stamped(stream: Any, release: str = RHCOS) -> dict[str, Any]:
    """ConfigMap coreos-bootimages with that stream metadata, stamped by the operator of the release."""
    return {"data": {**releases.boot_images_data(release), "stream": json.dumps(stream)}}


UNMANAGED: dict[str, Any] = {
    "configuration": {"metadata": {"generation": 1}, "spec": {}, "status": {"observedGeneration": 1}}
}
"""MachineConfiguration as the operator leaves it where it does not manage boot images: without a mirror."""


def applied(spec: Any, changes: tuple[Change, ...]) -> Any:
    """The providerSpec after the changes, each checked against what it says it replaces."""
    new = copy.deepcopy(spec)
    for change in changes:
        at = new
        for key in change.path[:-1]:
            at = at[key]
        last = change.path[-1]
        old = at[last] if not isinstance(at, dict) or last in at else ABSENT
        assert old == change.old or (old is ABSENT and change.old is None)
        at[last] = copy.deepcopy(change.new)
    return new
