# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report's document: what a run did, and what is left to do."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from unit.reports import BEGUN, REGISTERED, report

from ansible_collections.okd.boot_images.plugins.module_utils.report.document import FORMAT, NO_MESSAGE, document
from ansible_collections.okd.boot_images.plugins.module_utils.report.facts import Facts, Times
from ansible_collections.okd.boot_images.plugins.module_utils.report.todo import LOOK, RECONCILE, RUN_AGAIN

OLD = "projects/rhcos-cloud/global/images/rhcos-412-85-202203181601-0-gcp-x86-64"
NEW = "projects/rhcos-cloud/global/images/rhcos-418-94-202501290304-0-gcp-x86-64"
FAILURE = {"task": "Upgrade", "result": {"failed": True, "msg": "It took too long.", "reason": "wait_timed_out"}}
GATE = {
    "severity": "blocker",
    "object": "admin gate x",
    "reason": "admin_ack_required",
    "message": "m",
    "remedy": "Ack.",
}


def after(change: Any) -> dict[str, Any]:
    """The last look, changed by a function."""
    found = copy.deepcopy(REGISTERED["after"])
    change(found)
    return found


def worker(found: dict[str, Any], **values: Any) -> None:
    """Change the first worker set of a look."""
    next(each for each in found["machine_sets"] if each["resource"] == "machinesets").update(values)


def test_the_run_as_it_was() -> None:
    told = report()
    assert (told["format"], told["name"], told["state"], told["failure"]) == (FORMAT, "prod", "ok", None)
    assert told["version"] == {"before": "4.17.12", "wanted": "4.18.0", "after": "4.18.0"}
    assert told["run"] == {"started": "2026-11-22T01:05:00Z", "ended": "2026-11-22T02:50:30Z", "seconds": 6330}
    assert told["cluster"]["platform"] == "GCP"
    assert told["management"] == {"before": "None", "after": "All"}
    assert told["stream"] == {"before": "rhcos-4.17", "after": "rhcos-4.18"}
    assert told["counts"] == {"total": 4, "updated": 3, "current": 3, "left": 0, "aside": 1, "unknown": 0}
    assert [each["name"] for each in told["phases"]] == ["acceptance", "control_plane", "pools"]
    assert told["pools"] == [
        {"name": "master", "nodes_updated": 3, "nodes": 3, "paused": False},
        {"name": "worker", "nodes_updated": 6, "nodes": 6, "paused": False},
    ]
    assert told["acknowledged"] == []
    assert told["record"] == REGISTERED["recorded"]["record"]
    assert {each["what"] for each in told["not_checked"]} == {"alerts", "a backup of etcd"}
    assert json.loads(json.dumps(told)) == told


def test_every_machine_set_before_and_after() -> None:
    sets = {each["name"]: each for each in report()["machine_sets"]}
    moved = sets["demo-7xq4k-worker-a"]
    assert (moved["before"], moved["after"], moved["state"]) == (OLD, NEW, "updated")
    assert (moved["before_age"], moved["after_age"]) == ("4.12, 1005 days and 5 minor releases behind", "4.18")
    assert moved["updated_by"] == "operator machine-config"
    control = sets["cluster"]
    assert (control["before"], control["after"], control["state"], control["updated_by"]) == (OLD, OLD, "old", None)


def test_a_set_that_we_wrote_says_so() -> None:
    ours = {
        "name": "demo-7xq4k-worker-a",
        "namespace": "openshift-machine-api",
        "resource": "machinesets",
        "updated": True,
    }
    sets = {each["name"]: each for each in report(reconciled={"machine_sets": [ours]})["machine_sets"]}
    assert sets["demo-7xq4k-worker-a"]["updated_by"] == "okd.boot_images"
    assert sets["demo-7xq4k-worker-b"]["updated_by"] == "operator machine-config"


def test_sets_that_came_went_or_were_not_looked_at() -> None:
    def change(found: dict[str, Any]) -> None:
        worker(found, name="fresh")
        found["machine_sets"] = [each for each in found["machine_sets"] if each["resource"] == "machinesets"]

    told = report(after=after(change))
    states = {each["name"]: each["state"] for each in told["machine_sets"]}
    assert states == {
        "fresh": "new",
        "demo-7xq4k-worker-a": "gone",
        "demo-7xq4k-worker-b": "updated",
        "demo-7xq4k-worker-c": "updated",
        "cluster": "unknown",  # nobody looked at control planes the second time
    }
    assert told["counts"] == {"total": 4, "updated": 2, "current": 3, "left": 0, "aside": 0, "unknown": 1}


def test_a_machine_set_named_as_the_control_planes_is_another() -> None:
    found = [
        each
        for each in report(after=after(lambda a: worker(a, name="cluster")))["machine_sets"]
        if each["name"] == "cluster"
    ]
    assert {each["resource"]: each["state"] for each in found} == {
        "controlplanemachinesets": "old",
        "machinesets": "new",
    }


