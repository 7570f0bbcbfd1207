# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platforms beyond GCP and AWS: what is told, what is written, and what is refused on a real API server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from integration.support.clusters import Cluster, without

Clusters = Callable[..., Cluster]
OWN = "/subscriptions/s/resourceGroups/acme/providers/Microsoft.Compute/images/golden"


def spec_of(made: Cluster) -> dict[str, Any]:
    return made.machine_set(made.names[0])["spec"]["template"]["spec"]["providerSpec"]["value"]


def told(made: Cluster) -> dict[str, Any]:
    """What bootimage_status says of the first machine set."""
    answer = made.module("bootimage_status", names=[made.names[0]])
    assert not answer.failed, answer.message
    (found,) = answer.result["machine_sets"]
    return dict(found)


@pytest.mark.parametrize(
    ("sample", "field", "value"),
    [
        ("ibmcloud", "image", "rhcos-new"),
        ("nutanix", "image", {"type": "name", "name": "rhcos-new"}),
        ("openstack", "image", "rhcos-new"),
        ("powervs", "image", {"type": "Name", "name": "rhcos-new"}),
        ("vsphere", "template", "rhcos-new"),
    ],
)
def test_an_uploaded_image_is_named_and_written(cluster: Clusters, sample: str, field: str, value: Any) -> None:
    made = cluster(sample)
    name = made.names[0]
    if sample == "vsphere":
        made.follow(managedBootImagesStatus=None)
    assert (told(made)["decision"], told(made)["reason"]) == ("skip", "image_not_in_cloud")
    before = made.machine_set(name)
    with made.untouched():
        foretold = made.check("machineset_boot_image", names=[name], image="rhcos-new")
    answer = made.module("machineset_boot_image", names=[name], image="rhcos-new")
    assert not answer.failed, answer.message
    assert answer.result["changed"] and foretold.result["changed"]
    assert spec_of(made)[field] == value
    assert without(made.machine_set(name), field) == without(before, field)
    with made.untouched():
        again = made.module("machineset_boot_image", names=[name], image="rhcos-new")
    assert again.result["changed"] is False


def test_azure_goes_to_the_marketplace(cluster: Clusters) -> None:
    made = cluster("azure")
    made.follow(managedBootImagesStatus=None)
    before = made.machine_set(made.names[0])
    answer = made.module("machineset_boot_image", names=[made.names[0]])
    assert answer.result["changed"], answer.message
    image = spec_of(made)["image"]
    assert (image["publisher"], image["resourceID"], image["type"]) == ("azureopenshift", "", "MarketplaceNoPlan")
    assert without(made.machine_set(made.names[0]), "image") == without(before, "image")
    assert (told(made)["decision"], told(made)["drift"]) == ("current", False)


def test_an_azure_image_of_ones_own_is_kept_from_the_operator(cluster: Clusters) -> None:
    made = cluster("azure")
    made.follow(managedBootImagesStatus=None)
    made.provider_spec(made.names[0], {"image": {"resourceID": OWN}})
    with made.untouched():
        answer = made.module("machineset_boot_image", names=[made.names[0]])
        assert [each["reason"] for each in answer.result["machine_sets"]] == ["custom_image"]
        refused = made.module("managed_boot_images", mode="All")
    assert refused.failed and refused.result["reason"] == "risk_not_accepted"
    assert made.names[0] in refused.message and "own_images" in refused.message
    accepted = made.module("managed_boot_images", mode="All", accept=["own_images"])
    assert not accepted.failed, accepted.message
    assert accepted.result["changed"]


def test_legacy_bare_metal_turns_to_the_payload(cluster: Clusters) -> None:
    made = cluster("baremetal")
    assert told(made)["reason"] == "provisioned_from_payload"
    file = "rhcos-48.84.202109241901-0-openstack.x86_64.qcow2"
    url = f"http://172.22.0.3:6181/images/{file}/cached-{file}"
    made.provider_spec(made.names[0], {"customDeploy": None, "image": {"url": url, "checksum": url + ".md5sum"}})
    assert (told(made)["current"], told(made)["age"]["release"]) == (url, "4.8")
    answer = made.module("machineset_boot_image", names=[made.names[0]])
    assert answer.result["changed"], answer.message
    after = spec_of(made)
    assert (after["customDeploy"], after["image"]) == ({"method": "install_coreos"}, {"url": "", "checksum": ""})
    assert told(made)["reason"] == "provisioned_from_payload"
