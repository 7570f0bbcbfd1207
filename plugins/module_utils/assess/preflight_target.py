# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the version that is asked for can be reached from here in one step."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.errors import named
from ..model.objects import dig, sequence
from ..model.offers import offer, offers, retrieval_failed
from ..model.verdict import Finding
from ..model.version import Version
from .finding import BLOCKER, WARNING, finding

NAME = "ClusterVersion version"


def target(snapshot: Snapshot, wanted: str, explicit: bool, accepted: Collection[str]) -> Iterator[Finding]:
    """Offers and risks, then the Cluster Version Operator's own rules; where it knows none (a skipped minor up to 4.18), ours."""
    failed = retrieval_failed(snapshot.cluster_version)
    found = offer(snapshot.cluster_version, wanted)
    there = wanted in (snapshot.current_version, dig(snapshot.cluster_version, "status", "history", 0, "version"))
    if failed:
        needed = bool(wanted) and not (explicit or found or there)
        yield finding(BLOCKER if needed else WARNING, NAME, reasons.UPDATES_NOT_RETRIEVED, failed)
    if not wanted or there:
        return
    if found is None and not explicit and wanted != previous(snapshot):
        names = [each.version for each in offers(snapshot.cluster_version) if not each.risks]
        channel = dig(snapshot.cluster_version, "spec", "channel")
        message = f"{wanted} is not on offer in channel {channel} ({named(names, 8) or 'nothing is'})."
        yield finding(BLOCKER, NAME, reasons.TARGET_NOT_OFFERED, message)
    for risk in found.risks if found and not explicit else ():
        severity = WARNING if risk.name in accepted else BLOCKER
        message = " ".join(part for part in (risk.message, risk.url) if part)
        yield finding(severity, f"update {wanted} risk {risk.name}", reasons.TARGET_AT_RISK, message)
    yield from _step(snapshot, Version.of(wanted))


def previous(snapshot: Snapshot) -> str | None:
    """The version before, which the cluster may go back to within its minor release."""
    here = dig(snapshot.cluster_version, "status", "desired", "version") or snapshot.current_version
    history = [dig(each, "version") for each in sequence(dig(snapshot.cluster_version, "status", "history"))]
    before = next((each for each in history if each != here), None)
    if isinstance(before, str) and Version.of(before).release == Version.of(str(here)).release:
        return before
    return None


def _step(snapshot: Snapshot, wanted: Version) -> Iterator[Finding]:
    here = Version.of(str(dig(snapshot.cluster_version, "status", "desired", "version") or snapshot.current_version))
    if not (here.known and wanted.known):
        return
    way = f"From {here.text} to {wanted.text}."
    if wanted.precedence < here.precedence and wanted.text != previous(snapshot):
        yield finding(BLOCKER, NAME, reasons.TARGET_TOO_LOW, way)
    elif here.minors_to(wanted) > 1:
        yield finding(BLOCKER, NAME, reasons.TARGET_TOO_FAR, way)
    elif here.prerelease.startswith("0.okd") and "scos" in wanted.prerelease:
        yield finding(BLOCKER, NAME, reasons.TARGET_OTHER_SYSTEM, way)
