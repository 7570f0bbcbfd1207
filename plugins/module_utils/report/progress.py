# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line for each thing that changed between two looks at a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model.cluster import Snapshot
from ..model.objects import dig, sequence
from ..model.verdict import Assessment
from .text import fit, short

WIDTH = 200


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
    done, seen = _operators(after), _operators(before) if before else {}
    for name, version in done.items():
        if before and version != seen.get(name):
            yield f"operator {name} at {version}"


def _operators(snapshot: Snapshot) -> Mapping[str, str]:
    for entry in sequence(dig(snapshot.operator, "status", "versions")):
        if dig(entry, "name") == "operator":
            return {"machine-config": str(dig(entry, "version"))}
    return {}


def _sets(before: Assessment | None, after: Assessment) -> Iterator[str]:
    if before is None:
        return
    images = {verdict.machine_set.ref: verdict.current for verdict in before.verdicts}
    total = len(after.verdicts)
    current = sum(1 for verdict in after.verdicts if verdict.drift is False)
    for verdict in after.verdicts:
        was = images.get(verdict.machine_set.ref)
        if was is not None and verdict.current is not None and was != verdict.current:
            yield f"machine set {verdict.machine_set.name} -> {short(verdict.current)} ({current}/{total} current)"
