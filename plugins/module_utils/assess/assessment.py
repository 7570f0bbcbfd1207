# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second step of the flow: from a Snapshot to the judgement of it."""

from __future__ import annotations

from collections.abc import Collection

from ..model.cluster import Snapshot
from ..model.objects import ObjectRef
from ..model.verdict import Assessment
from ..model.wish import ImageWish
from .blockers import findings
from .machine_sets import Context, verdict
from .machines import machines
from .management import management
from .stream import Stream, from_config_map


def assess(
    snapshot: Snapshot,
    wish: ImageWish | None = None,
    chosen: Collection[ObjectRef] | None = None,
    stream: Stream | None = None,
) -> Assessment:
    """Judge every machine set, or those of I(chosen).

    :param stream: judge against this stream instead of the cluster's own.
    :raises InvalidStream: the cluster's stream is missing or cannot be read.
    """
    stream = stream or from_config_map(snapshot.stream)
    managed = management(snapshot)
    context = Context.of(snapshot, stream, managed, wish or ImageWish())
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
        findings=findings(snapshot, verdicts),
        machines=machines(snapshot),
        not_checked=snapshot.not_checked,
    )
