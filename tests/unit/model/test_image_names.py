# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an image's name begins and ends, and which parts of it may have how many digits."""

from __future__ import annotations

from datetime import date

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.model.image_name import ImageName, parse

MARCH, JULY = date(2022, 3, 18), date(2025, 7, 1)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("rhcos-412-85-202203181601-0", ImageName("4.12", "RHEL 8.5", MARCH)),
        ("my/rhcos-48.84.202203181601-10-openstack.x86_64.qcow2", ImageName("4.8", "RHEL 8.4", MARCH)),
        ("rhcos-412-810-202203181601-0", ImageName("4.12", "RHEL 8.10", MARCH)),
        ("scos-418-94-202203181601-0", ImageName("4.18", "RHEL 9.4", MARCH)),
        ("rhcos-9-6-20250701-0", ImageName(None, "RHEL 9.6", JULY)),
        ("rhcos-10.12.20250701-12-live.iso", ImageName(None, "RHEL 10.12", JULY)),
        ("rhcos-9-6-202507011234-0", ImageName(None, "RHEL 9.6", JULY)),
        ("scos-10-0-20250701-0", ImageName(None, "CentOS Stream 10.0", JULY)),
        ("fedora-coreos-41-20250701-3-0-gcp-x86-64", ImageName(None, "Fedora 41", JULY)),
        ("fedora-coreos-41.20250701.13.10-ova", ImageName(None, "Fedora 41", JULY)),
        ("azureopenshift:aro4:aro_419:419.6.20250701", ImageName("4.19", "CoreOS", JULY)),
        ("redhat:rh-ocp-worker:rh-ocp-worker:4.18.2025070114", ImageName("4.18", "CoreOS", JULY)),
        ("azureopenshift:aro4:aro_414:414.92.202507012105", ImageName("4.14", "CoreOS", JULY)),
        ("azureopenshift:aro4:aro_48:48.84.20250701", ImageName("4.8", "CoreOS", JULY)),
        ("/resourceGroups/g/galleries/x/versions/418.94.20250701", ImageName("4.18", "CoreOS", JULY)),
    ],
)
def test_names_as_their_builders_write_them(image: str, expected: ImageName) -> None:
    assert parse(image) == expected


@pytest.mark.parametrize(
    "image",
    [
        "xrhcos-412-85-202203181601-0",
        "rhcos-412-85-202203181601-0x",
        "rhcos-412x85-202203181601-0",
        "xrhcos-9-6-20250701-0",
        "rhcos-9-6-20250701-0x",
        "rhcos-9-6-2025070-0",
        "rhcos-9-6-20250701",
        "xfedora-coreos-41-20250701-3-0",
        "fedora-coreos-41-20250701-3-0x",
        "fedora-coreos-4-20250701-3-0",
        "aro4:aro_419:419.6.20250701",
        "a:b:c:d:419.6.20250701",
        "::azureopenshift:aro4:aro_419:419.6.20250701",
        "azureopenshift:aro4:aro_419:4x19.6.20250701",
        "azureopenshift:aro4:aro_419:419x6.20250701",
        "azureopenshift:aro4:aro_419:419.6x20250701",
        "azureopenshift:aro4:aro_419:419.6.20250701-1",
        "azureopenshift:aro4:aro_419:419.6.202507011",
        "azureopenshift:aro4:aro_419:519.6.20250701",
        "/images/418.94.20250701",
    ],
)
def test_names_of_somebody_elses(image: str) -> None:
    assert parse(image) is None


@pytest.mark.parametrize(("image", "minor"), [("rhcos-412-85-202203181601-0", 12), ("rhcos-9-6-20250701-0", None)])
def test_openshifts_minor_release_where_the_name_has_it(image: str, minor: int | None) -> None:
    found = parse(image)
    assert found is not None and found.minor == minor


@pytest.mark.parametrize("stamp", ["20251301", "20250230", "00000000"])
def test_a_day_that_never_was_is_unknown(stamp: str) -> None:
    assert parse(f"rhcos-9-6-{stamp}-0") == ImageName(None, "RHEL 9.6", None)
