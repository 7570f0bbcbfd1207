# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting: look, judge what is missing, sleep until the server has news, and look again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Callable, NoReturn

from .assess.assessment import assess
from .kube.client import Client
from .kube.giving_up import TROUBLES, GivingUp
from .kube.watch import Cache
from .model import objects as o
from .model import reasons
from .model.cluster import Snapshot
from .model.errors import BootImageError, InvalidStream, UpgradeRefused, WaitTimedOut
from .model.verdict import DOUBTFUL, PENDING, STUCK, Assessment, Awaited
from .read.cluster import read
from .report import data
from .report.progress import news
from .settle import upgrade as upgrading
from .settle.pools import outstanding as pools_outstanding
from .settle.settled import outstanding

Tell = Callable[[str], None]
Look = tuple[Snapshot, Assessment]
Missing = Callable[[Snapshot, Assessment], "tuple[Awaited, ...]"]
Quiet = Callable[[Snapshot, Assessment, "tuple[Awaited, ...]", float], None]
"""Told what was last seen and is missing, at every look and every few seconds, and for how many seconds there has been no news."""
Watched = Sequence["tuple[o.Kind, str | None, str | None]"]

QUIET_SECONDS = 60.0
"""Where nobody can know whether the operator will still act, this long without any news counts as no. It writes a set in 0.6 s, and its
own longest pause is 5 s."""
WAKE_SECONDS = 5.0
"""How often the clock is looked at, and nothing else, while there is no news."""
FALLBACK_SECONDS = 300.0
"""How often the cluster is looked at without news, for the sake of what is not watched (secrets, pools, gates)."""
HEARTBEAT_SECONDS = 60.0
REFUSAL_SECONDS = 30.0
"""A refusal by the Cluster Version Operator is believed when it stands this long: one of an earlier request may still be shown."""
ACK_SECONDS = 180.0
"""The Cluster Version Operator notices acknowledgements and ClusterOperators within two minutes."""
PULL_SECONDS = 900.0
"""A pull that failed is tried again every two to four minutes; a registry may be back by then."""
EVERYTHING: Watched = (
    (o.MACHINE_SET, o.MACHINE_API, None),
    (o.CONTROL_PLANE_MACHINE_SET, o.MACHINE_API, None),
    (o.MACHINE_CONFIGURATION, None, o.THE_CONFIGURATION.name),
    (o.CLUSTER_VERSION, None, o.THE_CLUSTER_VERSION.name),
    (o.CLUSTER_OPERATOR, None, o.THE_OPERATOR.name),
    (o.CONFIG_MAP, o.MCO, o.THE_STREAM.name),
)
UPGRADE: Watched = (
    *(each for each in EVERYTHING if each[0] != o.CLUSTER_OPERATOR),
    (o.CLUSTER_OPERATOR, None, None),
    (o.MACHINE_CONFIG_POOL, None, None),
)


def watching(client: Client) -> Cache:
    """A source that is kept up to date from now on: what is read from it before a write need not be read again for the wait after it."""
    return Cache(client, EVERYTHING)


def until_settled(
    source: Client | Cache, seconds: float, tell: Tell, before: Snapshot | None = None, quiet: Quiet | None = None
) -> tuple[Snapshot, Assessment, tuple[Awaited, ...]]:
    """Wait until nothing is pending.

    :param before: the look before our own write, so that what came to pass since then is told.
    :returns: the last look, its judgement, and what will not come by itself (doubtful or stuck).
    :raises WaitTimedOut: something was still pending after I(seconds).
    """
    return _until(source, seconds, tell, outstanding, before, quiet)


def until_upgraded(
    source: Client | Cache, version: str, seconds: float, tell: Tell, before: Snapshot, accepted: bool = False
) -> Look:
    """Wait until ClusterVersion has completed I(version), or with I(accepted) until it has begun.

    :raises UpgradeRefused: the Cluster Version Operator refuses the version, and goes on refusing it, or somebody asks for another one.
    :raises WaitTimedOut: it was not so after I(seconds).
    """
    refused_since: list[float] = []
    ends = (upgrading.COMPLETED, upgrading.RUNNING) if accepted else (upgrading.COMPLETED,)

    def missing(snapshot: Snapshot, judged: Assessment) -> tuple[Awaited, ...]:
        found = upgrading.progress(snapshot, version)
        if found.state in ends:
            return ()
        return (Awaited("ClusterVersion version", reasons.UPGRADE_UNDER_WAY, found.message),)

    def refused(snapshot: Snapshot, judged: Assessment, left: tuple[Awaited, ...], quiet: float) -> None:
        found = upgrading.progress(snapshot, version)
        if found.state not in (upgrading.REFUSED, upgrading.REPLACED):
            refused_since.clear()
        elif not refused_since:
            refused_since.append(time.monotonic())
        elif time.monotonic() - refused_since[0] > _believed_after(found.message):
            _refuse(version, found)

    snapshot, judged, _left = _until(source, seconds, tell, missing, before, refused, UPGRADE, whole=False)
    return snapshot, judged


def _believed_after(message: str) -> float:
    """How many seconds a refusal must stand before it is believed."""
    kinds = {upgrading.SOON: REFUSAL_SECONDS, upgrading.LATER: ACK_SECONDS, upgrading.MUCH_LATER: PULL_SECONDS}
    return kinds[upgrading.refusal_lasts(message)]


def _refuse(version: str, found: upgrading.Progress) -> NoReturn:
    if found.state == upgrading.REPLACED:
        raise UpgradeRefused(f"The upgrade to {version} is no longer waited for. {found.message}")
    forced = " It is never forced." if upgrading.UNVERIFIED in found.message else ""
    raise UpgradeRefused(
        f"The Cluster Version Operator refuses {version}: {found.message}{forced} Remove the cause; it then starts by itself. "
        "To take the request back, remove spec.desiredUpdate of ClusterVersion."
    )


