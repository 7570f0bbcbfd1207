# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table in docs/reliability.md: a row a fault, a column a phase."""

from __future__ import annotations

from collections.abc import Iterable

from faults.catalogue import FAULTS
from faults.cells import Cell
from faults.phases import PHASES
from sandbox.pages import DOCS, fill_in, standing

PAGE = DOCS / "reliability.md"


def told(page: str) -> dict[tuple[str, str], str]:
    """The cells by fault and phase, as the page has them."""
    lines = [line for line in standing(page, "faults").splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    if len(rows) < 2:
        return {}
    return {(row[0], phase): cell for row in rows[2:] for phase, cell in zip(rows[0][1:], row[1:], strict=True)}


def table(cells: dict[tuple[str, str], str], every: bool = True) -> str:
    """The table; a cell that was never run is empty. I(every): also the rows of which none was."""
    names = [phase.name for phase in PHASES]
    lines = [_row(["", *names]), _row(["---"] * (len(names) + 1))]
    shown = [fault.name for fault in FAULTS if every or any(row == fault.name for row, _phase in cells)]
    lines += [_row([row, *(cells.get((row, name), "") for name in names)]) for row in shown]
    return "\n".join(lines) + "\n"


def write(cells: Iterable[Cell]) -> None:
    """Put these cells into the page; the others stay as they are."""
    fresh = {**told(PAGE.read_text(encoding="utf-8")), **{(each.fault, each.phase): each.text for each in cells}}
    fill_in(PAGE, "faults", table(fresh))


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
