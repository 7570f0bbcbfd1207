# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Amazon: the image is an AMI id, valid in one region only, and its text tells nothing about what it is; what EC2 tells of it does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..model import reasons
from ..model.images import COPY, CUSTOM, MARKETPLACE, ROSA, STANDARD, ImageFacts
from ..model.marketplace import marketplace_target
from ..model.objects import Json, dig, mapping, sequence
from ..model.verdict import FAIL, SKIP, UNKNOWN, Change, Failed, FailureDomain, Outlook, Skip
from .base import Entry, Offer, Site, Target, Usual, named
from .shapes import holds, shapes, text, unreadable

_SHAPES = shapes(
    text="instanceType keyName networkInterfaceType placementGroupName ami.id ami.arn placement.region placement.availabilityZone "
    "placement.tenancy",
    boolean="publicIp",
    number="deviceIndex",
    mapping="ami iamInstanceProfile credentialsSecret subnet placement spotMarketOptions metadataServiceOptions metadata",
    list="tags securityGroups loadBalancers blockDevices ami.filters",
)
_AMI = re.compile(r"^ami-[0-9a-f]{8,17}$")
_FEDORA = "fedora-coreos-"
_COREOS = re.compile(r"(?:rhcos|scos)-\d")
"""Names of CoreOS' own AMIs, whose owner is known for RHCOS in the partition aws only."""
_WHOSE = {
    STANDARD: "one of Red Hat's, as those on the list are",
    MARKETPLACE: "one of the marketplace, which the list does not have",
    ROSA: "one of ROSA, which the list does not have",
    COPY: "a copy in the account of {}, which the list cannot have",
    CUSTOM: "one of the account {}, which the list can hardly have",
}
"""Of an image that the operator looks for in its list."""


