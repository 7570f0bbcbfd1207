# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vSphere: platform_helpers.go, reconcileVSphereProviderSpec. Read, not seen running: error texts here are ours.

The template is rebuilt in place under its name, so that the providerSpec stays as it is: only vCenter tells of it.
"""

from __future__ import annotations

import posixpath

from .behaviour import Behaviour
from .outcome import Skipped, Stop, TemplateRebuilt, Unchanged
from .world import JsonObject, World

SPEC = "VSphereMachineProviderSpec"


class VSphereError(ValueError):
    """`str()` is what follows `failed to reconcile machineset <name>, err: `."""


def rewrite(spec: JsonObject, stream: JsonObject, architecture: str, world: World, behaviour: Behaviour) -> bool:
    """Always ends without a change of the providerSpec. Raises Stop, VSphereError."""
    platform = (world.infrastructure.get("spec", {}).get("platformSpec") or {}).get("vsphere")
    if platform is None:
        raise Stop(Unchanged("VSphere field is nil in PlatformSpec"))
    of_architecture = (stream.get("architectures") or {}).get(architecture)
    if of_architecture is None:
        raise VSphereError(f"stream:{stream.get('stream', '')} does not have architecture '{architecture}'")
    release = ((of_architecture.get("artifacts") or {}).get("vmware") or {}).get("release", "")
    if not release:
        raise VSphereError(f"{stream.get('stream', '')}/{architecture}: artifact 'vmware' not found")
    if not any(_holds(domain, spec) for domain in platform.get("failureDomains") or []):
        if behaviour.shows_skips:
            raise Stop(Skipped("no failure domain matches the workspace"))
        raise VSphereError("failed to find a failure domain that matches the workspace of the machineset")
    raise Stop(_template(spec, release, world))


def _template(spec: JsonObject, release: str, world: World) -> TemplateRebuilt | Unchanged:
    workspace, template = spec.get("workspace") or {}, spec["template"]
    server, datacenter = workspace.get("server", ""), workspace.get("datacenter", "")
    if world.vcenter is None:
        raise VSphereError(f"failed to reach vCenter {server}")
    try:
        stands = world.vcenter.release_of(server, datacenter, template)
    except LookupError:
        raise VSphereError(f"template {template} not found in datacenter {datacenter} of vCenter {server}") from None
    if stands == release:
        return Unchanged(f"template {template} stands at {release}")
    return TemplateRebuilt(server, datacenter, template, release)


def _holds(domain: JsonObject, spec: JsonObject) -> bool:
    """Server, datacenter and datastore; resource pool and VM group too, where both name one."""
    workspace, topology = spec.get("workspace") or {}, domain.get("topology") or {}
    if (domain.get("server"), topology.get("datacenter"), topology.get("datastore")) != (
        workspace.get("server"), workspace.get("datacenter"), workspace.get("datastore"),
    ):  # fmt: skip
        return False
    group = ((domain.get("zoneAffinity") or {}).get("hostGroup") or {}).get("vmGroup")
    pairs = [(topology.get("resourcePool"), workspace.get("resourcePool")), (group, workspace.get("vmGroup"))]
    return all(posixpath.normpath(ours) == posixpath.normpath(theirs) for ours, theirs in pairs if ours and theirs)
