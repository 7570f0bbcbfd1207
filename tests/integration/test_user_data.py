# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""User data on its way with the image: brought to the specification that the image reads, kept, brought back, and never shown."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from integration.support.clusters import Cluster, writes
from integration.support.scenarios import read_user_data, stub, user_data

Clusters = Callable[..., Cluster]
MODULE = "machineset_boot_image"
CA = "data:text/plain;base64,Q0FOQVJZ"


def full_stub(version: str) -> str:
    body = json.loads(stub(version))
    body["ignition"]["security"] = {"tls": {"certificateAuthorities": [{"source": CA, "verification": {}}]}}
    return json.dumps(body)


def with_stub(cluster: Clusters, version: str = "2.2.0", **more: Any) -> tuple[Cluster, str, str]:
    """A cluster with one set whose user data is of that specification; the set's name and the Secret's."""
    made = cluster("gcp", **more)
    return made, made.names[0], user_data(made, made.names[0], full_stub(version))


def backups(made: Cluster) -> list[Any]:
    found = made.client.list("secrets", "openshift-machine-api")
    return [each for each in found if "okd-boot-images.io/backup-of" in each["metadata"].get("labels", {})]


@pytest.mark.parametrize("version", ["2.0.0", "2.2.0"])
def test_there_and_back(cluster: Clusters, version: str) -> None:
    made, name, secret = with_stub(cluster, version)
    old_image, old = made.image(name), made.client.get("secrets", secret, "openshift-machine-api")
    with made.untouched():
        foretold = made.check(MODULE)
    assert not foretold.failed, foretold.message

    answer = made.module(MODULE, _ansible_diff=True)
    assert not answer.failed, answer.message
    assert answer.result["diff"] == foretold.result["diff"]
    shown = next(each for each in answer.result["diff"] if secret in each["before_header"])
    assert (shown["before"], shown["after"]["ignition"][0]) == ({"ignition": version}, "3")
    now = read_user_data(made, secret)
    assert now["ignition"]["version"] == shown["after"]["ignition"]
    assert now["ignition"]["config"]["merge"] == [{"source": "https://api-int:22623/"}]
    assert now["ignition"]["security"]["tls"]["certificateAuthorities"][0]["source"] == CA  # upstream loses it in 2.0.0
    (kept,) = backups(made)
    assert (kept["data"], kept["immutable"]) == (old["data"], True)
    everything = json.dumps([answer.result, foretold.result])
    assert CA not in everything and "api-int" not in everything and old["data"]["userData"] not in everything

    with made.untouched():
        assert not made.module(MODULE).result["changed"]
    back = made.module(MODULE, state="restored")
    assert not back.failed, back.message
    assert made.image(name) == old_image
    assert read_user_data(made, secret) == json.loads(full_stub(version))
    with made.untouched():
        assert not made.module(MODULE, state="restored").result["changed"]


def test_not_where_the_user_says_so(cluster: Clusters) -> None:
    made, name, secret = with_stub(cluster)
    answer = made.module(MODULE, upgrade_user_data=False)
    assert (answer.failed, answer.sets()[name]["reason"]) == (True, "user_data_too_old")
    assert read_user_data(made, secret)["ignition"]["version"] == "2.2.0"
    assert {made.image(each) for each in made.names if each != name} == {made.target()}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "user_data_unusable"),
        ("#!/bin/sh", "user_data_unusable"),
        ("[]", "user_data_unusable"),
        (json.dumps({"ignition": {"version": "1.2.0"}}), "user_data_not_convertible"),
        (
            json.dumps({"ignition": {"version": "2.2.0"}, "networkd": {"units": [{"name": "x"}]}}),
            "user_data_not_convertible",
        ),
    ],
)
def test_user_data_that_no_image_starts_with(cluster: Clusters, text: str | None, reason: str) -> None:
    made = cluster("gcp")
    name, old = made.names[0], made.image(made.names[0])
    user_data(made, name, text)
    answer = made.module(MODULE)
    assert (answer.failed, answer.sets()[name]["reason"]) == (True, reason)
    assert made.image(name) == old
    assert {made.image(each) for each in made.names if each != name} == {made.target()}


def test_a_secret_that_another_set_needs_as_it_is(cluster: Clusters) -> None:
    made, name, secret = with_stub(cluster)
    other = made.names[1]
    made.provider_spec(other, {"userDataSecret": {"name": secret}})
    made.set_image(other, "projects/rhcos-cloud/global/images/rhcos-44-81-202001241431-0-gcp-x86-64")
    answer = made.module(MODULE, names=[name])
    assert (answer.failed, answer.sets()[name]["reason"]) == (True, "user_data_shared")
    assert other in answer.message
    assert read_user_data(made, secret)["ignition"]["version"] == "2.2.0"
    assert not made.module(MODULE, names=[name, other]).failed
    assert read_user_data(made, secret)["ignition"]["version"].startswith("3")


def test_somebodys_change_since_is_not_lost(cluster: Clusters) -> None:
    made, name, secret = with_stub(cluster)
    assert not made.module(MODULE).failed
    theirs = base64.b64encode(b'{"ignition": {"version": "3.2.0"}}').decode()
    made.client.patch("secrets", secret, {"data": {"userData": theirs}}, namespace="openshift-machine-api")
    answer = made.module(MODULE, state="restored")
    assert (answer.failed, answer.sets()[name]["reason"]) == (True, "user_data_changed")
    assert made.image(name) == made.target()
    assert read_user_data(made, secret)["ignition"]["version"] == "3.2.0"


def test_a_run_that_was_killed_after_the_backup(cluster: Clusters) -> None:
    """The backup stands already; the same call takes it for its own and goes on."""
    made, _name, secret = with_stub(cluster)
    old = made.client.get("secrets", secret, "openshift-machine-api")
    assert not made.module(MODULE).failed
    (kept,) = backups(made)
    made.client.patch("secrets", secret, {"data": old["data"]}, namespace="openshift-machine-api")
    made.set_image(made.names[0], "projects/rhcos-cloud/global/images/rhcos-412-85-202203181601-0-gcp-x86-64")
    with made.requests() as requests:
        answer = made.module(MODULE)
    assert not answer.failed, answer.message
    assert ("create", f"secrets/{kept['metadata']['name']}") in writes(requests)
    assert read_user_data(made, secret)["ignition"]["version"].startswith("3")
    assert [each["metadata"]["name"] for each in backups(made)] == [kept["metadata"]["name"]]
