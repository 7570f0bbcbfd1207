# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of what was written: kept in a ConfigMap, read back as they were, bounded, and safe from each other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.builders import OLD, gcp_spec, machine_set, snapshot
from unit.patches import json_patch

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model import history as h
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidInput, InvalidRecord
from ansible_collections.okd.boot_images.plugins.module_utils.model.history import Record, records
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import (
    ABSENT,
    MACHINE_API,
    MACHINE_SET,
    ObjectRef,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.steps import Create, JsonPatch
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Change
from ansible_collections.okd.boot_images.plugins.module_utils.plan import record as r

AT = "2026-11-22T19:05:00Z"
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
CHANGE = st.builds(
    Change,
    st.sampled_from([("ami",), ("image",), ("disks", 0, "image"), ("disks", 1, "image")]),
    VALUE | st.just(ABSENT),
    VALUE | st.just(ABSENT),
)


def ref(name: str) -> ObjectRef:
    return ObjectRef(MACHINE_SET, MACHINE_API, name)


def moved(old: Any = "a", new: Any = "b") -> tuple[Change, ...]:
    return (Change(("image",), old, new),)


def record(key: str = "20261122T190500Z-aaaaaa", **more: Any) -> Record:
    return Record(
        key,
        AT,
        more.pop("why", "updated"),
        **{"by": "ann", "release": "4.18.1", "changes": {ref("x"): moved()}, **more},
    )


def written(history: Any, made: Record) -> Any:
    """The ConfigMap after the step that notes the record."""
    steps = r.noted(history, made)
    if not steps:
        return history
    request = steps[0].request
    if isinstance(request, Create):
        return {**json.loads(json.dumps(request.body)), "metadata": {"uid": "u", "resourceVersion": "1"}}
    assert isinstance(request, JsonPatch)
    return json_patch(request.operations, history)


@given(st.dictionaries(st.text("abc-", min_size=1), st.lists(CHANGE, max_size=3, unique_by=lambda each: each.path)))
def test_a_record_is_read_as_it_was_written(changes: dict[str, list[Change]]) -> None:
    made = record(
        changes={ref(name): tuple(each) for name, each in changes.items() if each}, user_data={"s": "s-before-1"}
    )
    again = Record.of(made.id, made.text())
    assert {key: set(map(repr, each)) for key, each in again.changes.items()} == {
        key: set(map(repr, each)) for key, each in made.changes.items()
    }
    assert (again.at, again.why, again.by, again.release, again.finished) == (AT, "updated", "ann", "4.18.1", None)
    assert again.user_data == {"s": "s-before-1"}
    assert again.text() == Record.of(again.id, again.text()).text()


def test_sets_with_the_same_change_stand_together() -> None:
    made = record(changes={ref(name): moved() for name in ("b", "a")})
    assert json.loads(made.text())["changes"] == [
        {"resource": "machinesets", "path": ["image"], "old": "a", "new": "b", "machine_sets": ["a", "b"]}
    ]


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{", "7",
        json.dumps({"at": AT, "why": "updated", "by": "", "release": 4}),
        json.dumps({"at": AT, "why": "updated", "by": "", "release": "", "finished": True}),
        json.dumps({"at": AT, "why": "u", "by": "", "release": "", "changes": [{"resource": "pods", "path": ["a"], "machine_sets": []}]}),
        json.dumps({"at": AT, "why": "u", "by": "", "release": "", "changes": [{"resource": "machinesets", "path": [], "machine_sets": []}]}),
        json.dumps({"at": AT, "why": "u", "by": "", "release": "", "changes": [{"resource": "machinesets", "path": [True], "machine_sets": []}]}),
        json.dumps({"at": AT, "why": "u", "by": "", "release": "", "changes": [{"resource": "machinesets", "path": ["a"], "machine_sets": [1]}]}),
        json.dumps({"at": AT, "why": "u", "by": "", "release": "", "user_data": [{"secret": "a"}]}),
        "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_record_is_named(text: str) -> None:
    with pytest.raises(
        InvalidRecord, match=r"Record k of ConfigMap openshift-machine-api/boot-image-history cannot be used"
    ):
        Record.of("k", text)


def test_the_first_record_makes_the_config_map() -> None:
    made = written(None, record())
    assert list(made["data"]) == [record().id]
    assert r.noted(made, record()) == ()  # it stands there already


def test_a_further_record_leaves_the_others_alone() -> None:
    made = written(written(None, record()), record("20261122T200000Z-bbbbbb"))
    assert list(records(made)) == [record().id, "20261122T200000Z-bbbbbb"]


def test_the_oldest_go_when_there_are_too_many() -> None:
    made = None
    for number in range(r.KEEP + 3):
        made = written(made, record(f"{number:03}"))
    assert list(records(made)) == [f"{number:03}" for number in range(3, r.KEEP + 3)]


def test_what_is_no_record_of_ours_stays() -> None:
    made: Any = {"metadata": {"uid": "u", "resourceVersion": "1"}, "data": {"0-note": "somebody's", "00": "{}"}}
    for number in range(r.KEEP + 3):
        made = written(made, record(f"{number:03}"))
    assert made["data"].pop("0-note") == "somebody's" and made["data"].pop("00") == "{}"
    assert list(records(made)) == [f"{number:03}" for number in range(3, r.KEEP + 3)]


def test_large_records_are_compressed_and_push_out_old_ones() -> None:
    many = {ref(f"set-{number:05}"): moved(f"ami-{number * 7919:017x}", "ami-b") for number in range(4000)}
    made = written(written(None, record("1")), record("2", changes=many))
    assert "2" not in made["data"] and made["binaryData"]["2"]
    assert Record.of("2", records(made)["2"]).changes == many
    room = r.ROOM // len(made["binaryData"]["2"])
    for number in range(3, room + 5):
        made = written(made, record(str(number), changes={**many, ref("x"): moved(str(number))}))
    assert sum(len(each) for field in ("data", "binaryData") for each in made[field].values()) <= r.ROOM
    assert str(room + 4) in records(made) and "1" not in records(made)


def test_a_record_without_room_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(r, "ROOM", 100)
    with pytest.raises(InvalidInput, match=r"1 machine sets are too many for one record.*names or label_selectors"):
        r.noted(None, record())


def test_a_compressed_record_that_grows_without_end_is_none() -> None:
    assert h.unpacked(h.packed("x" * (h.MOST_BYTES + 1))) == ""
    assert h.unpacked(h.packed("x" * 100)) == "x" * 100
    assert h.unpacked("?") == h.unpacked(None) == h.unpacked("eA==") == ""


def test_a_killed_run_is_gone_on_with() -> None:
    killed = record("1", changes={ref("done"): moved("a", "b"), ref("not-done"): moved("a", "b")})
    history = written(None, killed)
    again = r.opened(history, record("2", changes={ref("not-done"): moved("a", "b"), ref("new"): moved("c", "b")}))
    assert again.id == "1"
    assert again.changes == {
        ref("done"): moved("a", "b"),
        ref("not-done"): moved("a", "b"),
        ref("new"): moved("c", "b"),
    }


@pytest.mark.parametrize("more", [{"finished": AT}, {"release": "4.17.0"}, {"why": "restored"}])
def test_another_kind_of_run_is_not_gone_on_with(more: dict[str, Any]) -> None:
    fresh = record("2", changes={ref("y"): moved()})
    assert r.opened(written(None, record("1", **more)), fresh).id == "2"


def test_a_killed_run_is_known_again() -> None:
    history = written(None, record("1"))
    found = r.left_open(history, "updated", "4.18.1")
    assert found is not None and found.id == "1"
    for other in (("restored", "4.18.1"), ("updated", "4.19.0")):
        assert r.left_open(history, *other) is None
    assert r.left_open(written(None, record("1", finished=AT)), "updated", "4.18.1") is None
    assert r.left_open(None, "updated", "4.18.1") is None


def test_an_unreadable_record_is_left_alone() -> None:
    history = {"metadata": {"uid": "u", "resourceVersion": "1"}, "data": {"9": "not ours"}}
    assert r.opened(history, record("1")).id == "1"
    assert written(history, record("1"))["data"]["9"] == "not ours"


@pytest.mark.parametrize(
    ("known", "planned", "kept"),
    [
        (("a", "b"), ("a", "b"), ("a", "b")),  # not done before the kill
        (("a", "b"), ("b", "c"), ("a", "c")),  # done, and on to another image
        (("a", "b"), ("z", "b"), ("z", "b")),  # somebody else wrote in between
    ],
)
def test_what_a_set_held_first_stays_on_record(known: Any, planned: Any, kept: Any) -> None:
    merged = record(changes={ref("x"): moved(*known)}).merged({ref("x"): moved(*planned)}, {})
    assert merged.changes == {ref("x"): moved(*kept)}


def test_a_run_writes_into_its_own_record_also_when_another_is_newer() -> None:
    history = written(written(None, record("1")), record("2", why="restored"))
    assert r.opened(history, record("1", changes={ref("y"): moved()})).changes == {ref("x"): moved(), ref("y"): moved()}


def test_a_record_is_finished_once() -> None:
    history = written(None, record("1"))
    left = r.ended(history, record("1"), AT)
    assert left == record("1", finished=AT)
    assert r.ended(written(history, left), record("1"), "later") == left
    assert r.ended({"data": {}}, record("1"), AT) is None  # pushed out meanwhile


def test_a_set_that_was_never_written_is_struck_off() -> None:
    """By its run alone: what others told in the same record stays."""
    made = record("1", changes={ref("x"): moved(), ref("y"): moved()})
    left = r.ended(written(None, made), record("1", changes={ref("y"): moved()}), AT, [ref("y"), ref("z")])
    assert left == record("1", finished=AT)


def test_what_fails_every_night_leaves_no_record() -> None:
    """Else twenty nights would push out every record that tells of something."""
    history = written(written(None, record("0", finished=AT)), record("1"))
    assert r.ended(history, record("1"), AT, [ref("x")]) is None
    (step,) = r.taken_away(history, "1")
    assert isinstance(step.request, JsonPatch)
    assert {"op": "test", "path": "/data/1", "value": record("1").text()} in step.request.operations
    left = json_patch(step.request.operations, history)
    assert list(records(left)) == ["0"]
    assert r.taken_away(left, "1") == r.taken_away(None, "1") == ()


def test_a_record_of_user_data_that_was_written_stays() -> None:
    made = record("1", user_data={"s": "s-before-1"})
    left = r.ended(written(None, made), made, AT, [ref("x")])
    assert left is not None and (dict(left.changes), left.user_data) == ({}, {"s": "s-before-1"})


def test_a_record_that_changed_meanwhile_is_not_overwritten() -> None:
    history = written(None, record("1"))
    (step,) = r.noted(history, record("1", finished=AT))
    assert isinstance(step.request, JsonPatch)
    assert {"op": "test", "path": "/data/1", "value": record("1").text()} in step.request.operations


def test_two_first_records_of_a_kind_do_not_overwrite_each_other() -> None:
    history = {"metadata": {"uid": "u", "resourceVersion": "7"}, "binaryData": {}}
    (step,) = r.noted(history, record("1"))
    assert isinstance(step.request, JsonPatch)
    assert {"op": "test", "path": "/metadata/resourceVersion", "value": "7"} in step.request.operations


def test_the_same_picture_is_recorded_once() -> None:
    snap = record("1", why="recorded", finished=AT, changes={ref("x"): moved("a", "a")})
    history = written(None, snap)
    fresh = record("2", why="recorded", changes={ref("x"): moved("a", "a")})
    found = r.same(history, fresh)
    assert found is not None and found.id == "1"
    assert r.same(history, record("2", changes={ref("x"): moved("b", "b")})) is None
    assert r.same(history, record("2", release="4.19.0", changes={ref("x"): moved("a", "a")})) is None
    assert r.same(None, fresh) is None


def test_a_picture_holds_every_image_field_of_every_set_that_has_some() -> None:
    """The second boot disk, too; not a set without a providerSpec, and nothing of a platform that nobody knows."""
    disks = [{"boot": True, "image": OLD}, {"boot": False, "image": "data"}, {"boot": True}]
    sets = [
        machine_set("a", spec=gcp_spec(disks=disks)),
        machine_set("b", spec="none"),
        machine_set("c", spec=gcp_spec(disks=[])),
    ]
    found = r.snapped(assess(snapshot(sets)))
    values = {("disks", 0, "image"): OLD, ("disks", 2, "image"): ABSENT}
    assert found == {ref("a"): tuple(Change(path, value, value) for path, value in values.items())}
    assert r.snapped(assess(snapshot(sets, platform="KubeVirt"))) == {}
