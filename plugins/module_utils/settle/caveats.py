# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator's conditions do not say: why they are not to be believed at this moment."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.objects import dig
from ..model.verdict import UPDATE, Assessment, Caveat

CONTROL_PLANE = "ControlPlaneMachineSets"
WORKERS = "MAPI MachineSets"


def caveats(snapshot: Snapshot, judged: Assessment) -> tuple[Caveat, ...]:
    """In the order in which they matter; none where the conditions say what is true, or where there are none."""
    return () if judged.conditions.progressing is None else tuple(_found(snapshot, judged))


def _found(snapshot: Snapshot, judged: Assessment) -> Iterator[Caveat]:
    behaves, conditions = judged.behaves, judged.conditions
    gated = next((each.operator for each in judged.verdicts if each.operator.reason is reasons.GATED), None)
    newest = dig(snapshot.cluster_version, "status", "history", 0)
    if gated and "waits_for_cluster_version" in behaves and dig(newest, "state") == "Partial":
        yield Caveat(reasons.CONDITIONS_STALE, f"No condition is written meanwhile. {gated.message}")
    elif gated:
        yield Caveat(reasons.CONDITIONS_FALSE, f"Every set that waits counts as reconciled. {gated.message}")
    drifting = [each.machine_set.name for each in judged.verdicts if each.operator.will == UPDATE and each.drift]
    if drifting and conditions.progressing is False and not conditions.degraded:
        message = f"Progressing is False, but {len(drifting)} of the enrolled sets still drift."
        yield Caveat(reasons.CONDITIONS_FALSE, message)
    if conditions.progressing and not drifting:
        yield Caveat(
            reasons.CONDITIONS_FLAPPING,
            "Progressing is True, but no enrolled set drifts: the operator looks at them again.",
        )
    if conditions.degraded is False and conditions.degraded_counts.get(CONTROL_PLANE):
        number = conditions.degraded_counts[CONTROL_PLANE]
        yield Caveat(
            reasons.CONDITIONS_BLIND, f"Degraded is False, but its message counts {number} degraded {CONTROL_PLANE}."
        )
    skipped = [each for each in judged.verdicts if each.operator.will == "skip"]
    if skipped and not conditions.reconciled.get(WORKERS, (0, 0, 0))[2]:
        yield Caveat(
            reasons.CONDITIONS_COUNT_SKIPS, f"{len(skipped)} sets that the operator skips count as reconciled."
        )
