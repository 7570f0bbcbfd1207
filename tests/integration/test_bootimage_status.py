# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bootimage_status: its fields against what the sandbox knows of the cluster, and its table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from integration.support.clusters import WORKERS, Cluster

from sandbox import releases

Clusters = Callable[..., Cluster]
MODULE = "bootimage_status"


def status(made: Cluster, **arguments: Any) -> dict[str, Any]:
    """The answer; asking writes nothing."""
    with made.untouched():
        answer = made.module(MODULE, **arguments)
    assert not answer.failed, answer.message
    assert answer.result["changed"] is False
    return answer.result


def workers(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in result["machine_sets"] if each["resource"] == "machinesets"}


@pytest.mark.parametrize(
    ("sample", "distribution", "platform", "region"),
    [
        ("gcp", "OpenShift", "GCP", "us-central1"),
        ("aws", "OpenShift", "AWS", "us-east-1"),
        ("okd-gcp", "OKD", "GCP", "us-central1"),
    ],
)
def test_what_is_said_of_the_cluster_and_its_sets(
    cluster: Clusters, sample: str, distribution: str, platform: str, region: str
) -> None:
    made = cluster(sample)
    made.follow()
    found = status(made)
    release = made.loaded.release
    assert found["cluster"] == {
        "version": release,
        "history_version": release,
        "history_state": "Completed",
        "operator_version": release,
        "channel": made.loaded.channel,
        "platform": platform,
        "topology": "HighlyAvailable",
        "distribution": distribution,
        "architecture": "amd64",
        "behaves_as": ".".join(release.split(".")[:2]),
    }
    assert found["stream"] == {"name": releases.stream(release)["stream"], "release": release}
    assert sorted(workers(found)) == sorted(made.names)
    images = made.images()
    for name, each in workers(found).items():
        assert (each["current"], each["target"], each["drift"]) == (images[name], made.target(), True)
        assert (each["region"], each["architecture"], each["replicas"]) == (region, "amd64", 2)
        assert (each["decision"], each["reason"]) == ("update", None)
        assert each["operator"]["will"] == "not_managed"
        assert (each["managed_by"], each["risks"]) == ("nobody", [])
    control_plane = [each["name"] for each in found["machine_sets"] if each["resource"] == "controlplanemachinesets"]
    assert control_plane == ["cluster"]
    assert found["counts"]["total"] == len(made.names) + 1
    assert found["counts"]["drift"] == len(made.names) + 1
    assert (found["settled"], found["waiting_for"], found["not_checked"]) == (True, [], [])


def test_the_age_of_an_image_by_its_name(cluster: Clusters) -> None:
    """Born on 4.12, standing on 4.17."""
    made = cluster("gcp")
    age = workers(status(made))[made.names[0]]["age"]
    assert (age["release"], age["minors_behind"]) == ("4.12", 5)
    # …/rhcos-412-86-202212081411-0-gcp-x86-64
    built = made.image(made.names[0]).split("-")[-6 + 1]
    assert age["built"].replace("-", "") == built[:8]
    assert age["days_behind"] > 365


def test_what_the_operator_will_do(cluster: Clusters) -> None:
    made = cluster("gcp")
    made.manage({**WORKERS, "selection": {"mode": "All"}})
    found = status(made, resource="machinesets")
    assert found["configuration"]["spec"] == {"machineManagers": [{**WORKERS, "selection": {"mode": "All"}}]}
    assert found["configuration"]["effective"]["machinesets"]["mode"] == "All"
    for each in found["machine_sets"]:
        assert (each["operator"]["will"], each["managed_by"]) == ("update", "operator machine-config")
        assert (each["decision"], each["reason"]) == ("skip", "managed_by_operator")
    assert found["settled"] is False
    assert {each["object"].split()[-1].split("/")[-1] for each in found["waiting_for"]} >= set(made.names)


def test_names_and_selectors_choose(cluster: Clusters) -> None:
    made = cluster("gcp")
    name = made.names[1]
    found = status(made, names=[name])
    assert [each["name"] for each in found["machine_sets"]] == [name]
    assert found["counts"]["total"] == 1
    key = "machine.openshift.io/cluster-api-cluster"
    by_label = status(made, label_selectors=[f"{key}={made.loaded.infra}"], resource="machinesets")
    assert sorted(workers(by_label)) == sorted(made.names)
    assert status(made, label_selectors=[f"{key}!={made.loaded.infra}"])["machine_sets"] == []


