# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of the operator's next deed names what a person needs: the object, the field, the value that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import (
    ARCH,
    TARGET,
    aws_spec,
    cluster_version,
    config_map,
    control_plane,
    gcp_spec,
    judged,
    machine_set,
    manager,
)

from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import NOT_JSON, NOT_OBJECT, UserData
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.registry import PLATFORMS

OSSTREAM = "machineconfiguration.openshift.io/osstream"
WINDOWS = {"machine.openshift.io/os-id": "Windows"}
OWNER = [{"kind": "ConfigMap", "name": "owner"}]
MULTI = cluster_version("4.20.0", desired={"architecture": "Multi"})
BAD_SELECTOR = {"matchExpressions": [{"key": "tier", "operator": "Is"}]}
CONTROL_PLANES = [manager(), manager("None", resource="controlplanemachinesets")]


def partial(selector: Any) -> dict[str, Any]:
    return {"managers": [manager("Partial", selector)]}


@pytest.mark.parametrize(
    ("made", "release", "cluster", "will", "code", "words"),
    [
        (machine_set(), "4.19", {"platform": "OpenStack", "managers": None}, "not_managed", "platform_not_managed",
         ["4.19.0", "machinesets", "OpenStack"]),
        (control_plane(), "4.18", {}, "not_managed", "platform_not_managed", ["4.18.0", "controlplanemachinesets", "GCP"]),
        (machine_set(), "4.19", {"configuration": None, "configuration_known": False}, "unknown", "not_read",
         ["MachineConfiguration"]),
        (machine_set(), "4.19", partial(BAD_SELECTOR), "fail", "selector_invalid", ["selector", "Is"]),
        (machine_set(), "4.19", partial({"matchLabels": {"x": "y"}}), "not_managed", "not_enrolled", ["selector"]),
        (machine_set(), "4.19", {"managers": [manager("None")]}, "not_managed", "management_off", ["machinesets"]),
        (control_plane(), "4.22", {"managers": CONTROL_PLANES}, "not_managed", "management_off",
         ["controlplanemachinesets"]),
        (machine_set(owners=OWNER), "4.18", {}, "fail", "owned", ["fails on the set: ConfigMap/owner"]),
        (machine_set(owners=OWNER), "4.19", {}, "skip", "owned", ["skips the set: ConfigMap/owner"]),
        (machine_set(owners=[*OWNER, {"kind": "Other", "name": "later"}]), "4.19", {}, "skip", "owned", ["ConfigMap/owner"]),
        (machine_set(labels={OSSTREAM: "rhel-10"}), "4.22", {}, "skip", "other_os_stream", [OSSTREAM, "'rhel-10'"]),
        (machine_set(template_labels=WINDOWS), "4.19", {}, "skip", "windows", ["Windows"]),
        (machine_set(arch="foo"), "4.19", {}, "fail", "architecture_invalid", ["fails on the set", ARCH, "'foo'", "amd64, arm64, ppc64le, s390x"]),
        (machine_set(annotations={ARCH: "a=b"}), "4.19", {}, "fail", "architecture_invalid", [ARCH, "kubernetes.io/arch=", "'a=b'"]),
        (machine_set(arch=None), "4.20", {"cluster_version": MULTI}, "skip", "architecture_unknown",
         ["skips the set", "multi-arch", ARCH]),
        (machine_set(arch=None), "4.19", {"control_plane_architecture": None}, "unknown", "architecture_unknown",
         ["could not be read", ARCH, "control plane node"]),
        (machine_set(arch=None), "4.20", {"control_plane_architecture": None}, "unknown", "architecture_unknown",
         ["could not be read"]),
        (machine_set(arch=None), "4.19", {"control_plane_architecture": None, "cluster_version": MULTI}, "unknown",
         "architecture_unknown", ["could not be read", "multi-arch"]),
        (MachineSet(machine_set().kind, {"metadata": {"annotations": {ARCH: "kubernetes.io/arch=amd64"}}}), "4.19", {},
         "fail", "provider_spec_missing", ["providerSpec"]),
        (machine_set(spec=gcp_spec(disks=3)), "4.19", {}, "fail", "provider_spec_invalid", ["fails on the set", "disks"]),
        (machine_set(spec=gcp_spec(userDataSecret=[])), "4.19", {}, "fail", "provider_spec_invalid",
         ["fails on the set", "providerSpec.value.userDataSecret"]),
        (machine_set(spec=aws_spec(placement={"region": "eu-north-1"})), "4.19", {"platform": "AWS"}, "skip", "no_target",
         ["skips the set", "eu-north-1"]),
        (machine_set(spec=aws_spec(ami={})), "4.19", {"platform": "AWS"}, "skip", "image_unset", ["skips the set", "ami"]),
        (machine_set(), "4.19", {}, "update", "operator_updates", [TARGET]),
        (machine_set(spec=gcp_spec(TARGET)), "4.19", {}, "nothing", "up_to_date", ["release's image"]),
        (machine_set(spec=gcp_spec(userDataSecret=None)), "4.19", {}, "crash", "would_kill_controller",
         ["providerSpec.value.userDataSecret"]),
        (machine_set(spec=gcp_spec(TARGET)), "4.18", {}, "update", "repoints_user_data", ["worker-user-data-managed"]),
        (machine_set(spec=gcp_spec(TARGET, userDataSecret={"name": "worker-user-data-managed"})), "4.18", {}, "nothing",
         "up_to_date", ["release's image"]),
        (machine_set(spec=gcp_spec(userDataSecret={"name": []})), "4.19", {}, "fail", "provider_spec_invalid",
         ["fails on the set", "providerSpec.value.userDataSecret.name"]),
        (machine_set(spec=gcp_spec(userDataSecret={})), "4.19", {}, "fail", "user_data_unusable", ["fails on the set", "does not exist"]),
        (machine_set(), "4.19", {"user_data": {"worker-user-data": UserData(NOT_JSON)}}, "fail", "user_data_unusable",
         ["Secret worker-user-data holds no ignition configuration"]),
        (machine_set(), "4.19", {"user_data": {"worker-user-data": UserData(NOT_OBJECT)}}, "crash", "would_kill_controller",
         ["Secret worker-user-data"]),
    ],
)  # fmt: skip
def test_the_outlook_names_what_it_is_about(
    made: MachineSet, release: str, cluster: dict[str, Any], will: str, code: str, words: list[str]
) -> None:
    told = judged(made, release, **cluster).operator
    assert (told.will, told.reason.code) == (will, code)
    assert [word for word in words if word not in told.message] == []


