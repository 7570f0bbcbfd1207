# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ClusterVersion's and ClusterOperators' conditions: lastTransitionTime moves with the status only."""

from __future__ import annotations

from dataclasses import dataclass, field

from .. import paths
from ..cluster import Cluster
from ..kube import JsonObject
from ..pace import now


@dataclass(frozen=True)
class Change:
    """Conditions to set (type -> status, reason, message) and to remove, beside other status fields."""

    set: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    fields: JsonObject = field(default_factory=dict)


def write(cluster: Cluster, change: Change, path: str = paths.CLUSTER_VERSION, seen: JsonObject | None = None) -> bool:
    """One write. True when anything changed. `seen`: the object as known; no request when that has it all already."""
    if seen is not None and not _differs(seen.get("status", {}), change):
        return False

    def merged(live: JsonObject) -> JsonObject:
        stands = live.get("status", {}).get("conditions") or []
        return {**change.fields, "conditions": conditions(stands, change)}

    return cluster.update_status(path, merged)


def _differs(status: JsonObject, change: Change) -> bool:
    stands = status.get("conditions") or []
    fields = any(status.get(key) != value for key, value in change.fields.items())
    return fields or conditions(stands, change) != stands


def conditions(stands: list[JsonObject], change: Change) -> list[JsonObject]:
    kept = [dict(entry) for entry in stands if entry["type"] not in change.remove]
    for kind, (status, reason, message) in change.set.items():
        entry = next((entry for entry in kept if entry["type"] == kind), None)
        if entry is None:
            entry = {"type": kind}
            kept.append(entry)
        if entry.get("status") != status:
            entry["lastTransitionTime"] = now()
        for key, value in (("status", status), ("reason", reason), ("message", message)):
            entry.pop(key, None)
            if value:
                entry[key] = value
    return kept
