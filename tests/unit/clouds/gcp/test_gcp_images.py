# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Google knows of images, asked for over HTTP with tokens that google-auth got."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.clouds.base import look_up
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp import GCP
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp_client import AT_ONCE
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import CloudForbidden
from ansible_collections.okd.boot_images.plugins.module_utils.model.images import ImageFacts
from sandbox.gce import Account, Gce

RHCOS = "projects/rhcos-cloud/global/images/rhcos-9-6-20250701-0-gcp-x86-64"
OWN = "projects/infra-7xq4k/global/images/"


def facts(cloud: GCP, image: str) -> ImageFacts:
    told = cloud.images("europe-west3", [image])[image]
    assert isinstance(told, ImageFacts), told
    return told


def test_an_image_is_described(cloud: GCP) -> None:
    assert facts(cloud, RHCOS) == ImageFacts(
        id=RHCOS,
        region="europe-west3",
        exists=True,
        state="available",
        architecture="amd64",
        owner="rhcos-cloud",
        kind="standard",
        name="rhcos-9-6-20250701-0-gcp-x86-64",
        created="2025-07-01T03:04:05.678-07:00",
        deprecated=False,
        release="9.6.20250701-0",
        family="rhcos-9",
    )


@pytest.mark.parametrize(
    ("name", "architecture"),
    [
        ("rhcos-9-6-20250701-0-gcp-aarch64", "arm64"),
        ("rhcos-418-94-202410090804-0-gcp-x86-64", None),
        ("rhcos-47-83-202103251640-0-gcp-x86-64", None),
    ],
)
def test_the_architecture_is_in_kubernetes_word_where_google_tells_it(
    cloud: GCP, name: str, architecture: str | None
) -> None:
    assert facts(cloud, f"projects/rhcos-cloud/global/images/{name}").architecture == architecture


@pytest.mark.parametrize(
    ("name", "state", "deprecated"),
    [
        ("rhcos-9-8-20260701-0-gcp-x86-64", "available", True),  # still boots
        ("rhcos-418-94-202410090804-0-gcp-x86-64", "OBSOLETE", True),
        ("rhcos-47-83-202103251640-0-gcp-x86-64", "DELETED", True),
    ],
)
def test_a_deprecated_image_boots_until_it_is_obsolete(cloud: GCP, name: str, state: str, deprecated: bool) -> None:
    told = facts(cloud, f"projects/rhcos-cloud/global/images/{name}")
    assert (told.exists, told.state, told.deprecated) == (True, state, deprecated)
    assert bool(told.state_reason) == (state != "available")


def test_a_deprecated_image_names_its_replacement(cloud: GCP) -> None:
    told = facts(cloud, "projects/rhcos-cloud/global/images/rhcos-9-8-20260701-0-gcp-x86-64")
    assert (told.replacement, told.deprecation_time) == (RHCOS, "2026-01-01T00:00:00Z")


@pytest.mark.parametrize(("name", "state"), [("uploading", "pending"), ("broken", "failed"), ("going", "DELETING")])
def test_an_image_that_is_not_ready(cloud: GCP, name: str, state: str) -> None:
    assert facts(cloud, OWN + name).state == state


@pytest.mark.parametrize(
    ("image", "kind", "release"),
    [
        ("projects/fedora-coreos-cloud/global/images/fedora-coreos-41-20250315-3-0-gcp-x86-64", "fedora_coreos", "41.20250315.3.0"),
        ("projects/redhat-marketplace-public/global/images/redhat-coreos-ocp-413-x86-64-202305021736", "marketplace", None),
        ("projects/rhcos-cloud/global/images/rhcos-418-94-202410090804-0-gcp-x86-64", "standard", "418.94.202410090804-0"),
        (OWN + "golden", "custom", None),
        (OWN + "mirrored", "copy", "9.6.20250701-0"),
    ],
)  # fmt: skip
def test_whose_it_is_and_which_release(cloud: GCP, image: str, kind: str, release: str | None) -> None:
    told = facts(cloud, image)
    assert (told.kind, told.release) == (kind, release)
    assert told.source == (RHCOS if kind == "copy" else None)


