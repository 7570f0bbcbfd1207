# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes the operator look again, field by field, by the API server's own record of who changed what when."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import cluster_version, condition, config_map, configuration, machine_set, manager, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model import reasons
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.conditions import DEGRADED, PROGRESSING
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import DOUBTFUL, Awaited
from ansible_collections.okd.boot_images.plugins.module_utils.settle.returning import missed
from ansible_collections.okd.boot_images.plugins.module_utils.settle.settled import outstanding

EARLY, ENDED, LATE = "2026-11-22T10:00:01Z", "2026-11-22T10:00:20Z", "2026-11-22T10:00:30Z"
PROVIDER_SPEC = {"f:spec": {"f:template": {"f:spec": {"f:providerSpec": {"f:value": {}}}}}}
SECRET = "error syncing MAPI MachineSet old: error grabbing user data secret: not found"
HOT = "error syncing MAPI MachineSet old: refusing to reconcile machineset old, hot loop detected"


def recorded(item: dict[str, Any], late: Any = None, fields: Any = None) -> dict[str, Any]:
    """The object with a record of an early write, and of a late one of the fields I(late)."""
    entries = [{"manager": "a", "time": EARLY, "fieldsV1": fields if fields is not None else {}}]
    if late is not None:
        entries.append({"manager": "b", "time": LATE, "fieldsV1": late})
    metadata = {**item.get("metadata", {}), "creationTimestamp": EARLY, "managedFields": entries}
    return {**item, "metadata": metadata}


def told(
    of_set: Any = None,
    of_configuration: Any = None,
    of_stream: Any = None,
    *,
    error: str = "",
    progressing: bool = True,
) -> Awaited:
    """What is missing of one old set, when the last pass ended at ENDED and one thing was changed after it."""
    degraded = (
        condition(DEGRADED, "True", f"1 Degraded MAPI MachineSets | Error(s): {error}")
        if error
        else condition(DEGRADED, "False")
    )
    conditions: list[dict[str, Any]] = [{**degraded, "lastTransitionTime": ENDED}]
    if progressing:
        conditions.append({**condition(PROGRESSING, "False"), "lastTransitionTime": ENDED})
    made = machine_set("old")
    seen = snapshot(
        [MachineSet(made.kind, recorded(dict(made.object), of_set, PROVIDER_SPEC))],
        configuration=recorded(configuration("4.19", [manager()], conditions=conditions), of_configuration),
        stream=recorded(config_map(), of_stream),
    )
    (found,) = outstanding(seen, assess(seen))
    return found


def looks_again(**late: Any) -> bool:
    """Whether the change may still be looked at."""
    found = told(**late)
    assert found.reason.code in ("operator_missed_it", "drift")
    return found.reason.code == "drift"


def test_nothing_after_the_pass() -> None:
    assert not looks_again()


@pytest.mark.parametrize(
    ("late", "again"),
    [
        ({"of_configuration": {"f:spec": {"f:managedBootImages": {}}}}, True),
        ({"of_configuration": {"f:spec": {"f:logLevel": {}}}}, False),
        ({"of_configuration": {"f:status": {"f:managedBootImagesStatus": {}}}}, True),
        ({"of_configuration": {"f:status": {"f:nodeDisruptionPolicyStatus": {}}}}, False),
        ({"of_stream": {"f:data": {"f:stream": {}}}}, True),
        ({"of_stream": {"f:metadata": {"f:labels": {"f:a": {}}}}}, False),
        ({"of_set": PROVIDER_SPEC}, True),
        ({"of_set": {"f:spec": {"f:template": {"f:spec": {"f:providerSpec": {".": {}}}}}}}, True),
        ({"of_set": {"f:spec": {"f:template": {"f:spec": {"f:metadata": {"f:labels": {"f:a": {}}}}}}}}, False),
        ({"of_set": {"f:spec": None}}, False),
        ({"of_set": {"f:spec": "text"}}, False),
        ({"of_set": "text"}, False),
    ],
)
def test_only_a_change_that_the_operator_watches_makes_it_look(late: dict[str, Any], again: bool) -> None:
    assert looks_again(**late) is again


def test_a_set_without_any_record_may_have_changed_at_any_time() -> None:
    made = machine_set("old")
    bare = {**made.object, "metadata": {**made.object["metadata"], "creationTimestamp": EARLY, "managedFields": []}}
    conditions = [{**condition(PROGRESSING, "False"), "lastTransitionTime": ENDED}]
    given = recorded(configuration("4.19", [manager()], conditions=conditions))
    seen = snapshot([MachineSet(made.kind, bare)], configuration=given, stream=recorded(config_map()))
    (found,) = outstanding(seen, assess(seen))
    assert (found.reason.code, found.by_itself) == ("drift", None)


def test_the_newest_entry_of_clusterversions_history_is_the_cause() -> None:
    made, conditions = machine_set("old"), [{**condition(PROGRESSING, "False"), "lastTransitionTime": ENDED}]
    version = cluster_version("4.20.0")
    older = {"state": "Completed", "version": "4.19.9", "completionTime": EARLY}
    version["status"]["history"] = [{**version["status"]["history"][0], "completionTime": LATE}, older]
    seen = snapshot(
        [MachineSet(made.kind, recorded(dict(made.object), None, PROVIDER_SPEC))],
        "4.20",
        configuration=recorded(configuration("4.20", [manager()], conditions=conditions)),
        stream=recorded(config_map(release="4.20.0")),
        cluster_version=version,
    )
    (found,) = outstanding(seen, assess(seen))
    assert (found.reason.code, found.by_itself) == ("drift", None)


def test_without_the_condition_of_a_pass_there_was_none() -> None:
    assert looks_again(progressing=False)


def test_what_the_operator_missed_says_which_set_and_what() -> None:
    found = told()
    assert (found.object, found.reason.code) == ("MachineSet openshift-machine-api/old", "operator_missed_it")
    assert "has yet to write" in found.message
    assert (found.state, found.by_itself) == (DOUBTFUL, False)


def test_a_mended_secret_says_which_set_and_what_was_reported() -> None:
    found = told(error=SECRET)
    assert (found.object, found.reason.code) == ("MachineSet openshift-machine-api/old", "operator_missed_it")
    assert "The operator reports: error grabbing" in found.message
    assert (found.state, found.by_itself) == (DOUBTFUL, False)
    later = told(of_stream={"f:data": {}}, error=SECRET)
    assert (later.reason.code, later.by_itself) == ("operator_degraded", None)


def test_a_hot_loop_says_which_set() -> None:
    found = told(error=HOT)
    assert (found.object, found.reason.code) == ("MachineSet openshift-machine-api/old", "hot_loop")
    assert "hot loop detected" in found.message
    assert found.state == DOUBTFUL


@pytest.mark.parametrize(("by_itself", "nudge"), [(False, True), (None, False), (True, False)])
def test_only_what_nothing_else_brings_to_rest_is_missed(by_itself: bool | None, nudge: bool) -> None:
    one = Awaited("a set", reasons.OPERATOR_MISSED_IT, "text", DOUBTFUL, by_itself)
    other = Awaited("a set", reasons.DRIFT, "text", DOUBTFUL, by_itself)
    assert missed([one, other]) == ((one,) if nudge else ())
