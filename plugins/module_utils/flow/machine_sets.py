# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""machineset_boot_image: bring machine sets that nobody else writes to their image, all in one call."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from ..apply.writer import side_by_side
from ..assess.assessment import assess
from ..kube.client import Client
from ..model.errors import Conflict, SetsFailed, named
from ..model.objects import ObjectRef
from ..model.steps import Outcome
from ..model.verdict import Assessment
from ..model.wish import ImageWish
from ..plan.machine_sets import updates
from ..read.cluster import read
from ..report import data
from ..waiting import Tell
from .common import LOOKS, Selection, chosen


def update_machine_sets(
    client: Client, selection: Selection, wish: ImageWish, at_once: int, tell: Tell
) -> dict[str, Any]:
    """machineset_boot_image: bring sets that nobody else writes to their image, all in one call."""

    def look_and_write(again: Collection[ObjectRef] | None) -> tuple[Assessment, list[Outcome]]:
        snapshot = read(client, user_data=True)
        judged = assess(snapshot, wish, again or chosen(snapshot, selection))
        outcomes = side_by_side(client, updates(judged.verdicts), at_once, lambda outcome: _tell_outcome(tell, outcome))
        return judged, outcomes

    judged, written = look_and_write(None)
    for _look in range(LOOKS - 1):
        changed_meanwhile = {each.step.ref for each in written if isinstance(each.error, Conflict)}
        if not changed_meanwhile:
            break
        later, more = look_and_write(changed_meanwhile)
        fresh = {each.machine_set.ref: each for each in later.verdicts}
        judged = replace(judged, verdicts=tuple(fresh.get(each.machine_set.ref, each) for each in judged.verdicts))
        written = [each for each in written if each.step.ref not in changed_meanwhile] + more
    return _updated(judged, written)


def _tell_outcome(tell: Tell, outcome: Outcome) -> None:
    tell("{}: {}".format(outcome.step.ref, outcome.error or "updated"))


def _updated(judged: Assessment, written: list[Outcome]) -> dict[str, Any]:
    """The result: every set with what became of it; failed at the end with all of them if any failed."""
    errors = {each.step.ref: each.error for each in written}
    sets = []
    for verdict in judged.verdicts:
        entry = data.machine_set(verdict)
        error = errors.get(verdict.machine_set.ref)
        if error is not None:
            entry.update({"decision": "failed", "reason": error.reason, "message": str(error)})
        entry["updated"] = verdict.machine_set.ref in errors and error is None
        sets.append(entry)
    done = [each.step for each in written if each.error is None]
    result = {"changed": bool(done), "diff": data.diff(done), "machine_sets": sets, "counts": data.counts(judged)}
    failed = [each["name"] for each in sets if each["decision"] == "failed"]
    if failed:
        first = next(each for each in sets if each["name"] == failed[0])
        raise SetsFailed(
            "{} of {} machine sets failed ({}); the others are done. {}: {}".format(
                len(failed), len(sets), named(failed), first["name"], first["message"]
            ),
            result,
        )
    return result
