# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers do the same to one cluster at the same moment: they come to what one comes to. (Of machine sets: test_kills.py.)"""

from __future__ import annotations

import pytest

from faults.cells import Cells
from faults.phases import MANAGING, UPGRADING, Ended, Work
from faults.stage import Stage


@pytest.mark.parametrize(
    "work", [pytest.param(MANAGING, id="management"), pytest.param(UPGRADING, id="upgrade", marks=pytest.mark.long)]
)
def test_two_at_once_come_to_what_one_comes_to(cells: Cells, work: Work) -> None:
    calm = cells.undisturbed(work)
    cells.stage.heal()
    scene = work.load(cells.stage)
    ended: list[Ended] = []

    def run(stage: Stage = cells.stage) -> None:
        ended.append(work.run(stage, "token"))

    cells.stage.meanwhile(run)
    run()
    cells.stage.heal()
    assert [each.message for each in ended if each.reason] == []
    assert len(ended) == 2
    assert work.state(cells.stage.made, scene) == calm
