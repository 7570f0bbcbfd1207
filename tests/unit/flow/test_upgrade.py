# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cluster_upgrade with the real client over HTTP: its answers are those documented, and what it writes, in which order."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
import yaml
from unit.builders import cluster_version, condition, config_map, configuration, manager
from unit.tiny_api import Api, api

from ansible_collections.okd.boot_images.plugins.module_utils.flow.phases import Phases
from ansible_collections.okd.boot_images.plugins.module_utils.flow.preflight import preflight
from ansible_collections.okd.boot_images.plugins.module_utils.flow.upgrade import finish, upgrade
from ansible_collections.okd.boot_images.plugins.module_utils.model import errors as e
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import UpgradeWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan.route import RECORD
from ansible_collections.okd.boot_images.plugins.modules.cluster_upgrade import RETURN

OFFER = {"availableUpdates": [{"version": "4.19.1", "image": "i1"}, {"version": "4.20.0", "image": "i2"}]}
DOCUMENTED = yaml.safe_load(RETURN)
FAILING = [condition("Failing", "True", "etcd is down")]


def ask(
    made: Api, accept: Any = (), dry_run: bool = False, phases: Phases | None = None, **wish: Any
) -> dict[str, Any]:
    return upgrade(made.client(dry_run), UpgradeWish(**wish), accept, phases or Phases(), lambda line: None)


def look(made: Api, told: list[str] | None = None, accept: Any = (), **wish: Any) -> dict[str, Any]:
    return preflight(made.client(), UpgradeWish(**wish), accept, (told if told is not None else []).append)


def spec(made: Api) -> dict[str, Any]:
    return dict(made.objects[o.THE_CLUSTER_VERSION.path]["spec"])


def notes(made: Api) -> dict[str, Any]:
    return dict(made.objects[o.THE_CLUSTER_VERSION.path]["metadata"].get("annotations", {}))


def test_what_it_answers_is_what_is_documented() -> None:
    with api(THE_CLUSTER_VERSION=cluster_version(**OFFER)) as made:
        report, done = look(made), ask(made, version="4.19.1")
    plain = {"changed", "diff", "warnings"}
    for answer, other in ((report, "with state present"), (done, "with state preflight")):
        assert set(answer) - plain == {name for name, each in DOCUMENTED.items() if each["returned"] != other}
        assert json.loads(json.dumps(answer)) == answer
    for name in ("offers", "blockers", "gates", "pools"):
        for each in [*report[name], *done[name]]:
            assert set(each) == set(DOCUMENTED[name]["contains"])


@pytest.mark.contract("G5.one")
def test_the_report_and_the_refusal_are_one_judgement() -> None:
    told: list[str] = []
    with api(THE_CLUSTER_VERSION=cluster_version(**OFFER, conditions=FAILING)) as made:
        report = look(made, told, version="4.19.1")
        with pytest.raises(e.UpgradeRefused) as refused:
            ask(made, version="4.19.1")
        assert report["ready"] is False and made.written == []
        assert refused.value.result["blockers"] == [
            each for each in report["blockers"] if each["severity"] == "blocker"
        ]
        assert told[0].startswith("blocker: ClusterVersion version: etcd is down") and "[cluster_failing]" in told[0]
        assert "preflight: 1 blocker, 0 warnings" in told[-1]
        assert look(made, accept=["cluster_failing"], version="4.19.1")["ready"] is True


GATE = "ack-4.19-boot-image-opt-out-in-4.20"


def test_a_rehearsal_foresees_what_a_task_before_it_would_have_written() -> None:
    given = {"THE_CLUSTER_VERSION": cluster_version(**OFFER), "ADMIN_GATES": {"data": {GATE: "Decide."}}}
    to_come = {"machineManagers": [manager("All")]}
    with api(**given, THE_CONFIGURATION=configuration("4.19", None)) as made:
        with pytest.raises(e.UpgradeRefused, match=GATE):
            ask(made, dry_run=True, version="4.20.0")
        foreseen = ask(made, dry_run=True, version="4.20.0", foreseen_management=to_come)
        assert foreseen["acknowledged"] == [GATE]
        with pytest.raises(e.UpgradeRefused, match=GATE):  # not a rehearsal: what stands counts
            ask(made, version="4.20.0", foreseen_management=to_come)


def test_the_text_of_a_gate_is_shown_whole() -> None:
    told: list[str] = []
    text = "Read this. " * 60 + "Then sign."
    with api(THE_CLUSTER_VERSION=cluster_version(**OFFER), ADMIN_GATES={"data": {"ack-4.19-x": text}}) as made:
        look(made, told, version="4.20.0")
    shown = [line for line in told if not line.startswith("  ->")]
    at = next(number for number, line in enumerate(shown) if "ack-4.19-x" in line)
    assert "Then sign. [admin_ack_required]" in shown[at + 3] and all(len(line) <= 200 for line in shown)


