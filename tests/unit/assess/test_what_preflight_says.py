# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade's preflight says of operators, pools and nodes: the object, the value, and the condition's own words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from unit.assess.upgrade_parts import node, operator, pool, version
from unit.builders import condition, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.finding import words
from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight_nodes import nodes
from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight_operators import operators, reached
from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight_pools import pools
from ansible_collections.okd.boot_images.plugins.module_utils.model.surroundings import Surroundings
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Finding

Told = tuple[str, str, str, str]
STATE = "machineconfiguration.openshift.io/state"
WHY = "this is why"


def told(findings: Iterable[Finding]) -> list[Told]:
    return [(each.severity, each.object, each.reason.code, each.message) for each in findings]


def test_a_condition_says_its_message_else_its_reason_else_something() -> None:
    assert words({"message": "m", "reason": "r"}) == "m"
    assert words({"message": "", "reason": "r"}) == "r"
    assert words({"message": 3}) == "3"
    assert words({}, "else") == "else"
    assert words({})


class TestOperators:
    @staticmethod
    def of(*made: dict[str, Any], etcd: Any = None, at: Any = None) -> list[Told]:
        seen = snapshot(operators=made, cluster_version=version() if at is None else at)
        return told(operators(seen, Surroundings(etcd=etcd)))

    def test_are_told_in_the_order_of_their_names(self) -> None:
        made = (operator("z", Available="False"), operator("a", Degraded="True"), {"status": {}})
        assert [each[1] for each in self.of(*made)] == [f"ClusterOperator {name}" for name in ("None", "a", "z")]

    @pytest.mark.parametrize(
        ("kind", "status", "code"),
        [
            ("Available", "False", "operator_unhealthy"),
            ("Degraded", "True", "operator_unhealthy"),
            ("Upgradeable", "False", "operator_not_upgradeable"),
        ],
    )
    def test_say_why(self, kind: str, status: str, code: str) -> None:
        assert self.of(operator(**{kind: status})) == [("blocker", "ClusterOperator etcd", code, "why")]

    @pytest.mark.parametrize("missing", ["Available", "Degraded"])
    def test_that_say_nothing_are_unhealthy_in_words_of_ours(self, missing: str) -> None:
        ((*_names, message),) = self.of(operator(**{missing: ""}))
        assert len(message) > len("why")

    def test_behind_name_both_versions_unless_an_upgrade_is_under_way(self) -> None:
        behind = operator(version="4.18.9")
        ((severity, name, code, message),) = self.of(behind)
        assert (severity, name, code) == ("blocker", "ClusterOperator etcd", "operator_behind")
        assert ("4.18.9" in message, "4.19.0" in message) == (True, True)
        assert self.of(operator(), at=version(state="Partial")) == []
        before = version()
        before["status"]["history"].append({"state": "Partial", "version": "4.18.9"})
        assert len(self.of(behind, at=before)) == 1
        assert self.of(behind, at={"status": {}}) == []
        assert self.of(operator(version="")) == []

    @pytest.mark.parametrize(
        ("versions", "expected"),
        [
            ([{"name": "raw", "version": "1"}, {"name": "operator", "version": "2"}, {"name": "operator", "version": "3"}], "2"),
            ([{"name": "operator"}], ""), ([{"name": "operator", "version": 4}], "4"), ([], ""), (None, ""),
        ],
    )  # fmt: skip
    def test_have_reached_the_version_of_their_own_name(self, versions: Any, expected: str) -> None:
        assert reached({"status": {"versions": versions}}) == expected

    @pytest.mark.parametrize("kind", ["EtcdMembersAvailable", "EtcdMembersDegraded"])
    def test_of_etcd_say_what_their_conditions_say(self, kind: str) -> None:
        def etcd(status: str, message: str) -> list[Told]:
            return self.of(etcd={"status": {"conditions": [condition(kind, status, message)]}})

        assert etcd("Unknown", WHY) == [("blocker", "Etcd cluster", "etcd_unhealthy", WHY)]
        ((*_names, silent),) = etcd("Unknown", "")
        wanted = "True" if kind == "EtcdMembersAvailable" else "False"
        assert (kind in silent, wanted in silent) == (True, True)
        assert etcd(wanted, WHY) == []


