# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook upgrade, end to end: a cluster, its operator, an upgrade, its boot images, the report."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from integration.support.clusters import WORKERS, Cluster
from integration.support.playbooks import CHECKOUT, Play, command, play, surroundings

Clusters = Callable[..., Cluster]
UPGRADE = "okd.boot_images.upgrade"
SPEED = 600.0
ALL = [{**WORKERS, "selection": {"mode": "All"}}]


def newest(made: Cluster) -> tuple[str, str]:
    """Version and state of ClusterVersion's newest history entry."""
    entry = made.client.get("clusterversions", "version")["status"]["history"][0]
    return entry["version"], entry["state"]


def offered(made: Cluster, minor: str) -> str:
    updates = made.client.get("clusterversions", "version")["status"]["availableUpdates"]
    return str(next(each["version"] for each in updates if each["version"].startswith(minor + ".")))


def looks_again(done: Play) -> bool:
    """Whether the report had a look at the cluster of its own."""
    told = done.output.partition(": Look at the cluster as it stands now] ")[2].splitlines()[1]
    return not told.startswith("skipping:")


@pytest.mark.long
def test_4_17_to_4_18_on_gcp_and_once_more(cluster: Clusters, tmp_path: Path) -> None:
    """The seed case: born on 4.12, never updated; then the same playbook again, which has nothing to do."""
    made = cluster("gcp")
    before = made.images()
    target = offered(made, "4.18")
    made.sandbox.start_operator(SPEED)
    arguments = {"cluster_upgrade_version": target, "boot_images_report_dir": str(tmp_path)}
    done = play(UPGRADE, kubeconfig=made.sandbox.kubeconfig(), **arguments)
    assert done.code == 0, done.output
    assert newest(made) == (target, "Completed")
    assert made.images() == dict.fromkeys(made.names, made.target(target))
    assert made.managers() == ALL
    recap = done.recap()
    # Two writes: MachineConfiguration and ClusterVersion. The sets were the operator's work.
    assert (recap["changed"], recap["failed"], recap["unreachable"]) == (
        3,
        0,
        0,
    )  # the record, the configuration, the version

    report = (tmp_path / "localhost.md").read_text()
    rows = {line.split("|")[1].strip(): line for line in report.splitlines() if line.startswith("| ")}
    for name in made.names:
        assert before[name] in rows[name]
        assert made.target(target) in rows[name]
    assert f"| {made.loaded.release} | {target} |" in report
    assert f"machine set {made.names[0]} ->" in done.output
    assert f"cluster {target} Completed" in done.output

    versions = {name: each["metadata"]["resourceVersion"] for name, each in _sets(made).items()}
    again = play(str(CHECKOUT / "playbooks/upgrade.yml"), kubeconfig=made.sandbox.kubeconfig(), **arguments)
    assert again.code == 0, again.output
    assert again.recap()["changed"] == 0
    assert {name: each["metadata"]["resourceVersion"] for name, each in _sets(made).items()} == versions
    assert (tmp_path / "localhost.md").is_file()


def _sets(made: Cluster) -> dict[str, dict[str, dict[str, str]]]:
    return {each["metadata"]["name"]: each for each in made.client.list("machinesets")}


