# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed, sections 4, 6 and 7: what configuration comes to, who fights whom how long, and skew enforcement."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.builders import manager
from unit.contract.looks import answer, outlook, waiting_for
from unit.contract.play import Json, Play, named
from unit.contract.readings import FROM_4_19, UP_TO_4_18
from unit.contract.rows import row
from unit.operator import recorded

from sandbox.operator import paths
from sandbox.operator.cluster import condition
from sandbox.operator.operator_loop import OPTED_IN
from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.skew import guard, install_version

LATER = (*FROM_4_19, "5.0")
A = {"matchLabels": {"pool": "a"}}
ON, OFF = ("update", "operator_updates"), ("not_managed", "management_off")


def in_pool(name: str, pool: str) -> Json:
    made = named(name)
    made["metadata"]["labels"] = {"pool": pool}
    return made


def azure_set(name: str) -> Json:
    made = recorded.machine_set("azure", "plain")
    made["metadata"]["name"] = name
    return made


def cluster(release: str, managers: Any, platform: str = "GCP") -> Play:
    """Two sets, of the pools a and b, whose configuration the operator's loop has taken in; no pass yet."""
    sets = [in_pool("a", "a"), in_pool("b", "b")] if platform == "GCP" else [azure_set("a"), azure_set("b")]
    play = Play(release, sets, managers, platform=platform)
    play.round()
    return play


def written(play: Play) -> set[str]:
    """The sets that the operator patched, after all passes."""
    before = {name: play.api.get(f"{paths.MACHINE_SETS}/{name}") for name in "ab"}
    play.rest()
    return {name for name in "ab" if play.api.get(f"{paths.MACHINE_SETS}/{name}")["spec"] != before[name]["spec"]}


def foretold(play: Play) -> set[str]:
    return {name for name in "ab" if outlook(play, name)[0] == "update"}


@pytest.mark.parametrize(
    ("releases", "platform", "managers", "enrolled"),
    [
        row("O4.nothing-4.17", UP_TO_4_18, "GCP", None, ""), row("O4.nothing-4.19", LATER, "GCP", None, "ab"),
        row("O4.nothing-4.22-azure", ("4.22", "5.0"), "Azure", None, "ab"), row("O4.nothing-4.21-azure", ("4.21",), "Azure", None, ""),
        row("O4.all-4.17", UP_TO_4_18, "GCP", [manager()], "ab"), row("O4.all-4.19", LATER, "GCP", [manager()], "ab"),
        row("O4.all-4.21-azure", ("4.21", "4.22"), "Azure", [manager()], "ab"),
        row("O4.partial-4.17", UP_TO_4_18, "GCP", [manager("Partial", A)], "a"),
        row("O4.partial-4.19", LATER, "GCP", [manager("Partial", A)], "a"),
        row("O4.none-4.19", LATER, "GCP", [manager("None")], ""), row("O4.none-4.21-azure", ("4.21", "4.22"), "Azure", [manager("None")], ""),
        row("O4.empty-list-4.17", UP_TO_4_18, "GCP", [], ""), row("O4.empty-list-4.19", LATER, "GCP", [], ""),
        row("O4.empty-list-4.21-azure", ("4.21", "4.22"), "Azure", [], ""),
        row("O4.empty-selector-4.17", UP_TO_4_18, "GCP", [manager("Partial", {"matchLabels": {}})], "ab"),
        row("O4.empty-selector-4.17", UP_TO_4_18, "GCP", [manager("Partial", {})], "ab"),
        row("O4.empty-selector-4.19", LATER, "GCP", [manager("Partial", {"matchLabels": {}})], "ab"),
        row("O4.empty-selector-4.19", LATER, "GCP", [manager("Partial", {})], "ab"),
        row("O4.empty-selector-4.21-azure", ("4.21", "4.22"), "Azure", [manager("Partial", {})], "ab"),
    ],
)  # fmt: skip
def test_o4_who_is_enrolled(releases: Any, platform: str, managers: Any, enrolled: str) -> None:
    for release in releases:
        play = cluster(release, managers, platform)
        assert foretold(play) == set(enrolled), release
        assert written(play) == set(enrolled), release
        if managers == [] and release in LATER:
            assert play.configuration["status"]["managedBootImagesStatus"] == {"machineManagers": []}
        if (
            managers
            and managers[0]["selection"].get("partial") in ({"machineResourceSelector": {}},)
            and release in LATER
        ):
            stored = play.configuration["status"]["managedBootImagesStatus"]["machineManagers"][0]["selection"]
            assert stored["partial"] == {"machineResourceSelector": {}}


