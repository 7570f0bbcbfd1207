# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of the work: which module does them on which cluster, the moment at which something is to go wrong, and how it must end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integration.support import modules, playbooks
from integration.support.clusters import Cluster
from integration.support.fleet import Fleet

from faults.stage import Stage
from faults.way import Request

SECONDS = 400
HISTORY = "boot-image-history"
GATE = {"ack-4.20-test": "Read this before you go on."}
TARGET = "4.21.0"
Seen = list[Request]


@dataclass(frozen=True)
class Ended:
    """How a run ended; I(reason) is empty where it did not fail."""

    reason: str
    message: str


@dataclass(frozen=True)
class Work:
    """A module's run that is undisturbed, or not.

    :param load: brings the cluster to where the run begins.
    :param state: all that the run is for, comparable with that after an undisturbed one.
    :param broken: what a run that failed must not leave behind.
    """

    load: Callable[[Stage], Any]
    run: Callable[[Stage, str], Ended]
    state: Callable[[Cluster, Any], Any]
    broken: Callable[[Cluster, Any], list[str]] = lambda made, scene: []


@dataclass(frozen=True)
class Phase:
    """I(now) is asked with each request, and those before it; or I(after) with each request whether the moment has come between two."""

    name: str
    work: Work
    now: Callable[[Request, Seen], bool] | None = None
    after: Callable[[Cluster, Seen], bool] | None = None


def module(name: str, **arguments: Any) -> Callable[[Stage, str], Ended]:
    def run(stage: Stage, credentials: str) -> Ended:
        running = modules.start(name, {**stage.access(credentials), **arguments})
        answer = running.finish(SECONDS)
        if not answer.failed:
            return Ended("", "")
        told = [
            str(each.get("message"))
            for each in answer.result.get("machine_sets", [])
            if each.get("decision") == "failed"
        ]
        return Ended(str(answer.result.get("reason")), " ".join([answer.message, *told]))

    return run


# Reading only


def _plain(stage: Stage) -> Any:
    made = stage.load("gcp", release="4.20.3")
    return made.versions()


def _untouched(made: Cluster, before: Any) -> list[str]:
    return [str(key) for key, version in made.versions().items() if before.get(key) != version]


