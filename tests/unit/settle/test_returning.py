# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the operator comes back by itself: told by the end of its last pass and the age of everything that causes another."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import TARGET, cluster_version, condition, config_map, configuration, gcp_spec, machine_set, manager
from unit.builders import control_plane as bare_control_plane
from unit.builders import snapshot as at_rest

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet, Snapshot
from ansible_collections.okd.boot_images.plugins.module_utils.model.conditions import DEGRADED, PROGRESSING
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import MISSING, READ, UserData
from ansible_collections.okd.boot_images.plugins.module_utils.settle.returning import missed, newest_cause
from ansible_collections.okd.boot_images.plugins.module_utils.settle.settled import outstanding

IMAGE = {"f:spec": {"f:template": {"f:spec": {"f:providerSpec": {"f:value": {"f:disks": {}}}}}}}
REPLICAS = {"f:spec": {"f:replicas": {}}}
SECRET = 'error syncing MAPI MachineSet old: failed to reconcile machineset old, err: error grabbing user data secret: secrets "x" not found'
HOT = "error syncing MAPI MachineSet old: refusing to reconcile machineset old, hot loop detected. Please"
OTHER = "error syncing MAPI MachineSet old: invalid architecture value found in annotation: foo"


def at(second: int) -> str:
    return f"2026-11-22T10:00:{second:02}Z"


def wrote(second: int, fields: Any, manager_name: str = "somebody", **entry: Any) -> dict[str, Any]:
    return {"manager": manager_name, "operation": "Update", "time": at(second), "fieldsV1": fields, **entry}


def recorded(item: dict[str, Any], *entries: dict[str, Any], created: int = 0) -> dict[str, Any]:
    """The object with the API server's own record of who wrote what when."""
    kept = {"creationTimestamp": at(created), "managedFields": list(entries)}
    return {**item, "metadata": {**item.get("metadata", {}), **kept}}


def made(*entries: dict[str, Any], **changes: Any) -> MachineSet:
    bare = machine_set("old", **changes)
    return MachineSet(bare.kind, recorded(dict(bare.object), *(entries or (wrote(1, IMAGE),))))


def cluster(
    *sets: MachineSet,
    release: str = "4.22",
    ended: int | None = 20,
    progressing: str = "False",
    error: str = "",
    stream: int = 2,
    written: tuple[dict[str, Any], ...] = (),
    completed: int = 3,
    **changes: Any,
) -> Snapshot:
    """The operator's last pass ended at second I(ended); what it looks at changed before, if nothing else is said."""
    time = {} if ended is None else {"lastTransitionTime": at(ended)}
    told = [
        {**condition(PROGRESSING, progressing, "Reconciled 1 of 1 MAPI MachineSets"), **time},
        condition(DEGRADED, "True", "1 Degraded MAPI MachineSets | Error(s): " + error) if error else condition(DEGRADED, "False"),
    ]  # fmt: skip
    spec = wrote(4, {"f:spec": {"f:managedBootImages": {"f:machineManagers": {}}}})
    given = recorded(configuration(release, [manager()], conditions=told), spec, *written)
    version = cluster_version(release + ".0")
    version["status"]["history"][0]["completionTime"] = at(completed)
    release_image = recorded(config_map(release=release + ".0"), wrote(stream, {"f:data": {"f:stream": {}}}))
    return at_rest(sets or (made(),), release, **{"configuration": given, "stream": release_image, "cluster_version": version, **changes})  # fmt: skip


def answer(seen: Snapshot) -> tuple[str, bool | None, bool]:
    """Reason, whether it comes by itself, and whether one more pass would do."""
    (found,) = outstanding(seen, assess(seen))
    return found.reason.code, found.by_itself, missed([found]) == (found,)


MISSED, DRIFT = ("operator_missed_it", False, True), ("drift", None, False)


def test_everything_older_than_the_end_of_the_last_pass() -> None:
    seen = cluster()
    assert newest_cause(seen, assess(seen)) == at(4)
    assert answer(seen) == MISSED
    assert outstanding(cluster(made(spec=gcp_spec(TARGET))), assess(cluster(made(spec=gcp_spec(TARGET))))) == ()


def test_a_pass_under_way_comes_to_it() -> None:
    assert answer(cluster(progressing="True")) == ("drift", True, False)


def test_before_the_first_pass_nobody_knows() -> None:
    plain = recorded(configuration("4.22", [manager()]), wrote(4, {"f:spec": {"f:managedBootImages": {}}}))
    assert answer(cluster(configuration=plain)) == DRIFT


@pytest.mark.parametrize(
    "changes",
    [
        {"stream": 21},
        {"completed": 21},
        {"written": (wrote(21, {"f:spec": {"f:managedBootImages": {}}}),)},
        {"written": (wrote(21, {"f:status": {"f:managedBootImagesStatus": {}}}, subresource="status"),)},
        {"written": (wrote(21, {"f:status": {"f:bootImageSkewEnforcementStatus": {}}}, subresource="status"),)},
        {"written": (wrote(21, {}),)},
    ],
)
def test_a_cause_after_it_may_still_be_looked_at(changes: dict[str, Any]) -> None:
    assert answer(cluster(**changes)) == DRIFT


@pytest.mark.parametrize(
    "fields",
    [
        IMAGE,
        {"f:spec": {"f:template": {}}},
        {"f:metadata": {"f:labels": {"f:a": {}}}},
        {"f:metadata": {"f:annotations": {".": {}}}},
        {"f:metadata": {"f:ownerReferences": {}}},
    ],
)
def test_a_change_of_any_set_causes_a_pass_over_all(fields: Any) -> None:
    other = machine_set("other", spec=gcp_spec(TARGET))
    changed = MachineSet(other.kind, recorded(dict(other.object), wrote(1, IMAGE), wrote(21, fields)))
    assert answer(cluster(made(), changed)) == DRIFT
    born = MachineSet(other.kind, recorded(dict(other.object), wrote(1, IMAGE), created=21))
    assert answer(cluster(made(), born)) == DRIFT


