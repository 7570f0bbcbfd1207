# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stable answer: plain JSON, whatever was read."""

from __future__ import annotations

import json
from typing import Any

from unit.builders import (
    OLD,
    TARGET,
    condition,
    configuration,
    control_plane,
    gcp_spec,
    judged,
    machine_set,
    manager,
    snapshot,
)

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import NotChecked
from ansible_collections.okd.boot_images.plugins.module_utils.model.conditions import PROGRESSING
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ConfigurationWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan.configuration import configuration as plan
from ansible_collections.okd.boot_images.plugins.module_utils.report import data
from ansible_collections.okd.boot_images.plugins.module_utils.settle.caveats import caveats
from ansible_collections.okd.boot_images.plugins.module_utils.settle.settled import outstanding

A = {"matchLabels": {"pool": "a"}}


def answer(*sets: Any, **changes: Any) -> dict[str, Any]:
    seen = snapshot(sets, **changes)
    found = assess(seen)
    return data.status(seen, found, caveats(seen, found), outstanding(seen, found))


def test_the_whole_answer_is_plain_json() -> None:
    told = answer(
        machine_set(), control_plane(), machine_set("bad", arch="foo"), not_checked=(NotChecked("what", "why"),)
    )
    assert json.loads(json.dumps(told)) == told
    assert set(told) >= {
        "cluster", "configuration", "conditions", "stream", "machine_sets", "blockers", "counts", "settled", "waiting_for",
        "not_checked",
    }  # fmt: skip
    assert told["not_checked"] == [{"what": "what", "why": "why"}]
    assert told["settled"] is False
    assert {each["object"].split("/")[-1] for each in told["waiting_for"]} == {"worker-a", "bad"}
    assert told["stream"] == {"name": "rhcos-4.19", "release": "4.19.0"}


def test_cluster() -> None:
    assert data.cluster(snapshot()) == {
        "version": "4.19.0", "history_version": "4.19.0", "history_state": "Completed", "operator_version": "4.19.0",
        "channel": "stable-scos-4", "platform": "GCP", "topology": "HighlyAvailable", "distribution": "OpenShift",
    }  # fmt: skip
    okd = {"status": {"history": [{"state": "Completed", "version": "4.19.0-okd-scos.5"}]}}
    assert data.cluster(snapshot(cluster_version=okd))["distribution"] == "OKD"
    assert data.cluster(snapshot(cluster_version={}))["version"] == ""


def test_configuration() -> None:
    told = answer(configuration=configuration("4.19", [manager("Partial", A)]))["configuration"]
    stanza = {"machineManagers": [manager("Partial", A)]}
    assert (told["spec"], told["status"]) == (stanza, stanza)
    assert told["effective"]["machinesets"] == {"mode": "Partial", "selector": A, "source": "status", "observed": True}


def test_conditions() -> None:
    made = configuration(
        "4.19",
        [manager()],
        conditions=[condition(PROGRESSING, "False", "Reconciled 1 of 3 MAPI MachineSets (2 skipped)")],
    )
    assert answer(configuration=made)["conditions"] == {
        "progressing": False, "degraded": None, "stale": False, "written": None, "degraded_counts": {}, "errors": {},
        "reconciled": {"MAPI MachineSets": {"reconciled": 1, "total": 3, "skipped": 2}}, "caveats": [],
    }  # fmt: skip


def test_a_machine_set() -> None:
    told = data.machine_set(judged(machine_set(), managers=[manager("None")]))
    assert told == {
        "name": "worker-a", "namespace": "openshift-machine-api", "resource": "machinesets", "platform": "GCP",
        "region": "us-central1", "failure_domains": [],
        "architecture": "amd64", "replicas": 2, "current": OLD, "target": TARGET, "drift": True,
        "decision": "update", "reason": None, "message": f"{OLD} -> {TARGET}",
        "operator": {
            "will": "not_managed", "reason": "management_off",
            "message": "The operator's boot image management is off for machinesets.", "reported": None,
        },
        "managed_by": "nobody", "risks": [],
        "user_data": {"secret": "worker-user-data", "state": "read", "ignition": "3.2.0"},
        "age": {
            "text": "4.12, 1201 days behind", "release": "4.12", "built": "2022-03-18", "days_behind": 1201, "minors_behind": None,
        },
        "verification": {"state": None, "reason": None, "message": None, "current": [], "target": []},
    }  # fmt: skip


def test_decisions_risks_and_counts() -> None:
    mine = machine_set("mine", spec=gcp_spec(userDataSecret={"name": "mine"}))
    sets = [mine, machine_set("old"), machine_set("done", spec=gcp_spec(TARGET)), machine_set("bad", arch="foo")]
    told = answer(*sets, release="4.18", managers=None)
    assert [(each["decision"], each["reason"]) for each in told["machine_sets"]] == [
        ("update", None), ("update", None), ("current", None), ("failed", "architecture_invalid"),
    ]  # fmt: skip
    assert [each["reason"] for each in told["machine_sets"][0]["risks"]] == ["custom_user_data"]
    assert told["counts"] == {
        "to_update": 2,
        "current": 1,
        "skip": 0,
        "failed": 1,
        "unsupported": 0,
        "total": 4,
        "drift": 2,
    }
    managed = answer(*sets, release="4.18")
    assert managed["counts"]["skip"] == 2
    assert answer(machine_set(), platform="KubeVirt", managers=None)["counts"]["unsupported"] == 1


def test_blockers_and_waiting_name_their_codes() -> None:
    told = answer(machine_set("deadly", spec=gcp_spec(userDataSecret=None)))
    (blocker,) = told["blockers"]
    assert (blocker["severity"], blocker["reason"]) == ("blocker", "would_kill_controller")
    assert blocker["remedy"]
    assert [(each["reason"], each["state"]) for each in told["waiting_for"]] == [("would_kill_controller", "stuck")]


def test_a_diff_has_one_entry_an_object() -> None:
    steps = plan(snapshot([machine_set("a")], "4.22"), ConfigurationWish("machinesets", "Partial", machine_sets=("a",)))
    found = data.diff(steps)
    assert [each["before_header"] for each in found] == [
        "MachineSet openshift-machine-api/a",
        "MachineConfiguration cluster",
    ]
    assert found[1]["before"] == {"managedBootImages": {"machineManagers": [manager()]}}
    json.dumps(found)
