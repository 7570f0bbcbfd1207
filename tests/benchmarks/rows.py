# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found: rows of one table, each a ratio against a peer of the same run, and the goal it is held against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .measure import Cost

HEAD = ("what", "took", "compared with", "result", "goal", "met")


@dataclass(frozen=True)
class Row:
    """One line. met: None where no goal is set."""

    what: str
    took: str
    against: str = ""
    result: str = ""
    goal: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """As HEAD names them."""
        met = {None: "", True: "yes", False: "**no**"}[self.met]
        return (self.what, self.took, self.against, self.result, self.goal, met)


def told(cost: Cost) -> str:
    """A cost in one cell; processor time on its own side + the API server's."""
    return f"{cost.seconds:.2f} s, {cost.cpu:.2f} + {cost.server_cpu:.2f} s CPU, {cost.mib:.0f} MiB"


def ratio(what: str, cost: Cost, name: str, peer: Cost, at_most: float | None = None) -> Row:
    """How many times the peer's time it takes, and its processor time on both sides."""
    found = cost.seconds / peer.seconds
    goal = f"≤ {at_most:.1f}x" if at_most else ""
    met = found <= at_most if at_most else None
    return Row(what, told(cost), f"{name}: {told(peer)}", f"{found:.2f}x (CPU {cost.work / peer.work:.2f}x)", goal, met)


def faster(what: str, cost: Cost, name: str, seconds: float, at_least: float) -> Row:
    """How many times faster than the peer it is."""
    found = seconds / cost.seconds
    return Row(
        what, told(cost), f"{name}: {seconds:.1f} s", f"{found:.1f}x faster", f"≥ {at_least:.0f}x", found >= at_least
    )


def below(what: str, found: float, unit: str, at_most: float, took: str = "") -> Row:
    """A figure that stands for itself."""
    return Row(what, took, "", f"{found:.4g} {unit}".strip(), f"≤ {at_most:g}", found <= at_most)


def table(rows: Iterable[Row]) -> str:
    """As Markdown."""
    lines = [HEAD, tuple("---" for _each in HEAD), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
