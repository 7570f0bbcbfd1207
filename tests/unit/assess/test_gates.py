# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator waits for, gate by gate, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import cluster_version, config_map, judged, machine_set, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.gates import cluster_gate, stream_gate

WAITS = frozenset({"waits_for_cluster_version"})
IMAGE, VERSION = frozenset({"gates_on_release_image"}), frozenset({"gates_on_release_version"})


def stamped(**stamps: Any) -> dict[str, Any]:
    """ConfigMap coreos-bootimages of a cluster at 4.19.0 with these stamps only."""
    return {"data": {**config_map(release=None)["data"], "MCOVersionHash": "abc", **stamps}}


def test_the_first_gate_names_the_version_that_is_under_way() -> None:
    under_way = snapshot(cluster_version=cluster_version("4.20.7", "Partial"))
    assert "4.20.7" in str(cluster_gate(under_way, WAITS))
    assert cluster_gate(under_way, frozenset()) is None
    assert cluster_gate(snapshot(), WAITS) is None


@pytest.mark.parametrize("history", [[], [{"state": "Partial"}], [{"state": "Partial", "version": ""}]])
def test_a_cluster_that_is_being_installed_has_no_version_yet(history: Any) -> None:
    installing = snapshot(cluster_version={"status": {"history": history}})
    assert "completed its first version." in str(cluster_gate(installing, WAITS))


def test_the_newest_entry_of_the_history_counts_alone() -> None:
    history = [{"state": "Completed", "version": "4.20.7"}, {"state": "Partial", "version": "4.19.9"}]
    assert cluster_gate(snapshot(cluster_version={"status": {"history": history}}), WAITS) is None


@pytest.mark.parametrize(("behaves", "key"), [(IMAGE, "MCOReleaseImageVersion"), (VERSION, "releaseVersion")])
def test_the_second_gate_names_the_key_and_both_versions(behaves: frozenset[str], key: str) -> None:
    told = str(stream_gate(snapshot(stream=stamped(**{key: "4.18.3"})), behaves))
    assert key in told
    assert "of 4.19.0 " in told
    assert "it is 4.18.3." in told
    assert stream_gate(snapshot(stream=stamped(**{key: "4.19.0"})), behaves) is None
    assert stream_gate(snapshot(stream=stamped(**{key: "4.18.3"})), frozenset()) is None


@pytest.mark.parametrize("data", [{}, {"MCOVersionHash": ""}, "text", None])
def test_the_hash_must_be_there_though_nobody_can_check_it(data: Any) -> None:
    assert "MCOVersionHash is missing" in str(stream_gate(snapshot(stream={"data": data}), VERSION))


def test_without_a_config_map_nothing_is_waited_for() -> None:
    assert stream_gate(snapshot(stream=None), VERSION) is None


def test_an_operator_of_an_unknown_version_is_compared_with_nothing() -> None:
    unknown = snapshot(operator=None, cluster_version={}, stream=stamped(releaseVersion="4.18.3"))
    assert stream_gate(unknown, VERSION) is None


def test_a_gated_set_says_what_it_waits_for_and_what_comes_then() -> None:
    told = judged(machine_set(), "4.20", cluster_version=cluster_version("4.20.7", "Partial")).operator
    assert (told.will, told.reason.code, "4.20.7" in told.message) == ("nothing", "gated", True)
    assert told.then is not None
    assert (told.then.will, told.then.reason.code) == ("update", "operator_updates")
