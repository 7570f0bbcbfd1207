# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The artefact of a run: what workflows branch on, and what never gets into it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import yaml
from unit.reports import HOSTILE, REGISTERED, hostile

from ansible_collections.okd.boot_images.plugins.filter import joint_outcome as joint_filter
from ansible_collections.okd.boot_images.plugins.filter import outcome as outcome_filter
from ansible_collections.okd.boot_images.plugins.module_utils.report.outcome import joint, outcome

LOOK = REGISTERED["after"]
BLOCKER = {"severity": "blocker", "object": "Etcd cluster", "reason": "etcd_unhealthy", "message": "secret-message"}
WARNING = {**BLOCKER, "severity": "warning", "reason": "pool_paused"}


def look(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(LOOK), "blockers": [], **changes}


def a_set(name: str, **more: Any) -> dict[str, Any]:
    place = {"resource": "machinesets", "namespace": "openshift-machine-api", "name": name}
    return {**place, "decision": "update", "drift": True, **more}


def test_an_upgrade() -> None:
    upgrade = {**REGISTERED["upgrade"], "changed": True}
    told = outcome("upgrade", "prod", {**REGISTERED, "judged": LOOK, "upgrade": upgrade})
    total = len(LOOK["machine_sets"])
    assert (told["action"], told["cluster"], told["failed"], told["reason"]) == ("upgrade", "prod", False, None)
    assert (told["changed"], told["settled"], told["version"]) == (True, True, "4.18.0")
    assert (told["machine_sets"]["total"], told["machine_sets"]["drift"]) == (total, LOOK["counts"]["drift"])
    assert (told["machine_sets"]["current"], told["machine_sets"]["to_update"]) == (total - 1, 1)  # the control plane's
    assert told["record"]
    assert told["record"] == REGISTERED["recorded"]["record"]


def test_nothing_known_is_said_to_be_unknown() -> None:
    told = outcome("status", "prod", {})
    assert (told["failed"], told["changed"], told["settled"], told["version"], told["blockers"]) == (
        False,
        False,
        None,
        None,
        [],
    )
    assert set(told["machine_sets"].values()) == {0}


@pytest.mark.parametrize("key", ["recorded", "configured", "upgrade", "reconciled", "restored", "skew"])
def test_any_change_is_one(key: str) -> None:
    assert outcome("x", "prod", {key: {"changed": True}})["changed"] is True
    assert outcome("x", "prod", {key: {"changed": False}})["changed"] is False
    assert outcome("x", "prod", {key: {"changed": "yes"}})["changed"] is False


def test_a_change_whose_result_is_lost_and_one_of_the_task_that_failed() -> None:
    assert outcome("x", "prod", {"already": True})["changed"] is True
    assert outcome("x", "prod", {"failure": {"task": "t", "result": {"changed": True}}})["changed"] is True


def test_a_failure_has_its_code_and_no_message() -> None:
    result = {"failed": True, "reason": "wait_timed_out", "msg": "secret-message", "blockers": [BLOCKER, WARNING]}
    told = outcome("upgrade", "prod", {"judged": look(), "failure": {"task": "secret-task", "result": result}})
    assert (told["failed"], told["reason"], told["blockers"]) == (True, "wait_timed_out", ["etcd_unhealthy"])
    assert "secret" not in json.dumps(told)


@pytest.mark.parametrize("reason", ["made_up", 7, None, ["wait_timed_out"], {}])
def test_what_is_no_code_of_ours_is_none(reason: Any) -> None:
    result = {"reason": reason, "blockers": [{**BLOCKER, "reason": reason}]}
    told = outcome("upgrade", "prod", {"failure": {"task": "t", "result": result}})
    assert (told["failed"], told["reason"], told["blockers"]) == (True, None, [])


def test_blockers_are_told_once_and_those_that_count_take_the_place_of_the_looks() -> None:
    judged = look(blockers=[BLOCKER, dict(BLOCKER, object="another"), WARNING])
    assert outcome("status", "prod", {"judged": judged})["blockers"] == ["etcd_unhealthy"]
    assert outcome("preflight", "prod", {"judged": judged, "blocking": []})["blockers"] == []


