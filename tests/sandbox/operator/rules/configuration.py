# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What spec.managedBootImages comes to: the operator's mirror in status, and who is enrolled by it."""

from __future__ import annotations

from dataclasses import dataclass

from .behaviour import Behaviour
from .selector import Matcher, matcher
from .world import JsonObject

GROUP = "machine.openshift.io"
MACHINE_SETS = "machinesets"
CONTROL_PLANE = "controlplanemachinesets"


@dataclass(frozen=True)
class Mirror:
    """status.managedBootImagesStatus to write, and whether this opts in by default (the annotation)."""

    status: JsonObject
    opts_in: bool


def mirror(machine_configuration: JsonObject, platform: str, behaviour: Behaviour) -> Mirror | None:
    """None: nothing is kept up to 4.18, and on a platform without support the last mirror stays as it is."""
    if not behaviour.has_mirror or platform not in behaviour.supported:
        return None
    managers = (machine_configuration.get("spec", {}).get("managedBootImages") or {}).get("machineManagers")
    if managers == []:
        return Mirror({"machineManagers": []}, opts_in=False)
    kept = [_normalised(manager) for manager in managers or []]
    defaulted = _entry(kept, MACHINE_SETS) is None
    if defaulted:
        kept.insert(0, _manager(MACHINE_SETS, "All" if platform in behaviour.default_on else "None"))
    if behaviour.knows_cpms and platform != "VSphere" and _entry(kept, CONTROL_PLANE) is None:
        kept.append(_manager(CONTROL_PLANE, "None"))
    opts_in = defaulted and platform in behaviour.default_on and _was_off(machine_configuration)
    return Mirror({"machineManagers": kept}, opts_in)


def _was_off(machine_configuration: JsonObject) -> bool:
    """Unset or None; an empty list is a decision of its own."""
    managers = (machine_configuration.get("status", {}).get("managedBootImagesStatus") or {}).get("machineManagers")
    if managers is None:
        return True
    entry = _entry(managers, MACHINE_SETS)
    return entry is not None and entry["selection"]["mode"] == "None"


def mode(machine_configuration: JsonObject, resource: str = MACHINE_SETS) -> str | None:
    """Of the mirror; None when it has no entry for the resource."""
    managers = (machine_configuration.get("status", {}).get("managedBootImagesStatus") or {}).get("machineManagers")
    entry = _entry(managers or [], resource)
    return entry["selection"]["mode"] if entry else None


def enrolled(machine_configuration: JsonObject, resource: str, behaviour: Behaviour) -> Matcher:
    """Who takes part, by labels. Raises SelectorError."""
    part = "status" if behaviour.has_mirror else "spec"
    field = "managedBootImagesStatus" if behaviour.has_mirror else "managedBootImages"
    managers = (machine_configuration.get(part, {}).get(field) or {}).get("machineManagers") or []
    entry = _entry(managers, resource)
    selection: JsonObject = entry["selection"] if entry else {"mode": "None"}
    if selection["mode"] == "Partial":
        return matcher((selection.get("partial") or {}).get("machineResourceSelector"))
    return matcher({} if selection["mode"] == "All" else None)


def _entry(managers: list[JsonObject], resource: str) -> JsonObject | None:
    return next((m for m in managers if m["resource"] == resource and m["apiGroup"] == GROUP), None)


def _manager(resource: str, selection_mode: str) -> JsonObject:
    return {"resource": resource, "apiGroup": GROUP, "selection": {"mode": selection_mode}}


def _normalised(manager: JsonObject) -> JsonObject:
    """Empty maps of the selector vanish in Go's types: `matchLabels: {}` is stored as `machineResourceSelector: {}`."""
    selection = dict(manager["selection"])
    if selection.get("partial"):
        given = selection["partial"].get("machineResourceSelector") or {}
        selection["partial"] = {"machineResourceSelector": {key: value for key, value in given.items() if value}}
    return {**manager, "selection": selection}
