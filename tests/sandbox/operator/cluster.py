# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster as all parts of the play see it: one cache for each kind, and what they mean together."""

from __future__ import annotations

import threading
from collections.abc import Callable

from . import paths
from .informer import Informer
from .kube import Api, ApiError, JsonObject
from .rules.behaviour import Behaviour, behaviour
from .rules.feature_gates import feature_gates, is_preview
from .rules.world import platform_of

_OF = "sandbox.test/cluster-version-uid"


class Cluster:
    def __init__(self, api: Api, over: threading.Event) -> None:
        self.api = api
        self.over = over

        def informer(path: str, name: str = "") -> Informer:
            made = Informer(api, path, over, name)
            self._informers.append(made)
            return made

        self._informers: list[Informer] = []
        self.cluster_versions = informer(paths.CLUSTER_VERSIONS)
        self.cluster_operators = informer(paths.CLUSTER_OPERATORS)
        self.infrastructures = informer(paths.INFRASTRUCTURES)
        self.feature_gates = informer(paths.FEATURE_GATES)
        self.machine_configurations = informer(paths.MACHINE_CONFIGURATIONS)
        self.provisionings = informer(paths.PROVISIONINGS)
        self.pools = informer(paths.MACHINE_CONFIG_POOLS)
        self.machine_sets = informer(paths.MACHINE_SETS)
        self.control_plane_machine_sets = informer(paths.CONTROL_PLANE_MACHINE_SETS)
        self.deployments = informer(paths.DEPLOYMENTS, "machine-config-operator")
        self.boot_images = informer(paths.MCO_CONFIG_MAPS, paths.BOOT_IMAGES)
        self.gates = informer(paths.GATES_CONFIG_MAPS, paths.GATES)
        self.acks = informer(paths.ACKS_CONFIG_MAPS, paths.ACKS)

    def start(self) -> None:
        """Open all watches and wait until each has listed once, so that no part decides on half a picture."""
        for informer in self._informers:
            informer.start()
        for informer in self._informers:
            while not informer.synced.wait(0.2):
                if self.over.is_set():
                    return

    @property
    def cluster_version(self) -> JsonObject:
        return self.cluster_versions.get("version") or {"metadata": {}, "spec": {}, "status": {}}

    @property
    def infrastructure(self) -> JsonObject:
        return self.infrastructures.get("cluster") or {"spec": {}, "status": {}}

    @property
    def platform(self) -> str:
        return platform_of(self.infrastructure)

    @property
    def running_version(self) -> str:
        """Of the Machine Config Operator: its Deployment's during an upgrade, else what its ClusterOperator says."""
        history = self.cluster_version.get("status", {}).get("history") or []
        deployment = self.deployments.get("machine-config-operator")
        if history and history[0]["state"] == "Partial" and deployment and self.is_of_this_cluster(deployment):
            return release_of(deployment)
        operator = self.cluster_operators.get("machine-config")
        reported = version_of(operator) if operator else ""
        return reported or (self.cluster_version.get("status", {}).get("desired") or {}).get("version", "")

    @property
    def behaviour(self) -> Behaviour | None:
        """Rules of the running operator; None while no version can be made out."""
        version = self.running_version
        gate = self.feature_gates.get("cluster") or {}
        if not version:
            return None
        return behaviour(version, tech_preview=is_preview(gate), gates=feature_gates(gate, version))

    def is_of_this_cluster(self, found: JsonObject) -> bool:
        """False for what a play on an earlier sample left behind; see `mark`."""
        return (found["metadata"].get("annotations") or {}).get(_OF) == self.cluster_version["metadata"].get("uid", "")

    def mark(self) -> dict[str, str]:
        """Annotations for objects that only this play knows, and that a new sample does not wipe."""
        return {_OF: self.cluster_version["metadata"].get("uid", "")}

    def update_status(self, path: str, change: JsonObject | Callable[[JsonObject], JsonObject]) -> bool:
        """Set top-level status fields of the live object; a function is given that object, anew after a conflict.

        True when anything was written.
        """
        for _ignored in range(5):
            found = self.api.get(path)
            status = {**found.get("status", {}), **(change(found) if callable(change) else change)}
            if found.get("status", {}) == status:
                return False
            try:
                self.api.put(f"{path}/status", {**found, "status": status})
                return True
            except ApiError as error:
                if error.status != 409:
                    raise
        raise ApiError(409, f"{path}: five conflicts in a row")


def version_of(cluster_operator: JsonObject, name: str = "operator") -> str:
    versions = cluster_operator.get("status", {}).get("versions") or []
    return next((entry["version"] for entry in versions if entry["name"] == name), "")


def release_of(deployment: JsonObject) -> str:
    """RELEASE_VERSION of the operator's container."""
    containers = deployment["spec"]["template"]["spec"]["containers"]
    return next((e["value"] for c in containers for e in c.get("env", []) if e["name"] == "RELEASE_VERSION"), "")


def condition(holder: JsonObject, kind: str) -> JsonObject:
    """The condition of that type, empty when absent."""
    conditions = holder.get("status", {}).get("conditions") or []
    return next((entry for entry in conditions if entry["type"] == kind), {})
