# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at any moment: the same call again ends as an undisturbed run would have, no record is lost, and everything can be brought back.

`make kills` kills 500 times on 50 sets (KILLS=…); without it a few times, at every kind of write.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from integration.support import world as w
from integration.support.clusters import Cluster
from integration.support.fleet import Fleet
from integration.support.kills import Gateway, Moment, gateway, undisturbed

Clusters = Callable[..., Cluster]
MODULE = "machineset_boot_image"
KILLS = int(os.environ.get("KILLS", "0"))
SEED = int(os.environ.get("KILLS_SEED", "0")) or (random.SystemRandom().randrange(1, 2**31) if KILLS else 1)
SETS = 50 if KILLS else 20
WANTED = KILLS or 20
MISSED = "not killed"
RESTORE = {"state": "restored"}


@dataclass(frozen=True)
class Undisturbed:
    """What a run does and leaves that nobody kills, and the restore after it."""

    seconds: float
    writes: list[str]
    state: dict[str, Any]
    backups: dict[str, Any]
    record: dict[str, Any]
    restoring_seconds: float
    restoring_writes: list[str]


@dataclass(frozen=True)
class Scene:
    fleet: Fleet
    through: Gateway
    calm: Undisturbed


@pytest.fixture
def scene(cluster: Clusters) -> Iterator[Scene]:
    """A fleet, and an undisturbed run on it."""
    made = cluster("gcp", machine_sets=SETS, machines=0, nodes=False)
    fleet = Fleet(made)
    with gateway(made) as through:
        seconds, writes = undisturbed(through, MODULE)
        state, backups, (record,) = fleet.sets_and_secrets(), fleet.backups(), fleet.records()
        again, restoring = undisturbed(through, MODULE, **RESTORE)
        assert fleet.sets_and_secrets() == fleet.first != state
        fleet.forget()
        yield Scene(fleet, through, Undisturbed(seconds, writes, state, backups, record, again, restoring))


@pytest.mark.long
def test_killed_and_done_again(scene: Scene) -> None:
    """With each kill also concurrency is drawn; every fifth time the restore that follows is killed, too."""
    writes, restoring_writes = len(scene.calm.writes), len(scene.calm.restoring_writes)
    assert writes == restoring_writes == SETS + 2 + 2 * len(scene.fleet.stubs)
    draw, started, seconds = random.Random(SEED), time.monotonic(), []
    fates: Counter[str] = Counter()
    told(
        f"seed {SEED}; undisturbed: {writes} writes in {scene.calm.seconds:.2f} s, then {scene.calm.restoring_seconds:.2f} s"
    )
    for index, moment in enumerate(moments(scene, draw)):
        if len(seconds) - fates[MISSED] == WANTED:
            break
        begun = time.monotonic()
        restoring = Moment(draw.randint(1, restoring_writes), draw.random() < 0.5) if index % 5 == 0 else None
        fates[kill_and_mend(scene, moment, restoring, draw.choice((1, 3, 8)))] += 1
        seconds.append(time.monotonic() - begun)
        if len(seconds) % 10 == 0:
            told(f"{len(seconds)} kills, {statistics.median(seconds):.2f} s each, {dict(fates)}")
    told(f"{len(seconds)} kills in {time.monotonic() - started:.0f} s; killed at: {dict(sorted(fates.items()))}")
    assert len(seconds) - fates[MISSED] == WANTED, "the moments lie after the end of the runs"


def moments(scene: Scene, draw: random.Random) -> list[Moment]:
    """Either side of every kind of write, or of every write there is; then such as are drawn evenly from the length of a run.

    More than are wanted: the machine is now faster and now slower, and a run that is over before its moment counts for nothing.
    """
    writes, stubs = len(scene.calm.writes), len(scene.fleet.stubs)
    # the record, the first backup, the first stub, the first set, one in the middle, the last, the record's end
    kinds = (1, 2, 3, 2 * stubs + 2, writes - SETS // 2, writes - 1, writes)
    numbers = range(1, writes + 1) if KILLS else kinds
    found = [Moment(number, taken) for number in numbers for taken in (False, True)]
    draw.shuffle(found)
    length = min(
        scene.calm.seconds, 1.2 * scene.calm.restoring_seconds
    )  # the first run of all is slower than any other
    return found[:WANTED] + [Moment(seconds=draw.uniform(0, length)) for _each in range(WANTED)]


def told(text: str) -> None:
    """For whoever watches the long run."""
    print(text, flush=True)


def kill_and_mend(scene: Scene, moment: Moment, restoring: Moment | None, concurrency: int) -> str:
    """One kill and the same call again; then back, killed as well or not. Tells how far the killed run had come."""
    fleet, through, calm = scene.fleet, scene.through, scene.calm
    ended = through.run(MODULE, moment, concurrency=concurrency)
    fate = MISSED if ended else _reached(through.writes)
    assert fleet.unexplained() == [], f"killed {moment}"
    again = through.run(MODULE, None)
    assert again is not None and not again.failed, f"killed {moment}: {again and again.message}"
    assert fleet.sets_and_secrets() == calm.state, f"killed {moment}"
    assert fleet.backups() == calm.backups, f"killed {moment}"
    (record,) = fleet.records()
    assert record["finished"], f"killed {moment}"
    assert _lasting(record) == _lasting(calm.record), f"killed {moment}"
    if restoring is not None:
        through.run(MODULE, restoring, **RESTORE)
    back = through.run(MODULE, None, **RESTORE)
    assert back is not None and not back.failed, f"killed {moment}, then {restoring}: {back and back.message}"
    assert fleet.sets_and_secrets() == fleet.first, f"killed {moment}, then {restoring}"
    first, second = fleet.records()
    assert _lasting(first) == _lasting(calm.record)
    assert second["why"] == "restored" and second["finished"], f"restore killed {restoring}"
    fleet.forget()
    return fate


def _reached(writes: list[str]) -> str:
    """The kind of write at which, or after which, a run was killed."""
    return writes[-1].split("/")[0] if writes else "no write"


def _lasting(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in ("at", "finished")}


def test_two_runs_at_once(cluster: Clusters) -> None:
    """They share the work or one of them does it; every set is written once, and on record."""
    made = cluster("gcp", machine_sets=SETS, machines=0, nodes=False)
    fleet, draw = Fleet(made), random.Random(SEED)
    for turn in range(KILLS // 10 or 4):
        one = made.start_module(MODULE, concurrency=4)
        if turn:
            one.process.join(draw.uniform(0, 0.4))
        other = made.start_module(MODULE, concurrency=4)
        answers = [one.finish(), other.finish()]
        assert [each.message for each in answers if each.failed] == []
        written = [name for each in answers for name, entry in each.sets().items() if entry["updated"]]
        assert sorted(written) == sorted(made.names), "a set was counted twice, or by nobody"
        assert made.images() == dict.fromkeys(made.names, made.target())
        assert fleet.unexplained() == []
        records = w.records(made.client.get("configmaps", w.HISTORY[2], w.MACHINE_API))
        assert 1 <= len(records) <= 2 and all(each["finished"] for each in records.values())
        assert {name for each in records.values() for name, _path in w.explained(each)} == set(made.names)
        back = made.module(MODULE, record=min(records), **RESTORE)
        assert not back.failed, back.message
        assert fleet.sets_and_secrets() == fleet.first
        fleet.forget()
