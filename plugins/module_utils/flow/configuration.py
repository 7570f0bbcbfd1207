# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""managed_boot_images: change MachineConfiguration/cluster stage by stage, and wait until the operator has followed."""

from __future__ import annotations

import time
from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from ..assess.assessment import assess
from ..assess.boot_version import oldest
from ..assess.stream import from_config_map
from ..kube.client import Client
from ..kube.watch import Cache
from ..model.cluster import Snapshot
from ..model.errors import BootImageError, Conflict, InvalidStream, Rejected, SetsFailed, named
from ..model.objects import THE_CONFIGURATION, dig
from ..model.steps import Step
from ..model.verdict import STUCK, Assessment, Awaited
from ..model.wish import AS_IT_IS, ConfigurationWish
from ..plan import configuration as configuring
from ..plan import skew
from ..read.cluster import read
from ..refusals import refuse_risks
from ..report import configured, data
from ..waiting import Tell, until_object, until_settled, watching
from .admission import AUTOMATIC, PLATFORM, breaks, explained, unmanaged
from .common import LOOKS, Patience, again_after_conflicts
from .nudge import Nudge

FOLLOW_SECONDS = 120.0
"""How long to wait for the operator between two writes where nobody asked for waiting; its rounds take seconds."""
STAGES = 4
"""More than any wish takes, so that somebody who changes it back all the time does not keep us here."""
BY_HAND = ("operator_degraded", "hot_loop", "operator_missed_it")
"""Doubts that a wait has outlasted and that are a person's now."""


def manage(
    client: Client, wish: ConfigurationWish, accept: Collection[str], patience: Patience, tell: Tell, nudge: bool = True
) -> dict[str, Any]:
    """Change MachineConfiguration/cluster, and wait until the operator has followed.

    :param nudge: whether the wait may cause one more pass of the operator where it will not come by itself.
    """
    started = time.monotonic()
    waits = patience.wait and not client.dry_run
    with watching(client) if waits else nullcontext() as cache:
        walk = _Walk(client, cache, wish, accept, patience, tell)
        try:
            walk.through()
            if cache is not None:
                left = max(0.0, patience.seconds - (time.monotonic() - started))
                walk.settle(cache, left, Nudge(client, cache, tell) if nudge else None)
        except BootImageError as error:
            error.result = {**walk.so_far(), **error.result}
            raise
        return walk.result()


