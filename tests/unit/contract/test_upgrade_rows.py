# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the upgrade's contract that no other test has taken upon itself: conditions, preconditions and Upgradeable under every name."""

from __future__ import annotations

import copy
import threading
import time
from typing import Any

import pytest
from unit.assess.upgrade_parts import CV, MINOR, PATCH, found, operator, told, version
from unit.builders import cluster_version, condition, snapshot
from unit.contract.rows import row
from unit.tiny_api import api

from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight import Target
from ansible_collections.okd.boot_images.plugins.module_utils.flow.phases import Phases
from ansible_collections.okd.boot_images.plugins.module_utils.flow.upgrade import upgrade
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model.gates import gates
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import UpgradeWish
from ansible_collections.okd.boot_images.plugins.module_utils.read.surroundings import read_surroundings
from ansible_collections.okd.boot_images.plugins.module_utils.settle.upgrade import (
    LATER,
    REFUSED,
    progress,
    refusal_lasts,
)

RISK = {"name": "R", "message": "bad", "url": "https://x"}


def because(kind: str, status: str, reason: str, message: str = "why") -> dict[str, Any]:
    return {**condition(kind, status, message), "reason": reason}


@pytest.mark.contract("G1.history")
def test_the_current_version_is_the_newest_that_was_completed() -> None:
    """An upgrade under way, or one that was given up, does not change it, and nothing takes it back."""
    history = [("4.20.1", "Partial"), ("4.20.0", "Partial"), ("4.19.3", "Completed"), ("4.19.0", "Completed")]
    made = cluster_version(history=[{"version": name, "state": state} for name, state in history])
    assert snapshot(cluster_version=made).current_version == "4.19.3"


@pytest.mark.contract("G1.channel")
def test_after_a_change_of_the_channel_the_old_offers_may_still_stand() -> None:
    """Nothing says for which channel a list is: the version is waited for, and only the other offers are not taken for an answer."""
    before = cluster_version(availableUpdates=[{"version": "4.19.1", "image": "i1"}])
    before["metadata"]["name"] = "version"
    with api(THE_CLUSTER_VERSION=before) as made:

        def standing() -> Any:
            return made.objects[o.THE_CLUSTER_VERSION.path]

        def operator_fetches() -> None:
            while standing()["spec"].get("channel") != "stable-4.20":
                time.sleep(0.01)
            time.sleep(0.3)
            found = copy.deepcopy(standing())
            found["status"]["availableUpdates"] = [{"version": "4.20.0", "image": "i2"}]
            found["metadata"]["resourceVersion"] = "1000"
            made.objects[o.THE_CLUSTER_VERSION.path] = found

        fetching = threading.Thread(target=operator_fetches, daemon=True)
        fetching.start()
        wish = UpgradeWish("4.20.0", channel="stable-4.20")
        done = upgrade(made.client(), wish, (), Phases(acceptance=20), lambda line: None)
        fetching.join()
    assert standing()["spec"]["desiredUpdate"] == {
        "version": "4.20.0",
        "image": "i2",
        "architecture": "",
        "force": False,
    }
    assert done["changed"] and made.written == ["version", "version"]


@pytest.mark.contract("G1.conditionalUpdates.unknown")
def test_an_update_whose_risks_could_not_be_evaluated_is_one_at_risk() -> None:
    unknown = because("Recommended", "Unknown", "EvaluationFailed", "the query failed")
    release = {"release": {"version": "4.19.5", "image": "i5"}, "risks": [RISK], "conditions": [unknown]}
    made = version(conditionalUpdates=[release])
    assert found(Target("4.19.5"), cluster_version=made) == [("blocker", "update 4.19.5 risk R", "target_at_risk")]
    assert found(Target("4.19.5", risks=("R",)), cluster_version=made)[0][0] == "warning"


@pytest.mark.contract("G1.ReleaseAccepted.LoadPayload")
def test_a_payload_that_cannot_be_loaded_is_a_refusal() -> None:
    text = 'Loading payload failed version="4.20.4" image="quay.io/r@sha256:abc" failure=unable to parse'
    made = cluster_version("4.20.3", conditions=[because("ReleaseAccepted", "False", "LoadPayload", text)])
    made["spec"]["desiredUpdate"] = {"version": "4.20.4", "image": "quay.io/r@sha256:abc"}
    state = progress(snapshot(cluster_version=made), "4.20.4")
    assert (state.state, "unable to parse" in state.message) == (REFUSED, True)


@pytest.mark.contract("G1.ImplicitlyEnabledCapabilities")
@pytest.mark.parametrize(("status", "reason"), [("False", "AsExpected"), ("True", "CapabilitiesImplicitlyEnabled")])
def test_capabilities_stop_nothing(status: str, reason: str) -> None:
    assert (
        found(Target(MINOR), cluster_version=told(because("ImplicitlyEnabledCapabilities", status, reason)))
        == found(Target(MINOR))
        == []
    )


@pytest.mark.contract("G1.precondition.RecommendedUpdate", "G5.target.digest")
def test_nobody_but_the_client_stops_what_is_not_recommended() -> None:
    """The operator takes any digest: so a risk is ours to refuse, and an explicit image is the user's."""
    risky = {"release": {"version": "4.19.5", "image": "i5"}, "risks": [RISK]}
    for made in (version(conditionalUpdates=[risky]), version()):
        assert [each[0] for each in found(Target("4.19.5"), cluster_version=made)] == ["blocker"]
        assert found(Target("4.19.5", explicit=True), cluster_version=made) == []


