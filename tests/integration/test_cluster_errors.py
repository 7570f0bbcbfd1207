# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user is told whose wish or whose cluster is not in order; and that nothing is written then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from integration.support.clusters import CONTROL_PLANE, WORKERS, Cluster

from sandbox import ApiError, releases

Clusters = Callable[..., Cluster]
ZONE_A = {"matchLabels": {"zone": "a"}}
EVERY_MODULE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("bootimage_status", {}),
    ("managed_boot_images", {"mode": "All"}),
    ("machineset_boot_image", {}),
    ("cluster_upgrade", {"version": "4.18.0"}),
)


def refused(made: Cluster, name: str, reason: str, **arguments: Any) -> str:
    """The message of a module that fails with this reason, in check mode too, and writes nothing."""
    with made.untouched():
        answer = made.module(name, **arguments)
    assert answer.failed, answer.result
    assert answer.result["reason"] == reason, answer.message
    return answer.message


@pytest.fixture
def gcp(cluster: Clusters) -> Cluster:
    return cluster("gcp")


# The cluster is not in order


def test_a_cluster_without_infrastructure_is_not_openshift(cluster: Clusters) -> None:
    made = cluster("gcp")
    made.client.delete("infrastructures", "cluster")
    for name, arguments in EVERY_MODULE:
        message = refused(made, name, "not_openshift", **arguments)
        assert "Infrastructure cluster does not exist: this is not an OpenShift or OKD cluster" in message
        assert "Check which cluster the connection options name" in message


def test_machine_configuration_is_missing(cluster: Clusters) -> None:
    made = cluster("gcp")
    made.client.delete("machineconfigurations", "cluster")
    message = refused(made, "managed_boot_images", "not_found", mode="All")
    assert "MachineConfiguration cluster does not exist" in message
    assert "The Machine Config Operator creates it: check that it runs" in message
    assert not made.client.exists("machineconfigurations", "cluster")
    status = made.module("bootimage_status")
    assert not status.failed
    assert "configuration_missing" in [each["reason"] for each in status.result["blockers"]]


def test_the_stream_is_missing(cluster: Clusters) -> None:
    made = cluster("gcp")
    made.client.delete("configmaps", "coreos-bootimages")
    for name, arguments in (("machineset_boot_image", {}), ("managed_boot_images", {"mode": "All"})):
        message = refused(made, name, "invalid_stream", **arguments)
        assert "coreos-bootimages" in message
        assert "check ClusterOperator machine-config" in message or "Delete the ConfigMap" in message


def test_the_stream_is_not_json(cluster: Clusters) -> None:
    made = cluster("gcp")
    made.client.patch("configmaps", "coreos-bootimages", {"data": {"stream": "<html>proxy error</html>"}})
    message = refused(made, "machineset_boot_image", "invalid_stream")
    assert "coreos-bootimages" in message
    assert "is not JSON" in message
    assert "Delete the ConfigMap" in message


def test_a_platform_that_is_not_managed_gets_the_servers_own_words(cluster: Clusters) -> None:
    made = cluster("openstack", release="4.20.3")
    message = refused(made, "managed_boot_images", "rejected", mode="All")
    assert "The API server refused to patch machineconfigurations.operator.openshift.io cluster" in message
    assert "This feature is only supported on these platforms: GCP, AWS, VSphere" in message


def test_check_mode_on_a_platform_that_is_not_managed_fails_alike(cluster: Clusters) -> None:
    made = cluster("openstack", release="4.20.3")
    with made.untouched():
        answer = made.check("managed_boot_images", mode="All")
    assert answer.failed
    assert "This feature is only supported on these platforms: GCP, AWS, VSphere" in answer.message


def test_a_release_that_cannot_manage_boot_images(cluster: Clusters) -> None:
    """4.16 without tech preview: its schema has no managedBootImages."""
    made = cluster("gcp", release="4.16.3")
    message = refused(made, "managed_boot_images", "unsupported", mode="All")
    assert "its release cannot manage boot images" in message
    assert "Upgrade to 4.17 or later, or update the machine sets with machineset_boot_image" in message


