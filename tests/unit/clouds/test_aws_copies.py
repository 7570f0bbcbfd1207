# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of AMIs: made once, found again, waited for, encrypted, pruned; also when somebody is killed in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws import AWS
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_copies import Copies
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_copy_request import request
from ansible_collections.okd.boot_images.plugins.module_utils.model.images import CopyWish, ImageFacts
from sandbox.ec2 import ACCOUNT, Ec2

INFRA = "infra-7xq4k"
SOURCE, ARM = "ami-0000000000000001a", "ami-0000000000000001b"
INSTALLED = "ami-0000000000000005a"
PRODUCT = "59ead7de-2540-4653-a8b0-fa7926d5c845"
WISH = CopyWish("eu-central-1", SOURCE, "us-east-1", INFRA, "4.21.0-okd-scos.5")
PLUGINS = "ansible_collections.okd.boot_images.plugins.module_utils"

Told = tuple[list[str], Callable[[str], None]]


@pytest.fixture
def copies(cloud: AWS) -> Copies:
    return Copies(cloud, INFRA, interval=0.05)


def image(outcome: object) -> ImageFacts:
    assert isinstance(outcome, ImageFacts), outcome
    return outcome


def own(cloud: AWS, region: str = "eu-central-1") -> list[str]:
    """Ids of all images of the account, but the two that were there before."""
    found = cloud.ec2.describe_images(region, Owners=["self"], IncludeDisabled=True)
    return [each["ImageId"] for each in found if not each["ImageId"].startswith("ami-000000000000000")]


def test_a_missing_image_is_copied_and_waited_for(copies: Copies, cloud: AWS, ec2: Ec2, told: Told) -> None:
    ec2.faults.copy_seconds = 0.3
    made = image(copies.copy([WISH], 30, told[1])[WISH])
    assert (made.exists, made.state, made.kind, made.owner, made.public) == (True, "available", "copy", ACCOUNT, False)
    assert (made.source, made.source_region, made.release) == (SOURCE, "us-east-1", "10.0.20250628-0")
    assert (made.architecture, made.boot_mode, made.encrypted) == ("amd64", "uefi-preferred", False)
    assert own(cloud) == [made.id]
    assert told[0][0] == f"eu-central-1: copying {SOURCE} from us-east-1 as {made.id}"
    assert told[0][-1].startswith(f"eu-central-1: {made.id} is available")
    assert {each.region for each in ec2.calls("CopyImage")} == {"eu-central-1"}


