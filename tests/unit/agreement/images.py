# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random boot images in providerSpecs, the stream that offers the right ones, and what EC2 knows of AMIs."""

from __future__ import annotations

from random import Random
from typing import Any

from unit.operator import recorded

from sandbox.operator.rules.world import Ami

Json = dict[str, Any]
GCP_IMAGES = [
    recorded.OLD, recorded.TARGET, recorded.TARGET_ARM, "projects/rhcos-cloud/global/images/rhcos-9-8-20260801-0-gcp-x86-64",
    "projects/rhcos-cloud/global/images/scos-10-0-20250628-0-gcp-x86-64", "projects/rhcos-cloud/global/imagesfoo/bar",
    "projects/fedora-coreos-cloud/global/images/fedora-coreos-41-20250315-3-0-gcp-x86-64",
    "projects/acme/global/images/golden", "https://www.googleapis.com/compute/v1/" + recorded.TARGET, "", None,
]  # fmt: skip
REGIONS = ["us-east-1", "us-east-1", "us-east-1", "us-gov-west-1", "eu-north-1"]
TARGET_AMI, ARM_AMI, GOV_AMI = "ami-0000000000000000a", "ami-0000000000000000b", "ami-0000000000000000c"
ALLOWED, FOREIGN, GONE = "ami-00000000000000001", "ami-00000000000000002", "ami-00000000000000003"
MARKET, MARKET_NEW, MARKET_NO_ID = "ami-00000000000000004", "ami-00000000000000005", "ami-00000000000000006"
AMIS = [ALLOWED, ALLOWED, TARGET_AMI, ARM_AMI, GOV_AMI, FOREIGN, GONE, MARKET, MARKET_NEW, MARKET_NO_ID]
PRODUCT = "59ead7de-2540-4653-a8b0-fa7926d5c845"
AZURE_IMAGES: list[Json] = [
    {"resourceID": "/resourceGroups/x/providers/Microsoft.Compute/galleries/gallery_x/images/x/versions/412.86.20230101"},
    {"resourceID": "/resourceGroups/x/providers/Microsoft.Compute/galleries/gallery_x/images/x-gen2/versions/412.86.20230101"},
    {"resourceID": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/golden"},
    {"publisher": "azureopenshift", "offer": "aro4", "sku": "419-v2", "version": "419.6.20250523", "type": "MarketplaceNoPlan"},
    {"publisher": "azureopenshift", "offer": "aro4", "sku": "419-v2", "version": "419.6.20250523"},
    {"publisher": "azureopenshift", "offer": "aro4", "sku": "418-v2", "version": "418.94.20250101", "type": "MarketplaceNoPlan"},
    {"publisher": "azureopenshift", "offer": "aro4", "sku": "aro_418", "version": "418.94.20250101", "type": "MarketplaceNoPlan"},
    {"publisher": "redhat", "offer": "rh-ocp-worker", "sku": "rh-ocp-worker", "version": "4.12.1", "type": "MarketplaceWithPlan"},
    {"publisher": "redhat", "offer": "rh-opp-worker", "sku": "rh-opp-worker-gen1", "version": "4.18.2025031114"},
    {"publisher": "redhat-limited", "offer": "rh-oke-worker", "sku": "rh-oke-worker", "version": "4.12.1"},
    {"publisher": "RedHat", "offer": "rh-ocp-worker", "sku": "rh-ocp-worker", "version": "4.12.1"},
    {"publisher": "acme", "offer": "golden", "sku": "x", "version": "1"},
    {"publisher": "redhat", "offer": "something", "sku": "x", "version": "1"},
    {"sku": 3, "version": 4.18}, {}, None,
]  # fmt: skip
POOL = "/dc/host/c/Resources"
WORKSPACE = {
    "server": "vc",
    "datacenter": "dc",
    "datastore": "ds",
    "folder": "/dc/vm/x",
    "resourcePool": POOL,
    "vmGroup": "g",
}
TOPOLOGY = {"datacenter": "dc", "datastore": "ds", "resourcePool": POOL}
FAILURE_DOMAIN = {"name": "fd", "server": "vc", "topology": TOPOLOGY}
FAILURE_DOMAINS: list[Json] = [
    FAILURE_DOMAIN, {**FAILURE_DOMAIN, "server": "other"}, {**FAILURE_DOMAIN, "topology": {**TOPOLOGY, "datastore": "other"}},
    {**FAILURE_DOMAIN, "topology": {**TOPOLOGY, "resourcePool": POOL + "/"}}, {**FAILURE_DOMAIN, "topology": {**TOPOLOGY, "resourcePool": "/p"}},
    {**FAILURE_DOMAIN, "topology": {"datacenter": "dc", "datastore": "ds", "template": "/dc/vm/x-rhcos"}}, {"name": "bare"},
    {**FAILURE_DOMAIN, "zoneAffinity": {"hostGroup": {"vmGroup": "g"}}}, {**FAILURE_DOMAIN, "zoneAffinity": {"hostGroup": {"vmGroup": "h"}}},
]  # fmt: skip
WORKSPACES: list[Json | None] = [
    WORKSPACE, {**WORKSPACE, "datastore": "other"}, {**WORKSPACE, "resourcePool": "/p/../dc/host/c/Resources"}, {**WORKSPACE, "vmGroup": "h"},
    {"server": "vc", "datacenter": "dc", "datastore": "ds"}, {**WORKSPACE, "resourcePool": ""}, {}, None,
]  # fmt: skip
OLD_TEMPLATE, TEMPLATE = "x-rhcos", "x-rhcos-current"
BASE: dict[str, Json] = {
    "GCP": {"region": "us-central1", "zone": "us-central1-a", "machineType": "n2-standard-4", "tags": ["worker"]},
    "AWS": {"instanceType": "m6i.xlarge", "placement": {"region": "us-east-1"}, "ami": {"id": ALLOWED}},
    "Azure": {"location": "eastus", "vmSize": "Standard_D4s_v3", "publicIP": False, "tags": {"a": "b"}},
    "VSphere": {"workspace": WORKSPACE, "network": {"devices": []}, "template": OLD_TEMPLATE, "numCPUs": 4},
}


def bare(platform: str) -> Json:
    """A providerSpec that names nothing but its user data."""
    return {"userDataSecret": {"name": "worker-user-data"}} if platform else {}


def provider_spec(random: Random, platform: str) -> Json:
    """A sound one, whose image is old, right or newer."""
    spec: Json = {**BASE.get(platform, {}), **bare(platform)}
    if platform == "GCP":
        data = {"boot": False, "image": "projects/lab/global/images/data", "sizeGb": 1}
        spec["disks"] = [{"boot": True, "image": random.choice(GCP_IMAGES[:4]), "sizeGb": 128}, data][
            : random.choice([1, 2])
        ]
    elif platform == "AWS":
        spec["ami"] = {"id": random.choice([ALLOWED, TARGET_AMI])}
        spec["placement"] = {"region": "us-east-1"}
    elif platform == "Azure":
        spec["image"] = random.choice(AZURE_IMAGES[:10])
    return spec


def odd(random: Random, platform: str, spec: Json) -> None:
    """Give it an image, or a place, as few have it."""
    if platform == "GCP":
        disk = {"boot": True, "image": "", "sizeGb": 1}
        disks = [
            {**disk, "image": random.choice(GCP_IMAGES), "boot": random.choice([True, True, False])}
            for _disk in range(3)
        ]
        spec["disks"] = random.choice(
            [disks[:1], disks[:2], disks, [None, *disks[:1]], [], None, [{"image": recorded.OLD}]]
        )
    elif platform == "AWS":
        ami: Json = {"id": random.choice(AMIS), "filters": [{"name": "x", "values": ["y"]}], "arn": "arn:x"}
        spec["ami"] = {
            key: ami[key] for key in random.choice([["id"], ["id"], ["id", "filters"], ["filters"], ["arn"], []])
        }
        if random.random() < 0.1:
            spec["ami"]["id"] = ""
        spec["placement"] = random.choice([{"region": random.choice(REGIONS)}, {"region": random.choice(REGIONS)}, {}])
    elif platform == "Azure":
        spec["image"] = random.choice(AZURE_IMAGES)
        if random.random() < 0.2:
            kind = random.choice(["TrustedLaunch", "ConfidentialVM", ""])
            spec["securityProfile"] = {"settings": {"securityType": kind}}
    elif platform == "VSphere":
        spec["workspace"] = random.choice(WORKSPACES)
        spec["template"] = random.choice([OLD_TEMPLATE, TEMPLATE, f"/dc/vm/x/{TEMPLATE}", "golden"])


def stream() -> Json:
    """The recorded cases' stream with AMIs and vSphere's artifact."""
    made = recorded.stream()
    for arch, ami in (("x86_64", TARGET_AMI), ("aarch64", ARM_AMI)):
        entry = made["architectures"][arch]
        regions = {"us-east-1": {"image": ami}, "us-gov-west-1": {"image": GOV_AMI}}
        entry["images"]["aws"] = {"regions": regions}
        entry["artifacts"] = {
            "aws": {"release": "9.6.20250701-0"},
            "vmware": {"release": "9.6.20250701-0", "formats": {}},
        }
    return made


class Ec2:
    """EC2 as the operators of 4.23 and later ask it."""

    STANDARD, MARKETPLACE = "531415883065", "679593333241"

    def __init__(self, owners: dict[str, str] | None = None) -> None:
        """:param owners: of further AMIs, or of the same in another world."""
        red_hat = dict.fromkeys([ALLOWED, TARGET_AMI, ARM_AMI, GOV_AMI], self.STANDARD)
        market = dict.fromkeys([MARKET, MARKET_NEW, MARKET_NO_ID], self.MARKETPLACE)
        self.owners = {**red_hat, **market, FOREIGN: "123456789012", **(owners or {})}

    def describe(self, ami: str) -> Ami:
        if ami not in self.owners:
            raise LookupError(f"api error InvalidAMIID.NotFound: The image id '[{ami}]' does not exist")
        return self._image(ami)

    def marketplace(self, product: str) -> list[Ami]:
        return [self._image(ami) for ami in (MARKET, MARKET_NEW) if product == PRODUCT]

    def _image(self, ami: str) -> Ami:
        name = f"rhcos-x86_64-{PRODUCT}" if ami in (MARKET, MARKET_NEW) else "rhcos"
        told = {MARKET: "RHEL CoreOS 9.4 x86_64", MARKET_NEW: "RHEL CoreOS 9.8 x86_64"}.get(ami, "")
        return Ami(ami, self.owners[ami], name, told, "2025-01-01")


class VCenter:
    """Every template is there, and one of them stands at the stream's release."""

    def release_of(self, server: str, datacenter: str, template: str) -> str:
        return "9.6.20250701-0" if template.endswith(TEMPLATE) else "412.86.202301311551-0"
