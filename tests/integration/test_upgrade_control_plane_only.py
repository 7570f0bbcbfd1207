# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control-plane-only upgrades: two versions, workers paused meanwhile and let go in every outcome, and after a kill by the next call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from integration.support.clusters import UPGRADE_RECORD, WORKERS, Cluster

Clusters = Callable[..., Cluster]
SPEED = 900.0
MARK = "okd-boot-images.io/paused-for-upgrade"
WISH = {"version": "4.20.1", "channel": "eus-4.20", "control_plane_only": True, "wait": True, "wait_timeout": 100}
GATE = "ack-4.19-test-in-4.20"


def at_4_18(cluster: Clusters) -> Cluster:
    """With an opinion on boot images, so that their gate stays away, and a gate of 4.19 that is only met half-way."""
    made = cluster("gcp", release="4.18.6", gates={GATE: "Read about 4.20."})
    made.manage({**WORKERS, "selection": {"mode": "All"}})
    return made


def worker(made: Cluster) -> dict[str, Any]:
    return made.client.get("machineconfigpools", "worker")


def released(made: Cluster) -> bool:
    """The workers' pool goes on, and carries no mark of ours."""
    found = worker(made)
    return not found["spec"]["paused"] and MARK not in found["metadata"].get("annotations", {})


def versions(made: Cluster) -> list[tuple[str, str]]:
    """Newest first."""
    history = made.client.get("clusterversions", "version")["status"]["history"]
    return [(each["version"], each["state"]) for each in history]


def record(made: Cluster) -> str | None:
    found = made.client.get("clusterversions", "version")["metadata"].get("annotations", {})
    return found.get(UPGRADE_RECORD)


@pytest.mark.contract("G4.eus", "G4.pause")
def test_from_4_18_to_4_20_with_the_workers_once(cluster: Clusters) -> None:
    made = at_4_18(cluster)
    made.sandbox.start_operator(SPEED)
    answer = made.module("cluster_upgrade", acknowledge=["all"], **WISH)
    assert not answer.failed, answer.message
    found = answer.result
    last, between, first, *_older = versions(made)
    assert (last, first) == (("4.20.1", "Completed"), ("4.18.6", "Completed"))
    assert between[0].startswith("4.19.") and between[1] == "Completed"
    assert (found["state"], found["from"], found["hops"]) == ("completed", "4.18.6", [between[0], "4.20.1"])
    assert GATE in found["acknowledged"]
    assert [each["version"] for each in found["upgrades"]] == found["hops"]
    assert set(found["timings"]) >= {"acceptance", "control_plane", "pools"}
    assert released(made) and record(made) is None
    assert all(each["updated"] and not each["paused"] for each in found["pools"])
    # Each worker was started anew once, not twice; the log begins with the operators of earlier tests.
    log = (made.sandbox.folder / "operator.log").read_text().rpartition("operator   ready")[2]
    assert log.count("worker: all ") == 1

    again = made.module("cluster_upgrade", acknowledge=["all"], **WISH)
    assert (again.failed, again.result["changed"], again.result["state"]) == (False, False, "completed")


@pytest.mark.contract("G4.unpause")
@pytest.mark.long
def test_what_is_met_half_way_lets_the_workers_go(cluster: Clusters) -> None:
    """Nobody has acknowledged the gate of the version in between: the second step is refused, the workers follow to the first."""
    made = at_4_18(cluster)
    made.sandbox.start_operator(SPEED)
    refused = made.module("cluster_upgrade", **WISH)
    assert refused.failed and GATE in refused.message, refused.message
    assert versions(made)[0][0].startswith("4.19.")
    assert released(made)
    done = made.module("cluster_upgrade", acknowledge=[GATE], **WISH)
    assert not done.failed, done.message
    assert done.result["resumed"] is True and done.result["from"] == "4.18.6"
    assert versions(made)[0] == ("4.20.1", "Completed") and released(made) and record(made) is None


@pytest.mark.contract("G4.resume")
@pytest.mark.long
def test_killed_with_the_workers_paused_and_done_again(cluster: Clusters) -> None:
    made = at_4_18(cluster)
    made.sandbox.start_operator(SPEED)
    running = made.start_module("cluster_upgrade", acknowledge=["all"], **WISH)
    made.client.wait_for(lambda: versions(made)[0][1] == "Partial", 60, "the first step")
    running.process.kill()
    running.process.join()
    assert worker(made)["spec"]["paused"] and worker(made)["metadata"]["annotations"][MARK] == "4.20.1"
    done = made.module("cluster_upgrade", acknowledge=["all"], **WISH)
    assert not done.failed, done.message
    assert done.result["resumed"] is True
    assert [each[1] for each in versions(made)[:3]] == ["Completed"] * 3
    assert versions(made)[0][0] == "4.20.1" and released(made) and record(made) is None


@pytest.mark.contract("G4.odd")
def test_not_from_an_odd_release_and_not_over_two(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.19.2")
    with made.untouched():
        refused = made.module("cluster_upgrade", **{**WISH, "version": "4.21.1"})
        assert refused.failed and "from an even minor release to the next even one" in refused.message
        unwaited = made.module("cluster_upgrade", **{**WISH, "wait": False})
        assert unwaited.failed and "needs wait: true" in unwaited.message
