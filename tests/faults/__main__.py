# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the cells of the table: python -m faults [--fault TEXT] [--phase TEXT] [--write], or make faults."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from faults.catalogue import FAULTS
from faults.cells import Cell, Cells
from faults.phases import PHASES
from faults.stage import stage
from faults.table import PAGE, table, told, write
from sandbox import Sandbox


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when no cell is red. With --write each cell stands in the page as soon as it has run."""
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description=__doc__)
    parser.add_argument("--fault", action="append", default=[], help="faults with this in their name; all without")
    parser.add_argument("--phase", action="append", default=[], help="phases with this in their name; all without")
    parser.add_argument("--missing", action="store_true", help="only cells that are empty or red in the page")
    parser.add_argument("--write", action="store_true", help="write the table into docs/reliability.md")
    asked = parser.parse_args(arguments)
    there = told(PAGE.read_text(encoding="utf-8"))
    wanted = [
        (fault, phase)
        for fault in FAULTS
        for phase in PHASES
        if _named(fault.name, asked.fault) and _named(phase.name, asked.phase)
        if not asked.missing or there.get((fault.name, phase.name), "")[:2] in ("", "**")
    ]
    found: list[Cell] = []
    with contextlib.ExitStack() as theatre:
        cells: Cells | None = None
        for number, (fault, phase) in enumerate(wanted, 1):
            cells = cells or _cells(theatre)
            try:
                cell = cells.run(fault, phase)
            except Exception as error:  # a control plane that does not come back: the next cell has another one
                traceback.print_exc()
                cell = Cell(fault.name, phase.name, "not run", 0, f"{type(error).__name__}: {error}")
                theatre.close()
                cells = None
            found.append(cell)
            print(
                f"{number}/{len(wanted)} {cell.fault} | {cell.phase} | {cell.text} | {cell.seconds:.0f} s {cell.wrong}",
                flush=True,
            )
            if asked.write:
                write([cell])
    print(table({(each.fault, each.phase): each.text for each in found}, every=False))
    red = [each for each in found if each.wrong]
    print(f"{len(found)} cells, {len(red)} red")
    return 1 if red else 0


def _cells(theatre: contextlib.ExitStack) -> Cells:
    """On a control plane of their own."""
    sandbox = theatre.enter_context(Sandbox.start(fsync=True))
    folder = theatre.enter_context(tempfile.TemporaryDirectory())
    return Cells(theatre.enter_context(stage(sandbox, Path(folder))))


def _named(name: str, texts: Sequence[str]) -> bool:
    return not texts or any(text in name for text in texts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
