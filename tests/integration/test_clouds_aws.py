# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images on AWS, from the option to the machine set: OKD where the stream has no AMI, copies, filters, and regions that do not answer."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.support import modules
from integration.support.clusters import Cluster
from integration.support.modules import Answer, environment
from integration.support.playbooks import play
from integration.support.world import HISTORY, records

from sandbox import releases
from sandbox.ec2 import ACCOUNT, Ami, Ec2
from sandbox.sample import INFRA
from sandbox.samples.cluster import secret

Clusters = Callable[..., Cluster]
MODULE, STATUS = "machineset_boot_image", "bootimage_status"
RELEASE, BORN = "4.18.0-okd-scos.5", "4.17.0-okd-scos.1"
HERE, AWAY = "us-east-1", "eu-central-1"
TAG = {f"kubernetes.io/cluster/{INFRA}": "owned"}
INSTALLERS, STALE = "ami-0000000000000005a", "ami-0000000000000005b"


def ami_of(release: str) -> str:
    return str(releases.stream(release)["architectures"]["x86_64"]["images"]["aws"]["regions"][HERE]["image"])


def name_of(release: str) -> str:
    return "scos-{}-x86_64".format(
        releases.stream(release)["architectures"]["x86_64"]["images"]["aws"]["regions"][HERE]["release"]
    )


TARGET, OLD = ami_of(RELEASE), ami_of(BORN)
IMAGES = [
    Ami(TARGET, name_of(RELEASE), (HERE,)),
    Ami(OLD, name_of(BORN), (HERE,), created="2024-10-01T12:00:00.000Z"),
    Ami(INSTALLERS, f"{INFRA}-master", (AWAY,), ACCOUNT, public=False,
        tags={"Name": f"{INFRA}-ami-{AWAY}", "sourceAMI": OLD, "sourceRegion": HERE, **TAG}),
    Ami(STALE, "scos-old", (AWAY,), ACCOUNT, public=False,
        tags={"okd.boot_images/source-ami": "ami-00000000000000099", "okd.boot_images/source-region": HERE, "okd.boot_images/version": "4.16.0", **TAG}),
]  # fmt: skip


@pytest.fixture(scope="module")
def one_ec2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ec2]:
    with Ec2.start(tmp_path_factory.mktemp("ec2"), IMAGES) as made:
        yield made


@pytest.fixture
def ec2(one_ec2: Ec2) -> Ec2:
    one_ec2.reset()
    return one_ec2


class Okd:
    """OKD in eu-central-1, and EC2 beside it."""

    def __init__(self, made: Cluster, ec2: Ec2, folder: Path) -> None:
        self.made, self.ec2 = made, ec2
        self.env = ec2.environment(folder)
        self.kubeconfig = made.sandbox.kubeconfig()

    def run(self, name: str, **arguments: Any) -> Answer:
        return modules.run(name, {"kubeconfig": str(self.kubeconfig), **arguments}, environment(**self.env))

    def copied(self) -> list[str]:
        """The regions that were copied into; dry runs do not count."""
        return [each.region for each in self.ec2.calls("CopyImage") if "DryRun" not in each.parameters]

    def records(self) -> list[dict[str, Any]]:
        plural, namespace, name = HISTORY
        return list(records(self.made.client.get(plural, name, namespace)).values())


@pytest.fixture
def okd(cluster: Clusters, ec2: Ec2, tmp_path: Path) -> Okd:
    return Okd(cluster("okd-aws", region=AWAY, machines=0, nodes=False), ec2, tmp_path)


