# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The write-ahead record as steps: it is in the cluster before the first machine set is touched."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from ..model.errors import InvalidInput, InvalidRecord
from ..model.history import HISTORY, PLAIN_BYTES, Changes, Record, packed, records
from ..model.objects import Json, ObjectRef, dig, mapping, value_at
from ..model.steps import Create, JsonPatch, Step
from ..model.verdict import Assessment, Change
from ..platforms.registry import PLATFORMS

KEEP = 20
"""Records; the oldest go first."""
ROOM = 800 * 1024
"""Bytes of all records together. The API server takes no ConfigMap above 1 MiB, its metadata included."""
MANAGED_BY = {"app.kubernetes.io/managed-by": "okd.boot_images"}


def opened(history: Json | None, fresh: Record) -> Record:
    """The record to write into: this run's own if it stands already, that of a run that was killed doing the same, else I(fresh)."""
    own = standing_as(history, fresh.id)
    if own:  # another run may have finished it meanwhile
        return replace(own.merged(fresh.changes, fresh.user_data), finished=None)
    killed = left_open(history, fresh.why, fresh.release)
    return replace(killed.merged(fresh.changes, fresh.user_data), by=fresh.by) if killed else fresh


def left_open(history: Json | None, why: str, release: str) -> Record | None:
    """The newest record, where it is that of a run for the same that was killed, or still goes on."""
    standing = _newest(history)
    same_kind = (
        standing is not None and standing.finished is None and (standing.why, standing.release) == (why, release)
    )
    return standing if same_kind else None


def same(history: Json | None, fresh: Record) -> Record | None:
    """The newest record, where it says of every set just what I(fresh) says: then there is nothing to record."""
    standing = _newest(history)
    if standing is None or standing.finished is None or standing.release != fresh.release:
        return None
    held = {ref: {(each.path, repr(each.new)) for each in changes} for ref, changes in standing.changes.items()}
    found = {ref: {(each.path, repr(each.new)) for each in changes} for ref, changes in fresh.changes.items()}
    return standing if held == found else None


def noted(history: Json | None, record: Record) -> tuple[Step, ...]:
    """Put I(record) in, in one request, and the oldest out where there are too many. Nothing where it stands there already.

    :raises InvalidInput: the record alone has no room.
    """
    text, standing = record.text(), records(history)
    if standing.get(record.id) == text:
        return ()
    field, value = _stored(text)
    if len(value) > ROOM:
        raise InvalidInput(
            f"{len(record.changes)} machine sets are too many for one record ({len(value)} of {ROOM} bytes). Nothing was written; "
            "choose fewer with names or label_selectors, in several runs."
        )
    # Without its id, which check mode cannot foretell.
    told = {"machine_sets": len(record.changes), "why": record.why}
    if history is None:
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": HISTORY.name, "namespace": HISTORY.namespace, "labels": MANAGED_BY},
            field: {record.id: value},
        }
        return (Step(HISTORY, Create(body), None, told),)
    operations = [
        *_identity(history),
        *_put(history, field, record.id, value),
        *_make_room(history, record.id, len(value)),
    ]
    return (Step(HISTORY, JsonPatch(operations), None, told),)


def ended(history: Json | None, record: Record, at: str, unwritten: Collection[ObjectRef] = ()) -> Record | None:
    """I(record) as it is to stand at the end of its run: finished, and without the sets that were never written, because a restore must
    not bring those back to what they held, which may be long ago by then.

    None where nothing is left to tell of: what a server refuses every night does not push out, one by one, the records that do.
    """
    standing = standing_as(history, record.id)
    left = standing.without(unwritten) if standing else None
    if left is None or not (left.changes or left.user_data):
        return None
    return replace(left, finished=left.finished or at)


def taken_away(history: Json | None, key: str) -> tuple[Step, ...]:
    """Take a record out; nothing where it is no longer there."""
    operations = _taken_out(history or {}, key)
    return (Step(HISTORY, JsonPatch([*_identity(history or {}), *operations])),) if operations else ()


def standing_as(history: Json | None, key: str) -> Record | None:
    """The record of that id as it stands now; None where it was pushed out or taken away."""
    text = records(history).get(key)
    return Record.of(key, text) if text else None


def _newest(history: Json | None) -> Record | None:
    newest = next(iter(reversed(records(history).items())), None)
    try:
        return Record.of(*newest) if newest else None
    except InvalidRecord:  # somebody else's text under our name: not ours to mend, and nothing to go on with
        return None


def _stored(text: str) -> tuple[str, str]:
    return ("data", text) if len(text) <= PLAIN_BYTES else ("binaryData", packed(text))


def _identity(history: Json) -> list[Json]:
    return [{"op": "test", "path": "/metadata/uid", "value": dig(history, "metadata", "uid")}]


def _put(history: Json, field: str, key: str, value: str) -> list[Json]:
    """Under its key, provided that what stands there is what was read."""
    operations = _taken_out(history, key)
    if not isinstance(history.get(field), dict):
        # Another run may be adding the field, too, and would lose its record.
        unchanged = {
            "op": "test",
            "path": "/metadata/resourceVersion",
            "value": dig(history, "metadata", "resourceVersion"),
        }
        return [unchanged, *operations, {"op": "add", "path": f"/{field}", "value": {key: value}}]
    return [*operations, {"op": "add", "path": f"/{field}/{key}", "value": value}]


def _taken_out(history: Json, key: str) -> list[Json]:
    operations: list[Json] = []
    for each in ("data", "binaryData"):
        old = dig(history, each, key)
        if old is not None:
            operations += [
                {"op": "test", "path": f"/{each}/{key}", "value": old},
                {"op": "remove", "path": f"/{each}/{key}"},
            ]
    return operations


def _make_room(history: Json, key: str, size: int) -> list[Json]:
    others: list[tuple[str, str, Any]] = sorted(
        (name, each, value)
        for each in ("data", "binaryData")
        for name, value in mapping(history.get(each)).items()
        if name != key
    )
    total = size + sum(len(str(value)) for _name, _field, value in others)
    if len(others) < KEEP and total <= ROOM:
        return []
    texts = records(history)
    ours = [each for each in others if _readable(each[0], texts.get(each[0], ""))]
    operations: list[Json] = []
    while ours and (len(ours) >= KEEP or total > ROOM):
        name, each, value = ours.pop(0)
        total -= len(str(value))
        operations.append({"op": "remove", "path": f"/{each}/{name}"})
    return operations


def _readable(key: str, text: str) -> bool:
    """Whether it is a record; whatever else somebody keeps in the ConfigMap is not ours to throw away."""
    try:
        return bool(Record.of(key, text))
    except InvalidRecord:
        return False


def snapped(judged: Assessment) -> Changes:
    """The images as they stand, for a record that nothing is written after."""
    platform = PLATFORMS.get(judged.platform)
    found: dict[ObjectRef, tuple[Change, ...]] = {}
    for each in (verdict.machine_set for verdict in judged.verdicts):
        spec = each.provider_spec
        if platform is not None and isinstance(spec, dict):
            values = ((path, value_at(spec, path)) for path in platform.image_fields(spec))
            found[each.ref] = tuple(Change(path, value, value) for path, value in values)
    return {ref: changes for ref, changes in found.items() if changes}
