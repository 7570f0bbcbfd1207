# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line for each thing that changed between two looks at a cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.cluster import Snapshot
from ..model.objects import Json, condition, dig, sequence
from ..model.pools import name as pool_name
from ..model.pools import paused, progress, updated
from ..model.verdict import Assessment
from .text import fit, short

WIDTH = 200
_WORKING = re.compile(r"\((\d{1,3}%) complete\), waiting (?:up to \d+ minutes )?on (.+)$")


def news(before: tuple[Snapshot, Assessment] | None, after: tuple[Snapshot, Assessment]) -> list[str]:
    """What came to pass since the last look; at the first look only what is under way."""
    was = before[0] if before else None
    lines = [
        *_upgrade(was, after[0]),
        *_operators(was, after[0]),
        *_pools(was, after[0]),
        *_sets(before[1] if before else None, after[1]),
    ]
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
    if before:
        yield from _failing(before, after)


def _failing(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Failing comes and goes while API servers roll, so its going is told, too."""
    was, now = (condition(each.cluster_version, "Failing") for each in (before, after))
    if now.get("status") == was.get("status"):
        return
    if now.get("status") in ("True", "Unknown"):
        yield "cluster Failing={}: {}".format(now["status"], now.get("message") or now.get("reason"))
    elif was.get("status") in ("True", "Unknown"):
        yield "cluster Failing no more"


def _working_on(snapshot: Snapshot) -> tuple[str, str] | None:
    """What the Cluster Version Operator says it is waiting for, and its percentage (which may go back)."""
    message = condition(snapshot.cluster_version, "Progressing").get("message")
    found = _WORKING.search(message) if isinstance(message, str) else None
    return (found.group(2), found.group(1)) if found else None


def _operators(before: Snapshot | None, after: Snapshot) -> Iterator[str]:
    """How many ClusterOperators are at the version under way, and which of them came there: the only count that never goes back."""
    target = dig(after.cluster_version, "status", "history", 0, "version")
    if before is None or not before.operators or not isinstance(target, str):
        return
    there, was = _reached(after, target), _reached(before, target)
    if there - was and len(there) <= len(after.operators):
        yield "operator {}/{} {}".format(len(there), len(after.operators), ", ".join(sorted(there - was)))


def _reached(snapshot: Snapshot, version: str) -> set[str]:
    return {str(dig(each, "metadata", "name")) for each in snapshot.operators if _version(each) == version}


def _version(operator: Json) -> object:
    versions = sequence(dig(operator, "status", "versions"))
    return next((dig(entry, "version") for entry in versions if dig(entry, "name") == "operator"), None)


def _pools(before: Snapshot | None, after: Snapshot) -> Iterator[str]:
    known = {pool_name(pool): pool for pool in before.pools} if before else {}
    for pool in after.pools:
        was = known.get(pool_name(pool))
        if was is None:
            continue
        if progress(pool) != progress(was) or (updated(pool) and not updated(was)):
            yield "pool {} {}/{}".format(pool_name(pool), *progress(pool))
        if paused(pool) != paused(was):
            yield f"pool {pool_name(pool)} {'paused' if paused(pool) else 'goes on'}"
        now, then = (condition(each, "Degraded") for each in (pool, was))
        if now.get("status") == "True" != then.get("status"):
            yield f"pool {pool_name(pool)} degraded: {now.get('message') or now.get('reason')}"
        elif then.get("status") == "True" != now.get("status"):
            yield f"pool {pool_name(pool)} degraded no more"


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