def test_okd_outside_its_two_regions(okd: Okd) -> None:
    made, kubeconfig = okd.made, okd.kubeconfig
    wishes = {"boot_images_verify_images": True, "boot_images_copy_missing_images": True}
    with made.untouched():
        shown = okd.run(STATUS, verify_images=True)
    assert not shown.failed, shown.message
    table = re.sub(r"\s+", " ", " ".join(shown.result["table"]))
    assert "skip: no_target" in table
    assert "copy_missing_images copies the release's to the region" in table
    assert f"image {OLD} in {AWAY}" in table and "does not exist" in table

    with made.untouched():
        foretold = play("okd.boot_images.reconcile", "--check", "--diff", kubeconfig=kubeconfig, env=okd.env, **wishes)
    assert (foretold.code, foretold.recap()["changed"]) == (0, 1), foretold.output
    assert f"copy-of-{TARGET}-of-{HERE}" in foretold.text
    assert okd.copied() == []

    done = play("okd.boot_images.reconcile", kubeconfig=kubeconfig, env=okd.env, **wishes)
    assert (done.code, done.recap()["changed"]) == (0, 1), done.output
    assert re.search(rf"{AWAY}: copying {TARGET} from {HERE} as ami-", done.text), done.output
    assert okd.copied() == [AWAY]
    (image,) = set(made.images().values())
    assert image not in (TARGET, OLD, INSTALLERS) and image.startswith("ami-")
    (record,) = okd.records()
    assert {str(group["new"]) for group in record["changes"]} == {str({"id": image})}
    assert record["finished"]

    with made.untouched():
        again = okd.run(MODULE, verify_images=True, copy_missing_images=True)
    assert (again.failed, again.result["changed"]) == (False, False), again.message
    assert okd.copied() == [AWAY]


def test_killed_while_the_copy_is_being_asked_for(okd: Okd) -> None:
    okd.ec2.faults.held = threading.Event()
    arguments = {"kubeconfig": str(okd.kubeconfig), "copy_missing_images": True}
    with okd.made.untouched():
        running = modules.start(MODULE, arguments, environment(**okd.env))
        assert okd.ec2.faults.reached.wait(60)
        assert running.process.pid is not None
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.join()
        okd.ec2.faults.held.set()
        okd.ec2.faults.held = None
    answer = okd.run(MODULE, copy_missing_images=True)
    assert not answer.failed, answer.message
    assert okd.copied() == [AWAY]
    assert len(set(okd.made.images().values())) == 1
    found = okd.run(STATUS, verify_images=True)
    assert {
        each["verification"]["state"] for each in found.result["machine_sets"] if each["resource"] == "machinesets"
    } == {"verified"}


def test_a_right_that_is_missing_is_found_in_check_mode_and_nothing_is_written(okd: Okd) -> None:
    okd.ec2.faults.denied = frozenset({"ec2:CopyImage"})
    for check in (True, False):
        with okd.made.untouched():
            answer = okd.run(MODULE, copy_missing_images=True, _ansible_check_mode=check)
        assert answer.failed
        assert {each["reason"] for each in answer.result["machine_sets"]} == {"copy_failed"}
        assert "may not ec2:CopyImage" in answer.message
        assert [each["state"] for each in answer.result["copies"]] == ["failed"]


def test_filters_give_way_to_the_installers_own_copy(okd: Okd) -> None:
    filters = [{"name": "tag:Name", "values": [f"{INFRA}-ami-{AWAY}"]}]
    for name in okd.made.names:
        okd.made.provider_spec(name, {"ami": {"id": None, "filters": filters}})
    unasked = okd.run(STATUS, resource="machinesets")
    assert {each["reason"] for each in unasked.result["machine_sets"]} == {"ami_filters"}

    answer = okd.run(MODULE, verify_images=True)
    assert not answer.failed, answer.message
    for name in okd.made.names:
        spec = okd.made.machine_set(name)["spec"]["template"]["spec"]["providerSpec"]["value"]
        assert spec["ami"] == {"id": INSTALLERS}
        assert answer.sets()[name]["updated"]
    with okd.made.untouched():
        again = okd.run(MODULE, verify_images=True)
    assert (again.failed, again.result["changed"]) == (False, False)
    found = okd.run(STATUS, verify_images=True, resource="machinesets").sets()[okd.made.names[0]]
    assert found["age"]["built"] == "2024-10-01"  # when what it was copied from was made


