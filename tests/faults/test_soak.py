# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The soak in small (`make soak` has 2,000 rounds), and that it sees what grows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from faults.cells import Cells
from faults.soak import GROWTH, Held, grown, prepared, soak


@pytest.mark.long
def test_nothing_grows(cells: Cells) -> None:
    samples = [*soak(prepared(cells.stage.sandbox), 40, samples=8)]
    assert len(samples) == 8
    assert grown([replace(each, memory=0) for each in samples]) == []


def test_what_grows_is_named() -> None:
    early = Held(10, 1000, 9, 2, 3)
    late = Held(40, 1001 + GROWTH, 10, 3, 4)
    assert [each.partition(":")[0] for each in grown([early, early, late])] == ["files", "sockets", "threads", "memory"]
    assert grown([late, early]) == [] and grown([early, replace(early, memory=1000 + GROWTH)]) == []
