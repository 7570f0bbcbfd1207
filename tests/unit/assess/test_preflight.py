# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each finding of an upgrade's preflight: who is named, how severe it is, and what else must not be found."""

from __future__ import annotations

from typing import Any

import pytest
from unit.assess.upgrade_parts import CV, MINOR, PATCH, found, node, operator, pool, told, version
from unit.builders import condition, snapshot
from unit.contract.rows import row

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight import Target, preflight
from ansible_collections.okd.boot_images.plugins.module_utils.model.surroundings import Surroundings

ACK = {"data": {"ack-4.19-x": "read this"}}
BOOT = {"data": {"ack-4.19-boot-image-opt-out-in-4.20": "decide"}}


@pytest.mark.parametrize("target", [Target(), Target(MINOR), Target(PATCH), Target("4.19.0")])
def test_a_healthy_cluster_has_no_finding(target: Target) -> None:
    nodes = (node(), node("m", "master"))
    assert found(target, Surroundings(nodes=nodes)) == []


REFUSED = condition("ReleaseAccepted", "False", 'Retrieving payload failed version="4.19.7"')
ASKED = {"desiredUpdate": {"version": "4.19.7", "image": "i7"}}


@pytest.mark.parametrize(
    ("made", "target", "expected"),
    [
        row("G5.CV.Progressing", told(condition("Progressing", "True", "x")), MINOR, ("blocker", CV, "upgrade_under_way")),
        row("G5.CV.history", version(state="Partial", at="4.19.1"), "4.19.2", ("blocker", CV, "upgrade_under_way")),
        row("G1.Failing.True", told(condition("Failing", "True", "x")), PATCH, ("blocker", CV, "cluster_failing")),
        row("G1.Failing.Unknown", told(condition("Failing", "Unknown", "x")), PATCH, ("warning", CV, "suspected_failure")),
        row("G1.Invalid", told(condition("Invalid", "True", "x")), PATCH, ("blocker", CV, "request_invalid")),
        row("G1.ReleaseAccepted", version(ASKED, conditions=[REFUSED]), "", ("blocker", CV, "release_not_accepted")),
        row("G1.ReleaseAccepted.replaced", version(ASKED, conditions=[REFUSED]), PATCH, ("warning", CV, "release_not_accepted")),
        row("G5.CV.pending", version(ASKED), PATCH, ("blocker", CV, "request_pending")),
        row("G1.RetrievedUpdates", told(condition("RetrievedUpdates", "False", "400")), "", ("warning", CV, "updates_not_retrieved")),
        row("G5.CV.overrides", version({"overrides": [{"kind": "Deployment", "name": "a", "unmanaged": True}]}), PATCH,
            ("blocker", CV, "cluster_overrides")),
        row("G1.Upgradeable", told(condition("Upgradeable", "False", "deletions")), MINOR, ("blocker", CV, "not_upgradeable")),
        row("G1.Upgradeable.patch", told(condition("Upgradeable", "False", "deletions")), PATCH, ("warning", CV, "not_upgradeable")),
        row("G2.lingers", told({**condition("Upgradeable", "False", "x"), "reason": "UpdateInProgress"}), MINOR,
            ("warning", CV, "not_upgradeable")),
        row("G2.lingers.4.23", told({**condition("Upgradeable", "False", "x"), "reason": "ClusterVersionUpdating"}), MINOR,
            ("warning", CV, "not_upgradeable")),
        row("G1.precondition.GiantHop", version(), "4.21.0", ("blocker", CV, "target_too_far")),
        row("G1.precondition.Rollback", version(), "4.18.1", ("blocker", CV, "target_too_low")),
        row("G6.ec.LowDesired", version(at="4.21.0-okd-scos.ec.15"), "4.21.0-okd-scos.3", ("blocker", CV, "target_too_low")),
        row("G6.4.15", version(at="4.15.0-0.okd-2024-03-10-010116"), "4.16.0-okd-scos.0", ("blocker", CV, "target_other_system")),
    ],
)  # fmt: skip
def test_one_finding_of_cluster_version(made: Any, target: str, expected: tuple[str, str, str]) -> None:
    explicit = target not in (MINOR, PATCH, "")
    assert found(Target(target, explicit), cluster_version=made, operators=()) == [expected]


