# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before anything is written: harm that nobody has accepted, and upgrades that would stop half-way."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .model.errors import RiskNotAccepted, UpgradeRefused, named
from .model.steps import Step
from .model.verdict import CRASH, UNKNOWN, UPDATE, Assessment, Finding
from .report import data


def refuse_risks(judged: Assessment, accept: Collection[str]) -> None:
    """Refuse a change of the operator's management that would do harm to a set it enrols.

    :param judged: the cluster as it would stand after the change.
    :raises RiskNotAccepted: naming the sets; of each risk that is not accepted, or of inputs that would end the operator's controller.
    """
    deadly = [each for each in judged.verdicts if each.operator.lasting.will == CRASH]
    if deadly:
        sets = named([each.machine_set.name for each in deadly])
        raise RiskNotAccepted(
            f"Refused, nothing was written. The operator's controller would end on {sets}: "
            f"{deadly[0].operator.lasting.message} Correct this first; it cannot be accepted.",
            {"machine_sets": [data.machine_set(each) for each in deadly]},
        )
    enrolled = [each for each in judged.verdicts if each.operator.lasting.will in (UPDATE, UNKNOWN)]
    found = [(each, risk) for each in enrolled for risk in each.risks if risk.reason.code not in accept]
    if not found:
        return
    told = []
    for reason in dict.fromkeys(risk.reason for _verdict, risk in found):
        sets = named([each.machine_set.name for each, risk in found if risk.reason == reason])
        first = next(risk.message for _verdict, risk in found if risk.reason == reason)
        told.append(f"{reason.meaning} ({sets}: {first}) {reason.remedy}")
    raise RiskNotAccepted(
        "Refused, nothing was written. {}".format(" ".join(told)),
        {
            "machine_sets": [
                data.machine_set(each) for each in {each.machine_set.ref: each for each, _risk in found}.values()
            ]
        },
    )


def refuse_blockers(found: Iterable[Finding], acks: Iterable[Step], accept: Collection[str]) -> None:
    """Do not start an upgrade that would stop half-way.

    :param acks: the acknowledgements that are about to be given.
    :raises UpgradeRefused: with every blocker that is neither accepted nor about to be acknowledged.
    """
    acknowledged = {"admin gate " + key for step in acks for key in step.after["data"]}
    blockers = [
        each
        for each in found
        if each.severity == "blocker" and each.reason.code not in accept and each.object not in acknowledged
    ]
    if blockers:
        first = blockers[0]
        raise UpgradeRefused(
            f"Not started: {len(blockers)} blocker(s). {first.object}: {first.message} {first.remedy}",
            {"blockers": [data.finding(each) for each in blockers]},
        )