def test_a_family_gives_its_newest_image_that_is_not_deprecated(cloud: GCP, gce: Gce) -> None:
    family = "projects/rhcos-cloud/global/images/family/rhcos-9"
    told = facts(cloud, family)
    assert (told.id, told.name) == (family, "rhcos-9-6-20250701-0-gcp-x86-64")
    assert [each.api for each in gce.calls()] == ["token", "images.getFromFamily"]
    assert facts(cloud, "projects/rhcos-cloud/global/images/family/none").exists is False


def test_all_ways_to_name_an_image_are_one_question(cloud: GCP, gce: Gce) -> None:
    names = [
        RHCOS,
        "https://www.googleapis.com/compute/v1/" + RHCOS,
        "https://compute.googleapis.com/compute/v1/" + RHCOS,
        "https://compute.googleapis.com/compute/beta/" + RHCOS,
    ]
    told = cloud.images("us-east1", names)
    assert {name: getattr(each, "id", None) for name, each in told.items()} == {name: name for name in names}
    assert len(gce.calls("images.get")) == 1


def test_only_what_is_needed_is_sent(cloud: GCP, gce: Gce) -> None:
    facts(cloud, RHCOS)
    assert "licenses" not in gce.calls("images.get")[0].parameters["fields"]


def test_what_does_not_exist_is_told_apart_from_its_project(cloud: GCP) -> None:
    none = facts(cloud, OWN + "none")
    assert (none.exists, none.state_reason) == (False, f"The resource '{OWN}none' was not found")
    nowhere = facts(cloud, "projects/no-such-project/global/images/golden")
    assert (nowhere.exists, nowhere.state_reason) == (False, "The resource 'projects/no-such-project' was not found")


def test_what_is_no_name_of_an_image_is_not_asked_for(cloud: GCP, gce: Gce) -> None:
    for name in ("ami-0123456789abcdef0", "projects/x/global/images/../secrets", "", RHCOS + "\n", RHCOS + " " + RHCOS):
        assert facts(cloud, name).exists is False
    assert gce.calls() == []


def test_an_image_without_a_project_is_the_machines_own(gce: Gce, options, slept) -> None:
    from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp_client import Compute

    assert facts(GCP(Compute(options(project="infra-7xq4k"))), "global/images/golden").description == "mine"
    assert facts(GCP(Compute(options())), "global/images/golden").exists is False


def test_a_thousand_sets_in_ten_regions_are_one_question_per_image_and_one_token(cloud: GCP, gce: Gce) -> None:
    images = [RHCOS, OWN + "golden", "projects/rhcos-cloud/global/images/rhcos-9-6-20250701-0-gcp-aarch64"]
    wanted = {f"region-{index}": [images[each % 3] for each in range(100)] for index in range(10)}
    told = look_up(cloud, wanted)
    assert len(told.facts) == 30 and not told.failures and not told.refusals
    assert {region for region, _image in told.facts} == set(wanted)
    assert len(gce.calls("images.get")) == 3
    assert len(gce.calls("token")) == 1


def test_many_images_are_asked_for_side_by_side_but_not_all(cloud: GCP, gce: Gce) -> None:
    gce.faults.slow = threading.Event()
    threading.Timer(0.4, gce.faults.slow.set).start()
    names = [f"{OWN}image-{index}" for index in range(3 * AT_ONCE)]
    assert not any(getattr(each, "exists", True) for each in cloud.images("us-east1", names).values())
    assert gce.most_at_once == AT_ONCE
    assert len(gce.calls("token")) == 1


def test_one_project_that_may_not_be_read_does_not_hide_the_others(cloud: GCP, account: Account) -> None:
    hidden = "projects/somebody-else/global/images/golden"
    told = look_up(cloud, {"us-east1": [RHCOS, hidden]})
    assert list(told.facts) == [("us-east1", RHCOS)] and not told.failures
    assert isinstance(told.failure("us-east1", hidden), CloudForbidden)
    assert told.failure("us-east1", RHCOS) is None
