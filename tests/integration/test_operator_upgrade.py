# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated CVO on a real API server: upgrades, refusals, and coming back to life."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from integration.operator_play import (
    MACHINE_SETS,
    OPTED_IN,
    SPEED,
    Load,
    acknowledge,
    all_updated,
    boot_image,
    completed,
    condition,
    images,
    images_become,
    manage,
    progress_of,
    provider_spec,
    refused,
    releases_after,
    request,
    target,
    version,
)

from sandbox import ApiError, releases


@pytest.mark.long
def test_4_17_to_4_18_with_all(sandbox: Load) -> None:
    """Images follow during the upgrade, the secret is re-pointed, and the percentage goes back once."""
    made = sandbox("gcp", release="4.17.3")
    manage(made, "All")
    made.start_operator(speed=SPEED)
    images_become(made, {target("4.17.3", "gcp")})
    request(made, "4.18.0")
    percents = progress_of(made, "4.18.0")
    assert sum(later < earlier for earlier, later in pairwise(percents)) == 1
    images_become(made, {target("4.18.0", "gcp")})
    for found in made.client.list("machinesets"):
        assert provider_spec(found)["userDataSecret"] == {"name": "worker-user-data-managed"}
    data = made.client.get("configmaps", "coreos-bootimages")["data"]
    stamps = ("releaseVersion", "MCOReleaseImageVersion", "MCOVersionHash")
    assert tuple(data[key] for key in stamps) == ("4.18.0", "4.18.0", releases.mco_hash("4.18.0"))
    assert "managedBootImagesStatus" not in made.client.get("machineconfigurations", "cluster")["status"]


def test_4_18_to_4_19_on_aws_by_default(sandbox: Load) -> None:
    """Gates first; then the new schema, the opt-in, and all images without a word in spec."""
    made = sandbox("aws", release="4.18.6")
    before = images(made)
    made.start_operator(speed=SPEED)
    gate = "ack-4.18-boot-image-opt-out-in-4.19"
    gates = ("admin-gates", "openshift-config-managed")
    made.client.wait_for(lambda: gate in (made.client.get("configmaps", *gates).get("data") or {}), 10, gate)
    made.client.wait_for(lambda: condition(version(made), "Upgradeable"), 10, "Upgradeable")
    assert condition(version(made), "Upgradeable")["reason"] == "AdminAckRequired"
    request(made, "4.19.0")
    answer = made.client.wait_for(
        lambda: condition(version(made), "ReleaseAccepted") if refused(made) else None, 10, "refusal"
    )
    assert 'Precondition "ClusterVersionUpgradeable" failed because of "AdminAckRequired"' in answer["message"]
    stands = version(made)["status"]
    assert (stands["desired"]["version"], stands["history"][0]["version"]) == ("4.18.6", "4.18.6")
    assert images(made) == before

    acknowledge(made)  # no new request: removing the cause is enough
    completed(made, "4.19.0")
    images_become(made, {target("4.19.0", "aws")})
    found = made.client.get("machineconfigurations", "cluster")
    assert OPTED_IN in found["metadata"]["annotations"]
    assert found["status"]["managedBootImagesStatus"]["machineManagers"] == [
        {**MACHINE_SETS, "selection": {"mode": "All"}}
    ]
    manage(made, "None")  # known to the schema of 4.19 only