class AWS(Usual):
    name = "AWS"

    def region(self, spec: Json) -> str | None:
        region = dig(spec, "placement", "region")
        return region if isinstance(region, str) and region else None

    def current(self, spec: Json) -> str | Skip | Failed:
        ami = spec.get("ami")
        if ami is not None and not isinstance(ami, dict):
            return Failed(reasons.PROVIDER_SPEC_INVALID, "providerSpec.value.ami is no mapping.")
        image = dig(ami, "id")
        if image is None and sequence(dig(ami, "filters")):
            message = "providerSpec.value.ami has filters and no id: every machine of the set is refused."
            return Skip(reasons.AMI_FILTERS, message)
        if image is None:
            return Skip(reasons.IMAGE_UNSET, "providerSpec.value.ami has no id.")
        if not holds("text", image):
            return Failed(reasons.PROVIDER_SPEC_INVALID, "providerSpec.value.ami.id is no text.")
        return text(image)

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        region = self.region(spec)
        if region is None:
            return Skip(reasons.NO_TARGET, "providerSpec.value.placement.region is not set.")
        image = dig(entry.data, "images", "aws", "regions", region, "image")
        if not isinstance(image, str) or not image:
            return Skip(reasons.NO_TARGET, f"The stream has no AMI for {entry.architecture} in region {region}.")
        return _ami(image)

    def explicit(self, image: str) -> Target | Failed:
        if not _AMI.fullmatch(image):
            return Failed(reasons.PROVIDER_SPEC_INVALID, f"{image!r} is no AMI id (ami-…).")
        return _ami(image)

    def naming(self, image: str) -> Target:
        return _ami(image)

    def in_kind(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Offer:
        """Who boots a marketplace product's image pays for it that way, and gets that product's, whichever release the operator is of."""
        facts = self._facts(spec, site)
        if facts is None or facts.product is None or facts.kind not in (MARKETPLACE, ROSA):
            return offer
        if facts.id in site.known_images:
            return offer
        release = dig(entry.data, "artifacts", "aws", "release")
        known = site.cloud.products.get(self.region(spec) or "", ()) if site.cloud else ()
        found = marketplace_target(known, facts.product, release if isinstance(release, str) else "")
        if found is None:
            message = (
                f"The marketplace product {facts.product} has no AMI that is not above the stream's release {release}."
            )
            return Skip(reasons.NO_TARGET, message)
        return _ami(found.id)

    def elsewhere(self, entry: Entry) -> Mapping[str, str]:
        regions = mapping(dig(entry.data, "images", "aws", "regions"))
        found = {str(region): dig(each, "image") for region, each in regions.items()}
        return {region: image for region, image in found.items() if isinstance(image, str) and _AMI.fullmatch(image)}

    def sought(self, spec: Json, site: Site) -> str | None:
        """The tag Name that openshift-install gives its copy (pkg/infrastructure/aws/clusterapi/ami.go); other filters are somebody's own."""
        cluster = dig(site.infrastructure, "status", "infrastructureName")
        wanted = f"{cluster}-ami-{self.region(spec)}"
        filters = sequence(dig(spec, "ami", "filters"))
        asked = [(dig(each, "name"), dig(each, "values")) for each in filters]
        return wanted if asked == [("tag:Name", [wanted])] else None

    def unfit(self, facts: ImageFacts) -> str | None:
        if facts.virtualization not in (None, "hvm"):
            return f"its virtualization is {facts.virtualization}"
        if facts.architecture == "arm64" and facts.boot_mode == "legacy-bios":
            return "its boot mode is legacy-bios, which arm64 does not have"
        return None

    def image_fields(self, spec: Json) -> tuple[tuple[Any, ...], ...]:
        return (("ami",),)

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        """The id alone counts, as for the operator; what is written is the id alone, so that filters beside it vanish."""
        if dig(spec, "ami", "id") == target.text:
            return ()
        return (Change(("ami",), spec.get("ami"), target.value),)

    def custom(self, spec: Json, site: Site) -> str | None:
        """An AMI id says nothing of its origin: without EC2's word no image is called custom. One of the stream never is."""
        facts = self._facts(spec, site)
        if facts is None or facts.kind != CUSTOM or facts.id in site.known_images:
            return None
        if facts.public and _COREOS.match(facts.name or ""):
            return None
        of_fedora = (facts.name or "").startswith(_FEDORA)
        origin = (
            " (Fedora CoreOS: the cluster was born on FCOS; with take_over it gets the stream's)" if of_fedora else ""
        )
        return f"{facts.id} belongs to the account {facts.owner}{origin} and is no image of CoreOS' own."

    def outlook(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Outlook | None:
        wrong = unreadable(spec, _SHAPES)
        if wrong:
            return wrong
        image = self.current(spec)
        if not isinstance(offer, Target) or not isinstance(image, str):
            return None
        facts = self._facts(spec, site)
        if facts is not None and "judges_ami_by_owner" in site.behaves:
            return _by_owner(facts)
        if image == offer.text or image in site.known_images:
            return None
        return _undecided(image, facts, site)

    def _facts(self, spec: Json, site: Site) -> ImageFacts | None:
        """What EC2 says of the set's current AMI."""
        image = self.current(spec)
        return site.cloud.of(self.region(spec), image) if site.cloud and isinstance(image, str) else None

    def known_images(self, stream: Json) -> frozenset[str]:
        found = set()
        for entry in mapping(stream.get("architectures")).values():
            for region in mapping(dig(entry, "images", "aws", "regions")).values():
                image = dig(region, "image")
                if isinstance(image, str):
                    found.add(image)
        return frozenset(found)

    def failure_domain(self, domain: Json, site: Site) -> FailureDomain:
        return named(domain, "placement.availabilityZone", "subnet.id", "subnet.arn")


def _by_owner(facts: ImageFacts) -> Outlook | None:
    """It looks the AMI up at every pass, also the target itself; one of a known owner is treated as usual."""
    if not facts.exists:
        message = f"The operator fails on the set: EC2 knows no AMI {facts.id} in {facts.region}."
        return Outlook(FAIL, reasons.IMAGE_MISSING, message)
    if facts.kind in (STANDARD, MARKETPLACE, ROSA):
        return None
    message = f"The operator skips the set: AMI {facts.id} has unrecognised owner {facts.owner}."
    return Outlook(SKIP, reasons.CUSTOM_IMAGE, message)


def _undecided(image: str, facts: ImageFacts | None, site: Site) -> Outlook:
    by_owner = "judges_ami_by_owner" in site.behaves
    if not image:
        message = "The operator knows no AMI with an empty id."
        return Outlook(FAIL if by_owner else SKIP, reasons.UNKNOWN_IMAGE, message)
    who = "the image's owner in EC2" if by_owner else "a list of AMIs built into the operator"
    message = f"{image} is not in the cluster's stream; {who} decides, updating it or skipping the set."
    if facts is not None and facts.exists and facts.kind in _WHOSE:
        message += f" The AMI is {_WHOSE[facts.kind].format(facts.owner)}."
    return Outlook(UNKNOWN, reasons.UNKNOWN_IMAGE, message)


def _ami(image: str) -> Target:
    return Target(image, {"id": image})
