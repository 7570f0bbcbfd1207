# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks still run and still count what they say they count; how long anything takes is not looked at."""

from __future__ import annotations

import pytest
from benchmarks import clusters
from benchmarks.contestants import Contestants
from benchmarks.growing import growing
from benchmarks.reading import reading
from benchmarks.rows import HEAD, Row, table
from benchmarks.waiting import waiting
from benchmarks.writing import writing

from sandbox import Sandbox

SETS = 5


@pytest.fixture
def contestants(control_plane: Sandbox, tmp_path) -> Contestants:
    clusters.load(control_plane, SETS, 1)
    return Contestants(control_plane, tmp_path)


def by_name(rows) -> dict[str, Row]:
    return {row.what: row for row in rows}


@pytest.mark.long
def test_reading(contestants):
    rows = by_name(reading(contestants, None, rounds=1))
    assert rows["status, peak memory of the module's process"].met


def test_writing(contestants):
    rows = by_name(writing(contestants, None, rounds=1))
    assert rows["a run with nothing to do: writes"].met
    assert rows["requests"].against == f"{SETS} patches"
    assert int(rows["requests"].result.split()[0]) >= 0, "fewer writes were counted than sets were written"


@pytest.mark.long
def test_waiting(contestants):
    rows = by_name(waiting(contestants, seconds=3, changes=2))
    assert "seconds until news is noticed" in rows


@pytest.mark.long
def test_growing(contestants):
    rows = by_name(growing(contestants, sizes=[2, 4], rounds=1))
    assert {"status, 2 sets", "reconcile, 4 sets", "nothing to do: growth exponent from 2 to 4 sets"} <= set(rows)


def test_the_table():
    text = table([Row("a", "1 s", "b: 2 s", "0.50x", "≤ 1.0x", True), Row("c", "3 s", met=False, goal="none")])
    head, rule, met, missed = text.splitlines()
    assert head.count("|") == rule.count("|") == met.count("|") == missed.count("|") == len(HEAD) + 1
    assert met.endswith("| yes |")
    assert missed.endswith("| **no** |")
