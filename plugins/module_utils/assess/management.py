# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator manages of each kind of machine set: from status where it is fresh, else foretold from spec and defaults."""

from __future__ import annotations

from typing import Any

from ..model.cluster import Snapshot
from ..model.objects import Json, dig, mapping, sequence
from ..model.verdict import Management
from .release import behaviours

WORKERS, CONTROL_PLANE = "machinesets", "controlplanemachinesets"


def management(snapshot: Snapshot) -> dict[str, Management]:
    """By resource. A mode C(unsupported) means: the API takes an opinion, but the operator does not act on this platform."""
    return {resource: _of(resource, snapshot) for resource in (WORKERS, CONTROL_PLANE)}


def _of(resource: str, snapshot: Snapshot) -> Management:
    schema, mirrored = snapshot.capabilities, _mirrored(snapshot)
    unread = schema.source == "unknown"  # a must-gather without definitions, say: then the object itself tells
    acts = _platform_is_managed(snapshot) and bool(schema.modes or unread)
    if not snapshot.configuration_known:
        return Management("unknown", "default")
    if snapshot.configuration is None:
        return Management("unsupported", "default")
    spec = dig(snapshot.configuration, "spec", "managedBootImages", "machineManagers")
    observed = observed_newest(snapshot.configuration)
    if not (schema.mirror or (unread and mirrored)):
        if not acts:
            return Management("unsupported", "default", observed)
        return _entry(resource, spec, "spec", observed) or Management("None", "default", observed)
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


def _platform_is_managed(snapshot: Snapshot) -> bool:
    """By the release, or as tech preview, which only a mirror tells that was filled in before.

    Azure Stack is of the platform Azure, but has no marketplace, and the operator never manages it.
    """
    if dig(snapshot.infrastructure, "status", "platformStatus", "azure", "cloudName") == "AzureStackCloud":
        return False
    return _mirrored(snapshot) or "manages_" + snapshot.platform.lower() in behaviours(snapshot.release)


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