@pytest.mark.contract("G1.precondition.EtcdRecentBackup", "G5.alerts")
def test_what_nobody_checks_is_told_as_not_checked() -> None:
    """From 4.15 nothing looks for a backup of etcd, and alerts take a token of their own: neither is ever called well."""
    with api() as made:
        gaps = {each.what: each.why for each in read_surroundings(made.client()).not_checked}
    assert {"a backup of etcd", "alerts"} <= set(gaps)
    assert all(gaps[each] for each in ("a backup of etcd", "alerts"))


GATE = {"data": {"ack-4.19-x": "read this"}}
SEVERAL = "Cluster operators etcd, network should not be upgraded between minor versions: etcd why, network why"
OVERRIDDEN = {"overrides": [{"kind": "Deployment", "name": "a", "unmanaged": True}]}
ETCD, NETWORK = operator(Upgradeable="False"), operator("network", Upgradeable="False")
BOTH = [("blocker", f"ClusterOperator {name}", "operator_not_upgradeable") for name in ("etcd", "network")]
WARNED = ("warning", CV, "not_upgradeable")


@pytest.mark.parametrize(
    ("made", "operators", "expected"),
    [
        row("G2.COs", told(because("Upgradeable", "False", "ClusterOperatorsNotUpgradeable", SEVERAL)), (ETCD, NETWORK), [*BOTH, WARNED]),
        row("G2.COs.4.23", told(because("Upgradeable", "False", "MultipleReasons", SEVERAL)), (ETCD, NETWORK), [*BOTH, WARNED]),
        row("G2.overrides", version(OVERRIDDEN, conditions=[because("Upgradeable", "False", "ClusterVersionOverridesSet")]), (),
            [("blocker", CV, "cluster_overrides"), WARNED]),
        row("G2.overrides.4.23", version(OVERRIDDEN, conditions=[because("Upgradeable", "False", "ClusterVersionOverrides")]), (),
            [("blocker", CV, "cluster_overrides"), WARNED]),
        row("G2.deletions", told(because("Upgradeable", "False", "ResourceDeletesInProgress")), (), [("blocker", CV, "not_upgradeable")]),
        row("G2.deletions.4.23", told(because("Upgradeable", "False", "ResourceDeletionInProgress")), (), [("blocker", CV, "not_upgradeable")]),
        row("G2.unreadable", told(because("Upgradeable", "False", "UnableToAccessAdminAcksConfigMap")), (), [("blocker", CV, "not_upgradeable")]),
        row("G2.parts", told(
            because("Upgradeable", "False", "MultipleReasons", "etcd why; deleting"),
            because("UpgradeableClusterOperators", "False", "NotReady"),
            because("UpgradeableUpgradeInProgress", "True", "UpdateInProgress"),
        ), (ETCD,), [BOTH[0], WARNED]),
    ],
)  # fmt: skip
def test_upgradeable_under_every_name(made: Any, operators: Any, expected: list[tuple[str, str, str]]) -> None:
    """What it sums up is a finding of its own, whatever the reason is called; only a cause that has none blocks by itself."""
    given = operators or (operator(),)
    assert found(Target(MINOR), cluster_version=made, operators=given) == expected
    patch = found(Target(PATCH), cluster_version=made, operators=given)
    assert {each[0] for each in patch if each[2] != "cluster_overrides"} == {"warning"}


@pytest.mark.contract("G2.several")
def test_a_gate_beside_another_cause_does_not_hide_it() -> None:
    """Up to 4.22 the reason is MultipleReasons with parts, from 4.23 that alone; the gate is computed from the ConfigMaps."""
    made = told(because("Upgradeable", "False", "MultipleReasons", "read this; etcd why"))
    expected = {("blocker", "admin gate ack-4.19-x", "admin_ack_required"), BOTH[0], WARNED}
    assert set(found(Target(MINOR), cluster_version=made, operators=(ETCD,), gates=GATE)) == expected


@pytest.mark.contract("G2.key")
@pytest.mark.parametrize(
    ("key", "is_one"),
    [
        ("ack-4.19-x", True),
        ("ack-4.19-4.20-x", True),
        ("ack-4.19-", False),
        ("ack-4.19--x", False),
        ("ack-4.1-x", False),
    ],
)
def test_what_is_a_gate(key: str, is_one: bool) -> None:
    assert [each.name for each in gates(snapshot(gates={"data": {key: "text"}}))] == [key] * is_one


@pytest.mark.contract("G3.recovers")
def test_a_refusal_for_an_operators_sake_is_believed_after_the_operators_two_minutes_only() -> None:
    """The precondition is tried again whenever something changes: removing the cause starts the upgrade without a new write."""
    text = (
        'Preconditions failed for payload loaded version="V" image="I": Precondition "ClusterVersionUpgradeable" failed because of '
        '"{}": Cluster operator etcd should not be upgraded between minor versions'
    )
    for reason in ("NotReady", "ClusterOperatorsNotUpgradeable", "RiskNameNotCompatibleWithReasonProperty"):
        assert refusal_lasts(text.format(reason)) == LATER
