# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each job template as AWX runs it, with what its credentials inject, and the traps in that. `make awx-jobs` runs every template, `make test` one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from integration.support.awx_jobs import TEMPLATES, Job, bearer_token, launch
from integration.support.clusters import WORKERS, Cluster
from integration.test_clouds_aws import AWAY, IMAGES
from integration.test_clouds_gcp import image

from sandbox.ec2 import Ec2
from sandbox.gce import Gce

Clusters = Callable[..., Cluster]
SPEED = 600.0
LABEL = "okd-boot-images.io/managed"


def test_a_look_at_the_cluster(cluster: Clusters, tmp_path: Path) -> None:
    made = cluster("gcp")
    injected = bearer_token(made, tmp_path, "reader")
    with made.untouched():
        job = launch("status", tmp_path, injected)
    assert job.code == 0, job.output
    assert all(name in job.output for name in made.names)
    outcome = job.outcome
    assert (outcome["action"], outcome["changed"], outcome["failed"]) == ("status", False, False)
    assert (outcome["version"], outcome["clusters"]["total"]) == (made.loaded.release, 1)
    told = json.dumps(job.events) + job.output
    assert injected["K8S_AUTH_API_KEY"] not in told
    assert "not validated" not in told


@pytest.mark.long
def test_false_as_a_text_switches_verification_off_and_a_warning_says_so(cluster: Clusters, tmp_path: Path) -> None:
    """What AWX injects without being asked when the certificate authority is missing."""
    made = cluster("gcp")
    injected = bearer_token(made, tmp_path)
    del injected["K8S_AUTH_SSL_CA_CERT"]
    job = launch("status", tmp_path, {**injected, "K8S_AUTH_VERIFY_SSL": "False"})
    assert job.code == 0, job.output
    assert "TLS certificates are not validated" in job.output


def refused(made: Cluster, job_of: Callable[[], Job], *words: str) -> None:
    """The job fails with these words before it has said anything to the API server, and leaves word of it."""
    with made.untouched(), made.requests() as requests:
        job = job_of()
    assert (job.code, requests) == (2, []), job.output
    assert (job.outcome["failed"], job.outcome["reason"]) == (True, "invalid_input")
    assert all(word in " ".join(job.output.split()) for word in words), job.output


def test_a_host_without_a_token_gets_nobody_elses(cluster: Clusters, tmp_path: Path) -> None:
    """Neither that of the pod that the job runs in, nor that of a kubeconfig."""
    made = cluster("gcp")
    injected = bearer_token(made, tmp_path)
    del injected["K8S_AUTH_API_KEY"]
    address, port = injected["K8S_AUTH_HOST"].removeprefix("https://").split(":")
    pod = {"KUBERNETES_SERVICE_HOST": address, "KUBERNETES_SERVICE_PORT": port}
    injected = {**injected, **pod, "KUBECONFIG": str(made.sandbox.kubeconfig())}
    refused(made, lambda: launch("enable", tmp_path, injected), "is given without credentials. Give api_key")


@pytest.mark.long
def test_an_empty_file_for_the_authority(cluster: Clusters, tmp_path: Path) -> None:
    made = cluster("gcp")
    injected = bearer_token(made, tmp_path)
    Path(injected["K8S_AUTH_SSL_CA_CERT"]).write_bytes(b"")
    refused(made, lambda: launch("enable", tmp_path, injected), "ca_cert:", "is empty")


def test_a_google_credential(cluster: Clusters, tmp_path: Path) -> None:
    """AWX's file for google-auth has no private_key_id; where Compute Engine is, the template's extra variable says, as a text."""
    made = cluster("gcp", machines=0, nodes=False)
    known = {*made.images().values(), made.target()}
    with Gce.start([image(each) for each in known]) as gce:
        account = gce.add_account("ansible")
        key = tmp_path / "env" / "tmp_key"
        injected = bearer_token(made, tmp_path)
        key.write_text(json.dumps({name: value for name, value in account.info().items() if name != "private_key_id"}))
        injected |= dict.fromkeys(("GOOGLE_APPLICATION_CREDENTIALS", "GCP_SERVICE_ACCOUNT_FILE"), str(key))
        injected |= {"GCP_AUTH_KIND": "serviceaccount", "GCP_ENV_TYPE": "tower", "GCE_PROJECT": "demo"}
        where = json.dumps({"endpoint_url": gce.url})
        job = launch("reconcile", tmp_path, injected, boot_images_verify_images="true", boot_images_gcp=where)
        assert job.code == 0, job.output
        assert {each.subject for each in gce.calls("token")} == {"jwt-bearer"}
    assert made.images() == dict.fromkeys(made.names, made.target())
    assert job.outcome["machine_sets"]["written"] == len(made.names)


