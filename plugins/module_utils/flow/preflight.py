# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cluster_upgrade, state preflight: everything that stops or endangers an upgrade, and the decision to start one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ..assess.assessment import assess
from ..assess.preflight import Target
from ..assess.preflight import preflight as judge
from ..kube.client import Client
from ..model import reasons
from ..model.cluster import NotChecked, Snapshot
from ..model.errors import UpgradeRefused
from ..model.objects import Json, mapping
from ..model.offers import newest
from ..model.verdict import Assessment, Finding
from ..model.wish import UpgradeWish
from ..plan.route import left, recorded_route, route
from ..read.cluster import read
from ..read.surroundings import read_surroundings
from ..report import data
from ..report import upgrade as reporting
from ..waiting import Tell

BLOCKER = "blocker"


def look(client: Client) -> Snapshot:
    """A fresh look with all that an upgrade is judged by, but for its surroundings."""
    return read(client, user_data=True, operators=True)


def foresee(snapshot: Snapshot, management: Json | None) -> Snapshot:
    """With C(spec.managedBootImages) as an earlier step of a rehearsal would have left it; a gate about boot images asks for that."""
    if management is None:
        return snapshot
    configuration = mapping(snapshot.configuration)
    spec = {**mapping(configuration.get("spec")), "managedBootImages": management}
    return replace(snapshot, configuration={**configuration, "spec": spec})


def findings(
    client: Client, snapshot: Snapshot, judged: Assessment, wish: UpgradeWish
) -> tuple[tuple[Finding, ...], tuple[NotChecked, ...]]:
    """The one judgement: what C(state=preflight) reports is what keeps an upgrade from being started. Reads the surroundings."""
    around = read_surroundings(client)
    target = Target(str(wish.version or ""), wish.image is not None, wish.accept_risks)
    return judge(snapshot, judged, around, target), (*judged.not_checked, *around.not_checked)


def preflight(client: Client, wish: UpgradeWish, accept: Collection[str], tell: Tell) -> dict[str, Any]:
    """cluster_upgrade, state preflight: look and report, write nothing. Without a version it is judged for the next minor release."""
    snapshot = look(client)
    judged = assess(snapshot)
    first, untold = _first_hop(snapshot, wish)
    found, gaps = findings(client, snapshot, judged, first)
    found = (*untold, *found)
    for line in reporting.lines(found, gaps, accept):
        tell(line)
    offered = newest(snapshot.cluster_version)
    return {
        "changed": False,
        "state": "preflight",
        "from": snapshot.current_version,
        "version": first.version,
        "newest": offered.version if offered else None,
        "ready": not any(each.severity == BLOCKER and each.reason.code not in accept for each in found),
        **reporting.surroundings(snapshot, found, gaps),
        "cluster": data.cluster(snapshot),
    }


def _first_hop(snapshot: Snapshot, wish: UpgradeWish) -> tuple[UpgradeWish, tuple[Finding, ...]]:
    """The first version that would be asked for; where that cannot be told, why."""
    if not wish.version:
        return wish, ()
    try:
        way = recorded_route(snapshot, wish, datetime.now(timezone.utc)) or route(snapshot, wish)
    except UpgradeRefused as error:
        why = reasons.TARGET_NOT_OFFERED
        return replace(wish, version=None), (Finding(BLOCKER, "ClusterVersion version", why, str(error), why.remedy),)
    hops = left(snapshot, way) or way.hops[-1:]
    return replace(wish, version=hops[0] if hops else None, image=wish.image if len(hops) == 1 else None), ()
