# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed corrections 13 to 24, and what was confirmed: configuration and conditions, by whole passes and the collection's look at them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.builders import config_map, judged, machine_set, manager
from unit.contract.looks import answer, caveats, outlook
from unit.contract.play import Play, control_plane_set, named
from unit.contract.readings import ARCH, FROM_4_19, aws, both, gcp, stream_of
from unit.operator import recorded

from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidStream
from sandbox.operator import paths
from sandbox.operator.operator_loop import OPTED_IN
from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.conditions import initial

CPMS = "controlplanemachinesets"
PREVIEW = "TechPreviewNoUpgrade"
WITH_CONTROL_PLANE = [("4.21", PREVIEW), ("4.22", ""), ("5.0", "")]


def mirror(play: Play) -> Any:
    """Resource -> mode, as status has it; the list itself where it is empty."""
    managers = play.configuration["status"]["managedBootImagesStatus"]["machineManagers"]
    return {each["resource"]: each["selection"]["mode"] for each in managers} or managers


def effective(play: Play, resource: str = "machinesets") -> str:
    """The mode by the collection's account."""
    return str(answer(play)["configuration"]["effective"][resource]["mode"])


@pytest.mark.contract("O1.13")
@pytest.mark.parametrize("release", FROM_4_19)
def test_o1_13_an_empty_list_is_off_and_removing_it_is_on(release: str) -> None:
    play = Play(release, [named("a")], managers=[])
    play.rest()
    assert mirror(play) == [] and play.image("a") == recorded.OLD
    assert (effective(play), outlook(play, "a")) == ("None", ("not_managed", "management_off"))
    play.configure(None)
    assert (effective(play), outlook(play, "a")) == ("All", ("update", "operator_updates"))
    play.rest()
    assert mirror(play)["machinesets"] == "All" and play.image("a") == play.target


@pytest.mark.contract("O1.14")
@pytest.mark.parametrize("release", FROM_4_19)
@pytest.mark.parametrize("before", [[manager()], [manager("None")], []])
@pytest.mark.parametrize("nothing", [None, {}])
def test_o1_14_nothing_said_is_all_again_whatever_was_said_before(release: str, before: Any, nothing: Any) -> None:
    play = Play(release, [named("a")], managers=before)
    play.rest()
    play.change(paths.MACHINE_CONFIGURATION, spec={"managedBootImages": None})
    if nothing is not None:
        play.change(paths.MACHINE_CONFIGURATION, spec={"managedBootImages": nothing})
    assert effective(play) == "All"
    play.rest()
    assert mirror(play)["machinesets"] == effective(play) == "All"
    assert play.image("a") == play.target


@pytest.mark.contract("O1.15")
@pytest.mark.parametrize(("release", "feature_set"), WITH_CONTROL_PLANE)
def test_o1_15_an_entry_for_the_control_plane_leaves_workers_at_the_default(release: str, feature_set: str) -> None:
    play = Play(release, [named("a")], managers=[manager(resource=CPMS)], feature_set=feature_set)
    if release != "4.21":  # whose stable schema does not know the resource
        assert effective(play) == "All"
    play.rest()
    assert mirror(play) == {"machinesets": "All", CPMS: "All"}
    assert (effective(play), effective(play, CPMS), play.image("a")) == ("All", "All", play.target)


@pytest.mark.contract("O1.16")
@pytest.mark.parametrize(("release", "feature_set"), WITH_CONTROL_PLANE)
def test_o1_16_an_error_of_the_control_plane_shows_in_the_number_only(release: str, feature_set: str) -> None:
    both_resources = [manager(), manager(resource=CPMS)]
    play = Play(
        release, [named("a")], both_resources, feature_set=feature_set, control_plane=control_plane_set("wrong-type")
    )
    play.rest()
    degraded = play.condition("Degraded")
    assert degraded["status"] == "False"
    assert degraded["message"].startswith("0 Degraded MAPI MachineSets | 1 Degraded ControlPlaneMachineSets | ")
    assert caveats(play) == ["conditions_blind"]
    assert outlook(play, "cluster")[0] == "fail"


