# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Cluster Version Operator's loop: request, Upgradeable, updates, and the rollout under way."""

from __future__ import annotations

import threading
import time

from .. import pace, paths
from ..cluster import Cluster, condition
from ..events import is_stable
from ..kube import ApiError, JsonObject
from ..log import say
from ..pace import Clock, now
from . import health, request, updates, upgradeable
from .acceptance import Acceptance, Accepted, Refused, loaded
from .faults import Faults
from .rollout import Rollout
from .status import Change, write

_INVALID = "InvalidClusterVersion"
_HISTORY = 100


class ClusterVersionLoop:
    def __init__(self, cluster: Cluster, clock: Clock, given: Faults) -> None:
        self._cluster = cluster
        self._clock = clock
        self._faults = given
        self._acceptance = Acceptance(cluster, clock, given)
        self._rollout: Rollout | None = None
        self._channel: str | None = None
        self._changed = threading.Event()
        self._written = 0.0
        for watched in (
            cluster.cluster_versions,
            cluster.cluster_operators,
            cluster.gates,
            cluster.acks,
            cluster.pools,
        ):
            watched.listen(lambda old, new: self._changed.set())

    def run(self) -> None:
        while not self._clock.over.is_set():
            try:
                self._tick(self._cluster.cluster_version)
            except ApiError as error:
                say("cvo", f"{error}; again")
            self._changed.wait(self._clock.shorten(1, at_least=0.1))
            self._changed.clear()
            self._clock.over.wait(0.03)

    def _tick(self, version: JsonObject) -> None:
        if not version.get("status", {}).get("desired"):
            return
        blockers = self._blockers(version)
        self._upgradeable(version, blockers)
        self._channel_changed(version)
        self._request(version, blockers)
        if is_stable(version):
            self._reconciling(version)
        else:
            self._roll_out(self._cluster.api.get(paths.CLUSTER_VERSION))

    def _blockers(self, version: JsonObject) -> list[upgradeable.Blocker]:
        gates, acks = self._cluster.gates.get(paths.GATES), self._cluster.acks.get(paths.ACKS)
        operators = sorted(self._cluster.cluster_operators.all(), key=lambda o: o["metadata"]["name"])
        return upgradeable.blockers(version, operators, gates, acks, version["status"]["desired"]["version"])

    def _upgradeable(self, version: JsonObject, blockers: list[upgradeable.Blocker]) -> None:
        """Absent when fine, never True."""
        told = upgradeable.summary(blockers)
        parts = {part["type"]: (part["status"], part["reason"], part["message"])
                 for part in upgradeable.parts(blockers, version["status"]["desired"]["version"])}  # fmt: skip
        gone = tuple(kind for kind in upgradeable.ALL_PARTS if kind not in parts)
        if told:
            change = Change(set={"Upgradeable": ("False", *told), **parts}, remove=gone)
        else:
            change = Change(remove=("Upgradeable", *gone))
        if write(self._cluster, change, seen=version):
            say("cvo", f"Upgradeable: {told[0] if told else 'nothing in the way'}")

    def _channel_changed(self, version: JsonObject) -> None:
        """A change of channel is fetched for at once. What a sample offers for its first channel stays as it is."""
        channel = version.get("spec", {}).get("channel", "")
        if self._channel is None:
            first = (version["metadata"].get("annotations") or {}).get("sandbox.test/fetched-for", channel)
            self._channel = updates.remembered_channel(self._cluster, first)
        if channel == self._channel:
            return
        write(self._cluster, updates.retrieved(version, version["status"]["desired"]["version"]))
        updates.remember_channel(self._cluster, channel)
        self._channel = channel
        say("cvo", f"updates retrieved for channel {channel!r}")

    def _request(self, version: JsonObject, blockers: list[upgradeable.Blocker]) -> None:
        asked = request.judge(version)
        if isinstance(asked, request.Invalid):
            self._invalid(version, asked.message)
            return
        self._valid(version)
        if isinstance(asked, request.Nothing):
            self._acceptance.forget()
            self._nothing_asked(version)
            return
        result = self._acceptance.attempt(asked, blockers)
        if isinstance(result, Refused):
            if write(self._cluster, result.change):
                say("cvo", result.change.set["ReleaseAccepted"][2])
        elif isinstance(result, Accepted):
            self._accept(result)

    def _invalid(self, version: JsonObject, message: str) -> None:
        stopped = f"Stopped at {version['status']['desired']['version']}: the cluster version is invalid"
        told = {"Invalid": ("True", _INVALID, message), "Progressing": ("False", _INVALID, stopped)}
        if write(self._cluster, Change(set=told), seen=version):
            say("cvo", message)

    def _valid(self, version: JsonObject) -> None:
        if condition(version, "Invalid"):
            text = f"Cluster version is {version['status']['desired']['version']}"
            write(self._cluster, Change(set={"Progressing": ("False", "", text)}, remove=("Invalid",)))

    def _nothing_asked(self, version: JsonObject) -> None:
        """A withdrawn request leaves the payload in use accepted, and its generation observed."""
        status = version["status"]
        change = Change(fields={"observedGeneration": version["metadata"].get("generation", 1)})
        if condition(version, "ReleaseAccepted").get("status") == "False":
            change.set["ReleaseAccepted"] = loaded(status["desired"]["version"], status["desired"]["image"])
        write(self._cluster, change, seen=version)

    def _accept(self, accepted: Accepted) -> None:
        """First ReleaseAccepted alone; a second later desired, history and Progressing."""
        write(self._cluster, Change(set={"ReleaseAccepted": loaded(accepted.version, accepted.image)}))
        say("cvo", f"payload of {accepted.version} accepted")
        self._clock.sleep(1)
        live = self._cluster.api.get(paths.CLUSTER_VERSION)
        status = live["status"]
        history = [dict(entry) for entry in status.get("history") or []]
        if history and history[0]["state"] == "Partial":
            history[0]["completionTime"] = now()
        history.insert(0, {
            "state": "Partial", "startedTime": now(), "completionTime": None, "version": accepted.version,
            "image": accepted.image, "verified": not accepted.forced,
        })  # fmt: skip
        offered = [update for update in status.get("availableUpdates") or [] if update["image"] == accepted.image]
        desired = offered[0] if offered else {"version": accepted.version, "image": accepted.image}
        fields = {
            "desired": desired, "history": history[:_HISTORY], "observedGeneration": live["metadata"]["generation"],
        }  # fmt: skip
        text = f"Working towards {accepted.version}"
        write(self._cluster, Change(set={"Progressing": ("True", "", text)}, fields=fields))
        self._rollout = None

    def _reconciling(self, version: JsonObject) -> None:
        """After completion a sick ClusterOperator shows at once, and goes as soon as it is well."""
        at = version["status"]["desired"]["version"]
        change = health.reconciling(at, self._cluster.cluster_operators.all())
        if change.set["Failing"][0] == "False" and condition(version, "Failing").get("status") != "True":
            return
        if not condition(version, "Invalid") and write(self._cluster, change, seen=version):
            say("cvo", f"Failing: {change.set['Failing'][2] or 'no more'}")

    def _roll_out(self, version: JsonObject) -> None:
        target = version["status"]["desired"]["version"]
        if self._rollout is None or self._rollout.version != target:
            self._rollout = Rollout(self._cluster, self._clock, target, self._faults)
            say("cvo", f"rolling out {target}")
        change = self._rollout.step()
        if change is None:
            self._complete(version, target)
        elif self._is_due(version, change):
            write(self._cluster, change)
            self._written = time.monotonic()

    def _is_due(self, version: JsonObject, change: Change) -> bool:
        """Edges at once, other texts at most every 15 s of the cluster's time."""
        edge = any(condition(version, kind).get("status") != told[0] for kind, told in change.set.items())
        return edge or time.monotonic() - self._written > pace.STATUS_WRITE / self._clock.speed

    def _complete(self, version: JsonObject, target: str) -> None:
        history = [dict(entry) for entry in version["status"]["history"]]
        history[0] |= {"state": "Completed", "completionTime": now()}
        offered = updates.retrieved(version, target)
        told = {
            "Available": ("True", "", f"Done applying {target}"), "Failing": ("False", "", ""),
            "Progressing": ("False", "", f"Cluster version is {target}"),
        }  # fmt: skip
        write(self._cluster, Change(set={**told, **offered.set}, fields={"history": history, **offered.fields}))
        self._rollout = None
        say("cvo", f"completed: cluster version is {target}")
