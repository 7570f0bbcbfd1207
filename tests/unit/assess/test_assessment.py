# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the judgement of a whole cluster carries besides its sets' verdicts."""

from __future__ import annotations

import json

import pytest
from unit.builders import (
    TARGET,
    capabilities,
    cluster_version,
    condition,
    config_map,
    configuration,
    machine_set,
    manager,
    stream_data,
)
from unit.builders import snapshot as at_rest

from ansible_collections.okd.boot_images.plugins.module_utils.assess import stream as streams
from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import NotChecked

OTHER = "projects/rhcos-cloud/global/images/rhcos-9-8-20260701-0-gcp-x86-64"


def later() -> streams.Stream:
    """The stream of a later release."""
    gcp = {"project": "rhcos-cloud", "name": "rhcos-9-8-20260701-0-gcp-x86-64"}
    data = {**stream_data(x86_64={"images": {"gcp": gcp}}), "stream": "later"}
    return streams.parse(json.dumps(data), "a file", "4.30.1")


def test_a_cluster_in_the_middle_of_an_upgrade() -> None:
    operator = {"status": {"versions": [{"name": "operator", "version": "4.20.7"}]}}
    made = configuration("4.20", [manager()], conditions=[condition("BootImageUpdateProgressing", "True")])
    given = at_rest(
        [machine_set()], "4.20", cluster_version=cluster_version("4.20.7", "Partial"), operator=operator, configuration=made,
        feature_gate={"status": {"featureGates": [{"version": "4.20.7", "enabled": [{"name": "ManagedBootImages"}]}]}},
    )  # fmt: skip
    seen = assess(given)
    assert (seen.platform, seen.version, seen.operator_version) == ("GCP", "4.18.9", "4.20.7")
    assert (seen.behaves_as, "waits_for_cluster_version" in seen.behaves) == ("4.20", True)
    assert (seen.stream_name, seen.stream_version, seen.architecture) == ("rhcos-4.19", "4.20.0", "amd64")
    assert (seen.management["machinesets"].mode, seen.gates) == ("All", {"ManagedBootImages": True})
    assert seen.conditions.progressing is True
    assert [each.machine_set.name for each in seen.verdicts] == ["worker-a"]
    assert [each.reason.code for each in seen.findings] == ["upgrade_under_way"]


def test_another_stream_may_be_asked_for() -> None:
    seen = assess(at_rest([machine_set()]), stream=later())
    assert (seen.verdicts[0].target, seen.stream_name, seen.stream_version) == (OTHER, "later", "4.30.1")
    assert assess(at_rest([machine_set()])).verdicts[0].target == TARGET
    assert assess(at_rest([machine_set()], stream=None), stream=later()).verdicts[0].target == OTHER


def test_what_could_not_be_read_is_passed_on() -> None:
    gap = NotChecked("ConfigMap admin-acks", "forbidden")
    assert assess(at_rest(not_checked=(gap,))).not_checked == (gap,)


@pytest.mark.parametrize(("release", "says"), [("5.0", None), ("5.1", "5.1.0"), ("6.3", "6.3.0")])
def test_an_operator_that_nobody_has_watched_is_said_to_be_one(release: str, says: str | None) -> None:
    seen = assess(at_rest(release=release, capabilities=capabilities("5.0")))
    assert [each.what for each in seen.not_checked] == ([f"behaviour of the operator of {says}"] if says else [])
    assert all(each.why.startswith("5.0 is the newest that is known") for each in seen.not_checked)
    assert seen.behaves_as == "5.0"


def test_an_operator_without_a_version_is_none_that_is_known() -> None:
    seen = assess(at_rest(operator=None, cluster_version={}, stream=config_map(release=None)))
    assert [each.what for each in seen.not_checked] == ["behaviour of the operator of an unknown version"]
