# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditions' texts of every release, to the letter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.builders import condition, configuration

from ansible_collections.okd.boot_images.plugins.module_utils.settle.conditions import DEGRADED, PROGRESSING, parse

MAPI, CPMS = "MAPI MachineSets", "ControlPlaneMachineSets"
CAPI = {"CAPI MachineSets": (0, 0, 0), "CAPI MachineDeployments": (0, 0, 0)}
OWNER = "unexpected OwnerReference: ConfigMap/owner. Please remove this machineset from boot image management to avoid errors"
HOT = (
    "refusing to reconcile machineset b, hot loop detected. Please opt-out of boot image updates, adjust your machine "
    "provisioning workflow to prevent hot loops and opt back in to resume boot image updates"
)
IGNITION = (
    "failed to reconcile machineset c, err: converting ignition stub failed: failed to parse Ignition config: parsing Ignition "
    "config failed: unknown version. Supported spec versions: 2.2,3.0,3.1,3.2,3.3,3.4,3.5"
)
HEAD_417 = "0 Degraded MAPI MachineSets | 0 Degraded CAPI MachineSets | 0 CAPI MachineDeployments"
HEAD_422 = "{} Degraded MAPI MachineSets | {} Degraded ControlPlaneMachineSets | 0 Degraded CAPI MachineSets | 0 Degraded CAPI MachineDeployments"


def of(progressing: Any = "", degraded: Any = "", status: str = "False") -> Any:
    conditions = [condition(PROGRESSING, status, progressing), condition(DEGRADED, status, degraded)]
    return parse(configuration(conditions=conditions))


@pytest.mark.parametrize(
    ("message", "reconciled"),
    [
        (
            "Reconciled 1 of 2 MAPI MachineSets | Reconciled 0 of 0 CAPI MachineSets | Reconciled 0 of 0 CAPI MachineDeployments",
            {MAPI: (1, 2, 0), **CAPI},
        ),
        (
            "Reconciled 3 of 3 MAPI MachineSets | Reconciled 1 of 1 ControlPlaneMachineSets | Reconciled 0 of 0 CAPI MachineSets"
            " | Reconciled 0 of 0 CAPI MachineDeployments",
            {MAPI: (3, 3, 0), CPMS: (1, 1, 0), **CAPI},
        ),
        (
            "Reconciled 31 of 52 MAPI MachineSets (8 skipped) | Reconciled 0 of 0 ControlPlaneMachineSets"
            " | Reconciled 0 of 0 CAPI MachineSets | Reconciled 0 of 0 CAPI MachineDeployments",
            {MAPI: (31, 52, 8), CPMS: (0, 0, 0), **CAPI},
        ),
        ("", {}),
        ("All is well", {}),
    ],
    ids=["4.17", "4.21", "4.22", "empty", "of tomorrow"],
)
def test_progressing(message: str, reconciled: dict[str, Any]) -> None:
    assert of(message).reconciled == reconciled


@pytest.mark.parametrize(
    ("message", "counts", "errors"),
    [
        (HEAD_417, {MAPI: 0, "CAPI MachineSets": 0, "CAPI MachineDeployments": 0}, {}),
        (
            HEAD_417.replace("0", "1", 1) + f" | Error(s): error syncing MAPI MachineSet owned: {OWNER}",
            {MAPI: 1, "CAPI MachineSets": 0, "CAPI MachineDeployments": 0},
            {"owned": OWNER},
        ),
        (
            HEAD_422.format(2, 1)
            + f" | Error(s): [error syncing MAPI MachineSet c: {IGNITION}, error syncing MAPI MachineSet b: {HOT}]",
            {MAPI: 2, CPMS: 1, "CAPI MachineSets": 0, "CAPI MachineDeployments": 0},
            {"c": IGNITION, "b": HOT},
        ),
        (
            HEAD_422.format(0, 1) + " | Error(s): error syncing ControlPlaneMachineSet cluster: no",
            {MAPI: 0, CPMS: 1, "CAPI MachineSets": 0, "CAPI MachineDeployments": 0},
            {"cluster": "no"},
        ),
        (
            HEAD_417
            + ' | Error(s): failed to create a machineset selector while enqueueing MAPI machineset "Is" is not a valid'
            " label selector operator",
            {MAPI: 0, "CAPI MachineSets": 0, "CAPI MachineDeployments": 0},
            {
                "": 'failed to create a machineset selector while enqueueing MAPI machineset "Is" is not a valid label selector operator'
            },
        ),
        ("", {}, {}),
    ],
    ids=["4.17 none", "4.18 one", "4.22 two", "control plane", "before the pass", "empty"],
)
def test_degraded(message: str, counts: dict[str, int], errors: dict[str, str]) -> None:
    found = of(degraded=message)
    assert (found.degraded_counts, found.errors) == (counts, errors)


def test_one_error_keeps_the_brackets_of_its_own_text() -> None:
    found = of(degraded=HEAD_417 + " | Error(s): error syncing MAPI MachineSet a: none of [x, y]")
    assert found.errors == {"a": "none of [x, y]"}


@pytest.mark.parametrize(("status", "expected"), [("True", True), ("False", False), ("Unknown", None), (True, True)])
def test_status(status: Any, expected: bool | None) -> None:
    assert (of(status=status).progressing, of(status=status).degraded) == (expected, expected)


@pytest.mark.parametrize(
    "given_configuration", [None, {}, {"status": {"conditions": {}}}, {"status": {"conditions": ["x", None]}}]
)
def test_conditions_that_are_missing(given_configuration: Any) -> None:
    found = parse(given_configuration)
    assert (found.progressing, found.degraded, found.reconciled, found.degraded_counts, found.errors) == (
        None,
        None,
        {},
        {},
        {},
    )


PIECES = st.sampled_from(
    [
        "Error(s): ",
        "error syncing MAPI MachineSet a: ",
        "[",
        "]",
        ", ",
        " | ",
        "1 Degraded MAPI MachineSets",
        "Reconciled 1 of 2 ",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5)).map("".join) | st.none() | st.integers())
def test_any_text_gives_an_answer(message: Any) -> None:
    of(message, message)
