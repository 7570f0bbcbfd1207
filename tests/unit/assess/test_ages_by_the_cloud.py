# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How old an image is whose id tells nothing: by its name in the cloud, its release, or the day it was made."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import OLD_AMI

from ansible_collections.okd.boot_images.plugins.module_utils.assess.images import age
from ansible_collections.okd.boot_images.plugins.module_utils.model.images import COPY, ImageFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Age

UNKNOWN = (None, None)
NAMED = "rhcos-9-6-20250701-0-gcp-x86-64"
NAME, RELEASE, DAY = "rhcos-9.4.20250601-0-x86_64", "9.2.20250501-0", "2025-04-01T12:00:00.000Z"


def told(image: str, **facts: Any) -> Age:
    return age(image, None, ImageFacts(image, "us-east-1", **facts))


@pytest.mark.parametrize(
    ("image", "facts", "expected"),
    [
        (NAMED, {"name": NAME, "release": RELEASE, "created": DAY}, ("RHEL 9.6", "2025-07-01")),
        (OLD_AMI, {"name": NAME, "release": RELEASE, "created": DAY}, ("RHEL 9.4", "2025-06-01")),
        (OLD_AMI, {"name": "golden", "release": RELEASE, "created": DAY}, ("RHEL 9.2", "2025-05-01")),
        (OLD_AMI, {"kind": COPY, "name": NAME}, ("RHEL 9.4", "2025-06-01")),
        (OLD_AMI, {"name": "golden", "created": DAY}, (None, "2025-04-01")),
        (OLD_AMI, {"kind": COPY, "name": "golden", "created": DAY}, UNKNOWN),
        (OLD_AMI, {"created": "yesterday"}, UNKNOWN),
        (OLD_AMI, {}, UNKNOWN),
        (OLD_AMI, {"exists": False}, UNKNOWN),
    ],
)
def test_the_nearest_word_counts(image: str, facts: dict[str, Any], expected: tuple[Any, Any]) -> None:
    found = told(image, **facts)
    assert (found.release, found.built) == expected
    assert (found.days_behind, found.minors_behind) == (None, None)


def test_the_days_between_two_images() -> None:
    def made(day: str) -> ImageFacts:
        return ImageFacts(OLD_AMI, "us-east-1", created=day)

    old, new = made("2025-01-01T00:00:00Z"), made("2025-03-01T00:00:00Z")
    assert age(OLD_AMI, OLD_AMI, old, new).days_behind == 59
    assert age(OLD_AMI, OLD_AMI, new, old).days_behind == 0
    assert age(OLD_AMI, NAMED, old).days_behind == 181
