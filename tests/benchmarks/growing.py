# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How cost grows with the number of machine sets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from . import clusters
from .contestants import Contestants
from .measure import Cost
from .reading import best_of
from .rows import Row, below, told


def growing(on: Contestants, sizes: Sequence[int], rounds: int) -> Iterator[Row]:
    """Status, reconcile and a run with nothing to do, the module's process alone, for each size of cluster."""
    kinds = ("status", "reconcile", "nothing to do")
    found: dict[str, dict[int, Cost]] = {kind: {} for kind in kinds}
    for size in sizes:
        clusters.load(on.sandbox, size, 0)
        found["status"][size] = best_of({"status": lambda: on.module("bootimage_status")}, rounds)["status"]
        found["reconcile"][size] = on.module("machineset_boot_image")
        if clusters.at(on.sandbox, clusters.target()) != size:
            raise AssertionError("not all sets have the target image")
        found["nothing to do"][size] = best_of({"no": lambda: on.module("machineset_boot_image")}, rounds)["no"]
    for kind in kinds:
        for size, cost in found[kind].items():
            yield Row(f"{kind}, {size} sets", told(cost))
        yield _exponent(kind, found[kind], sizes)


def _exponent(kind: str, costs: dict[int, Cost], sizes: Sequence[int]) -> Row:
    """Of the last step, where start-up weighs least; of processor time, which no other load on this machine changes."""
    before, last = sizes[-2:]
    exponent = math.log(costs[last].cpu / costs[before].cpu) / math.log(last / before)
    return below(f"{kind}: growth exponent from {before} to {last} sets", exponent, "", 1.05)
