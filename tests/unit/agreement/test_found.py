# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the two readings once disagreed on, each with the side that was right; and the gates, by hand."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest
from unit.builders import (
    OLD,
    TARGET,
    cluster_version,
    condition,
    config_map,
    configuration,
    control_plane,
    gcp_spec,
    judged,
    machine_set,
    manager,
    snapshot,
    stream_data,
)

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.assess.management import management
from ansible_collections.okd.boot_images.plugins.module_utils.assess.stream import from_config_map
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidStream
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import NOT_JSON, READ, UserData
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import PENDING, STUCK
from ansible_collections.okd.boot_images.plugins.module_utils.settle.settled import outstanding
from sandbox.operator.rules import configuration as mirroring
from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.selector import SelectorError, matcher
from sandbox.operator.rules.world import platform_of

OWNER = {"kind": "ConfigMap", "name": "owner"}
PARTIAL = cluster_version("4.20.0", "Partial")


def of(made: Any, release: str = "4.20", **changes: Any) -> tuple[str, str]:
    told = judged(made, release, **changes).operator
    return told.will, told.reason.code


def unstamped(release: str = "4.20.0", **keys: Any) -> dict[str, Any]:
    data = {**config_map(release=release)["data"], **keys}
    return {"data": {key: value for key, value in data.items() if value is not None}}


@pytest.mark.parametrize(
    ("release", "key", "value", "gated"),
    [
        ("4.17", "MCOReleaseImageVersion", "4.16.9", True), ("4.18", "MCOReleaseImageVersion", None, True),
        ("4.18", "releaseVersion", "4.17.0", False), ("4.19", "releaseVersion", "4.18.0", True), ("4.21", "releaseVersion", None, True),
        ("4.20", "MCOReleaseImageVersion", None, False), ("4.22", "releaseVersion", "4.21.0", False), ("4.18", "MCOVersionHash", None, True),
        ("4.21", "MCOVersionHash", "", True), ("4.22", "MCOVersionHash", None, False), ("4.19", "MCOVersionHash", "another", False),
    ],
)  # fmt: skip
def test_the_gate_of_the_config_map(release: str, key: str, value: Any, gated: bool) -> None:
    told = judged(machine_set(), release, stream=unstamped(release + ".0", **{key: value})).operator
    assert (told.will, told.reason.code) == (("nothing", "gated") if gated else ("update", "operator_updates"))
    assert told.lasting.will == "update"
    assert (key in told.message) is gated


def test_the_gate_of_the_config_map_stands_after_the_architecture_and_before_the_provider_spec() -> None:
    closed = {"stream": unstamped(releaseVersion="4.19.0")}
    assert of(machine_set(owners=[OWNER]), **closed) == ("skip", "owned")
    assert of(machine_set(arch="foo"), **closed) == ("fail", "architecture_invalid")
    assert of(machine_set(spec=[]), **closed) == ("nothing", "gated")
    assert of(machine_set(spec=gcp_spec(userDataSecret=None)), **closed) == ("nothing", "gated")


@pytest.mark.parametrize(
    ("release", "gated"), [("4.18", False), ("4.19", False), ("4.20", True), ("4.22", True), ("5.0", True)]
)
@pytest.mark.parametrize("history", [[{"state": "Partial", "version": "9"}], []])
def test_the_gate_of_the_cluster_version(release: str, gated: bool, history: Any) -> None:
    version = {"metadata": {}, "status": {"history": history}}
    for made in (machine_set(), machine_set(arch="foo"), machine_set(owners=[OWNER])):
        assert (of(made, release, cluster_version=version) == ("nothing", "gated")) is gated
    assert of(machine_set(), release, cluster_version=version, managers=[manager("None")])[0] == "not_managed"


def test_what_a_gate_hides_is_still_weighed_and_claimed() -> None:
    deadly = judged(machine_set(spec=gcp_spec(userDataSecret=None)), "4.20", cluster_version=PARTIAL)
    assert (deadly.operator.will, deadly.operator.lasting.will) == ("nothing", "crash")
    assert deadly.managed_by.kind == "operator"
    foreign = judged(machine_set(spec=gcp_spec("projects/acme/global/images/golden")), "4.20", cluster_version=PARTIAL)
    assert (foreign.operator.will, foreign.managed_by.kind) == ("nothing", "nobody")
    found = assess(snapshot([deadly.machine_set], "4.20", cluster_version=PARTIAL)).findings
    assert ("blocker", "would_kill_controller") in [(each.severity, each.reason.code) for each in found]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (machine_set("a"), [("gated", PENDING)]),
        (machine_set("a", spec=gcp_spec(TARGET)), []),
        (machine_set("a", spec=[]), [("provider_spec_missing", STUCK)]),
        (machine_set("a", owners=[OWNER]), []),
        (machine_set("a", arch=None), []),
    ],
)
def test_a_gated_set_is_waited_for_as_if_the_gate_were_open(made: MachineSet, expected: Any) -> None:
    unknown = {"control_plane_architecture": None, "stream": unstamped(MCOVersionHash=None)}
    seen = snapshot([made], "4.20", **unknown)
    found = [(each.reason.code, each.state) for each in outstanding(seen, assess(seen))]
    assert found == expected


