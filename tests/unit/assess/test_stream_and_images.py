# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stream metadata from the ConfigMap, and what the names of images tell."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.builders import OLD, OLD_AMI, TARGET, config_map, judged, machine_set, stream_data

from ansible_collections.okd.boot_images.plugins.module_utils.assess.images import age
from ansible_collections.okd.boot_images.plugins.module_utils.assess.stream import LARGEST, from_config_map
from ansible_collections.okd.boot_images.plugins.module_utils.assess.stream import parse as parse_stream
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidStream
from ansible_collections.okd.boot_images.plugins.module_utils.model.image_name import ImageName, parse
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Age, Skip, Update


def test_a_stream() -> None:
    stream = from_config_map(config_map())
    assert (stream.name, stream.release) == ("rhcos-4.19", "4.19.0")
    assert stream.entry("amd64") == stream_data()["architectures"]["x86_64"]
    assert stream.entry("arm64") == stream_data()["architectures"]["aarch64"]
    assert (stream.entry("s390x"), stream.entry("riscv64")) == (None, None)


def test_entries_that_are_no_mapping_are_none() -> None:
    assert from_config_map(config_map(stream_data(x86_64=[]))).entry("amd64") is None


def test_names_that_are_missing() -> None:
    stream = from_config_map(config_map({"architectures": {}, "stream": 3}, release=None))
    assert (stream.name, stream.release) == (None, None)


@pytest.mark.parametrize(
    ("given_map", "says"),
    [
        (None, "does not exist"),
        ({}, "has no data.stream"),
        ({"data": {"streams": '{"rhel-9": {}}'}}, "has no data.stream"),
        ({"data": {"stream": " "}}, "has no data.stream"),
        ({"data": {"stream": 3}}, "has no data.stream"),
        (config_map("{nonsense"), "is not JSON"),
        (config_map("[" * 100_000), "is not JSON"),
        (config_map("[]"), "no mapping architectures"),
        (config_map('{"architectures": []}'), "no mapping architectures"),
    ],
)
def test_a_stream_that_cannot_be_read(given_map: Any, says: str) -> None:
    with pytest.raises(InvalidStream, match=says):
        from_config_map(given_map)


def test_a_stream_of_absurd_size_is_not_parsed() -> None:
    with pytest.raises(InvalidStream, match="some 100 KiB"):
        parse_stream(" " * (LARGEST + 1), "the file", None)


@given(st.text() | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_any_text_is_a_stream_or_an_invalid_one(text: str) -> None:
    try:
        assert parse_stream(text, "here", None).data["architectures"] is not None
    except InvalidStream:
        return


@pytest.mark.parametrize(
    ("image", "release", "os", "built"),
    [
        (OLD, "4.12", "RHEL 8.5", date(2022, 3, 18)),
        ("rhcos-48-84-202109241901-0-gcp-x86-64", "4.8", "RHEL 8.4", date(2021, 9, 24)),
        ("rhcos-410-84-202205191234-0-gcp-x86-64", "4.10", "RHEL 8.4", date(2022, 5, 19)),
        ("rhcos-418-94-202502121215-0-gcp-aarch64", "4.18", "RHEL 9.4", date(2025, 2, 12)),
        (TARGET, None, "RHEL 9.6", date(2025, 7, 1)),
        ("scos-10-0-20250628-0-gcp-x86-64", None, "CentOS Stream 10.0", date(2025, 6, 28)),
        ("rhcos-9.6.20250701-0-x86_64", None, "RHEL 9.6", date(2025, 7, 1)),
        ("fedora-coreos-41-20250315-3-0-gcp-x86-64", None, "Fedora 41", date(2025, 3, 15)),
        ("rhcos-9-6-20259901-0-gcp-x86-64", None, "RHEL 9.6", None),
    ],
)
def test_an_images_name(image: str, release: str | None, os: str, built: date | None) -> None:
    assert parse(image) == ImageName(release, os, built)


@pytest.mark.parametrize(
    "image", [None, "", OLD_AMI, "projects/acme/global/images/golden", "rhcos-latest", "xrhcos-9-6-20250701-0"]
)
def test_a_name_that_tells_nothing(image: str | None) -> None:
    assert parse(image) is None
    assert age(image, TARGET) == Age(None, None, None, None)


@pytest.mark.parametrize(
    ("current", "target", "expected"),
    [
        (OLD, TARGET, Age("4.12", "2022-03-18", 1201, None)),
        (OLD, "rhcos-418-94-202502121215-0-gcp", Age("4.12", "2022-03-18", 1062, 6)),
        (TARGET, OLD, Age("RHEL 9.6", "2025-07-01", 0, None)),
        (OLD, None, Age("4.12", "2022-03-18", None, None)),
        (OLD, "rhcos-9-6-20259901-0-gcp", Age("4.12", "2022-03-18", None, None)),
        ("rhcos-9-6-20259901-0-gcp", TARGET, Age("RHEL 9.6", None, None, None)),
    ],
)
def test_age(current: str, target: str | None, expected: Age) -> None:
    assert age(current, target) == expected


@given(st.text(), st.text())
def test_any_two_texts_have_an_age(current: str, target: str) -> None:
    age(current, target)


def test_a_set_of_another_stream_gets_the_image_of_that_stream() -> None:
    ten = {
        "stream": "rhel-10",
        "architectures": {"x86_64": {"images": {"gcp": {"project": "rhcos-cloud", "name": "ten"}}}},
    }
    stream = config_map()
    stream["data"]["streams"] = json.dumps({"rhel-9": stream_data(), "rhel-10": ten, "odd": 3})
    made = machine_set(labels={"machineconfiguration.openshift.io/osstream": "rhel-10"})
    verdict = judged(made, release="4.22", stream=stream)
    assert (verdict.operator.will, verdict.target) == ("skip", "projects/rhcos-cloud/global/images/ten")
    assert isinstance(verdict.decision, Update)
    assert judged(machine_set(), release="4.22", stream=stream).target == TARGET


@pytest.mark.parametrize("streams", [None, "", "not json", "[]", "{}", json.dumps({"rhel-10": []})])
def test_a_stream_that_the_cluster_has_not(streams: str | None) -> None:
    stream = config_map()
    stream["data"].update({} if streams is None else {"streams": streams})
    made = machine_set(labels={"machineconfiguration.openshift.io/osstream": "rhel-10"})
    decision = judged(made, release="4.22", stream=stream).decision
    assert isinstance(decision, Skip) and decision.reason.code == "other_os_stream"


@pytest.mark.parametrize(
    ("current", "target", "behind"),
    [
        ("rhcos-412-86-202303010000-0", "rhcos-414-92-202403010000-0", (366, 2)),
        ("rhcos-412-86-202303010000-0", "rhcos-412-86-202303010000-1", (0, 0)),
        ("rhcos-414-92-202403010000-0", "rhcos-412-86-202303010000-0", (0, 0)),
        ("rhcos-412-86-202303010000-0", "golden", (None, None)),
    ],
)
def test_nothing_is_behind_an_older_target(current: str, target: str, behind: tuple[int | None, int | None]) -> None:
    told = age(current, target)
    assert (told.days_behind, told.minors_behind) == behind
