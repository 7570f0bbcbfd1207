# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One EC2 for all tests of clouds/aws*, as it was at the start before each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws import AWS
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_client import Ec2 as Client
from sandbox.ec2 import ACCOUNT, MARKETPLACE_OWNER, Ami, Ec2

X86, ARM, ROSA = (
    "59ead7de-2540-4653-a8b0-fa7926d5c845", "abc249f8-7440-45f7-a4b1-c026baff64c1", "34850061-abaf-402d-92df-94325c9e947f",
)  # fmt: skip


def marketplace(id: str, version: str, day: str, product: str = X86, **more: str) -> Ami:
    name = f"RHEL-9.4-RHCOS-{version}_HVM_GA-{day}-x86_64-0-{product}"
    told = more.pop("description", f"RHEL CoreOS {version} {version}.{day}-0 x86_64")
    created = f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00.000Z"
    return Ami(id, name, owner=MARKETPLACE_OWNER, description=told, created=created, **more)


IMAGES = [
    Ami("ami-0000000000000001a", "scos-10.0.20250628-0-x86_64", ("us-east-1",)),
    Ami("ami-0000000000000001b", "scos-10.0.20250628-0-aarch64", ("us-east-1",), architecture="arm64", boot_mode="uefi"),
    Ami("ami-0000000000000001c", "scos-10.0.20250628-0-x86_64", ("us-gov-west-1",)),
    Ami("ami-0000000000000002a", "rhcos-418.94.202410090804-0-x86_64", deprecation_time="2024-12-31T00:00:00.000Z"),
    Ami("ami-0000000000000002b", deprecation_time="2199-12-31T00:00:00.000Z"),
    Ami("ami-0000000000000003a", "fedora-coreos-41.20250315.3.0-x86_64", owner="125523088429"),
    Ami("ami-0000000000000003b", "golden", owner="999999999999", public=False),
    Ami("ami-0000000000000004a", state="pending"),
    Ami("ami-0000000000000005a", "infra-7xq4k-master", ("eu-central-1",), ACCOUNT, public=False, description="Created by Openshift Installer",
        tags={"Name": "infra-7xq4k-ami-eu-central-1", "sourceAMI": "ami-00000000000000099", "sourceRegion": "us-east-1",
              "kubernetes.io/cluster/infra-7xq4k": "owned"}),
    Ami("ami-0000000000000005b", "golden-2", ("eu-central-1",), ACCOUNT, public=False, tags={"kubernetes.io/cluster/infra-7xq4k": "owned"}),
    marketplace("ami-0000000000000006a", "9.6", "20260110"),
    marketplace("ami-0000000000000006b", "9.6", "20260210"),
    marketplace("ami-0000000000000006c", "9.8", "20260601"),
    marketplace("ami-0000000000000006d", "9.4", "20260701"),
    marketplace("ami-0000000000000006e", "9.6", "20260301", ARM, architecture="arm64"),
    marketplace("ami-0000000000000006f", "9.6", "20260211", ROSA, description="rhcos-9.6.20260211-0-x86_64"),
    Ami("ami-00000000000000070", "some-image", owner=MARKETPLACE_OWNER),
]  # fmt: skip


@pytest.fixture(scope="session")
def one_ec2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ec2]:
    with Ec2.start(tmp_path_factory.mktemp("ec2"), IMAGES) as ec2:
        yield ec2


@pytest.fixture
def ec2(one_ec2: Ec2, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ec2:
    """EC2 in its first state, and an environment that leads clients there; without a region, as AWX's is."""
    one_ec2.reset()
    for name, value in one_ec2.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return one_ec2


@pytest.fixture(scope="session")
def client() -> Client:
    """One for all tests that are content with the environment of `ec2`: making it reads botocore's whole model of EC2."""
    return Client()


@pytest.fixture
def cloud(ec2: Ec2, client: Client, monkeypatch: pytest.MonkeyPatch) -> AWS:
    monkeypatch.setattr(client, "dry_run", False)
    return AWS(client)


Lines = list[str]


@pytest.fixture
def told() -> tuple[Lines, Callable[[str], None]]:
    """A list of progress lines and what writes them."""
    lines: Lines = []
    return lines, lines.append
