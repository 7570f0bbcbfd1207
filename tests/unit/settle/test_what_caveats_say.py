# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a caveat says, and the cases beside those where one is due."""

from __future__ import annotations

from typing import Any

from unit.builders import (
    OLD,
    TARGET,
    cluster_version,
    condition,
    config_map,
    configuration,
    control_plane,
    gcp_spec,
    machine_set,
    manager,
    snapshot,
)

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.conditions import DEGRADED, PROGRESSING
from ansible_collections.okd.boot_images.plugins.module_utils.settle.caveats import caveats

DONE = condition(PROGRESSING, "False", "Reconciled 2 of 2 MAPI MachineSets | Reconciled 0 of 0 CAPI MachineSets")
BUSY = condition(PROGRESSING, "True", "Reconciled 0 of 2 MAPI MachineSets")
WELL = condition(DEGRADED, "False", "0 Degraded MAPI MachineSets")
OWNED = [{"kind": "ConfigMap", "name": "owner"}]
BLIND = "0 Degraded MAPI MachineSets | 3 Degraded ControlPlaneMachineSets"


def told(*sets: Any, conditions: Any, release: str = "4.19", managers: Any = None, **changes: Any) -> dict[str, str]:
    """Messages by reason."""
    made = configuration(release, managers or [manager()], conditions=conditions)
    seen = snapshot(sets, release, configuration=made, **changes)
    return {each.reason.code: each.message for each in caveats(seen, assess(seen))}


def current(name: str = "current") -> Any:
    return machine_set(name, spec=gcp_spec(TARGET))


def test_stale_conditions_name_the_gate() -> None:
    under_way = cluster_version("4.20.7", "Partial")
    found = told(machine_set(), conditions=[DONE, WELL], release="4.20", cluster_version=under_way)
    assert list(found) == ["conditions_stale"]
    assert "No condition is written" in found["conditions_stale"]
    assert "4.20.7" in found["conditions_stale"]


def test_conditions_are_written_while_only_the_stamps_are_waited_for() -> None:
    before = config_map(release="4.18.0")
    found = told(
        machine_set(), conditions=[DONE, WELL], stream=before, cluster_version=cluster_version(state="Partial")
    )
    assert list(found) == ["conditions_false"]
    assert "counts as reconciled" in found["conditions_false"]
    assert "4.18.0" in found["conditions_false"]


def test_an_upgrade_that_no_set_waits_for_makes_nothing_stale() -> None:
    under_way = cluster_version("4.20.7", "Partial")
    off = [manager("None")]
    assert told(machine_set(), conditions=[DONE, WELL], release="4.20", managers=off, cluster_version=under_way) == {}


def test_drifting_sets_are_counted() -> None:
    found = told(machine_set("a"), machine_set("b"), current(), conditions=[DONE, WELL])
    assert list(found) == ["conditions_false"]
    assert "2 of the enrolled sets" in found["conditions_false"]


def test_a_set_that_drifts_and_is_not_enrolled_is_none_of_the_operators() -> None:
    chosen = [manager("Partial", {"matchLabels": {"pool": "b"}})]
    assert told(machine_set(), conditions=[DONE, WELL], managers=chosen) == {}


def test_the_operator_that_says_it_is_degraded_claims_nothing_false() -> None:
    degraded = condition(
        DEGRADED, "True", "1 Degraded MAPI MachineSets | Error(s): error syncing MAPI MachineSet a: no"
    )
    assert told(machine_set("a"), conditions=[DONE, degraded]) == {}


def test_without_the_condition_progressing_nothing_is_claimed() -> None:
    assert told(machine_set(), machine_set("b", owners=OWNED), conditions=[WELL]) == {}


def test_flapping_says_so() -> None:
    found = told(current(), conditions=[BUSY, WELL])
    assert "Progressing is True" in found["conditions_flapping"]


def test_blindness_counts_what_the_message_counts() -> None:
    found = told(current(), conditions=[DONE, condition(DEGRADED, "False", BLIND)], release="4.22")
    assert "3 degraded ControlPlaneMachineSets" in found["conditions_blind"]
    seen = told(current(), conditions=[DONE, condition(DEGRADED, "True", BLIND)], release="4.22")
    assert "conditions_blind" not in seen


def test_skipped_sets_are_counted_where_the_operator_does_not() -> None:
    skipped = [machine_set("a", owners=OWNED), machine_set("b", owners=OWNED)]
    found = told(*skipped, conditions=[DONE, WELL])
    assert "2 sets" in found["conditions_count_skips"]
    silent = told(*skipped, conditions=[condition(PROGRESSING, "False", "no counts"), WELL])
    assert list(silent) == ["conditions_count_skips"]
    own = condition(PROGRESSING, "False", "Reconciled 0 of 2 MAPI MachineSets (2 skipped)")
    assert told(*skipped, conditions=[own, WELL]) == {}


def test_a_control_plane_that_drifts_counts_too() -> None:
    both = [manager(), manager(resource="controlplanemachinesets")]
    old = control_plane(spec=gcp_spec(OLD))
    assert list(told(old, conditions=[DONE, WELL], release="4.22", managers=both)) == ["conditions_false"]
