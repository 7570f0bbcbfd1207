# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which changes of which objects cause a pass, and under which reason it is shown."""

from __future__ import annotations

from collections.abc import Callable

from .cluster import Cluster
from .kube import JsonObject
from .work_queue import WorkQueue


class Events:
    """Listens to the caches and fills the queue. Secrets, Infrastructure and the clock cause nothing."""

    def __init__(self, cluster: Cluster, queue: WorkQueue) -> None:
        self._cluster = cluster
        self._queue = queue
        cluster.machine_sets.listen(self._machine_set)
        cluster.control_plane_machine_sets.listen(self._control_plane)
        cluster.boot_images.listen(lambda old, new: self._add(f"BootImageConfigMap{_verb(old, new)}"))
        cluster.machine_configurations.listen(self._machine_configuration)
        cluster.cluster_versions.listen(self._cluster_version)

    def everything_anew(self) -> None:
        """What a process finds in its caches when it starts."""
        rules = self._cluster.behaviour
        for _ignored in self._cluster.machine_sets.all():
            self._add(f"{rules.reason_prefix if rules else 'MAPIMachineSet'}Added")
        for _ignored in self._cluster.boot_images.all():
            self._add("BootImageConfigMapAdded")
        for _ignored in self._cluster.machine_configurations.all():
            self._add("BootImageUpdateConfigurationAdded")

    def _add(self, reason: str) -> None:
        rules = self._cluster.behaviour
        self._queue.add(reason, collapse=rules is None or not rules.one_pass_per_event)

    def _machine_set(self, old: JsonObject | None, new: JsonObject | None) -> None:
        if (
            old
            and new
            and not _differs(old, new, lambda ms: ms["spec"]["template"].get("spec", {}).get("providerSpec"))
        ):
            return
        rules = self._cluster.behaviour
        self._add(f"{rules.reason_prefix if rules else 'MAPIMachineSet'}{_verb(old, new)}")

    def _control_plane(self, old: JsonObject | None, new: JsonObject | None) -> None:
        rules = self._cluster.behaviour
        if rules and rules.knows_cpms and not (old and new and not _differs(old, new, lambda c: c["spec"]["template"])):
            self._add(f"ControlPlaneMachineSet{_verb(old, new)}")

    def _machine_configuration(self, old: JsonObject | None, new: JsonObject | None) -> None:
        rules = self._cluster.behaviour
        if (new or old or {})["metadata"]["name"] != "cluster" or self._is_a_bare_recreation(old, new):
            return
        if old and new and rules:
            part = "status" if rules.has_mirror else "spec"
            fields = ["managedBootImagesStatus" if rules.has_mirror else "managedBootImages"]
            if rules.skew_enforcement:
                fields.append("bootImageSkewEnforcementStatus")
            if all(old.get(part, {}).get(field) == new.get(part, {}).get(field) for field in fields):
                return
        self._add(f"BootImageUpdateConfiguration{_verb(old, new)}")

    def _is_a_bare_recreation(self, old: JsonObject | None, new: JsonObject | None) -> bool:
        """Up to 4.18 the object that the operator makes anew stays without conditions until something else happens."""
        rules, synced = self._cluster.behaviour, self._cluster.machine_configurations.synced.is_set()
        if old or new is None or not synced or rules is None or rules.has_mirror:
            return False
        return "managedBootImages" not in new.get("spec", {})

    def _cluster_version(self, old: JsonObject | None, new: JsonObject | None) -> None:
        rules = self._cluster.behaviour
        if rules and rules.cluster_version_gate and old and new and not is_stable(old) and is_stable(new):
            self._add("ClusterVersionStable")


def is_stable(cluster_version: JsonObject) -> bool:
    """The newest entry of the history is Completed; an empty history is not stable."""
    history = cluster_version.get("status", {}).get("history") or []
    return bool(history) and history[0]["state"] == "Completed"


def _verb(old: JsonObject | None, new: JsonObject | None) -> str:
    if old is None:
        return "Added"
    return "Updated" if new else "Deleted"


def _differs(old: JsonObject, new: JsonObject, part: Callable[[JsonObject], object]) -> bool:
    """In the part given, labels, annotations or owners: replicas and status count for nothing."""
    metadata = ("labels", "annotations", "ownerReferences")
    return part(old) != part(new) or any(old["metadata"].get(key) != new["metadata"].get(key) for key in metadata)