@pytest.mark.contract("O1.16")
@pytest.mark.parametrize(
    ("release", "feature_set", "case", "patched"),
    [
        ("4.21", PREVIEW, "foreign", False), ("4.22", "", "foreign", False),
        ("4.21", PREVIEW, "osstream-rhel-10", True), ("4.22", "", "osstream-rhel-10", False),
    ],
)  # fmt: skip
def test_o1_16_a_skipped_control_plane_counts_as_reconciled(
    release: str, feature_set: str, case: str, patched: bool
) -> None:
    made = control_plane_set(case)
    play = Play(release, [], [manager(), manager(resource=CPMS)], feature_set=feature_set, control_plane=made)
    play.round()
    will = outlook(play, "cluster")[0]
    assert will == ("update" if patched else "skip")
    play.rest()
    message = play.condition("Progressing")["message"]
    assert "Reconciled 1 of 1 ControlPlaneMachineSets |" in message and "skipped" not in message
    value = play.api.get(f"{paths.CONTROL_PLANE_MACHINE_SETS}/cluster")["spec"]["template"]
    image = value["machines_v1beta1_machine_openshift_io"]["spec"]["providerSpec"]["value"]["disks"][0]["image"]
    assert (image == play.target) is patched


@pytest.mark.contract("O1.17")
@pytest.mark.parametrize("release", ["4.22", "5.0"])
def test_o1_17_the_last_part_of_degraded_gains_its_word_with_the_first_write(release: str) -> None:
    first = initial(behaviour(release))
    assert first[1]["message"].endswith(" | 0 CAPI MachineDeployments")
    play = Play(release, [named("a")])
    play.rest()
    assert play.condition("Degraded")["message"].endswith(" | 0 Degraded CAPI MachineDeployments")
    before = answer(play)["conditions"]["degraded_counts"]
    play.change(paths.MACHINE_CONFIGURATION, status={"conditions": first})
    assert answer(play)["conditions"]["degraded_counts"] == before
    assert before["CAPI MachineDeployments"] == 0


@pytest.mark.contract("O1.18")
@pytest.mark.parametrize("release", ["4.17", "4.18", "4.19", "4.20", "4.21", "4.22"])
def test_o1_18_reasons_are_spelled_by_release_and_never_matched_on(release: str) -> None:
    play = Play(release, [named("a")])
    reasons = play.rest()
    word = "MAPIMachineset" if release in ("4.17", "4.18", "4.19") else "MAPIMachineSet"
    assert {f"{word}Added", f"{word}Updated"} <= set(reasons)
    assert play.condition("Progressing")["reason"] == reasons[-1]
    told = answer(play)
    conditions = [{**each, "reason": "Whatever"} for each in play.configuration["status"]["conditions"]]
    play.change(paths.MACHINE_CONFIGURATION, status={"conditions": conditions})
    assert answer(play)["conditions"] == told["conditions"] and answer(play)["settled"] == told["settled"]


@pytest.mark.contract("O1.19")
def test_o1_19_several_errors_stand_in_brackets_in_an_order_that_changes() -> None:
    play = Play("4.20", [named("a"), named("b")])
    one, two = f"{paths.MACHINE_SETS}/a", f"{paths.MACHINE_SETS}/b"
    play.change(one, metadata={"annotations": {ARCH: "kubernetes.io/arch=vax"}})
    play.rest()
    assert "Error(s): error syncing MAPI MachineSet a: " in play.condition("Degraded")["message"]
    texts = set()
    for turn in range(60):
        play.change(two, metadata={"annotations": {ARCH: f"kubernetes.io/arch=vax,turn={turn}"}})
        play.rest()
        texts.add(play.condition("Degraded")["message"])
        assert set(answer(play)["conditions"]["errors"]) == {"a", "b"}
    assert len(texts) == 2
    assert all("Error(s): [error syncing MAPI MachineSet " in text and text.endswith("vax]") for text in texts)