@pytest.mark.contract("O4.empty-stanza")
@pytest.mark.parametrize("release", [*UP_TO_4_18, *LATER])
def test_o4_an_empty_stanza_is_nothing_said(release: str) -> None:
    play = cluster(release, [manager("None")] if release in LATER else None)
    play.rest()
    play.change(paths.MACHINE_CONFIGURATION, spec={"managedBootImages": None})
    play.change(paths.MACHINE_CONFIGURATION, spec={"managedBootImages": {}})
    assert foretold(play) == written(play) == (set() if release in UP_TO_4_18 else {"a", "b"})
    annotations = play.configuration["metadata"].get("annotations") or {}
    assert (OPTED_IN in annotations) is (release in LATER)


@pytest.mark.contract("O4.label-under-partial")
@pytest.mark.parametrize("release", [*UP_TO_4_18, *LATER])
def test_o4_a_label_put_on_enrols_at_once_and_taken_off_changes_the_counts_only(release: str) -> None:
    play = cluster(release, [manager("Partial", A)])
    play.rest()
    play.change(f"{paths.MACHINE_SETS}/b", metadata={"labels": {"pool": "a"}})
    assert foretold(play) == {"b"}
    play.rest()
    assert play.image("b") == play.target
    assert "Reconciled 2 of 2 MAPI MachineSets" in play.condition("Progressing")["message"]
    play.change(f"{paths.MACHINE_SETS}/b", metadata={"labels": {"pool": "b"}})
    assert written(play) == set() and play.image("b") == play.target
    assert "Reconciled 1 of 1 MAPI MachineSets" in play.condition("Progressing")["message"]
    assert outlook(play, "b") == ("not_managed", "not_enrolled")


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        row("O4.selector-operator", {"key": "a", "operator": "Is", "values": ["b"]}, '"Is" is not a valid label selector operator'),
        row("O4.selector-without-values", {"key": "a", "operator": "In"}, "values set can't be empty"),
        row("O4.selector-impossible-value", {"key": "a", "operator": "In", "values": ["not possible"]}, "a valid label must be"),
    ],
)  # fmt: skip
def test_o4_selectors_that_the_server_takes_and_the_controller_does_not(expression: Any, told: str) -> None:
    for release in (*UP_TO_4_18, *LATER):
        play = cluster(release, [manager("Partial", {"matchExpressions": [expression]})])
        assert {outlook(play, name) for name in "ab"} == {("fail", "selector_invalid")}
        assert written(play) == set()
        degraded = play.condition("Degraded")
        assert degraded["status"] == "True" and told in degraded["message"]
        assert not answer(play)["settled"]


@pytest.mark.contract("O4.platform-turned-unsupported")
@pytest.mark.parametrize("release", LATER)
def test_o4_on_a_platform_that_turned_unsupported_the_last_mirror_stays(release: str) -> None:
    play = cluster(release, [manager()])
    play.rest()
    before = play.configuration["status"]["managedBootImagesStatus"]
    play.change(f"{paths.INFRASTRUCTURES}/cluster", status={"platformStatus": {"type": "OpenStack"}})
    play.configure([manager("None")])
    play.rest()
    assert play.configuration["status"]["managedBootImagesStatus"] == before


