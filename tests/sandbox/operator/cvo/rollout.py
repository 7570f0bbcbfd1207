# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One payload on its way through the cluster: a step at a time, each decided from what the API says now."""

from __future__ import annotations

import time

from ... import releases
from .. import pace, paths, pools
from ..cluster import Cluster, condition, version_of
from ..kube import JsonObject
from ..log import say
from ..pace import Clock
from . import faults, health, levels, payload
from .faults import Faults
from .operators import mark_progressing, mark_reached
from .status import Change, write

_POOLS_FAILED = "RequiredPoolsFailed"


class Rollout:
    """Keeps only timers; a new process takes the upgrade up where ClusterOperators and pools say it is."""

    def __init__(self, cluster: Cluster, clock: Clock, version: str, given: Faults) -> None:
        self.version = version
        self._cluster = cluster
        self._clock = clock
        self._faults = given
        self._started = time.monotonic()
        self._replaced = any(version_of(operator) == version for operator in cluster.cluster_operators.all())
        self._level = -1
        self._level_since = 0.0
        self._announced: set[str] = set()

    def step(self) -> Change | None:
        """Do what is due. The change of ClusterVersion it comes to; None when the payload is applied."""
        if not self._replaced:
            return self._self_replacement()
        operators = self._cluster.cluster_operators.all()
        waiting = levels.pending(operators, self.version)
        if not waiting:
            return None
        rejected = self._faults.value(faults.MANIFEST)
        if rejected:
            return health.rejected(self.version, rejected)
        self._enter(levels.level(waiting[0]), waiting)
        for operator in waiting:
            self._faults.upset(operator)
        if levels.level(waiting[0]) == levels.MACHINE_CONFIG:
            self._machine_config(waiting[0])
        elif self._elapsed() > pace.LEVEL:
            for operator in waiting:
                if not self._held(operator):
                    mark_reached(self._cluster, operator, self.version)
        return self._told(operators, waiting)

    def _self_replacement(self) -> Change:
        """CVO applies itself first: the count climbs, stands still, and begins again in the new process."""
        elapsed = (time.monotonic() - self._started) * self._clock.speed
        if elapsed > pace.SELF_REPLACEMENT:
            self._replaced = True
            payload.apply_gates(self._cluster, self.version)
            payload.apply_crds(self._cluster, self.version)
            payload.apply_policies(self._cluster, self.version)
            say("cvo", f"replaced by {self.version}; the count starts again")
            return health.working(levels.working_towards(self.version, 4, []))
        climbing = min(int(elapsed), 40) * 3
        return health.working(levels.working_towards(self.version, climbing, []))

    def _enter(self, level: int, waiting: list[JsonObject]) -> None:
        if level != self._level:
            self._level, self._level_since = level, time.monotonic()
            say("cvo", f"level {level}: {', '.join(o['metadata']['name'] for o in waiting)}")
        for operator in waiting:
            if operator["metadata"]["name"] not in self._announced:
                self._announced.add(operator["metadata"]["name"])
                mark_progressing(self._cluster, operator, self.version)

    def _elapsed(self) -> float:
        return (time.monotonic() - self._level_since) * self._clock.speed

    def _held(self, operator: JsonObject) -> bool:
        """By a failure switch, or because it is not well."""
        stalled = operator["metadata"]["name"] == self._faults.value(faults.STALL)
        return stalled or health.is_down(operator) or health.is_degraded(operator)

    def _machine_config(self, operator: JsonObject) -> None:
        """Pools get targets, the operator its code, the ConfigMap its stream; then it waits for the masters."""
        if self._elapsed() < pace.PAYLOAD_BEFORE_NODES:
            return
        key = "rollout of machine-config"
        if key not in self._announced:
            self._announced.add(key)
            pools.retarget(self._cluster, self.version)
            payload.apply_machine_config_operator(self._cluster, self.version)
            payload.apply_boot_images(self._cluster, self.version)
            return
        self._pools_late(operator)
        if self._pools_ready() and not self._held(operator):
            mark_reached(self._cluster, operator, self.version)

    def _pools_late(self, operator: JsonObject) -> None:
        """Required pools that take longer than ten minutes a node degrade machine-config; it is well again with them."""
        masters = sum(pool.get("status", {}).get("machineCount", 0) for pool in self._required())
        late = self._elapsed() > pace.PAYLOAD_BEFORE_NODES + pace.POOLS_PATIENCE * masters and not self._pools_ready()
        ours = condition(operator, "Degraded").get("reason") == _POOLS_FAILED
        if late == ours:
            return
        text = (
            f"Failed to resync {self.version} because: error required MachineConfigPool master is not ready"
            if late
            else ""
        )
        told = ("True", _POOLS_FAILED, text) if late else ("False", "AsExpected", "")
        change = Change(set={"Degraded": told}, fields={"extension": {"lastSyncError": text}})
        write(self._cluster, change, f"{paths.CLUSTER_OPERATORS}/{operator['metadata']['name']}")

    def _required(self) -> list[JsonObject]:
        return [pool for pool in self._cluster.pools.all() if pool["metadata"]["name"] in ("master", "arbiter")]

    def _pools_ready(self) -> bool:
        """Required pools are done and no pool, workers included, is Degraded."""
        if any(condition(pool, "Degraded").get("status") == "True" for pool in self._cluster.pools.all()):
            return False
        return all(_at_target(pool, self.version) for pool in self._required())

    def _told(self, operators: list[JsonObject], waiting: list[JsonObject]) -> Change:
        count = levels.done(operators, self.version)
        return health.applying(self.version, waiting, count, self._elapsed())


def _at_target(pool: JsonObject, version: str) -> bool:
    target = releases.rendered_config(pool["metadata"]["name"], version)
    status = pool.get("status", {})
    return (status.get("configuration") or {}).get("name") == target and (
        status.get("updatedMachineCount") == status.get("machineCount")
    )
