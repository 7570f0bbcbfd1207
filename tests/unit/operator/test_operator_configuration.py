# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration matrix, default opt-in, and skew enforcement."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.operator.rules import configuration, skew
from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.boot_image_gates import open_gates
from sandbox.operator.rules.selector import SelectorError

DEFAULT_ON = ("4.19", "4.20", "4.21", "4.22", "5.0")
INFRASTRUCTURE: dict[str, Any] = {"status": {"controlPlaneTopology": "HighlyAvailable"}}
HISTORY = [{"state": "Completed", "version": "4.22.1"}, {"state": "Completed", "version": "4.12.30"}]
VERSION = {"status": {"history": HISTORY}}


def manager(mode: str, resource: str = "machinesets", **partial: Any) -> dict[str, Any]:
    selection: dict[str, Any] = {"mode": mode}
    if partial:
        selection["partial"] = partial
    return {"resource": resource, "apiGroup": "machine.openshift.io", "selection": selection}


def cluster(managed: Any = None, status: Any = None, **spec: Any) -> dict[str, Any]:
    if managed is not None:
        spec["managedBootImages"] = managed
    return {"metadata": {"name": "cluster", "generation": 1}, "spec": spec, "status": status or {}}


def mirrored(release: str, machine_configuration: dict[str, Any], platform: str = "GCP") -> Any:
    return configuration.mirror(machine_configuration, platform, behaviour(release))


def modes(mirror: Any) -> dict[str, str]:
    return {entry["resource"]: entry["selection"]["mode"] for entry in mirror.status["machineManagers"]}


@pytest.mark.parametrize("release", ["4.16", "4.17", "4.18"])
def test_up_to_4_18_there_is_no_mirror(release: str) -> None:
    assert mirrored(release, cluster({"machineManagers": [manager("All")]})) is None


@pytest.mark.parametrize("release", DEFAULT_ON)
@pytest.mark.parametrize("managed", [None, {}])
@pytest.mark.parametrize("platform", ["GCP", "AWS"])
def test_nothing_said_is_all(release: str, managed: Any, platform: str) -> None:
    assert modes(mirrored(release, cluster(managed), platform))["machinesets"] == "All"


def test_azure_and_vsphere_are_on_by_default_from_4_22() -> None:
    for platform in ("Azure", "VSphere"):
        assert modes(mirrored("4.21", cluster(), platform))["machinesets"] == "None"
        assert modes(mirrored("4.22", cluster(), platform))["machinesets"] == "All"


@pytest.mark.parametrize("release", DEFAULT_ON)
def test_an_empty_list_is_off_and_stays_empty(release: str) -> None:
    found = mirrored(release, cluster({"machineManagers": []}))
    assert found.status == {"machineManagers": []}
    assert not found.opts_in


@pytest.mark.parametrize("release", DEFAULT_ON)
@pytest.mark.parametrize(
    ("before", "opts_in"),
    [
        (None, True), ([manager("None")], True), ([], False), ([manager("All")], False),
        ([manager("Partial", machineResourceSelector={})], False),
    ],
)  # fmt: skip
def test_opt_in_is_recorded_when_unset_or_none_becomes_all(release: str, before: Any, opts_in: bool) -> None:
    status = None if before is None else {"managedBootImagesStatus": {"machineManagers": before}}
    assert mirrored(release, cluster(status=status)).opts_in is opts_in


def test_explicit_all_is_no_opt_in() -> None:
    assert not mirrored("4.19", cluster({"machineManagers": [manager("All")]})).opts_in


def test_a_control_plane_entry_alone_leaves_workers_at_the_default() -> None:
    found = mirrored("4.22", cluster({"machineManagers": [manager("All", "controlplanemachinesets")]}))
    assert modes(found) == {"machinesets": "All", "controlplanemachinesets": "All"}


def test_control_plane_is_none_unless_said() -> None:
    assert modes(mirrored("4.22", cluster()))["controlplanemachinesets"] == "None"
    assert "controlplanemachinesets" not in modes(mirrored("4.21", cluster()))


def test_on_an_unsupported_platform_the_last_mirror_stays() -> None:
    assert mirrored("4.20", cluster(), "OpenStack") is None


