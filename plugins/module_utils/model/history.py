# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was written to machine sets, and when: records in the ConfigMap boot-image-history, beside the sets.

A record is written before the first patch it tells of, so a run that was killed leaves nothing changed or a record that explains what is.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .errors import InvalidRecord
from .objects import ABSENT, CONFIG_MAP, KINDS, MACHINE_API, Json, ObjectRef, dig, mapping, sequence
from .verdict import Change

HISTORY = ObjectRef(CONFIG_MAP, MACHINE_API, "boot-image-history")
PLAIN_BYTES = 64 * 1024
"""Records up to this size are plain JSON, to be read with C(oc get); larger ones are compressed under C(binaryData)."""
MOST_BYTES = 32 * 1024 * 1024
"""No compressed record may grow beyond this: anybody may have written it."""
Changes = Mapping[ObjectRef, "tuple[Change, ...]"]


@dataclass(frozen=True)
class Record:
    """One run: what each set's image fields held before (C(old)) and were to hold after (C(new); the same where nothing was to be written).

    I(id) sorts by time. I(at) and I(finished) are RFC 3339 in UTC; a record without I(finished) belongs to a run that goes on or was killed.
    """

    id: str
    at: str
    why: str
    by: str = ""
    release: str = ""
    finished: str | None = None
    changes: Changes = field(default_factory=dict)
    user_data: Mapping[str, str] = field(default_factory=dict)
    """User-data Secret -> the Secret that keeps its content from before."""

    def text(self) -> str:
        """As it stands in the ConfigMap: sets with the same change stand together."""
        body = {
            "at": self.at,
            "finished": self.finished,
            "why": self.why,
            "by": self.by,
            "release": self.release,
            "changes": _grouped(self.changes),
            "user_data": [{"secret": name, "before": kept} for name, kept in sorted(self.user_data.items())],
        }
        return json.dumps(body, indent=1) + "\n"

    @classmethod
    def of(cls, key: str, text: str) -> Record:
        """:raises InvalidRecord: it is not what C(text) writes."""
        try:
            body = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _invalid(key, "it is no JSON") from error
        words = {name: dig(body, name) for name in ("at", "why", "by", "release")}
        finished = dig(body, "finished")
        if not all(isinstance(each, str) for each in words.values()) or not isinstance(finished, (str, type(None))):
            raise _invalid(key, "at, finished, why, by or release is missing or no text")
        secrets = {dig(each, "secret"): dig(each, "before") for each in sequence(dig(body, "user_data"))}
        if not all(isinstance(each, str) for pair in secrets.items() for each in pair):
            raise _invalid(key, "user_data is not a list of secret and before")
        return cls(key, finished=finished, changes=_ungrouped(key, dig(body, "changes")), user_data=secrets, **words)

    def merged(self, changes: Changes, user_data: Mapping[str, str]) -> Record:
        """With more to be done. What a set held before this record's first patch stays what it held before."""
        together = dict(self.changes)
        for ref, planned in changes.items():
            known = {each.path: each for each in self.changes.get(ref, ())}
            together[ref] = tuple(_first(known.get(each.path), each) for each in planned)
        return replace(self, changes=together, user_data={**user_data, **self.user_data})

    def without(self, refs: Collection[ObjectRef]) -> Record:
        """Without what it says of these sets; user data stays, as its Secrets are written before any set."""
        return replace(self, changes={ref: each for ref, each in self.changes.items() if ref not in refs})


def records(history: Json | None) -> dict[str, str]:
    """Every record's text by its id, oldest first; an unreadable one is an empty text."""
    plain = {key: text for key, text in mapping(dig(history, "data")).items() if isinstance(text, str)}
    packed = {key: unpacked(value) for key, value in mapping(dig(history, "binaryData")).items()}
    return dict(sorted({**plain, **packed}.items()))


def packed(text: str) -> str:
    """Compressed and in base64, the same bytes for the same text."""
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def unpacked(value: Any) -> str:
    try:
        unzip = zlib.decompressobj()
        raw = unzip.decompress(base64.b64decode(value if isinstance(value, str) else "", validate=True), MOST_BYTES)
        return raw.decode() if unzip.eof else ""
    except (binascii.Error, zlib.error, ValueError):
        return ""


def _first(known: Change | None, planned: Change) -> Change:
    return Change(planned.path, known.old, planned.new) if known and planned.old in (known.old, known.new) else planned


def _grouped(changes: Changes) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for ref in sorted(changes, key=lambda each: (each.kind.plural, each.name)):
        for change in changes[ref]:
            group: dict[str, Any] = {"resource": ref.kind.plural, "path": list(change.path)}
            group.update(
                {name: value for name, value in (("old", change.old), ("new", change.new)) if value is not ABSENT}
            )
            key = json.dumps(group, sort_keys=True)
            groups.setdefault(key, {**group, "machine_sets": []})["machine_sets"].append(ref.name)
    return list(groups.values())


def _ungrouped(key: str, groups: Any) -> Changes:
    found: dict[ObjectRef, tuple[Change, ...]] = {}
    for group in sequence(groups):
        kind, path, names = KINDS.get(str(dig(group, "resource"))), dig(group, "path"), dig(group, "machine_sets")
        if kind is None or not _is_path(path) or not _are_texts(names):
            raise _invalid(key, "changes is not a list of resource, path, old, new and machine_sets")
        change = Change(tuple(path), group.get("old", ABSENT), group.get("new", ABSENT))
        for name in names:
            ref = ObjectRef(kind, MACHINE_API, name)
            found[ref] = (*found.get(ref, ()), change)
    return found


def _is_path(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(each) in (str, int) for each in value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _invalid(key: str, why: str) -> InvalidRecord:
    return InvalidRecord(
        f"Record {key} of {HISTORY} cannot be used: {why}. Name another record, or take this key out of the ConfigMap."
    )
