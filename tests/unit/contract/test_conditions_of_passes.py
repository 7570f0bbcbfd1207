# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed, section 2: what the conditions show, count and forget, and how long it takes until they are quiet."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import manager
from unit.contract.looks import answer, caveats, outlook
from unit.contract.play import Json, Play, named
from unit.contract.readings import ALL, ARCH
from unit.operator import recorded

from sandbox.operator import pace, paths
from sandbox.operator.cluster import condition
from sandbox.operator.kube import ApiError
from sandbox.operator.operator_loop import OPTED_IN

LATER = [*ALL, "5.0"]
DEADLY = "no-user-data-secret"
SELECTOR = {"matchExpressions": [{"key": "a", "operator": "Is", "values": ["b"]}]}


def the_record(release: str) -> Play:
    """Every recorded GCP machine set at once, but the one that ends the controller."""
    play = Play(release, [named(case, case) for case in recorded.CASES["gcp"]["cases"] if case != DEADLY])
    stream = {"metadata": {}, "data": {**play.api.get(play.stream_path)["data"]}}
    import json

    stream["data"]["stream"] = json.dumps(recorded.stream())
    play.put(play.stream_path, stream)
    for name in recorded.USER_DATA:
        secret = recorded.secret(name)
        assert secret
        play.put(f"{paths.SECRETS}/{name}", secret)
    return play


@pytest.mark.contract("O2.conditions-first-pass")
@pytest.mark.parametrize("release", LATER)
def test_o2_conditions_come_with_the_first_pass_and_both_at_once(release: str) -> None:
    play = Play(release, [named("a")])
    play.round()
    assert "conditions" not in play.configuration["status"]
    assert answer(play)["conditions"]["progressing"] is None and caveats(play) == []
    seen: list[set[str]] = []
    play.cluster.machine_configurations.listen(lambda old, new: seen.append(_kinds(new)))
    play.rest()
    assert {frozenset(kinds) for kinds in seen if kinds} == {
        frozenset(["BootImageUpdateProgressing", "BootImageUpdateDegraded"])
    }


def _kinds(found: Json | None) -> set[str]:
    return {each["type"] for each in (found or {}).get("status", {}).get("conditions") or []}


@pytest.mark.contract("O2.conditions-after-every-set")
@pytest.mark.parametrize("release", LATER)
def test_o2_progressing_flaps_with_every_pass_long_after_the_images_are_right(release: str) -> None:
    play = Play(release, [named(name) for name in "abc"])
    play.rest()
    seen: list[tuple[str, str]] = []

    def note(old: Json | None, new: Json | None) -> None:
        found = condition(new or {}, "BootImageUpdateProgressing")
        seen.append((found["status"], found["message"].split(" MAPI")[0]))
        if found["status"] == "True":
            doubts.append(caveats(play))

    doubts: list[list[str]] = []
    play.cluster.machine_configurations.listen(note)
    play.change(f"{paths.MACHINE_SETS}/a", metadata={"labels": {"x": "y"}})
    play.passes()
    assert seen[:4] == [
        ("True", "Reconciled 0 of 3"), ("True", "Reconciled 1 of 3"), ("True", "Reconciled 2 of 3"),
        ("False", "Reconciled 3 of 3"),
    ]  # fmt: skip
    assert all(each == ["conditions_flapping"] for each in doubts) and doubts


@pytest.mark.parametrize(
    ("release", "progressing", "errored"),
    [
        pytest.param("4.17", "Reconciled 44 of 52 MAPI MachineSets |", 8, marks=pytest.mark.contract("O2.counts-up-to-4.21")),
        pytest.param("4.21", "Reconciled 39 of 52 MAPI MachineSets |", 13, marks=pytest.mark.contract("O2.counts-up-to-4.21")),
        pytest.param(
            "4.22", "Reconciled 31 of 52 MAPI MachineSets (8 skipped) |", 13, marks=pytest.mark.contract("O2.counts-from-4.22")
        ),
    ],
)  # fmt: skip
def test_o2_how_the_whole_record_is_counted(release: str, progressing: str, errored: int) -> None:
    play = the_record(release)
    play.rest()
    assert play.condition("Progressing")["message"].startswith(progressing)
    assert play.condition("Progressing")["status"] == "False"
    assert play.condition("Degraded")["message"].startswith(f"{errored} Degraded MAPI MachineSets |")
    told = answer(play)
    assert len(told["conditions"]["errors"]) == errored
    will = [each["operator"]["will"] for each in told["machine_sets"]]
    assert will.count("fail") == errored and "update" not in will
    done, total, skipped = told["conditions"]["reconciled"]["MAPI MachineSets"].values()
    assert (total, done + skipped + errored) == (52, 52)
    # Before 4.22, and of skips that only the log tells, the collection knows more than the count.
    assert will.count("skip") > skipped


@pytest.mark.contract("O2.counts-before-the-pass")
@pytest.mark.parametrize("release", LATER)
def test_o2_an_error_that_precedes_the_pass_keeps_the_old_counts(release: str) -> None:
    play = Play(release, [named(name) for name in "abc"])
    play.rest()
    play.configure([manager("Partial", SELECTOR)])
    assert outlook(play, "a") == ("fail", "selector_invalid")
    play.rest()
    told = "failed to create a machineset selector while enqueueing MAPI machineset"
    assert play.condition("Degraded")["message"].startswith("0 Degraded MAPI MachineSets | ")
    assert f"| Error(s): {told}" in play.condition("Degraded")["message"]
    assert play.condition("Degraded")["status"] == "True"
    assert play.condition("Progressing")["message"].startswith("Reconciled 3 of 3 MAPI MachineSets")
    assert list(answer(play)["conditions"]["errors"]) == [""]


