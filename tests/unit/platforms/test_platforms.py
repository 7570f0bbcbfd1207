# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each platform's file: where the image stands, what it is to become, and that nothing else would change."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from unit.builders import OLD, OLD_AMI, TARGET, TARGET_AMI, TARGET_ARM, aws_spec, gcp_spec, stream_data

from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import ABSENT
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Change, Failed, Skip
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.aws import AWS
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Entry, Site, Target
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.gcp import GCP

X86 = Entry("x86_64", stream_data()["architectures"]["x86_64"])
OWN = "projects/acme/global/images/golden"
SITE = Site()


def test_gcp_target_and_changes() -> None:
    target = GCP().target({}, X86, SITE)
    assert target == Target(TARGET, TARGET)
    spec = gcp_spec(disks=[{"boot": True, "image": OLD}, {"boot": False, "image": OWN}, {"boot": True}, None])
    before = copy.deepcopy(spec)
    assert GCP().changes(spec, target) == (
        Change(("disks", 0, "image"), OLD, TARGET), Change(("disks", 2, "image"), ABSENT, TARGET),
    )  # fmt: skip
    assert spec == before
    assert GCP().changes(gcp_spec(TARGET), target) == ()


@pytest.mark.parametrize(
    "entry", [{}, {"images": {"gcp": {"project": "p"}}}, {"images": {"gcp": {"name": 3, "project": "p"}}}]
)
def test_gcp_without_target(entry: Any) -> None:
    found = GCP().target({}, Entry("x86_64", entry), SITE)
    assert isinstance(found, Skip) and found.reason.code == "no_target"


def test_gcp_current() -> None:
    assert GCP().current(gcp_spec()) == OLD
    two = [{"boot": True, "image": OLD}, {"boot": True, "image": OWN}, {"boot": True, "image": OLD}]
    assert GCP().current({"disks": two}) == f"{OLD} {OWN}"
    assert GCP().region({"region": "r"}) == "r" and GCP().region({"region": 3}) is None


@pytest.mark.parametrize(
    ("image", "foreign"),
    [
        (OLD, False),
        ("https://www.googleapis.com/compute/v1/" + OLD, False),
        ("https://compute.googleapis.com/compute/beta/" + OLD, False),
        ("projects/rhcos-cloud/global/imagesfoo/bar", True),
        (OWN, True),
        ("https://evil.example/" + OLD, True),
    ],
)
def test_gcp_whose_image_it_is(image: str, foreign: bool) -> None:
    assert (GCP().custom(gcp_spec(image), SITE) is not None) is foreign


@pytest.mark.parametrize(
    ("image", "stands"),
    [
        (OWN, OWN),
        (
            "projects/example.com:acme/global/images/family/golden",
            "projects/example.com:acme/global/images/family/golden",
        ),
        ("https://www.googleapis.com/compute/v1/" + OWN, OWN),
        ("golden", None),
        ("projects/acme/zones/a/images/golden", None),
        ("http://www.googleapis.com/compute/v1/" + OWN, None),
        (OWN + "/x", None),
        (OWN + "\n", None),
    ],
)
def test_gcp_explicit(image: str, stands: str | None) -> None:
    found = GCP().explicit(image)
    assert (found.value if isinstance(found, Target) else None) == stands


def test_aws_target_and_changes() -> None:
    spec = aws_spec(ami={"id": OLD_AMI, "filters": [{"name": "x"}]})
    target = AWS().target(spec, X86, SITE)
    assert target == Target(TARGET_AMI, {"id": TARGET_AMI})
    assert AWS().changes(spec, target) == (Change(("ami",), spec["ami"], {"id": TARGET_AMI}),)
    assert AWS().changes(aws_spec(TARGET_AMI), target) == ()
    assert AWS().changes({}, target) == (Change(("ami",), None, {"id": TARGET_AMI}),)
    assert AWS().custom(spec, SITE) is None


@pytest.mark.parametrize("placement", [{"region": "eu-west-9"}, {"region": ""}, {}, None, "us-east-1", {"region": 3}])
def test_aws_without_target(placement: Any) -> None:
    found = AWS().target(aws_spec(placement=placement), X86, SITE)
    assert isinstance(found, Skip) and found.reason.code == "no_target"


@pytest.mark.parametrize(
    "image", ["ami-0", "ami-XYZ01234567", "", "golden", "ami-0123456789abcdef012", "ami-01234567\n"]
)
def test_aws_explicit_that_is_no_id(image: str) -> None:
    assert isinstance(AWS().explicit(image), Failed)


def test_aws_explicit() -> None:
    assert AWS().explicit("ami-01234567") == Target("ami-01234567", {"id": "ami-01234567"})


def test_images_that_a_stream_knows() -> None:
    assert GCP().known_images(stream_data()) == {TARGET, TARGET_ARM}
    assert AWS().known_images(stream_data()) == {TARGET_AMI, "ami-000000000000000aa"}
    for shape in (
        {},
        {"architectures": []},
        {"architectures": {"x": 3}},
        stream_data(x86_64={"images": {"aws": {"regions": {"a": {}}}}}),
    ):
        assert TARGET_AMI not in AWS().known_images(shape)
        assert TARGET not in GCP().known_images({"architectures": {"x": shape}})
