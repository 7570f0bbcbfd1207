# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a finding says: the operators' own words where they have some, else the object and the value that matter."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import cluster_version, condition, configuration, gcp_spec, machine_set, manager, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess

URL = "https://mirror.example.com/rhcos.qcow2.gz"
FETCH = "failed to fetch coreos-bootimages config map during sync"


def operator(*conditions: Any) -> dict[str, Any]:
    return {"status": {"versions": [{"name": "operator", "version": "4.19.0"}], "conditions": list(conditions)}}


def pool(paused: Any, *conditions: Any) -> dict[str, Any]:
    return {"metadata": {"name": "infra"}, "spec": {"paused": paused}, "status": {"conditions": list(conditions)}}


def cluster(*conditions: Any) -> dict[str, Any]:
    return cluster_version(conditions=list(conditions))


def enforced(status: Any) -> dict[str, Any]:
    made = configuration("4.22", [manager()])
    made["status"]["bootImageSkewEnforcementStatus"] = status
    return made


def degraded(text: str) -> dict[str, Any]:
    told = condition("BootImageUpdateDegraded", "True", f"1 Degraded MAPI MachineSets | Error(s): {text}")
    return configuration("4.19", [manager()], conditions=[told])


def told(sets: Any = (), release: str = "4.19", **changes: Any) -> list[tuple[str, str, str, str]]:
    found = assess(snapshot(sets, release, **changes)).findings
    return [(each.severity, each.object, each.reason.code, each.message) for each in found]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"configuration": None}, ("blocker", "MachineConfiguration cluster", "configuration_missing", "It does not exist.")),
        ({"cluster_version": cluster(condition("Failing", "True", "etcd is down"))},
         ("blocker", "ClusterVersion version", "cluster_failing", "etcd is down")),
        ({"cluster_version": cluster(condition("Upgradeable", "False", "AdminAckRequired: text"))},
         ("warning", "ClusterVersion version", "not_upgradeable", "AdminAckRequired: text")),
        ({"cluster_version": cluster_version("4.20.7", "Partial")},
         ("warning", "ClusterVersion version", "upgrade_under_way", "To 4.20.7.")),
        ({"operator": operator(condition("Degraded", "True", "sync failed"), condition("Available", "False", "also"))},
         ("blocker", "ClusterOperator machine-config", "operator_unhealthy", "sync failed")),
        ({"operator": operator(condition("Degraded", "False", "fine"), condition("Available", "False", "gone"))},
         ("blocker", "ClusterOperator machine-config", "operator_unhealthy", "gone")),
        ({"operator": operator(condition("Upgradeable", "False", "PoolUpdating"))},
         ("blocker", "ClusterOperator machine-config", "operator_not_upgradeable", "PoolUpdating")),
        ({"pools": (pool(True),)}, ("warning", "MachineConfigPool infra", "pool_paused", "spec.paused is true.")),
        ({"pools": (pool(False, condition("Degraded", "True", "node x")),)},
         ("blocker", "MachineConfigPool infra", "pool_degraded", "node x")),
        ({"gates": {"data": {"ack-4.19-api": "Removed APIs"}}},
         ("blocker", "admin gate ack-4.19-api", "admin_ack_required", "Removed APIs")),
        ({"provisioning": {"spec": {"provisioningOSDownloadURL": URL}}},
         ("warning", "Provisioning provisioning-configuration", "legacy_provisioning",
          f"spec.provisioningOSDownloadURL is {URL}.")),
        ({"configuration": degraded(FETCH)},
         ("blocker", "MachineConfiguration cluster", "stream_missing", f"The operator reports: {FETCH}")),
    ],
)  # fmt: skip
def test_a_finding_says(changes: dict[str, Any], expected: tuple[str, str, str, str]) -> None:
    assert told(**changes) == [expected]


@pytest.mark.parametrize(
    ("status", "mode", "version"),
    [
        ({"mode": "Automatic", "automatic": {"ocpVersion": "4.12.30"}}, "Automatic", "4.12.30"),
        ({"mode": "Manual", "manual": {"rhcosVersion": "412.86.202301311551-0"}}, "Manual", "412.86.202301311551-0"),
        ({"mode": "Manual", "manual": {"rhcosVersion": "9.1.20230201-0", "ocpVersion": "4.12.1"}}, "Manual", "9.1.20230201-0"),
    ],
)  # fmt: skip
def test_the_skew_guard_names_the_mode_and_the_version_on_record(status: Any, mode: str, version: str) -> None:
    ((severity, name, code, message),) = told(release="4.22", configuration=enforced(status))
    assert (severity, name, code) == ("blocker", "MachineConfiguration cluster", "boot_image_skew")
    assert (mode in message, version in message) == (True, True)


@pytest.mark.parametrize(
    "fine",
    [
        {"cluster_version": cluster(condition("Failing", "False", "x"), condition("Upgradeable", "True", "x"))},
        {"operator": operator(condition("Degraded", "Unknown"), condition("Available", "Unknown"))},
        {"operator": operator(condition("Upgradeable", "Unknown"))},
        {"pools": (pool(False, condition("Degraded", "False", "x")),)},
        {"provisioning": {"spec": {"provisioningOSDownloadURL": ""}}},
        {"gates": {"data": {"ack-4.190-api": "another release's"}}},
        {"gates": {"data": {"ack-4.19-api": "x"}}, "acks": {"data": {"ack-4.19-api": "true"}}},
    ],
)
def test_what_is_well_is_no_finding(fine: dict[str, Any]) -> None:
    assert told(**fine) == []


def test_a_configuration_that_may_not_be_read_is_not_missing() -> None:
    assert told(configuration=None, configuration_known=False) == []


ODD = {"status": "True", "message": 3}
NEGATIVE = {"status": "False", "message": 3}


@pytest.mark.parametrize(
    "changes",
    [
        {"cluster_version": cluster({"type": "Failing", **ODD})},
        {"cluster_version": cluster({"type": "Upgradeable", **NEGATIVE})},
        {"operator": operator({"type": "Degraded", **ODD})},
        {"operator": operator({"type": "Available", **NEGATIVE})},
        {"operator": operator({"type": "Upgradeable", **NEGATIVE})},
        {"pools": (pool(False, {"type": "Degraded", **ODD}),)},
        {"gates": {"data": {"ack-4.19-api": 3}}},
    ],
)
def test_whatever_strangers_wrote_is_told_as_text(changes: dict[str, Any]) -> None:
    assert [message for *_names, message in told(**changes)] == ["3"]


def test_what_the_operator_would_fail_on_is_said_in_its_outlooks_words() -> None:
    deadly = machine_set("deadly", spec=gcp_spec(userDataSecret=None))
    seen = assess(snapshot([machine_set("bad", arch="foo"), deadly]))
    bad, dead = (each.operator.message for each in seen.verdicts)
    assert [each.message for each in seen.findings] == [dead, bad]


def test_each_finding_carries_its_reasons_remedy() -> None:
    for each in assess(snapshot(configuration=None, pools=(pool(True),))).findings:
        assert each.remedy == each.reason.remedy
