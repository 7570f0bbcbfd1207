# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The IAM policy of the guide is enough for everything, and each of its rights is needed: without it the message names it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws import AWS
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_copies import Copies
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import BootImageError
from ansible_collections.okd.boot_images.plugins.module_utils.model.images import CopyWish
from sandbox.ec2 import Ec2

POLICY = Path(__file__).parents[3] / "docs/guides/aws-iam-policy.json"
WISH = CopyWish("eu-central-1", "ami-0000000000000001a", "us-east-1", "infra-7xq4k")


def rights() -> list[str]:
    return sorted(action for each in json.loads(POLICY.read_text())["Statement"] for action in each["Action"])


def everything(cloud: AWS) -> list[str]:
    """Look up, copy, prune; what went wrong."""
    copies = Copies(cloud, "infra-7xq4k", interval=0.05)
    try:
        cloud.images("eu-central-1", [WISH.source])
        made = copies.copy([WISH], 30, lambda line: None)[WISH]
        pruned = copies.prune(["eu-central-1"], (), delete=True)
    except BootImageError as error:
        return [str(error)]
    wrong = [str(made)] if isinstance(made, BootImageError) else []
    return wrong + [str(each.error) for each in pruned if each.error] + [left for each in pruned for left in each.left]


def test_the_policy_is_enough(cloud: AWS, ec2: Ec2) -> None:
    ec2.faults.allowed = frozenset(rights())
    assert everything(cloud) == []
    assert [each.action for each in ec2.calls() if each.action != "DescribeImages"] == ["CopyImage", "DeregisterImage"]


@pytest.mark.parametrize("right", [each for each in rights() if each != "ec2:DeleteSnapshot"])
def test_a_missing_right_is_named(cloud: AWS, ec2: Ec2, right: str) -> None:
    ec2.faults.allowed = frozenset(rights()) - {right}
    (wrong,) = everything(cloud)
    assert f"The AWS credentials may not {right} in eu-central-1. Allow {right} in their IAM policy." in wrong


def test_without_the_right_to_delete_snapshots_they_are_left_and_named(cloud: AWS, ec2: Ec2) -> None:
    """The image is gone all the same: AWS answers by snapshot."""
    ec2.faults.allowed = frozenset(rights()) - {"ec2:DeleteSnapshot"}
    (wrong,) = everything(cloud)
    assert wrong.startswith("snap-") and wrong.endswith(": missing-permissions")


@pytest.mark.parametrize("right", ["ec2:CopyImage", "ec2:CreateTags"])
def test_check_mode_tells_the_same(cloud: AWS, ec2: Ec2, monkeypatch: pytest.MonkeyPatch, right: str) -> None:
    monkeypatch.setattr(cloud.ec2, "dry_run", True)
    ec2.faults.allowed = frozenset(rights()) - {right}
    (wrong,) = everything(cloud)
    assert f"may not {right} in eu-central-1" in wrong
