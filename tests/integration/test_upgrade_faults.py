# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong in an upgrade, on a real API server with a Cluster Version Operator that was told to fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from integration.support.clusters import Cluster, writes
from integration.support.modules import Answer

Clusters = Callable[..., Cluster]
SPEED, TARGET = 1200.0, "4.20.4"


def upgrade(made: Cluster, **more: Any) -> Answer:
    options = {"version": TARGET, "wait": True, "wait_timeout": 60, "pools_timeout": 40, **more}
    return made.module("cluster_upgrade", **options)


def newest(made: Cluster) -> tuple[str, str]:
    entry = made.client.get("clusterversions", "version")["status"]["history"][0]
    return entry["version"], entry["state"]


def heal(made: Cluster, fault: str) -> None:
    made.client.patch("clusterversions", "version", {"metadata": {"annotations": {f"sandbox.test/{fault}": None}}})


def ail(made: Cluster, fault: str, value: str) -> None:
    made.client.patch("clusterversions", "version", {"metadata": {"annotations": {f"sandbox.test/{fault}": value}}})


def test_the_preflight_reads_much_in_few_requests_and_writes_nothing(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.20.3")
    budget = {
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "tight", "namespace": "openshift-machine-api"},
        "spec": {"maxUnavailable": 0, "selector": {"matchLabels": {"a": "b"}}},
    }  # fmt: skip
    made.client.create(budget)
    status = {"disruptionsAllowed": 0, "currentHealthy": 2, "desiredHealthy": 2, "expectedPods": 2}
    made.client.patch("poddisruptionbudgets", "tight", {"status": status}, subresource="status")
    name = made.client.list("nodes")[0]["metadata"]["name"]
    made.client.patch("nodes", name, {"spec": {"unschedulable": True}})
    with made.untouched(), made.requests() as requests:
        answer = made.module("cluster_upgrade", state="preflight")
    assert not answer.failed, answer.message
    told = {each["reason"]: each for each in answer.result["blockers"]}
    assert told["budget_allows_nothing"]["object"] == "PodDisruptionBudget openshift-machine-api/tight"
    assert told["node_unschedulable"]["object"] == f"Node {name}"
    assert all(each["remedy"] for each in told.values())
    assert [each["version"] for each in answer.result["offers"]][:2] == ["4.20.4", "4.20.5"]
    assert writes(requests) == [] and len(requests) < 40
    reader = made.module("cluster_upgrade", user="reader", state="preflight")
    assert reader.result["blockers"] == answer.result["blockers"]
    made.client.delete("poddisruptionbudgets", "tight", "openshift-machine-api")
    made.client.patch("nodes", name, {"spec": {"unschedulable": None}})


@pytest.mark.contract("G8.hang")
@pytest.mark.long
def test_a_drain_that_hangs_is_outstanding_and_heals(cluster: Clusters) -> None:
    """ClusterVersion is completed meanwhile; the wait for pools says what it lacks, and with on_timeout=report that is no failure."""
    made = cluster("gcp", release="4.20.3")
    ail(made, "hang-drain", "worker")
    made.sandbox.start_operator(SPEED)
    found = upgrade(made, pools_timeout=6, on_timeout="report")
    assert not found.failed, found.message
    assert newest(made) == (TARGET, "Completed") and found.result["state"] == "completed"
    late = found.result["timed_out"]
    assert late["phase"] == "pools"
    assert [each["object"] for each in late["waiting_for"]] == ["MachineConfigPool worker"]
    assert "failed to drain node" in late["waiting_for"][0]["message"]
    heal(made, "hang-drain")
    again = upgrade(made)
    assert (again.failed, again.result["changed"]) == (False, False), again.message
    assert all(each["updated"] for each in again.result["pools"])


@pytest.mark.contract("G8.masterPool")
def test_a_master_pool_that_is_stuck(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.20.3")
    ail(made, "stick-pool", "master")
    made.sandbox.start_operator(SPEED)
    late = upgrade(made, wait_timeout=12)
    assert late.failed and late.result["timed_out"]["phase"] == "control_plane"
    assert "machine-config" in late.message and newest(made) == (TARGET, "Partial")
    operator = made.client.get("clusteroperators", "machine-config")["status"]
    degraded = next(each for each in operator["conditions"] if each["type"] == "Degraded")
    assert (degraded["status"], degraded["reason"]) == ("True", "RequiredPoolsFailed")
    heal(made, "stick-pool")
    done = upgrade(made)
    assert not done.failed, done.message
    assert newest(made) == (TARGET, "Completed")


@pytest.mark.contract("G8.bears")
def test_an_operator_that_is_down_for_a_while_is_borne(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.20.3")
    ail(made, "down", "network")
    made.sandbox.start_operator(SPEED)
    running = made.start_module("cluster_upgrade", version=TARGET, wait=True, wait_timeout=90)

    def failing() -> bool:
        conditions = made.client.get("clusterversions", "version")["status"]["conditions"]
        return any((each["type"], each["status"]) == ("Failing", "True") for each in conditions)

    made.client.wait_for(failing, 60, "Failing=True")
    heal(made, "down")
    done = running.finish()
    assert not done.failed, done.message
    assert done.result["state"] == "completed" and set(done.result["timings"]) == {
        "acceptance",
        "control_plane",
        "pools",
    }


@pytest.mark.contract("G8.signature.stops")
@pytest.mark.long
def test_a_signature_that_does_not_verify_is_reported_and_never_forced(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.20.3")
    made.sandbox.start_operator(SPEED, "--fault", f"fail-signature={TARGET}")
    refused = upgrade(made)
    assert refused.failed and refused.result["reason"] == "upgrade_refused"
    assert "The update cannot be verified" in refused.message and "never forced" in refused.message
    assert newest(made) == ("4.20.3", "Completed")
    assert made.client.get("clusterversions", "version")["spec"]["desiredUpdate"]["force"] is False
