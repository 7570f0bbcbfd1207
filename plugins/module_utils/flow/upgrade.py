# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cluster_upgrade: judge, acknowledge, ask for a version, wait for the control plane and the workers.

Every part looks at the cluster first and writes only what is missing, so that the same call goes on after one that was killed at any moment.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ..kube.client import Client
from ..model.errors import BootImageError, InvalidInput, UpgradeRefused, WaitTimedOut
from ..model.wish import UpgradeWish
from ..plan.route import LATEST, Route, insist_on_steps, left, recorded_route, route
from ..report import data
from ..waiting import Tell
from .common import again_after_conflicts
from .phases import Phases
from .preflight import look
from .upgrade_walk import Walk, forget_decision

PASSING = {
    "operator_unhealthy",
    "cluster_failing",
    "pool_updating",
    "node_not_ready",
    "node_unschedulable",
    "operator_behind",
}
"""Blockers that a cluster may show for some minutes after it has completed a version."""
PASSING_SECONDS, PASSING_LOOK = 600.0, 10.0


def upgrade(client: Client, wish: UpgradeWish, accept: Collection[str], phases: Phases, tell: Tell) -> dict[str, Any]:
    """cluster_upgrade: acknowledge, ask for the version, wait until nodes have it. Goes on with one that is under way.

    :raises UpgradeRefused: it would stop half-way, somebody else's is under way, or the Cluster Version Operator refuses it.
    :raises WaitTimedOut: a phase took too long, and I(phases) does not say to report that.
    """
    _insist_on_sense(wish, phases, client.dry_run)
    seen = look(client)
    walk = Walk(client, wish, accept, phases, tell, Route("", seen.current_version, ()), seen)
    try:
        with walk.watching():
            _through(walk)
    except WaitTimedOut as error:
        waiting_for = error.result.get("waiting_for", [])
        walk.timed_out = {"phase": walk.phase, "message": str(error), "waiting_for": waiting_for}
        if not phases.report:
            error.result = {**walk.so_far(), **error.result}
            raise
        walk.warnings.append(str(error))
    except BootImageError as error:
        error.result = {**walk.so_far(), **error.result}
        raise
    return walk.result()


def finish(client: Client) -> dict[str, Any]:
    """The run that was to keep its decision is over: nothing is to be gone on with."""
    steps = again_after_conflicts(lambda: forget_decision(client, client.write))
    return {"changed": bool(steps), "diff": data.diff(steps)}


def _through(walk: Walk) -> None:
    """Channel, versions one after the other, pools; the marks of the run last."""
    if not walk.wish.version:
        walk.ask(walk.wish)
        return
    if not _decide(walk):
        return
    with _pools_released(walk):
        for version in left(walk.last, walk.way) or walk.way.hops[-1:]:
            _hop(walk, version)
    if walk.client.dry_run:
        return
    if walk.phases.wait and walk.phases.wait_for_pools:
        walk.until_pools()
    if walk.state() == "completed" and not walk.wish.keep_decision:
        walk.forget()


def _decide(walk: Walk) -> bool:
    """Choose the versions, where no run before this one has. False where that cannot be told, or there is nothing newer."""
    way = recorded_route(walk.last, walk.wish, datetime.now(timezone.utc))
    if way is None:
        if walk.wish.control_plane_only and walk.wish.version != LATEST:
            insist_on_steps(walk.last, str(walk.wish.version))
        switched = walk.switch_channel()
        if switched and walk.client.dry_run:
            walk.warnings.append("What is on offer in the other channel is only known once it is set.")
            return False
        way = route(walk.last, walk.wish)
    walk.way = way
    if not way.hops:
        walk.tell("nothing newer is on offer; on OKD that is common, and no verdict")
        return False
    if way.resumed:
        walk.tell("goes on with the upgrade {} -> {}".format(way.origin, " -> ".join(way.hops)))
    return True


def _hop(walk: Walk, version: str) -> None:
    """One version: asked for, and completed where that is waited for."""
    last = version == walk.way.hops[-1]
    wish = replace(walk.wish, version=version, image=walk.wish.image if last else None)
    follows = version != walk.way.hops[0]
    if follows and not wish.image and not walk.client.dry_run:
        walk.until_offered(version)
    _ask_patiently(walk, wish, PASSING_SECONDS if follows else 0.0)
    if walk.phases.wait and not walk.client.dry_run:
        walk.until_completed(version)


def _ask_patiently(walk: Walk, wish: UpgradeWish, seconds: float) -> None:
    """Ask; between two versions bear for a while with what passes by itself."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return walk.ask(wish)
        except UpgradeRefused as error:
            reasons = {each["reason"] for each in error.result.get("blockers", ())}
            if not reasons or reasons - PASSING or time.monotonic() > deadline:
                raise
            time.sleep(PASSING_LOOK)


@contextmanager
def _pools_released(walk: Walk) -> Iterator[None]:
    """Whatever comes of it, no pool stays paused by us; after a kill the mark tells the next call which those are."""
    if not walk.way.control_plane_only or walk.client.dry_run:
        yield
        return
    try:
        yield
    except BaseException:
        try:
            walk.unpause()
        except BootImageError as error:
            walk.warnings.append(
                f"Pools that were paused for the upgrade stay so: {error} Run it again, or unpause them."
            )
        raise
    walk.unpause()


def _insist_on_sense(wish: UpgradeWish, phases: Phases, dry_run: bool) -> None:
    if wish.control_plane_only and not (phases.wait or dry_run):
        raise InvalidInput("control_plane_only needs wait: true, because it pauses pools and must unpause them.")
    if wish.image and "@sha256:" not in wish.image:
        raise InvalidInput(f"image must name a release by digest (@sha256:…), because a tag needs force: {wish.image}")
    if wish.version == LATEST and wish.image:
        raise InvalidInput("image belongs to one version, and version is latest.")
