# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is told beside the result."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.errors import named
from ..model.verdict import NOT_VERIFIED, Verdict

OPERATOR = (
    "The Machine Config Operator manages {sets} and writes its own image back at its next pass. When you write against it a fourth time it "
    "stops with 'hot loop detected', and ClusterOperator machine-config is Degraded. Take the sets out of its management with "
    "managed_boot_images if they are to keep their image."
)
OTHERS = (
    "{writer} writes {sets} and writes its own image back at its next sync; where the operator writes the set, too, it degrades over that. "
    "Change the image where {writer} has it from."
)


def taken_over(verdicts: Iterable[Verdict]) -> list[str]:
    """What happens next to sets that were written although another writer claims them."""
    claimed: dict[str, list[str]] = {}
    for each in verdicts:
        if each.managed_by.kind != "nobody":
            writer = "" if each.managed_by.kind == "operator" else each.managed_by.name
            claimed.setdefault(writer, []).append(each.machine_set.name)
    return [
        (OTHERS if writer else OPERATOR).format(writer=writer, sets=named(sorted(sets)))
        for writer, sets in sorted(claimed.items())
    ]


def unverified(verdicts: Iterable[Verdict], platform: str) -> list[str]:
    """That sets were written unseen although somebody wished otherwise: only where the collection has no way to ask the platform."""
    sets = [each.machine_set.name for each in verdicts if each.verification and each.verification.state == NOT_VERIFIED]
    if not sets:
        return []
    return [
        f"not_verified: nobody was asked whether the images of {named(sorted(sets))} exist, because this collection cannot ask {platform}."
    ]