def test_what_is_in_the_way_of_the_next_upgrade_is_no_work_left_of_this_one() -> None:
    told = report()
    assert told["state"] == "ok"
    assert [(each["when"], each["severity"], each["reason"]) for each in told["to_do"]] == [
        ("next_upgrade", "blocker", "admin_ack_required"),
        ("next_upgrade", "warning", "not_upgradeable"),
    ]


def test_sets_with_one_ailment_are_one_thing_to_do() -> None:
    def change(found: dict[str, Any]) -> None:
        for each in found["machine_sets"]:
            each.update(drift=True, decision="update", operator={"will": "not_managed"})

    told = report(after=after(change))
    (group,) = [each for each in told["to_do"] if each["when"] == "now"]
    assert (told["state"], group["remedy"], len(group["objects"])) == ("attention", RECONCILE, 3)
    assert group["objects"][0] == {
        "object": "MachineSet openshift-machine-api/demo-7xq4k-worker-a",
        "message": "It should boot rhcos-418-94-202501290304-0.",
    }


def test_an_image_that_somebody_must_upload_is_work_left() -> None:
    """Nobody can tell how old such an image is, which is no reason to say that there is nothing to do."""
    upload = {"drift": None, "decision": "skip", "reason": "image_not_in_cloud", "message": "the file"}

    def change(found: dict[str, Any]) -> None:
        for each in found["machine_sets"]:
            each.update(upload, operator={"will": "not_managed"})

    told = report(after=after(change))
    (group,) = [each for each in told["to_do"] if each["when"] == "now"]
    assert (told["state"], group["reason"], len(group["objects"])) == (
        "attention",
        "image_not_in_cloud",
        3,
    )  # no control plane
    assert "Upload the file" in group["remedy"]
    managed = report(after=after(lambda found: worker(found, drift=None, reason="managed_by_operator")))
    assert not [each for each in managed["to_do"] if each["reason"] == "image_not_in_cloud"]


def test_one_ailment_told_by_three_is_told_once() -> None:
    name = "MachineSet openshift-machine-api/demo-7xq4k-worker-a"

    def change(found: dict[str, Any]) -> None:
        worker(found, drift=True, decision="failed", reason="hot_loop", message="m", operator={"will": "fail"})
        found["waiting_for"] = [
            {"object": name, "reason": "hot_loop", "message": "m", "state": "stuck", "by_itself": False}
        ]
        found["blockers"] = [{**GATE, "object": name, "reason": "hot_loop"}]

    (group,) = report(after=after(change))["to_do"]
    assert (group["when"], group["severity"], group["reason"]) == ("now", "blocker", "hot_loop")
    assert group["objects"] == [{"object": name, "message": "m"}]
    assert group["remedy"] not in ("", LOOK)


@pytest.mark.parametrize(
    ("state", "by_itself", "told"),
    [("stuck", None, True), ("doubtful", False, True), ("pending", True, False), ("doubtful", None, False)],
)
def test_what_comes_by_itself_is_nobodys_work(state: str, by_itself: bool | None, told: bool) -> None:
    wait = {"object": "o", "reason": "operator_missed_it", "message": "m", "state": state, "by_itself": by_itself}
    left = report(after=after(lambda found: found.update(waiting_for=[wait], blockers=[])))["to_do"]
    assert bool(left) is told


def test_a_failed_run() -> None:
    result = {**FAILURE["result"], "blockers": [GATE]}
    told = report(after={}, upgrade={}, failure={**FAILURE, "result": result})
    assert told["state"] == "failed"
    assert told["failure"] == {"task": "Upgrade", "message": "It took too long.", "reason": "wait_timed_out"}
    assert (told["counts"], told["machines"], told["acknowledged"], told["phases"]) == (None, None, None, None)
    assert {each["state"] for each in told["machine_sets"]} == {"unknown"}
    first, second, *_more = told["to_do"]
    assert (first["remedy"], first["objects"]) == (RUN_AGAIN, [{"object": "Upgrade", "message": "It failed."}])
    assert (second["remedy"], second["when"]) == ("Ack.", "now")
    assert GATE in told["blockers"]
    assert not [each for each in told["to_do"] if each["remedy"] == RECONCILE]  # nobody knows how the sets are by now


def test_a_failure_in_a_loop_without_a_message_and_with_more_than_is_to_be_told() -> None:
    results = [{"failed": False, "msg": "fine"}, {"failed": True, "msg": "second", "reason": "r"}]
    looped = report(failure={"task": "t", "result": {"msg": "One or more items failed", "results": results}})
    assert (looped["failure"]["message"], looped["failure"]["reason"]) == ("second", "r")
    secret = {
        "failed": True,
        "invocation": {"module_args": {"api_key": "canary"}},
        "exception": "canary",
        "module_stderr": "canary",
    }
    silent = report(failure={"task": "t", "result": secret})
    assert silent["failure"]["message"] == NO_MESSAGE
    assert "canary" not in json.dumps(silent)


