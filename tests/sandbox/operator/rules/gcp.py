# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GCP: platform_helpers.go, reconcileGCPProviderSpec."""

from __future__ import annotations

from .behaviour import Behaviour
from .outcome import Dies, Skipped, Stop
from .world import JsonObject, World

SPEC = "GCPMachineProviderSpec"
_OURS = "projects/rhcos-cloud/global/images"
"""Compared as a prefix, and without a final slash."""


def rewrite(spec: JsonObject, stream: JsonObject, architecture: str, world: World, behaviour: Behaviour) -> bool:
    """Write the target image into spec. True when anything changed. Raises Stop."""
    image = ((stream.get("architectures") or {}).get(architecture) or {}).get("images", {}).get("gcp")
    if image is None:
        raise Stop(Dies(f"nil pointer dereference: stream has no images.gcp for {architecture}"))
    target = f"projects/{image.get('project', '')}/global/images/{image.get('name', '')}"
    changed = False
    for disk in spec.get("disks", []):
        if disk is None or (behaviour.only_boot_disks and not disk["boot"]) or disk["image"] == target:
            continue
        if behaviour.only_boot_disks and not disk["image"].startswith(_OURS):
            raise Stop(Skipped(f"current boot image {disk['image']} is unknown"))
        disk["image"] = target
        changed = True
    return changed