def test_latest_is_decided_once_and_written_down_first() -> None:
    with api(THE_CLUSTER_VERSION=cluster_version(**OFFER)) as made:
        first = ask(made, version="latest")
        assert made.written == ["version", "version"]
        note = json.loads(made.objects[o.THE_CLUSTER_VERSION.path]["metadata"]["annotations"][RECORD])
        assert note == {
            "asked": "latest", "from": "4.19.0", "hops": ["4.20.0"], "control_plane_only": False, "channel": None,
        }  # fmt: skip
        assert spec(made)["desiredUpdate"]["version"] == "4.20.0"
        made.objects[o.THE_CLUSTER_VERSION.path]["status"]["availableUpdates"].append(
            {"version": "4.20.5", "image": "i5"}
        )
        again = ask(made, version="latest")
    assert (first["version"], first["state"], first["resumed"]) == ("4.20.0", "requested", False)
    assert (again["version"], again["changed"], again["resumed"]) == ("4.20.0", False, True)


def test_what_latest_was_outlives_the_upgrade_until_its_caller_is_through() -> None:
    """Between the upgrade and the end of a playbook something newer comes on offer, and the playbook is killed and run again."""
    with api(THE_CLUSTER_VERSION=cluster_version(**OFFER)) as made:
        assert ask(made, version="latest", keep_decision=True)["decision_kept"] is True
        there = made.objects[o.THE_CLUSTER_VERSION.path]
        done = {
            "version": "4.20.0",
            "state": "Completed",
            "completionTime": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        there["status"]["history"].insert(0, done)
        there["status"].update(
            availableUpdates=[{"version": "4.20.5", "image": "i5"}], desired={"version": "4.20.0", "image": "i2"}
        )
        again = ask(made, version="latest", keep_decision=True)
        assert (again["version"], again["state"], again["changed"], again["decision_kept"]) == (
            "4.20.0", "completed", False, True,
        )  # fmt: skip
        assert finish(made.client(dry_run=True))["changed"] and RECORD in notes(made)
        assert finish(made.client())["changed"] and RECORD not in notes(made)
        assert not finish(made.client())["changed"]
        assert ask(made, ["operator_behind"], version="latest")["version"] == "4.20.5"


def test_a_note_without_a_keeper_goes_with_the_end_of_the_upgrade() -> None:
    with api(THE_CLUSTER_VERSION=cluster_version(**OFFER)) as made:
        ask(made, version="latest")
        there = made.objects[o.THE_CLUSTER_VERSION.path]
        there["status"]["history"].insert(0, {"version": "4.20.0", "state": "Completed"})
        assert ask(made, version="latest")["decision_kept"] is False
        assert RECORD not in notes(made)


def test_a_named_version_takes_away_the_note_of_another_command() -> None:
    with api(THE_CLUSTER_VERSION=cluster_version(**OFFER)) as made:
        ask(made, version="latest")
        del made.objects[o.THE_CLUSTER_VERSION.path]["spec"]["desiredUpdate"]
        assert ask(made, version="4.19.1", keep_decision=True)["decision_kept"] is False
        assert RECORD not in notes(made)


def test_nothing_newer_on_offer_is_no_failure() -> None:
    with api() as made:
        found = ask(made, version="latest")
    assert (found["state"], found["changed"], found["version"]) == ("unchanged", False, None)


@pytest.mark.parametrize(
    ("wish", "error", "says"),
    [
        ({"version": "4.20.0", "control_plane_only": True}, e.InvalidInput, "needs wait: true"),
        ({"version": "4.19.7", "image": "quay.io/x:4.19.7"}, e.InvalidInput, "by digest"),
        ({"version": "latest", "image": "quay.io/x@sha256:1"}, e.InvalidInput, "belongs to one version"),
    ],
)
def test_what_makes_no_sense(wish: dict[str, Any], error: type[Exception], says: str) -> None:
    with api() as made, pytest.raises(error, match=says):
        ask(made, **wish)


@pytest.mark.parametrize("report", [False, True])
def test_a_wait_that_takes_too_long(report: bool) -> None:
    phases, version = Phases(wait=True, acceptance=0.3, report=report), cluster_version(**OFFER)
    version["metadata"]["name"] = "version"
    stream = {**config_map(), "metadata": {"name": "coreos-bootimages"}}
    with api(THE_CLUSTER_VERSION=version, THE_STREAM=stream) as made:
        if not report:
            with pytest.raises(e.WaitTimedOut, match=r"has not accepted 4\.19\.1 yet") as late:
                ask(made, phases=phases, version="4.19.1")
            found = late.value.result
        else:
            found = ask(made, phases=phases, version="4.19.1")
            assert found["state"] == "requested" and any("has not accepted" in each for each in found["warnings"])
    assert found["timed_out"]["phase"] == "acceptance"
    assert [each["object"] for each in found["timed_out"]["waiting_for"]] == ["ClusterVersion version"]
    assert found["changed"] is True and found["timings"]["acceptance"] >= 0.3
