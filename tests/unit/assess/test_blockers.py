# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What blocks an upgrade or should be known before one."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import (
    cluster_version,
    condition,
    configuration,
    control_plane,
    gcp_spec,
    machine_set,
    manager,
    snapshot,
)

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight import Target, preflight
from ansible_collections.okd.boot_images.plugins.module_utils.model.surroundings import Surroundings
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Finding

GATES = {"data": {"ack-4.19-b": "read this", "ack-4.19-a": "and that", "ack-4.18-old": "inert", "ack-4.190-x": "other"}}


def found(sets: Any = (), **changes: Any) -> list[tuple[str, str, str]]:
    told: tuple[Finding, ...] = assess(snapshot(sets, **changes)).findings
    return [(each.severity, each.object, each.reason.code) for each in told]


def operator(*conditions: Any) -> dict[str, Any]:
    return {"status": {"versions": [{"name": "operator", "version": "4.19.0"}], "conditions": list(conditions)}}


def pool(paused: Any = False, *conditions: Any) -> dict[str, Any]:
    return {"metadata": {"name": "worker"}, "spec": {"paused": paused}, "status": {"conditions": list(conditions)}}


def test_a_healthy_cluster_has_none() -> None:
    healthy = operator(condition("Degraded", "False"), condition("Available", "True"), condition("Upgradeable", "True"))
    assert found([machine_set()], operator=healthy, pools=(pool(),)) == []


