# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cluster_upgrade answers, as plain data, and preflight's lines for people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from textwrap import wrap
from typing import Any

from ..model import reasons
from ..model.cluster import NotChecked, Snapshot
from ..model.gates import gates
from ..model.objects import dig, sequence
from ..model.offers import offers
from ..model.pools import name, paused, paused_by_us, progress, updated
from ..model.verdict import Finding
from .data import finding
from .text import fit, plain

WIDTH = 200
GATES = (reasons.ADMIN_ACK_REQUIRED, reasons.BOOT_IMAGES_UNDECIDED)


def surroundings(snapshot: Snapshot, found: Sequence[Finding], gaps: Sequence[NotChecked]) -> dict[str, Any]:
    """Findings, gates with their texts, offers with their risks, pools, and what could not be looked at."""
    return {
        "blockers": [finding(each) for each in found],
        "gates": [
            {"name": each.name, "text": each.text, "acknowledged": each.acknowledged} for each in gates(snapshot)
        ],
        "offers": [
            {
                "version": each.version,
                "image": each.image,
                "risks": [{"name": risk.name, "message": risk.message, "url": risk.url} for risk in each.risks],
            }
            for each in offers(snapshot.cluster_version)
        ],
        "pools": pools(snapshot),
        "not_checked": [{"what": each.what, "why": each.why} for each in gaps],
    }


def pools(snapshot: Snapshot) -> list[dict[str, Any]]:
    """How far each MachineConfigPool is, and whether it is paused, and by us."""
    return [
        {
            "name": name(pool),
            "updated": updated(pool),
            "nodes_updated": progress(pool)[0],
            "nodes": progress(pool)[1],
            "paused": paused(pool),
            "paused_by_us": paused_by_us(pool),
        }
        for pool in snapshot.pools
    ]


def history(snapshot: Snapshot, versions: Collection[str]) -> list[dict[str, Any]]:
    """The newest entry of ClusterVersion's history for each of the versions, oldest first; its times outlive any run of ours."""
    found: dict[str, dict[str, Any]] = {}
    for entry in sequence(dig(snapshot.cluster_version, "status", "history")):
        version = dig(entry, "version")
        if isinstance(version, str) and version in versions and version not in found:
            found[version] = {
                "version": version,
                "state": dig(entry, "state"),
                "started": dig(entry, "startedTime"),
                "completed": dig(entry, "completionTime"),
                "verified": dig(entry, "verified"),
            }
    return [found[version] for version in versions if version in found]


def lines(found: Sequence[Finding], gaps: Sequence[NotChecked], accept: Collection[str]) -> Iterator[str]:
    """Each finding with what to do about it; what was not checked; the sum."""
    for each in found:
        taken = " (accepted)" if each.severity == "blocker" and each.reason.code in accept else ""
        told = f"{each.severity}{taken}: {each.object}: {each.message} [{each.reason.code}]"
        # What is to be acknowledged is to be read, all of it.
        yield from wrap(plain(told), WIDTH, subsequent_indent="  ") if each.reason in GATES else [fit(told, WIDTH)]
        if each.remedy:
            yield "  -> " + fit(each.remedy, WIDTH - 5)
    for gap in gaps:
        yield fit(f"not checked: {gap.what}: {gap.why}", WIDTH)
    blockers = sum(1 for each in found if each.severity == "blocker" and each.reason.code not in accept)
    warnings = sum(1 for each in found if each.severity != "blocker")
    yield f"preflight: {blockers} blocker{'' if blockers == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}"
