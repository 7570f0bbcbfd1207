# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AMIs brought into regions that the stream has none for: found again by their tags, copied once, waited for, and pruned.

A killed run leaves either nothing or a tagged image, because CopyImage tags what it makes; until searches show that image, the same
client token gives it again. Copies belong to one cluster and carry the tag by which the installer destroys its own.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from typing import Callable, Union

from ..model.errors import BootImageError, ImageCopyFailed, WaitTimedOut
from ..model.images import AVAILABLE, OURS, PENDING, CopyWish, ImageCopy, ImageFacts, Pruned
from ..model.objects import Json, dig, sequence
from .aws import AWS
from .aws_copy_request import cluster_tag, copy_of, fitting, is_of, request
from .aws_facts import tags_of
from .base import LookUp, Tell, look_up

INTERVAL = 15.0
"""Seconds between two looks; a copy takes five to fifteen minutes."""
HEARTBEAT = 60.0

Outcome = Union[ImageFacts, BootImageError, None]
"""Of one wish: the copy; why there is none; or None where a dry run would have made one."""


class Copies:
    """The copies of one cluster. In a dry run of I(cloud) copying and deleting only ask whether they would be allowed."""

    def __init__(
        self,
        cloud: AWS,
        cluster: str,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        interval: float = INTERVAL,
    ) -> None:
        """:param cluster: Infrastructure's C(status.infrastructureName)."""
        self._cloud, self._cluster = cloud, cluster
        self._clock, self._sleep, self._interval = clock, sleep, interval

    def found(self, region: str) -> tuple[ImageCopy, ...]:
        """Every copy in a region, ours and the installer's, in one call; oldest first, whatever its state."""
        return _copies(self._cloud.own(region, {f"tag:{cluster_tag(self._cluster)}": ["owned"]}))

    def found_and_products(
        self, region: str, products: Collection[str]
    ) -> tuple[tuple[ImageCopy, ...], tuple[ImageFacts, ...]]:
        """C(found), and the images of marketplace products, in one call. That finds copies by the cluster's name in theirs, which the
        installer's have and ours; the tag says then whether they are the cluster's."""
        own, theirs = self._cloud.own_and_marketplace(region, self._cluster, products)
        tag = cluster_tag(self._cluster)
        return _copies((facts, said) for facts, said in own if tags_of(said).get(tag) == "owned"), theirs

    def source(self, offered: Mapping[str, str], region: str) -> tuple[str, str] | None:
        """Of a stream's AMIs by region: the region to copy from and its AMI. None where the partition of I(region) has none."""
        partition = self._cloud.ec2.partition(region)
        near = [each for each in sorted(offered) if self._cloud.ec2.partition(each) == partition]
        return (near[0], offered[near[0]]) if near else None

    def planned(self, wishes: Iterable[CopyWish]) -> dict[CopyWish, Outcome]:
        """The copies that are there already, pending ones too; None is one to be made. Asks, and changes nothing."""
        asked = set(wishes)
        there = self._there(asked)
        return {wish: _already(wish, there[wish.region]) for wish in asked}

    def copy(self, wishes: Iterable[CopyWish], seconds: float, tell: Tell) -> dict[CopyWish, Outcome]:
        """Have a usable copy for each wish: found, or still on its way, or made now. All are started before any is waited for, and one
        that fails does not keep the others from being made.

        :param seconds: how long to wait for all of them together; what is pending then is a WaitTimedOut, and the next run finds it.
        """
        asked = sorted(set(wishes), key=lambda each: (each.region, each.source))
        there = self._there(asked)
        outcomes = {wish: _already(wish, there[wish.region]) for wish in asked}
        missing = [wish for wish in asked if outcomes[wish] is None]
        sources = self._sources(missing)
        for wish in missing:
            try:
                outcomes[wish] = self._start(wish, sources, there[wish.region], tell)
            except BootImageError as error:
                outcomes[wish] = error
        return outcomes if self._cloud.ec2.dry_run else self._wait(outcomes, seconds, tell)

    def prune(self, regions: Collection[str], named: Collection[str], delete: bool = False) -> tuple[Pruned, ...]:
        """Our own copies in I(regions) that are not among I(named), the ids of all images that any set, machine or record names.

        A pending one belongs to a run under way and stays. :param delete: deregister them, with their snapshots; else they are only listed.
        """
        old = [
            each
            for region in sorted(set(regions))
            for each in self.found(region)
            if each.by == OURS and each.id not in named and each.facts.state not in (PENDING, "deregistered")
        ]
        return tuple(self._deregister(each) if delete else Pruned(each, False) for each in old)

    def _deregister(self, copy: ImageCopy) -> Pruned:
        request = {"ImageId": copy.id, "DeleteAssociatedSnapshots": True}
        try:
            answer = self._cloud.ec2.write(copy.region, "DeregisterImage", **request)
        except BootImageError as error:
            return Pruned(copy, False, error=error)
        results = sequence(dig(answer, "DeleteSnapshotResults"))
        codes = {str(dig(each, "SnapshotId")): dig(each, "ReturnCode") for each in results}
        left = tuple(f"{snapshot}: {code}" for snapshot, code in codes.items() if code != "success")
        return Pruned(copy, answer is not None, left)

    def _there(self, wishes: Iterable[CopyWish]) -> dict[str, tuple[ImageCopy, ...] | BootImageError]:
        """By region: the copies, or why nobody can tell."""
        found: dict[str, tuple[ImageCopy, ...] | BootImageError] = {}
        for region in sorted({each.region for each in wishes}):
            try:
                found[region] = self.found(region)
            except BootImageError as error:
                found[region] = error
        return found

    def _sources(self, wishes: Iterable[CopyWish]) -> LookUp:
        wanted: dict[str, set[str]] = {}
        for wish in wishes:
            wanted.setdefault(wish.source_region, set()).add(wish.source)
        return look_up(self._cloud, wanted)

    def _start(
        self, wish: CopyWish, sources: LookUp, there: tuple[ImageCopy, ...] | BootImageError, tell: Tell
    ) -> ImageFacts | None:
        """:raises BootImageError: what cannot be copied is told here; CopyImage itself would only answer with an id."""
        if wish.source_region in sources.failures:
            raise sources.failures[wish.source_region]
        if self._cloud.ec2.partition(wish.region) != self._cloud.ec2.partition(wish.source_region):
            raise ImageCopyFailed(
                f"{wish.source} of {wish.source_region} cannot be copied into {wish.region}: images do not cross the borders of AWS' "
                f"partitions. Import the release's image into {wish.region} and name it in image."
            )
        source = sources.facts[wish.source_region, wish.source]
        if source.state != AVAILABLE:
            state = (
                f"it is {source.state}" if source.exists else "it does not exist, or these credentials may not see it"
            )
            raise ImageCopyFailed(
                f"{wish.source} of {wish.source_region} cannot be copied: {state}. Check the stream, and the account's Allowed AMIs."
            )
        copies = there if isinstance(there, tuple) else ()
        failed = sum(1 for each in copies if each.by == OURS and is_of(wish, each))
        answer = self._cloud.ec2.write(wish.region, "CopyImage", **request(wish, source, failed))
        if answer is None:
            tell(f"{wish.region}: would copy {wish.source} from {wish.source_region}")
            return None
        tell(f"{wish.region}: copying {wish.source} from {wish.source_region} as {answer['ImageId']}")
        return ImageFacts(str(answer["ImageId"]), wish.region, state=PENDING, source=wish.source)

    def _wait(self, outcomes: Mapping[CopyWish, Outcome], seconds: float, tell: Tell) -> dict[CopyWish, Outcome]:
        now, started = dict(outcomes), self._clock()
        told = started
        while True:
            pending = {
                wish: each for wish, each in now.items() if isinstance(each, ImageFacts) and each.state != AVAILABLE
            }
            passed = self._clock() - started
            if not pending or passed >= seconds:
                return {**now, **{wish: _late(each, passed) for wish, each in pending.items()}}
            if self._clock() - told >= HEARTBEAT:
                told = self._clock()
                tell(f"still copying into {', '.join(sorted({each.region for each in pending}))}, {passed:.0f} s")
            self._sleep(min(self._interval, seconds - passed))
            now.update(self._look(pending))
            for wish in pending:
                each = now[wish]
                if isinstance(each, ImageFacts) and each.state == AVAILABLE:
                    tell(f"{wish.region}: {each.id} is available, {self._clock() - started:.0f} s")

    def _look(self, pending: Mapping[CopyWish, ImageFacts]) -> dict[CopyWish, Outcome]:
        """What became of them. One that searches do not show yet counts as pending: EC2's answers come true with time."""
        wanted: dict[str, list[str]] = {}
        for each in pending.values():
            wanted.setdefault(each.region, []).append(each.id)
        seen = look_up(self._cloud, wanted)
        news: dict[CopyWish, Outcome] = {}
        for wish, before in pending.items():
            facts = seen.facts.get((before.region, before.id))
            if facts is None:
                news[wish] = seen.failures[before.region]
            elif facts.exists:
                news[wish] = facts if facts.state in (AVAILABLE, PENDING, "transient") else _broken(wish, facts)
        return news


def _copies(tagged: Iterable[tuple[ImageFacts, Json]]) -> tuple[ImageCopy, ...]:
    copies = (copy_of(facts, said) for facts, said in tagged)
    return tuple(sorted((each for each in copies if each), key=lambda each: (each.facts.created or "", each.id)))


def _already(wish: CopyWish, there: tuple[ImageCopy, ...] | BootImageError) -> Outcome:
    if isinstance(there, BootImageError):
        return there
    found = fitting(wish, there)
    return found.facts if found else None


def _late(pending: ImageFacts, passed: float) -> BootImageError:
    return WaitTimedOut(
        f"{pending.id} in {pending.region} is still being copied after {passed:.0f} s. The copying goes on: run again, it will be found and "
        "waited for. (AWS answers a repeated request with the same image for a day, even when that image was deregistered since.)"
    )


def _broken(wish: CopyWish, facts: ImageFacts) -> BootImageError:
    return ImageCopyFailed(
        f"{facts.id}, the copy of {wish.source} in {facts.region}, is {facts.state}: {facts.state_reason or 'AWS says no more'}. Encryption "
        "needs rights on the KMS key, and snapshots have quotas. Run again for another try; prune_copies removes this one."
    )