def fight(play: Play, times: int) -> None:
    for _ignored in range(times):
        play.set_image("a", recorded.OLD)
        play.rest()


def refused(play: Play) -> bool:
    return "machineset a, hot loop detected" in play.condition("Degraded").get("message", "")


@pytest.mark.contract("O6.others-go-on")
@pytest.mark.parametrize("release", [*UP_TO_4_18, *LATER])
def test_o6_others_are_updated_beside_a_refused_set_also_when_put_back(release: str) -> None:
    play = Play(release, [named("a"), named("b")])
    play.rest()
    fight(play, 3)
    assert refused(play) and play.image("a") == recorded.OLD
    play.set_image("b", recorded.OLD)
    play.rest()
    assert play.image("b") == play.target and refused(play)
    told = [each for each in answer(play)["waiting_for"] if each["object"].endswith("/a")]
    assert told and "hot loop" in told[0]["message"]


@pytest.mark.contract("O6.starts-again")
@pytest.mark.parametrize("release", ["4.18", "4.20", "4.22"])
@pytest.mark.parametrize("by", ["target", "another field", "nothing enrolled", "restart"])
def test_o6_what_starts_the_count_anew(release: str, by: str) -> None:
    play = Play(release, [named("a")])
    play.rest()
    fight(play, 3)
    assert refused(play)
    if by == "target":
        play.change(play.stream_path, data={"stream": json.dumps(recorded.stream())})
    elif by == "another field":
        spec = {"providerSpec": {"value": {"machineType": "n2-standard-8"}}}
        play.change(f"{paths.MACHINE_SETS}/a", spec={"template": {"spec": spec}})
    elif by == "nothing enrolled":
        play.configure(None if release == "4.18" else [manager("None")])
        play.rest()
        play.configure([manager()])
    else:
        play.restart()
    play.rest()
    assert play.image("a") == (recorded.TARGET if by == "target" else play.target) and not refused(play)


@pytest.mark.contract("O6.target-by-the-other")
@pytest.mark.parametrize("release", ["4.18", "4.20", "4.22"])
def test_o6_the_other_writers_own_target_clears_the_error_but_not_the_count(release: str) -> None:
    play = Play(release, [named("a")])
    play.rest()
    fight(play, 3)
    play.set_image("a", play.target)
    play.rest()
    # Up to 4.18 a put-back without the managed secret would still be a write; here he left the secret as it was.
    assert not refused(play) and play.condition("Degraded")["status"] == "False"
    fight(play, 1)
    assert refused(play) and play.image("a") == recorded.OLD


@pytest.mark.contract("O6.target-by-the-other")
@pytest.mark.parametrize("secret", [None, "worker-user-data-managed"])
def test_o6_up_to_4_18_only_if_he_sets_the_managed_secret_too(secret: str | None) -> None:
    play = Play("4.18", [named("a")])
    play.rest()

    def put(image: str, name: str) -> None:
        disks = recorded.provider_spec(play.api.get(f"{paths.MACHINE_SETS}/a"))["disks"]
        value = {"disks": [{**disks[0], "image": image}, *disks[1:]], "userDataSecret": {"name": name}}
        play.change(f"{paths.MACHINE_SETS}/a", spec={"template": {"spec": {"providerSpec": {"value": value}}}})
        play.rest()

    for _ignored in range(3):
        put(recorded.OLD, "worker-user-data")
    assert refused(play)
    put(play.target, secret or "worker-user-data")
    assert refused(play) is (secret is None)


def skew(play: Play) -> Any:
    return play.configuration["status"].get("bootImageSkewEnforcementStatus")


def automatic(version: str) -> Json:
    return {"mode": "Automatic", "automatic": {"ocpVersion": version}}