@dataclass
class _Walk:
    """One call: what it has seen and written so far, so that an error on the way tells it, too."""

    client: Client
    cache: Cache | None
    wish: ConfigurationWish
    accept: Collection[str]
    patience: Patience
    tell: Tell
    first: Snapshot | None = None
    steps: list[Step] = field(default_factory=list)
    untried: tuple[Step, ...] = ()
    warnings: list[str] = field(default_factory=list)
    looks: int = 0
    stale: bool = False
    message: str = ""
    left_out: str = ""
    refused: bool = False
    foreseen: Snapshot | None = None
    settled: dict[str, Any] = field(default_factory=dict)

    def through(self) -> None:
        """Every stage, each from a fresh look."""
        for _stage in range(STAGES):
            plan = again_after_conflicts(self._look_and_write)
            if not plan.later or self.refused or self.client.dry_run:
                return
            if plan.waits:
                self._until_not_automatic()
        raise Conflict(
            f"{THE_CONFIGURATION} is changed by somebody else again and again: it does not stay as it was written."
        )

    def settle(self, cache: Cache, seconds: float, nudge: Nudge | None) -> None:
        """Wait until the operator has followed.

        :raises SetsFailed: it cannot, with some sets.
        """
        try:
            _snapshot, judged, left = until_settled(cache, seconds, self.tell, self.first, nudge)
        finally:
            self.settled["nudged"] = bool(nudge and nudge.done)
        self.settled.update(
            machine_sets=[data.machine_set(each) for each in judged.verdicts],
            settled=not left,
            waiting_for=[data.awaited(each) for each in left],
        )
        stuck = [each for each in left if _needs_a_person(each)]
        if stuck:
            sets = named([each.object for each in stuck])
            raise SetsFailed(f"The configuration stands, but the operator cannot update {sets}: {stuck[0].message}")

    def so_far(self) -> dict[str, Any]:
        """What is true whether or not the rest comes to pass."""
        shown = [*self.steps, *self.untried]
        return {
            "changed": bool(shown),
            "diff": data.diff(shown),
            "warnings": list(dict.fromkeys(self.warnings)),
            **self.settled,
        }

    def result(self) -> dict[str, Any]:
        """What is returned at the end; without a wait its parts are empty."""
        before = self.first.configuration if self.first else None
        after = self.foreseen.configuration if self.foreseen else before
        return {
            "before": dig(before, "spec", "managedBootImages"),
            "after": dig(after, "spec", "managedBootImages") or None,
            "skew": {"before": skew.standing(before), "after": skew.standing(after)},
            "msg": self.message,
            "left_out": self.left_out or None,
            "not_validated": [str(each.ref) for each in self.untried],
            "machine_sets": [],
            "settled": None,
            "waiting_for": [],
            "nudged": False,
            **self.so_far(),
        }

    def _look_and_write(self) -> configuring.Plan:
        self.looks += 1
        # What others wrote meanwhile may not have come over the watch yet.
        source = self.client if self.stale or self.cache is None else self.cache
        snapshot = read(source, user_data=True)
        wish, self.left_out = configuring.possible(snapshot.capabilities, self.wish)
        wish = self._with_version(snapshot, wish)
        plan = configuring.stages(snapshot, wish)
        foreseen = configuring.foreseen(snapshot, wish)
        if (plan.now or plan.later) and wish.mode not in (configuring.NONE, AS_IT_IS):
            refuse_risks(assess(foreseen), self.accept)
        self._explain(snapshot, foreseen, wish, plan)
        for step in plan.now:
            self._write(step, snapshot)
        if self.client.dry_run and plan.waits:
            self.untried = plan.later
        elif self.client.dry_run:
            for step in plan.later:
                self._write(step, snapshot)
        return plan

    def _with_version(self, snapshot: Snapshot, wish: ConfigurationWish) -> ConfigurationWish:
        """Mode Manual without a version: that of the images in place."""
        asked = wish.skew
        if asked is None or asked.mode != skew.MANUAL or asked.ocp_version or asked.rhcos_version:
            return wish
        skew.check(snapshot.capabilities, wish)
        return replace(wish, skew=oldest(assess(snapshot), from_config_map(snapshot.stream)))

    def _explain(self, snapshot: Snapshot, foreseen: Snapshot, wish: ConfigurationWish, plan: configuring.Plan) -> None:
        """Told before anything is written; of several looks the first tells what the change means."""
        planned = bool(plan.now or plan.later)
        if self.first is None:
            self.first = snapshot
            now = _judged(snapshot)
            said = configured.summary(wish, now, _judged(foreseen) if planned else now, planned)
            self.message = (
                self.left_out if wish.mode == AS_IT_IS and self.left_out else f"{said} {self.left_out}".strip()
            )
            if planned:
                self.tell(self.message)
                self.warnings.append(configured.stays_off(wish, skew.standing(foreseen.configuration)))
        self.foreseen = foreseen
        if plan.implied:
            self.warnings.append(configured.IMPLIED_NONE)
        if self.client.dry_run and plan.waits:
            self.warnings.append(configured.NOT_VALIDATED)
        self.warnings = [each for each in self.warnings if each]

    def _write(self, step: Step, snapshot: Snapshot) -> None:
        try:
            answer = self.client.write(step)
        except Conflict:
            self.stale = True
            raise
        except Rejected as error:
            if breaks(error, AUTOMATIC) and not skew.automatic(snapshot.configuration) and self.looks < LOOKS:
                self.stale = True  # the status has turned Automatic since it was read
                raise Conflict(str(error)) from error
            if not self._passes_over(error, step):
                raise explained(error) from error
            self.foreseen, self.refused = snapshot, True
            return
        self.steps.append(step)
        if self.cache is not None:
            self.cache.put(step.ref, answer)

    def _passes_over(self, error: Rejected, step: Step) -> bool:
        """Whether the server's refusal leaves nothing to wish for, because its operator manages nothing here and nothing stands there."""
        if dig(step.before, "managedBootImages"):
            return False
        if breaks(error, PLATFORM) and self.wish.mode == configuring.NONE:
            self.message = f"{PLATFORM.meaning} There is nothing to switch off."
            return True
        if not self.wish.where_possible or not unmanaged(error):
            return False
        self.message = self.left_out = unmanaged(error)
        self.tell(self.message)
        return True

    def _until_not_automatic(self) -> None:
        self.tell(
            "waiting for the operator to leave Automatic skew enforcement, before the machine managers are written"
        )
        seconds = self.patience.seconds if self.patience.wait else min(self.patience.seconds, FOLLOW_SECONDS)
        until_object(
            self.cache or self.client,
            THE_CONFIGURATION,
            lambda found: not skew.automatic(found),
            seconds,
            "the operator to take in the new skew enforcement: its status still says Automatic, under which the API does not take the "
            "new spec.managedBootImages. Is the Machine Config Operator running?",
        )


def _judged(snapshot: Snapshot) -> Assessment | None:
    try:
        return assess(snapshot)
    except InvalidStream:
        return None


def _needs_a_person(missing: Awaited) -> bool:
    return missing.state == STUCK or missing.reason.code in BY_HAND