def test_the_results_of_tasks_show_nothing_but_what_is_told() -> None:
    """No token and no module argument comes through, wherever Ansible has put them."""
    planted = {
        name: {**REGISTERED[name], "invocation": {"api_key": "canary"}, "stdout": "canary"} for name in REGISTERED
    }
    assert "canary" not in json.dumps(report(**planted))


def test_a_run_that_has_begun() -> None:
    told = document("prod", Facts(before=REGISTERED["before"], version="4.18.0"), Times(BEGUN, None))
    assert (told["state"], told["run"]["ended"], told["to_do"], told["counts"]) == ("running", None, [], None)
    assert told["version"] == {"before": "4.17.12", "wanted": "4.18.0", "after": None}


def test_nothing_is_known() -> None:
    told = document("prod", Facts(failure=FAILURE), Times(None, BEGUN))
    assert (told["state"], told["machine_sets"], told["run"]["seconds"]) == ("failed", [], None)


def test_a_look_that_failed_or_was_skipped_is_no_answer() -> None:
    for nothing in ({"failed": True, "msg": "connection refused"}, {"skipped": True}):
        told = report(after=nothing)
        assert (told["state"], told["counts"], told["version"]["after"]) == ("attention", None, None)


def test_machines_on_old_images() -> None:
    told = report()["machines"]
    assert (told["total"], told["unknown"], len(told["old"])) == (9, 0, 6)
    assert told["old"][0]["current"] == OLD
    assert report(after=after(lambda found: found.update(machines=[])))["machines"] is None


def test_gates_that_were_acknowledged_come_with_their_text() -> None:
    told = report(
        upgrade={"acknowledged": ["a", "b"], "gates": [{"name": "a", "text": "Read me.", "acknowledged": True}]}
    )
    assert told["acknowledged"] == [{"gate": "a", "text": "Read me."}, {"gate": "b", "text": None}]
    failed = report(upgrade={}, failure={"task": "t", "result": {"acknowledged": ["a"], "timings": {"pools": 3}}})
    assert (failed["acknowledged"], failed["phases"]) == (
        [{"gate": "a", "text": None}],
        [{"name": "pools", "seconds": 3}],
    )


def test_an_upgrade_that_took_too_long_and_was_not_to_fail() -> None:
    late = {"phase": "pools", "message": "After 5 seconds.", "waiting_for": [{"object": "MachineConfigPool worker"}]}
    told = report(upgrade={**REGISTERED["upgrade"], "timed_out": late})
    assert told["state"] == "attention"
    assert told["to_do"][0]["objects"][0]["message"] == "After 5 seconds. Outstanding: MachineConfigPool worker."


def test_a_version_that_could_not_be_recorded_is_to_be_done_before_the_next_upgrade() -> None:
    told = report(skew={"msg": "MachineSet a: ami-1 tells no version.", "reason": "version_unknown", "failed": False})
    (entry,) = [each for each in told["to_do"] if "skew_enforcement" in each["remedy"]]
    assert (entry["when"], entry["reason"]) == ("next_upgrade", "version_unknown")
    assert entry["objects"][0]["message"] == "MachineSet a: ami-1 tells no version."
    for fine in ({}, {"changed": True, "after": {}}, {"skipped": True, "skip_reason": "Conditional result was False"}):
        assert not any("skew_enforcement" in each["remedy"] for each in report(skew=fine)["to_do"])


def test_warnings_once_each() -> None:
    caveats = {"conditions": {"caveats": [{"reason": "r", "message": "They are stale."}]}}
    told = report(
        configured={"warnings": ["w"]}, reconciled={"warnings": ["w", "v"]}, after={**REGISTERED["after"], **caveats}
    )
    assert told["warnings"] == ["w", "v", "The operator's conditions: They are stale."]


def test_one_finding_of_two_modules_is_told_once_with_the_first_remedy() -> None:
    told = report(
        before={**REGISTERED["before"], "blockers": [GATE]}, upgrade={"blockers": [{**GATE, "remedy": "Other."}]}
    )
    assert told["blockers"] == [GATE]


@pytest.mark.parametrize(("severity", "told"), [("blocker", True), ("warning", False), (None, True)])
def test_a_warning_without_a_remedy_is_nobodys_work(severity: str | None, told: bool) -> None:
    found = {**GATE, "severity": severity, "remedy": None}
    document = report(after={**REGISTERED["after"], "blockers": [found]})
    assert bool([each for each in document["to_do"] if each["reason"] == GATE["reason"]]) is told


@pytest.mark.parametrize(
    "junk", [{"machine_sets": [None, 1, {}]}, {"machine_sets": [], "blockers": "x", "not_checked": [1]}, {"cluster": 3}]
)
def test_strange_shapes_give_a_document_all_the_same(junk: dict[str, Any]) -> None:
    told = report(
        before=junk,
        after=junk,
        upgrade={**junk, "timings": 3, "pools": [1], "gates": {}},
        failure={"task": None, "result": junk},
    )
    assert json.dumps(told)
