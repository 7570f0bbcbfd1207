# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MachineConfigPools on their way to a new rendered config, node after node."""

from __future__ import annotations

import time
from functools import partial

from .. import releases
from . import nodes, pace, paths
from .cluster import Cluster, condition
from .cvo import faults
from .cvo.faults import Faults
from .events import is_stable
from .kube import ApiError, JsonObject
from .log import say
from .pace import Clock, now


def retarget(cluster: Cluster, version: str) -> None:
    """Give every pool the release's config; nothing is updated yet."""
    for pool in cluster.pools.all():
        name = pool["metadata"]["name"]
        target = releases.rendered_config(name, version)
        _render(cluster, target, version)
        live = cluster.api.get(f"{paths.MACHINE_CONFIG_POOLS}/{name}")
        if (live.get("spec", {}).get("configuration") or {}).get("name") == target:
            continue
        path = f"{paths.MACHINE_CONFIG_POOLS}/{name}"
        cluster.api.merge(path, {"spec": {"configuration": {"name": target}}})
        cluster.update_status(path, partial(_started, target=target))
        say("pools", f"{name}: target {target}")


def _render(cluster: Cluster, name: str, version: str) -> None:
    """The MachineConfig itself; its annotation is how `oc adm upgrade status` tells a node's release."""
    path = f"{paths.MACHINE_CONFIGS}/{name}"
    if cluster.api.find(path) is None:
        annotations = {"machineconfiguration.openshift.io/release-image-version": version}
        body = {
            "apiVersion": "machineconfiguration.openshift.io/v1", "kind": "MachineConfig",
            "metadata": {"name": name, "annotations": annotations},
            "spec": {"config": {"ignition": {"version": "3.4.0"}}},
        }  # fmt: skip
        cluster.api.post(paths.MACHINE_CONFIGS, body)


class PoolLoop:
    """One node at a time in each pool. The last worker waits for ClusterVersion to complete: workers end later."""

    def __init__(self, cluster: Cluster, clock: Clock, name: str, given: Faults) -> None:
        self._cluster = cluster
        self._clock = clock
        self._name = name
        self._faults = given
        self._path = f"{paths.MACHINE_CONFIG_POOLS}/{name}"

    def run(self) -> None:
        while not self._clock.over.is_set():
            try:
                if self._pending():
                    self._node()
            except ApiError as error:
                say("pools", f"{self._name}: {error}")
            self._clock.over.wait(self._clock.shorten(2, at_least=0.1))

    def _pending(self) -> bool:
        pool = self._cluster.pools.get(self._name)
        if pool is None:
            return False
        target = (pool.get("spec", {}).get("configuration") or {}).get("name")
        reached = (pool.get("status", {}).get("configuration") or {}).get("name")
        if not target or target == reached:
            if pool.get("status", {}).get("observedGeneration") != pool["metadata"]["generation"]:
                self._cluster.update_status(
                    self._path, lambda live: {"observedGeneration": live["metadata"]["generation"]}
                )
            return False
        if condition(pool, "Updated").get("status") == "True":
            self._cluster.update_status(self._path, partial(_started, target=target))
        if self._faults.value(faults.POOL) == self._name:
            return False
        if pool["spec"].get("paused"):
            self._cluster.update_status(self._path, partial(_paused, target=target))
            return False
        return True

    def _node(self) -> None:
        pool = self._cluster.api.get(self._path)
        target, status = pool["spec"]["configuration"]["name"], pool.get("status", {})
        count, updated = status.get("machineCount", 0), status.get("updatedMachineCount", 0)
        if updated >= count:
            self._cluster.update_status(self._path, partial(_done, target=target, count=count))
            say("pools", f"{self._name}: all {count} updated")
        elif self._name == "master" or updated + 1 < count or is_stable(self._cluster.cluster_version):
            self._update_one(pool, target, updated)

    def _update_one(self, pool: JsonObject, target: str, updated: int) -> None:
        """Cordoned, rebooted, back; nothing when the pool was paused or turned elsewhere meanwhile."""
        self._cluster.update_status(self._path, partial(_working, target=target))
        node = nodes.begin(self._cluster, self._name, target)
        self._drain(node)
        if not self._clock.sleep(pace.MASTER if self._name == "master" else pace.WORKER):
            return
        nodes.finish(self._cluster, node, target)
        reached = {"updatedMachineCount": updated + 1, "readyMachineCount": updated + 1}
        if self._cluster.api.get(self._path)["spec"]["configuration"]["name"] != target:
            reached = {}
        self._cluster.update_status(self._path, {**reached, "unavailableMachineCount": 0})
        say("pools", f"{self._name}: {updated + 1} of {pool['status'].get('machineCount', 0)} updated")

    def _drain(self, node: str) -> None:
        """One that hangs shows nothing for an hour, then degrades the pool; it is tried again for ever, and heals by itself."""
        began, shown = time.monotonic(), False
        while self._faults.value(faults.DRAIN) == self._name and not self._clock.over.wait(0.1):
            if not shown and (time.monotonic() - began) * self._clock.speed > pace.DRAIN_PATIENCE:
                shown = True
                text = f"failed to drain node: {node or 'unknown'} after 1 hour. Please see machine-config-controller logs for more information"
                self._cluster.update_status(self._path, partial(_degraded, text=text))
                say("pools", f"{self._name}: {text}")
        if shown:
            self._cluster.update_status(self._path, partial(_degraded, text=""))