ONE, TWO = "Read the article.", "Read the article. And the other."


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (ONE, False), (f"{TWO} {ONE}\n", False), (f"{ONE} It is late.", True), ("", True), ("acknowledged before", True),
    ],
)  # fmt: skip
def test_a_condition_that_only_repeats_the_gates_is_not_told_once_more(message: str, told: bool) -> None:
    gates = {"data": {"ack-4.19-a": ONE, "ack-4.19-b": TWO, "ack-4.19-c": "acknowledged before", "ack-4.19-d": ""}}
    seen = snapshot(
        cluster_version=cluster_version(conditions=[condition("Upgradeable", "False", message)]),
        gates=gates,
        acks={"data": {"ack-4.19-c": "true"}},
    )
    for found in (assess(seen).findings, preflight(seen, assess(seen), Surroundings(), Target("4.20.1"))):
        assert any(each.reason.code == "not_upgradeable" for each in found) is told
        assert sum(each.reason.code == "admin_ack_required" for each in found) == 3


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"configuration": None}, ("blocker", "MachineConfiguration cluster", "configuration_missing")),
        (
            {"cluster_version": cluster_version(conditions=[condition("Failing", "True", "x")])},
            ("blocker", "ClusterVersion version", "cluster_failing"),
        ),
        (
            {"cluster_version": cluster_version(conditions=[condition("Upgradeable", "False", "x")])},
            ("warning", "ClusterVersion version", "not_upgradeable"),
        ),
        (
            {"cluster_version": cluster_version(state="Partial")},
            ("warning", "ClusterVersion version", "upgrade_under_way"),
        ),
        (
            {"operator": operator(condition("Degraded", "True", "bootimage update failed: x"))},
            ("blocker", "ClusterOperator machine-config", "operator_unhealthy"),
        ),
        (
            {"operator": operator(condition("Available", "False"))},
            ("blocker", "ClusterOperator machine-config", "operator_unhealthy"),
        ),
        (
            {"operator": operator(condition("Upgradeable", "False", "ClusterBootImageSkewError"))},
            ("blocker", "ClusterOperator machine-config", "operator_not_upgradeable"),
        ),
        ({"pools": (pool(True),)}, ("warning", "MachineConfigPool worker", "pool_paused")),
        (
            {"pools": (pool(False, condition("Degraded", "True")),)},
            ("blocker", "MachineConfigPool worker", "pool_degraded"),
        ),
    ],
)
def test_one_finding(changes: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert found(**changes) == [expected]


def test_gates_of_this_version_without_their_acknowledgement() -> None:
    assert [each[1] for each in found(gates=GATES)] == ["admin gate ack-4.19-a", "admin gate ack-4.19-b"]
    acks = {"data": {"ack-4.19-a": "true", "ack-4.19-b": "True"}}
    assert found(gates=GATES, acks=acks) == [("blocker", "admin gate ack-4.19-b", "admin_ack_required")]


def test_gates_are_of_the_version_the_cluster_is_at() -> None:
    upgrading = cluster_version("4.19.0", "Partial")
    assert ("blocker", "admin gate ack-4.18-old", "admin_ack_required") in found(gates=GATES, cluster_version=upgrading)


def test_unknown_is_not_a_finding() -> None:
    assert found(operator=None, gates=None, acks=None, cluster_version={}) == []
    assert found(pools=(pool("yes"), {})) == []


def test_sets_that_the_operator_fails_on_warn_and_deadly_ones_block() -> None:
    bad, deadly = machine_set("bad", arch="foo"), machine_set("deadly", spec=gcp_spec(userDataSecret=None))
    assert found([bad, deadly, machine_set()]) == [
        ("blocker", "MachineSet openshift-machine-api/deadly", "would_kill_controller"),
        ("warning", "MachineSet openshift-machine-api/bad", "architecture_invalid"),
    ]
    assert found([bad, deadly], managers=[manager("None")]) == []


def test_blockers_come_first_and_carry_a_remedy() -> None:
    told = assess(
        snapshot(configuration=None, pools=(pool(True), pool(False, condition("Degraded", "True", "why"))))
    ).findings
    assert [each.severity for each in told] == ["blocker", "blocker", "warning"]
    assert all(each.remedy and each.message for each in told)


@pytest.mark.parametrize(
    ("status", "blocks"),
    [
        ({"mode": "Automatic", "automatic": {"ocpVersion": "4.12.30"}}, True),
        ({"mode": "Automatic", "automatic": {"ocpVersion": "4.13.0"}}, False),
        ({"mode": "Automatic", "automatic": {"ocpVersion": "0.0.0"}}, False),
        ({"mode": "Manual", "manual": {"mode": "RHCOSVersion", "rhcosVersion": "412.86.202301311551-0"}}, True),
        ({"mode": "Manual", "manual": {"mode": "RHCOSVersion", "rhcosVersion": "413.92.202301311551-0"}}, False),
        ({"mode": "Manual", "manual": {"mode": "RHCOSVersion", "rhcosVersion": "9.1.20250701-0"}}, True),
        ({"mode": "Manual", "manual": {"mode": "RHCOSVersion", "rhcosVersion": "10.0.20250701-0"}}, False),
        ({"mode": "None", "manual": {"ocpVersion": "4.12.0"}}, False),
        ({"mode": "Manual", "manual": None}, False),
        (None, False),
    ],
)
def test_the_skew_guard(status: Any, blocks: bool) -> None:
    made = configuration("4.22", [manager()])
    made["status"]["bootImageSkewEnforcementStatus"] = status
    told = found(release="4.22", configuration=made)
    assert (("blocker", "MachineConfiguration cluster", "boot_image_skew") in told) is blocks


def reporting(text: str) -> Any:
    told = condition("BootImageUpdateDegraded", "True", "1 Degraded MAPI MachineSets | Error(s): " + text)
    return configuration("4.19", [manager()], conditions=[told])


SECRET = 'error grabbing user data secret referenced in machineset: secrets "x" not found'


def test_what_the_operator_reports_stands_beside_each_set() -> None:
    text = f"[error syncing MAPI MachineSet old: failed to reconcile machineset old, err: {SECRET}, error syncing MAPI MachineSet bad: "
    text += "failed to fetch arch during machineset sync: invalid architecture value found in annotation: foo]"
    sets = [machine_set("bad", arch="foo"), machine_set("old"), machine_set("fine")]
    judgement = assess(snapshot(sets, configuration=reporting(text)))
    assert [(each.severity, each.object.split("/")[-1], each.reason.code) for each in judgement.findings] == [
        ("warning", "bad", "architecture_invalid"),
        ("warning", "old", "user_data_unusable"),
    ]
    assert [each.reported.text if each.reported else None for each in judgement.verdicts] == [
        "failed to fetch arch during machineset sync: invalid architecture value found in annotation: foo", SECRET, None,
    ]  # fmt: skip
    old = judgement.findings[1]
    assert (old.message, old.remedy) == (f"The operator reports: {SECRET}", old.reason.remedy) and old.remedy


def test_one_entry_for_a_set_that_would_end_the_controller() -> None:
    deadly = machine_set("deadly", spec=gcp_spec(userDataSecret=None))
    text = f"error syncing MAPI MachineSet deadly: {SECRET}"
    assert found([deadly], configuration=reporting(text)) == [
        ("blocker", "MachineSet openshift-machine-api/deadly", "would_kill_controller")
    ]


def test_an_error_of_a_control_plane_is_not_that_of_a_machine_set_of_its_name() -> None:
    text = f"error syncing ControlPlaneMachineSet cluster: {SECRET}"
    judgement = assess(snapshot([machine_set("cluster"), control_plane()], configuration=reporting(text)))
    assert [each.reported is not None for each in judgement.verdicts] == [False, True]


def test_an_error_that_names_no_set_is_one_of_the_configuration() -> None:
    text = 'failed to create a machineset selector while enqueueing MAPI machineset "Is" is not a valid label selector operator'
    assert found([machine_set()], configuration=reporting(text)) == [
        ("blocker", "MachineConfiguration cluster", "selector_invalid")
    ]
