# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One more pass of the operator, caused in the gentlest way: an annotation of ours on a machine set.

Every change of any MachineSet's annotations causes one pass over all enrolled sets (watched at work on 4.17 to 4.22); no configuration, no
image and no machine is touched by it. A change of MachineConfiguration would do so as well, but it is what people and GitOps tools own.
"""

from __future__ import annotations

from ..model.objects import MACHINE_SET
from ..model.steps import MergePatch, Step
from ..model.verdict import UPDATE, Assessment, Verdict

ANNOTATION = "okd-boot-images.io/looked-at"
CLAIMED = ("owner", "gitops")


def nudge(judged: Assessment, now: str) -> Step | None:
    """The annotation on a machine set that nobody owns, a drifting one before others; None where all are owned.

    :param now: the time it is set to, so that its value differs from the last one.
    """
    free = [
        each for each in judged.verdicts if each.machine_set.kind == MACHINE_SET and each.managed_by.kind not in CLAIMED
    ]
    if not free:
        return None
    chosen = min(free, key=_rank).machine_set
    body = {"metadata": {"uid": chosen.uid, "annotations": {ANNOTATION: now}}}
    before = {"annotations": {ANNOTATION: chosen.annotations.get(ANNOTATION)}}
    return Step(chosen.ref, MergePatch(body), before, {"annotations": {ANNOTATION: now}})


def _rank(verdict: Verdict) -> tuple[bool, str]:
    return verdict.operator.lasting.will != UPDATE, verdict.machine_set.name