def test_a_copy_says_what_it_is(copies: Copies, cloud: AWS, told: Told) -> None:
    made = image(copies.copy([WISH], 30, told[1])[WISH])
    said = cloud.ec2.describe_images("eu-central-1", ImageIds=[made.id])[0]
    snapshot = cloud.ec2.write(
        "eu-central-1", "DescribeSnapshots", SnapshotIds=[said["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]]
    )
    for tags in (said["Tags"], snapshot["Snapshots"][0]["Tags"]):
        assert {each["Key"]: each["Value"] for each in tags} == {
            "Name": "infra-7xq4k-scos-10.0.20250628-0-x86_64",
            "kubernetes.io/cluster/infra-7xq4k": "owned",
            "okd.boot_images/source-ami": SOURCE,
            "okd.boot_images/source-region": "us-east-1",
            "okd.boot_images/version": "4.21.0-okd-scos.5",
        }
    assert said["Name"].startswith("scos-10.0.20250628-0-x86_64-infra-7xq4k-")
    assert said["Description"] == f"10.0.20250628-0, copied from {SOURCE} of us-east-1 by okd.boot_images"


def test_a_second_run_copies_nothing(copies: Copies, cloud: AWS, ec2: Ec2, told: Told) -> None:
    first = copies.copy([WISH], 30, told[1])[WISH]
    ec2.forget_tokens()
    assert copies.copy([replace(WISH, version="4.21.0-okd-scos.9")], 30, told[1]) == {
        replace(WISH, version="4.21.0-okd-scos.9"): first
    }
    assert len(ec2.calls("CopyImage")) == 1


def test_several_copies_are_made_side_by_side(copies: Copies, ec2: Ec2, told: Told) -> None:
    ec2.faults.copy_seconds = 1.0
    wishes = [WISH, replace(WISH, source=ARM), replace(WISH, region="eu-west-1")]
    made = copies.copy([*wishes, WISH], 30, told[1])
    assert [image(made[each]).architecture for each in wishes] == ["amd64", "arm64", "amd64"]
    asked = [each.action for each in ec2.calls() if each.action == "CopyImage" or each.parameters.get("Owner.1")]
    assert asked == ["DescribeImages", "DescribeImages", "CopyImage", "CopyImage", "CopyImage"]


def test_a_source_is_chosen_within_the_partition(copies: Copies) -> None:
    offered = {"us-gov-west-1": "ami-0000000000000001c", "us-east-1": SOURCE}
    assert copies.source(offered, "eu-central-1") == ("us-east-1", SOURCE)
    assert copies.source(offered, "us-gov-east-1") == ("us-gov-west-1", "ami-0000000000000001c")
    assert copies.source(offered, "cn-north-1") is None


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (replace(WISH, source="ami-0000000000000dead"), "does not exist, or these credentials may not see it"),
        (replace(WISH, source="ami-0000000000000004a"), "it is pending"),
        (replace(WISH, region="cn-north-1"), "do not cross the borders of AWS' partitions"),
    ],
)
def test_what_cannot_be_copied_is_told_beforehand(
    copies: Copies, ec2: Ec2, told: Told, wish: CopyWish, why: str
) -> None:
    made = copies.copy([wish, replace(WISH, region="eu-west-1")], 30, told[1])
    assert getattr(made[wish], "reason", None) == "image_copy_failed"
    assert why in str(made[wish])
    assert image(made[replace(WISH, region="eu-west-1")]).exists  # the others are made all the same
    assert len(ec2.calls("CopyImage")) == 1


def test_check_mode_asks_and_changes_nothing(
    copies: Copies, cloud: AWS, ec2: Ec2, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud.ec2, "dry_run", True)
    assert copies.copy([WISH], 30, told[1]) == {WISH: None}
    assert [each.parameters.get("DryRun") for each in ec2.calls("CopyImage")] == ["true"]
    assert own(cloud) == []
    assert told[0] == [f"eu-central-1: would copy {SOURCE} from us-east-1"]
    ec2.faults.denied = frozenset({"ec2:CopyImage"})
    assert "may not ec2:CopyImage" in str(copies.copy([WISH], 30, told[1])[WISH])


def test_check_mode_does_not_wait_for_a_copy_on_its_way(
    copies: Copies, cloud: AWS, ec2: Ec2, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    ec2.faults.copy_seconds = 60
    assert getattr(copies.copy([WISH], 0.1, told[1])[WISH], "reason", None) == "wait_timed_out"
    monkeypatch.setattr(cloud.ec2, "dry_run", True)
    assert image(copies.copy([WISH], 60, told[1])[WISH]).state == "pending"
    assert image(copies.planned([WISH])[WISH]).state == "pending"


def test_a_wait_that_is_too_short_is_taken_up_by_the_next_run(copies: Copies, cloud: AWS, ec2: Ec2, told: Told) -> None:
    ec2.faults.copy_seconds = 0.8
    late = copies.copy([WISH], 0.1, told[1])[WISH]
    assert getattr(late, "reason", None) == "wait_timed_out"
    assert own(cloud)[0] in str(late)
    assert image(copies.copy([WISH], 30, told[1])[WISH]).id == own(cloud)[0]
    assert len(own(cloud)) == 1


def test_long_waits_are_told(cloud: AWS, ec2: Ec2, told: Told) -> None:
    """On a clock of its own: each sleep is a step."""
    ec2.faults.copy_seconds = 3600
    now = [0.0]
    copies = Copies(cloud, INFRA, clock=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds))
    assert getattr(copies.copy([WISH], 200, told[1])[WISH], "reason", None) == "wait_timed_out"
    assert told[0][1:] == [f"still copying into eu-central-1, {seconds} s" for seconds in (60, 120, 180)]
    assert now[0] == 200