def test_killed_in_the_middle_and_started_again(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.20.3")
    made.start_operator(speed=SPEED)
    request(made, "4.20.4")
    for operator in ("kube-apiserver", "network", "machine-config"):

        def reached(name: str = operator) -> bool:
            found = made.client.get("clusteroperators", name)["status"]["versions"]
            return any(entry["version"] == "4.20.4" for entry in found)

        made.client.wait_for(reached, 60, f"{operator} at 4.20.4")
        if operator != "machine-config":
            made.kill_operator()
            assert version(made)["status"]["history"][0]["state"] == "Partial"
            made.start_operator(speed=SPEED)
    found = completed(made, "4.20.4")
    assert [entry["version"] for entry in found["status"]["history"]].count("4.20.4") == 1
    images_become(made, {target("4.20.4", "gcp")})
    pools = made.client.wait_for(lambda: all_updated(made), 30, "pools")
    assert {pool["metadata"]["name"] for pool in pools} == {"master", "worker"}


def test_the_api_server_goes_away_in_the_middle(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.21.2")
    made.start_operator(speed=SPEED)
    request(made, "4.21.3")
    made.client.wait_for(lambda: version(made)["status"]["history"][0]["state"] == "Partial", 20, "acceptance")
    made.control_plane.kill_apiserver()
    time.sleep(1)
    made.control_plane.start_apiserver()
    completed(made, "4.21.3")
    images_become(made, {target("4.21.3", "gcp")})
    assert made.operator_running()


@pytest.mark.long
def test_a_load_after_an_upgrade_goes_back_to_the_release(sandbox: Load) -> None:
    """An upgrade brings the CRDs and policies of its release, which another cluster of the old one must not find."""
    made = sandbox("gcp", release="4.18.6")
    made.start_operator(speed=SPEED)
    acknowledged = made.client.wait_for(
        lambda: made.client.get("configmaps", "admin-gates", "openshift-config-managed").get("data"), 10, "gates"
    )
    assert acknowledged
    acknowledge(made)
    request(made, "4.19.0")
    completed(made, "4.19.0")
    manage(made, "None")
    made = sandbox("gcp", release="4.18.6")
    with pytest.raises(ApiError, match="None"):
        manage(made, "None")


def test_on_aws_the_operator_of_5_0_asks_ec2(sandbox: Load) -> None:
    made = sandbox("aws", release="4.22.1")
    made.start_operator(speed=SPEED)
    images_become(made, {target("4.22.1", "aws")})
    update = next(u["version"] for u in releases_after(made, "stable-5.0") if u["version"].startswith("5.0."))
    request(made, update)
    acknowledge(made)
    completed(made, update)
    images_become(made, {target(update, "aws")})
    name = made.loaded.machine_sets[0]  # type: ignore[union-attr]
    value = {"ami": {"id": "ami-00000000000000000"}}
    made.client.patch("machinesets", name, {"spec": {"template": {"spec": {"providerSpec": {"value": value}}}}})
    made.client.wait_for(lambda: "InvalidAMIID.NotFound" in boot_image(made, "Degraded")["message"], 10, "an error")


def test_from_4_20_nothing_moves_before_the_upgrade_is_complete(sandbox: Load) -> None:
    """And a paused worker pool holds neither the upgrade nor the boot images."""
    made = sandbox("gcp", release="4.20.3")
    made.client.patch("machineconfigpools", "worker", {"spec": {"paused": True}})
    made.start_operator(speed=SPEED)
    images_become(made, {target("4.20.3", "gcp")})
    request(made, "4.20.4")
    while version(made)["status"]["history"][0]["state"] == "Completed":
        time.sleep(0.02)
    while version(made)["status"]["history"][0]["state"] == "Partial":
        assert images(made) <= {target("4.20.3", "gcp"), target("4.20.4", "gcp")}
        if images(made) != {target("4.20.3", "gcp")}:
            assert version(made)["status"]["history"][0]["state"] == "Completed"
    images_become(made, {target("4.20.4", "gcp")})
    worker = made.client.get("machineconfigpools", "worker")
    assert "Pool is paused; will not update to rendered-worker-" in condition(worker, "Updating")["message"]
    assert worker["status"]["updatedMachineCount"] == 0


@pytest.mark.long
def test_a_signature_that_cannot_be_verified(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.20.3")
    annotation = {"metadata": {"annotations": {"sandbox.test/fail-signature": "4.20.4"}}}
    made.client.patch("clusterversions", "version", annotation)
    made.start_operator(speed=SPEED)
    request(made, "4.20.4")
    made.client.wait_for(lambda: refused(made), 10, "refusal")
    told = condition(version(made), "ReleaseAccepted")
    assert told["reason"] == "RetrievePayload"
    assert "The update cannot be verified: unable to verify sha256:" in told["message"]
    made.client.patch(
        "clusterversions", "version", {"metadata": {"annotations": {"sandbox.test/fail-signature": None}}}
    )
    completed(made, "4.20.4")


def test_a_version_nobody_offers_is_invalid(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.20.3")
    made.start_operator(speed=SPEED)
    request(made, "4.20.99", image="")
    found = made.client.wait_for(lambda: condition(version(made), "Invalid"), 10, "Invalid")
    assert "when image is empty the update must be an available update" in found["message"]
    made.client.patch("clusterversions", "version", {"spec": {"desiredUpdate": None}})
    made.client.wait_for(lambda: not condition(version(made), "Invalid"), 10, "no Invalid")


@pytest.mark.long
def test_an_operator_that_is_slow_is_a_suspicion_only(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.20.3")
    annotations = {"sandbox.test/stall-at": "etcd"}
    made.client.patch("clusterversions", "version", {"metadata": {"annotations": annotations}})
    made.start_operator(speed=SPEED)
    request(made, "4.20.4")
    made.client.wait_for(lambda: condition(version(made), "Failing").get("status") == "Unknown", 30, "a suspicion")
    told = condition(version(made), "Failing")
    assert told["reason"] == "SlowClusterOperator"
    assert told["message"] == "waiting on etcd over 30 minutes which is longer than expected"
    made.client.patch("clusterversions", "version", {"metadata": {"annotations": {"sandbox.test/stall-at": None}}})
    found = completed(made, "4.20.4")
    assert condition(found, "Failing")["status"] == "False"
