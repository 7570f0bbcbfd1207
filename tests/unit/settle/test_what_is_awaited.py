# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is awaited says of itself: the version, the generation, the image that is still missing."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import (
    OLD,
    TARGET,
    aws_spec,
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
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import DOUBTFUL, PENDING, STUCK, Awaited
from ansible_collections.okd.boot_images.plugins.module_utils.settle.settled import outstanding

DONE = machine_set("done", spec=gcp_spec(TARGET))


def awaited(*sets: Any, **changes: Any) -> Awaited:
    """The one thing that is missing."""
    seen = snapshot(sets, **changes)
    (found,) = outstanding(seen, assess(seen))
    return found


def test_an_upgrade_under_way_names_its_version() -> None:
    found = awaited(cluster_version=cluster_version("4.19.7", "Partial"), stream=config_map(release="4.18.9"))
    assert (found.object, found.reason.code) == ("ClusterVersion version", "upgrade_under_way")
    assert "on its way to 4.19.7." in found.message


@pytest.mark.parametrize(("failing", "by_itself"), [("False", True), ("True", None)])
def test_an_upgrade_goes_on_by_itself_unless_it_fails(failing: str, by_itself: bool | None) -> None:
    stuck = cluster_version("4.19.7", "Partial", conditions=[condition("Failing", failing, "x")])
    seen = snapshot([], cluster_version=stuck, stream=config_map(release="4.19.7"))
    found = {each.reason.code: each.by_itself for each in outstanding(seen, assess(seen))}
    assert found == {"upgrade_under_way": by_itself, "stream_not_current": by_itself}


def test_a_configuration_that_was_not_looked_at_names_both_generations() -> None:
    found = awaited(DONE, configuration=configuration("4.19", [manager()], observed=False))
    assert (found.object, found.reason.code) == ("MachineConfiguration cluster", "configuration_not_observed")
    assert "generation 2 of 3" in found.message
    assert (found.state, found.by_itself) == (PENDING, True)


def test_a_stream_of_another_release_names_both_versions() -> None:
    stream = config_map(release="4.19.0")
    stream["data"]["releaseVersion"] = "4.19.5"
    seen = snapshot([], stream=stream)
    (found,) = outstanding(seen, assess(seen))
    assert (found.object, found.reason.code) == ("ConfigMap coreos-bootimages", "stream_not_current")
    assert "is of 4.19.5, the cluster of 4.19.0." in found.message
    assert (found.state, found.by_itself) == (PENDING, None)


def test_what_may_not_be_read_says_what_that_means() -> None:
    found = awaited(DONE, configuration=None, configuration_known=False)
    assert (found.object, found.state) == ("MachineConfiguration cluster", DOUBTFUL)
    assert found.message == found.reason.meaning


def test_a_drifting_set_names_both_images() -> None:
    found = awaited(machine_set("a"))
    assert (found.object, found.reason.code) == ("MachineSet openshift-machine-api/a", "drift")
    assert (OLD in found.message, TARGET in found.message) == (True, True)


def test_a_gated_set_says_what_it_waits_for() -> None:
    stream = config_map(release="4.19.0")
    del stream["data"]["MCOVersionHash"]
    found = awaited(machine_set("a"), stream=stream)
    assert (found.object, found.reason.code) == ("MachineSet openshift-machine-api/a", "gated")
    assert "MCOVersionHash" in found.message
    assert (found.state, found.by_itself) == (PENDING, True)


def test_a_set_that_needs_a_person_says_what_the_operator_fails_on() -> None:
    found = awaited(machine_set("a", arch="foo"))
    assert (found.object, found.reason.code) == ("MachineSet openshift-machine-api/a", "architecture_invalid")
    assert "'foo'" in found.message
    assert (found.state, found.by_itself) == (STUCK, False)


def test_what_nobody_can_know_says_what_would_tell() -> None:
    found = awaited(machine_set("a", spec=aws_spec()), platform="AWS")
    seen = snapshot([machine_set("a", spec=aws_spec())], platform="AWS")
    assert (found.reason.code, found.state, found.by_itself) == ("unknown_image", DOUBTFUL, None)
    assert found.message == assess(seen).verdicts[0].operator.message


def test_a_reported_error_is_repeated() -> None:
    text = "1 Degraded MAPI MachineSets | Error(s): error syncing MAPI MachineSet a: something new"
    degraded = configuration("4.19", [manager()], conditions=[condition("BootImageUpdateDegraded", "True", text)])
    found = awaited(machine_set("a"), configuration=degraded)
    assert (found.object, found.reason.code) == ("MachineSet openshift-machine-api/a", "operator_degraded")
    assert "The operator reports: something new" in found.message
    assert found.state == DOUBTFUL