@pytest.mark.contract("O7.first-status")
@pytest.mark.parametrize("release", ["4.22", "5.0"])
def test_o7_a_fresh_object_records_the_install_version_and_a_clean_pass_the_streams(release: str) -> None:
    play = Play(release, [named("a")])
    play.round()
    assert skew(play) == automatic("4.12.30")
    assert "boot_image_skew" in [each["reason"] for each in answer(play)["blockers"]]
    play.rest()
    assert skew(play) == automatic(play.version)
    assert "boot_image_skew" not in [each["reason"] for each in answer(play)["blockers"]]
    assert install_version({"status": {"history": []}}) == "0.0.0"


@pytest.mark.contract("O7.record")
@pytest.mark.parametrize(
    ("release", "recorded_version"),
    [("4.22.0-okd-scos.7", "4.22.0"), ("0.0.1-snapshot", "0.0.1"), ("unreadable", None), (None, None)],
)
def test_o7_the_record_is_the_streams_release_cut_to_x_y_z(release: str | None, recorded_version: str | None) -> None:
    play = Play("4.22", [named("a")])
    play.rest()
    play.change(play.stream_path, data={"releaseVersion": release})
    play.rest()
    assert skew(play) == automatic(recorded_version or play.version)


@pytest.mark.contract("O7.back-to-automatic")
def test_o7_going_back_to_automatic_flashes_the_install_version() -> None:
    play = Play("4.22", [named("a")])
    play.rest()
    play.change(paths.MACHINE_CONFIGURATION, spec={"bootImageSkewEnforcement": {"mode": "None"}})
    play.rest()
    assert skew(play) == {"mode": "None"}
    play.change(paths.MACHINE_CONFIGURATION, spec={"bootImageSkewEnforcement": None})
    play.round()
    assert skew(play) == automatic("4.12.30")
    found = condition(play.api.get(f"{paths.CLUSTER_OPERATORS}/machine-config"), "Upgradeable")
    assert found["status"] == "False" and "4.12.30" in found["message"]
    play.rest()
    assert skew(play) == automatic(play.version)
    assert condition(play.api.get(f"{paths.CLUSTER_OPERATORS}/machine-config"), "Upgradeable")["status"] == "True"


@pytest.mark.contract("O7.skips")
def test_o7_a_counted_skip_resets_the_record_an_error_or_a_log_only_skip_does_not() -> None:
    play = Play("4.22", [named("a"), named("windows", "windows"), named("ten", "osstream-rhel-10")])
    play.rest()
    assert skew(play) == automatic(play.version)
    play.put(f"{paths.MACHINE_SETS}/foreign", named("foreign", "foreign"))
    play.rest()
    assert skew(play) == automatic("4.12.30")
    play.put(f"{paths.MACHINE_SETS}/bad", named("bad", "arch-bad"))
    play.rest()
    assert skew(play) == automatic("4.12.30")
    play.api.delete(f"{paths.MACHINE_SETS}/foreign")
    play.rest()
    assert skew(play) == automatic("4.12.30")
    play.api.delete(f"{paths.MACHINE_SETS}/bad")
    play.rest()
    assert skew(play) == automatic(play.version) and "rhcosVersion" not in skew(play)["automatic"]


ADVICE = (
    "To enable upgrades, please update your boot images or disable boot image skew enforcement by following the documentation at "
    "https://docs.redhat.com/en/documentation/openshift_container_platform/4.22/html/machine_configuration/mco-update-boot-skew-mgmt"
)


