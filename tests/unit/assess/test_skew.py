# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Boot image skew enforcement: what is on record, and from which version on it stops upgrades."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import configuration, manager, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.skew import skew
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Skew


def of(status: Any, gates: dict[str, bool] | None = None) -> Skew:
    made = configuration("4.22", [manager()])
    made["status"]["bootImageSkewEnforcementStatus"] = status
    return skew(snapshot(release="4.22", configuration=made), gates or {})


def manual(version: Any) -> Skew:
    return of({"mode": "Manual", "manual": {"mode": "RHCOSVersion", "rhcosVersion": version}})


def automatic(version: Any) -> Skew:
    return of({"mode": "Automatic", "automatic": {"ocpVersion": version}})


@pytest.mark.parametrize(
    ("version", "blocks"),
    [("4.12.99", True), ("4.13.0", False), ("4.19.3", False), ("3.11.0", True), ("0.0.0", False), ("latest", False)],
)
def test_releases_below_4_13_block(version: str, blocks: bool) -> None:
    assert automatic(version) == Skew("Automatic", version, None, blocks)


@pytest.mark.parametrize(
    ("version", "blocks"),
    [
        ("412.86.202301311551-0", True),
        ("413.90.202301311551-0", True),
        ("413.92.202305021736-0", False),
        ("418.9.202502121215-0", True),  # SCOS says no minor, which the operator reads as 0
        ("9.1.20250701-0", True),
        ("9.2.20250701-0", False),
        ("9.6.20250701-0", False),
        ("10.0.20250701-0", False),
        ("412x86.202301311551-0", False),
        ("412.86x202301311551-0", False),
        ("412.86.2-0", False),
        ("latest", False),
    ],
)
def test_rhel_below_9_2_blocks(version: str, blocks: bool) -> None:
    assert manual(version) == Skew("Manual", None, version, blocks)


def test_mode_none_blocks_nothing_whatever_stands_beside_it() -> None:
    assert of({"mode": "None", "none": {"ocpVersion": "4.12.0"}}) == Skew("None", "4.12.0", None, False)


@pytest.mark.parametrize("odd", [3, None, "", [], 4.12])
def test_a_version_that_is_no_text_is_none(odd: Any) -> None:
    assert automatic(odd) == Skew("Automatic", None, None, False)
    assert manual(odd) == Skew("Manual", None, None, False)


@pytest.mark.parametrize("status", [None, "text", {}, {"mode": 3}])
def test_without_a_mode_nothing_is_enforced(status: Any) -> None:
    assert of(status) == Skew()


@pytest.mark.parametrize(("gate", "known"), [(False, False), (True, True)])
def test_a_gate_that_is_off_ends_it(gate: bool, known: bool) -> None:
    status = {"mode": "Automatic", "automatic": {"ocpVersion": "4.12.0"}}
    told = of(status, {"BootImageSkewEnforcement": gate})
    assert told == (Skew("Automatic", "4.12.0", None, True) if known else Skew())
