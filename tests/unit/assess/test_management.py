# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator manages, release by release and platform by platform, and how its behaviour is looked up."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import cluster_version, configuration, manager, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.assess.management import management
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Management

WORKERS, CONTROL_PLANE = "machinesets", "controlplanemachinesets"
A = {"matchLabels": {"a": "b"}}


def of(release: str, platform: str, **settings: Any) -> Management:
    return management(snapshot([], release, platform, configuration=configuration(release, **settings)))[WORKERS]


@pytest.mark.parametrize(
    ("release", "platform", "managers", "mode", "source"),
    [
        ("4.16", "GCP", None, "unsupported", "default"),
        ("4.17", "GCP", None, "None", "default"),
        ("4.17", "GCP", [manager("All")], "All", "spec"),
        ("4.17", "AWS", [manager("All")], "unsupported", "default"),
        ("4.18", "AWS", [manager("All")], "All", "spec"),
        ("4.18", "GCP", [], "None", "default"),
        ("4.18", "VSphere", [manager("All")], "unsupported", "default"),
    ],
)
def test_up_to_4_18_spec_holds(release: str, platform: str, managers: Any, mode: str, source: str) -> None:
    assert of(release, platform, managers=managers) == Management(mode, source)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ([manager("All")], Management("All", "status")),
        ([manager("Partial", A)], Management("Partial", "status", selector=A)),
        ([manager("None")], Management("None", "status")),
        ([], Management("None", "status")),
        ([manager("All", resource=CONTROL_PLANE)], Management("None", "status")),
    ],
)
def test_from_4_19_status_holds_once_the_operator_has_looked(status: Any, expected: Management) -> None:
    assert of("4.20", "GCP", managers=[manager("All")], status=status) == expected


def test_status_that_stays_empty_means_accepted_but_inert() -> None:
    assert of("4.20", "OpenStack") == Management("unsupported", "status")


@pytest.mark.parametrize(
    ("release", "platform", "managers", "expected"),
    [
        ("4.19", "GCP", None, Management("All", "default", False)),
        ("4.19", "AWS", None, Management("All", "default", False)),
        ("4.19", "GCP", [], Management("None", "spec", False)),
        ("4.19", "GCP", [manager("None")], Management("None", "spec", False)),
        ("4.19", "GCP", [manager("Partial", A)], Management("Partial", "spec", False, A)),
        ("4.22", "GCP", [manager("All", resource=CONTROL_PLANE)], Management("All", "default", False)),
        ("4.21", "Azure", None, Management("None", "default", False)),
        ("4.22", "Azure", None, Management("All", "default", False)),
        ("4.21", "VSphere", None, Management("None", "default", False)),
        ("4.22", "VSphere", None, Management("All", "default", False)),
        ("4.22", "OpenStack", None, Management("unsupported", "default", False)),
    ],
)
def test_until_then_it_is_foretold(release: str, platform: str, managers: Any, expected: Management) -> None:
    assert of(release, platform, managers=managers, observed=False) == expected


def test_control_plane_machine_sets_are_off_by_default() -> None:
    fresh = configuration("4.22", None, observed=False)
    found = management(snapshot([], "4.22", configuration=fresh))
    assert (found[WORKERS].mode, found[CONTROL_PLANE].mode) == ("All", "None")


def test_no_configuration_manages_nothing() -> None:
    assert management(snapshot(configuration=None))[WORKERS] == Management("unsupported", "default")


@pytest.mark.parametrize(
    ("version", "behaves", "leaps"),
    [
        ("4.19.0", "4.19", 0),
        ("5.0.0", "5.0", 0),
        ("5.1.0", "5.0", 1),
        ("6.2.3", "5.0", 1),
        ("0.0.1-snapshot", "5.0", 1),
        ("main", "5.0", 1),
    ],
)
def test_the_answer_says_what_it_leans_on(version: str, behaves: str, leaps: int) -> None:
    operator = {"status": {"versions": [{"name": "operator", "version": version}]}}
    told = assess(snapshot(operator=operator))
    assert told.behaves_as == behaves
    assert [version in each.what and "5.0" in each.why for each in told.not_checked] == [True] * leaps


def test_a_version_that_is_unknown_is_said_to_be() -> None:
    told = assess(snapshot(operator=None, cluster_version={}))
    assert (told.behaves_as, told.not_checked[0].what) == ("5.0", "behaviour of the operator of an unknown version")


PAYLOAD = 'Payload loaded version="4.19.0" image="registry/x@sha256:0" architecture="{}"'


@pytest.mark.parametrize(
    ("desired", "node", "message", "expected"),
    [
        ("Multi", "amd64", PAYLOAD.format("amd64"), "Multi"),
        (None, "arm64", PAYLOAD.format("amd64"), "arm64"),
        (None, None, PAYLOAD.format("s390x"), "s390x"),
        (None, None, PAYLOAD.format("Multi"), "Multi"),
        (None, None, PAYLOAD.format("vax"), None),
        (None, None, 'Retrieving payload failed version="4.19.0" architecture="amd64"', None),
        (None, None, None, None),
    ],
)
def test_the_clusters_architecture(desired: Any, node: Any, message: Any, expected: str | None) -> None:
    version = cluster_version(conditions=[{"type": "ReleaseAccepted", "status": "True", "message": message}])
    version["status"]["desired"]["architecture"] = desired
    assert assess(snapshot(cluster_version=version, control_plane_architecture=node)).architecture == expected