def test_control_plane_machine_sets_on_a_release_that_does_not_know_them(gcp: Cluster) -> None:
    message = refused(gcp, "managed_boot_images", "unsupported", mode="All", resource="controlplanemachinesets")
    assert "does not know the resource controlplanemachinesets; it knows machinesets" in message


# The wish contradicts itself or the cluster


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"mode": "Partial"}, "mode Partial needs selector (matchLabels or matchExpressions) or machine_sets (names)"),
        ({"mode": "Partial", "selector": {}}, "selector is empty, and an empty selector matches every machine set"),
        ({"mode": "Partial", "selector": {"matchLabels": {}}}, "Use mode All if that is meant"),
        (
            {
                "mode": "Partial",
                "selector": {"matchExpressions": [{"key": "zone", "operator": "Within", "values": ["a"]}]},
            },
            "Within",
        ),
        ({"mode": "Partial", "selector": {"matchLabels": {"zone": "not a label!"}}}, "not a label!"),
        ({"mode": "Partial", "selector": {"matchLabel": {"zone": "a"}}}, "matchLabel"),
        ({"mode": "Partial", "selector": ZONE_A, "exclusive": True}, "exclusive needs machine_sets"),
        ({"mode": "All", "selector": ZONE_A}, "selector, machine_sets and exclusive belong to mode Partial"),
    ],
)
def test_a_selection_that_cannot_be_meant(gcp: Cluster, arguments: dict[str, Any], words: str) -> None:
    assert words in refused(gcp, "managed_boot_images", "invalid_input", **arguments)


def test_the_server_would_have_stored_the_wrong_operator(gcp: Cluster) -> None:
    """So the refusal above is ours and needed: the API accepts it, and the operator then degrades."""
    expressions = {"matchExpressions": [{"key": "zone", "operator": "Within", "values": ["a"]}]}
    selection = {"mode": "Partial", "partial": {"machineResourceSelector": expressions}}
    managed = {"machineManagers": [{**WORKERS, "selection": selection}]}
    gcp.client.patch("machineconfigurations", "cluster", {"spec": {"managedBootImages": managed}}, dry_run=True)


def test_partial_is_not_possible_for_the_control_plane(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    arguments = {"mode": "Partial", "resource": "controlplanemachinesets", "selector": ZONE_A}
    message = refused(made, "managed_boot_images", "invalid_input", **arguments)
    assert "the API permits All and None only" in message
    with pytest.raises(ApiError):
        partial = {"mode": "Partial", "partial": {"machineResourceSelector": ZONE_A}}
        made.manage({**WORKERS, "selection": {"mode": "All"}}, {**CONTROL_PLANE, "selection": partial})


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("managed_boot_images", {"mode": "Partial", "machine_sets": ["typo"]}),
        ("machineset_boot_image", {"names": ["typo"]}),
        ("bootimage_status", {"names": ["typo"]}),
    ],
)
def test_a_machine_set_that_does_not_exist(gcp: Cluster, name: str, arguments: dict[str, Any]) -> None:
    message = refused(gcp, name, "not_found", **arguments)
    assert "typo" in message
    assert all(existing in message for existing in gcp.names)


def test_an_image_of_another_platform(gcp: Cluster) -> None:
    answer = gcp.check("machineset_boot_image", image="ami-0123456789abcdef0")
    assert answer.failed
    assert "ami-0123456789abcdef0" in answer.message
    assert "give projects/PROJECT/global/images/NAME" in answer.message
    with gcp.untouched():
        assert gcp.module("machineset_boot_image", image="ami-0123456789abcdef0").failed


def test_a_stream_file_that_cannot_be_used(gcp: Cluster, tmp_path: Any) -> None:
    missing = gcp.module("bootimage_status", stream_file=str(tmp_path / "typo.json"))
    assert missing.result["reason"] == "invalid_input"
    assert f"{tmp_path}/typo.json cannot be read" in missing.message
    (tmp_path / "list.json").write_text("[]")
    wrong = gcp.module("bootimage_status", stream_file=str(tmp_path / "list.json"))
    assert wrong.result["reason"] == "invalid_input"
    assert f"{tmp_path}/list.json holds no object" in wrong.message
    (tmp_path / "other.json").write_text('{"stream": "rhcos-4.18"}')
    other = gcp.module("bootimage_status", stream_file=str(tmp_path / "other.json"))
    assert other.result["reason"] == "invalid_stream"
    assert f"{tmp_path}/other.json is no CoreOS stream metadata" in other.message


