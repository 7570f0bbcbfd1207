# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an upgrade stands, by what the Cluster Version Operator writes."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import cluster_version, condition, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.settle.upgrade import (
    COMPLETED,
    REFUSED,
    REPLACED,
    RUNNING,
    WAITING,
    Progress,
    progress,
)

UNKNOWN = (
    'The cluster version is invalid: spec.desiredUpdate.version: Invalid value: "4.19.1": when image is empty the update must be'
    " an available update"
)
REFUSAL = (
    'Preconditions failed for payload loaded version="4.19.1" image="I": Precondition "ClusterVersionUpgradeable" failed because'
    ' of "AdminAckRequired": text'
)


def of(version: str, state: str, *conditions: Any) -> Progress:
    made = cluster_version(version, state, conditions=list(conditions))
    return progress(snapshot(cluster_version=made), "4.19.1")


def test_running_and_completed_speak_with_the_operators_words() -> None:
    towards = condition("Progressing", "True", "Working towards 4.19.1: 120 of 970 done (12% complete)")
    assert of("4.19.1", "Partial", towards) == Progress(
        RUNNING, "Working towards 4.19.1: 120 of 970 done (12% complete)"
    )
    assert of("4.19.1", "Partial") == Progress(RUNNING, "Working towards 4.19.1")
    done = condition("Progressing", "False", "Cluster version is 4.19.1")
    assert of("4.19.1", "Completed", done) == Progress(COMPLETED, "Cluster version is 4.19.1")
    assert of("4.19.1", "Completed") == Progress(COMPLETED, "Cluster version is 4.19.1")


@pytest.mark.parametrize(
    "refusal", [condition("Invalid", "True", UNKNOWN), condition("ReleaseAccepted", "False", REFUSAL)]
)
def test_a_refusal_of_this_version(refusal: Any) -> None:
    assert of("4.19.0", "Completed", condition("Progressing", "False"), refusal) == Progress(
        REFUSED, refusal["message"]
    )
    assert of("4.19.1", "Partial", refusal).state == RUNNING


@pytest.mark.parametrize(
    "other",
    [
        condition("ReleaseAccepted", "False", REFUSAL.replace("4.19.1", "4.19.10")),
        condition("ReleaseAccepted", "True", 'Payload loaded version="4.19.1" image="I"'),
        condition("Invalid", "False", UNKNOWN),
        {"type": "ReleaseAccepted", "status": "False"},
        "nonsense",
    ],
)
def test_a_refusal_of_another_version_is_none(other: Any) -> None:
    assert of("4.19.0", "Completed", other).state == WAITING


def test_an_older_entry_of_the_history_does_not_count() -> None:
    made = {
        "status": {"history": [{"state": "Partial", "version": "4.19.2"}, {"state": "Completed", "version": "4.19.1"}]}
    }
    assert progress(snapshot(cluster_version=made), "4.19.1").state == WAITING
    assert progress(snapshot(cluster_version={}), "4.19.1").state == WAITING


@pytest.mark.parametrize("state", ["Completed", "Partial"])
def test_whatever_the_operator_says_is_repeated_as_text(state: str) -> None:
    assert of("4.19.1", state, condition("Progressing", "True", "its own words")).message == "its own words"
    assert of("4.19.1", state, {"type": "Progressing", "status": "True", "message": 3}).message == "3"


def test_a_request_that_nobody_has_looked_at_names_its_version() -> None:
    told = of("4.19.0", "Completed", {"type": "Invalid", "status": "True", "message": 3})
    assert (told.state, "accepted 4.19.1 yet" in told.message) == (WAITING, True)


def test_somebody_elses_request_is_named() -> None:
    made = cluster_version("4.19.0")
    made["spec"]["desiredUpdate"] = {"version": "4.19.7"}
    told = progress(snapshot(cluster_version=made), "4.19.1")
    assert (told.state, "4.19.7" in told.message) == (REPLACED, True)
