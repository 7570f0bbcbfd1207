# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of AWS and Google Cloud are not to be found after a run that used them, or could not; see test_canary.py."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.support.cage import MACHINE_API, Cage, planted
from integration.support.canary import Ended
from integration.support.clusters import Cluster

from sandbox import releases
from sandbox.ec2 import Ami, Ec2
from sandbox.gce import Gce, Image
from sandbox.samples.cluster import secret

Clusters = Callable[..., Cluster]
VERIFIED = {"boot_images_verify_images": True}


@pytest.fixture
def aws(cluster: Clusters, tmp_path: Path) -> Iterator[tuple[Cage, Ec2]]:
    cage = Cage(cluster("aws", machine_sets=2, machines=1), tmp_path, "admin")
    release = cage.made.loaded.release
    region = releases.stream(release)["architectures"]["x86_64"]["images"]["aws"]["regions"]["us-east-1"]
    folder = tmp_path / "ec2"
    folder.mkdir()
    with Ec2.start(folder, [Ami(region["image"], f"rhcos-{region['release']}-x86_64", ("us-east-1",))]) as ec2:
        yield cage, ec2


def aws_keys(cage: Cage) -> dict[str, str]:
    """As somebody gives them in the option aws."""
    cage.secrets.update({"secret key": planted(), "session token": planted()})
    secret_key, session_token = cage.secrets["secret key"], cage.secrets["session token"]
    return {"access_key": "AKIASANDBOX", "secret_key": secret_key, "session_token": session_token}


def test_keys_of_aws(aws: tuple[Cage, Ec2]) -> None:
    cage, ec2 = aws
    cage.silent(cage.run("reconcile", env=ec2.environment(cage.folder), boot_images_aws=aws_keys(cage), **VERIFIED))
    assert ec2.calls("DescribeImages")


@pytest.mark.long
def test_keys_of_aws_that_are_of_no_use(aws: tuple[Cage, Ec2]) -> None:
    cage, ec2 = aws
    env, keys = ec2.environment(cage.folder), aws_keys(cage)
    nowhere = {**keys, "endpoint_url": "http://127.0.0.1:1"}
    cage.silent(cage.run("status", env=env, boot_images_aws=nowhere, **VERIFIED))
    cage.silent(cage.run("status", env=env, boot_images_aws=[keys], **VERIFIED), code=2, says="boot_images_aws")


@pytest.mark.long
def test_keys_of_aws_in_the_cluster(aws: tuple[Cage, Ec2]) -> None:
    """Once as they should be, once in a file that nobody can read."""
    cage, ec2 = aws
    env, ours = ec2.environment(cage.folder), {"boot_images_aws": {"cluster_credentials": True}, **VERIFIED}
    cage.secrets["secret key"] = own = planted()
    good = {"aws_access_key_id": "AKIASANDBOX", "aws_secret_access_key": own}
    cage.made.client.create(secret("aws-cloud-credentials", good))
    cage.silent(cage.run("status", env=env, **ours))
    assert ec2.calls("DescribeImages")
    cage.made.client.delete("secrets", "aws-cloud-credentials", MACHINE_API)
    odd = {"credentials": f"[default\naws_secret_access_key = {own}"}
    cage.made.client.create(secret("aws-cloud-credentials", odd))
    cage.silent(cage.run("status", env=env, **ours), code=2, says="aws-cloud-credentials")


@pytest.fixture
def gcp(cluster: Clusters, tmp_path: Path) -> Iterator[tuple[Cage, Gce, dict[str, str]]]:
    """Google Cloud, and the key of a service account there."""
    cage = Cage(cluster("gcp", machine_sets=2, machines=1), tmp_path)
    with Gce.start([Image(cage.made.target().rsplit("/", 1)[-1], "rhcos-cloud")]) as gce:
        info = gce.add_account("ansible").info()
        cage.secrets["service account"] = info["private_key"].splitlines()[3]
        yield cage, gce, info


def test_a_service_account_of_google_cloud(gcp: tuple[Cage, Gce, dict[str, str]]) -> None:
    cage, gce, info = gcp
    cage.silent(_asking_google(cage, gce, "reconcile", info))
    assert gce.calls("images.get")


@pytest.mark.long
@pytest.mark.parametrize("spoil", [lambda text: text, lambda text: text[:-20], lambda text: text.replace("BEGIN", "X")])
def test_a_service_account_that_is_text_or_broken(
    gcp: tuple[Cage, Gce, dict[str, str]], spoil: Callable[[str], str]
) -> None:
    cage, gce, info = gcp
    ended = _asking_google(cage, gce, "status", spoil(json.dumps(info)))
    cage.silent(ended, code=ended.code, says="OpenShift" if ended.code == 0 else "service_account_contents")


def _asking_google(cage: Cage, gce: Gce, playbook: str, contents: Any) -> Ended:
    options = {"service_account_contents": contents, "endpoint_url": gce.url}
    env = {"NO_PROXY": "127.0.0.1", "CLOUDSDK_CONFIG": str(cage.folder)}
    return cage.run(playbook, env=env, boot_images_gcp=options, **VERIFIED)