def test_a_platform_that_only_the_operator_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(PLATFORMS, "GCP")
    told = judged(machine_set())
    assert "GCP" in told.operator.message
    assert "platform GCP" in told.decision.message
    assert "AWS, Azure" in told.decision.message


@pytest.mark.parametrize("ignition", ["2.0.0", "2.1.0", "2.2.0"])
def test_every_stub_that_the_operator_converts(ignition: str) -> None:
    known = {"worker-user-data": UserData("read", ignition)}
    assert judged(machine_set(), user_data=known).operator.will == "update"


def test_a_selector_that_cannot_be_used_waits_at_the_first_gate_too_but_not_at_the_second() -> None:
    under_way = cluster_version("4.20.7", "Partial")
    gated = judged(machine_set(), "4.20", cluster_version=under_way, **partial(BAD_SELECTOR)).operator
    assert (gated.reason.code, gated.lasting.will, gated.lasting.reason.code) == ("gated", "fail", "selector_invalid")
    unstamped = config_map(release=None)
    failing = judged(machine_set(), "4.20", stream=unstamped, **partial(BAD_SELECTOR)).operator
    assert (failing.will, failing.reason.code) == ("fail", "selector_invalid")


def test_a_set_of_unknown_architecture_may_wait_for_the_stamps() -> None:
    unstamped = config_map(release="4.18.0")
    told = judged(machine_set(arch=None), "4.19", stream=unstamped, control_plane_architecture=None).operator
    assert (told.reason.code, told.lasting.reason.code) == ("gated", "architecture_unknown")
    skipped = judged(machine_set(owners=OWNER), "4.19", stream=unstamped).operator
    assert (skipped.will, skipped.reason.code) == ("skip", "owned")
