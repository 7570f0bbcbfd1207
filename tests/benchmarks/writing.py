# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""machineset_boot_image beside bare patches and kubernetes.core.k8s in a loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import clusters
from .contestants import Contestants
from .measure import Cost
from .peers import Peers
from .reading import best_of
from .rows import Row, below, faster, ratio, told

RECONCILE = {"name": "Reconcile", "okd.boot_images.machineset_boot_image": {}}
LOOP = 20


def writing(on: Contestants, peers: Peers | None, rounds: int) -> Iterator[Row]:
    """Every contestant brings all drifting sets to the release's image; they are brought back in between."""
    sets = len(on.sandbox.loaded.machine_sets) if on.sandbox.loaded else 0
    clusters.leave(on.sandbox)
    clusters.bring(on.sandbox, clusters.origin())
    turns: dict[str, Callable[[], Cost]] = {
        "play": lambda: _drifting(on, lambda: on.play(RECONCILE)),
        "process": lambda: _drifting(on, lambda: on.module("machineset_boot_image")),
        "8": lambda: _drifting(on, lambda: on.bare(clusters.patches(on.sandbox, clusters.target()), 8)),
        "1": lambda: _drifting(on, lambda: on.bare(clusters.patches(on.sandbox, clusters.target()), 1)),
        "start-up": on.start_up,
    }
    best = best_of(turns, rounds)
    play, start_up, eight = best["play"], best["start-up"], best["8"]
    yield _beyond_start_up(play, start_up, eight)
    yield ratio("the same, the module's process", best["process"], "8 connections", eight)
    yield ratio("the same, ansible-playbook", play, f"{sets} bare patches, 1 connection", best["1"])
    if peers:
        yield faster("the same, ansible-playbook", play, f"k8s in a loop ({LOOP} x {sets / LOOP:.0f})",
                     _loop(on, peers, sets, start_up), at_least=100)  # fmt: skip
    yield Row("requests", f"{play.reads} reads, {play.writes} writes", f"{sets} patches", f"{play.writes - sets} more")
    yield from _nothing_to_do(on)


def _drifting(on: Contestants, contestant: Callable[[], Cost]) -> Cost:
    """Let it bring all sets to the target, see that it did, and leave them drifting again."""
    clusters.forget(on.sandbox)
    cost = contestant()
    sets = len(on.sandbox.loaded.machine_sets) if on.sandbox.loaded else 0
    done = clusters.at(on.sandbox, clusters.target())
    if done != sets:
        raise AssertionError(f"{done} of {sets} sets have the target image")
    clusters.bring(on.sandbox, clusters.origin())
    return cost


def _beyond_start_up(play: Cost, start_up: Cost, eight: Cost) -> Row:
    found, work = (play.seconds - start_up.seconds) / eight.seconds, (play.work - start_up.work) / eight.work
    against = f"bare patches, 8 connections: {told(eight)}; start-up {start_up.seconds:.2f} s"
    what = "reconcile, ansible-playbook, less its start-up"
    return Row(what, told(play), against, f"{found:.2f}x (CPU {work:.2f}x)", "≤ 1.3x", found <= 1.3)


def _loop(on: Contestants, peers: Peers, sets: int, start_up: Cost) -> float:
    """Seconds that the loop would take over all sets, from a loop over some of them."""
    some = on.sandbox.client.list("machinesets")[:LOOP]
    target = clusters.target()
    items = [{"name": each["metadata"]["name"], "disks": clusters.disks(each, target)} for each in some]
    cost = on.k8s_loop(peers, items)
    if clusters.at(on.sandbox, target) != len(items):
        raise AssertionError("the loop of kubernetes.core.k8s did not write its sets")
    clusters.bring(on.sandbox, clusters.origin())
    return (cost.seconds - start_up.seconds) * sets / len(items) + start_up.seconds


def _nothing_to_do(on: Contestants) -> Iterator[Row]:
    clusters.bring(on.sandbox, clusters.target())
    cost = on.module("machineset_boot_image")
    yield below("a run with nothing to do: writes", cost.writes, "", 0, told(cost))
    found = ", ".join(f"{number} {verb}" for verb, number in sorted(cost.requests.items()))
    beside = sum(cost.requests.values()) - cost.requests["list"]
    yield below("a run with nothing to do: requests beside pages of lists", beside, "", 6, found)
