# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that somebody may have put into a machine set, as the providerSpec has them, and such as a user may name."""

from __future__ import annotations

from typing import Any

from integration.support.clusters import Cluster

from sandbox import releases

COREOS = "projects/rhcos-cloud/global/images/"
UPLOADED = "/resourceGroups/acme/providers/Microsoft.Compute/images/golden"
RELEASES = ("4.12.30", "4.16.3", "4.20.3")
NAMED = {
    "GCP": [COREOS + "rhcos-412-85-202203181601-0-gcp-x86-64", COREOS + "scos-9-0-20250301-0-gcp-x86-64", "projects/acme/global/images/golden"],
    "AWS": ["ami-0123456789abcdef0", "ami-00000000000000abc"],
    "Azure": ["azureopenshift:aro4:aro_414:414.92.20231110", "redhat:rh-ocp-worker:rh-ocp-worker:4.15.2024072409", UPLOADED],
    "OpenStack": ["golden", "rhcos-416-94-202406251923-0-openstack", "rhcos-9-6-20260212-0-openstack"],
}  # fmt: skip
"""What C(image) takes."""


def held(platform: str) -> list[Any]:
    """What the image fields of a set may hold; None takes the field away."""
    if platform == "GCP":
        gcp = [COREOS + releases.stream(each)["architectures"]["x86_64"]["images"]["gcp"]["name"] for each in RELEASES]
        return [*gcp, *NAMED["GCP"], COREOS + "rhcos-44-81-202001241431-0-gcp-x86-64", None]
    if platform == "AWS":
        regions = [releases.stream(each)["architectures"]["x86_64"]["images"]["aws"]["regions"] for each in RELEASES]
        known = [{"id": each["us-east-1"]["image"]} for each in regions]
        tagged = {"filters": [{"name": "tag:Name", "values": ["golden"]}]}
        return [*known, {"id": "ami-01234567"}, {"id": "ami-01234567", **tagged}, {"arn": "arn:aws:x"}, {}, None]
    if platform == "Azure":
        market = {
            "publisher": "azureopenshift",
            "offer": "aro4",
            "sku": "aro_414",
            "version": "414.92.20231110",
            "resourceID": "",
        }
        paid = {
            "publisher": "redhat",
            "offer": "rh-ocp-worker",
            "sku": "rh-ocp-worker-gen1",
            "version": "4.15.2024072409",
        }
        own = {"publisher": "", "offer": "", "sku": "", "version": "", "resourceID": UPLOADED}
        gallery = {**own, "resourceID": UPLOADED.replace("golden", "demo-7xq4k")}
        return [market, {**market, "type": "MarketplaceNoPlan"}, paid, own, gallery, {}, None]
    return [*NAMED["OpenStack"], "", None]


def put(made: Cluster, name: str, image: Any) -> None:
    """Write it as somebody else would, the whole field at once."""
    if made.loaded.platform == "GCP":
        spec = made.machine_set(name)["spec"]["template"]["spec"]["providerSpec"]["value"]
        disks = [{key: value for key, value in disk.items() if key != "image"} for disk in spec["disks"]]
        for disk in disks:
            if disk["boot"] and image is not None:
                disk["image"] = image
        made.provider_spec(name, {"disks": disks})
        return
    field = {"AWS": "ami", "Azure": "image", "OpenStack": "image"}[made.loaded.platform]
    made.provider_spec(name, {field: None})
    if image is not None:
        made.provider_spec(name, {field: image})
