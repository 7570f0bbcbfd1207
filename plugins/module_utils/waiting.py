# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting: look, judge what is missing, sleep until the server has news, and look again."""

from __future__ import annotations

import time
from typing import Callable, NoReturn

from .assess.assessment import assess
from .kube.client import Client
from .kube.watch import Cache
from .model import objects as o
from .model import reasons
from .model.cluster import Snapshot
from .model.errors import (
    ConnectionFailed,
    Forbidden,
    InvalidStream,
    ServerFailed,
    Unauthorized,
    UpgradeRefused,
    WaitTimedOut,
)
from .model.verdict import DOUBTFUL, PENDING, STUCK, Assessment, Awaited
from .read.cluster import read
from .report import data
from .report.progress import news
from .settle import upgrade as upgrading
from .settle.settled import outstanding

Tell = Callable[[str], None]
Look = tuple[Snapshot, Assessment]
Missing = Callable[[Snapshot, Assessment], "tuple[Awaited, ...]"]

QUIET_SECONDS = 60.0
"""Where nobody can know whether the operator will still act, this long without any news counts as no. It writes a set in 0.6 s, and its
own longest pause is 5 s."""
HEARTBEAT_SECONDS = 60.0
REFUSAL_SECONDS = 30.0
"""A refusal by the Cluster Version Operator is believed when it stands this long: one of an earlier request may still be shown."""
ACK_SECONDS = 180.0
"""The Cluster Version Operator notices acknowledgements within two minutes."""


def until_settled(
    client: Client, seconds: float, tell: Tell, before: Snapshot | None = None
) -> tuple[Snapshot, Assessment, tuple[Awaited, ...]]:
    """Wait until nothing is pending.

    :param before: the look before our own write, so that what came to pass since then is told.
    :returns: the last look, its judgement, and what will not come by itself (doubtful or stuck).
    :raises WaitTimedOut: something was still pending after I(seconds).
    """
    return _until(client, seconds, tell, outstanding, before)


def until_upgraded(client: Client, version: str, seconds: float, tell: Tell, before: Snapshot) -> Look:
    """Wait until ClusterVersion has completed I(version).

    :raises UpgradeRefused: the Cluster Version Operator refuses the version, and goes on refusing it.
    :raises WaitTimedOut: it was not completed after I(seconds).
    """
    refused_since: list[float] = []

    def missing(snapshot: Snapshot, judged: Assessment) -> tuple[Awaited, ...]:
        found = upgrading.progress(snapshot, version)
        if found.state == upgrading.COMPLETED:
            return ()
        if found.state != upgrading.REFUSED:
            refused_since.clear()
        elif not refused_since:
            refused_since.append(time.monotonic())
        else:
            patience = ACK_SECONDS if "AdminAckRequired" in found.message else REFUSAL_SECONDS
            if time.monotonic() - refused_since[0] > patience:
                raise UpgradeRefused(
                    f"The Cluster Version Operator refuses {version}: {found.message} Remove the cause; it then starts by itself. "
                    "To take the request back, remove spec.desiredUpdate of ClusterVersion."
                )
        return (Awaited("ClusterVersion version", reasons.UPGRADE_UNDER_WAY, found.message),)

    snapshot, judged, _left = _until(client, seconds, tell, missing, before)
    return snapshot, judged


def _until(
    client: Client, seconds: float, tell: Tell, missing: Missing, before: Snapshot | None
) -> tuple[Snapshot, Assessment, tuple[Awaited, ...]]:
    started = time.monotonic()
    deadline, last_news, last_word = started + seconds, started, started
    seen = _judged(before)
    left: tuple[Awaited, ...] = ()
    with _watch(client) as cache:
        while True:
            try:
                snapshot = read(cache, user_data=True)
                judged = assess(snapshot)
                left = missing(snapshot, judged)
            except InvalidStream as error:  # during an upgrade the ConfigMap is replaced
                left = (Awaited("ConfigMap coreos-bootimages", reasons.STREAM_INVALID, str(error)),)
            except (ConnectionFailed, ServerFailed) as error:  # during an upgrade API servers restart
                left = (Awaited("the API server", reasons.UPGRADE_UNDER_WAY, str(error)),)
            else:
                lines = news(seen, (snapshot, judged))
                for line in lines:
                    tell(line)
                last_word = time.monotonic() if lines else last_word
                seen = (snapshot, judged)
                quiet = time.monotonic() - last_news > QUIET_SECONDS
                if not any(each.state == PENDING or (each.state == DOUBTFUL and not quiet) for each in left):
                    return snapshot, judged, left
            now = time.monotonic()
            if now >= deadline:
                _timed_out(client, cache, seconds, seen, left)
            if now - last_word > HEARTBEAT_SECONDS:
                tell(f"waiting for {_words(left)} ({int((now - started) / 60)} minutes)")
                last_word = now
            if cache.wait(min(deadline - now, 15.0)):
                last_news = time.monotonic()
            if isinstance(cache.trouble(), (Unauthorized, Forbidden)):
                raise cache.trouble()  # type: ignore[misc]


def _judged(before: Snapshot | None) -> Look | None:
    try:
        return (before, assess(before)) if before else None
    except InvalidStream:
        return None


def _watch(client: Client) -> Cache:
    watched: list[tuple[o.Kind, str | None, str | None]] = [
        (o.MACHINE_SET, o.MACHINE_API, None),
        (o.CONTROL_PLANE_MACHINE_SET, o.MACHINE_API, None),
        (o.MACHINE_CONFIGURATION, None, None),
        (o.CLUSTER_VERSION, None, None),
        (o.CLUSTER_OPERATOR, None, o.THE_OPERATOR.name),
        (o.CONFIG_MAP, o.MCO, o.THE_STREAM.name),
    ]
    return Cache(client, watched)


def _timed_out(client: Client, cache: Cache, seconds: float, seen: Look | None, left: tuple[Awaited, ...]) -> NoReturn:
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