def test_a_region_that_does_not_answer_spoils_no_other(okd: Okd) -> None:
    near, *far = okd.made.names
    okd.made.provider_spec(near, {"placement": {"region": HERE}})
    okd.ec2.faults.disabled_regions = frozenset({AWAY})
    found = okd.run(STATUS, verify_images=True, resource="machinesets")
    assert not found.failed, found.message
    assert [each["what"] for each in found.result["not_checked"] if "images" in each["what"]] == [f"images in {AWAY}"]
    answer = okd.run(MODULE, verify_images=True)
    assert answer.failed
    assert {name: each["reason"] for name, each in answer.sets().items()} == {
        near: None, **dict.fromkeys(far, "image_not_verified"),
    }  # fmt: skip
    assert (answer.sets()[near]["updated"], okd.made.image(near)) == (True, TARGET)


def test_the_clusters_own_credentials_are_used_and_never_shown(okd: Okd, tmp_path: Path) -> None:
    key, canary = "AKIACANARY", "canary-of-a-secret-key"
    okd.made.client.create(secret("aws-cloud-credentials", {"aws_access_key_id": key, "aws_secret_access_key": canary}))
    try:
        okd.ec2.faults.accepted_keys = frozenset({key})
        found = okd.run(STATUS, verify_images=True, aws={"cluster_credentials": True})
        assert not found.failed, found.message
        assert {each.access_key for each in okd.ec2.calls("DescribeImages")} == {key}
        assert canary not in str(found.result)
        okd.ec2.faults.accepted_keys = frozenset()
        refused = okd.run(MODULE, verify_images=True, aws={"cluster_credentials": True})
        assert refused.failed and "does not accept the credentials" in refused.message
        assert canary not in str(refused.result)
        # In a file, because Ansible itself shows its command line.
        variables = {
            "boot_images_verify_images": True,
            "boot_images_aws": {"access_key": "AKIAOWN", "secret_key": canary},
        }
        (tmp_path / "vars.json").write_text(json.dumps(variables))
        shown = play(
            "okd.boot_images.status", "-vvvv", "-e", f"@{tmp_path}/vars.json", kubeconfig=okd.kubeconfig, env=okd.env
        )
        assert (shown.code, canary in shown.output) == (0, False)
        assert "AWS does not accept the credentials" in shown.text
    finally:
        okd.made.client.delete("secrets", "aws-cloud-credentials", "openshift-machine-api")


def test_nothing_is_brought_back_to_an_image_that_is_gone(okd: Okd) -> None:
    old = okd.made.images()
    okd.run(MODULE, state="recorded")
    for name in okd.made.names:
        okd.made.set_image(name, INSTALLERS)
    with okd.made.untouched():
        answer = okd.run(MODULE, state="restored", verify_images=True)
    assert {each["reason"] for each in answer.result["machine_sets"]} == {"image_missing"}
    assert not okd.run(MODULE, state="restored").failed
    assert okd.made.images() == old


def test_copies_that_nobody_names_are_listed_and_thrown_away(okd: Okd) -> None:
    for name in okd.made.names:
        okd.made.set_image(name, INSTALLERS)
    listed = okd.run(MODULE, prune_copies="list")
    assert not listed.failed, listed.message
    assert [(each["image"], each["deleted"]) for each in listed.result["pruned"]] == [(STALE, False)]
    assert (listed.result["changed"], okd.ec2.calls("DeregisterImage")) == (False, [])
    foretold = okd.run(MODULE, prune_copies="delete", _ansible_check_mode=True)
    assert (foretold.result["changed"], foretold.result["pruned"][0]["deleted"]) == (True, False)
    named = okd.made.names[0]
    okd.made.set_image(named, STALE)
    assert okd.run(MODULE, prune_copies="delete").result["pruned"] == []
    okd.made.set_image(named, INSTALLERS)
    done = okd.run(MODULE, prune_copies="delete")
    assert (done.result["changed"], done.result["pruned"][0]["deleted"]) == (True, True)
    assert okd.run(MODULE, prune_copies="delete").result["pruned"] == []
