# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure: platform_helpers.go, reconcileAzureProviderSpec."""

from __future__ import annotations

from .behaviour import Behaviour
from .outcome import Dies, Skipped, Stop, Unchanged
from .world import JsonObject, World

SPEC = "AzureMachineProviderSpec"
_UNPAID = "no-purchase-plan"
_PUBLISHERS = {"redhat": "", "redhat-limited": "-emea"}
_OFFERS = {"rh-ocp-worker": "ocp", "rh-opp-worker": "opp", "rh-oke-worker": "oke"}


class AzureError(ValueError):
    """`str()` is what follows `failed to reconcile machineset <name>, err: `."""


def rewrite(spec: JsonObject, stream: JsonObject, architecture: str, world: World, behaviour: Behaviour) -> bool:
    """Write the target image into spec. True when anything changed. Raises Stop, AzureError."""
    if architecture in ("ppc64le", "s390x"):
        raise Stop(Unchanged(f"arch {architecture} is not supported for Azure"))
    security_type = ((spec.get("securityProfile") or {}).get("settings") or {}).get("securityType", "")
    if security_type:
        raise Stop(Unchanged(f"a SecurityType ({security_type}) is not supported for Azure"))
    image = spec["image"]
    variant = _variant(image)
    offered = _marketplace(stream, architecture).get(variant)
    if offered is None:
        raise AzureError(f"no Azure marketplace images available for variant {_upstream_name(variant)}")
    generation = 2 if _is_generation_2(image, architecture) else 1
    found = offered.get(f"hyperVGen{generation}")
    if found is None:
        raise AzureError(f"no Gen{generation} Azure marketplace image available for architecture {architecture}")
    kind = "MarketplaceNoPlan" if variant == _UNPAID else "MarketplaceWithPlan"
    target = {key: found.get(key, "") for key in ("publisher", "offer", "sku", "version")}
    target |= {"resourceID": "", "type": kind}
    if image == target:
        return False
    spec["image"] = target
    return True


def _variant(image: JsonObject) -> str:
    """The key below marketplace.azure. Any resourceID, also somebody's own, means unpaid."""
    if image["resourceID"] or image["publisher"] == "azureopenshift":
        return _UNPAID
    if image["publisher"] in _PUBLISHERS and image["offer"] in _OFFERS:
        return _OFFERS[image["offer"]] + _PUBLISHERS[image["publisher"]]
    raise AzureError("could not determine azure marketplace variant, cannot update boot images")


def _upstream_name(variant: str) -> str:
    return "MarketplaceNoPlan" if variant == _UNPAID else f"MarketplaceWithPlan-{variant.upper().replace('-', '')}"


def _marketplace(stream: JsonObject, architecture: str) -> JsonObject:
    of_architecture = (stream.get("architectures") or {}).get(architecture)
    if of_architecture is None:
        raise AzureError(f"stream:{stream.get('stream', '')} does not have architecture '{architecture}'")
    extensions = of_architecture.get("rhel-coreos-extensions")
    if extensions is None:
        raise Stop(Dies("nil pointer dereference: stream has no rhel-coreos-extensions"))
    marketplace = extensions.get("marketplace")
    if marketplace is None or marketplace.get("azure") is None:
        raise Stop(Skipped("Azure marketplace streams are not available"))
    return marketplace["azure"]


def _is_generation_2(image: JsonObject, architecture: str) -> bool:
    if image["resourceID"]:
        return "gen2" in image["resourceID"]
    if image.get("type") == "MarketplaceNoPlan":
        return "v2" in image["sku"] or architecture == "aarch64"
    return "gen1" not in image["sku"]
