# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret that is mended goes unnoticed by the operator; the API server's own records of who wrote what when tell so."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from integration.support.clusters import WORKERS, Cluster

Clusters = Callable[..., Cluster]
SECRET = "worker-user-data"


@pytest.mark.parametrize("release", ["4.19.4", "4.22.1"])
def test_a_mended_secret_is_missed_until_the_next_event(cluster: Clusters, release: str) -> None:
    made = cluster("gcp", release=release, born="4.16.3")
    kept = made.client.get("secrets", SECRET, "openshift-machine-api")
    made.client.delete("secrets", SECRET, "openshift-machine-api")
    made.sandbox.start_operator()
    made.manage({**WORKERS, "selection": {"mode": "All"}})

    def told() -> dict[str, Any]:
        answer = made.module("bootimage_status", resource="machinesets")
        assert not answer.failed, answer.message
        return answer.result

    def at_rest() -> Any:
        """An error on every set, and no pass for a while: passes that were queued before would notice the secret."""
        before = told()
        time.sleep(3)
        found = told()
        same = found["conditions"]["written"] == before["conditions"]["written"]
        return found if same and len(found["conditions"]["errors"]) == len(made.names) else None

    broken = made.client.wait_for(at_rest, 60, "an error on every set, and quiet")
    assert {(each["reason"], each["by_itself"]) for each in broken["waiting_for"]} == {("user_data_unusable", False)}
    assert all("error grabbing user data secret" in each["operator"]["reported"] for each in broken["machine_sets"])
    assert {each["reason"] for each in broken["blockers"] if each["object"].startswith("MachineSet ")} == {
        "user_data_unusable"
    }

    metadata = {"name": SECRET, "namespace": "openshift-machine-api"}
    made.client.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": kept["data"]})
    mended = told()
    assert {(each["reason"], each["by_itself"]) for each in mended["waiting_for"]} == {("operator_missed_it", False)}
    one = made.machine_set(made.names[0])
    labels = {"metadata": {"labels": {"nudge": "1"}}}
    made.client.patch("machinesets", one["metadata"]["name"], labels)
    made.client.wait_for(lambda: told()["settled"] or None, 60, "one more pass")
