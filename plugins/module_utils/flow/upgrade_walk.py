# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of cluster_upgrade: what it has seen and written so far, so that an error on the way tells it, too."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Callable

from ..assess.assessment import assess
from ..kube.client import Client
from ..kube.watch import Cache
from ..model.cluster import NotChecked, Snapshot
from ..model.errors import WaitTimedOut
from ..model.objects import ADMIN_ACKS, THE_CLUSTER_VERSION, dig
from ..model.offers import offer, retrieval_failed
from ..model.steps import Step
from ..model.verdict import Finding
from ..model.wish import UpgradeWish
from ..plan import pools as pausing
from ..plan import upgrade as upgrading
from ..plan.route import LATEST, Route, forget, left, record
from ..refusals import refuse_blockers
from ..report import data
from ..report import upgrade as reporting
from ..waiting import UPGRADE, Tell, until_object, until_pools_updated, until_upgraded
from .common import again_after_conflicts
from .phases import ACCEPTANCE, CONTROL_PLANE, OFFER, POOLS, Phases
from .preflight import findings, foresee, look

OFFER_SECONDS = 180.0
"""The updates on offer are fetched anew at once after a change of channel or version; this long the old list may still stand."""
OFFERS_CHANGE_SECONDS = 60.0


@dataclass
class Walk:
    """The steps of C(flow.upgrade), each of which may be begun anew by another call after this one was killed."""

    client: Client
    wish: UpgradeWish
    accept: Collection[str]
    phases: Phases
    tell: Tell
    way: Route
    last: Snapshot
    steps: list[Step] = field(default_factory=list)
    found: tuple[Finding, ...] = ()
    gaps: tuple[NotChecked, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)
    phase: str = ""
    timed_out: dict[str, Any] | None = None
    warnings: list[str] = field(default_factory=list)
    cache: Cache | None = None

    def ask(self, wish: UpgradeWish) -> None:
        """Look, judge, and write what is missing; nothing where the version is there, on its way, or asked for already.

        :raises UpgradeRefused: it would stop half-way; nothing was written.
        """
        again_after_conflicts(lambda: self._look_and_ask(wish))

    def switch_channel(self) -> bool:
        """Set the channel where the version is to be found there, and wait for what it offers.

        False where there is nothing to switch, or that is done together with the request.
        """
        if not again_after_conflicts(self._look_and_switch):
            return False
        if self.client.dry_run:
            return True
        if self.wish.version == LATEST or self.wish.control_plane_only:
            self._until_offers_change()
        else:
            self.until_offered(str(self.wish.version))
        self.last = self._seen()
        return True

    def unpause(self) -> None:
        """Let the pools go that carry our mark."""

        def look_and_unpause() -> None:
            steps = pausing.unpause(self._seen())
            for step in steps:
                self._write(step)
                self.tell(f"pool {step.ref.name} goes on")
            if steps:
                self.last = self._seen()

        again_after_conflicts(look_and_unpause)

    def forget(self) -> None:
        """The run is over: nothing is to be gone on with."""
        forget_decision(self.client, self._write)

    # Waits

    def until_offered(self, version: str) -> None:
        """Wait until the version is on offer. Nothing says for which channel a list was fetched, so there is a deadline."""
        with self._measured(OFFER):
            until_object(
                self._watches(),
                THE_CLUSTER_VERSION,
                lambda found: found is not None and _reachable(found, version),
                min(self.phases.acceptance, OFFER_SECONDS),
                f"{version} to be on offer in channel {self.wish.channel or 'as it is'}",
            )

    def until_completed(self, version: str) -> None:
        """Wait for acceptance, then for the control plane."""
        with self._measured(ACCEPTANCE):
            self.last, _judged = until_upgraded(
                self._watches(), version, self.phases.acceptance, self.tell, self.last, accepted=True
            )
        with self._measured(CONTROL_PLANE):
            self.last, _judged = until_upgraded(
                self._watches(), version, self.phases.control_plane, self.tell, self.last
            )

    def until_pools(self) -> None:
        with self._measured(POOLS):
            self.last, _judged = until_pools_updated(self._watches(), self.phases.pools, self.tell, self.last)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """One set of watches for all waits of the call, opened with the first."""
        try:
            yield
        finally:
            if self.cache is not None:
                self.cache.__exit__()

    # Answers

    def so_far(self) -> dict[str, Any]:
        """What is true whether or not the rest comes to pass."""
        acks = [step.after["data"] for step in self.steps if step.ref == ADMIN_ACKS]
        return {
            "changed": bool(self.steps),
            "diff": data.diff(self.steps),
            "from": self.way.origin,
            "version": self.way.hops[-1] if self.way.hops else None,
            "hops": list(self.way.hops),
            "resumed": self.way.resumed,
            "decision_kept": self.wish.keep_decision and self.way.recorded and bool(self.way.hops),
            "acknowledged": sorted({key for given in acks for key in given}),
            "timings": {name: round(seconds, 1) for name, seconds in self.timings.items()},
            "timed_out": self.timed_out,
            "upgrades": reporting.history(self.last, self.way.hops),
            "warnings": list(self.warnings),
            **reporting.surroundings(self.last, self.found, self.gaps),
        }

    def result(self) -> dict[str, Any]:
        return {**self.so_far(), "state": self.state(), "cluster": data.cluster(self.last)}

    def state(self) -> str:
        """C(completed), C(under_way), C(requested), or C(unchanged) where no version was asked for or nothing newer is on offer."""
        version = self.way.hops[-1] if self.way.hops else None
        newest = dig(self.last.cluster_version, "status", "history", 0)
        if version is None:
            return "unchanged"
        if dig(newest, "version") == version:
            return "completed" if dig(newest, "state") == "Completed" else "under_way"
        return "under_way" if dig(newest, "state") == "Partial" else "requested"

    # Writes

    def _look_and_ask(self, wish: UpgradeWish) -> None:
        self.last = seen = self._seen()
        acks, steps = upgrading.acknowledgements(seen, wish), upgrading.upgrade(seen, wish)
        if any("desiredUpdate" in step.after for step in steps):
            self.refuse(seen, wish, acks)
        before: tuple[Step, ...] = ()
        if left(seen, self.way):  # at the end of the way nothing is to be gone on with, and no pool need wait
            before = record(seen, self.way)
            if self.way.control_plane_only:
                before = (*before, *pausing.pause(seen, self.way.hops[-1]))
        for step in before:
            self._write(step)
        # The record has changed ClusterVersion, though not its generation; the request tests that.
        for step in (*acks, *steps):
            self._write(step)

    def _look_and_switch(self) -> bool:
        self.last = seen = self._seen()
        wanted = "" if self.wish.version == LATEST else str(self.wish.version)
        stays = self.wish.channel in (None, dig(seen.cluster_version, "spec", "channel"))
        under_way = dig(seen.cluster_version, "status", "history", 0, "state") == "Partial"
        if stays or under_way or self.wish.image or (wanted and _reachable(seen.cluster_version, wanted)):
            return False
        # Whether the version is on offer is told by the new channel only, so it is judged as one that need not be.
        version = None if self.wish.control_plane_only else wanted or None
        judged_as = replace(self.wish, version=version, image="told by the new channel")
        self.refuse(seen, judged_as, upgrading.acknowledgements(seen, self.wish))
        for step in upgrading.upgrade(seen, UpgradeWish(channel=self.wish.channel)):
            self._write(step)
        return True

    def _until_offers_change(self) -> None:
        """Nothing says for which channel a list was fetched; one that stays as it was for a minute is taken for the new one's."""
        before = dig(self.last.cluster_version, "status", "availableUpdates")
        with self._measured(OFFER), suppress(WaitTimedOut):
            until_object(
                self._watches(),
                THE_CLUSTER_VERSION,
                lambda found: dig(found, "status", "availableUpdates") != before or bool(retrieval_failed(found or {})),
                OFFERS_CHANGE_SECONDS,
                "the updates of the new channel",
            )

    def _seen(self) -> Snapshot:
        return foresee(look(self.client), self.wish.foreseen_management if self.client.dry_run else None)

    def refuse(self, seen: Snapshot, wish: UpgradeWish, acks: tuple[Step, ...]) -> None:
        """:raises UpgradeRefused: with every blocker that nobody has accepted."""
        found, self.gaps = findings(self.client, seen, assess(seen), wish)
        self.found = self.found or found
        accepted = {*self.accept, *(RETARGETED if wish.retarget else ())}
        refuse_blockers(found, acks, accepted)

    def _write(self, step: Step) -> None:
        answer = self.client.write(step)
        self.steps.append(step)
        if self.cache is not None:
            self.cache.put(step.ref, answer)

    def _watches(self) -> Cache:
        if self.cache is None:
            self.cache = Cache(self.client, UPGRADE)
        return self.cache

    @contextmanager
    def _measured(self, phase: str) -> Iterator[None]:
        """Seconds by phase; over two versions they add up."""
        self.phase, started = phase, time.monotonic()
        try:
            yield
        finally:
            self.timings[phase] = self.timings.get(phase, 0.0) + time.monotonic() - started


RETARGETED = (
    "upgrade_under_way",
    "pool_updating",
    "pool_behind",
    "operator_behind",
    "node_unschedulable",
    "release_not_accepted",
)
"""What is true of every cluster that is being upgraded."""


def forget_decision(client: Client, write: Callable[[Step], object]) -> tuple[Step, ...]:
    """Take away what a run has left for the next, and tell what that took."""
    steps = forget(client.get(THE_CLUSTER_VERSION))
    for step in steps:
        write(step)
    return steps


def _reachable(cluster_version: Any, version: str) -> bool:
    """On offer, or there or on its way already, so that no offer is needed."""
    history = dig(cluster_version, "status", "history", 0, "version")
    asked = dig(cluster_version, "spec", "desiredUpdate", "version")
    return offer(cluster_version, version) is not None or version in (history, asked)
