# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upgrades from one minor release to the next, and what upstream's table says becomes of the machine sets of each platform."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from integration.support.clusters import WORKERS, Cluster

from sandbox import releases

Json = dict[str, Any]
MINORS = ("4.16", "4.17", "4.18", "4.19", "4.20", "4.21", "4.22", "5.0")
PAIRS = tuple(pairwise(MINORS))
PLATFORMS = ("gcp", "aws", "vsphere", "azure", "baremetal", "openstack", "none")
SOME = ("gcp", "aws", "openstack", "baremetal", "vsphere", "azure", "vsphere")
"""One platform for each pair, where most of it changes hands."""

SHORT = ("4.21",)
"""The releases from which an upgrade is a part of `make test`, which has one on AWS besides: test_playbook_upgrade."""

MANAGED_FROM = {"gcp": (4, 17), "aws": (4, 18), "vsphere": (4, 21), "azure": (4, 21)}
"""Upstream's table: the release whose operator can be told to manage the platform's sets."""
TAKES_OPINION_FROM = {"gcp": (4, 17), "aws": (4, 17), "vsphere": (4, 20), "azure": (4, 21)}
"""The first release whose API takes the configuration, which the operator may yet leave without effect."""
ALL = [{**WORKERS, "selection": {"mode": "All"}}]
OLD_TEMPLATE = "412.86.202301311551-0"


def chosen() -> list[Any]:
    """Pairs with platforms: one platform a pair, of which all but one are marked as long; or all with UPGRADE_PAIRS=all."""
    if os.environ.get("UPGRADE_PAIRS") == "all":
        return [(*pair, platform) for pair in PAIRS for platform in PLATFORMS]
    some = [(*pair, platform) for pair, platform in zip(PAIRS, SOME, strict=True)]
    return [each if each[0] in SHORT else pytest.param(*each, marks=pytest.mark.long) for each in some]


def managed(platform: str, release: str) -> bool:
    """Whether the release's operator manages the platform's machine sets, once it is told to."""
    return platform in MANAGED_FROM and releases.minor(release) >= MANAGED_FROM[platform]


def managers(platform: str, release: str) -> Any:
    """What stands in spec.managedBootImages after the playbook: All, where the release's API takes it."""
    takes = platform in TAKES_OPINION_FROM and releases.minor(release) >= TAKES_OPINION_FROM[platform]
    return ALL if takes else None


def fields(platform: str, release: str, before: Json) -> Json:
    """The providerSpec that a set of the platform is to have after an upgrade to the release, made of the one before."""
    stream = releases.stream(release)["architectures"]["x86_64"]
    if platform == "gcp":
        image = "projects/{project}/global/images/{name}".format(**stream["images"]["gcp"])
        return {**before, "disks": [{**disk, "image": image} for disk in before["disks"]]}
    if platform == "aws":
        return {**before, "ami": {"id": stream["images"]["aws"]["regions"]["us-east-1"]["image"]}}
    if platform == "azure":
        market = stream["rhel-coreos-extensions"]["marketplace"]["azure"]["no-purchase-plan"]["hyperVGen2"]
        return {**before, "image": {**market, "resourceID": "", "type": "MarketplaceNoPlan"}}
    return before


def image(platform: str, spec: Json) -> Any:
    """What boots, out of a providerSpec that the operator may have brought through its Go type."""
    if platform == "gcp":
        return [disk["image"] for disk in spec["disks"]]
    return spec.get({"aws": "ami", "azure": "image", "vsphere": "template"}.get(platform, ""), spec)


def spec_of(machine_set: Json) -> Json:
    """A machine set's providerSpec."""
    return dict(machine_set["spec"]["template"]["spec"]["providerSpec"]["value"])


def writers(machine_set: Json) -> set[str]:
    """Who has written a providerSpec, by the API server's own records."""
    return {
        entry["manager"]
        for entry in machine_set["metadata"]["managedFields"]
        if "f:providerSpec" in json.dumps(entry["fieldsV1"])
    }


def vcenter(made: Cluster, file: Path) -> None:
    """A vCenter in which the template of every set is old."""
    specs = [spec_of(each) for each in made.client.list("machinesets")]
    keys = [f"{spec['workspace']['server']}/{spec['workspace']['datacenter']}/{spec['template']}" for spec in specs]
    file.write_text(json.dumps(dict.fromkeys(keys, OLD_TEMPLATE)))


def templates(file: Path) -> set[str]:
    """The product versions of all templates there."""
    return set(json.loads(file.read_text()).values())