def test_an_error_of_the_pass_before_says_nothing_of_a_gated_set() -> None:
    text = "1 Degraded MAPI MachineSets | Error(s): error syncing MAPI MachineSet worker-a: refusing"
    degraded = configuration("4.20", [manager()], conditions=[condition("BootImageUpdateDegraded", "True", text)])
    seen = snapshot([machine_set()], "4.20", configuration=degraded, stream=unstamped(releaseVersion="4.19.0"))
    assert [each.state for each in outstanding(seen, assess(seen)) if "worker-a" in each.object] == [PENDING]


def test_an_image_outside_rhcos_cloud_that_is_the_streams_own_is_no_foreign_one() -> None:
    entry = {"images": {"gcp": {"project": "fedora-coreos-cloud", "name": "fedora-coreos-41-20250315-3-0-gcp-x86-64"}}}
    own = "projects/fedora-coreos-cloud/global/images/fedora-coreos-41-20250315-3-0-gcp-x86-64"
    stream = config_map(stream_data(x86_64=entry), "4.20.0")
    assert of(machine_set(spec=gcp_spec(own)), stream=stream) == ("nothing", "up_to_date")
    assert of(machine_set(spec=gcp_spec(OLD)), stream=stream) == ("update", "operator_updates")


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_only_python_calls_json(word: str) -> None:
    with pytest.raises(InvalidStream, match=f"{word} is no JSON"):
        from_config_map(config_map(f'{{"architectures": {{}}, "x": {word}}}'))
    assert UserData.of(secret(f'{{"ignition": {{"version": "3.2.0"}}, "x": {word}}}'.encode())) == UserData(NOT_JSON)


def test_user_data_is_utf_8_with_broken_bytes_replaced() -> None:
    assert UserData.of(secret(b'{"ignition": {"version": "3.2.0"}, "x": "\xff"}')) == UserData(READ, "3.2.0")
    assert UserData.of(secret('{"ignition": {"version": "3.2.0"}}'.encode("utf-16"))) == UserData(NOT_JSON)


def secret(raw: bytes) -> dict[str, Any]:
    return {"data": {"userData": base64.b64encode(raw).decode()}}


def test_a_secrets_name_that_is_a_number_is_read_as_text() -> None:
    assert machine_set(spec=gcp_spec(userDataSecret={"name": 5})).user_data_secret == "5"
    assert machine_set(spec=gcp_spec(userDataSecret={"name": [5]})).user_data_secret is None


def test_a_control_planes_labels_are_looked_for_where_the_operator_does() -> None:
    made = control_plane()
    machine = made.object["spec"]["template"]["machines_v1beta1_machine_openshift_io"]
    machine["metadata"]["labels"] = {"machine.openshift.io/os-id": "Windows"}
    managers = [manager(), manager(resource="controlplanemachinesets")]
    assert of(made, "4.22", managers=managers) == ("update", "operator_updates")
    machine["spec"]["metadata"] = {"labels": {"machine.openshift.io/os-id": "Windows"}}
    assert of(made, "4.22", managers=managers) == ("skip", "windows")


def test_a_control_plane_of_a_multi_arch_cluster_is_not_skipped_for_want_of_an_annotation() -> None:
    multi = cluster_version("4.22.0", desired={"architecture": "Multi"})
    managers = [manager(), manager(resource="controlplanemachinesets")]
    changes = {"managers": managers, "cluster_version": multi, "control_plane_architecture": None}
    assert of(control_plane(), "4.22", **changes) == ("unknown", "architecture_unknown")
    assert of(machine_set(arch=None), "4.22", **changes) == ("skip", "architecture_unknown")


def test_a_mirror_tells_of_a_tech_preview_also_before_the_newest_spec_is_taken_in() -> None:
    waiting = configuration("4.20", [manager()], [manager("None")], observed=False)
    seen = snapshot([], "4.20", "VSphere", configuration=waiting)
    assert management(seen)["machinesets"].mode == "All"
    fresh = replace(seen, configuration=configuration("4.20", [manager()], observed=False))
    del fresh.configuration["status"]["managedBootImagesStatus"]  # type: ignore[index]
    assert management(fresh)["machinesets"].mode == "unsupported"


def test_the_sandbox_never_manages_azure_stack() -> None:
    status = {"platformStatus": {"type": "Azure", "azure": {"cloudName": "AzureStackCloud"}}}
    assert platform_of({"status": status}) not in behaviour("5.0.0").supported
    assert mirroring.mirror({"spec": {}}, platform_of({"status": status}), behaviour("5.0.0")) is None


@pytest.mark.parametrize("key", ["", "/pool", "Example.com/pool", "a/b/c", "x" * 64, "-pool", "pool-"])
def test_the_sandbox_refuses_keys_that_apimachinery_refuses(key: str) -> None:
    for selector in ({"matchLabels": {key: "a"}}, {"matchExpressions": [{"key": key, "operator": "Exists"}]}):
        with pytest.raises(SelectorError, match="Invalid value"):
            matcher(selector)


def test_the_sandbox_refuses_values_that_are_too_long() -> None:
    with pytest.raises(SelectorError, match="no more than 63 characters"):
        matcher({"matchLabels": {"pool": "x" * 64}})
