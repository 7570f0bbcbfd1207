# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images on Google Cloud, from the option to the machine set, with google-auth's own token flow; and platforms that cannot be asked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from integration.support import modules
from integration.support.clusters import Cluster
from integration.support.modules import Answer, environment
from integration.support.playbooks import play

from sandbox.gce import Account, Gce, Image
from sandbox.samples.cluster import secret

Clusters = Callable[..., Cluster]
MODULE, STATUS = "machineset_boot_image", "bootimage_status"


def image(path: str, **told: Any) -> Image:
    project, name = path.split("/")[1], path.rsplit("/", 1)[-1]
    return Image(name, project, **told)


class Google:
    """A cluster, and Compute Engine beside it that has the images which a test names."""

    def __init__(self, made: Cluster, folder: Path) -> None:
        self.made, self.folder = made, folder
        (self.old,) = set(made.images().values())
        self.target = made.target()
        self.gce: Gce | None = None
        self.account: Account | None = None

    def have(self, *images: Image) -> Gce:
        self.gce = Gce.start(images)
        self.account = self.gce.add_account("ansible")
        return self.gce

    def options(self) -> dict[str, str]:
        assert self.gce and self.account
        key = self.folder / "key.json"
        key.write_text(json.dumps(self.account.info()))
        return {"service_account_file": str(key), "endpoint_url": self.gce.url}

    def run(self, name: str, **arguments: Any) -> Answer:
        arguments = {"gcp": self.options(), **arguments}
        env = environment(NO_PROXY="127.0.0.1", CLOUDSDK_CONFIG=str(self.folder))
        return modules.run(
            name, {"kubeconfig": str(self.made.sandbox.kubeconfig()), "verify_images": True, **arguments}, env
        )


@pytest.fixture
def google(cluster: Clusters, tmp_path: Path) -> Iterator[Google]:
    made = Google(cluster("gcp", machines=0, nodes=False), tmp_path)
    yield made
    if made.gce:
        made.gce.__exit__(None, None, None)


def test_good_images_are_verified_and_written(google: Google) -> None:
    gce = google.have(image(google.old), image(google.target))
    found = google.run(STATUS, resource="machinesets")
    assert {each["verification"]["state"] for each in found.result["machine_sets"]} == {"verified"}
    assert [each.subject for each in gce.calls("token")] == ["jwt-bearer"]
    assert len(gce.calls("images.get")) == 2  # two images, however many sets
    answer = google.run(MODULE)
    assert not answer.failed, answer.message
    assert google.made.images() == dict.fromkeys(google.made.names, google.target)


def test_a_deprecated_image_is_a_warning(google: Google) -> None:
    told = {"state": "DEPRECATED", "replacement": "https://www.googleapis.com/compute/v1/" + google.target}
    google.have(image(google.old, deprecated=told), image(google.target))
    (warning,) = (each for each in google.run(STATUS).result["blockers"] if each["reason"] == "image_deprecated")
    assert warning["severity"] == "warning" and google.target in warning["message"]
    assert not google.run(MODULE, _ansible_check_mode=True).failed


def test_a_missing_target_is_never_written(google: Google, tmp_path: Path) -> None:
    google.have(image(google.old))
    with google.made.untouched():
        variables = {"boot_images_verify_images": True, "boot_images_gcp": google.options()}
        kubeconfig = google.made.sandbox.kubeconfig()
        done = play("okd.boot_images.reconcile", kubeconfig=kubeconfig, env={"NO_PROXY": "127.0.0.1"}, **variables)
    assert done.code == 2
    assert f"{google.target}" in done.text and "does not exist" in done.text
    answer = google.run(MODULE)
    assert {each["reason"] for each in answer.result["machine_sets"]} == {"image_missing"}


def test_an_obsolete_or_foreign_architecture_is_none_either(google: Google) -> None:
    for told, code in (
        ({"deprecated": {"state": "OBSOLETE"}}, "image_unavailable"),
        ({"architecture": "ARM64"}, "image_architecture"),
    ):
        gce = google.have(image(google.old), replace(image(google.target), **told))
        with gce, google.made.untouched():
            assert {each["reason"] for each in google.run(MODULE).result["machine_sets"]} == {code}
        google.gce = None


def test_the_clusters_own_key_is_used_and_never_shown(google: Google) -> None:
    google.have(image(google.old), image(google.target))
    assert google.gce and google.account
    info = google.account.info()
    google.made.client.create(secret("gcp-cloud-credentials", {"service_account.json": json.dumps(info)}))
    try:
        found = google.run(
            STATUS, resource="machinesets", gcp={"cluster_credentials": True, "endpoint_url": google.gce.url}
        )
        assert {each["verification"]["state"] for each in found.result["machine_sets"]} == {"verified"}
        assert {each.who for each in google.gce.calls("images.get")} == {google.account.email}
        assert info["private_key"].splitlines()[1] not in json.dumps(found.result)
    finally:
        google.made.client.delete("secrets", "gcp-cloud-credentials", "openshift-machine-api")


def test_nobody_to_ask_is_not_checked_and_nothing_is_written(google: Google) -> None:
    google.have()
    assert google.account
    google.account.deleted = True
    found = google.run(STATUS)
    (gap,) = (each for each in found.result["not_checked"] if "images" in each["what"])
    assert gap["what"] == "images in us-central1" and "invalid_grant" in gap["why"]
    with google.made.untouched():
        answer = google.run(MODULE)
    assert {each["reason"] for each in answer.result["machine_sets"]} == {"image_not_verified"}


@pytest.mark.parametrize("sample", ["azure", "vsphere", "openstack", "nutanix", "ibmcloud", "powervs"])
def test_other_platforms_say_that_nobody_was_asked(cluster: Clusters, sample: str) -> None:
    made = cluster(sample, machines=0, nodes=False)
    found = made.module(STATUS, verify_images=True)
    assert not found.failed, found.message
    (gap,) = (each for each in found.result["not_checked"] if each["what"].startswith("images on"))
    assert gap["why"].startswith("not_verified")
    assert "verified" not in {each["verification"]["state"] for each in found.result["machine_sets"]}


ALONE = """
import json, sys
for name in ("boto3", "botocore", "google.auth"):
    sys.modules[name] = None  # who imports it now fails
from ansible.module_utils.testing import patch_module_args
with patch_module_args(json.loads(sys.argv[1])):
    from ansible_collections.okd.boot_images.plugins.modules.bootimage_status import main
    try:
        main()
    finally:
        print([name for name in sys.modules if name.endswith("flow.clouds")], file=sys.stderr)
"""


@pytest.mark.parametrize(("sample", "library"), [("gcp", "google-auth"), ("aws", "boto3")])
def test_cloud_libraries_are_imported_when_asked_for_and_not_before(
    cluster: Clusters, sample: str, library: str
) -> None:
    """Nor is what asks them. The kubernetes package itself takes google-auth along where it finds it, and does without."""
    made = cluster(sample, machines=0, nodes=False)
    gaps = []
    for asked in (False, True):
        arguments = json.dumps({"kubeconfig": str(made.sandbox.kubeconfig()), "verify_images": asked})
        command = [sys.executable, "-c", ALONE, arguments]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120, check=False)
        answer = json.loads(done.stdout)
        assert answer["machine_sets"], done.stderr
        assert (done.stderr.splitlines()[-1] == "[]") != asked
        gaps.append([each["why"] for each in answer["not_checked"] if "images" in each["what"]])
    assert gaps[0] == []
    assert f"{library} " in gaps[1][0] and "Install" in gaps[1][0]