@pytest.mark.parametrize(
    ("manual", "told"),
    [
        row("O7.guard-ocp", {"mode": "OCPVersion", "ocpVersion": "4.12.30"},
            "OCP boot image version 4.12.30, which is below the minimum required version 4.13.0. "),
        row("O7.guard-rhcos", {"mode": "RHCOSVersion", "rhcosVersion": "412.86.202301311551-0"},
            "RHCOS boot image version 412.86.202301311551-0(RHEL version: 8.6), which is below the minimum required RHEL version 9.2. "),
        row("O7.guard-passes", {"mode": "OCPVersion", "ocpVersion": "4.13.0"}, None),
        row("O7.guard-passes", {"mode": "RHCOSVersion", "rhcosVersion": "413.92.202305021736-0"}, None),
        row("O7.guard-passes", {"mode": "RHCOSVersion", "rhcosVersion": "9.2.20230502-0"}, None),
        row("O7.guard-passes", {"mode": "RHCOSVersion", "rhcosVersion": "10.0.20250628-0"}, None),
    ],
)  # fmt: skip
def test_o7_the_upgrade_guard(manual: Any, told: str | None) -> None:
    play = Play("4.22", [named("a")])
    play.change(paths.MACHINE_CONFIGURATION, spec={"bootImageSkewEnforcement": {"mode": "Manual", "manual": manual}})
    play.rest()
    found = condition(play.api.get(f"{paths.CLUSTER_OPERATORS}/machine-config"), "Upgradeable")
    blockers = [each["reason"] for each in answer(play)["blockers"]]
    assert ("boot_image_skew" in blockers) is (told is not None)
    if told:
        assert found["message"] == f"Upgrades have been disabled because the cluster is using {told}{ADVICE}"
        assert (found["status"], found["reason"]) == ("False", "ClusterBootImageSkewError")
        assert "operator_not_upgradeable" in blockers
    else:
        assert found.get("status") != "False"


@pytest.mark.contract("O7.guard-degraded")
def test_o7_automatic_and_degraded_blocks_with_the_whole_message() -> None:
    play = Play("4.22", [named("a", "arch-bad")])
    play.rest()
    message = play.condition("Degraded")["message"]
    found = condition(play.api.get(f"{paths.CLUSTER_OPERATORS}/machine-config"), "Upgradeable")
    start = "Upgrades have been disabled due to boot image update failures: Boot image controller is degraded: "
    assert found["message"] == start + message
    manual = {"mode": "Manual", "manual": {"mode": "OCPVersion", "ocpVersion": "4.22.0"}}
    assert guard(manual, message, behaviour("4.22")) == ""


@pytest.mark.contract("O7.modes")
def test_o7_management_and_enforcement_are_two_things() -> None:
    for stanza in ({"mode": "None"}, {"mode": "Manual", "manual": {"mode": "OCPVersion", "ocpVersion": "4.22.0"}}):
        play = Play("4.22", [named("a")], None)
        play.change(paths.MACHINE_CONFIGURATION, spec={"bootImageSkewEnforcement": stanza})
        play.round()
        assert answer(play)["configuration"]["effective"]["machinesets"]["mode"] == "All" and outlook(play, "a") == ON
        assert skew(play)["mode"] == stanza["mode"]
    play = Play("4.22", [named("a")], [manager("None")])
    play.rest()
    assert skew(play) == {"mode": "Manual", "manual": {"mode": "OCPVersion", "ocpVersion": "4.12.30"}}
    assert outlook(play, "a") == OFF and waiting_for(play) == []


@pytest.mark.contract("O7.single-node")
@pytest.mark.parametrize("managers", [None, [manager("None")]])
def test_o7_a_single_node_has_none(managers: Any) -> None:
    play = Play("4.22", [named("a")], managers)
    play.change(f"{paths.INFRASTRUCTURES}/cluster", status={"controlPlaneTopology": "SingleReplica"})
    play.rest()
    assert skew(play) == {"mode": "None"}


@pytest.mark.contract("O7.platform-turned-unsupported")
def test_o7_a_platform_turned_unsupported_is_manual_at_the_install_version() -> None:
    play = Play("4.22", [named("a")], None)
    play.rest()
    play.change(f"{paths.INFRASTRUCTURES}/cluster", status={"platformStatus": {"type": "OpenStack"}})
    play.rest()
    assert skew(play) == {"mode": "Manual", "manual": {"mode": "OCPVersion", "ocpVersion": "4.12.30"}}
