# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook upgrade from each minor release to the next and on each platform, judged by the API alone.

Without more, one platform for each pair of releases; all of them with UPGRADE_PAIRS=all, as `make upgrade-pairs` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from integration.support import pairs
from integration.support.clusters import Cluster
from integration.support.playbooks import play

from sandbox import releases

Clusters = Callable[..., Cluster]
UPGRADE = "okd.boot_images.upgrade"
SPEED = 600.0
SECONDS = 120
BORN = "4.14.3"
OPERATOR = "machine-config-operator"
OURS = "okd.boot_images"


def gate_of(minor: str) -> str:
    return f"ack-{minor}-sample-api-removals"


def loaded(cluster: Clusters, here: str, there: str, platform: str) -> Cluster:
    """A cluster of one release, offered the next, with one admin gate that somebody has to acknowledge."""
    made = cluster(
        platform, release=f"{here}.3", born=BORN, channel=f"stable-{there}", gates={gate_of(here): "Read the notes."}
    )
    assert made.names or platform == "none"
    return made


@pytest.mark.parametrize(("here", "there", "platform"), pairs.chosen())
def test_upgrade(cluster: Clusters, tmp_path: Path, here: str, there: str, platform: str) -> None:
    made = loaded(cluster, here, there, platform)
    offers = [each["version"] for each in made.client.get("clusterversions", "version")["status"]["availableUpdates"]]
    target = next(each for each in offers if each.startswith(there + "."))
    before = {each["metadata"]["name"]: pairs.spec_of(each) for each in made.client.list("machinesets")}
    options: list[str] = []
    if platform == "vsphere":
        pairs.vcenter(made, tmp_path / "vcenter.json")
        options = ["--vcenter", str(tmp_path / "vcenter.json")]
    made.sandbox.start_operator(SPEED, *options)

    done = play(
        UPGRADE,
        kubeconfig=made.sandbox.kubeconfig(),
        cluster_upgrade_version=target,
        cluster_upgrade_acknowledge=[gate_of(here)],
        cluster_upgrade_wait_timeout=SECONDS,
        boot_images_wait_timeout=SECONDS,
        boot_images_report_dir=str(tmp_path / "report"),
    )
    assert done.code == 0, done.output

    upgraded(made, target, here)
    on_its_image(made, target, platform, before)
    if platform == "vsphere":
        wanted = releases.stream(target)["architectures"]["x86_64"]["artifacts"]["vmware"]["release"]
        rebuilt = wanted if pairs.managed(platform, target) else pairs.OLD_TEMPLATE
        assert pairs.templates(tmp_path / "vcenter.json") == {rebuilt}
    reported(tmp_path / "report/localhost.json", made, target, platform)


def upgraded(made: Cluster, target: str, here: str) -> None:
    """Control plane and workers have the release; only the gate that was named is acknowledged."""
    version = made.client.get("clusterversions", "version")
    newest = version["status"]["history"][0]
    assert (newest["version"], newest["state"], newest["image"]) == (
        target,
        "Completed",
        releases.release_image(target),
    )
    assert version["spec"]["desiredUpdate"]["version"] == target
    for operator in made.client.list("clusteroperators"):
        assert {each["version"] for each in operator["status"]["versions"] if each["name"] == "operator"} == {target}
    for pool in made.client.list("machineconfigpools"):
        assert pool["status"]["updatedMachineCount"] == pool["status"]["machineCount"], pool["metadata"]["name"]
    acks = made.client.get("configmaps", "admin-acks", "openshift-config").get("data") or {}
    assert acks == {gate_of(here): "true"}


def on_its_image(made: Cluster, target: str, platform: str, before: dict[str, pairs.Json]) -> None:
    """Every set is where upstream's table says, written by whom it says, and nothing else of it has changed."""
    assert made.managers() == pairs.managers(platform, target)
    sets = made.client.list("machinesets")
    assert {each["metadata"]["name"] for each in sets} == set(before)
    by_operator = pairs.managed(platform, target)
    for each in sets:
        was, after = before[each["metadata"]["name"]], pairs.spec_of(each)
        wanted = pairs.fields(platform, target, was)
        if by_operator:  # which brings a providerSpec through its Go type, and up to 4.18 re-points the secret
            assert pairs.image(platform, after) == pairs.image(platform, wanted)
        else:
            assert after == wanted
        written = wanted != was
        assert (OURS in pairs.writers(each)) is (written and not by_operator)
        assert (OPERATOR in pairs.writers(each)) is (written and by_operator)
    configuration = made.configuration()
    assert configuration["status"]["observedGeneration"] == configuration["metadata"]["generation"]
    conditions = {each["type"]: each["status"] for each in configuration["status"].get("conditions") or []}
    assert conditions.get("BootImageUpdateDegraded", "False") == "False"


def reported(file: Path, made: Cluster, target: str, platform: str) -> None:
    """The report says the same, and what is left for a person: the upload of a file, where nobody else can do that."""
    report = json.loads(file.read_text())
    assert report["version"] == {"before": made.loaded.release, "wanted": target, "after": target}
    assert [each["gate"] for each in report["acknowledged"]] == [gate_of(target_before(made))]
    now = {
        each["reason"]: [of["object"] for of in each["objects"]] for each in report["to_do"] if each["when"] == "now"
    }
    uploads = platform in ("openstack", "vsphere") and not pairs.managed(platform, target)
    sets = [f"MachineSet openshift-machine-api/{name}" for name in made.names]
    assert now == ({"image_not_in_cloud": sets} if uploads else {})
    assert report["state"] == ("attention" if uploads else "ok")
    for suffix in ("md", "html"):
        assert target in file.with_suffix(f".{suffix}").read_text()


def target_before(made: Cluster) -> str:
    """The minor release that the cluster was loaded with."""
    major, minor = releases.minor(made.loaded.release)
    return f"{major}.{minor}"