def test_4_18_to_4_19_on_aws_needs_the_gate_acknowledged(cluster: Clusters, tmp_path: Path) -> None:
    gate = "ack-4.18-boot-image-opt-out-in-4.19"
    made = cluster("aws")
    target = offered(made, "4.19")
    made.sandbox.start_operator(SPEED)
    gates = ("admin-gates", "openshift-config-managed")
    made.client.wait_for(lambda: gate in (made.client.get("configmaps", *gates).get("data") or {}), 20, gate)
    before = made.client.get("clusterversions", "version")["spec"]
    kubeconfig = made.sandbox.kubeconfig()
    arguments = {"cluster_upgrade_version": target, "boot_images_report_dir": str(tmp_path)}

    # A rehearsal tells the plan, and foresees that the playbook's own opinion will close the gate about boot images.
    made.sandbox.kill_operator()  # which would write, too
    with made.untouched():
        rehearsed = play(UPGRADE, "--check", "--diff", kubeconfig=kubeconfig, **arguments)
    assert rehearsed.code == 0, rehearsed.output
    assert rehearsed.recap()["changed"] >= 2
    assert '+    "managedBootImages"' in rehearsed.output
    assert f'"version": "{target}"' in rehearsed.output
    assert gate in rehearsed.output.split("+++")[-1]
    for name in made.names:
        assert name in rehearsed.output
    assert not made.client.get("configmaps", "admin-acks", "openshift-config").get("data")
    made.sandbox.start_operator(SPEED)

    # The boot image gate closes by itself once the playbook has written an opinion; another one does not.
    made.client.patch("configmaps", "admin-gates", {"data": {"ack-4.18-test": "Read this."}}, gates[1])
    refused = play(UPGRADE, kubeconfig=kubeconfig, **arguments)
    assert refused.code == 2
    assert refused.recap()["failed"] == 1
    assert "ack-4.18-test" in refused.text
    assert "cluster_upgrade_acknowledge" in refused.text
    assert made.client.get("clusterversions", "version")["spec"] == before
    assert newest(made) == (made.loaded.release, "Completed")

    done = play(UPGRADE, kubeconfig=kubeconfig, cluster_upgrade_acknowledge=["ack-4.18-test"], **arguments)
    assert done.code == 0, done.output
    assert newest(made) == (target, "Completed")
    assert made.images() == dict.fromkeys(made.names, made.target(target))
    acks = made.client.get("configmaps", "admin-acks", "openshift-config")["data"]
    assert acks["ack-4.18-test"] == "true"
    assert not looks_again(done)  # the report tells what was found when every set was verified, and of Machines
    report = json.loads((tmp_path / "localhost.json").read_text())
    assert report["machines"]["total"] == len(made.client.list("machines")) > 0


@pytest.mark.long
def test_the_report_looks_again_where_the_skew_was_recorded_after_the_verification(
    cluster: Clusters, tmp_path: Path
) -> None:
    made = cluster("gcp", release="4.22.1")
    stands = {"mode": "None", "skew_enforcement": {"mode": "Manual", "ocp_version": "4.12.3"}}
    assert not made.module("managed_boot_images", **stands).failed
    made.sandbox.start_operator(SPEED)
    arguments = {"boot_images_mode": "None", "boot_images_report_dir": str(tmp_path)}
    for looks in (True, False):
        done = play(UPGRADE, kubeconfig=made.sandbox.kubeconfig(), **arguments)
        assert done.code == 0, done.output
        assert looks_again(done) is looks, done.output
    report = json.loads((tmp_path / "localhost.json").read_text())
    # What was recorded is the oldest image, that of the control plane.
    (skew,) = [each for each in report["blockers"] if each["reason"] == "boot_image_skew"]
    assert "412.85.202203181601-0" in skew["message"]


@pytest.mark.long
def test_the_operator_dies_in_the_middle_and_the_playbook_is_run_again(cluster: Clusters, tmp_path: Path) -> None:
    made = cluster("gcp", release="4.20.3")
    target = offered(made, "4.20")
    made.sandbox.start_operator(100)
    kubeconfig = made.sandbox.kubeconfig()
    arguments = {
        "cluster_upgrade_version": target,
        "cluster_upgrade_wait_timeout": 8,
        "boot_images_report_dir": str(tmp_path),
    }
    process = subprocess.Popen(
        command(UPGRADE, **arguments),
        env=surroundings(kubeconfig),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        made.client.wait_for(lambda: newest(made) == (target, "Partial"), 60, "the upgrade's begin")
        made.sandbox.kill_operator()
        output = process.communicate(timeout=90)[0]
    finally:
        process.kill()
    failed = Play(output, process.returncode)
    assert failed.code == 2, output
    assert failed.recap()["failed"] == 1
    assert "After 8 seconds still waiting for ClusterVersion version" in failed.text
    assert f"Working towards {target}" in failed.text
    assert newest(made) == (target, "Partial")

    made.sandbox.start_operator(SPEED)
    done = play(UPGRADE, kubeconfig=kubeconfig, **{**arguments, "cluster_upgrade_wait_timeout": 90})
    assert done.code == 0, done.output
    assert done.recap()["changed"] == 0  # all that was to be written had been
    assert newest(made) == (target, "Completed")
    assert made.images() == dict.fromkeys(made.names, made.target(target))