def test_a_failed_copy_is_told_and_tried_anew_by_the_next_run(copies: Copies, cloud: AWS, ec2: Ec2, told: Told) -> None:
    ec2.faults.failing_copies = 1
    failed = copies.copy([WISH], 30, told[1])[WISH]
    assert getattr(failed, "reason", None) == "image_copy_failed"
    assert "is failed: Client error on launch: the KMS key may not be used" in str(failed)
    made = image(copies.copy([WISH], 30, told[1])[WISH])
    assert made.state == "available"
    assert len(own(cloud)) == 2
    assert [each.copy.facts.state for each in copies.prune(["eu-central-1"], {made.id}, delete=True)] == ["failed"]
    assert own(cloud) == [made.id]


def test_encryption_is_asked_for_and_found_again(copies: Copies, cloud: AWS, ec2: Ec2, told: Told) -> None:
    plain = image(copies.copy([WISH], 30, told[1])[WISH])
    safe = replace(WISH, encrypted=True)
    keyed = replace(WISH, kms_key="arn:aws:kms:eu-central-1:123456789012:key/1")
    encrypted, with_key = (image(copies.copy([each], 30, told[1])[each]) for each in (safe, keyed))
    assert (plain.encrypted, encrypted.encrypted, with_key.encrypted) == (False, True, True)
    assert len({plain.id, encrypted.id, with_key.id}) == 3
    asked = [(each.parameters.get("Encrypted"), each.parameters.get("KmsKeyId")) for each in ec2.calls("CopyImage")]
    assert asked == [(None, None), ("true", None), ("true", keyed.kms_key)]
    again = copies.copy([WISH, safe, keyed], 30, told[1])
    assert image(again[keyed]) == with_key
    assert image(again[safe]).encrypted
    assert len(own(cloud)) == 3


def test_the_installer_s_copy_is_found_and_used(copies: Copies, cloud: AWS, ec2: Ec2, told: Told) -> None:
    found = copies.found("eu-central-1")
    assert [(each.id, each.by, each.tag_name, each.facts.source) for each in found] == [
        (INSTALLED, "openshift-install", "infra-7xq4k-ami-eu-central-1", "ami-00000000000000099")
    ]
    wish = replace(WISH, source="ami-00000000000000099")
    assert image(copies.copy([wish], 30, told[1])[wish]).id == INSTALLED
    assert ec2.calls("CopyImage") == []
    assert copies.planned([wish, WISH]) == {wish: found[0].facts, WISH: None}
    assert Copies(cloud, "another-cluster").found("eu-central-1") == ()


def test_copies_and_products_are_found_in_one_call(copies: Copies, cloud: AWS, ec2: Ec2, told: Told) -> None:
    made = image(copies.copy([WISH], 30, told[1])[WISH])
    before = len(ec2.calls("DescribeImages"))
    found, theirs = copies.found_and_products("eu-central-1", {PRODUCT})
    assert len(ec2.calls("DescribeImages")) == before + 1
    assert found == copies.found("eu-central-1") and {each.id for each in found} == {made.id, INSTALLED}
    assert theirs == cloud.marketplace("eu-central-1", {PRODUCT}) and {each.product for each in theirs} == {PRODUCT}


def test_what_only_bears_the_cluster_s_name_is_no_copy_of_it(copies: Copies, cloud: AWS) -> None:
    assert copies.found_and_products("eu-central-1", {PRODUCT})[0]
    cloud.ec2.write(
        "eu-central-1", "DeleteTags", Resources=[INSTALLED], Tags=[{"Key": f"kubernetes.io/cluster/{INFRA}"}]
    )
    assert copies.found_and_products("eu-central-1", {PRODUCT})[0] == ()


