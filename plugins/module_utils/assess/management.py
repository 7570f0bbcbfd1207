# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator manages of each kind of machine set: from status where it is fresh, else foretold from spec and defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.cluster import Snapshot
from ..model.objects import Json, dig, mapping, sequence
from ..model.verdict import Management
from . import features
from .release import behaviours

WORKERS, CONTROL_PLANE = "machinesets", "controlplanemachinesets"
CONTROL_PLANE_PLATFORMS = ("AWS", "Azure", "GCP")
"""Where the operator writes ControlPlaneMachineSets at all (cpms_helpers.go, and its admission policy)."""


def management(snapshot: Snapshot) -> dict[str, Management]:
    """By resource. A mode C(unsupported) means: the API takes an opinion, but the operator does not act on this platform.

    A feature gate that is known to be off is believed before anything else.
    """
    gates = features.gates(snapshot)
    return {resource: _of(resource, snapshot, gates) for resource in (WORKERS, CONTROL_PLANE)}


def _of(resource: str, snapshot: Snapshot, gates: Mapping[str, bool]) -> Management:
    schema, mirrored = snapshot.capabilities, _mirrored(snapshot)
    unread = schema.source == "unknown"  # a must-gather without definitions, say: then the object itself tells
    if not snapshot.configuration_known:
        return Management("unknown", "default")
    if snapshot.configuration is None:
        return Management("unsupported", "default")
    observed = observed_newest(snapshot.configuration)
    gate = gates.get(_gate(resource, snapshot.platform))
    if gate is False:
        return Management("unsupported", "gate", observed)
    if resource == CONTROL_PLANE and not _knows_control_planes(snapshot):
        return Management("unsupported", "default", observed)
    acts = bool(schema.modes or unread) and _managed(snapshot, gate)
    spec = dig(snapshot.configuration, "spec", "managedBootImages", "machineManagers")
    if not (schema.mirror or (unread and mirrored)):
        asked = _entry(resource, spec, "spec", observed)
        if not acts:
            unknown = asked and _may_be_previewed(snapshot)
            return Management("unknown" if unknown else "unsupported", "gate" if unknown else "default", observed)
        return asked or Management("None", "default", observed)
    if observed:
        status = dig(snapshot.configuration, "status", "managedBootImagesStatus")
        if not mirrored:  # the operator has looked and filled in nothing: accepted, but inert
            return Management("unsupported", "status")
        return _entry(resource, dig(status, "machineManagers"), "status", True) or Management("None", "status")
    if not acts:
        return Management("unsupported", "default", observed=False)
    foretold = _entry(resource, spec, "spec", False)
    if foretold:
        return foretold
    # An empty list is the legacy way to say off, for every resource; an absent one leaves the release's default.
    off = isinstance(spec, list) and not spec
    on = resource == WORKERS and "default_on_" + snapshot.platform.lower() in behaviours(snapshot.release)
    return Management("All" if on and not off else "None", "spec" if off else "default", observed=False)


def _gate(resource: str, platform: str) -> str:
    return features.CONTROL_PLANE if resource == CONTROL_PLANE else features.PLATFORMS.get(platform, "")


def _knows_control_planes(snapshot: Snapshot) -> bool:
    """The platform is one of theirs, and the schema has the resource, where it could be read."""
    schema = snapshot.capabilities
    return snapshot.platform in CONTROL_PLANE_PLATFORMS and (
        schema.source == "unknown" or CONTROL_PLANE in schema.resources
    )


def _managed(snapshot: Snapshot, gate: bool | None) -> bool:
    """By the release, or as tech preview, which the feature gate tells, or a mirror that was filled in before.

    Azure Stack is of the platform Azure, but has no marketplace, and the operator never manages it.
    """
    if dig(snapshot.infrastructure, "status", "platformStatus", "azure", "cloudName") == "AzureStackCloud":
        return False
    return bool(gate) or _mirrored(snapshot) or "manages_" + snapshot.platform.lower() in behaviours(snapshot.release)


def _may_be_previewed(snapshot: Snapshot) -> bool:
    """A tech preview of this release, and FeatureGate, which would tell whether it is on, could not be read."""
    unread = any(each.what == "FeatureGate" for each in snapshot.not_checked)
    return unread and "previews_" + snapshot.platform.lower() in behaviours(snapshot.release)


def _mirrored(snapshot: Snapshot) -> bool:
    return dig(snapshot.configuration, "status", "managedBootImagesStatus") is not None


def observed_newest(configuration: Json) -> bool:
    """Whether the operator has taken in the newest spec."""
    return bool(dig(configuration, "metadata", "generation") == dig(configuration, "status", "observedGeneration"))


def _entry(resource: str, managers: Any, source: str, observed: bool) -> Management | None:
    for entry in sequence(managers):
        if dig(entry, "resource") == resource:
            mode = dig(entry, "selection", "mode")
            selector = dig(entry, "selection", "partial", "machineResourceSelector")
            return Management(str(mode), source, observed, dict(mapping(selector)) if mode == "Partial" else None)
    return None
