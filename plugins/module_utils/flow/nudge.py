# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Causing one more pass of the operator where it will not come back by itself: once, said aloud, and only after it has been quiet."""

from __future__ import annotations

from datetime import datetime, timezone

from ..kube.client import Client
from ..kube.watch import Cache
from ..model.cluster import Snapshot
from ..model.errors import BootImageError
from ..model.verdict import Assessment, Awaited
from ..plan.nudge import ANNOTATION, nudge
from ..settle.returning import missed
from ..waiting import Tell

NUDGE_SECONDS = 8.0
"""How long nothing must have changed before that. The operator's own longest pause is 5 s."""


class Nudge:
    """Called by the wait, see C(waiting.Quiet)."""

    def __init__(self, client: Client, cache: Cache, tell: Tell) -> None:
        self.done = False
        """Whether the operator was nudged."""
        self._client, self._cache, self._tell = client, cache, tell
        self._tried = False

    def __call__(self, snapshot: Snapshot, judged: Assessment, left: tuple[Awaited, ...], quiet: float) -> None:
        lost = missed(left)
        if self._tried or not lost or quiet < NUDGE_SECONDS:
            return
        self._tried = True
        step = nudge(judged, datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
        if step is None:
            self._tell(
                "the operator will not come back by itself, and somebody owns every machine set: change one at its source"
            )
            return
        try:
            self._cache.put(step.ref, self._client.write(step))
        except BootImageError as error:
            self._tell(f"the operator will not come back by itself and could not be nudged: {error}")
            return
        self.done = True
        self._tell(f"the operator missed {lost[0].object}: nudged with the annotation {ANNOTATION} on {step.ref}")
