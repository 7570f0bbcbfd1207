# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The write-ahead record of one run, as it comes to stand in the cluster."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timezone

from ..apply.writer import in_order
from ..kube.client import Client
from ..model.errors import Forbidden, InvalidRecord, named
from ..model.history import HISTORY, Changes, Record, records
from ..model.objects import ObjectRef
from ..model.steps import Step
from ..model.verdict import Change
from ..plan.record import ended, left_open, noted, opened, same, taken_away
from .common import again_after_conflicts

UPDATED, RECORDED, RESTORED = "updated", "recorded", "restored"


class Ledger:
    """Opened with the first thing to be written; several notes of one run end in one record."""

    def __init__(self, client: Client, why: str, release: str) -> None:
        self.record: Record | None = None
        self.noted: dict[ObjectRef, tuple[Change, ...]] = {}
        """What this run was going to write; the record may tell of more, by a run that was killed or goes on beside this one."""
        self._client, self._why, self._release = client, why, release

    def note(self, changes: Changes, user_data: Mapping[str, str]) -> None:
        """Returns when the cluster holds what is going to be written.

        :raises Forbidden: the user may not write the ConfigMap; nothing may be written then.
        """
        if not changes and not user_data:
            return
        self.noted.update(changes)
        fresh = self.record or self._fresh()

        def look_and_write() -> Record:
            history = self._client.find(HISTORY)
            record = opened(history, replace(fresh, changes=changes, user_data=user_data))
            in_order(self._client, noted(history, record))
            return record

        self.record = again_after_conflicts(look_and_write)

    def take(self, changes: Changes) -> tuple[Step, ...]:
        """A record that nothing is written after; nothing new where the newest one says the same."""
        fresh = replace(self._fresh(), changes=changes)

        def look_and_write() -> tuple[Step, ...]:
            history = self._client.find(HISTORY)
            standing = same(history, fresh)
            self.record = standing or replace(fresh, finished=fresh.at)
            steps = () if standing else noted(history, self.record)
            in_order(self._client, steps)
            return steps

        return again_after_conflicts(look_and_write) if changes else ()

    def close(self, unwritten: Collection[ObjectRef] = ()) -> None:
        """What was to be written is written, or has failed with its reason; the sets that were never written are struck off."""
        if self.record is None or self._client.dry_run:
            return
        record = self.record

        def look_and_write() -> Record | None:
            history = self._client.find(HISTORY)
            left = ended(history, record, now(), unwritten)
            in_order(self._client, noted(history, left) if left else taken_away(history, record.id))
            return left

        self.record = again_after_conflicts(look_and_write)

    def finish_killed(self, judged: Collection[ObjectRef], there: Collection[ObjectRef]) -> None:
        """For a run with nothing to write: one that was killed after its last write left its record open, and this is all it left to do.

        :param there: every set that there is, of the kinds at hand; one that was not judged may still have to be written.
        """
        try:
            killed = left_open(self._client.find(HISTORY), self._why, self._release)
        except Forbidden:  # whoever has nothing to write needs no right to the history
            return
        kinds = {ref.kind for ref in there}
        others = [ref for ref in killed.changes if ref not in judged] if killed else []
        if not any(ref in there or ref.kind not in kinds for ref in others):
            self.record = killed
            self.close()

    def _fresh(self) -> Record:
        key = "{}-{}".format(datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S.%fZ"), secrets.token_hex(2))
        return Record(key, now(), self._why, self._client.user(), self._release)


def find(client: Client, wanted: str | None) -> Record:
    """The record of that id; without one the newest that does not tell of a restore.

    Its user data is that of its own time: what was kept first since then, by itself or by a later run.

    :raises InvalidRecord: there is none, or it cannot be read.
    """
    texts = records(client.find(HISTORY))
    if wanted is not None and wanted not in texts:
        raise InvalidRecord(f"{HISTORY} has no record {wanted}. There are: {named(list(texts), 20) or 'none'}.")
    for key in [wanted] if wanted is not None else reversed(texts):
        found = Record.of(key, texts[key])
        if wanted is not None or found.why != RESTORED:
            return replace(found, user_data=_kept_since(found, texts))
    raise InvalidRecord(
        f"{HISTORY} has no record to go back to. Records are taken with state recorded, and before every write."
    )


def _kept_since(record: Record, texts: Mapping[str, str]) -> Mapping[str, str]:
    kept = dict(record.user_data)
    for key in (each for each in texts if each > record.id):
        try:
            later = Record.of(key, texts[key])
        except InvalidRecord:
            continue
        kept = {**later.user_data, **kept}
    return kept


def now() -> str:
    """RFC 3339, in UTC, to the second."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
