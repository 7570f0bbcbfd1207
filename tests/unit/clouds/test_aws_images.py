# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What EC2 knows of AMIs, asked for over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws import AWS
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_client import Ec2 as Client
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_credentials import Options
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_facts import ROSA_PRODUCT
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.base import look_up
from ansible_collections.okd.boot_images.plugins.module_utils.model.marketplace import marketplace_target
from sandbox.ec2 import Ami, Ec2

X86 = "59ead7de-2540-4653-a8b0-fa7926d5c845"
TEN = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "eu-north-1",
    "ap-south-1",
    "sa-east-1",
]


def test_an_image_is_described(cloud: AWS) -> None:
    facts = cloud.images("us-east-1", ["ami-0000000000000001a"])["ami-0000000000000001a"]
    assert (facts.exists, facts.state, facts.architecture, facts.kind) == (True, "available", "amd64", "standard")
    assert (facts.name, facts.release) == ("scos-10.0.20250628-0-x86_64", "10.0.20250628-0")
    assert (facts.created, facts.virtualization, facts.boot_mode) == (
        "2025-07-01T12:00:00.000Z",
        "hvm",
        "uefi-preferred",
    )
    assert (facts.region, facts.public, facts.deprecated) == ("us-east-1", True, False)


def test_the_architecture_is_in_kubernetes_word(cloud: AWS) -> None:
    assert cloud.images("us-east-1", ["ami-0000000000000001b"])["ami-0000000000000001b"].architecture == "arm64"


def test_a_missing_image_does_not_keep_the_others_from_being_found(cloud: AWS, ec2: Ec2) -> None:
    facts = cloud.images("eu-central-1", ["ami-0000000000000001a", "ami-0000000000000002b", "ami-0000000000000dead"])
    assert {id: each.exists for id, each in facts.items()} == {
        "ami-0000000000000001a": False,  # it is in us-east-1 only
        "ami-0000000000000002b": True,
        "ami-0000000000000dead": False,
    }
    assert len(ec2.calls("DescribeImages")) == 1
    # The front answers ids as EC2 does, so the other way of asking would have failed.
    with pytest.raises(Exception, match=r"The image id '\[ami-0000000000000dead\]' does not exist"):
        cloud.ec2.describe_images("eu-central-1", ImageIds=["ami-0000000000000002b", "ami-0000000000000dead"])


@pytest.mark.parametrize("id", ["*", "ami-*", "", "ami-XYZ", "ami-0000000000000002b\n", "projects/x"])
def test_what_is_no_id_does_not_exist_and_is_not_asked_for(cloud: AWS, ec2: Ec2, id: str) -> None:
    assert not cloud.images("us-east-1", [id])[id].exists
    assert ec2.calls() == []


def test_a_private_image_of_others_does_not_exist_for_us(cloud: AWS) -> None:
    assert not cloud.images("us-east-1", ["ami-0000000000000003b"])["ami-0000000000000003b"].exists


def test_a_deprecated_image_is_found_and_called_so(cloud: AWS) -> None:
    facts = cloud.images("us-east-1", ["ami-0000000000000002a", "ami-0000000000000002b"])
    assert [(each.exists, each.deprecated) for each in facts.values()] == [(True, True), (True, False)]
    assert facts["ami-0000000000000002a"].deprecation_time == "2024-12-31T00:00:00.000Z"
    later = AWS(cloud.ec2, now=lambda: datetime(2200, 1, 1, tzinfo=UTC))
    assert later.images("us-east-1", ["ami-0000000000000002b"])["ami-0000000000000002b"].deprecated


@pytest.mark.parametrize(
    ("id", "kind", "product"),
    [
        ("ami-0000000000000002b", "standard", None),
        ("ami-0000000000000003a", "custom", None),
        ("ami-0000000000000005a", "copy", None),
        ("ami-0000000000000005b", "custom", None),
        ("ami-0000000000000006a", "marketplace", X86),
        ("ami-0000000000000006f", "rosa", ROSA_PRODUCT),
        ("ami-00000000000000070", "custom", None),
    ],
)
def test_images_are_told_apart_by_owner_and_name(cloud: AWS, id: str, kind: str, product: str | None) -> None:
    facts = cloud.images("eu-central-1", [id])[id]
    assert (facts.kind, facts.product) == (kind, product)


def test_a_pending_image_is_pending(cloud: AWS) -> None:
    assert cloud.images("us-east-1", ["ami-0000000000000004a"])["ami-0000000000000004a"].state == "pending"


def test_answers_in_pages_are_put_together(cloud: AWS, ec2: Ec2) -> None:
    ec2.faults.page = 2
    ids = [
        "ami-0000000000000001a",
        "ami-0000000000000001b",
        "ami-0000000000000002a",
        "ami-0000000000000002b",
        "ami-0000000000000004a",
    ]
    assert all(each.exists for each in cloud.images("us-east-1", ids).values())
    assert [each.parameters.get("NextToken") for each in ec2.calls("DescribeImages")] == [None, "2", "4"]


