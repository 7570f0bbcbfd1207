# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an upgrade's preflight puts its parts together: each cause once, weighed by the release that is asked for."""

from __future__ import annotations

import pytest
from unit.assess.upgrade_parts import CV, MINOR, PATCH, found, node, operator, told, version
from unit.builders import condition, configuration, manager

from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight import Target
from ansible_collections.okd.boot_images.plugins.module_utils.model.surroundings import Surroundings

SDN = {"status": {"networkType": "OpenShiftSDN"}}
GATE = "ack-4.19-boot-image-opt-out-in-4.20"


def test_what_both_judgements_see_is_told_once() -> None:
    for made in (operator("machine-config", Degraded="True"), operator("machine-config", Upgradeable="False")):
        assert len(found(Target(MINOR), operator=made, operators=(made,))) == 1


@pytest.mark.parametrize(("target", "severity"), [(MINOR, "blocker"), (PATCH, "warning")])
def test_an_undecided_gate_stops_minor_upgrades_only(target: str, severity: str) -> None:
    undecided = found(Target(target), gates={"data": {GATE: "decide"}}, managers=None)
    assert undecided == [(severity, f"admin gate {GATE}", "boot_images_undecided")]


def test_a_gate_about_something_else_needs_no_decision() -> None:
    gates = {"data": {"ack-4.19-x": "read this"}}
    assert [each[2] for each in found(Target(MINOR), gates=gates, managers=None)] == ["admin_ack_required"]


@pytest.mark.parametrize(("target", "severity"), [("", "blocker"), ("4.23.0", "blocker"), ("4.22.1", "warning")])
def test_the_skew_guard_stops_minor_upgrades_only(target: str, severity: str) -> None:
    made = configuration("4.22", [manager()])
    made["status"]["bootImageSkewEnforcementStatus"] = {"mode": "Automatic", "automatic": {"ocpVersion": "4.12.30"}}
    told = found(
        Target(target, explicit=True),
        release="4.22",
        configuration=made,
        cluster_version=version(at="4.22.0"),
        operators=(),
    )
    assert told == [(severity, "MachineConfiguration cluster", "boot_image_skew")]


def test_without_a_version_the_next_minor_release_is_meant() -> None:
    assert found(Target(), cluster_version=told(condition("Upgradeable", "False", "x")))[0][0] == "blocker"
    for release, expected in (("1.33", 1), ("1.34", 0)):
        assert (
            len(
                found(
                    Target(), Surroundings(api_requests=({"status": {"removedInRelease": release, "requestCount": 3}},))
                )
            )
            == expected
        )
    for kubelet, severity in (("v1.31.9", "warning"), ("v1.30.9", "blocker")):
        assert found(Target(), Surroundings(nodes=(node(kubelet=kubelet),)))[0][0] == severity
    for at, expected in (("4.16.0", 1), ("4.15.0", 0)):
        around, made = Surroundings(network=SDN), version(at=at, availableUpdates=[])
        assert len(found(Target(), around, cluster_version=made, operators=(), release="4.16")) == expected


def test_overrides_let_a_patch_pass_and_no_minor_release() -> None:
    spec = {"overrides": [{"kind": "Deployment", "name": "a", "unmanaged": True}]}
    for target, severity in (("4.22.1", "warning"), ("4.23.0", "blocker")):
        made = version(spec, at="4.22.0")
        assert found(Target(target, explicit=True), cluster_version=made, operators=()) == [
            (severity, CV, "cluster_overrides")
        ]