@pytest.mark.parametrize("selector", [{}, {"matchLabels": {}}])
def test_an_empty_selector_is_stored_empty_and_selects_all(selector: dict[str, Any]) -> None:
    found = mirrored("4.20", cluster({"machineManagers": [manager("Partial", machineResourceSelector=selector)]}))
    entry = found.status["machineManagers"][0]
    assert entry["selection"]["partial"] == {"machineResourceSelector": {}}
    matches = configuration.enrolled(
        cluster(status={"managedBootImagesStatus": found.status}), "machinesets", behaviour("4.20")
    )
    assert matches({})


def test_up_to_4_18_spec_is_read() -> None:
    rules = behaviour("4.18")
    chosen = manager("Partial", machineResourceSelector={"matchLabels": {"a": "b"}})
    matches = configuration.enrolled(cluster({"machineManagers": [chosen]}), "machinesets", rules)
    assert matches({"a": "b"})
    assert not matches({"a": "c"})
    assert not configuration.enrolled(cluster(), "machinesets", rules)({})


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ({"key": "a", "operator": "Is", "values": ["b"]}, '"Is" is not a valid label selector operator'),
        ({"key": "a", "operator": "In"}, "values set can't be empty"),
        ({"key": "a", "operator": "In", "values": ["not possible"]}, "a valid label must be"),
    ],
)
def test_selectors_the_server_accepts_and_the_controller_does_not(expression: dict[str, Any], told: str) -> None:
    chosen = manager("Partial", machineResourceSelector={"matchExpressions": [expression]})
    with pytest.raises(SelectorError) as raised:
        configuration.enrolled(cluster({"machineManagers": [chosen]}), "machinesets", behaviour("4.18"))
    assert told in str(raised.value)


class TestSkewStatus:
    def status(self, machine_configuration: dict[str, Any], platform: str = "GCP", **infrastructure: Any) -> Any:
        infra = {"status": {**INFRASTRUCTURE["status"], **infrastructure}}
        return skew.status(machine_configuration, infra, VERSION, platform, behaviour("4.22"))

    def workers(self, mode: str, **spec: Any) -> dict[str, Any]:
        return cluster(status={"managedBootImagesStatus": {"machineManagers": [manager(mode)]}}, **spec)

    def test_none_before_4_22(self) -> None:
        assert skew.status(self.workers("All"), INFRASTRUCTURE, VERSION, "GCP", behaviour("4.21")) is None

    def test_automatic_starts_at_the_install_version(self) -> None:
        assert self.status(self.workers("All")) == {"mode": "Automatic", "automatic": {"ocpVersion": "4.12.30"}}

    def test_empty_history_is_0_0_0(self) -> None:
        assert skew.install_version({"status": {"history": []}}) == "0.0.0"

    @pytest.mark.parametrize("mode", ["None", "Partial"])
    def test_workers_not_all_is_manual_at_the_install_version(self, mode: str) -> None:
        assert self.status(self.workers(mode)) == {
            "mode": "Manual", "manual": {"mode": "OCPVersion", "ocpVersion": "4.12.30"}
        }  # fmt: skip

    def test_single_node_is_none_whatever_machinesets_say(self) -> None:
        for mode in ("All", "None"):
            assert self.status(self.workers(mode), controlPlaneTopology="SingleReplica") == {"mode": "None"}

    def test_another_platform_is_manual(self) -> None:
        assert self.status(cluster(), "OpenStack")["mode"] == "Manual"

    @pytest.mark.parametrize(("url", "mode"), [(None, "None"), ("", "None"), ("https://x/rhcos.qcow2", "Manual")])
    def test_bare_metal_is_none_unless_it_boots_an_image_of_its_own(self, url: str | None, mode: str) -> None:
        provisioning = {"spec": {} if url is None else {"provisioningOSDownloadURL": url}}
        found = skew.status(cluster(), INFRASTRUCTURE, VERSION, "BareMetal", behaviour("4.22"), provisioning)
        assert found is not None and found["mode"] == mode

    def test_spec_decides(self) -> None:
        manual = {"mode": "OCPVersion", "ocpVersion": "4.18.3"}
        found = self.status(self.workers("All", bootImageSkewEnforcement={"mode": "Manual", "manual": manual}))
        assert found == {"mode": "Manual", "manual": manual}
        assert self.status(self.workers("All", bootImageSkewEnforcement={"mode": "None"})) == {"mode": "None"}


