# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sandbox's releases ship."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from sandbox import releases, versions

ALL = [
    "4.12.30", "4.14.3", "4.16.5", "4.17.12", "4.18.3", "4.19.2", "4.20.4", "4.21.1", "4.22.1", "4.23.0", "5.0.1",
    "4.17.0-okd-scos.1", "4.18.0-okd-scos.5", "4.21.0-okd-scos.3", "4.21.0-okd-scos.ec.15", "5.0.0-okd-scos.ec.7",
    "4.14.0-0.okd-2024-03-10-010116",
]  # fmt: skip


def _images(version: str, arch: str = "x86_64") -> dict:
    return releases.stream(version)["architectures"][arch]["images"]


def test_seed_image_of_4_12() -> None:
    for z in (0, 30):
        gcp = _images(f"4.12.{z}")["gcp"]
        assert f"projects/{gcp['project']}/global/images/{gcp['name']}" == (
            "projects/rhcos-cloud/global/images/rhcos-412-85-202203181601-0-gcp-x86-64"
        )


@pytest.mark.parametrize(
    ("version", "pattern"),
    [
        ("4.18.3", r"rhcos-418-94-2025\d{8}-0-gcp-x86-64"),
        ("4.19.2", r"rhcos-9-6-2025\d{4}-0-gcp-x86-64"),
        ("4.22.1", r"rhcos-9-8-2026\d{4}-0-gcp-x86-64"),
        ("4.20.0-okd-scos.2", r"scos-10-0-2025\d{4}-0-gcp-x86-64"),
        ("4.14.0-0.okd-2024-03-10-010116", r"fedora-coreos-39-2024\d{4}-3-0-gcp-x86-64"),
    ],
)
def test_image_names_follow_the_release(version: str, pattern: str) -> None:
    assert re.fullmatch(pattern, _images(version)["gcp"]["name"])


def test_image_ids_differ_by_release_region_and_architecture() -> None:
    every_z = [f"4.{y}.{z}" for y in range(13, 23) for z in range(60)]
    every_z += [f"4.{y}.0-okd-scos.{kind}{n}" for y in range(16, 23) for kind in ("", "ec.") for n in range(40)]
    names = [_images(version)["gcp"]["name"] for version in every_z]
    assert len(set(names)) == len(names)
    amis = [
        entry["image"]
        for version, arch in itertools.product(ALL, ("x86_64", "aarch64"))
        for entry in _images(version, arch)["aws"]["regions"].values()
    ]
    assert len(set(amis)) == len(amis)
    assert all(re.fullmatch(r"ami-[0-9a-f]{17}", ami) for ami in amis)


def test_scos_has_amis_in_two_regions_and_no_azure_marketplace() -> None:
    x86 = releases.stream("4.18.0-okd-scos.5")["architectures"]["x86_64"]
    assert set(x86["images"]["aws"]["regions"]) == {"us-east-1", "us-gov-west-1"}
    assert x86["images"]["gcp"]["project"] == "rhcos-cloud"
    assert set(x86["rhel-coreos-extensions"]) == {"azure-disk"}


def test_rhcos_has_paid_and_unpaid_azure_images() -> None:
    azure = releases.stream("4.21.2")["architectures"]["x86_64"]["rhel-coreos-extensions"]["marketplace"]["azure"]
    assert set(azure) == {"no-purchase-plan", "ocp", "opp", "oke", "ocp-emea", "opp-emea", "oke-emea"}
    assert all(set(plan) == {"hyperVGen1", "hyperVGen2"} for plan in azure.values())


def test_config_map_says_who_stamped_it() -> None:
    before = releases.boot_images_data("4.18.3", stamped_by="4.17.12")
    assert before["releaseVersion"] == "4.18.3"
    assert (before["MCOVersionHash"], before["MCOReleaseImageVersion"]) == (releases.mco_hash("4.17.12"), "4.17.12")
    assert "MCOVersionHash" not in releases.boot_images_data("4.18.3", stamped_by="")
    assert "streams" not in before
    assert set(json.loads(releases.boot_images_data("4.22.1")["streams"])) == {"rhel-9", "rhel-10"}
    assert set(json.loads(releases.boot_images_data("4.22.0-okd-scos.1")["streams"])) == {""}


def test_release_image_is_a_digest_of_its_own() -> None:
    images = [releases.release_image(version) for version in ALL]
    assert len(set(images)) == len(ALL)
    assert images[0].startswith("quay.io/openshift-release-dev/ocp-release@sha256:")
    assert releases.release_image("4.18.0-okd-scos.5").startswith(
        "registry.ci.openshift.org/origin/release-scos@sha256:"
    )
    assert all(re.search(r"@sha256:[0-9a-f]{64}$", image) for image in images)


@pytest.mark.parametrize(
    ("version", "channel", "offered"),
    [
        ("4.17.12", "stable-4.17", ["4.17.13", "4.17.14"]),
        ("4.17.12", "stable-4.18", ["4.17.13", "4.17.14", "4.18.0", "4.18.1"]),
        ("4.17.12", "", []),
        ("4.17.12", "stable-4.20", []),
        ("4.22.1", "stable-5.0", ["4.22.2", "4.22.3", "4.23.0", "4.23.1", "5.0.0", "5.0.1"]),
        ("4.18.0-okd-scos.5", "fast-4", []),
        ("4.14.0-0.okd-2024-03-10-010116", "stable-4", []),
    ],
)
def test_available_updates(version: str, channel: str, offered: list[str]) -> None:
    assert releases.available_updates(version, channel) == offered


def test_okd_is_offered_later_builds_of_the_next_minor_only() -> None:
    version = "4.18.0-okd-scos.20"
    for offered in releases.available_updates(version, "stable-scos-4"):
        assert versions.parse(offered).built > versions.parse(version).built


def test_path_visits_each_minor_once_and_goes_forward() -> None:
    route = releases.path("4.12.30", "4.17.12")
    assert [releases.minor(version) for version in route] == [(4, y) for y in range(12, 18)]
    built = [versions.parse(version).built for version in route]
    assert built == sorted(built)
    with pytest.raises(ValueError, match="built before"):
        releases.path("4.18.0", "4.17.1")


@pytest.mark.parametrize("text", ["", "4.18", "v4.18.3", "4.18.3-okd", "3.11.0", "4.99.0"])
def test_unknown_versions_are_refused(text: str) -> None:
    with pytest.raises(versions.UnknownVersion):
        releases.stream(text)
