# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer of EC2 is taken for, also where it has not the shape that it should have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_facts import facts_of
from ansible_collections.okd.boot_images.plugins.module_utils.model.images import ImageFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.marketplace import marketplace_target

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PRODUCT = "59ead7de-2540-4653-a8b0-fa7926d5c845"


def test_an_empty_answer_says_nothing() -> None:
    facts = facts_of("us-east-1", {"ImageId": "ami-1"}, NOW)
    assert facts == ImageFacts("ami-1", "us-east-1", kind="custom", deprecated=False)


@pytest.mark.parametrize(
    ("time", "deprecated"),
    [
        ("2025-12-31T23:59:59.000Z", True),
        ("2026-01-01T00:00:00.000Z", True),
        ("2026-01-01T00:00:01Z", False),
        ("soon", None),
    ],
)
def test_a_deprecation_time_counts_from_its_day_on(time: str, deprecated: bool | None) -> None:
    assert facts_of("r", {"ImageId": "a", "DeprecationTime": time}, NOW).deprecated is deprecated


@pytest.mark.parametrize(
    ("image", "release"),
    [
        ({"Name": "rhcos-9.6.20250701-0-x86_64"}, "9.6.20250701-0"),
        ({"Name": "rhcos-418.94.202410090804-0-x86_64"}, "418.94.202410090804-0"),
        ({"Name": "x", "Description": "OpenShift 4 9.6.20260210-0 copied"}, "9.6.20260210-0"),
        ({"Name": "golden-1.2.3"}, None),
    ],
)
def test_the_release_stands_in_description_or_name(image: dict[str, str], release: str | None) -> None:
    assert facts_of("r", {"ImageId": "a", **image}, NOW).release == release


def test_encryption_is_known_only_where_aws_tells_it() -> None:
    def encrypted(*disks: dict[str, object]) -> bool | None:
        return facts_of("r", {"ImageId": "a", "BlockDeviceMappings": [{"Ebs": each} for each in disks]}, NOW).encrypted

    assert encrypted({"SnapshotId": "s"}) is None
    assert encrypted({"Encrypted": False}) is False
    assert encrypted({"Encrypted": False}, {"Encrypted": True}) is True


def test_the_marketplace_of_other_partitions_has_other_owners() -> None:
    image = {
        "ImageId": "a",
        "OwnerId": "345084742485",
        "ImageOwnerAlias": "aws-marketplace",
        "Name": f"RHEL-x-{PRODUCT}",
    }
    facts = facts_of("us-gov-west-1", image, NOW)
    assert (facts.kind, facts.product, facts.owner) == ("marketplace", PRODUCT, "345084742485")


def test_the_scheme_of_old_releases_is_above_every_target() -> None:
    """As for the operator: OpenShift 4.18's 418.94 is no older 9.x."""
    old = ImageFacts("a", "r", product=PRODUCT, description="OpenShift 4.18 418.94.202511191518-0 x86_64")
    assert marketplace_target([old], PRODUCT, "9.6.20260210-0") is None


def test_images_of_one_day_are_told_apart_by_id() -> None:
    both = [ImageFacts(id, "r", product=PRODUCT, description="9.6.20260210-0", created="2026") for id in ("a", "b")]
    found = {marketplace_target(each, PRODUCT, "9.6") for each in (both, both[::-1])}
    assert found == {both[1]}
