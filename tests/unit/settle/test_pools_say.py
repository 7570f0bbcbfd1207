# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of pools that an upgrade has not reached: how far they are, why not further, and whether they come by themselves."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import condition, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.settle.pools import outstanding

WHY = "failed to drain"


def pool(paused: bool = False, *conditions: Any) -> dict[str, Any]:
    status = {"machineCount": 3, "updatedMachineCount": 1, "conditions": list(conditions)}
    spec = {"paused": paused, "configuration": {"name": "new"}}
    return {"metadata": {"name": "worker"}, "spec": spec, "status": status}


@pytest.mark.parametrize(
    ("made", "code", "by_itself"),
    [
        (pool(True), "pool_paused", False),
        (pool(False, condition("Degraded", "True", WHY)), "pool_degraded", None),
        (pool(), "pool_updating", None),
    ],
)
def test_each_says_how_far_it_is(made: dict[str, Any], code: str, by_itself: bool | None) -> None:
    (left,) = outstanding(snapshot(pools=(made,)))
    assert (left.reason.code, left.by_itself, "1 of 3 nodes" in left.message) == (code, by_itself, True)
    assert (WHY in left.message) is (code == "pool_degraded")


def test_one_that_is_degraded_without_a_word_says_so() -> None:
    (silent,) = outstanding(snapshot(pools=(pool(False, condition("Degraded", "True")),)))
    assert "no message" in silent.message
