# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version of the oldest image in place: what names tell, what only the stream tells, and what nobody knows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from unit.builders import OLD, OLD_AMI, TARGET, TARGET_AMI, aws_spec, control_plane, gcp_spec, machine_set, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.assess.boot_version import oldest
from ansible_collections.okd.boot_images.plugins.module_utils.assess.stream import from_config_map
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidInput
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import SkewWish


def gcp(name: str) -> str:
    return f"projects/rhcos-cloud/global/images/{name}-gcp-x86-64"


def found(*sets: Any, platform: str = "GCP") -> SkewWish:
    seen = snapshot(sets, "4.22", platform)
    return oldest(assess(seen), from_config_map(seen.stream))


def boots(*images: str) -> list[Any]:
    return [machine_set(f"set-{number}", spec=gcp_spec(image)) for number, image in enumerate(images)]


@pytest.mark.parametrize(
    ("images", "version"),
    [
        ([OLD], "412.85.202203181601-0"),
        ([TARGET], "9.6.20250701-0"),
        ([TARGET, OLD, TARGET], "412.85.202203181601-0"),
        # RHEL's version counts before the date: 8.6 stays 8.6, however late it was built.
        ([gcp("rhcos-413-92-202301010000-0"), gcp("rhcos-412-86-202401010000-0")], "412.86.202401010000-0"),
        ([gcp("rhcos-9-6-20250702-0"), gcp("rhcos-9-6-20250701-1")], "9.6.20250701-1"),
        ([gcp("rhcos-9-6-20250701-1"), gcp("rhcos-9-6-20250701-0")], "9.6.20250701-0"),
        ([gcp("rhcos-10-2-20240101-0"), gcp("rhcos-9-8-20260101-0")], "9.8.20260101-0"),
        ([gcp("scos-418-9-202502121215-0")], "418.9.202502121215-0"),
        ([gcp("scos-10-0-20250628-0")], "10.0.20250628-0"),
    ],
)
def test_the_oldest_name_in_place(images: list[str], version: str) -> None:
    assert found(*boots(*images)) == SkewWish("Manual", rhcos_version=version)
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.([0-9]{8}|[0-9]{12})-[0-9]+", version) and 14 <= len(version) <= 21


def test_the_control_plane_counts() -> None:
    assert found(*boots(TARGET), control_plane(gcp_spec(OLD))).rhcos_version == "412.85.202203181601-0"


def test_an_ami_is_known_where_it_is_the_streams_own() -> None:
    current = machine_set("a", spec=aws_spec(TARGET_AMI))
    assert found(current, platform="AWS") == SkewWish("Manual", rhcos_version="9.6.20250701-0")
    with pytest.raises(InvalidInput, match=f"images of old tell none .{OLD_AMI}"):
        found(current, machine_set("old", spec=aws_spec(OLD_AMI)), platform="AWS")


def azure(version: str) -> Any:
    image = {"publisher": "azureopenshift", "offer": "aro4", "sku": "aro_419", "version": version}
    spec = {"image": image, "userDataSecret": {"name": "worker-user-data"}}
    return machine_set(version.replace(".", "-"), spec=spec)


def test_azures_names_tell_the_release_and_its_first_version_is_no_guess() -> None:
    assert found(azure("419.6.20250523"), azure("418.94.20250212"), platform="Azure") == SkewWish("Manual", "4.18.0")


@pytest.mark.parametrize(
    "image",
    [
        "projects/lab/global/images/golden",
        "projects/fedora-coreos-cloud/global/images/fedora-coreos-41-20250315-3-0-gcp-x86-64",
    ],
)
def test_names_that_tell_nothing(image: str) -> None:
    with pytest.raises(
        InvalidInput, match=r"images of set-1 tell none .*Give skew_enforcement.ocp_version or rhcos_version yourself"
    ):
        found(*boots(TARGET, image))


def test_a_version_that_the_api_would_refuse_is_none() -> None:
    with pytest.raises(InvalidInput, match="tell none"):
        found(*boots(gcp("rhcos-9-6-20250701-0123456789")))


def test_windows_boots_no_coreos() -> None:
    windows = machine_set(
        "w",
        spec=gcp_spec("projects/windows/global/images/2022"),
        template_labels={"machine.openshift.io/os-id": "Windows"},
    )
    assert found(*boots(TARGET), windows).rhcos_version == "9.6.20250701-0"
    with pytest.raises(InvalidInput, match="there is no machine set whose image tells a version"):
        found(windows)


def test_versions_of_two_kinds_do_not_compare() -> None:
    gallery = machine_set(
        "gallery",
        spec={
            "image": {"resourceID": "/galleries/g/images/x/versions/rhcos-9-6-20250701-0"},
            "userDataSecret": {"name": "worker-user-data"},
        },
    )
    with pytest.raises(InvalidInput, match="tell versions that do not compare"):
        found(azure("419.6.20250523"), gallery, platform="Azure")