@pytest.mark.long
def test_an_amazon_credential_and_two_answers_of_which_one_says_yes(cluster: Clusters, tmp_path: Path) -> None:
    """OKD where its release has no image; the copy is verified although the answer to that alone was no."""
    made = cluster("okd-aws", region=AWAY, machines=0, nodes=False)
    folder = tmp_path / "ec2"
    folder.mkdir()
    with Ec2.start(folder, IMAGES) as ec2:
        injected = bearer_token(made, tmp_path)
        injected |= {"AWS_ACCESS_KEY_ID": "AKIASANDBOX", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}
        injected |= dict.fromkeys(("AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"), "sandbox-session-token")
        answers = {"boot_images_verify_images": "false", "boot_images_copy_missing_images": "true"}
        job = launch("reconcile", tmp_path, injected, boot_images_aws=json.dumps({"endpoint_url": ec2.url}), **answers)
        assert job.code == 0, job.output
        assert [each.region for each in ec2.calls("CopyImage") if "DryRun" not in each.parameters] == [AWAY]
    assert len(set(made.images().values())) == 1
    assert job.outcome["machine_sets"]["written"] == len(made.names)
    told = json.dumps(job.events) + job.output
    assert not any(secret in told for secret in ("sandbox-secret-key", "sandbox-session-token"))


# Every template


def preflight(made: Cluster, job: Callable[..., Job]) -> None:
    with made.untouched():
        done = job()
    assert (done.code, done.outcome["blockers"]) == (0, []), done.output
    assert "Nothing is in the way of an upgrade." in done.output


def upgrade(made: Cluster, job: Callable[..., Job]) -> None:
    updates = made.client.get("clusterversions", "version")["status"]["availableUpdates"]
    target = next(each["version"] for each in updates if each["version"].startswith("4.18."))
    made.sandbox.start_operator(SPEED)
    gate = {"ack-4.17-test": "Read this."}
    made.client.patch("configmaps", "admin-gates", {"data": gate}, "openshift-config-managed")
    done = job(
        cluster_upgrade_version=target, cluster_upgrade_acknowledge="ack-4.17-test\n", cluster_upgrade_wait_timeout=600
    )
    assert done.code == 0, done.output
    assert any(f"cluster {target}" in line for line in done.live), done.live
    outcome = done.outcome
    assert (outcome["version"], outcome["changed"], outcome["settled"]) == (target, True, True)
    assert made.images() == dict.fromkeys(made.names, made.target(target))


def reconcile(made: Cluster, job: Callable[..., Job]) -> None:
    chosen = made.names[0]
    done = job(boot_images_names=f"{chosen}\n", boot_images_max_failures=1)
    assert done.code == 2  # verify looks at all sets
    assert done.outcome["machine_sets"]["written"] == 1
    assert [name for name in made.names if made.image(name) == made.target()] == [chosen]


def rollback(made: Cluster, job: Callable[..., Job]) -> None:
    old = made.images()
    taken = made.module("machineset_boot_image").result["record"]
    done = job(boot_images_record=taken, boot_images_names=",".join(made.names))
    assert (done.code, done.outcome["changed"]) == (0, True), done.output
    assert made.images() == old


def enable(made: Cluster, job: Callable[..., Job]) -> None:
    """Also: lines are events while the task runs."""
    made.sandbox.start_operator(SPEED)
    chosen = made.names[0]
    done = job(boot_images_machine_sets=f"\n{chosen}\n")
    assert done.code == 0, done.output
    assert any(f"machine set {chosen} ->" in line for line in done.live), done.live
    (manager,) = made.managers()
    assert manager["selection"]["partial"]["machineResourceSelector"]["matchLabels"] == {LABEL: "true"}
    assert made.image(chosen) == made.target()


def disable(made: Cluster, job: Callable[..., Job]) -> None:
    made.manage({**WORKERS, "selection": {"mode": "All"}})
    made.sandbox.start_operator(SPEED)
    done = job()
    assert (done.code, done.outcome["changed"]) == (0, True), done.output
    assert made.managers() == []


TESTS: dict[str, Callable[[Cluster, Callable[..., Job]], None]] = {
    each.__name__: each for each in (preflight, reconcile, upgrade, rollback, enable, disable)
}


@pytest.mark.parametrize(
    "name", [each if each == "enable" else pytest.param(each, marks=pytest.mark.long) for each in TESTS]
)
def test_a_template(cluster: Clusters, tmp_path: Path, name: str) -> None:
    made = cluster("gcp")

    def job(**answers: Any) -> Job:
        return launch(name, tmp_path, bearer_token(made, tmp_path), **answers)

    TESTS[name](made, job)


def test_every_template_has_its_test() -> None:
    assert {*TESTS, "status"} == set(TEMPLATES)
