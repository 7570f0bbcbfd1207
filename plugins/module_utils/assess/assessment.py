# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second step of the flow: from a Snapshot to the judgement of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ..model.cloud import CloudFacts
from ..model.cluster import NotChecked, Snapshot
from ..model.conditions import parse
from ..model.objects import ObjectRef
from ..model.verdict import Assessment, Finding
from ..model.wish import ImageWish
from .architecture import clusters_architecture
from .blockers import findings
from .features import gates
from .image_findings import filter_findings, image_findings, unverified
from .machine_sets import Context, verdict
from .machines import machines
from .management import management
from .release import NEWEST_KNOWN, behaves_as, beyond_known
from .skew import skew
from .stream import Stream, from_config_map


def assess(
    snapshot: Snapshot,
    wish: ImageWish | None = None,
    chosen: Collection[ObjectRef] | None = None,
    stream: Stream | None = None,
    cloud: CloudFacts | None = None,
) -> Assessment:
    """Judge every machine set, or those of I(chosen).

    :param stream: judge against this stream instead of the cluster's own.
    :param cloud: what the cloud says of images, where it was asked.
    :raises InvalidStream: the cluster's stream is missing or cannot be read.
    """
    stream = stream or from_config_map(snapshot.stream)
    listed = gates(snapshot)
    managed, enforced, conditions = management(snapshot), skew(snapshot, listed), parse(snapshot.configuration)
    context = Context.of(snapshot, stream, managed, wish or ImageWish(), conditions, cloud)
    judged = (each for each in snapshot.machine_sets if chosen is None or each.ref in chosen)
    verdicts = tuple(verdict(each, context) for each in judged)
    return Assessment(
        platform=snapshot.platform,
        version=snapshot.current_version,
        operator_version=snapshot.operator_version,
        stream_name=stream.name,
        stream_version=stream.release,
        management=managed,
        verdicts=verdicts,
        behaves=context.behaves,
        behaves_as=behaves_as(snapshot.release),
        architecture=clusters_architecture(snapshot),
        gates=listed,
        skew=enforced,
        conditions=conditions,
        findings=_sorted(
            findings(snapshot, verdicts, enforced, conditions),
            image_findings(verdicts, context.platform),
            filter_findings(verdicts),
        ),
        machines=machines(snapshot, context.site),
        not_checked=(*snapshot.not_checked, *_leaps(snapshot), *unverified(verdicts, cloud, snapshot.platform)),
    )


def _sorted(*found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Blockers first."""
    return tuple(sorted((each for part in found for each in part), key=lambda each: each.severity))


def _leaps(snapshot: Snapshot) -> Iterator[NotChecked]:
    """What is taken for true of an operator that nobody has watched yet."""
    if beyond_known(snapshot.release):
        told, newest = snapshot.operator_version or "an unknown version", "{}.{}".format(*NEWEST_KNOWN)
        yield NotChecked(
            f"behaviour of the operator of {told}",
            f"{newest} is the newest that is known, so it is judged as that one.",
        )
