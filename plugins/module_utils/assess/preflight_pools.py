# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether MachineConfigPools are at rest and where they should be."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.objects import Json, condition, dig
from ..model.pools import counts, name, observed, required
from ..model.verdict import Finding
from .finding import BLOCKER, WARNING, finding, words


def pools(snapshot: Snapshot) -> Iterator[Finding]:
    """A pool that is paused on purpose (workers) warns; one that every upgrade waits for blocks."""
    for pool in snapshot.pools:
        label = f"MachineConfigPool {name(pool)}"
        paused = dig(pool, "spec", "paused") is True
        if paused:
            severity = BLOCKER if required(pool) else WARNING
            yield finding(severity, label, reasons.POOL_PAUSED, f"spec.paused is true; {counts(pool)}.")
        degraded = condition(pool, "Degraded")
        if degraded.get("status") == "True":
            yield finding(BLOCKER, label, reasons.POOL_DEGRADED, words(degraded))
        elif not paused:
            yield from _moving(pool, label)


def _moving(pool: Json, label: str) -> Iterator[Finding]:
    if condition(pool, "Updating").get("status") == "True" or not observed(pool):
        yield finding(BLOCKER, label, reasons.POOL_UPDATING, f"{counts(pool)}.")
    elif condition(pool, "Updated").get("status") == "False":
        yield finding(BLOCKER, label, reasons.POOL_BEHIND, f"{counts(pool)}.")
