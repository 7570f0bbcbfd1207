# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What enrolling a set would bring besides the release's image."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import (
    aws_spec,
    config_map,
    control_plane,
    gcp_spec,
    judged,
    machine_set,
    manager,
    stream_data,
)
from unit.platforms import places

from ansible_collections.okd.boot_images.plugins.module_utils.assess.provider_types import unknown_fields
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import Capabilities
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.registry import PLATFORMS

NEWER = "projects/rhcos-cloud/global/images/rhcos-9-8-20260701-0-gcp-x86-64"
OSSTREAM = "machineconfiguration.openshift.io/osstream"


def codes(made: Any, **cluster: Any) -> list[str]:
    return [risk.reason.code for risk in judged(made, **cluster).risks]


def test_a_plain_set_has_none() -> None:
    assert codes(machine_set()) == []


@pytest.mark.parametrize("managers", ["all", None])
def test_a_newer_image_would_be_set_back_whether_managed_already_or_not(managers: Any) -> None:
    assert codes(machine_set(spec=gcp_spec(NEWER)), release="4.18", managers=managers) == ["downgrades"]


@pytest.mark.parametrize(
    ("release", "stream", "expected"),
    [
        ("4.21", "rhel-10", ["wrong_stream"]),
        ("4.21", "rhel-9", []),
        ("4.22", "rhel-10", []),
        ("4.19", "", ["wrong_stream"]),
    ],
)
def test_a_set_of_another_stream(release: str, stream: str, expected: list[str]) -> None:
    assert codes(machine_set(labels={OSSTREAM: stream}), release=release) == expected


@pytest.mark.parametrize(("release", "expected"), [("4.18", ["custom_user_data"]), ("4.19", [])])
def test_user_data_would_be_re_pointed(release: str, expected: list[str]) -> None:
    made = machine_set(spec=gcp_spec(userDataSecret={"name": "mine"}))
    assert codes(made, release=release) == expected


def test_fields_that_the_operators_types_do_not_know() -> None:
    risks = judged(machine_set(spec=gcp_spec(vendorTuning={"a": 1}))).risks
    assert [risk.reason.code for risk in risks] == ["dropped_fields"]
    assert "vendorTuning" in risks[0].message


def test_a_set_that_the_operator_would_leave_alone_runs_no_risk() -> None:
    foreign = gcp_spec("projects/acme/global/images/x", vendorTuning=1)
    assert codes(machine_set(spec=foreign)) == []


@pytest.mark.parametrize(
    ("platform", "release", "field", "unknown"),
    [
        ("AWS", (4, 18), "marketType", True),
        ("AWS", (4, 19), "marketType", False),
        ("GCP", (4, 20), "provisioningModel", True),
        ("GCP", (4, 21), "provisioningModel", False),
        ("Azure", (4, 16), "capacityReservationGroupID", True),
        ("OpenStack", (4, 22), "anything", False),
    ],
)
def test_fields_come_with_releases(platform: str, release: tuple[int, int], field: str, unknown: bool) -> None:
    assert unknown_fields(platform, release, {**aws_spec(), field: 1} if platform == "AWS" else {field: 1}) == (
        [field] if unknown else []
    )


TEN = {OSSTREAM: "rhel-10"}
UNREAD = Capabilities(frozenset(), frozenset(), mirror=False, skew=False, source="unknown")


def test_where_the_operator_never_acts_nothing_is_at_risk(monkeypatch: pytest.MonkeyPatch) -> None:
    inert = Capabilities(frozenset(), frozenset(), mirror=False, skew=False)
    assert codes(machine_set(labels=TEN), release="4.18", capabilities=inert, managers=None) == []
    assert codes(machine_set(labels=TEN), release="4.18", managers=None) == ["wrong_stream"]
    assert codes(machine_set(spec=[], arch=None, labels=TEN), release="4.18", control_plane_architecture=None) == []
    monkeypatch.delitem(PLATFORMS, "GCP")
    assert codes(machine_set(labels=TEN), release="4.18") == []


def test_what_the_operator_may_do_is_a_risk_too() -> None:
    assert codes(machine_set(spec=aws_spec(vendor=1)), platform="AWS") == ["dropped_fields"]


@pytest.mark.parametrize("name", ["golden", "rhcos-9-6-20251399-0-gcp-x86-64"])
def test_images_without_a_date_are_not_compared(name: str) -> None:
    stream = config_map(stream_data(x86_64={"images": {"gcp": {"project": "rhcos-cloud", "name": name}}}), "4.18.0")
    assert codes(machine_set(spec=gcp_spec(NEWER)), release="4.18", stream=stream) == []
    undated = gcp_spec("projects/rhcos-cloud/global/images/rhcos-9-6-20251399-0-gcp-x86-64")
    assert codes(machine_set(spec=undated), release="4.18") == []


def test_no_secret_and_secrets_of_control_planes_are_not_re_pointed() -> None:
    assert codes(machine_set(spec=gcp_spec(userDataSecret={})), release="4.18") == []
    managers = [manager(resource="controlplanemachinesets")]
    made = control_plane(gcp_spec(userDataSecret={"name": "mine"}))
    assert codes(made, release="4.18", capabilities=UNREAD, managers=managers) == []


def test_an_own_image_that_would_be_replaced_is_named() -> None:
    (risk,) = places.verdict("VSphere", places.provider_spec("VSphere", template="golden")).risks
    assert (risk.reason.code, "Template golden" in risk.message) == ("own_images", True)
