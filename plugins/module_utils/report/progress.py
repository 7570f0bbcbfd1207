# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line for each thing that changed between two looks at a cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.cluster import Snapshot
from ..model.objects import condition, dig
from ..model.verdict import Assessment
from .text import fit, short

WIDTH = 200
_WORKING = re.compile(r"\((\d{1,3}%) complete\), waiting (?:up to \d+ minutes )?on (.+)$")


def news(before: tuple[Snapshot, Assessment] | None, after: tuple[Snapshot, Assessment]) -> list[str]:
    """What came to pass since the last look; at the first look only what is under way."""
    lines = [*_upgrade(before[0] if before else None, after[0]), *_sets(before[1] if before else None, after[1])]
    return [fit(line, WIDTH) for line in lines]


def _upgrade(before: Snapshot | None, after: Snapshot) -> Iterator[str]:
    newest = dig(after.cluster_version, "status", "history", 0)
    was = dig(before.cluster_version, "status", "history", 0) if before else None
    state = (dig(newest, "version"), dig(newest, "state"))
    if before and state != (dig(was, "version"), dig(was, "state")):
        yield "cluster {} {}".format(*state)
    if before and after.operator_version != before.operator_version:
        yield f"operator machine-config at {after.operator_version}"
    working = _working_on(after)
    if before and working and working[0] != (_working_on(before) or ("",))[0]:
        yield "cluster waits for {} ({} complete)".format(*working)


def _working_on(snapshot: Snapshot) -> tuple[str, str] | None:
    """What the Cluster Version Operator says it is waiting for, and its percentage (which may go back)."""
    message = condition(snapshot.cluster_version, "Progressing").get("message")
    found = _WORKING.search(message) if isinstance(message, str) else None
    return (found.group(2), found.group(1)) if found else None


def _sets(before: Assessment | None, after: Assessment) -> Iterator[str]:
    if before is None:
        return
    images = {verdict.machine_set.ref: verdict.current for verdict in before.verdicts}
    for verdict in after.verdicts:
        was = images.get(verdict.machine_set.ref)
        if was is not None and verdict.current is not None and was != verdict.current:
            alike = [each for each in after.verdicts if each.machine_set.kind == verdict.machine_set.kind]
            current = sum(1 for each in alike if each.drift is False)
            yield f"machine set {verdict.machine_set.name} -> {short(verdict.current)} ({current}/{len(alike)} current)"
