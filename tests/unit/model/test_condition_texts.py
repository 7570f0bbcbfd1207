# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the counts and errors in the operator's condition texts begin and end."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import condition

from ansible_collections.okd.boot_images.plugins.module_utils.model.conditions import (
    DEGRADED,
    PROGRESSING,
    Conditions,
    instant,
    parse,
)


def of(kind: str, message: Any) -> Conditions:
    return parse({"status": {"conditions": [{**condition(kind, "True"), "message": message}]}})


@pytest.mark.parametrize(
    ("message", "counts"),
    [
        ("Reconciled 10 of 123 MAPI MachineSets (12 skipped)", {"MAPI MachineSets": (10, 123, 12)}),
        ("Reconciled 1 of 2 MAPI MachineSets (1 skipped) | Reconciled 0 of 0 CAPI MachineSets",
         {"MAPI MachineSets": (1, 2, 1), "CAPI MachineSets": (0, 0, 0)}),
        ("Reconciled one of 2 MAPI MachineSets", {}),
        ("Reconciled 1 of 2 ", {}),
    ],
)  # fmt: skip
def test_numbers_of_any_length(message: str, counts: dict[str, tuple[int, int, int]]) -> None:
    assert of(PROGRESSING, message).reconciled == counts


@pytest.mark.parametrize(
    ("message", "counts"),
    [
        ("12 Degraded MAPI MachineSets | 3 CAPI MachineSets", {"MAPI MachineSets": 12, "CAPI MachineSets": 3}),
        ("at least 1 Degraded MAPI MachineSets", {}),
        ("1 Degraded MAPI MachineSets (1 new)", {}),
    ],
)
def test_a_count_is_all_that_stands_between_two_bars(message: str, counts: dict[str, int]) -> None:
    assert of(DEGRADED, message).degraded_counts == counts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("failed to reconcile machineset a, err: why", "why"),
        ("failed to reconcile ControlPlaneMachineSet cluster, err: why", "why"),
        ("wrapped: failed to reconcile machineset a, err: why", "wrapped: failed to reconcile machineset a, err: why"),
    ],
)
def test_only_the_outermost_wrapping_is_taken_off(text: str, told: str) -> None:
    found = of(DEGRADED, f"1 Degraded MAPI MachineSets | Error(s): error syncing MAPI MachineSet a: {text}")
    assert [each.text for each in found.reported] == [told]


A, B = "error syncing MAPI MachineSet a: ", "error syncing MAPI MachineSet b: "


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"[{A}x, {B}y]", ["x", "y"]),
        (f"{A}x, {B}y [1 2]", ["x", "y [1 2]"]),
        (f"[{A}x, {B}y was cut off", ["x", "y was cut off"]),
        (f"[{A}a lone error's brackets are its own]", ["a lone error's brackets are its own]"]),
        ("[something else]", ["[something else]"]),
        ("", []),
    ],
)
def test_brackets_of_a_list_are_taken_off(text: str, told: list[str]) -> None:
    found = of(DEGRADED, f"2 Degraded MAPI MachineSets | Error(s): {text}")
    assert [each.text for each in found.reported] == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2026-11-22T10:00:01Z", "2026-11-22T10:00:01Z"),
        ("2026-11-22T10:00:01.123456Z", "2026-11-22T10:00:01Z"),
        ("at 2026-11-22T10:00:01Z", None),
        ("2026-11-22T10:00:01Z or so", None),
        ("2026-11-22T10:00:01+02:00", None),
        ("2026-11-22T10:00:01x12Z", None),
        (3, None),
        (None, None),
    ],
)
def test_a_time_is_told_to_the_second(value: Any, told: str | None) -> None:
    assert instant(value) == told
