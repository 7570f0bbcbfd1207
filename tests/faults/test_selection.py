# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some cells of the table, those that are over soon: each way in which a run can end, and each kind of writer."""

from __future__ import annotations

import pytest

from faults.catalogue import FAULTS
from faults.cells import CARRIED_ON, Cells
from faults.phases import PHASES
from faults.table import PAGE, told

SHORT = (
    ("API server killed and restarted", "sets: write"),
    ("truncated JSON", "restore"),
    ("401, static token", "sets: write"),
    ("409 twice", "upgrade: start"),
    ("410 on a continue token", "sets: read"),
)
LONG = (
    ("API server killed and restarted", "configuration: wait"),
    ("connection reset mid-body", "sets: record"),
    ("401, plugin has a new token", "configuration: wait"),
    ("403 on one kind", "configuration: write"),
    ("404 of a CRD for 8 s", "status"),
    ("410 on a watch", "upgrade: wait"),
    ("504, taken all the same", "sets: user data"),
    ("certificate rotated", "sets: verify"),
    ("certificate of another CA", "configuration: wait"),
    ("proxy demands authentication", "preflight"),
)
SELECTION = [*SHORT, *(pytest.param(*cell, marks=pytest.mark.long) for cell in LONG)]
ALL_FAULTS = {each.name: each for each in FAULTS}
ALL_PHASES = {each.name: each for each in PHASES}


@pytest.mark.parametrize(("fault", "phase"), SELECTION)
def test_a_cell(cells: Cells, fault: str, phase: str) -> None:
    cell = cells.run(ALL_FAULTS[fault], ALL_PHASES[phase])
    assert not cell.wrong
    assert cell.outcome == CARRIED_ON or cell.outcome in ALL_FAULTS[fault].ends


def test_the_table_has_no_empty_and_no_red_cell() -> None:
    """What `make faults ARGS=--write` has written, of every fault and phase that there is now."""
    page = told(PAGE.read_text(encoding="utf-8"))
    assert [*page] == [(fault.name, phase.name) for fault in FAULTS for phase in PHASES]
    allowed = {fault.name: {CARRIED_ON, *fault.ends} for fault in FAULTS}
    assert [key for key, cell in page.items() if cell not in allowed[key[0]]] == []


def test_a_run_that_ends_otherwise_is_seen(cells: Cells) -> None:
    """The table's own check: the same failure, of a fault that must not fail."""
    strict = ALL_FAULTS["401, static token"].__class__("x", ALL_FAULTS["401, static token"].begin, says="no such words")
    cell = cells.run(strict, ALL_PHASES["status"])
    assert cell.text.startswith("**RED** unauthorized")
    assert "failed: The API server does not accept" in cell.wrong and "does not say 'no such words'" in cell.wrong
