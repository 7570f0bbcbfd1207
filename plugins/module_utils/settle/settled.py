# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one predicate of being settled: what is still missing, and whether it will come by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.conditions import Reported
from ..model.objects import condition, dig
from ..model.verdict import (
    CRASH,
    DOUBTFUL,
    FAIL,
    PENDING,
    STUCK,
    UNKNOWN,
    UPDATE,
    Assessment,
    Awaited,
    Verdict,
)
from ..model.version import Version
from .returning import comes_back


def outstanding(snapshot: Snapshot, assessment: Assessment) -> tuple[Awaited, ...]:
    """Everything between the cluster and rest, in the order in which it comes to pass; empty when settled.

    ClusterVersion first, then the operator's look at its configuration, then the stream of this release, then each set: before the
    earlier ones are done, the later ones are judged against an image that is about to change.
    """
    # Once for all sets: it looks at every one of them.
    back = {mended: comes_back(snapshot, assessment, mended) for mended in (False, True)}
    sets = (_set(verdict, back) for verdict in assessment.verdicts)
    return (*_cluster(snapshot), *(each for each in sets if each))


def _cluster(snapshot: Snapshot) -> Iterator[Awaited]:
    newest = dig(snapshot.cluster_version, "status", "history", 0)
    upgrading = dig(newest, "state") == "Partial"
    goes_on = True if upgrading and condition(snapshot.cluster_version, "Failing").get("status") != "True" else None
    if upgrading:
        message = "ClusterVersion is still on its way to {}.".format(dig(newest, "version"))
        yield Awaited("ClusterVersion version", reasons.UPGRADE_UNDER_WAY, message, PENDING, goes_on)
    if not snapshot.configuration_known:
        yield Awaited("MachineConfiguration cluster", reasons.NOT_READ, reasons.NOT_READ.meaning, DOUBTFUL)
    generation = dig(snapshot.configuration, "metadata", "generation")
    observed = dig(snapshot.configuration, "status", "observedGeneration")
    if snapshot.configuration is not None and generation != observed:
        message = f"The Machine Config Operator has observed generation {observed} of {generation}; is it running?"
        yield Awaited("MachineConfiguration cluster", reasons.CONFIGURATION_NOT_OBSERVED, message, PENDING, True)
    stream = dig(snapshot.stream, "data", "releaseVersion")
    if (
        isinstance(stream, str)
        and snapshot.current_version
        and not Version.of(snapshot.current_version).same_as(stream)
    ):
        message = f"ConfigMap coreos-bootimages is of {stream}, the cluster of {snapshot.current_version}."
        yield Awaited("ConfigMap coreos-bootimages", reasons.STREAM_NOT_CURRENT, message, PENDING, goes_on)


def _set(verdict: Verdict, comes: Mapping[bool, bool | None]) -> Awaited | None:
    operator = verdict.operator.lasting
    will, name = operator.will, str(verdict.machine_set.ref)
    if will in (FAIL, CRASH):
        return Awaited(name, operator.reason, operator.message, STUCK, False)
    if will == UPDATE and verdict.operator.then:
        return Awaited(name, reasons.GATED, verdict.operator.message, PENDING, True)
    if will == UPDATE and verdict.reported:
        return _after_an_error(name, verdict, verdict.reported, comes)
    if will == UPDATE:
        message = f"It boots {verdict.current}; the operator has yet to write {verdict.target}."
        back = comes[False]
        if back is False:
            return Awaited(name, reasons.OPERATOR_MISSED_IT, message, DOUBTFUL, back)
        return Awaited(name, reasons.DRIFT, message, PENDING, back)
    if will == UNKNOWN and verdict.drift:
        return Awaited(name, operator.reason, operator.message, DOUBTFUL)
    return None


def _after_an_error(name: str, verdict: Verdict, error: Reported, comes: Mapping[bool, bool | None]) -> Awaited:
    """The operator failed on the set at its last pass, and by now we see nothing that it should fail on."""
    message = f"The operator reports: {error.text}"
    # Secrets cause no pass. One that was read is in order now, or the outlook would be another.
    mended = error.reason is reasons.USER_DATA_UNUSABLE and verdict.user_data is not None
    back = comes[mended]
    if error.reason is reasons.HOT_LOOP:
        return Awaited(name, error.reason, message, DOUBTFUL, None if back else back)
    if mended and back is False:
        return Awaited(name, reasons.OPERATOR_MISSED_IT, f"{message} That is mended since.", DOUBTFUL, back)
    return Awaited(name, reasons.DEGRADED, message, DOUBTFUL, back)
