# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""managed_boot_images: change MachineConfiguration/cluster, and wait until the operator has followed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..apply.writer import in_order
from ..assess.assessment import assess
from ..kube.client import Client
from ..model.cluster import Snapshot
from ..model.errors import SetsFailed, named
from ..model.objects import dig
from ..model.steps import Step
from ..model.verdict import STUCK, Awaited
from ..model.wish import ConfigurationWish
from ..plan import configuration as configuring
from ..read.cluster import read
from ..refusals import refuse_risks
from ..report import data
from ..waiting import Tell, until_settled
from .common import Patience, again_after_conflicts


def manage(
    client: Client, wish: ConfigurationWish, accept: Collection[str], patience: Patience, tell: Tell
) -> dict[str, Any]:
    """managed_boot_images: change MachineConfiguration/cluster, and wait until the operator has followed."""

    def look_and_write() -> tuple[Snapshot, tuple[Step, ...]]:
        snapshot = read(client, user_data=True)
        steps = configuring.configuration(snapshot, wish)
        if steps and wish.mode != configuring.NONE:
            refuse_risks(assess(configuring.foreseen(snapshot, wish)), accept)
        in_order(client, steps)
        return snapshot, steps

    snapshot, steps = again_after_conflicts(look_and_write)
    result: dict[str, Any] = {
        "changed": bool(steps),
        "diff": data.diff(steps),
        "before": dig(snapshot.configuration, "spec", "managedBootImages"),
        "after": dig(configuring.foreseen(snapshot, wish).configuration, "spec", "managedBootImages") or None,
        "machine_sets": [],
        "settled": None,
        "waiting_for": [],
    }
    if patience.wait and not client.dry_run:
        result.update(_settle(client, patience, tell, snapshot, changed=bool(steps)))
    return result


def _settle(client: Client, patience: Patience, tell: Tell, before: Snapshot, changed: bool) -> dict[str, Any]:
    _snapshot, judged, left = until_settled(client, patience.seconds, tell, before)
    result = {
        "machine_sets": [data.machine_set(each) for each in judged.verdicts],
        "settled": not left,
        "waiting_for": [data.awaited(each) for each in left],
    }
    stuck = [each for each in left if _needs_a_person(each)]
    if stuck:
        raise SetsFailed(
            f"The configuration stands, but the operator cannot update {named([each.object for each in stuck])}: {stuck[0].message}",
            {"changed": changed, **result},
        )
    return result


def _needs_a_person(missing: Awaited) -> bool:
    return missing.state == STUCK or missing.reason.code == "operator_degraded"
