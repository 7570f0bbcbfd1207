# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cluster_upgrade: acknowledge, ask for a version, wait until it is completed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..apply.writer import in_order
from ..assess.assessment import assess
from ..assess.blockers import gates
from ..kube.client import Client
from ..model.cluster import Snapshot
from ..model.steps import Step
from ..model.wish import UpgradeWish
from ..plan import upgrade as upgrading
from ..read.cluster import read
from ..refusals import refuse_blockers
from ..report import data
from ..waiting import Tell, until_upgraded
from .common import Patience, again_after_conflicts


def upgrade(
    client: Client, wish: UpgradeWish, accept: Collection[str], patience: Patience, tell: Tell
) -> dict[str, Any]:
    """cluster_upgrade: acknowledge, ask for the version, wait until it is completed. Goes on with one that is under way."""

    def look_and_write() -> tuple[Snapshot, tuple[Step, ...]]:
        snapshot = read(client, user_data=True)
        judged = assess(snapshot)
        acks = upgrading.acknowledgements(snapshot, wish, tuple(gates(snapshot)))
        steps = upgrading.upgrade(snapshot, wish)
        if any("desiredUpdate" in step.after for step in steps):
            refuse_blockers(snapshot, judged, wish, acks, accept)
        in_order(client, (*acks, *steps))
        return snapshot, (*acks, *steps)

    snapshot, steps = again_after_conflicts(look_and_write)
    result: dict[str, Any] = {"changed": bool(steps), "diff": data.diff(steps), "from": snapshot.current_version}
    if patience.wait and wish.version and not client.dry_run:
        snapshot, _judged = until_upgraded(client, wish.version, patience.seconds, tell, snapshot)
    return {**result, "cluster": data.cluster(snapshot)}
