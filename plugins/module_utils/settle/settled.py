# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one predicate of being settled: what is still missing, and whether it will come by itself."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.objects import dig
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
    Conditions,
    Verdict,
)
from ..model.version import Version
from .conditions import parse


def outstanding(snapshot: Snapshot, assessment: Assessment) -> tuple[Awaited, ...]:
    """Everything between the cluster and rest, in the order in which it comes to pass; empty when settled.

    ClusterVersion first, then the operator's look at its configuration, then the stream of this release, then each set: before the
    earlier ones are done, the later ones are judged against an image that is about to change.
    """
    return (*_cluster(snapshot), *_sets(parse(snapshot.configuration), assessment))


def _cluster(snapshot: Snapshot) -> Iterator[Awaited]:
    newest = dig(snapshot.cluster_version, "status", "history", 0)
    if dig(newest, "state") == "Partial":
        message = "ClusterVersion is still on its way to {}.".format(dig(newest, "version"))
        yield Awaited("ClusterVersion version", reasons.UPGRADE_UNDER_WAY, message)
    if not snapshot.configuration_known:
        yield Awaited("MachineConfiguration cluster", reasons.NOT_READ, reasons.NOT_READ.meaning, DOUBTFUL)
    generation = dig(snapshot.configuration, "metadata", "generation")
    observed = dig(snapshot.configuration, "status", "observedGeneration")
    if snapshot.configuration is not None and generation != observed:
        message = f"The Machine Config Operator has observed generation {observed} of {generation}; is it running?"
        yield Awaited("MachineConfiguration cluster", reasons.CONFIGURATION_NOT_OBSERVED, message)
    stream = dig(snapshot.stream, "data", "releaseVersion")
    if (
        isinstance(stream, str)
        and snapshot.current_version
        and not Version.of(snapshot.current_version).same_as(stream)
    ):
        message = f"ConfigMap coreos-bootimages is of {stream}, the cluster of {snapshot.current_version}."
        yield Awaited("ConfigMap coreos-bootimages", reasons.STREAM_NOT_CURRENT, message)


def _sets(conditions: Conditions, assessment: Assessment) -> Iterator[Awaited]:
    for verdict in assessment.verdicts:
        found = _set(verdict, conditions.errors.get(verdict.machine_set.name))
        if found:
            yield found


def _set(verdict: Verdict, error: str | None) -> Awaited | None:
    operator = verdict.operator.lasting
    will, name = operator.will, str(verdict.machine_set.ref)
    if will in (FAIL, CRASH):
        return Awaited(name, operator.reason, operator.message, STUCK)
    if will == UPDATE and verdict.operator.then:
        return Awaited(name, reasons.GATED, verdict.operator.message, PENDING)
    if will == UPDATE and error:
        return Awaited(name, reasons.DEGRADED, f"The operator reports: {error}", DOUBTFUL)
    if will == UPDATE:
        message = f"It boots {verdict.current}; the operator has yet to write {verdict.target}."
        return Awaited(name, reasons.DRIFT, message, PENDING)
    if will == UNKNOWN and verdict.drift:
        return Awaited(name, operator.reason, operator.message, DOUBTFUL)
    return None
