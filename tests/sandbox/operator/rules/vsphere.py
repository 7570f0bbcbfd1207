# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vSphere, modestly: templates live in a vCenter, which this play does not have.

The real controller rebuilds the template in place under its name, so that the providerSpec stays as it is. Played
are the checks before that: platform spec, the stream's artifact, credentials, failure domain.
"""

from __future__ import annotations

from .behaviour import Behaviour
from .outcome import Skipped, Stop, Unchanged
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
    raise Stop(Unchanged(f"template {spec['template']} stands at {release} in place"))


def _holds(domain: JsonObject, spec: JsonObject) -> bool:
    workspace = spec.get("workspace") or {}
    topology = domain.get("topology") or {}
    return (domain.get("server"), topology.get("datacenter"), topology.get("datastore")) == (
        workspace.get("server"), workspace.get("datacenter"), workspace.get("datastore"),
    )  # fmt: skip