@pytest.mark.contract("G1.pending.history")
def test_a_version_alone_that_is_in_the_history_is_ignored_as_the_operator_does() -> None:
    assert found(Target(PATCH), cluster_version=version({"desiredUpdate": {"version": "4.19.0"}})) == []
    both = {"desiredUpdate": {"version": "4.19.0", "image": "other"}}
    assert found(Target(PATCH), cluster_version=version(both)) == [("blocker", CV, "request_pending")]


@pytest.mark.contract("G1.availableUpdates", "G6.noEdge")
def test_a_version_that_is_not_on_offer_needs_its_image() -> None:
    assert found(Target("4.19.5")) == [("blocker", CV, "target_not_offered")]
    assert found(Target("4.19.5", explicit=True)) == []
    failed = told(condition("RetrievedUpdates", "False", "400"))
    assert found(Target("4.19.5"), cluster_version=failed) == [
        ("blocker", CV, "updates_not_retrieved"), ("blocker", CV, "target_not_offered"),
    ]  # fmt: skip


@pytest.mark.contract("G1.conditionalUpdates", "G1.conditionalUpdates.accept")
def test_each_risk_is_taken_by_its_own_name() -> None:
    risks = [{"name": name, "message": "bad", "url": "https://x"} for name in ("One", "Two")]
    conditional = [{
        "release": {"version": "4.19.5", "image": "i5"}, "risks": risks,
        "conditions": [condition("Recommended", "False", "both")],
    }]  # fmt: skip
    made = version(conditionalUpdates=conditional)
    expected = [("blocker", f"update 4.19.5 risk {name}", "target_at_risk") for name in ("One", "Two")]
    assert found(Target("4.19.5"), cluster_version=made) == expected
    assert [each[0] for each in found(Target("4.19.5", risks=("Two",)), cluster_version=made)] == ["blocker", "warning"]
    conditional[0]["conditions"] = [condition("Recommended", "True")]
    assert found(Target("4.19.5"), cluster_version=made) == []


@pytest.mark.contract("G2.gates", "G2.condition")
def test_gates_block_minors_and_explain_the_condition() -> None:
    late = told(condition("Upgradeable", "False", "multiple reasons: read this"))
    gate = ("blocker", "admin gate ack-4.19-x", "admin_ack_required")
    assert found(Target(MINOR), gates=ACK, cluster_version=late) == [gate, ("warning", CV, "not_upgradeable")]
    assert found(Target(PATCH), gates=ACK) == [("warning", *gate[1:])]
    acks = {"data": {"ack-4.19-x": "true"}}
    # The condition is up to two minutes late, which must not keep an acknowledged upgrade from being started.
    assert found(Target(MINOR), gates=ACK, acks=acks, cluster_version=late) == [("warning", CV, "not_upgradeable")]


@pytest.mark.contract("G2.bootImages")
def test_a_gate_about_boot_images_is_open_as_long_as_nobody_has_decided() -> None:
    name = "admin gate ack-4.19-boot-image-opt-out-in-4.20"
    assert found(Target(MINOR), gates=BOOT, managers=None) == [("blocker", name, "boot_images_undecided")]
    assert found(Target(MINOR), gates=BOOT) == [("blocker", name, "admin_ack_required")]


