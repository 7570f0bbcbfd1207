# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at a random moment of an upgrade: one more run of the same command ends well, and has started and acknowledged nothing twice.

`make upgrade-kills` kills the whole playbook 30 times (UPGRADE_KILLS=…); without it the module is killed a few times.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
from integration.support.clusters import UPGRADE_RECORD, WORKERS, Cluster
from integration.support.playbooks import command, play, surroundings

Clusters = Callable[..., Cluster]
KILLS = int(os.environ.get("UPGRADE_KILLS", "0"))
SEED = int(os.environ.get("UPGRADE_KILLS_SEED", "0")) or (random.SystemRandom().randrange(1, 2**31) if KILLS else 7)
MODULE_KILLS, SPEED = 5, 1200.0
ORIGIN = "4.18.6"
GATE = "ack-4.18-test-in-4.19"
WISH = {"version": "latest", "channel": "stable-4.19", "acknowledge": [GATE], "wait": True, "wait_timeout": 90}


def at_4_18(cluster: Clusters) -> Cluster:
    """A cluster with a gate to acknowledge, and an opinion on its boot images; its operator is at work."""
    made = cluster("gcp", release=ORIGIN, gates={GATE: "Read this."}, machine_sets=2, machines=1)
    made.manage({**WORKERS, "selection": {"mode": "All"}})
    made.sandbox.start_operator(SPEED)
    return made


def cluster_version(made: Cluster) -> dict[str, Any]:
    return made.client.get("clusterversions", "version")


def acks(made: Cluster) -> dict[str, Any]:
    return made.client.get("configmaps", "admin-acks", "openshift-config")


def nothing_left(found: dict[str, Any]) -> bool:
    """Whether the run was through, though it had not ended: what is asked for now is a new command, and `latest` may be newer."""
    newest = found["status"]["history"][0]
    noted = UPGRADE_RECORD in found["metadata"].get("annotations", {})
    return bool(newest["version"] != ORIGIN and newest["state"] == "Completed" and not noted)


def stands_well(made: Cluster, target: str, origin: str = ORIGIN) -> None:
    """At the target, come there once from the origin, acknowledged once, nothing of ours left behind, every pool and boot image there."""
    found = cluster_version(made)
    history = [(each["version"], each["state"]) for each in found["status"]["history"]]
    assert history[0] == (target, "Completed")
    assert [version for version, _state in history].count(target) == 1 and history[1][0] == origin
    assert not any(key.startswith("okd-boot-images.io/") for key in found["metadata"].get("annotations", {}))
    assert acks(made)["data"] == {GATE: "true"}
    for pool in made.client.list("machineconfigpools"):
        assert not pool["spec"]["paused"] and pool["status"]["updatedMachineCount"] == pool["status"]["machineCount"]


@pytest.mark.contract("G8.killed")
def test_the_module_is_killed_and_run_again(cluster: Clusters) -> None:
    draw, fates = random.Random(SEED), []
    for _kill in range(MODULE_KILLS):
        made = at_4_18(cluster)
        running = made.start_module("cluster_upgrade", **WISH)
        time.sleep(draw.uniform(0.5, 9.0))
        finished = not running.running()
        running.process.kill()
        running.process.join()
        found, before = cluster_version(made), acks(made)
        history = found["status"]["history"][0]
        finished = finished or nothing_left(found)
        fates.append("finished" if finished else f"{history['version']} {history['state']}")
        if finished:
            made.sandbox.kill_operator()
            continue
        done = made.module("cluster_upgrade", **WISH)
        assert not done.failed, done.message
        # What was acknowledged before was not written again.
        if before.get("data"):
            assert acks(made)["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
        stands_well(made, done.result["version"])
        assert done.result["from"] == ORIGIN
        made.sandbox.kill_operator()
    assert sum(fate != "finished" for fate in fates) >= 2, fates
    print(f"seed {SEED}: killed at {', '.join(fates)}")


@pytest.mark.skipif(not KILLS, reason="the long run: make upgrade-kills")
def test_the_playbook_is_killed_and_run_again(cluster: Clusters, tmp_path: Any) -> None:
    """The whole process group, as when the controller dies; every third time ansible-playbook alone, its module living on."""
    draw, longest = random.Random(SEED), 60.0
    for index in range(KILLS):
        made = at_4_18(cluster)
        arguments = {
            "cluster_upgrade_version": "latest" if index % 2 else "4.19.1", "cluster_upgrade_channel": "stable-4.19", "cluster_upgrade_acknowledge": [GATE],
            "cluster_upgrade_wait_timeout": 150, "boot_images_report_dir": str(tmp_path),
        }  # fmt: skip
        kubeconfig, moment = made.sandbox.kubeconfig(), draw.uniform(1.0, longest)
        process = subprocess.Popen(
            command("okd.boot_images.upgrade", **arguments),
            env=surroundings(kubeconfig),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        begun = time.monotonic()
        try:
            process.wait(moment)
            longest = max(10.0, time.monotonic() - begun)  # it was through already: draw among earlier moments
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL) if index % 3 == 2 else os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        found = cluster_version(made)
        history, noted = found["status"]["history"][0], UPGRADE_RECORD in found["metadata"].get("annotations", {})
        done = play("okd.boot_images.upgrade", kubeconfig=kubeconfig, **arguments)
        print(
            f"{index + 1}: seed {SEED}, killed after {moment:.1f} s at {history['version']} {history['state']}"
            f"{', noted' if noted else ''}: {done.code}",
            flush=True,
        )
        assert done.code == 0, done.output
        arrived = cluster_version(made)["status"]["history"][0]["version"]
        # Without a note the first run had begun nothing or was through: there, latest is a new wish.
        through = history["state"] == "Completed" and not noted and arrived != history["version"]
        stands_well(made, arrived, history["version"] if through else ORIGIN)
        made.sandbox.kill_operator()
