# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/platforms.md says what the registry, the release table and the platforms' own changes say."""

from __future__ import annotations

import re
from pathlib import Path

from unit.platforms.places import EXPLICIT, FIELDS

from ansible_collections.okd.boot_images.plugins.module_utils.assess.release import BEHAVIOURS
from ansible_collections.okd.boot_images.plugins.module_utils.model import reasons
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.registry import PLATFORMS

PAGE = (Path(__file__).parents[3] / "docs" / "platforms.md").read_text(encoding="utf-8")
TABLES = [
    [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE)
]
MATRIX = {row[0].strip("`"): row[1:] for row in TABLES[0]}


def since(prefix: str, platform: str) -> str:
    """The first release of a behaviour, as the page writes it."""
    found = [each.first for each in BEHAVIOURS if each.name == prefix + platform.lower()]
    return "{}.{}".format(*found[0]) if found and found[0] else "\N{EN DASH}"


def test_every_platform_has_a_row_and_no_other() -> None:
    assert set(MATRIX) == set(PLATFORMS)
    assert {row[0].strip("`") for row in TABLES[1]} == set(EXPLICIT)


def test_the_releases_are_those_of_the_release_table() -> None:
    for platform, row in MATRIX.items():
        assert (row[0], row[1]) == (since("manages_", platform), since("default_on_", platform)), platform


def test_the_fields_are_those_that_are_written() -> None:
    for platform, row in MATRIX.items():
        assert set(re.findall(r"`([^`]+)`", row[2])) == FIELDS.get(platform, set()), platform


def test_the_codes_exist() -> None:
    codes = {
        "image_not_in_cloud",
        "custom_image",
        "own_images",
        "template_in_vcenter",
        "no_failure_domain",
        "provisioned_from_payload",
    }
    assert codes <= set(reasons.ALL)
    assert [code for code in codes if f"`{code}`" not in PAGE] == []