@pytest.mark.parametrize(
    ("made", "target", "expected"),
    [
        row("G3.Available", operator(Available="False"), PATCH, ("blocker", "ClusterOperator etcd", "operator_unhealthy")),
        row("G3.Degraded", operator(Degraded="True"), PATCH, ("blocker", "ClusterOperator etcd", "operator_unhealthy")),
        row("G3.missing", operator(Degraded=""), PATCH, ("blocker", "ClusterOperator etcd", "operator_unhealthy")),
        row("G2.CO", operator(Upgradeable="False"), MINOR, ("blocker", "ClusterOperator etcd", "operator_not_upgradeable")),
        row("G2.CO.patch", operator(Upgradeable="False"), PATCH, ("warning", "ClusterOperator etcd", "operator_not_upgradeable")),
        row("G5.COs.versions", operator(version="4.18.9"), PATCH, ("blocker", "ClusterOperator etcd", "operator_behind")),
    ],
)  # fmt: skip
def test_one_finding_of_a_cluster_operator(made: Any, target: str, expected: tuple[str, str, str]) -> None:
    assert found(Target(target), operators=(made,)) == [expected]


@pytest.mark.contract("G3.Progressing")
def test_a_cluster_operator_that_progresses_stops_nothing() -> None:
    assert found(Target(PATCH), operators=(operator(Progressing="True"),)) == []


W, M = "MachineConfigPool worker", "MachineConfigPool master"


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        row("G4.paused", pool(paused=True), ("warning", W, "pool_paused")),
        row("G4.paused.required", pool("master", paused=True), ("blocker", M, "pool_paused")),
        row("G4.paused.pending", pool(paused=True, Updated="False"), ("warning", W, "pool_paused")),
        row("G4.Degraded", pool(Degraded="True"), ("blocker", W, "pool_degraded")),
        row("G4.Updating", pool(Updating="True", Updated="False"), ("blocker", W, "pool_updating")),
        row("G4.Updated", pool(Updated="False"), ("blocker", W, "pool_behind")),
        row("G4.observed", pool(generation=2), ("blocker", W, "pool_updating")),
    ],
)
def test_one_finding_of_a_pool(made: Any, expected: tuple[str, str, str]) -> None:
    assert found(Target(PATCH), pools=(made,)) == [expected]


@pytest.mark.parametrize(
    ("made", "target", "expected"),
    [
        row("G5.nodes.Ready", node(conditions={"Ready": "Unknown"}), PATCH, ("warning", "Node a", "node_not_ready")),
        row("G5.nodes.master", node(role="master", conditions={"Ready": "False"}), PATCH, ("blocker", "Node a", "node_not_ready")),
        row("G5.nodes.cordoned", node(unschedulable=True), PATCH, ("warning", "Node a", "node_unschedulable")),
        row("G5.nodes.pressure", node(conditions={"DiskPressure": "True"}), PATCH, ("warning", "Node a", "node_under_pressure")),
        row("G5.nodes.state", node(state="Unreconcilable"), PATCH, ("warning", "Node a", "node_degraded")),
        row("G4.kubelet", node(kubelet="v1.31.3"), MINOR, ("warning", "Node a", "node_behind")),
        row("G4.kubelet.far", node(kubelet="v1.30.3"), MINOR, ("blocker", "Node a", "node_behind")),
    ],
)  # fmt: skip
def test_one_finding_of_a_node(made: Any, target: str, expected: tuple[str, str, str]) -> None:
    assert found(Target(target), Surroundings(nodes=(made,))) == [expected]


def test_nodes_that_share_a_trouble_are_one_finding() -> None:
    nodes = tuple(node(name, unschedulable=True) for name in "edcba")
    assert found(Target(PATCH), Surroundings(nodes=nodes)) == [
        ("warning", "Nodes a, b, c and 2 more", "node_unschedulable")
    ]


def budget(allowed: Any, healthy: int = 2, **spec: Any) -> dict[str, Any]:
    status = {"disruptionsAllowed": allowed, "currentHealthy": healthy, "expectedPods": healthy}
    return {"metadata": {"namespace": "n", "name": "p"}, "spec": spec, "status": status}


