# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which versions a wish leads over, and what a run before this one has decided about that.

What cannot be told from ClusterVersion itself (what C(latest) was when it was asked, and that workers stay paused over two versions) stands in
an annotation of ClusterVersion, from before the first write to after the last; of a playbook, to its own end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..model.cluster import Snapshot
from ..model.errors import InvalidInput, UpgradeRefused
from ..model.objects import THE_CLUSTER_VERSION, dig, mapping, sequence
from ..model.offers import newest, retrieval_failed
from ..model.steps import MergePatch, Step
from ..model.version import Version
from ..model.wish import UpgradeWish

LATEST = "latest"
RECORD = "okd-boot-images.io/upgrade"
KEPT = timedelta(days=1)
"""How long after its completion the same command still means this upgrade, and not what has come on offer since."""
STEPS = 2
"""Minor releases that workers may stay behind."""


@dataclass(frozen=True)
class Route:
    """I(hops): the versions to ask for, one after the other; none where nothing newer is on offer. I(asked): the wish's own word."""

    asked: str
    origin: str
    hops: tuple[str, ...]
    control_plane_only: bool = False
    channel: str | None = None
    resumed: bool = False

    @property
    def recorded(self) -> bool:
        """Whether it takes more than ClusterVersion's own fields to go on with it."""
        return self.asked == LATEST or self.control_plane_only


def route(snapshot: Snapshot, wish: UpgradeWish) -> Route:
    """A new decision.

    :raises UpgradeRefused: C(latest) cannot be told, or the version is not one or two minor releases ahead with workers paused.
    """
    asked, origin = str(wish.version), snapshot.current_version
    if asked == LATEST:
        version = _under_way(snapshot) or _newest(snapshot, wish)
        hops: tuple[str, ...] = (version,) if version else ()
    else:
        hops = (asked,)
    if wish.control_plane_only and hops:
        hops = _over(snapshot, hops[0], wish)
    return Route(asked, origin, hops, wish.control_plane_only, wish.channel)


def recorded_route(snapshot: Snapshot, wish: UpgradeWish, now: datetime) -> Route | None:
    """What a run of the same command has decided before this one, as long as the cluster is where that may have left it."""
    before = recorded(snapshot)
    return before if before and _goes_on(snapshot, before, wish, now) else None


def recorded(snapshot: Snapshot) -> Route | None:
    """What the annotation says; None where there is none, or it is not ours to read."""
    text = _annotation(snapshot.cluster_version)
    try:
        told = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    hops = [each for each in sequence(dig(told, "hops")) if isinstance(each, str) and Version.of(each).known]
    if not hops:
        return None
    asked, origin = str(dig(told, "asked")), str(dig(told, "from"))
    alone, channel = dig(told, "control_plane_only") is True, dig(told, "channel")
    return Route(asked, origin, tuple(hops), alone, channel if isinstance(channel, str) else None, resumed=True)


def record(snapshot: Snapshot, way: Route) -> tuple[Step, ...]:
    """Write the annotation unless it stands there; where this way needs none, take away what another one has left."""
    if not (way.recorded and way.hops):
        return forget(snapshot.cluster_version)
    told = {
        "asked": way.asked,
        "from": way.origin,
        "hops": list(way.hops),
        "control_plane_only": way.control_plane_only,
        "channel": way.channel,
    }
    text = json.dumps(told, sort_keys=True)
    stands = _annotation(snapshot.cluster_version)
    return (_annotate(stands, text),) if stands != text else ()


def forget(cluster_version: object) -> tuple[Step, ...]:
    """Take the annotation away once everything is done."""
    stands = _annotation(cluster_version)
    return (_annotate(stands, None),) if stands is not None else ()


def left(snapshot: Snapshot, way: Route) -> tuple[str, ...]:
    """The hops that are still to be gone: what ClusterVersion has completed since is behind us."""
    newest_entry = mapping(dig(snapshot.cluster_version, "status", "history", 0))
    if newest_entry.get("version") not in way.hops:
        return way.hops
    at = way.hops.index(str(newest_entry["version"]))
    return way.hops[at + 1 :] if newest_entry.get("state") == "Completed" else way.hops[at:]


