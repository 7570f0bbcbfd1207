# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why the operator's conditions are not to be believed: observed corrections 2, 3, 16, and skips before 4.22."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import (
    TARGET,
    cluster_version,
    condition,
    config_map,
    configuration,
    gcp_spec,
    machine_set,
    manager,
    snapshot,
)

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.conditions import DEGRADED, PROGRESSING
from ansible_collections.okd.boot_images.plugins.module_utils.settle.caveats import caveats

DONE = condition(PROGRESSING, "False", "Reconciled 1 of 1 MAPI MachineSets | Reconciled 0 of 0 CAPI MachineSets")
WELL = condition(DEGRADED, "False", "0 Degraded MAPI MachineSets | 0 Degraded CAPI MachineSets")


def told(*conditions: Any, release: str = "4.19", image: str = TARGET, **changes: Any) -> list[str]:
    made = configuration(release, [manager()], conditions=list(conditions))
    owners = changes.pop("owners", None)
    seen = snapshot([machine_set(spec=gcp_spec(image), owners=owners)], release, configuration=made, **changes)
    return [each.reason.code for each in caveats(seen, assess(seen))]


def test_conditions_that_are_true_need_no_caveat() -> None:
    assert told(DONE, WELL) == []


def test_no_conditions_no_caveat() -> None:
    assert told(image="projects/rhcos-cloud/global/images/rhcos-9-2-20230101-0-gcp-x86-64") == []


@pytest.mark.parametrize(("release", "expected"), [("4.19", False), ("4.20", True), ("4.22", True)])
def test_stale_behind_the_gate_of_cluster_version(release: str, expected: bool) -> None:
    codes = told(DONE, WELL, release=release, cluster_version=cluster_version(f"{release}.9", state="Partial"))
    assert ("conditions_stale" in codes) is expected


@pytest.mark.parametrize(
    ("release", "stamp", "expected"),
    [
        ("4.18", {"MCOReleaseImageVersion": "4.17.9"}, True),
        ("4.18", {"MCOReleaseImageVersion": "4.18.0", "releaseVersion": "4.17.9"}, False),
        ("4.20", {"releaseVersion": "4.19.9"}, True),
        ("4.20", {"releaseVersion": "4.20.0", "MCOReleaseImageVersion": "wrong"}, False),
        ("4.22", {"releaseVersion": "4.19.9"}, False),
    ],
)
def test_false_behind_the_gate_of_the_config_map(release: str, stamp: dict[str, str], expected: bool) -> None:
    stream = config_map(release=None)
    stream["data"].update(stamp)
    assert ("conditions_false" in told(DONE, WELL, release=release, stream=stream)) is expected


def test_false_where_an_enrolled_set_drifts() -> None:
    old = "projects/rhcos-cloud/global/images/rhcos-9-2-20230101-0-gcp-x86-64"
    assert told(DONE, WELL, image=old) == ["conditions_false"]
    assert told(condition(PROGRESSING, "True", "Reconciled 0 of 1 MAPI MachineSets"), WELL, image=old) == []


def test_flapping_with_nothing_to_do() -> None:
    assert told(condition(PROGRESSING, "True", "Reconciled 0 of 1 MAPI MachineSets"), WELL) == ["conditions_flapping"]


def test_blind_to_the_control_plane() -> None:
    message = "0 Degraded MAPI MachineSets | 1 Degraded ControlPlaneMachineSets | 0 Degraded CAPI MachineSets"
    assert told(DONE, condition(DEGRADED, "False", message), release="4.22") == ["conditions_blind"]


@pytest.mark.parametrize(
    ("release", "progressing", "expected"),
    [
        ("4.20", "Reconciled 1 of 1 MAPI MachineSets", ["conditions_count_skips"]),
        ("4.22", "Reconciled 0 of 1 MAPI MachineSets (1 skipped)", []),
    ],
)
def test_skips_that_count_as_reconciled(release: str, progressing: str, expected: list[str]) -> None:
    owners = [{"kind": "ConfigMap", "name": "owner"}]
    assert told(condition(PROGRESSING, "False", progressing), WELL, release=release, owners=owners) == expected
