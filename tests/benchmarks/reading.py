# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bootimage_status beside kubectl and kubernetes.core.k8s_info."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .contestants import Contestants
from .measure import Cost
from .peers import Peers
from .rows import Row, below, faster, ratio, told

STATUS = {"name": "Status", "okd.boot_images.bootimage_status": {"machines": True}, "register": "status"}


def reading(on: Contestants, peers: Peers | None, rounds: int) -> Iterator[Row]:
    """All contestants in turn, several rounds; of each its fastest, since whatever else runs only ever slows."""
    turns: dict[str, Callable[[], Cost]] = {
        "play": lambda: on.play(STATUS),
        "process": lambda: on.module("bootimage_status", machines=True),
    }
    if peers:
        turns |= {"kubectl": lambda: on.kubectl(peers), "k8s_info": lambda: on.k8s_info(peers)}
    best = best_of(turns, rounds)
    play, process = best["play"], best["process"]
    if peers:
        kubectl, k8s_info = best["kubectl"], best["k8s_info"]
        name = "kubectl get machinesets,machines"
        yield ratio("status, ansible-playbook", play, name, kubectl, at_most=1.0)
        yield ratio("status, the module's process", process, name, kubectl, at_most=0.6)
        yield faster("status, ansible-playbook", play, "two tasks k8s_info", k8s_info.seconds, at_least=4)
        yield Row("requests", f"{process.reads} reads", name, f"{kubectl.reads} reads")
        found = f"{process.server_cpu:.2f} s CPU"
        yield Row("work of the API server", found, name, f"{kubectl.server_cpu:.2f} s CPU")
    else:
        yield Row("status, ansible-playbook", told(play))
    yield below("status, peak memory of the module's process", process.mib, "MiB", 200, told(process))


def best_of(turns: dict[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """The fastest run of each; they take turns, so that a busy minute on this machine meets all of them."""
    runs = [{name: turn() for name, turn in turns.items()} for _round in range(rounds)]
    return {name: min((each[name] for each in runs), key=lambda cost: cost.seconds) for name in turns}
