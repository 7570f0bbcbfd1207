# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AMIs brought into regions that the stream has none for: which are needed, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..clouds.aws import AWS
from ..clouds.aws_copies import Copies, Outcome
from ..clouds.base import Tell
from ..model.cloud import CloudFacts
from ..model.cluster import Snapshot
from ..model.errors import BootImageError, ImageCopyFailed
from ..model.images import AVAILABLE, OURS, CopyWish, ImageCopy, ImageFacts
from ..model.verdict import Update, Verdict
from .clouds import Clouds, Judge, cluster


class Brought:
    """The copies of one run. I(changed): one was made or, in a dry run, would be."""

    def __init__(self, clouds: Clouds, tell: Tell) -> None:
        self.changed = False
        self._clouds, self._tell = clouds, tell
        self._done: dict[CopyWish, Outcome] = {}

    def bring(self, snapshot: Snapshot, judge: Judge) -> bool:
        """Copy what machine sets would be written with, were it there; what becomes of it joins what the cloud is known to have.

        In a dry run a copy that would be made stands there under a name that is no AMI's.

        :returns: whether it took time, so that the cluster is to be looked at afresh.
        """
        aws = self._clouds.open(snapshot)
        if not isinstance(aws, AWS):
            return False
        copies = Copies(aws, cluster(snapshot))
        verdicts = judge(self._clouds.known).verdicts
        planned = {wish: _planned(wish) for wish in self._possible(snapshot, verdicts, copies)}
        assumed = judge(_with(self._clouds.known, planned.values()))
        used = {each.decision.target for each in assumed.verdicts if isinstance(each.decision, Update)}
        wishes = [wish for wish, copy in planned.items() if copy.id in used and wish not in self._done]
        if not wishes:
            return False
        there = {each.id for region in self._clouds.known.copies.values() for each in region}
        for wish, outcome in copies.copy(wishes, self._clouds.asking.copy_seconds, self._tell).items():
            self._note(wish, outcome, planned[wish])
            made = isinstance(outcome, ImageFacts) and outcome.id not in there
            self.changed = self.changed or made or outcome is None
        return not self._clouds.dry_run

    def told(self) -> list[dict[str, Any]]:
        """For the result."""
        return [_told(wish, outcome) for wish, outcome in self._done.items()]

    def _possible(self, snapshot: Snapshot, verdicts: Iterable[Verdict], copies: Copies) -> list[CopyWish]:
        """For every set whose region the stream has no image for, which image could be copied there, and from where."""
        asking = self._clouds.asking
        found: dict[CopyWish, None] = {}
        for verdict in verdicts:
            region = verdict.region or ""
            source = (
                self._source(copies, verdict, region)
                if verdict.elsewhere and region in self._clouds.known.copies
                else None
            )
            if source is not None:
                wish = CopyWish(
                    region,
                    source[1],
                    source[0],
                    cluster(snapshot),
                    snapshot.current_version or None,
                    asking.encrypted,
                    asking.kms_key,
                )
                found[wish] = None
        return list(found)

    def _source(self, copies: Copies, verdict: Verdict, region: str) -> tuple[str, str] | None:
        """Region and image. Where the region's partition has none, every set there is told so."""
        try:
            source = copies.source(verdict.elsewhere, region)
            if source is None:
                raise ImageCopyFailed(
                    f"The stream has AMIs in {', '.join(sorted(verdict.elsewhere))}, none of which can be copied into {region}: images do not cross "
                    "the borders of AWS' partitions. Import the release's image there, and name it in image."
                )
        except BootImageError as error:
            self._clouds.add(copying_errors={(region, image): error for image in verdict.elsewhere.values()})
            return None
        return source

    def _note(self, wish: CopyWish, outcome: Outcome, planned: ImageCopy) -> None:
        self._done[wish] = outcome
        if isinstance(outcome, BootImageError):
            self._clouds.add(copying_errors={(wish.region, wish.source): outcome})
            return
        made = planned
        if outcome is not None:  # in a dry run it may still be pending: a real one would have waited
            facts = replace(outcome, state=AVAILABLE, source=wish.source, source_region=wish.source_region)
            made = ImageCopy(facts, OURS, wish.version)
        self._clouds.known = _with(self._clouds.known, [made])


def _planned(wish: CopyWish) -> ImageCopy:
    """A copy that is not there, as if it were."""
    name = f"copy-of-{wish.source}-of-{wish.source_region}"
    facts = ImageFacts(name, wish.region, state=AVAILABLE, source=wish.source, source_region=wish.source_region)
    return ImageCopy(facts, OURS, wish.version)


def _with(facts: CloudFacts, copies: Iterable[ImageCopy]) -> CloudFacts:
    """The copies in place of what was known of them."""
    by_region = dict(facts.copies)
    for copy in copies:
        by_region[copy.region] = (*(each for each in by_region.get(copy.region, ()) if each.id != copy.id), copy)
    return replace(facts, copies=by_region)


def _told(wish: CopyWish, outcome: Outcome) -> dict[str, Any]:
    failed = isinstance(outcome, BootImageError)
    return {
        "region": wish.region,
        "source": wish.source,
        "source_region": wish.source_region,
        "image": outcome.id if isinstance(outcome, ImageFacts) else None,
        "state": "failed" if failed else "planned" if outcome is None else "available",
        "message": str(outcome) if failed else None,
    }
