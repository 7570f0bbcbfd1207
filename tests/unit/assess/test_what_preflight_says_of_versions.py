# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade's preflight says of ClusterVersion: the conditions' own words, requests, overrides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from unit.assess.upgrade_parts import CV, PATCH, operator, version
from unit.builders import condition, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight_version import version as judge
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Finding

Told = tuple[str, str, str]
WHY = "this is why"


def told(findings: Iterable[Finding]) -> list[Told]:
    """Severity, code and message; all of them are ClusterVersion's."""
    found = list(findings)
    assert {each.object for each in found} <= {CV}
    return [(each.severity, each.reason.code, each.message) for each in found]


def stands(made: dict[str, Any], wanted: str = PATCH, minor: bool = False, **changes: Any) -> list[Told]:
    return told(judge(snapshot(**{"cluster_version": made, "operators": (operator(),), **changes}), wanted, minor))


def says(kind: str, status: str, message: str = WHY, reason: str = "") -> dict[str, Any]:
    return version(conditions=[{**condition(kind, status, message), "reason": reason}])


class TestConditions:
    @pytest.mark.parametrize(
        ("kind", "status", "severity", "code"),
        [
            ("Progressing", "True", "blocker", "upgrade_under_way"),
            ("Failing", "True", "blocker", "cluster_failing"),
            ("Failing", "Unknown", "warning", "suspected_failure"),
            ("Invalid", "True", "blocker", "request_invalid"),
            ("ReleaseAccepted", "False", "blocker", "release_not_accepted"),
            ("Upgradeable", "False", "blocker", "not_upgradeable"),
        ],
    )
    def test_are_told_in_their_own_words(self, kind: str, status: str, severity: str, code: str) -> None:
        assert stands(says(kind, status)) == [(severity, code, WHY)]
        opposite = "True" if status == "False" else "False"
        assert stands(says(kind, opposite)) == []

    def test_of_nothing_are_nothing(self) -> None:
        assert stands({}) == []

    def test_that_failed_and_are_invalid_are_two(self) -> None:
        made = version(conditions=[condition("Failing", "True", "a"), condition("Invalid", "True", "b")])
        assert [each[1:] for each in stands(made)] == [("cluster_failing", "a"), ("request_invalid", "b")]

    @pytest.mark.parametrize(("wanted", "severity"), [("4.19.7", "warning"), (PATCH, "blocker"), ("", "blocker")])
    def test_an_upgrade_under_way_names_its_version(self, wanted: str, severity: str) -> None:
        made = version(state="Partial", at="4.19.7", conditions=[condition("Progressing", "True", "x")])
        ((found, code, message),) = stands(made, wanted)
        assert (found, code, "4.19.7" in message) == (severity, "upgrade_under_way", True)


class TestUpgradeable:
    @pytest.mark.parametrize("reason", ["UpdateInProgress", "ClusterVersionUpdating"])
    def test_that_lingers_warns(self, reason: str) -> None:
        assert stands(says("Upgradeable", "False", reason=reason)) == [("warning", "not_upgradeable", WHY)]

    def test_that_repeats_an_operator_warns(self) -> None:
        refusing = (operator(), operator("dns", Upgradeable="False"))
        assert stands(says("Upgradeable", "False"), operators=refusing) == [("warning", "not_upgradeable", WHY)]

    @pytest.mark.parametrize(
        ("text", "severity"), [(f" {WHY}\n", "warning"), ("something else", "blocker"), (" ", "blocker")]
    )
    def test_that_repeats_an_acknowledged_gate_warns(self, text: str, severity: str) -> None:
        gates = {"gates": {"data": {"ack-4.19-x": text}}, "acks": {"data": {"ack-4.19-x": "true"}}}
        assert stands(says("Upgradeable", "False"), **gates) == [(severity, "not_upgradeable", WHY)]

    def test_that_repeats_an_open_gate_only_is_not_told(self) -> None:
        assert stands(says("Upgradeable", "False"), gates={"data": {"ack-4.19-x": WHY}}) == []

    def test_that_repeats_overrides_warns(self) -> None:
        made = says("Upgradeable", "False")
        made["spec"]["overrides"] = [{"kind": "Deployment", "name": "a"}]
        assert stands(made) == [("warning", "not_upgradeable", WHY)]