def _annotation(cluster_version: object) -> object:
    return mapping(dig(cluster_version, "metadata", "annotations")).get(RECORD)


def _annotate(before: object, text: str | None) -> Step:
    body = {"metadata": {"annotations": {RECORD: text}}}
    return Step(THE_CLUSTER_VERSION, MergePatch(body), {RECORD: before}, {RECORD: text})


def _goes_on(snapshot: Snapshot, before: Route, wish: UpgradeWish, now: datetime) -> bool:
    """The same command, and the cluster is where that run may have left it; not long after that has come to its end."""
    same = (wish.version, wish.control_plane_only, wish.channel)
    if (before.asked, before.control_plane_only, before.channel) != same or _long_over(snapshot, before, now):
        return False
    if wish.via is not None and before.hops[:-1] not in ((), (wish.via,)):
        return False
    newest_entry = dig(snapshot.cluster_version, "status", "history", 0, "version")
    return newest_entry in before.hops or snapshot.current_version == before.origin


def _long_over(snapshot: Snapshot, before: Route, now: datetime) -> bool:
    newest_entry = mapping(dig(snapshot.cluster_version, "status", "history", 0))
    if newest_entry.get("version") != before.hops[-1]:
        return False
    try:
        completed = datetime.fromisoformat(str(newest_entry.get("completionTime")).replace("Z", "+00:00"))
        return now - completed > KEPT
    except (TypeError, ValueError):  # not completed yet, or a time without its zone
        return False


def _under_way(snapshot: Snapshot) -> str | None:
    entry = mapping(dig(snapshot.cluster_version, "status", "history", 0))
    return str(entry.get("version")) if entry.get("state") == "Partial" else None


def _newest(snapshot: Snapshot, wish: UpgradeWish) -> str | None:
    failed = retrieval_failed(snapshot.cluster_version)
    if failed:
        raise UpgradeRefused(f"The newest version cannot be told: the updates on offer could not be fetched. {failed}")
    found = newest(snapshot.cluster_version)
    return found.version if found else None


def insist_on_steps(snapshot: Snapshot, wanted: str) -> int:
    """How many minor releases lie between. Two lead only from an even one to the next even one; a single step is fine from any.

    :raises UpgradeRefused: there are more, or the way begins at an odd one.
    """
    here, there = Version.of(snapshot.current_version), Version.of(wanted)
    if not there.known:
        raise InvalidInput(f"{wanted!r} is no version.")
    steps = here.minors_to(there)
    if steps > STEPS or (steps == STEPS and here.minor % 2):
        raise UpgradeRefused(
            f"control_plane_only leads from an even minor release to the next even one, not from {here.text} to {wanted}: workers may be "
            "one minor release behind an odd control plane and two behind an even one."
        )
    return steps


def _over(snapshot: Snapshot, wanted: str, wish: UpgradeWish) -> tuple[str, ...]:
    """The hops of a control-plane-only upgrade."""
    here, there = Version.of(snapshot.current_version), Version.of(wanted)
    if insist_on_steps(snapshot, wanted) < STEPS:
        return (wanted,)
    if wish.via:
        return (wish.via, wanted)
    between = [release for release in _between(here) if Version(wanted, *release).minors_to(there) == 1]
    found = next((each for each in (newest(snapshot.cluster_version, release) for release in between) if each), None)
    if found is None:
        raise UpgradeRefused(
            f"No version of the minor release between {here.text} and {wanted} is on offer in channel "
            f"{dig(snapshot.cluster_version, 'spec', 'channel')}. Give it with via, or set a channel that leads there (eus-)."
        )
    return (found.version, wanted)


def _between(here: Version) -> list[tuple[int, int]]:
    """The minor releases that may follow; 5.0 follows 4.22 and 4.23."""
    following = (here.major, here.minor + 1)
    return [following, (5, 0)] if here.major == 4 and here.minor >= 22 else [following]
