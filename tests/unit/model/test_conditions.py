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

from ansible_collections.okd.boot_images.plugins.module_utils.model.conditions import DEGRADED, PROGRESSING, parse

MAPI, CPMS = "MAPI MachineSets", "ControlPlaneMachineSets"
CAPI = {"CAPI MachineSets": (0, 0, 0), "CAPI MachineDeployments": (0, 0, 0)}
OWNER = "unexpected OwnerReference: ConfigMap/owner. Please remove this machineset from boot image management to avoid errors"
HOT = (
    "refusing to reconcile machineset b, hot loop detected. Please opt-out of boot image updates, adjust your machine "
    "provisioning workflow to prevent hot loops and opt back in to resume boot image updates"
)
IGNITION = (
    "converting ignition stub failed: failed to parse Ignition config: parsing Ignition "
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
            + f" | Error(s): [error syncing MAPI MachineSet c: failed to reconcile machineset c, err: {IGNITION}, error syncing MAPI MachineSet b: {HOT}]",
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


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HOT, "hot_loop"),
        (OWNER, "owned"),
        ("failed to fetch arch during machineset sync: invalid architecture value found in annotation: foo", "architecture_invalid"),
        ("failed to fetch arch during machineset sync: kubernetes.io/arch label not found in annotation: ", "architecture_invalid"),
        ('error grabbing user data secret referenced in machineset: secrets "x" not found', "user_data_unusable"),
        ("failed to unmarshal decoded user-data to json (secret x): unexpected end of JSON inputt", "user_data_unusable"),
        (
            "failed to find version field in ignition (user data secret x): .ignition.version accessor error: 3 is of the type float64, "
            "expected string",
            "user_data_unusable",
        ),
        (IGNITION, "user_data_unusable"),
        ("providerSpec field was empty", "provider_spec_missing"),
        ("unmarshal into providerSpec failed error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string", "provider_spec_invalid"),
        ("failed to parse CoreOS stream metadata: unexpected end of JSON input", "stream_invalid"),
        ('failed to fetch coreos-bootimages config map: configmap "coreos-bootimages" not found', "stream_missing"),
        ('failed to create a machineset selector while enqueueing MAPI machineset "Is" is not a valid label selector operator', "selector_invalid"),
        ("failed to find a failure domain that matches the workspace of the machineset", "no_failure_domain"),
        ("could not determine azure marketplace variant, cannot update boot images", "custom_image"),
        ("no Gen1 Azure marketplace image available for architecture aarch64", "no_target"),
        ("no Azure marketplace images available for variant MarketplaceWithPlan-OCP", "no_target"),
        ("stream:rhcos does not have architecture 's390x'", "no_target"),
        ("DescribeImages failed for ami-x: operation error EC2: DescribeImages", "unknown_image"),
        ("MachineConfiguration was not ready: MachineConfiguration.Status is not up to date", "configuration_not_observed"),
        ('unable to patch new machineset: machinesets.machine.openshift.io "x" not found', "operator_degraded"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("prefix", "resource", "name"),
    [
        ("error syncing MAPI MachineSet a: ", "machinesets", "a"),
        ("error syncing MAPI MachineSet a: failed to reconcile machineset a, err: ", "machinesets", "a"),
        ("error syncing ControlPlaneMachineSet cluster: failed to reconcile ControlPlaneMachineSet cluster, err: ", "controlplanemachinesets", "cluster"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_kinds_of_errors(prefix: str, resource: str, name: str, text: str, code: str) -> None:
    (found,) = of(degraded="1 Degraded MAPI MachineSets | Error(s): " + prefix + text).reported
    assert (found.resource, found.name, found.text, found.reason.code) == (resource, name, text.strip(), code)


def test_sets_of_one_name_are_told_apart() -> None:
    both = "[error syncing ControlPlaneMachineSet cluster: x, error syncing MAPI MachineSet cluster: y]"
    found = of(degraded="Error(s): " + both)
    texts = [found.error(each, "cluster").text for each in ("controlplanemachinesets", "machinesets")]
    assert (texts, found.error("machinesets", "other")) == (["x", "y"], None)


@pytest.mark.parametrize(
    ("times", "written"),
    [
        (("2026-11-22T10:00:01Z", "2026-11-22T10:00:03Z"), "2026-11-22T10:00:03Z"),
        (("2026-11-22T10:00:01.999999Z", None), "2026-11-22T10:00:01Z"),
        (("yesterday", 3), None),
        (("2026-11-22T10:00:01+02:00", None), None),
    ],
)
def test_when_they_last_changed(times: Any, written: str | None) -> None:
    kinds = zip((PROGRESSING, DEGRADED), times)
    told = [{**condition(kind, "False"), "lastTransitionTime": time} for kind, time in kinds]
    assert parse(configuration(conditions=told)).written == written