def counted(removed: str | None, requests: int) -> dict[str, Any]:
    by_node = [{"byUser": [{"username": "system:serviceaccount:a:b"}]}]
    status = {"removedInRelease": removed, "requestCount": requests, "last24h": [{"byNode": by_node}]}
    return {"metadata": {"name": "flowschemas.v1beta3"}, "status": status}


def request(signer: str = "kubelet-serving", *kinds: str) -> dict[str, Any]:
    return {
        "metadata": {"name": "csr-1"}, "spec": {"signerName": f"kubernetes.io/{signer}"},
        "status": {"conditions": [{"type": kind} for kind in kinds]},
    }  # fmt: skip


def runc() -> dict[str, Any]:
    return {"metadata": {"name": "r"}, "spec": {"containerRuntimeConfig": {"defaultRuntime": "runc"}}}


def etcd(**conditions: str) -> dict[str, Any]:
    return {"status": {"conditions": [condition(kind, status, "2 of 3") for kind, status in conditions.items()]}}


SDN = {"status": {"networkType": "OpenShiftSDN"}}
API, BUDGET = "API flowschemas.v1beta3", "PodDisruptionBudget n/p"


@pytest.mark.parametrize(
    ("around", "target", "expected"),
    [
        row("G5.CSRs", Surroundings(signing_requests=(request(),)), PATCH,
            [("warning", "CertificateSigningRequest csr-1", "certificates_pending")]),
        row("G5.CSRs.decided", Surroundings(signing_requests=(request("kubelet-serving", "Denied"), request("x"))), PATCH, []),
        row("G5.PDBs", Surroundings(budgets=(budget(0),)), PATCH, [("warning", BUDGET, "budget_allows_nothing")]),
        row("G5.PDBs.empty", Surroundings(budgets=(budget(0, 0), budget(1), budget(None))), PATCH, []),
        row("G5.APIs", Surroundings(api_requests=(counted("1.33", 3),)), MINOR, [("warning", API, "api_removed")]),
        row("G5.APIs.later", Surroundings(api_requests=(counted("1.33", 3),)), PATCH, []),
        row("G5.APIs.unused", Surroundings(api_requests=(counted("1.33", 0), counted(None, 3), counted("", 3))), MINOR, []),
        row("G5.etcd", Surroundings(etcd=etcd(EtcdMembersAvailable="False", EtcdMembersDegraded="False")), PATCH,
            [("blocker", "Etcd cluster", "etcd_unhealthy")]),
        row("G5.network", Surroundings(network=SDN), PATCH, [("blocker", "Network cluster", "network_plugin_removed")]),
    ],
)  # fmt: skip
def test_findings_of_the_surroundings(around: Surroundings, target: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(Target(target), around) == expected


@pytest.mark.contract("G5.runc")
def test_runc_is_gone_from_okd_4_20_on() -> None:
    around = Surroundings(runtimes=(runc(),))
    okd = version(at="4.19.0-okd-scos.9", availableUpdates=[{"version": "4.20.0-okd-scos.1", "image": "i"}])
    assert found(Target("4.20.0-okd-scos.1"), around, cluster_version=okd, operators=()) == [
        ("blocker", "ContainerRuntimeConfig r", "runtime_removed")
    ]
    assert found(Target(MINOR), around) == []


@pytest.mark.contract("G5.etcd.missing")
def test_what_nobody_says_is_no_finding_of_etcd() -> None:
    assert found(Target(PATCH), Surroundings(etcd=etcd())) == [] == found(Target(PATCH), Surroundings(etcd={}))


def test_the_message_names_users_and_budgets_that_stay_so() -> None:
    seen = snapshot(cluster_version=version(), operators=(operator(),))
    around = Surroundings(api_requests=(counted("1.33", 3),), budgets=(budget(0, maxUnavailable=0),))
    messages = [each.message for each in preflight(seen, assess(seen), around, Target(MINOR))]
    assert any("3 requests in 24 hours by system:serviceaccount:a:b" in each for each in messages)
    assert any("maxUnavailable is 0" in each for each in messages)
