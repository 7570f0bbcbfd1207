# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feature gates tell tech preview; what they do not list is told by the release."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import cluster_version, configuration, machine_set, manager, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.assess.features import gates
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import Capabilities, NotChecked
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Management

WORKERS, CONTROL_PLANE = "machinesets", "controlplanemachinesets"
OLD = Capabilities(frozenset({"All", "Partial"}), frozenset({WORKERS}), mirror=False, skew=False)
BOTH = Capabilities(frozenset({"All", "Partial", "None"}), frozenset({WORKERS, CONTROL_PLANE}), mirror=True, skew=True)


def feature_gate(version: str = "4.19.0", on: Any = (), off: Any = ()) -> dict[str, Any]:
    listed = {"enabled": [{"name": each} for each in on], "disabled": [{"name": each} for each in off]}
    return {
        "status": {
            "featureGates": [
                {"version": "4.1.0", "enabled": [{"name": "ManagedBootImages"}]},
                {"version": version, **listed},
            ]
        }
    }


def of(
    release: str, platform: str, on: Any = (), off: Any = (), observed: bool = False, **changes: Any
) -> dict[str, Management]:
    given = configuration(release, [manager()], observed=observed, **changes.pop("settings", {}))
    if not observed:  # nor has the operator ever filled in a mirror
        given["status"].pop("managedBootImagesStatus", None)
    gate = feature_gate(release + ".0", on, off)
    return dict(assess(snapshot([], release, platform, configuration=given, feature_gate=gate, **changes)).management)


def test_those_of_boot_images_for_the_operators_version() -> None:
    made = feature_gate("4.21.0", ["ManagedBootImages", "Other"], ["ManagedBootImagesCPMS", "BootImageSkewEnforcement"])
    assert gates(snapshot(release="4.21", feature_gate=made)) == {
        "ManagedBootImages": True, "ManagedBootImagesCPMS": False, "BootImageSkewEnforcement": False,
    }  # fmt: skip
    assert gates(snapshot(release="4.20", feature_gate=made)) == {}


def test_while_the_cluster_is_upgraded_the_operators_version_counts() -> None:
    made = feature_gate("4.18.9", ["ManagedBootImagesAWS"])
    upgrading = cluster_version("4.19.0", "Partial")
    assert gates(snapshot(feature_gate=made, cluster_version=upgrading)) == {}
    assert gates(snapshot(feature_gate=made, cluster_version=upgrading, operator=None)) == {
        "ManagedBootImagesAWS": True
    }


@pytest.mark.parametrize(
    "shape", [None, {}, {"status": {"featureGates": "x"}}, {"status": {"featureGates": [None, 3, {"version": None}]}}]
)
def test_shapes_that_tell_nothing(shape: Any) -> None:
    assert gates(snapshot(feature_gate=shape)) == {}
    odd = {"status": {"featureGates": [{"version": "4.19.0", "enabled": [None, {"name": []}], "disabled": {}}]}}
    assert gates(snapshot(feature_gate=odd)) == {}


@pytest.mark.parametrize(
    ("release", "platform", "gate"),
    [
        ("4.17", "AWS", "ManagedBootImagesAWS"),
        ("4.20", "VSphere", "ManagedBootImagesvSphere"),
        ("4.20", "Azure", "ManagedBootImagesAzure"),
    ],
)
def test_tech_preview_is_told_by_its_gate(release: str, platform: str, gate: str) -> None:
    assert of(release, platform, on=[gate])[WORKERS].mode == "All"
    assert of(release, platform, off=[gate])[WORKERS] == Management("unsupported", "gate", False)
    assert of(release, platform)[WORKERS] == Management("unsupported", "default", False)


def test_a_gate_of_another_platform_says_nothing() -> None:
    assert of("4.19", "GCP", on=["ManagedBootImages"], off=["ManagedBootImagesAWS"])[WORKERS].mode == "All"
    assert of("4.17", "AWS", on=["ManagedBootImages"])[WORKERS].mode == "unsupported"


def test_gates_that_are_gone_leave_it_to_the_release() -> None:
    assert of("4.22", "VSphere")[WORKERS].mode == "All"
    assert of("4.20", "VSphere")[WORKERS].mode == "unsupported"


def test_a_gate_that_is_off_outweighs_a_mirror_that_was_left_behind() -> None:
    assert of("4.20", "VSphere", off=["ManagedBootImagesvSphere"], observed=True)[WORKERS] == Management(
        "unsupported", "gate"
    )


def test_azure_stack_is_never_managed_whatever_the_gate() -> None:
    stack = {"status": {"platformStatus": {"type": "Azure", "azure": {"cloudName": "AzureStackCloud"}}}}
    assert of("4.21", "Azure", on=["ManagedBootImagesAzure"], infrastructure=stack)[WORKERS].mode == "unsupported"


@pytest.mark.parametrize(
    ("release", "platform", "changes", "expected"),
    [
        ("4.21", "GCP", {"on": ["ManagedBootImagesCPMS"], "capabilities": BOTH}, "None"),
        ("4.21", "GCP", {"off": ["ManagedBootImagesCPMS"]}, "unsupported"),
        ("4.21", "GCP", {}, "unsupported"),
        ("4.22", "GCP", {}, "None"),
        ("4.22", "VSphere", {}, "unsupported"),
        ("4.19", "GCP", {}, "unsupported"),
    ],
)
def test_control_planes(release: str, platform: str, changes: dict[str, Any], expected: str) -> None:
    assert of(release, platform, **changes)[CONTROL_PLANE].mode == expected


def test_a_skew_status_that_nobody_enforces_blocks_nothing() -> None:
    made = configuration("4.21", [manager()])
    made["status"]["bootImageSkewEnforcementStatus"] = {"mode": "Automatic", "automatic": {"ocpVersion": "4.12.30"}}
    enforced = assess(snapshot(release="4.21", configuration=made))
    assert (enforced.skew.mode, enforced.skew.ocp_version, enforced.skew.blocks) == ("Automatic", "4.12.30", True)
    off = feature_gate("4.21.0", off=["BootImageSkewEnforcement"])
    idle = assess(snapshot(release="4.21", configuration=made, feature_gate=off))
    assert (idle.skew.mode, idle.skew.blocks, idle.findings) == (None, False, ())


@pytest.mark.parametrize(
    ("release", "platform", "asked", "mode"),
    [
        ("4.17", "AWS", True, "unknown"),
        ("4.17", "AWS", False, "unsupported"),  # a preview does nothing unasked
        ("4.17", "OpenStack", True, "unsupported"),
        ("4.20", "VSphere", True, "unknown"),
        ("4.18", "AWS", True, "All"),  # no preview any more
    ],
)
def test_where_nobody_may_read_whether_a_preview_is_on(release: str, platform: str, asked: bool, mode: str) -> None:
    given = configuration(release, [manager()] if asked else None, observed=False)
    given["status"].pop("managedBootImagesStatus", None)
    unread = (NotChecked("FeatureGate", "forbidden"),)
    made = snapshot(
        [machine_set()], release, platform, configuration=given, feature_gate=None, not_checked=unread, capabilities=OLD
    )
    judged = assess(made)
    assert judged.management[WORKERS].mode == mode
    if mode == "unknown":
        assert judged.verdicts[0].operator.message.startswith("FeatureGate, which tells whether the tech preview is on")
