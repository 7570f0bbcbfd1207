# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft Azure: a marketplace image (publisher, offer, sku, version), or the id of an image that somebody uploaded."""

from __future__ import annotations

import re
from typing import Any

from ..model import reasons
from ..model.objects import ABSENT, Json, dig, mapping
from ..model.verdict import CRASH, FAIL, Change, Failed, FailureDomain, Outlook, Skip
from .base import Entry, Offer, Site, Target, Usual, named
from .shapes import fault, shapes, text
from .uploads import offered

UNPAID = "no-purchase-plan"
PARTS = ("publisher", "offer", "sku", "version")
"""A marketplace image's fields, in the order in which Azure's own tools write them with colons between."""
_FIELDS = (*PARTS, "resourceID", "type")
STACK = "AzureStackCloud"
_FREE_PUBLISHER = "azureopenshift"
_PAID_PUBLISHERS = {"redhat": "", "redhat-limited": "-emea"}
_PAID_OFFERS = {"rh-ocp-worker": "ocp", "rh-opp-worker": "opp", "rh-oke-worker": "oke"}
_NO_PLAN, _WITH_PLAN = "MarketplaceNoPlan", "MarketplaceWithPlan"
_OLD_POWER = ("ppc64le", "s390x")
_UPLOADED = re.compile(
    r"(?:/subscriptions/[^/]+)?/resourceGroups/[^/]+/providers/Microsoft\.Compute/"
    r"(?:galleries/gallery_(?P<gallery>[^/]+)/)?images/(?P<image>[^/]+?)(?:-gen2)?(?:/versions/[^/]+)?",
    re.IGNORECASE,
)
"""How installers up to 4.20 named what they uploaded: an image in a gallery of the cluster's name; the oldest, and Azure Stack, an image alone."""
_SHAPES = shapes(
    text="location vmSize sshPublicKey securityGroup subnet publicLoadBalancer internalLoadBalancer managedIdentity vnet zone "
    "networkResourceGroup resourceGroup ultraSSDCapability availabilitySet securityProfile.settings.securityType "
    + " ".join(f"image.{field}" for field in _FIELDS),
    boolean="publicIP acceleratedNetworking",
    number="natRule",
    mapping="image tags osDisk securityProfile securityProfile.settings diagnostics credentialsSecret metadata",
    list="dataDisks applicationSecurityGroups",
)
_RESOURCE = re.compile(
    r"(?:/subscriptions/[^/]+)?/resourceGroups/[^/]+/providers/Microsoft\.Compute/\S+", re.IGNORECASE
)