def test_a_set_that_was_written_is_where_it_should_be() -> None:
    """Without a look afterwards the writers' answers count, which judge before they write."""
    sets = [a_set("a", updated=True), a_set("b", updated=False, decision="failed"), a_set("c", decision="skip")]
    told = outcome("rollback", "prod", {"restored": {"changed": True, "machine_sets": sets}})["machine_sets"]
    assert told == {
        "to_update": 0,
        "current": 1,
        "skip": 1,
        "failed": 1,
        "unsupported": 0,
        "total": 3,
        "drift": 2,
        "written": 1,
    }


def test_a_writer_that_failed_is_counted_once() -> None:
    result = {"failed": True, "machine_sets": [a_set("a", updated=True), a_set("b", decision="failed")]}
    facts = {"reconciled": result, "failure": {"task": "t", "result": result}}
    told = outcome("reconcile", "prod", facts)["machine_sets"]
    assert (told["written"], told["failed"], told["total"]) == (1, 1, 2)


def test_it_does_not_grow_with_the_cluster() -> None:
    def size(number: int) -> int:
        sets = [a_set(f"worker-{each}", updated=True) for each in range(number)]
        blockers = [{**BLOCKER, "object": each["name"]} for each in sets]
        facts = {"judged": look(machine_sets=sets, blockers=blockers), "reconciled": {"machine_sets": sets}}
        return len(json.dumps(outcome("reconcile", "prod", facts)))

    assert size(1000) - size(100) < 20


def test_hostile_results() -> None:
    told = outcome("upgrade", "prod", hostile({**REGISTERED, "judged": LOOK, "failure": {"task": "t", "result": {}}}))
    shown = {key: value for key, value in told.items() if HOSTILE in str(value)}
    assert set(shown) <= {"version", "record", "report", "machine_sets"}
    assert outcome("x", "prod", dict.fromkeys([*REGISTERED, "judged", "failure", "report"], "text"))["failed"] is False


# Several clusters


def told(name: str, **changes: Any) -> dict[str, Any]:
    return {**outcome("upgrade", name, {"judged": look()}), **changes}


def test_one_cluster_keeps_its_outcome() -> None:
    alone = told("prod")
    assert joint([alone], 1) == {
        **alone,
        "failed_clusters": [],
        "clusters": {"total": 1, "failed": 0, "untold": 0},
    }


def test_several_clusters() -> None:
    both = joint(
        [
            told("east", changed=True, blockers=["pool_paused", "etcd_unhealthy"], version="4.18.1", record="a"),
            told("west", failed=True, settled=False, blockers=["etcd_unhealthy"], reason="wait_timed_out", record="b"),
        ],
        4,
    )
    assert (both["failed"], both["changed"], both["settled"]) == (True, True, False)
    assert (both["action"], both["cluster"], both["version"], both["record"], both["reason"]) == (
        "upgrade",
        *[None] * 4,
    )
    assert (both["failed_clusters"], both["clusters"]) == (["west"], {"total": 4, "failed": 1, "untold": 2})
    assert both["blockers"] == ["etcd_unhealthy", "pool_paused"]
    assert both["machine_sets"]["total"] == 2 * len(LOOK["machine_sets"])


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [(True, True, True), (True, None, None), (None, None, None), (True, False, False), (None, False, False)],
)
def test_clusters_have_settled_when_all_have(first: Any, second: Any, both: Any) -> None:
    assert joint([told("east", settled=first), told("west", settled=second)], 2)["settled"] is both


def test_no_cluster_has_left_word() -> None:
    nothing = joint([], 2)
    assert (nothing["failed"], nothing["settled"], nothing["clusters"]["untold"]) == (False, None, 2)


@pytest.mark.parametrize("module", [outcome_filter, joint_filter])
def test_the_documentation_names_every_key(module: Any) -> None:
    documented = set(yaml.safe_load(outcome_filter.RETURN)["_value"]["contains"])
    given = set(outcome("x", "prod", {}))
    assert documented == given
    if module is joint_filter:
        documented |= set(yaml.safe_load(joint_filter.RETURN)["_value"]["contains"])
        assert documented == set(joint([outcome("x", "prod", {})], 1))


def test_ansible_finds_the_filters() -> None:
    (made,) = outcome_filter.FilterModule().filters().values()
    (joined,) = joint_filter.FilterModule().filters().values()
    assert joined([made({"judged": LOOK}, "status", "prod")], 1)["cluster"] == "prod"