def test_the_stream_of_another_release(cluster: Clusters, tmp_path: Path) -> None:
    made = cluster("gcp")
    path = tmp_path / "stream.json"
    path.write_text(json.dumps(releases.stream("4.19.2")))
    found = workers(status(made, stream_file=str(path)))
    assert {each["target"] for each in found.values()} == {made.target("4.19.2")}
    assert made.target("4.19.2") != made.target()


@pytest.mark.parametrize("sample", ["gcp", "aws", "okd-gcp"])
def test_the_table_fits_a_terminal_and_names_every_set(cluster: Clusters, sample: str) -> None:
    made = cluster(sample)
    long = "x" * 40 + made.names[0]
    copy = made.machine_set(made.names[0])
    copy["metadata"] = {"name": long, "namespace": copy["metadata"]["namespace"]}
    del copy["status"]
    made.client.create(copy)
    table = status(made)["table"]
    assert max(len(line) for line in table) <= 120
    assert max(len(line) for line in table) > 80
    for name in made.names:
        assert any(line.startswith(name) for line in table), name
    assert any(line.startswith("x" * 20) for line in table)
    assert made.loaded.release in table[0]


def test_text_from_the_cluster_cannot_paint_the_terminal(cluster: Clusters) -> None:
    made = cluster("gcp")
    made.set_image(made.names[0], "\x1b[31mred\x07")
    assert not any("\x1b" in line or "\x07" in line for line in status(made)["table"])


def test_open_gates_are_blockers(cluster: Clusters) -> None:
    gate = "ack-4.18-boot-image-opt-out-in-4.19"
    made = cluster("aws", gates={gate: "GCP and AWS boot images are updated by default from 4.19 on."})
    (blocker,) = (each for each in status(made)["blockers"] if each["severity"] == "blocker")
    assert (blocker["reason"], blocker["object"]) == ("boot_images_undecided", f"admin gate {gate}")
    assert "GCP and AWS boot images" in blocker["message"]
    made.manage({**WORKERS, "selection": {"mode": "All"}})
    (blocker,) = (each for each in status(made)["blockers"] if each["severity"] == "blocker")
    assert (blocker["reason"], blocker["object"]) == ("admin_ack_required", f"admin gate {gate}")
    assert blocker["message"].startswith("GCP and AWS boot images")
    made.client.patch("configmaps", "admin-acks", {"data": {gate: "true"}}, "openshift-config")
    assert [each for each in status(made)["blockers"] if each["severity"] == "blocker"] == []


def test_the_operators_conditions_are_taken_apart(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.19.2")
    name = made.names[0]
    annotation = {"capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=vax"}
    made.client.patch("machinesets", name, {"metadata": {"annotations": annotation}})
    made.sandbox.start_operator(100)

    def degraded() -> bool:
        conditions = made.configuration().get("status", {}).get("conditions", [])
        return any(each["type"] == "BootImageUpdateDegraded" and each["status"] == "True" for each in conditions)

    made.client.wait_for(degraded, 30, "degraded")
    answer = made.module(MODULE, wait=True, wait_timeout=30)
    assert not answer.failed, answer.message
    assert answer.result["conditions"]["degraded"] is True
    assert name in answer.result["conditions"]["errors"]
    assert answer.sets()[name]["operator"]["will"] == "fail"
    assert {each["object"].split("/")[-1].split()[-1]: each["state"] for each in answer.result["waiting_for"]} == {
        name: "stuck"
    }


def test_wait_answers_when_the_cluster_has_settled(cluster: Clusters) -> None:
    made = cluster("gcp")
    made.manage({**WORKERS, "selection": {"mode": "All"}})
    made.sandbox.start_operator(100)
    answer = made.module(MODULE, wait=True, wait_timeout=60, resource="machinesets")
    assert not answer.failed, answer.message
    assert answer.result["settled"] is True
    assert {each["current"] for each in answer.result["machine_sets"]} == {made.target()}
    assert made.images() == dict.fromkeys(made.names, made.target())
