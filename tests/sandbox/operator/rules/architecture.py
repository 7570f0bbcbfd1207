# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which architecture a machine set has: ms_helpers.go, getArchFromMachineSet."""

from __future__ import annotations

from .behaviour import Behaviour
from .outcome import Error, Skipped, Stop
from .world import JsonObject, World

ANNOTATION = "capacity.cluster-autoscaler.kubernetes.io/labels"
RPM_NAMES = {"amd64": "x86_64", "arm64": "aarch64", "s390x": "s390x", "ppc64le": "ppc64le"}
_WHAT = "failed to fetch arch during machineset sync: "


def architecture(machine_set: JsonObject, world: World, behaviour: Behaviour) -> str:
    """RPM's name of it. Raises Stop for a value nobody knows, and for a missing one on multi-arch clusters."""
    annotations = machine_set["metadata"].get("annotations") or {}
    if ANNOTATION not in annotations:
        desired = world.cluster_version.get("status", {}).get("desired") or {}
        if behaviour.multi_arch_skip and desired.get("architecture") == "Multi":
            raise Stop(Skipped("no architecture annotation found in multi-arch cluster"))
        return world.architecture
    for label in annotations[ANNOTATION].split(","):
        key, equals, value = label.strip().partition("=")
        if key == "kubernetes.io/arch" and equals:
            if value not in RPM_NAMES:
                raise Stop(Error(f"{_WHAT}invalid architecture value found in annotation: {value}"))
            return RPM_NAMES[value]
    raise Stop(Error(f"{_WHAT}kubernetes.io/arch label not found in annotation: {annotations[ANNOTATION]}"))
