# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""machineset_boot_image: bring machine sets that nobody else writes to their image, or back to a record, all in one call."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from ..apply.writer import side_by_side
from ..assess.assessment import assess
from ..assess.stream import Stream
from ..kube.client import Client
from ..model.cloud import CloudFacts
from ..model.cluster import Snapshot
from ..model.errors import BootImageError, Conflict, NotTried, PruningFailed, SetsFailed, WrittenBack, named
from ..model.history import Changes, Record
from ..model.objects import KINDS, ObjectRef
from ..model.steps import Outcome, Step
from ..model.verdict import Assessment, Current, Update, Verdict
from ..model.wish import ImageWish
from ..plan.machine_sets import holds, updates
from ..plan.record import snapped
from ..plan.stubs import failing, given_back, stubs
from ..read.cluster import read_for_writing, read_user_data
from ..report import data
from ..report.warnings import taken_over, unverified
from ..waiting import Tell
from .asking import KEEP, NOTHING, Asking
from .clouds import Clouds
from .common import LOOKS, Selection, again_after_conflicts, chosen
from .copies import Brought
from .ledger import RECORDED, RESTORED, UPDATED, Ledger, find
from .pruning import prune
from .read_back import held, read_back
from .user_data import UserData, restoring, upgrading, write


@dataclass(frozen=True)
class Limits:
    """How many sets are written at once, and after how many failures no more are begun (None: never)."""

    at_once: int = 8
    max_failures: int | None = None


def update_machine_sets(
    client: Client,
    selection: Selection,
    wish: ImageWish,
    stream: Stream | None,
    limits: Limits,
    tell: Tell,
    asking: Asking = NOTHING,
) -> dict[str, Any]:
    """Bring the sets to the image of the cluster's release, of I(stream), or to the wish's own; then throw away what nobody names any more."""
    clouds = Clouds(client, asking, client.dry_run)
    run = _Run(client, selection, wish, limits, tell, clouds, stream=stream)
    result = run.result()
    if asking.prune == KEEP or run.snapshot is None:
        return {**result, "pruned": []}
    found = prune(client, clouds, run.snapshot)
    result = {**result, "pruned": found.told(), "changed": result["changed"] or found.changed}
    if found.error:
        raise PruningFailed(f"The sets are done, but not every old copy could be deregistered: {found.error}", result)
    return result


def restore_machine_sets(
    client: Client,
    selection: Selection,
    record: str | None,
    take_over: bool,
    limits: Limits,
    tell: Tell,
    asking: Asking = NOTHING,
) -> dict[str, Any]:
    """Bring the sets back to what a record says they held; by default the newest that is not about a restore itself."""
    found = find(client, record)
    wish = ImageWish(take_over=take_over, recorded=found.changes)
    clouds = Clouds(client, asking, client.dry_run)
    result = _Run(client, selection, wish, limits, tell, clouds, record=found).result()
    return {**result, "restored": found.id}


def record_machine_sets(client: Client, selection: Selection) -> dict[str, Any]:
    """Take a record of the images as they are, unless the newest one says just that."""
    snapshot = read_for_writing(client, KINDS.get(selection.resource or ""))
    judged = assess(snapshot, chosen=chosen(snapshot, selection))
    ledger = Ledger(client, RECORDED, snapshot.current_version)
    steps = ledger.take(snapped(judged))
    return {
        "changed": bool(steps),
        "diff": data.diff(steps),
        "record": ledger.record.id if ledger.record else None,
        "machine_sets": [data.machine_set(each) for each in judged.verdicts],
        "counts": data.counts(judged),
    }


