# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stream metadata: the named streams beside the operator's own, sizes, and errors that name the source and the remedy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.builders import config_map, stream_data

from ansible_collections.okd.boot_images.plugins.module_utils.assess.stream import (
    Stream,
    from_config_map,
    others,
    parse,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidStream

MEBIBYTE = 1024 * 1024
REMEDY = "Delete the ConfigMap: the Cluster Version Operator writes it anew."


def named(streams: Any, release: Any = "4.22.0") -> dict[str, Stream]:
    text = streams if isinstance(streams, str) else json.dumps(streams)
    return others({"data": {"streams": text, "releaseVersion": release}})


@pytest.mark.parametrize(
    ("kubernetes", "coreos"), [("amd64", "x86_64"), ("arm64", "aarch64"), ("ppc64le", "ppc64le"), ("s390x", "s390x")]
)
def test_every_architecture_has_its_word_in_the_stream(kubernetes: str, coreos: str) -> None:
    stream = Stream("s", None, {"architectures": {coreos: {"images": {}}}})
    assert stream.entry(kubernetes) == {"images": {}}
    assert "architectures" not in repr(stream)


@pytest.mark.parametrize(
    ("given_map", "says"),
    [
        (None, ["coreos-bootimages does not exist", "ClusterOperator machine-config"]),
        ({}, ["ConfigMap coreos-bootimages has no data.stream", REMEDY]),
        (config_map("{nonsense"), ["ConfigMap coreos-bootimages, data.stream is not JSON", "line 1", REMEDY]),
        (config_map('{"architectures": {}, "a": NaN}'), ["is not JSON", "NaN", REMEDY]),
        (config_map("3"), ["ConfigMap coreos-bootimages, data.stream", "no mapping architectures", REMEDY]),
    ],
)
def test_an_error_names_the_source_and_the_remedy(given_map: Any, says: list[str]) -> None:
    with pytest.raises(InvalidStream) as refused:
        from_config_map(given_map)
    assert [each for each in says if each not in str(refused.value)] == []


def test_eight_mebibytes_are_read_and_not_one_byte_more() -> None:
    text = json.dumps({"architectures": {}})
    assert parse(text.ljust(8 * MEBIBYTE), "a file", "4.19.0") == Stream(None, "4.19.0", {"architectures": {}})
    with pytest.raises(InvalidStream, match=f"a file has {8 * MEBIBYTE + 1} bytes"):
        parse(text.ljust(8 * MEBIBYTE + 1), "a file", None)
    streams = json.dumps({"rhel-10": {"architectures": {}}})
    assert list(named(streams.ljust(8 * MEBIBYTE))) == ["rhel-10"]
    assert named(streams.ljust(8 * MEBIBYTE + 1)) == {}


@pytest.mark.parametrize(("release", "told"), [("4.19.0", "4.19.0"), (None, None), ("", None), (3, "3")])
def test_the_release_that_brought_them(release: Any, told: str | None) -> None:
    made = {"data": {"stream": json.dumps(stream_data()), "releaseVersion": release}}
    assert from_config_map(made) == Stream("rhcos-4.19", told, stream_data())
    assert [each.release for each in named({"rhel-10": stream_data()}, release).values()] == [told]


def test_named_streams_keep_their_data_and_their_own_name() -> None:
    found = named({"rhel-10": {"stream": "rhel-10.2", "architectures": {"x86_64": {}}}, "plain": {"architectures": {}}})
    assert found["rhel-10"] == Stream("rhel-10.2", "4.22.0", {"stream": "rhel-10.2", "architectures": {"x86_64": {}}})
    assert found["plain"].name == "plain"
    assert named({"odd": {"stream": 3, "architectures": {}}})["odd"].name == "3"


@pytest.mark.parametrize(
    "streams", ["", "[", "[" * 100_000, "3", '["a"]', {"a": 3, "b": {"architectures": []}}, {"c": {}}]
)
def test_what_is_no_stream_is_not_listed(streams: Any) -> None:
    assert named(streams) == {}


@pytest.mark.parametrize("config", [None, {}, {"data": None}, {"data": {"streams": 3}}])
def test_a_config_map_without_named_streams(config: Any) -> None:
    assert others(config) == {}