class TestPools:
    @staticmethod
    def of(*made: dict[str, Any]) -> list[Told]:
        return told(pools(snapshot(pools=made)))

    @pytest.mark.parametrize(
        ("made", "code"),
        [
            (pool(paused=True), "pool_paused"),
            (pool(Updating="True"), "pool_updating"),
            (pool(generation=2), "pool_updating"),
            (pool(Updated="False"), "pool_behind"),
        ],
    )
    def test_say_how_far_they_are(self, made: dict[str, Any], code: str) -> None:
        ((_severity, name, found, message),) = self.of(made)
        assert (name, found, "1 of 3 nodes" in message) == ("MachineConfigPool worker", code, True)

    def test_degraded_say_why_and_are_not_moving_besides(self) -> None:
        degraded = ("blocker", "MachineConfigPool worker", "pool_degraded", "why")
        assert self.of(pool(Degraded="True", Updating="True")) == [degraded]
        assert [each[2] for each in self.of(pool(paused=True, Degraded="True", Updating="True"))] == [
            "pool_paused", "pool_degraded",
        ]  # fmt: skip

    def test_paused_are_not_moving(self) -> None:
        assert [each[2] for each in self.of(pool(paused=True, Updating="True"))] == ["pool_paused"]
        assert self.of(pool(paused="yes"), pool()) == []  # type: ignore[arg-type]


class TestNodes:
    @staticmethod
    def of(*made: dict[str, Any], wanted: int = 33) -> list[Told]:
        return told(nodes(Surroundings(nodes=made), 32, wanted))

    @staticmethod
    def unready(message: str, name: str = "a") -> dict[str, Any]:
        made = node(name)
        made["status"]["conditions"] = [condition("Ready", "False", message)]
        return made

    def test_not_ready_say_why_once_each(self) -> None:
        made = [self.unready(text, name) for text, name in (("two.", "c"), ("one", "b"), ("two", "a"))]
        assert self.of(*made) == [("warning", "Nodes a, b, c", "node_not_ready", "one; two.")]

    def test_without_a_word_are_not_ready(self) -> None:
        ((severity, name, code, message),) = self.of({})
        assert (severity, name, code, len(message) > 1) == ("warning", "Node None", "node_not_ready", True)

    @pytest.mark.parametrize("message", [None, "", 3])
    def test_with_an_odd_word_are_not_ready(self, message: Any) -> None:
        ((*_names, code, told),) = self.of(self.unready(message))
        assert (code, len(told) > 1, "None" in told) == ("node_not_ready", True, False)

    def test_of_which_one_has_no_name_can_be_told_together(self) -> None:
        assert [each[1] for each in self.of({}, self.unready("x", "z"))] == ["Nodes None, z"]

    @pytest.mark.parametrize("role", ["master", "control-plane"])
    def test_of_the_control_plane_block_apart_from_the_others(self, role: str) -> None:
        found = self.of(node("m", role, unschedulable=True), node("w", unschedulable=True))
        assert [each[:2] for each in found] == [("blocker", "Node m"), ("warning", "Node w")]

    def test_cordoned_are_told_by_the_field(self) -> None:
        ((*_names, code, message),) = self.of(node(unschedulable=True))
        assert (code, "spec.unschedulable" in message) == ("node_unschedulable", True)
        assert self.of(node(unschedulable="true")) == []

    @pytest.mark.parametrize("kind", ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"])
    def test_under_pressure_say_of_which_kind(self, kind: str) -> None:
        assert self.of(node(conditions={kind: "True"})) == [("warning", "Node a", "node_under_pressure", f"{kind}.")]
        assert self.of(node(conditions={kind: "Unknown"})) == []

    def test_under_two_pressures_name_both(self) -> None:
        ((*_names, message),) = self.of(node(conditions={"PIDPressure": "True", "DiskPressure": "True"}))
        assert message == "DiskPressure, PIDPressure."

    @pytest.mark.parametrize("state", ["Degraded", "Unreconcilable"])
    def test_that_the_daemon_failed_on_name_its_annotation(self, state: str) -> None:
        ((*_names, code, message),) = self.of(node(state=state))
        assert (code, STATE in message, state in message) == ("node_degraded", True, True)

    @pytest.mark.parametrize(
        ("kubelet", "wanted", "severity"),
        [
            ("v1.31.9", 33, "warning"), ("v1.31.9", 34, "blocker"), ("1.31.9+abc", 32, "warning"), ("v1.9.11", 33, "blocker"),
            ("v1.32.0", 40, None), ("v1.33.0", 40, None), ("v1.31", 40, None), ("v11.31.9", 40, None), ("v1x31.9", 40, None), (None, 40, None),
            (1.31, 40, None),
        ],
    )  # fmt: skip
    def test_too_old_name_their_kubelet(self, kubelet: Any, wanted: int, severity: str | None) -> None:
        found = self.of(node(kubelet=kubelet), wanted=wanted)
        assert found == ([(severity, "Node a", "node_behind", f"{kubelet}.")] if severity else [])

    def test_too_old_of_two_releases_are_one_finding(self) -> None:
        found = self.of(node("b", kubelet="v1.31.9"), node("a", kubelet="v1.31.2"))
        assert found == [("warning", "Nodes a, b", "node_behind", "v1.31.2; v1.31.9.")]
        nameless = node("a", kubelet="v1.31.2")
        del nameless["metadata"]["name"]
        assert [each[1] for each in self.of(node("b", kubelet="v1.31.9"), nameless)] == ["Nodes None, b"]