class _Run:
    """One call: look, judge, record, write, look again at what changed meanwhile, read back."""

    def __init__(
        self,
        client: Client,
        selection: Selection,
        wish: ImageWish,
        limits: Limits,
        tell: Tell,
        clouds: Clouds,
        stream: Stream | None = None,
        record: Record | None = None,
    ) -> None:
        self.client, self.selection, self.limits, self.tell = client, selection, limits, tell
        self.wish = replace(wish, verified=clouds.asking.looks)
        self.clouds, self.brought = clouds, Brought(clouds, tell)
        self.stream, self.record = stream, record
        self.kind = KINDS.get(selection.resource or "")
        self.why = RESTORED if record else UPDATED
        self.ledger: Ledger | None = None
        self.verdicts: dict[ObjectRef, Verdict] = {}
        self.outcomes: dict[ObjectRef, Outcome] = {}
        self.secrets: dict[ObjectRef, Step] = {}
        self.snapshot: Snapshot | None = None

    def result(self) -> dict[str, Any]:
        judged = self._round(None)
        for _look in range(LOOKS - 1):
            changed_meanwhile = {ref for ref, each in self.outcomes.items() if isinstance(each.error, Conflict)}
            if not changed_meanwhile:
                break
            judged = self._round(changed_meanwhile)
        self._close()
        return self._told(replace(judged, verdicts=tuple(self.verdicts.values())))

    def _round(self, again: Collection[ObjectRef] | None) -> Assessment:
        snapshot, judged = self._look(again)
        self.snapshot = snapshot
        for ref in again or ():
            self.outcomes.pop(ref, None)
        judged = again_after_conflicts(lambda: self._prepare(snapshot, judged))
        self.verdicts.update({each.machine_set.ref: each for each in judged.verdicts})
        steps = updates(judged.verdicts)
        failed = [each for each in self.outcomes.values() if each.error and not isinstance(each.error, NotTried)]
        written = side_by_side(
            self.client, steps, self.limits.at_once, self._tell_outcome, self.limits.max_failures, len(failed)
        )
        self.outcomes.update({each.step.ref: each for each in written})
        return judged

    def _look(self, again: Collection[ObjectRef] | None) -> tuple[Snapshot, Assessment]:
        """Secrets are read only where something is to be written."""
        snapshot = read_for_writing(self.client, self.kind)
        if self._ask(snapshot, again):
            snapshot = read_for_writing(self.client, self.kind)
            self._ask(snapshot, again)
        judged = self._judge(snapshot, again or chosen(snapshot, self.selection))
        moving = [each.machine_set for each in judged.verdicts if isinstance(each.decision, Update)]
        if not moving or self.wish.recorded is not None:
            return snapshot, judged
        snapshot = read_user_data(self.client, snapshot, moving)
        afresh = self._judge(snapshot, {each.ref for each in moving})
        fresh = {each.machine_set.ref: each for each in afresh.verdicts}
        return snapshot, replace(
            judged, verdicts=tuple(fresh.get(each.machine_set.ref, each) for each in judged.verdicts)
        )

    def _ask(self, snapshot: Snapshot, again: Collection[ObjectRef] | None) -> bool:
        """Ask the cloud, and have missing images copied; whether that took time."""
        if not self.clouds.asking.looks:
            return False
        refs = again or chosen(snapshot, self.selection)

        def judge(facts: CloudFacts) -> Assessment:
            return assess(snapshot, self.wish, refs, self.stream, facts)

        self.clouds.facts(snapshot, judge)
        return self.clouds.asking.copy_missing and self.brought.bring(snapshot, judge)

    def _judge(self, snapshot: Snapshot, refs: Collection[ObjectRef]) -> Assessment:
        return assess(snapshot, self.wish, refs, self.stream, self.clouds.known if self.clouds.asking.looks else None)

    def _prepare(self, snapshot: Snapshot, judged: Assessment) -> Assessment:
        """Record what is about to change, then bring user data to what the images read; sets whose user data cannot be fail."""
        user_data, judged = self._user_data(snapshot, judged)
        changes = _changes(judged.verdicts)
        if changes or user_data.steps:
            self.ledger = self.ledger or Ledger(self.client, self.why, snapshot.current_version)
            self.ledger.note(changes, user_data.backups)
        return failing(judged, write(self.client, user_data, self._note_secret))

    def _note_secret(self, step: Step) -> None:
        self.secrets[step.ref] = step

    def _user_data(self, snapshot: Snapshot, judged: Assessment) -> tuple[UserData, Assessment]:
        if self.record:
            kept, judged = given_back(snapshot, judged, self.record, self._there())
            found = restoring(self.client, kept)
        else:
            planned, judged = stubs(snapshot, judged, self.wish)
            found = upgrading(self.client, planned)
        return found, failing(judged, found.failed)

    def _there(self) -> Collection[ObjectRef]:
        """The sets that an earlier round has written, or has found where they are to be."""
        return self._written() | {ref for ref, each in self.verdicts.items() if isinstance(each.decision, Current)}

    def _written(self) -> set[ObjectRef]:
        return {ref for ref, each in self.outcomes.items() if each.error is None}

    def _close(self) -> None:
        """Read back what the sets hold now, and finish the record accordingly."""
        if self.ledger and not self.client.dry_run:
            noted = self.ledger.noted
            written = self._written()
            now = held(self.client, {ref.kind for ref in (*written, *noted)})
            self.outcomes.update({ref: read_back(self.outcomes[ref], noted[ref], now.get(ref)) for ref in written})
            self.ledger.close([ref for ref in noted if ref not in written and not holds(now.get(ref), noted[ref])])
        elif self.snapshot and not self.client.dry_run:
            there = {each.ref for each in self.snapshot.machine_sets}
            Ledger(self.client, self.why, self.snapshot.current_version).finish_killed(self.verdicts, there)

    def _tell_outcome(self, outcome: Outcome) -> None:
        self.tell(f"{outcome.step.ref}: {outcome.error or self.why}")

    def _told(self, judged: Assessment) -> dict[str, Any]:
        """Every set with what became of it; failed at the end with all of them if any failed."""
        sets = [self._entry(each) for each in judged.verdicts]
        done = [*self.secrets.values(), *(each.step for each in self.outcomes.values() if each.error is None)]
        record = self.ledger.record if self.ledger else None
        updated = [each for each in judged.verdicts if isinstance(each.decision, Update)]
        result = {
            "changed": bool(done)
            or self.brought.changed
            or any(isinstance(each.error, WrittenBack) for each in self.outcomes.values()),
            "diff": data.diff(done),
            "machine_sets": sets,
            "counts": data.counts(judged),
            "record": record.id if record and not self.client.dry_run else None,
            "copies": self.brought.told(),
            "warnings": [*taken_over(updated), *unverified(updated, judged.platform)],
        }
        failed = [each for each in sets if each["decision"] == "failed"]
        if failed:
            raise SetsFailed(
                "{} of {} machine sets failed ({}); the others are done. {}: {}".format(
                    len(failed),
                    len(sets),
                    named([each["name"] for each in failed]),
                    failed[0]["name"],
                    failed[0]["message"],
                ),
                result,
            )
        return result

    def _entry(self, verdict: Verdict) -> dict[str, Any]:
        entry, outcome = data.machine_set(verdict), self.outcomes.get(verdict.machine_set.ref)
        error: BootImageError | None = outcome.error if outcome else None
        if error is not None:
            entry.update({"decision": "failed", "reason": error.reason, "message": str(error)})
        entry["updated"] = outcome is not None and error is None
        return entry


def _changes(verdicts: Collection[Verdict]) -> Changes:
    return {each.machine_set.ref: each.decision.changes for each in verdicts if isinstance(each.decision, Update)}