@pytest.mark.parametrize(
    "entry",
    [
        wrote(30, REPLICAS, "cluster-autoscaler"),
        wrote(30, {"f:status": {"f:replicas": {}}}, subresource="status"),
        wrote(30, {"f:metadata": {"f:finalizers": {}}}),
    ],
)
def test_what_causes_no_pass_does_not_count(entry: dict[str, Any]) -> None:
    assert answer(cluster(made(wrote(1, IMAGE), entry))) == MISSED


def test_what_stands_beside_the_conditions_says_nothing() -> None:
    both = {"f:status": {"f:conditions": {}, "f:managedBootImagesStatus": {}}}
    assert answer(cluster(written=(wrote(21, both, subresource="status"),))) == MISSED


@pytest.mark.parametrize(("release", "expected"), [("4.19", MISSED), ("4.20", DRIFT)])
def test_clusterversion_counts_where_the_operator_waits_for_it(release: str, expected: Any) -> None:
    assert answer(cluster(release=release, completed=21)) == expected


def test_control_planes_count_where_they_are_managed() -> None:
    bare = bare_control_plane(gcp_spec(TARGET))
    changed = MachineSet(bare.kind, recorded(dict(bare.object), wrote(21, {"f:metadata": {"f:labels": {}}})))
    assert answer(cluster(made(), changed, release="4.22")) == DRIFT
    assert answer(cluster(made(), changed, release="4.20")) == MISSED


@pytest.mark.parametrize(
    "seen",
    [
        cluster(ended=None),
        cluster(machine_set("old")),
        cluster(made(wrote(1, IMAGE, time="yesterday"))),
        cluster(stream=2, configuration=configuration("4.22", [manager()], conditions=[condition(PROGRESSING, "False")])),
    ],
    ids=["conditions without a time", "a set without a record", "a time that is none", "a configuration without a record"],
)  # fmt: skip
def test_without_the_times_nobody_knows(seen: Snapshot) -> None:
    assert answer(seen) == DRIFT


def test_a_controller_that_dies_in_its_pass_shows_that_pass_for_ever() -> None:
    seen = cluster(made(), machine_set("deadly", spec=gcp_spec(userDataSecret=None)), progressing="True")
    drift = next(each for each in outstanding(seen, assess(seen)) if each.object.endswith("/old"))
    assert (drift.reason.code, drift.by_itself) == ("drift", None)


def test_a_secret_that_was_mended_is_not_noticed() -> None:
    seen = cluster(error=SECRET)
    assert answer(seen) == MISSED
    (found,) = outstanding(seen, assess(seen))
    assert "secrets" in found.message and found.message.endswith("That is mended since.")


@pytest.mark.parametrize(
    ("error", "expected"),
    [("", DRIFT), (SECRET, MISSED), (OTHER, ("operator_degraded", None, False)), (HOT, ("hot_loop", None, False))],
)
def test_a_pass_in_the_same_second(error: str, expected: Any) -> None:
    """A cause that needs a look of its own to be mended may be the next one's; a secret is mended without any."""
    assert answer(cluster(ended=4, error=error)) == expected


@pytest.mark.parametrize(
    ("error", "progressing", "expected"),
    [
        (HOT, "False", ("hot_loop", False, False)),
        (HOT, "True", ("hot_loop", None, False)),
        (OTHER, "False", ("operator_degraded", False, False)),
        (OTHER, "True", ("operator_degraded", True, False)),
        (SECRET, "True", ("operator_degraded", True, False)),
    ],
)
def test_errors_of_other_kinds_are_not_missed(error: str, progressing: str, expected: Any) -> None:
    assert answer(cluster(error=error, progressing=progressing)) == expected


def test_a_secret_that_may_not_be_read_is_not_called_mended() -> None:
    assert answer(cluster(error=SECRET, user_data={})) == ("operator_degraded", False, False)


@pytest.mark.parametrize(("facts", "expected"), [(UserData(READ, "3.2.0"), "operator_missed_it"), (UserData(MISSING), "user_data_unusable")])  # fmt: skip
def test_a_secret_that_is_still_wrong_needs_a_person(facts: UserData, expected: str) -> None:
    code, by_itself, _nudge = answer(cluster(error=SECRET, user_data={"worker-user-data": facts}))
    assert (code, by_itself) == (expected, False)


def test_what_is_waited_for_besides_sets() -> None:
    partial = cluster_version("4.19.0", "Partial")
    failing = cluster_version("4.19.0", "Partial", conditions=[condition("Failing", "True", "no")])
    waiting = configuration("4.19", [manager()], observed=False)
    done = machine_set(spec=gcp_spec(TARGET))
    told = []
    for changes in ({"cluster_version": partial}, {"cluster_version": failing}, {"configuration": waiting}):
        seen = at_rest([done], "4.19", stream=config_map(release="4.18.9"), **changes)
        told += [(each.reason.code, each.by_itself) for each in outstanding(seen, assess(seen))]
    assert told == [
        ("upgrade_under_way", True), ("upgrade_under_way", None),
        ("configuration_not_observed", True), ("stream_not_current", None),
    ]  # fmt: skip


def test_a_gate_opens_by_itself() -> None:
    seen = at_rest([machine_set()], "4.20", cluster_version=cluster_version("4.20.1", "Partial"))
    assert ("gated", True) in [(each.reason.code, each.by_itself) for each in outstanding(seen, assess(seen))]
