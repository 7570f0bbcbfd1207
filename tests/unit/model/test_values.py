# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects as strangers wrote them, user data reduced to facts, and the closed set of reasons."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.builders import cluster_version, control_plane, machine_set, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.model import errors, objects, reasons
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import ABSENT
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import (
    MISSING,
    NO_VERSION,
    NOT_JSON,
    NOT_OBJECT,
    READ,
    UserData,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
SECRET_WORDS = "aHVudGVyMg-top-secret"


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (("a", "b"), [1, {"c": 2}]),
        (("a", "b", 1, "c"), 2),
        (("a", "b", -1, "c"), 2),
        (("a", "b", 2), None),
        (("a", "b", -3), None),
        (("a", 0), None),
        (("a", "b", "c"), None),
        (("x", "y", "z"), None),
        ((), {"a": {"b": [1, {"c": 2}]}}),
    ],
)
def test_dig(keys: tuple[Any, ...], found: Any) -> None:
    assert objects.dig({"a": {"b": [1, {"c": 2}]}}, *keys) == found


@given(JSON, st.lists(st.text(max_size=5) | st.integers(-3, 3), max_size=4))
def test_dig_never_raises(value: Any, keys: list[Any]) -> None:
    objects.dig(value, *keys)


@given(JSON)
def test_a_machine_set_of_any_shape_answers(value: Any) -> None:
    for kind in (objects.MACHINE_SET, objects.CONTROL_PLANE_MACHINE_SET):
        for made in ({"metadata": value}, {"spec": value}, {"spec": {"template": value}}):
            found = MachineSet(kind, made)
            assert isinstance(found.name + found.uid + found.namespace, str)
            assert isinstance(found.owners, list)
            assert found.user_data_secret is None or isinstance(found.user_data_secret, str)
            assert all(isinstance(part, dict) for part in (found.labels, found.annotations, found.template_labels))
            assert found.replicas is None or isinstance(found.replicas, int)


def test_where_labels_and_specs_stand() -> None:
    worker = machine_set()
    assert worker.user_data_secret == "worker-user-data"
    assert control_plane().provider_spec["region"] == "us-central1"
    assert str(worker.ref) == "MachineSet openshift-machine-api/worker-a"


def test_labels_of_the_template() -> None:
    assert machine_set(template_labels={"a": "b"}).template_labels == {"a": "b"}


def test_paths() -> None:
    assert (
        objects.THE_STREAM.path == "/api/v1/namespaces/openshift-machine-config-operator/configmaps/coreos-bootimages"
    )
    assert objects.THE_CLUSTER_VERSION.path == "/apis/config.openshift.io/v1/clusterversions/version"
    assert str(objects.THE_CLUSTER_VERSION) == "ClusterVersion version"
    assert (objects.NODE.resource, objects.MACHINE.resource) == ("nodes", "machines.machine.openshift.io")


def of_text(text: bytes) -> UserData:
    return UserData.of({"data": {"userData": base64.b64encode(text).decode()}})


@pytest.mark.parametrize(
    ("text", "state", "version"),
    [
        (b'{"ignition":{"version":"3.2.0"}}', READ, "3.2.0"),
        (b"#!/bin/sh", NOT_JSON, None),
        (b"", NOT_JSON, None),
        (b"\xff\xfe", NOT_JSON, None),
        (b"[" * 100_000, NOT_JSON, None),
        (b"[]", NOT_OBJECT, None),
        (b"null", NOT_OBJECT, None),
        (b'{"ignition":{}}', NO_VERSION, None),
        (b'{"ignition":{"version":3}}', NO_VERSION, None),
        (b'{"ignition":[]}', NO_VERSION, None),
        (b"{}", NO_VERSION, None),
    ],
)
def test_user_data(text: bytes, state: str, version: str | None) -> None:
    assert of_text(text) == UserData(state, version)


def test_user_data_that_is_missing_or_no_base64() -> None:
    assert UserData.of(None) == UserData(MISSING)
    for data in (
        {},
        {"data": None},
        {"data": {"userData": 3}},
        {"data": {"userData": "%%"}},
        {"data": {"userData": "é"}},
    ):
        assert UserData.of(data) == UserData(NOT_JSON)


def test_no_byte_of_user_data_is_kept() -> None:
    config = {"ignition": {"version": "3.2.0", "config": {"merge": [{"source": SECRET_WORDS}]}}, "passwd": SECRET_WORDS}
    for text in (json.dumps(config), SECRET_WORDS, json.dumps([SECRET_WORDS]), json.dumps({"x": SECRET_WORDS})):
        assert SECRET_WORDS not in repr(of_text(text.encode()))


def test_a_version_of_any_length_stays_short() -> None:
    assert len(of_text(json.dumps({"ignition": {"version": "9" * 5000}}).encode()).ignition or "") <= 20


def test_the_cluster_and_its_operator_may_be_at_different_versions() -> None:
    upgrading = snapshot(cluster_version=cluster_version("4.19.0", "Partial"))
    assert (upgrading.current_version, upgrading.operator_version) == ("4.18.9", "4.19.0")
    assert snapshot(cluster_version=cluster_version("4.19.0", "Partial"), operator=None).operator_version == "4.18.9"
    empty = {"status": {"versions": [{"name": "operator", "version": ""}, {"name": "operator-image"}]}}
    assert snapshot(operator=empty).operator_version == "4.19.0"
    assert snapshot(cluster_version={}).current_version == ""


@pytest.mark.parametrize(
    ("status", "platform"),
    [({"platformStatus": {"type": "AWS"}}, "AWS"), ({"platform": "GCP"}, "GCP"), ({}, "Unknown"), ("x", "Unknown")],
)
def test_platform(status: Any, platform: str) -> None:
    assert snapshot(infrastructure={"status": status}).platform == platform


def test_reasons_are_codes_with_a_meaning() -> None:
    assert all(re.fullmatch("[a-z_]+", code) and code == str(each) for code, each in reasons.ALL.items())
    assert all(each.meaning.endswith(".") for each in reasons.ALL.values())
    known = {value.code for value in vars(reasons).values() if isinstance(value, reasons.Reason)}
    assert known == set(reasons.ALL)


def test_errors_have_codes_of_their_own() -> None:
    kinds = errors.BootImageError.__subclasses__()
    assert len({kind.reason for kind in kinds}) == len(kinds)
    assert errors.SetsFailed("x", {"changed": True}).result == {"changed": True}
    assert errors.BootImageError("x").result == {}


def test_names_in_a_message() -> None:
    assert errors.named(["a", "b"]) == "a, b"
    assert errors.named(list("abcdefg")) == "a, b, c, d, e and 2 more"
    assert errors.named([]) == ""


def test_absent_is_not_none() -> None:
    assert ABSENT is not None and repr(ABSENT) == "absent"