def _degraded(pool: JsonObject, text: str) -> JsonObject:
    told = (
        ("True", "1 nodes are reporting degraded status", f'Node is reporting: "{text}"') if text else ("False", "", "")
    )
    kinds = {"NodeDegraded": told, "Degraded": ("True", "", told[2]) if text else told}
    return {"degradedMachineCount": int(bool(text)), "conditions": _set_conditions(pool, kinds)}


def _started(pool: JsonObject, target: str) -> JsonObject:
    status = {"observedGeneration": pool["metadata"]["generation"], "updatedMachineCount": 0, "readyMachineCount": 0}
    message = f"All nodes are updating to MachineConfig {target}"
    return {**status, "conditions": _conditions(pool, ("False", "", ""), ("True", "", message))}


def _working(pool: JsonObject, target: str) -> JsonObject:
    started = _started(pool, target)
    kept = {key: started[key] for key in ("observedGeneration", "conditions")}
    return {**kept, "unavailableMachineCount": 1}


def _paused(pool: JsonObject, target: str) -> JsonObject:
    message = f"Pool is paused; will not update to {target}"
    return {
        "observedGeneration": pool["metadata"]["generation"],
        "conditions": _conditions(pool, ("False", "", ""), ("False", "", message)),
    }


def _done(pool: JsonObject, target: str, count: int) -> JsonObject:
    message = f"All nodes are updated with MachineConfig {target}"
    return {
        "observedGeneration": pool["metadata"]["generation"],
        "configuration": {**pool["spec"]["configuration"], "name": target},
        "updatedMachineCount": count, "readyMachineCount": count, "unavailableMachineCount": 0,
        "conditions": _conditions(pool, ("True", "", message), ("False", "", "")),
    }  # fmt: skip


def _conditions(pool: JsonObject, updated: tuple[str, str, str], updating: tuple[str, str, str]) -> list[JsonObject]:
    """All of the pool's, with Updated and Updating set to (status, reason, message)."""
    return _set_conditions(pool, {"Updated": updated, "Updating": updating})


def _set_conditions(pool: JsonObject, wanted: dict[str, tuple[str, str, str]]) -> list[JsonObject]:
    kept = [dict(entry) for entry in pool.get("status", {}).get("conditions") or []]
    for kind, (status, reason, message) in wanted.items():
        entry = next((entry for entry in kept if entry["type"] == kind), None)
        if entry is None:
            entry = {"type": kind, "lastTransitionTime": now()}
            kept.append(entry)
        if entry.get("status") != status:
            entry["lastTransitionTime"] = now()
        entry |= {"status": status, "reason": reason, "message": message}
    return kept
