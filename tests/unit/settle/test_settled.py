# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Being settled: what is missing, in which order, and for whom."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import (
    TARGET,
    TARGET_AMI,
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
from ansible_collections.okd.boot_images.plugins.module_utils.model.conditions import DEGRADED
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import DOUBTFUL, PENDING, STUCK
from ansible_collections.okd.boot_images.plugins.module_utils.settle.settled import outstanding

DONE = machine_set("done", spec=gcp_spec(TARGET))


def missing(*sets: Any, **changes: Any) -> list[tuple[str, str, str]]:
    seen = snapshot(sets, **changes)
    return [(each.object.split("/")[-1], each.reason.code, each.state) for each in outstanding(seen, assess(seen))]


def test_a_cluster_at_rest() -> None:
    foreign = machine_set("foreign", spec=gcp_spec("projects/acme/global/images/golden"))
    assert missing(DONE, foreign, machine_set("owned", owners=[{"kind": "A", "name": "b"}])) == []
    assert missing(machine_set(), managers=[manager("None")]) == []
    assert missing(configuration=None) == []


def test_everything_in_the_order_in_which_it_comes_to_pass() -> None:
    waiting = configuration("4.19", [manager()], observed=False)
    assert missing(
        machine_set("old"), DONE,
        cluster_version=cluster_version("4.19.0", "Partial"), configuration=waiting, stream=config_map(release="4.19.0"),
    ) == [
        ("ClusterVersion version", "upgrade_under_way", PENDING),
        ("MachineConfiguration cluster", "configuration_not_observed", PENDING),
        ("ConfigMap coreos-bootimages", "stream_not_current", PENDING),
        ("old", "drift", PENDING),
    ]  # fmt: skip


@pytest.mark.parametrize("release", ["4.19.0", "4.19.0+build", None, 3])
def test_a_stream_of_this_release(release: Any) -> None:
    made = config_map(release=None)
    made["data"].update({} if release is None else {"releaseVersion": release})
    assert missing(DONE, stream=made) == []


def test_a_cluster_without_history_is_not_compared() -> None:
    assert missing(DONE, cluster_version={}) == []


def test_sets_that_need_a_person() -> None:
    assert missing(machine_set("bad", arch="foo"), machine_set("deadly", spec=gcp_spec(userDataSecret=None))) == [
        ("bad", "architecture_invalid", STUCK), ("deadly", "would_kill_controller", STUCK),
    ]  # fmt: skip


def test_an_error_makes_an_update_doubtful() -> None:
    text = "1 Degraded MAPI MachineSets | Error(s): error syncing MAPI MachineSet hot: refusing, hot loop detected"
    degraded = configuration("4.19", [manager()], conditions=[condition(DEGRADED, "True", text)])
    seen = snapshot([machine_set("hot"), machine_set("old")], configuration=degraded)
    hot, old = outstanding(seen, assess(seen))
    assert (hot.reason.code, hot.state, "hot loop" in hot.message) == ("hot_loop", DOUBTFUL, True)
    assert (old.reason.code, old.state, TARGET in old.message) == ("drift", PENDING, True)
    assert missing(machine_set("hot", spec=gcp_spec(TARGET)), configuration=degraded) == []


def test_what_nobody_can_know_is_doubtful_while_it_drifts() -> None:
    assert missing(machine_set("a", spec=aws_spec()), platform="AWS") == [("a", "unknown_image", DOUBTFUL)]
    assert missing(machine_set("a", spec=aws_spec(TARGET_AMI)), platform="AWS") == []
    assert missing(machine_set("a", arch=None), control_plane_architecture=None) == []


def test_a_configuration_that_may_not_be_read_is_doubtful() -> None:
    assert missing(DONE, configuration=None, configuration_known=False) == [
        ("MachineConfiguration cluster", "not_read", DOUBTFUL)
    ]


def test_a_repointed_secret_is_waited_for() -> None:
    assert missing(DONE, release="4.18") == [("done", "drift", PENDING)]
