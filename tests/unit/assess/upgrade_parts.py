# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade meets, as values: each builder gives what is healthy, and keywords say what is different about it."""

from __future__ import annotations

from typing import Any

from unit.builders import cluster_version, condition, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight import Target, preflight
from ansible_collections.okd.boot_images.plugins.module_utils.model.surroundings import Surroundings

CV, MINOR, PATCH = "ClusterVersion version", "4.20.0", "4.19.1"
OFFERED = [{"version": MINOR, "image": "i2"}, {"version": PATCH, "image": "i1"}]


def operator(name: str = "etcd", version: str = "4.19.0", **conditions: str) -> dict[str, Any]:
    told = {"Available": "True", "Degraded": "False", **conditions}
    return {
        "metadata": {"name": name},
        "status": {
            "versions": [{"name": "operator", "version": version}],
            "conditions": [condition(kind, status, "why") for kind, status in told.items() if status],
        },
    }


def pool(name: str = "worker", paused: bool = False, generation: int = 1, **conditions: str) -> dict[str, Any]:
    told = {"Updated": "True", "Updating": "False", "Degraded": "False", **conditions}
    return {
        "metadata": {"name": name, "generation": generation},
        "spec": {"paused": paused, "configuration": {"name": "r1"}},
        "status": {
            "observedGeneration": 1, "configuration": {"name": "r1"}, "machineCount": 3, "updatedMachineCount": 1,
            "conditions": [condition(kind, status, "why") for kind, status in told.items()],
        },
    }  # fmt: skip


def node(
    name: str = "a", role: str = "worker", kubelet: str = "v1.32.4", state: str = "Done", **fields: Any
) -> dict[str, Any]:
    conditions = {"Ready": "True", **fields.pop("conditions", {})}
    return {
        "metadata": {
            "name": name, "labels": {f"node-role.kubernetes.io/{role}": ""},
            "annotations": {"machineconfiguration.openshift.io/state": state},
        },
        "spec": fields,
        "status": {
            "nodeInfo": {"kubeletVersion": kubelet},
            "conditions": [condition(kind, status) for kind, status in conditions.items()],
        },
    }  # fmt: skip


def version(spec: Any = None, state: str = "Completed", at: str = "4.19.0", **status: Any) -> dict[str, Any]:
    made = cluster_version(at, state, **{"availableUpdates": OFFERED, **status})
    made["spec"].update(spec or {})
    return made


def told(*conditions: Any) -> dict[str, Any]:
    return version(conditions=list(conditions))


def found(target: Target, around: Surroundings | None = None, **changes: Any) -> list[tuple[str, str, str]]:
    seen = snapshot(**{"cluster_version": version(), "operators": (operator(),), "pools": (pool(),), **changes})
    findings = preflight(seen, assess(seen), around or Surroundings(), target)
    assert all(each.message and each.remedy for each in findings)
    return [(each.severity, each.object, each.reason.code) for each in findings]