class TestOverrides:
    MADE = ({"kind": "Deployment", "name": "a", "unmanaged": True}, {"kind": "Role", "name": "b", "unmanaged": True})

    def test_are_named(self) -> None:
        kept = {"kind": "Service", "name": "c", "unmanaged": False}
        ((severity, code, message),) = stands(version({"overrides": [*self.MADE, kept]}))
        assert (severity, code, "Deployment a, Role b" in message) == ("blocker", "cluster_overrides", True)
        assert "Service" not in message
        assert stands(version({"overrides": [kept]})) == []

    @pytest.mark.parametrize(
        ("at", "minor", "severity"),
        [
            ("4.21.0", False, "blocker"), ("4.22.0", False, "warning"), ("4.22.0", True, "blocker"), ("5.0.0", False, "warning"),
        ],
    )  # fmt: skip
    def test_let_patches_pass_from_4_22_on(self, at: str, minor: bool, severity: str) -> None:
        found = stands(version({"overrides": list(self.MADE)}, at=at), "4.22.1", minor, operators=())
        assert [each[0] for each in found] == [severity]


class TestRequests:
    """Where desired is 4.19.0 of image i0, and the history has 4.19.0 and 4.18.9."""

    @staticmethod
    def of(asked: Any, wanted: str = PATCH, *conditions: Any) -> list[Told]:
        made = version({"desiredUpdate": asked}, conditions=list(conditions))
        made["status"]["desired"] = {"version": "4.19.0", "image": "i0"}
        made["status"]["history"].append({"state": "Completed", "version": "4.18.9"})
        return stands(made, wanted)

    @pytest.mark.parametrize(
        "asked",
        [
            None, {}, {"version": "4.19.0"}, {"image": "i0"}, {"version": "4.19.0", "image": "i0"}, {"version": "", "image": "i0"},
            {"version": "4.18.9"}, {"version": PATCH}, {"version": PATCH, "image": "i1"},
        ],
    )  # fmt: skip
    def test_that_are_met_past_or_what_is_wanted_are_none(self, asked: Any) -> None:
        assert self.of(asked) == []

    @pytest.mark.parametrize(
        "asked",
        [
            {"version": "4.19.7"}, {"version": "4.19.7", "image": "i0"}, {"version": "4.19.0", "image": "i9"},
            {"version": "4.18.9", "image": "i9"}, {"image": "i9"},
        ],
    )  # fmt: skip
    def test_that_wait_name_their_version(self, asked: Any) -> None:
        ((severity, code, message),) = self.of(asked)
        assert (severity, code) == ("blocker", "request_pending")
        assert str(asked.get("version")) in message
        undesired = version({"desiredUpdate": asked}, history=[])
        assert [each[:2] for each in stands({**undesired, "status": {}})] == [("blocker", "request_pending")]

    @pytest.mark.parametrize(
        ("asked", "wanted", "severity"),
        [
            ({"version": "4.19.7"}, PATCH, "warning"), ({"version": "4.19.7"}, "4.19.7", "blocker"), ({"version": "4.19.7"}, "", "blocker"),
            ({"version": "4.19.0"}, PATCH, "blocker"), (None, PATCH, "blocker"),
        ],
    )  # fmt: skip
    def test_that_were_refused_only_warn_where_another_one_takes_their_place(
        self, asked: Any, wanted: str, severity: str
    ) -> None:
        refused = condition("ReleaseAccepted", "False", WHY)
        assert self.of(asked, wanted, refused) == [(severity, "release_not_accepted", WHY)]