READING = Work(_plain, module("bootimage_status"), _untouched, _untouched)
PREFLIGHT = Work(_plain, module("cluster_upgrade", state="preflight"), _untouched, _untouched)
REPORT_PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.import_role: {name: okd.boot_images.boot_images, tasks_from: report}
"""


def _report(stage: Stage, credentials: str) -> Ended:
    """The end of every playbook, by ansible-playbook; without a report it has failed."""
    access = stage.access(credentials)
    with tempfile.TemporaryDirectory() as folder:
        play, reports = Path(folder, "report.yml"), Path(folder, "reports")
        play.write_text(REPORT_PLAY, encoding="utf-8")
        env = {"K8S_AUTH_PROXY": access["proxy"]} if "proxy" in access else {}
        done = playbooks.play(
            play,
            kubeconfig=Path(access["kubeconfig"]),
            env=env,
            cwd=Path(folder),
            seconds=SECONDS,
            boot_images_report_dir=str(reports),
        )
        written = [*reports.glob("*.html")]
    if done.code:
        return Ended("playbook_failed", done.output[-2000:])
    return Ended("", "") if written else Ended("no_report", done.output[-2000:])


REPORT = Work(_plain, _report, _untouched, _untouched)


# The operator's management


def _managed(stage: Stage) -> Any:
    made = stage.load("gcp", release="4.20.3", machine_sets=3, machines=0)
    made.off()
    stage.sandbox.start_operator(4)
    made.client.wait_for(
        lambda: made.configuration().get("status", {}).get("observedGeneration") == made.configuration()["metadata"]["generation"],
        60, "the operator to take in the configuration",
    )  # fmt: skip
    return made.images()


def _managed_state(made: Cluster, _before: Any) -> Any:
    return made.images(), made.managers()


MANAGING = Work(_managed, module("managed_boot_images", mode="All", wait=True, wait_timeout=240), _managed_state)


# Our own writing


def _fleet(stage: Stage) -> Fleet:
    return Fleet(stage.load("gcp", machine_sets=16, machines=0, nodes=False))


def _fleet_state(_made: Cluster, fleet: Fleet) -> Any:
    """A run that was disturbed may have noted its sets in two records; none of them may be open."""
    unfinished = [each["at"] for each in fleet.records() if not each.get("finished")]
    return fleet.sets_and_secrets(), unfinished, fleet.unexplained()


def _restored_state(_made: Cluster, fleet: Fleet) -> Any:
    unfinished = [each["at"] for each in fleet.records() if not each.get("finished")]
    return fleet.sets_and_secrets(), unfinished


def _unexplained(_made: Cluster, fleet: Fleet) -> list[str]:
    return fleet.unexplained()


def _updated_fleet(stage: Stage) -> Fleet:
    fleet = _fleet(stage)
    calm = UPDATING.run(stage, "token")
    assert not calm.reason, calm.message
    return fleet


UPDATING = Work(_fleet, module("machineset_boot_image"), _fleet_state, _unexplained)


def _lost_on_the_way_back(_made: Cluster, fleet: Fleet) -> list[str]:
    return fleet.unexplained_on_the_way_back()


RESTORING = Work(
    _updated_fleet, module("machineset_boot_image", state="restored"), _restored_state, _lost_on_the_way_back
)


# An upgrade


def _gated(stage: Stage) -> Any:
    made = stage.load("gcp", release="4.20.3", channel="stable-4.21", machines=0, gates=GATE)
    made.sandbox.start_operator(1200)
    return None


def _upgrade_state(made: Cluster, _before: Any) -> Any:
    version = made.client.get("clusterversions", "version")
    newest = version["status"]["history"][0]
    acks = made.client.get("configmaps", "admin-acks", "openshift-config").get("data")
    notes = {name for name in version["metadata"].get("annotations") or {} if "okd-boot-images" in name}
    return newest["version"], newest["state"], version["spec"].get("desiredUpdate", {}).get("version"), acks, notes


UPGRADING = Work(
    _gated,
    module("cluster_upgrade", version=TARGET, acknowledge=["all"], wait=True, wait_timeout=240, pools_timeout=200),
    _upgrade_state,
)


def reading(plural: str) -> Callable[[Request, Seen], bool]:
    return lambda request, _seen: request.method == "GET" and not request.watches and request.about(plural)


def writing(plural: str, name: str = "") -> Callable[[Request, Seen], bool]:
    return lambda request, _seen: (
        request.writes and request.about(plural) and name in request.path + request.body.decode()
    )


def written(plural: str) -> Callable[[Cluster, Seen], bool]:
    return lambda _made, seen: any(each.writes and each.about(plural) for each in seen)


def _completed(made: Cluster, seen: Seen) -> bool:
    if not written("clusterversions")(made, seen):
        return False
    newest = made.client.get("clusterversions", "version")["status"]["history"][0]
    return (newest["version"], newest["state"]) == (TARGET, "Completed")


def _verifying(request: Request, seen: Seen) -> bool:
    return reading("machinesets")(request, seen) and any(each.writes and each.about("machinesets") for each in seen)


PHASES = (
    Phase("status", READING, reading("machinesets")),
    Phase("preflight", PREFLIGHT, reading("nodes")),
    Phase("configuration: read", MANAGING, reading("machineconfigurations")),
    Phase("configuration: write", MANAGING, writing("machineconfigurations")),
    Phase("configuration: wait", MANAGING, after=written("machineconfigurations")),
    Phase("sets: read", UPDATING, reading("machinesets")),
    Phase("sets: record", UPDATING, writing("configmaps", HISTORY)),
    Phase("sets: user data", UPDATING, writing("secrets")),
    Phase("sets: write", UPDATING, writing("machinesets")),
    Phase("sets: verify", UPDATING, _verifying),
    Phase("restore", RESTORING, writing("machinesets")),
    Phase("upgrade: acknowledge", UPGRADING, writing("configmaps", "admin-acks")),
    Phase("upgrade: start", UPGRADING, writing("clusterversions")),
    Phase("upgrade: wait", UPGRADING, after=written("clusterversions")),
    Phase("upgrade: settle", UPGRADING, after=_completed),
    Phase("report", REPORT, reading("machinesets")),
)