@pytest.mark.contract("O2.counts-before-the-pass")
@pytest.mark.parametrize(("release", "counted"), [("4.21", 3), ("4.22", 0), ("5.0", 0)])
def test_o2_a_missing_config_map_is_one_such_error_from_4_22(release: str, counted: int) -> None:
    play = Play(release, [named(name) for name in "abc"])
    play.rest()
    play.api.delete(play.stream_path)
    play.rest()
    assert play.condition("Degraded")["message"].startswith(f"{counted} Degraded MAPI MachineSets | ")
    done = 3 - counted
    assert play.condition("Progressing")["message"].startswith(f"Reconciled {done} of 3 MAPI MachineSets")


@pytest.mark.contract("O2.cluster-operator-later")
@pytest.mark.parametrize("release", LATER)
def test_o2_the_cluster_operator_follows_a_round_later_both_ways(release: str) -> None:
    play = Play(release, [named("a")])
    play.rest()
    path = f"{paths.MACHINE_SETS}/a"

    def reported() -> str:
        return str(
            condition(play.api.get(f"{paths.CLUSTER_OPERATORS}/machine-config"), "Degraded").get("status", "False")
        )

    for arch, status in (("vax", "True"), ("amd64", "False")):
        before = reported()
        play.change(path, metadata={"annotations": {ARCH: f"kubernetes.io/arch={arch}"}})
        play.passes()
        assert (play.condition("Degraded")["status"], reported()) == (status, before)
        play.round()
        assert reported() == status


@pytest.mark.contract("O2.observed-generation")
@pytest.mark.parametrize("release", LATER)
def test_o2_the_observed_generation_is_kept_in_every_release(release: str) -> None:
    play = Play(release, [named("a")])
    for mode in ("All", "Partial"):
        play.configure([manager(mode, {"matchLabels": {"a": "b"}} if mode == "Partial" else None)])
        assert "configuration_not_observed" in [each["reason"] for each in answer(play)["waiting_for"]]
        play.round()
        assert play.configuration["status"]["observedGeneration"] == play.configuration["metadata"]["generation"]


@pytest.mark.contract("O2.conflicts")
def test_o2_a_conflict_is_made_good_a_round_later() -> None:
    play = Play("4.18", [named("a")])
    stale = play.cluster.machine_configurations.get("cluster")
    play.change(paths.MACHINE_CONFIGURATION, status={"conditions": []})
    fresh = play.cluster.machine_configurations.get("cluster")
    assert stale and fresh
    play.cluster.machine_configurations._objects["cluster"] = stale
    with pytest.raises(ApiError, match="has been modified"):
        play.round()
    play.cluster.machine_configurations._objects["cluster"] = fresh
    play.round()
    assert play.configuration["status"]["observedGeneration"] == 1


@pytest.mark.contract("O2.recreated-from-4.19")
@pytest.mark.parametrize("release", ["4.19", "4.20", "4.21", "4.22", "5.0"])
def test_o2_a_deleted_configuration_comes_back_and_opts_in(release: str) -> None:
    play = Play(release, [named("a")], [manager("None")])
    play.rest()
    play.api.delete(paths.MACHINE_CONFIGURATION)
    assert "configuration_missing" in [each["reason"] for each in answer(play)["blockers"]]
    play.rest()
    assert play.configuration["spec"] == {"managementState": "Managed"}
    assert OPTED_IN in play.configuration["metadata"]["annotations"] and play.image("a") == play.target


@pytest.mark.contract("O2.recreated-up-to-4.18")
@pytest.mark.parametrize("release", ["4.17", "4.18"])
def test_o2_up_to_4_18_it_comes_back_without_conditions_until_the_next_event(release: str) -> None:
    play = Play(release, [named("a")])
    play.rest()
    play.api.delete(paths.MACHINE_CONFIGURATION)
    play.passes()
    play.rest()
    assert play.configuration["spec"] == {"managementState": "Managed"} and play.condition("Progressing") == {}
    assert outlook(play, "a") == ("not_managed", "management_off")
    play.change(f"{paths.MACHINE_SETS}/a", metadata={"labels": {"x": "y"}})
    play.rest()
    assert play.condition("Progressing")["message"].startswith("Reconciled 0 of 0 MAPI MachineSets")


@pytest.mark.contract("O2.pace")
def test_o2_a_set_takes_some_six_tenths_of_a_second() -> None:
    assert pace.MACHINE_SET == 0.6


@pytest.mark.contract("O2.passes-until-quiet")
@pytest.mark.parametrize(("release", "passes"), [("4.17", 11), ("4.18", 11), ("4.19", 11), ("4.20", 2), ("4.21", 2)])
def test_o2_until_it_is_quiet_n_sets_take_n_passes_up_to_4_19(release: str, passes: int) -> None:
    off = None if release in ("4.17", "4.18") else [manager("None")]
    play = Play(release, [named(f"a{number}") for number in range(10)], off)
    play.rest()
    play.configure([manager()])
    assert len(play.rest()) == passes
    assert {play.image(f"a{number}") for number in range(10)} == {play.target}


@pytest.mark.contract("O2.progressing-proves-nothing")
def test_o2_progressing_false_alone_does_not_settle_anything() -> None:
    play = Play("4.20", [named("a"), named("b")])
    play.rest()
    assert answer(play)["settled"]
    play.set_image("a", recorded.OLD)
    told: Any = answer(play)
    assert told["conditions"]["progressing"] is False and not told["settled"]
    assert caveats(play) == ["conditions_false"]
    play.rest()
    assert answer(play)["settled"]
