# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of our own decision on a set, and of the harm that the operator's would do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.builders import (
    ARCH,
    OLD,
    TARGET,
    config_map,
    control_plane,
    gcp_spec,
    judged,
    machine_set,
    manager,
    stream_data,
)

from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import MISSING, READ, UserData
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Skip, Update
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish

OFF = {"managers": [manager("None")]}
OSSTREAM = "machineconfiguration.openshift.io/osstream"
NEWER = "projects/rhcos-cloud/global/images/rhcos-9-8-20260701-0-gcp-x86-64"
WINDOWS = {"machine.openshift.io/os-id": "Windows"}
BARE = {"metadata": {"name": "worker-a", "annotations": {ARCH: "kubernetes.io/arch=amd64"}}}


def stub(ignition: str) -> dict[str, UserData]:
    return {"worker-user-data": UserData(READ, ignition)}


@pytest.mark.parametrize(
    ("made", "cluster", "code", "words"),
    [
        (machine_set(), {"platform": "KubeVirt", **OFF}, "platform_unsupported", ["KubeVirt", "AWS, Azure", "GCP"]),
        (MachineSet(machine_set().kind, BARE), OFF, "provider_spec_missing",
         ["spec.template.spec.providerSpec.value is not set"]),
        (MachineSet(control_plane().kind, BARE), OFF, "provider_spec_missing",
         ["spec.template.machines_v1beta1_machine_openshift_io.spec.providerSpec.value"]),
        (machine_set(template_labels=WINDOWS), OFF, "windows", ["Windows"]),
        (machine_set(labels={OSSTREAM: "rhel-10"}), OFF, "other_os_stream", ["'rhel-10'", "no named streams"]),
        (machine_set(owners=[{"kind": "ConfigMap", "name": "owner"}]), OFF, "owned", ["ConfigMap/owner writes the set"]),
        (machine_set(), {}, "managed_by_operator", ["The Machine Config Operator manages"]),
        (machine_set(spec=gcp_spec(userDataSecret=None)), {}, "managed_by_operator", ["once this is mended", "userDataSecret"]),
        (machine_set(), {"user_data": {"worker-user-data": UserData(MISSING)}}, "managed_by_operator",
         ["once this is mended", "Secret worker-user-data does not exist"]),
        (machine_set(), {**OFF, "user_data": {"worker-user-data": UserData(MISSING)}}, "user_data_unusable",
         ["Secret worker-user-data", MISSING]),
    ],
)  # fmt: skip
def test_the_decision_names_what_it_is_about(
    made: MachineSet, cluster: dict[str, Any], code: str, words: list[str]
) -> None:
    decision = judged(made, **cluster).decision
    assert not isinstance(decision, Update) and decision.reason.code == code
    assert [word for word in words if word not in decision.message] == []


def test_the_streams_that_are_there_are_named_in_order() -> None:
    stream = config_map()
    stream["data"]["streams"] = '{"rhel-9": {"architectures": {}}, "rhel-11": {"architectures": {}}}'
    decision = judged(machine_set(labels={OSSTREAM: "rhel-10"}), stream=stream, **OFF).decision
    assert isinstance(decision, Skip)
    assert "'rhel-10'; the cluster has 'rhel-11', 'rhel-9'." in decision.message


def test_a_set_of_a_named_stream_gets_the_image_of_that_stream() -> None:
    named = stream_data(
        x86_64={"images": {"gcp": {"project": "rhcos-cloud", "name": "rhcos-10-0-20260801-0-gcp-x86-64"}}}
    )
    stream = config_map()
    stream["data"]["streams"] = json.dumps({"rhel-10": named})
    told = judged(machine_set(labels={OSSTREAM: "rhel-10"}), stream=stream, **OFF)
    assert told.target == "projects/rhcos-cloud/global/images/rhcos-10-0-20260801-0-gcp-x86-64"
    assert judged(machine_set(labels={OSSTREAM: "rhel-9"}), stream=stream, **OFF).target == TARGET


@pytest.mark.parametrize(("ignition", "upgrade", "updates"), [
    ("2.2.0", False, False), ("2.2.0", True, True), ("3.2.0", False, True), ("3.2.0", True, True),
])  # fmt: skip
def test_no_image_is_given_to_user_data_that_it_does_not_read(ignition: str, upgrade: bool, updates: bool) -> None:
    wish = ImageWish(upgrade_user_data=upgrade)
    decision = judged(machine_set(), wish=wish, user_data=stub(ignition), **OFF).decision
    assert isinstance(decision, Update) is updates
    if not isinstance(decision, Update):
        assert decision.reason.code == "user_data_too_old"
        assert (f"Ignition {ignition}" in decision.message, "Secret worker-user-data" in decision.message) == (
            True,
            True,
        )


@pytest.mark.parametrize(
    ("made", "release", "code", "words"),
    [
        (machine_set(spec=gcp_spec(NEWER)), "4.18", "downgrades", [NEWER, "2026-07-01", "2025-07-01", "set back"]),
        (machine_set(labels={OSSTREAM: "rhel-10"}), "4.21", "wrong_stream", ["'rhel-10'", "rhel-9"]),
        (machine_set(spec=gcp_spec(userDataSecret={"name": "mine"})), "4.18", "custom_user_data",
         ["userDataSecret mine", "worker-user-data-managed"]),
        (machine_set(spec=gcp_spec(zeta=1, alpha=2)), "4.19", "dropped_fields", ["alpha, zeta"]),
    ],
)  # fmt: skip
def test_a_risk_names_what_would_be_lost(made: MachineSet, release: str, code: str, words: list[str]) -> None:
    (risk,) = judged(made, release).risks
    assert risk.reason.code == code
    assert [word for word in words if word not in risk.message] == []


def test_an_image_of_the_same_day_is_not_newer() -> None:
    same = TARGET.replace("-0-gcp", "-1-gcp")
    assert judged(machine_set(spec=gcp_spec(same))).risks == ()
    assert judged(machine_set(spec=gcp_spec(OLD))).risks == ()


@pytest.mark.parametrize(
    ("made", "manager_of_it"),
    [
        (machine_set(), "operator"),
        (machine_set(arch="foo"), "operator"),
        (machine_set(labels={"argocd.argoproj.io/instance": "x"}), "gitops"),
    ],
)
def test_who_writes_an_enrolled_set(made: MachineSet, manager_of_it: str) -> None:
    assert judged(made).managed_by.kind == manager_of_it
    assert judged(made, **OFF).managed_by.kind == ("gitops" if manager_of_it == "gitops" else "nobody")
