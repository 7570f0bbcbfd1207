# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Machine Config Operator's own loop: syncMachineConfiguration, the ConfigMap's stamps, its ClusterOperator."""

from __future__ import annotations

import threading

from .. import releases
from . import pace, paths
from .cluster import Cluster, condition
from .kube import ApiError, JsonObject
from .log import say
from .pace import Clock, now
from .rules import boot_image_gates, configuration, skew
from .rules.behaviour import Behaviour
from .rules.conditions import DEGRADED

OPTED_IN = "machineconfiguration.openshift.io/boot-image-updates-opted-in-at"
NO_STAMP = "sandbox.test/no-stamp"
_DEGRADED_REASON = "MachineConfigurationFailed"
_SKEW_REASON = "ClusterBootImageSkewError"


class OperatorLoop:
    """A round every few seconds, and soon after MachineConfiguration changed. Goes on while the controller is dead."""

    def __init__(self, cluster: Cluster, clock: Clock) -> None:
        self._cluster = cluster
        self._clock = clock
        self._changed = threading.Event()
        cluster.machine_configurations.listen(lambda old, new: self._changed.set())

    def run(self) -> None:
        while not self._clock.over.is_set():
            try:
                self._round()
            except ApiError as error:
                say("operator", f"MachineConfiguration status apply failed: {error}")
            self._changed.wait(self._clock.shorten(pace.OPERATOR_ROUND, at_least=0.1))
            self._changed.clear()
            self._clock.over.wait(0.02)

    def _round(self) -> None:
        rules = self._cluster.behaviour
        if rules is None:
            return
        found = self._cluster.machine_configurations.get("cluster")
        if found is None:
            if self._cluster.api.find(paths.MACHINE_CONFIGURATION) is None:
                self._recreate()
            return
        reported = dict(condition(found, DEGRADED))
        found = self._configuration(found, rules)
        self._stamp()
        self._gates(found, rules)
        self._cluster_operator(found, reported, rules)

    def _recreate(self) -> None:
        body = {
            "apiVersion": "operator.openshift.io/v1", "kind": "MachineConfiguration", "metadata": {"name": "cluster"},
            "spec": {"managementState": "Managed"},
        }  # fmt: skip
        self._cluster.api.apply(paths.MACHINE_CONFIGURATION, body, "machine-config-operator")
        say("operator", "MachineConfiguration object doesn't exist; a new one was created")

    def _configuration(self, found: JsonObject, rules: Behaviour) -> JsonObject:
        """observedGeneration in every release, the mirror from 4.19, skew enforcement from 4.22."""
        platform = self._cluster.platform
        change: JsonObject = {"observedGeneration": found["metadata"]["generation"]}
        mirrored = configuration.mirror(found, platform, rules)
        if mirrored:
            if mirrored.opts_in:
                found = {**found, "metadata": self._opt_in()["metadata"]}
            change["managedBootImagesStatus"] = mirrored.status
        after = {**found, "status": {**found.get("status", {}), **change}}
        infrastructure, version = self._cluster.infrastructure, self._cluster.cluster_version
        provisioning = self._cluster.provisionings.get("provisioning-configuration")
        enforced = skew.status(after, infrastructure, version, platform, rules, provisioning)
        if enforced:
            change["bootImageSkewEnforcementStatus"] = enforced
        after = {**after, "status": {**after["status"], **change}}
        if after["status"] != found.get("status", {}):  # with the version seen: a conflict waits for the next round
            self._cluster.api.put(f"{paths.MACHINE_CONFIGURATION}/status", after)
            mode = configuration.mode(after)
            say("operator", f"status written: generation {change['observedGeneration']}, machinesets {mode}")
        return after

    def _opt_in(self) -> JsonObject:
        say("operator", "opted in to boot image updates by default")
        return self._cluster.api.merge(paths.MACHINE_CONFIGURATION, {"metadata": {"annotations": {OPTED_IN: now()}}})

    def _stamp(self) -> None:
        """Once a master has reached the running release: coreos-bootimages is ours."""
        config_map, master = self._cluster.boot_images.get(paths.BOOT_IMAGES), self._cluster.pools.get("master")
        annotations = self._cluster.cluster_version["metadata"].get("annotations") or {}
        if config_map is None or master is None or NO_STAMP in annotations:
            return
        version = self._cluster.running_version
        status = master.get("status", {})
        stamps = {"MCOVersionHash": releases.mco_hash(version), "MCOReleaseImageVersion": version}
        data = config_map.get("data") or {}
        if not status.get("updatedMachineCount") or all(data.get(key) == value for key, value in stamps.items()):
            return
        self._cluster.api.merge(f"{paths.MCO_CONFIG_MAPS}/{paths.BOOT_IMAGES}", {"data": stamps})
        say("operator", f"coreos-bootimages stamped for {version}")

    def _gates(self, found: JsonObject, rules: Behaviour) -> None:
        """Gates of this release appear and go with the configuration; other releases' stay, they are inert."""
        config_map = self._cluster.gates.get(paths.GATES)
        if config_map is None:
            return
        wanted = boot_image_gates.open_gates(found, self._cluster.infrastructure, self._cluster.platform, rules)
        here = [key for key in boot_image_gates.gate_keys() if f"-{rules.minor[0]}.{rules.minor[1]}-" in key]
        data = config_map.get("data") or {}
        change = {key: wanted.get(key) for key in here if (key in data) != (key in wanted)}
        if change:
            self._cluster.api.merge(f"{paths.GATES_CONFIG_MAPS}/{paths.GATES}", {"data": change})
            say("operator", f"admin gates: {', '.join(change)} {'set' if wanted else 'removed'}")

    def _cluster_operator(self, found: JsonObject, reported: JsonObject, rules: Behaviour) -> None:
        """`reported`: Degraded as the round found it; it reaches the ClusterOperator one round later, and leaves so."""
        operator = self._cluster.cluster_operators.get("machine-config")
        if operator is None:
            return
        message = reported.get("message", "") if reported.get("status") == "True" else ""
        text = f"Failed to resync {self._cluster.running_version} because: bootimage update failed: {message}"
        enforced = found.get("status", {}).get("bootImageSkewEnforcementStatus") or {}
        guard = skew.guard(enforced, message, rules) if rules.skew_enforcement else ""

        def told(live: JsonObject) -> JsonObject:
            conditions = [dict(entry) for entry in live.get("status", {}).get("conditions") or []]
            _own(conditions, "Degraded", bool(message), _DEGRADED_REASON, text, bad="True")
            _own(conditions, "Upgradeable", bool(guard), _SKEW_REASON, guard, bad="False")
            return {"conditions": conditions}

        if told(operator)["conditions"] == (operator.get("status", {}).get("conditions") or []):
            return
        if self._cluster.update_status(f"{paths.CLUSTER_OPERATORS}/machine-config", told):
            say("operator", f"ClusterOperator machine-config: {message or guard or 'as expected'}")


def _own(conditions: list[JsonObject], kind: str, set_: bool, reason: str, message: str, *, bad: str) -> None:
    """Set a condition, or clear it if it is set for this reason: what others report there is not ours to touch."""
    entry = next((entry for entry in conditions if entry["type"] == kind), None)
    if not set_ and (entry is None or entry.get("reason") != reason):
        return
    good = "False" if bad == "True" else "True"
    wanted = {"status": bad, "reason": reason, "message": message} if set_ else {
        "status": good, "reason": "AsExpected", "message": ""
    }  # fmt: skip
    if entry is None:
        entry = {"type": kind, "lastTransitionTime": now()}
        conditions.append(entry)
    if entry.get("status") != wanted["status"]:
        entry["lastTransitionTime"] = now()
    entry |= wanted
    if not entry["message"]:
        del entry["message"]
