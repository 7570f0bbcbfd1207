# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which providerSpec fields the operator's types know, platform by platform."""

from __future__ import annotations

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.assess.provider_types import KNOWN, unknown_fields

SINCE = [
    ("GCP", "canIPForward", (4, 16)),
    ("GCP", "zone", (4, 16)),
    ("GCP", "provisioningModel", (4, 21)),
    ("AWS", "ami", (4, 16)),
    ("AWS", "tags", (4, 16)),
    ("AWS", "placementGroupPartition", (4, 17)),
    ("AWS", "capacityReservationId", (4, 17)),
    ("AWS", "marketType", (4, 19)),
    ("AWS", "cpuOptions", (4, 21)),
    ("AWS", "hostPlacement", (4, 21)),
    ("Azure", "acceleratedNetworking", (4, 16)),
    ("Azure", "zone", (4, 16)),
    ("Azure", "capacityReservationGroupID", (4, 17)),
    ("VSphere", "cloneMode", (4, 16)),
    ("VSphere", "workspace", (4, 16)),
    ("VSphere", "dataDisks", (4, 19)),
]


@pytest.mark.parametrize(("platform", "field", "since"), SINCE)
def test_a_field_is_dropped_before_the_release_that_knows_it(platform: str, field: str, since: tuple[int, int]) -> None:
    major, minor = since
    assert unknown_fields(platform, since, {field: 1}) == []
    assert unknown_fields(platform, (major, minor - 1), {field: 1}) == [field]
    assert unknown_fields(platform, (major + 1, 0), {field: 1}) == []


@pytest.mark.parametrize("platform", sorted(KNOWN))
def test_what_every_platform_has_is_never_dropped(platform: str) -> None:
    common = ("apiVersion", "kind", "metadata", "credentialsSecret", "userDataSecret")
    assert unknown_fields(platform, (4, 16), dict.fromkeys(common)) == []


def test_dropped_fields_are_named_in_order() -> None:
    assert unknown_fields("AWS", (4, 22), {"zeta": 1, "ami": 1, "alpha": 1}) == ["alpha", "zeta"]


def test_a_name_that_is_no_text_is_named_all_the_same() -> None:
    assert unknown_fields("AWS", (4, 22), {"zeta": 1, 3: 1}) == ["3", "zeta"]


def test_of_a_platform_whose_types_are_not_listed_nothing_is_said() -> None:
    assert unknown_fields("Nutanix", (4, 22), {"anything": 1}) == []