class Azure(Usual):
    name = "Azure"

    def region(self, spec: Json) -> str | None:
        location = spec.get("location")
        return location if isinstance(location, str) else None

    def current(self, spec: Json) -> str | Skip | Failed:
        wrong = fault(spec, _SHAPES)
        if wrong:
            return Failed(reasons.PROVIDER_SPEC_INVALID, f"providerSpec.value.{wrong}.")
        image = _image(spec)
        if image["resourceID"]:
            return str(image["resourceID"])
        if not any(image[part] for part in PARTS):
            return Skip(reasons.IMAGE_UNSET, "providerSpec.value.image names no image.")
        return _urn(image)

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        """In kind: the same plan and the same generation. What was uploaded becomes the unpaid marketplace image."""
        if dig(site.infrastructure, "status", "platformStatus", "azure", "cloudName") == STACK:
            return offered(self.current(spec), spec.get("image"), entry, "azurestack", "vhd.gz")
        if entry.architecture in _OLD_POWER:
            return Skip(reasons.NO_TARGET, f"Azure has no image for {entry.architecture}.")
        security_type = dig(spec, "securityProfile", "settings", "securityType")
        if security_type:
            return Skip(reasons.SECURITY_TYPE, f"providerSpec.value.securityProfile asks for {security_type}.")
        image = _image(spec)
        plan = _plan(image)
        if plan is None:
            return Skip(reasons.CUSTOM_IMAGE, "The image's publisher and offer are none of CoreOS.")
        generation = "hyperVGen2" if _second_generation(image, entry.architecture) else "hyperVGen1"
        parts = {part: dig(_marketplace(entry), plan, generation, part) for part in PARTS}
        if not all(isinstance(part, str) and part for part in parts.values()):
            message = f"The stream has no Azure marketplace image {plan}, {generation}, for {entry.architecture}."
            return Skip(reasons.NO_TARGET, message)
        return _marketplace_image(parts)

    def explicit(self, image: str) -> Target | Failed:
        if _RESOURCE.fullmatch(image):
            return Target(image, {**dict.fromkeys(PARTS, ""), "resourceID": image})
        parts = image.split(":")
        if len(parts) != len(PARTS) or not all(part and part.isprintable() and " " not in part for part in parts):
            message = f"{image!r} is no Azure image: give publisher:offer:sku:version, or a resource id."
            return Failed(reasons.PROVIDER_SPEC_INVALID, message)
        return _marketplace_image(dict(zip(PARTS, parts)))

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        """An absent field counts as an empty one, as it does for the operator; a missing type is a difference."""
        if isinstance(spec.get("image"), dict) and _image(spec) == _image({"image": target.value}):
            return ()
        return (Change(("image",), spec.get("image", ABSENT), target.value),)

    def custom(self, spec: Json, site: Site) -> str | None:
        if not isinstance(self.current(spec), str):
            return None
        image = _image(spec)
        if not image["resourceID"]:
            return None if _plan(image) else f"{_urn(image)} is no marketplace image of CoreOS."
        infra = dig(site.infrastructure, "status", "infrastructureName")
        if _by_installer(str(image["resourceID"]), infra if isinstance(infra, str) else ""):
            return None
        return f"{image['resourceID']} is none of the images that the installer uploaded for this cluster."

    def outlook(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Outlook | None:
        """platform_helpers.go, reconcileAzureProviderSpec, in its order: architecture, security, plan, stream, generation."""
        if isinstance(offer, Target) or entry.architecture in _OLD_POWER or _is(offer, reasons.SECURITY_TYPE):
            return None
        if _plan(_image(spec)) is None:
            message = "The operator fails on the set: it knows no such publisher and offer."
            return Outlook(FAIL, reasons.CUSTOM_IMAGE, message)
        if entry.data is None:
            message = f"The operator fails on the set: the stream has nothing for {entry.architecture}."
            return Outlook(FAIL, reasons.NO_TARGET, message)
        if dig(entry.data, "rhel-coreos-extensions") is None:
            message = f"The stream has no rhel-coreos-extensions for {entry.architecture}: the controller ends."
            return Outlook(CRASH, reasons.WOULD_KILL_CONTROLLER, message)
        if _marketplace(entry) is None:  # as on OKD, whose stream has no marketplace
            return None
        return Outlook(FAIL, offer.reason, f"The operator fails on the set: {offer.message}")

    def known_images(self, stream: Json) -> frozenset[str]:
        found = set()
        for name, data in mapping(stream.get("architectures")).items():
            for plan in mapping(_marketplace(Entry(str(name), mapping(data)))).values():
                found |= {_urn(image) for image in mapping(plan).values() if isinstance(image, dict)}
        return frozenset(found)

    def failure_domain(self, domain: Json, site: Site) -> FailureDomain:
        return named(domain, "zone")


def _image(spec: Json) -> dict[str, Any]:
    """The image with every field that the API's type has; absent ones are empty."""
    image = mapping(spec.get("image"))
    return {key: text(image.get(key)) for key in _FIELDS}


def _urn(image: Json) -> str:
    return ":".join(str(image.get(part) or "") for part in PARTS)


def _plan(image: Json) -> str | None:
    """The stream's word for what is paid for the image. Whatever was uploaded, also somebody's own, counts as unpaid (observed)."""
    if image["resourceID"] or image["publisher"] == _FREE_PUBLISHER:
        return UNPAID
    suffix, product = _PAID_PUBLISHERS.get(str(image["publisher"])), _PAID_OFFERS.get(str(image["offer"]))
    return None if suffix is None or product is None else product + suffix


def _second_generation(image: Json, architecture: str) -> bool:
    """Told by the current image alone; a marketplace image without a type is taken for a paid one, as by the operator."""
    if image["resourceID"]:
        return "gen2" in str(image["resourceID"])
    if image["type"] == _NO_PLAN:
        return "v2" in str(image["sku"]) or architecture == "aarch64"
    return "gen1" not in str(image["sku"])


def _marketplace(entry: Entry) -> Any:
    return dig(entry.data, "rhel-coreos-extensions", "marketplace", "azure")


def _marketplace_image(parts: dict[str, str]) -> Target:
    kind = _NO_PLAN if parts["publisher"] == _FREE_PUBLISHER else _WITH_PLAN
    return Target(_urn(parts), {**parts, "resourceID": "", "type": kind})


def _by_installer(resource: str, infra: str) -> bool:
    """Named after the cluster; without its name nobody can tell, and an image that may be somebody's own counts as that."""
    found = _UPLOADED.fullmatch(resource)
    if not found or not infra:
        return False
    name, gallery = found.group("image").lower(), (found.group("gallery") or "").lower()
    return name == infra.lower() and gallery in ("", name.replace("-", "_"))


def _is(offer: Offer, reason: reasons.Reason) -> bool:
    return not isinstance(offer, Target) and offer.reason is reason