def test_more_ids_than_a_filter_holds_are_asked_in_parts(cloud: AWS, ec2: Ec2) -> None:
    ids = [f"ami-{number:017x}" for number in range(401)]
    assert len(cloud.images("us-east-1", ids)) == 401
    values = [
        sum(1 for key in each.parameters if key.startswith("Filter.1.Value")) for each in ec2.calls("DescribeImages")
    ]
    assert values == [200, 200, 1]


def test_no_ids_no_question(cloud: AWS, ec2: Ec2) -> None:
    assert cloud.images("us-east-1", []) == {}
    assert cloud.marketplace("us-east-1", []) == ()
    assert ec2.calls() == []


def test_the_region_is_the_argument_and_not_the_environment(ec2: Ec2, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    AWS(Client()).images("eu-central-1", ["ami-0000000000000002b"])
    assert [each.region for each in ec2.calls()] == ["eu-central-1"]


def test_a_thousand_sets_in_ten_regions_take_one_call_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each set with an AMI of its own, which is the worst that can be, and the region's target. (The ids are the same in every region,
    because moto takes its time to load a thousand images ten times.)"""
    images = [Ami(f"ami-{number:017x}") for number in range(101)]
    with Ec2.start(tmp_path, images) as ec2:
        for name, value in ec2.environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        found = look_up(AWS(Client()), {region: [each.id for each in images] for region in TEN})
        assert found.failures == {}
        assert len(found.facts) == 1010
        assert all(each.exists and each.region == region for (region, _id), each in found.facts.items())
        assert {region: len(ec2.calls("DescribeImages", region)) for region in TEN} == dict.fromkeys(TEN, 1)


def test_a_region_that_fails_does_not_keep_the_others_from_answering(cloud: AWS, ec2: Ec2) -> None:
    ec2.faults.disabled_regions = frozenset({"ap-east-1"})
    id = "ami-0000000000000002b"
    found = look_up(cloud, {"ap-east-1": [id], "us-east-1": [id], "nowhere": [id]})
    assert [key for key, each in found.facts.items() if each.exists] == [("us-east-1", id)]
    assert {region: error.reason for region, error in found.failures.items()} == {
        "ap-east-1": "cloud_unauthorized", "nowhere": "region_unavailable",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("region", "partition", "host"),
    [
        ("us-east-1", "aws", "ec2.us-east-1.amazonaws.com"),
        ("us-gov-west-1", "aws-us-gov", "ec2.us-gov-west-1.amazonaws.com"),
        ("cn-northwest-1", "aws-cn", "ec2.cn-northwest-1.amazonaws.com.cn"),
        ("eusc-de-east-1", "aws-eusc", "ec2.eusc-de-east-1.amazonaws.eu"),
        ("us-iso-east-1", "aws-iso", "ec2.us-iso-east-1.c2s.ic.gov"),
    ],
)
def test_every_partition_has_endpoints_of_its_own(
    ec2: Ec2, monkeypatch: pytest.MonkeyPatch, region: str, partition: str, host: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_EC2")
    client = Client()
    assert (client.partition(region), client.endpoint(region)) == (partition, "https://" + host)


def test_a_custom_endpoint_serves_all_regions(ec2: Ec2, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_EC2")
    cloud = AWS(Client(Options(endpoint_url=ec2.url)))
    assert cloud.images("us-gov-west-1", ["ami-0000000000000001c"])["ami-0000000000000001c"].exists


def test_a_marketplace_set_goes_to_its_product_s_newest_image_not_above_the_stream(cloud: AWS, ec2: Ec2) -> None:
    images = cloud.marketplace("us-east-1", {X86, ROSA_PRODUCT})
    assert len(ec2.calls("DescribeImages")) == 1

    def target(product: str, release: str) -> str | None:
        found = marketplace_target(images, product, release)
        return found.id if found else None

    assert target(X86, "9.6.20260401-0") == "ami-0000000000000006b"
    assert target(X86, "9.8") == "ami-0000000000000006c"
    assert target(X86, "9.5.20260401-0") == "ami-0000000000000006d"  # a day of its own does not make 9.4 newer than 9.6
    assert target(X86.upper(), "10.0.20260401-0") == "ami-0000000000000006c"
    assert target(X86, "9.2.20260401-0") is None
    assert target(X86, "") is None
    assert target(ROSA_PRODUCT, "9.6.20260401-0") == "ami-0000000000000006f"


def test_filters_of_a_provider_spec_find_the_installer_s_copy(cloud: AWS) -> None:
    found = cloud.search("eu-central-1", {"tag:Name": ["infra-7xq4k-ami-eu-central-1"]})
    assert [(each.id, each.source, each.source_region) for each in found] == [
        ("ami-0000000000000005a", "ami-00000000000000099", "us-east-1")
    ]
