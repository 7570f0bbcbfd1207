# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bootimage_status: read, assess, report."""

from __future__ import annotations

from typing import Any, Callable

from ..assess.assessment import assess
from ..assess.stream import Stream
from ..kube.client import Client
from ..model.cloud import CloudFacts
from ..model.cluster import Snapshot
from ..model.verdict import Assessment
from ..read.cluster import read
from ..read.must_gather import MustGather
from ..report import data
from ..report.text import table
from ..settle.caveats import caveats
from ..settle.settled import outstanding
from ..waiting import Tell, until_settled
from .asking import NOTHING, Asking
from .common import Patience, Selection, chosen


def status(
    source: Client | MustGather,
    selection: Selection,
    stream: Stream | None,
    machines: bool,
    patience: Patience,
    tell: Tell,
    asking: Asking = NOTHING,
) -> dict[str, Any]:
    """bootimage_status: read, assess, report; with I(patience) after the cluster has settled."""
    if patience.wait and isinstance(source, Client):
        until_settled(source, patience.seconds, tell)
    snapshot = read(source, machines=machines, user_data=True)
    refs = chosen(snapshot, selection)

    def judge(facts: CloudFacts | None) -> Assessment:
        return assess(snapshot, chosen=refs, stream=stream, cloud=facts)

    judged = judge(_asked(source, asking, snapshot, judge) if asking.looks else None)
    answer = data.status(snapshot, judged, caveats(snapshot, judged), outstanding(snapshot, judged))
    return {"changed": False, **answer, "table": table(answer)}


def _asked(
    source: Client | MustGather, asking: Asking, snapshot: Snapshot, judge: Callable[[CloudFacts | None], Assessment]
) -> CloudFacts:
    """What the cloud says of the images; what that takes is imported only here, so that nobody else waits for it."""
    from .clouds import Clouds

    return Clouds(source, asking).facts(snapshot, judge)