class TestSkewRecord:
    BEFORE: dict[str, Any] = {"mode": "Automatic", "automatic": {"ocpVersion": "4.21.0"}}  # noqa: RUF012

    def record(self, release: str | None, skipped: int = 0, errored: int = 0) -> Any:
        data = {} if release is None else {"releaseVersion": release}
        return skew.recorded(self.BEFORE, {"data": data}, VERSION, skipped, errored)["automatic"]["ocpVersion"]

    @pytest.mark.parametrize(("release", "recorded"), [("4.22.0-okd-scos.7", "4.22.0"), ("0.0.1-snapshot", "0.0.1")])
    def test_a_clean_pass_records_the_stream_s_release(self, release: str, recorded: str) -> None:
        assert self.record(release) == recorded

    @pytest.mark.parametrize("release", [None, "unreadable"])
    def test_an_unreadable_release_leaves_the_record(self, release: str | None) -> None:
        assert self.record(release) == "4.21.0"

    def test_a_skip_resets_to_the_install_version_an_error_leaves_it(self) -> None:
        assert self.record("4.22.0", skipped=1) == "4.12.30"
        assert self.record("4.22.0", errored=1) == "4.21.0"
        assert self.record("4.22.0", skipped=1, errored=1) == "4.21.0"


class TestSkewGuard:
    def guard(self, mode: str, degraded: str = "", **image: str) -> str:
        return skew.guard({"mode": mode.title(), mode: image}, degraded, behaviour("4.22"))

    def test_below_4_13(self) -> None:
        assert self.guard("manual", ocpVersion="4.12.30") == (
            "Upgrades have been disabled because the cluster is using OCP boot image version 4.12.30, which is below "
            "the minimum required version 4.13.0. To enable upgrades, please update your boot images or disable boot "
            "image skew enforcement by following the documentation at https://docs.redhat.com/en/documentation/"
            "openshift_container_platform/4.22/html/machine_configuration/mco-update-boot-skew-mgmt"
        )

    def test_below_rhel_9_2(self) -> None:
        told = self.guard("manual", rhcosVersion="412.86.202301311551-0")
        assert (
            "is using RHCOS boot image version 412.86.202301311551-0(RHEL version: 8.6), which is below the minimum "
            "required RHEL version 9.2. " in told
        )

    @pytest.mark.parametrize("version", ["413.92.202305021736-0", "9.2.20230502-0", "10.0.20250628-0"])
    def test_new_enough(self, version: str) -> None:
        assert self.guard("manual", rhcosVersion=version) == ""
        assert self.guard("manual", ocpVersion="4.13.0") == ""

    def test_automatic_and_degraded(self) -> None:
        assert self.guard("automatic", "1 Degraded MAPI MachineSets", ocpVersion="4.22.0") == (
            "Upgrades have been disabled due to boot image update failures: Boot image controller is degraded: "
            "1 Degraded MAPI MachineSets"
        )
        assert self.guard("manual", "1 Degraded MAPI MachineSets", ocpVersion="4.22.0") == ""


@pytest.mark.parametrize(
    ("release", "platform", "managed", "gate"),
    [
        ("4.18", "GCP", None, "ack-4.18-boot-image-opt-out-in-4.19"),
        ("4.18", "AWS", {"machineManagers": []}, None), ("4.18", "Azure", None, None), ("4.19", "GCP", None, None),
        ("4.21", "Azure", None, "ack-4.21-boot-image-opt-out-in-4.22"),
        ("4.21", "VSphere", {"machineManagers": [manager("None")]}, None), ("4.21", "GCP", None, None),
    ],
)  # fmt: skip
def test_boot_image_gates(release: str, platform: str, managed: Any, gate: str | None) -> None:
    found = open_gates(cluster(managed), INFRASTRUCTURE, platform, behaviour(release))
    assert list(found) == ([gate] if gate else [])
