# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which MachineConfigPools an upgrade has not reached yet: workers come after ClusterVersion is Completed."""

from __future__ import annotations

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.objects import Json, condition
from ..model.pools import counts, name, paused, updated
from ..model.verdict import PENDING, STUCK, Awaited


def outstanding(snapshot: Snapshot) -> tuple[Awaited, ...]:
    """A paused pool does not come by itself; a degraded one may: a drain is tried again for ever."""
    return tuple(_awaited(pool) for pool in snapshot.pools if not updated(pool))


def _awaited(pool: Json) -> Awaited:
    label = f"MachineConfigPool {name(pool)}"
    if paused(pool):
        return Awaited(label, reasons.POOL_PAUSED, f"It is paused; {counts(pool)}", STUCK, by_itself=False)
    degraded = condition(pool, "Degraded")
    if degraded.get("status") == "True":
        message = f"{counts(pool)}; degraded: {degraded.get('message') or 'no message'}"
        return Awaited(label, reasons.POOL_DEGRADED, message, PENDING)
    return Awaited(label, reasons.POOL_UPDATING, counts(pool), PENDING)