@pytest.mark.contract("O1.22")
@pytest.mark.parametrize("release", FROM_4_19)
@pytest.mark.parametrize(
    ("before", "written"), [(None, True), ([manager("None")], True), ([], False), ([manager()], False)]
)
def test_o1_22_the_opt_in_by_default_is_noted_on_the_object(release: str, before: Any, written: bool) -> None:
    play = Play(release, [named("a")], managers=before)
    play.rest()
    path = paths.MACHINE_CONFIGURATION
    play.change(path, metadata={"annotations": {OPTED_IN: "long ago"}})
    if before is None:
        play.configure([manager("None")])
        play.rest()
    play.configure(None)
    play.rest()
    assert mirror(play)["machinesets"] == "All"
    assert (play.configuration["metadata"]["annotations"][OPTED_IN] != "long ago") is written


@pytest.mark.contract("O1.24")
@pytest.mark.parametrize("release", ["4.22", "5.0"])
def test_o1_24_only_the_key_stream_is_read(release: str) -> None:
    named_streams = json.dumps({"rhel-9": stream_of("GCP")})
    found = both(gcp(), release, data={"streams": json.dumps({"rhel-9": {"architectures": {}}})})
    assert found.words == ("patched", "update")
    play = Play(release, [named("a"), named("b")])
    play.change(play.stream_path, data={"stream": None, "streams": named_streams})
    play.rest()
    message = play.condition("Degraded")["message"]
    assert message.count("failed to parse CoreOS stream metadata: unexpected end of JSON input") == 2
    alone = config_map()
    alone["data"]["streams"] = named_streams
    del alone["data"]["stream"]
    with pytest.raises(InvalidStream):
        judged(machine_set(), release, stream=alone)


@pytest.mark.contract("O1.confirmed-progressing")
def test_o1_progressing_false_means_that_every_set_was_looked_at() -> None:
    play = Play("4.20", [named("a"), named("b", "arch-bad")])
    play.rest()
    assert play.condition("Progressing")["status"] == "False"
    assert play.condition("Progressing")["message"].startswith("Reconciled 1 of 2 MAPI MachineSets")
    assert play.condition("Degraded")["message"].startswith("1 Degraded MAPI MachineSets")


@pytest.mark.contract("O1.confirmed-cluster-operator")
def test_o1_the_cluster_operator_repeats_the_message() -> None:
    play = Play("4.20", [named("a", "arch-bad")])
    play.rest()
    found = play.api.get(f"{paths.CLUSTER_OPERATORS}/machine-config")["status"]["conditions"]
    (degraded,) = [each for each in found if each["type"] == "Degraded"]
    assert degraded["status"] == "True"
    assert degraded["message"].endswith(f"bootimage update failed: {play.condition('Degraded')['message']}")
    assert "operator_unhealthy" in [each["reason"] for each in answer(play)["blockers"]]


@pytest.mark.contract("O1.confirmed-mirror")
@pytest.mark.parametrize("release", ["4.17", "4.18"])
def test_o1_up_to_4_18_there_is_no_mirror_and_spec_holds(release: str) -> None:
    play = Play(release, [named("a")])
    play.rest()
    assert "managedBootImagesStatus" not in play.configuration["status"]
    assert (effective(play), play.image("a")) == ("All", play.target)


@pytest.mark.contract("O1.confirmed-skips")
@pytest.mark.parametrize(
    ("made", "platform", "counted"),
    [
        (named("owned", "owned"), "GCP", "skipped"), (named("foreign", "foreign"), "GCP", "skipped"), (named("fcos", "fcos"), "GCP", "skipped"),
        (aws(placement={"region": "eu-north-1"}), "AWS", "skipped"), (aws(ami={"id": "ami-0f0f0f0f0f0f0f0f0"}), "AWS", "skipped"),
        (aws(ami={}), "AWS", "skipped"), (named("windows", "windows"), "GCP", "reconciled"),
        (named("ten", "osstream-rhel-10"), "GCP", "reconciled"),
    ],
)  # fmt: skip
def test_o1_which_skips_4_22_counts(made: Any, platform: str, counted: str) -> None:
    found = both(made, "4.22", platform)
    assert found.words[0] == counted and found.words[1] in ("skip", "unknown")
