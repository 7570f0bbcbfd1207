# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's hand on MachineConfiguration's status."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import paths
from .cluster import Cluster
from .kube import ApiError, JsonObject
from .log import say
from .pace import now
from .rules import conditions
from .rules.behaviour import Behaviour
from .rules.conditions import Stats


@dataclass
class ConditionsWriter:
    """Counts of the pass under way and of the last one; a failed write is logged and forgotten, as in the original."""

    cluster: Cluster
    mapi: Stats = field(default_factory=Stats)
    control_plane: Stats = field(default_factory=Stats)

    def progressing(self, reason: str, rules: Behaviour) -> None:
        self._write(conditions.PROGRESSING, reason, conditions.progressing(self.mapi, self.control_plane, rules), rules)

    def degraded(self, reason: str, error: str, rules: Behaviour) -> None:
        told = conditions.degraded(self.mapi, self.control_plane, error, rules)
        self._write(conditions.DEGRADED, reason, told, rules)

    def status(self, field_name: str, value: JsonObject) -> None:
        """Another field of the same status."""
        self._update({field_name: value})

    def _write(self, kind: str, reason: str, told: tuple[bool, str], rules: Behaviour) -> None:
        if not rules.writes_conditions:
            return
        try:
            found = self.cluster.api.find(paths.MACHINE_CONFIGURATION)
        except ApiError as error:
            say("controller", f"error updating condition: {error}")
            return
        if found is None:
            return
        stands = found.get("status", {}).get("conditions")
        kept = [dict(entry) for entry in stands or _initial(rules)]
        for entry in kept:
            if entry["type"] == kind:
                wanted = {"status": str(told[0]), "reason": reason, "message": told[1]}
                if any(entry[key] != value for key, value in wanted.items()):
                    entry |= {**wanted, "lastTransitionTime": now()}
        if kept != stands:
            self._update({"conditions": kept})

    def _update(self, change: JsonObject) -> None:
        try:
            self.cluster.update_status(paths.MACHINE_CONFIGURATION, change)
        except ApiError as error:
            say("controller", f"error updating MachineConfiguration status: {error}")


def _initial(rules: Behaviour) -> list[JsonObject]:
    return [{**entry, "lastTransitionTime": now()} for entry in conditions.initial(rules)]