# Upgrades


def test_a_version_that_is_not_on_offer(gcp: Cluster) -> None:
    message = refused(gcp, "cluster_upgrade", "upgrade_refused", version="4.19.0")
    assert "4.19.0 is not among the updates on offer in channel stable-4.18" in message
    offered = gcp.client.get("clusterversions", "version")["status"]["availableUpdates"]
    assert offered
    assert offered[0]["version"] in message


def test_a_gate_that_does_not_exist(gcp: Cluster) -> None:
    message = refused(gcp, "cluster_upgrade", "invalid_input", channel="stable-4.18", acknowledge=["typo"])
    assert "acknowledge names typo" in message


def test_an_upgrade_on_top_of_another(cluster: Clusters) -> None:
    made = cluster("gcp")
    found = made.client.get("clusterversions", "version")
    history = found["status"]["history"]
    history.insert(0, {**history[0], "state": "Partial", "version": "4.17.13", "completionTime": None})
    made.client.replace(found, "status")
    message = refused(made, "cluster_upgrade", "upgrade_refused", version=offered(made))
    assert "already on its way to 4.17.13" in message
    assert "Wait until it is Completed" in message


def offered(made: Cluster) -> str:
    """A version of the next minor that the update service offers."""
    updates = made.client.get("clusterversions", "version")["status"]["availableUpdates"]
    here = releases.minor(made.loaded.release)
    return str(next(each["version"] for each in updates if releases.minor(each["version"]) > here))


# Risks


@pytest.mark.parametrize("release", ["4.17.12", "4.18.6"])
def test_custom_user_data_is_not_lost_unasked(cluster: Clusters, release: str) -> None:
    """Up to 4.18 the operator re-points every enrolled set to worker-user-data-managed."""
    made = cluster("gcp", release=release)
    name = made.names[1]
    made.provider_spec(name, {"userDataSecret": {"name": "gpu-user-data"}})
    message = refused(made, "managed_boot_images", "risk_not_accepted", mode="All")
    assert "Refused, nothing was written" in message
    assert f"{name}: userDataSecret gpu-user-data would be replaced by worker-user-data-managed" in message
    assert "accept the code custom_user_data" in message

    answer = made.module("managed_boot_images", mode="All", accept=["custom_user_data"])
    assert not answer.failed, answer.message
    assert made.managers() == [{**WORKERS, "selection": {"mode": "All"}}]


def test_custom_user_data_of_a_set_that_is_not_enrolled_is_no_risk(cluster: Clusters) -> None:
    made = cluster("gcp")
    made.provider_spec(made.names[1], {"userDataSecret": {"name": "gpu-user-data"}})
    answer = made.module("managed_boot_images", mode="Partial", machine_sets=[made.names[0]])
    assert not answer.failed, answer.message


def test_custom_user_data_is_kept_from_4_19_on(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.19.2")
    secret = made.client.get("secrets", "worker-user-data")
    metadata = {"name": "gpu-user-data", "namespace": "openshift-machine-api"}
    made.client.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": secret["data"]})
    made.provider_spec(made.names[1], {"userDataSecret": {"name": "gpu-user-data"}})
    answer = made.module("managed_boot_images", mode="All")
    assert not answer.failed, answer.message


def test_what_would_kill_the_operators_controller_cannot_be_accepted(cluster: Clusters) -> None:
    made = cluster("gcp")
    made.provider_spec(made.names[2], {"userDataSecret": None})
    message = refused(made, "managed_boot_images", "risk_not_accepted", mode="All", accept=["custom_user_data"])
    assert f"The operator's controller would end on {made.names[2]}" in message
    assert "userDataSecret is not set" in message