def test_prune_lists_and_on_request_deletes_what_nobody_names(copies: Copies, cloud: AWS, ec2: Ec2, told: Told) -> None:
    old, new = (image(copies.copy([each], 30, told[1])[each]) for each in (WISH, replace(WISH, source=ARM)))
    listed = copies.prune(["eu-central-1"], {new.id})
    assert [(each.copy.id, each.copy.version, each.deleted) for each in listed] == [
        (old.id, "4.21.0-okd-scos.5", False)
    ]
    assert sorted(own(cloud)) == sorted([old.id, new.id])
    snapshots = listed[0].copy.snapshots
    assert len(snapshots) == 1
    assert [
        (each.copy.id, each.deleted, each.left) for each in copies.prune(["eu-central-1"], {new.id}, delete=True)
    ] == [(old.id, True, ())]
    assert own(cloud) == [new.id]
    left = cloud.ec2.write("eu-central-1", "DescribeSnapshots", OwnerIds=["self"])
    assert snapshots[0] not in [each["SnapshotId"] for each in left["Snapshots"]]
    assert copies.prune(["eu-central-1"], {new.id}, delete=True) == ()
    assert INSTALLED in [each.id for each in copies.found("eu-central-1")]


def test_prune_in_check_mode_deletes_nothing(
    copies: Copies, cloud: AWS, ec2: Ec2, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = image(copies.copy([WISH], 30, told[1])[WISH])
    monkeypatch.setattr(cloud.ec2, "dry_run", True)
    assert [(each.copy.id, each.deleted, each.error) for each in copies.prune(["eu-central-1"], (), delete=True)] == [
        (made.id, False, None)
    ]
    assert own(cloud) == [made.id]


def test_prune_leaves_a_copy_that_is_being_made(copies: Copies, cloud: AWS, ec2: Ec2, told: Told) -> None:
    ec2.faults.copy_seconds = 60
    copies.copy([WISH], 0.1, told[1])
    assert copies.prune(["eu-central-1"], (), delete=True) == ()
    assert len(own(cloud)) == 1


@pytest.mark.parametrize("shown", [True, False], ids=["found by its tags", "not shown yet: given again for the token"])
def test_killed_in_the_middle_of_copying_there_is_one_copy_in_the_end(
    copies: Copies, cloud: AWS, ec2: Ec2, told: Told, shown: bool
) -> None:
    """kill -9 after EC2 has begun and before its answer is here."""
    ec2.faults.held = threading.Event()
    ec2.faults.copy_seconds = 1.0
    ec2.faults.hidden_seconds = 0.0 if shown else 5.0
    code = f"""
from {PLUGINS}.clouds import aws, aws_client, aws_copies
from {PLUGINS}.model.images import CopyWish
wish = CopyWish("eu-central-1", "{SOURCE}", "us-east-1", "{INFRA}", "4.21.0-okd-scos.5")
aws_copies.Copies(aws.AWS(aws_client.Ec2()), "{INFRA}").copy([wish], 60, print)
"""
    child = subprocess.Popen([sys.executable, "-c", code], env=os.environ)
    try:
        assert ec2.faults.reached.wait(30)
    finally:
        child.kill()
        child.wait()
    held, ec2.faults.held = ec2.faults.held, None
    held.set()
    made = image(copies.copy([WISH], 30, told[1])[WISH])
    assert made.state == "available"
    assert own(cloud) == [made.id]
    assert len(ec2.calls("CopyImage")) == (1 if shown else 2)


def test_a_token_is_of_one_request_only() -> None:
    source = ImageFacts(SOURCE, "us-east-1", name="scos-10.0.20250628-0-x86_64")
    wishes = [WISH, replace(WISH, region="eu-west-1"), replace(WISH, cluster="b"), replace(WISH, source=ARM), replace(WISH, encrypted=True),
              replace(WISH, kms_key="k"), replace(WISH, version=None)]  # fmt: skip
    requests = [request(each, source, 0) for each in wishes] + [request(WISH, source, 1)]
    assert len({each["ClientToken"] for each in requests}) == len(requests)
    assert request(WISH, source, 0) == requests[0]


def test_names_keep_to_aws_s_limits() -> None:
    long = ImageFacts(SOURCE, "us-east-1", name="x" * 128, description="y" * 255)
    asked = request(replace(WISH, cluster="c" * 60), long, 0)
    assert len(asked["Name"]) == 128
    assert asked["Name"].endswith("-" + asked["ClientToken"][:8])
    assert len(asked["ClientToken"]) == 64
    assert all(len(tag["Value"]) <= 256 and len(tag["Key"]) <= 128 for tag in asked["TagSpecifications"][0]["Tags"])