def until_pools_updated(source: Client | Cache, seconds: float, tell: Tell, before: Snapshot) -> Look:
    """Wait until every MachineConfigPool that is not paused has brought its nodes to the release.

    :raises WaitTimedOut: one had not after I(seconds).
    """

    def missing(snapshot: Snapshot, judged: Assessment) -> tuple[Awaited, ...]:
        return pools_outstanding(snapshot)

    snapshot, judged, _left = _until(source, seconds, tell, missing, before, None, UPGRADE)
    return snapshot, judged


def until_object(
    source: Client | Cache, ref: o.ObjectRef, done: Callable[[o.Json | None], bool], seconds: float, awaited: str
) -> None:
    """Wait until one object is as it should be.

    :param awaited: what is waited for, for the message.
    :raises WaitTimedOut: it was not so after I(seconds).
    """
    deadline = time.monotonic() + seconds
    giving_up = GivingUp()
    with _cached(source, [(ref.kind, ref.namespace or None, ref.name)]) as cache, cache.until(deadline):
        while not done(cache.find(ref)):
            now = time.monotonic()
            if now >= deadline:
                raise WaitTimedOut(
                    f"After {seconds:.0f} seconds still waiting for {awaited}. What is written stands; run it again to go on."
                )
            cache.wait(min(deadline - now, WAKE_SECONDS))
            giving_up.consider(cache.trouble())


@contextmanager
def _cached(source: Client | Cache, watched: Watched) -> Iterator[Cache]:
    if isinstance(source, Cache):
        yield source
    else:
        with Cache(source, watched) as cache:
            yield cache


def _until(
    source: Client | Cache,
    seconds: float,
    tell: Tell,
    missing: Missing,
    before: Snapshot | None,
    quiet: Quiet | None = None,
    watched: Watched = EVERYTHING,
    whole: bool = True,
) -> tuple[Snapshot, Assessment, tuple[Awaited, ...]]:
    started = time.monotonic()
    deadline, last_news, last_beat = started + seconds, started, started
    looked = float("-inf")
    seen = _judged(before)
    left: tuple[Awaited, ...] = ()
    sound, trouble = False, None
    giving_up = GivingUp(tell)
    with _cached(source, watched) as cache, cache.until(deadline):
        while True:
            if time.monotonic() - looked > FALLBACK_SECONDS:
                looked = time.monotonic()
                left, look, trouble = _look(cache, missing, watched is UPGRADE, whole)
                sound = look is not None
                for line in news(seen, look) if look else []:
                    tell(line)
                seen = look or seen
            now = time.monotonic()
            if sound and seen:
                if quiet:
                    quiet(*seen, left, now - last_news)
                if not any(_comes(each, now - last_news) for each in left):
                    return (*seen, left)
            if now >= deadline:
                _timed_out(cache, seconds, seen, left)
            if now - last_beat >= HEARTBEAT_SECONDS:
                tell(f"waiting for {_words(left)} ({int((now - started) / 60)} minutes)")
                last_beat = now
            if cache.wait(min(deadline - now, WAKE_SECONDS)):
                last_news, looked = time.monotonic(), float("-inf")
            if not sound:
                looked = float("-inf")
            giving_up.consider(trouble or cache.trouble())


def _look(
    cache: Cache, missing: Missing, operators: bool, whole: bool
) -> tuple[tuple[Awaited, ...], Look | None, BootImageError | None]:
    """What is missing, and what was seen; None and why where the cluster cannot be judged for the moment.

    Where nothing is missing, and I(whole) says that several kinds tell that together, they have been listed anew: watches lag behind one another.
    """
    try:
        while True:
            changes = cache.changes()
            snapshot = read(cache, user_data=True, operators=operators)
            judged = assess(snapshot)
            left = missing(snapshot, judged)
            if not whole or any(each.state == PENDING for each in left) or cache.still(changes):
                return left, (snapshot, judged), None
    except InvalidStream as error:  # during an upgrade the ConfigMap is replaced
        return (Awaited("ConfigMap coreos-bootimages", reasons.STREAM_INVALID, str(error)),), None, None
    except TROUBLES as error:
        return (Awaited("the API server", reasons.UPGRADE_UNDER_WAY, str(error)),), None, error


def _comes(missing: Awaited, quiet: float) -> bool:
    """Whether it is still waited for; what is doubtful until it has been quiet for long enough."""
    return missing.state == PENDING or (missing.state == DOUBTFUL and quiet <= QUIET_SECONDS)


def _judged(before: Snapshot | None) -> Look | None:
    try:
        return (before, assess(before)) if before else None
    except InvalidStream:
        return None


def _timed_out(cache: Cache, seconds: float, seen: Look | None, left: tuple[Awaited, ...]) -> NoReturn:
    trouble = cache.trouble()
    raise WaitTimedOut(
        "After {:.0f} seconds still waiting for {}.{} Nothing was undone; run it again to go on waiting.".format(
            seconds, _words(left), f" The last answer of the API server: {trouble}" if trouble else ""
        ),
        {
            "waiting_for": [data.awaited(each) for each in left],
            "machine_sets": [data.machine_set(each) for each in seen[1].verdicts] if seen else [],
        },
    )


def _words(left: tuple[Awaited, ...]) -> str:
    """What is waited for in one sentence: the first three, and how many more."""
    open_ones = [each for each in left if each.state != STUCK]
    words = "; ".join("{}: {}".format(each.object, each.message.rstrip(".")) for each in open_ones[:3])
    return words + (f" and {len(open_ones) - 3} more" if len(open_ones) > 3 else "")
