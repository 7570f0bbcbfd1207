# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Amazon: the image is an AMI id, valid in one region only, and its text tells nothing about what it is."""

from __future__ import annotations

import re
from typing import Any

from ..model import reasons
from ..model.objects import Json, dig, mapping
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

    def image_fields(self, spec: Json) -> tuple[tuple[Any, ...], ...]:
        return (("ami",),)

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        """The id alone counts, as for the operator; what is written is the id alone, so that filters beside it vanish."""
        if dig(spec, "ami", "id") == target.text:
            return ()
        return (Change(("ami",), spec.get("ami"), target.value),)

    def custom(self, spec: Json, site: Site) -> str | None:
        """An AMI id says nothing of its origin, so no image is called custom here; see C(outlook) and C(verify_images)."""
        return None

    def outlook(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Outlook | None:
        wrong = unreadable(spec, _SHAPES)
        if wrong:
            return wrong
        image = self.current(spec)
        if not isinstance(offer, Target) or not isinstance(image, str):
            return None
        if image == offer.text or image in site.known_images:
            return None
        by_owner = "judges_ami_by_owner" in site.behaves
        if not image:
            message = "The operator knows no AMI with an empty id."
            return Outlook(FAIL if by_owner else SKIP, reasons.UNKNOWN_IMAGE, message)
        who = "the image's owner in EC2" if by_owner else "a list of AMIs built into the operator"
        return Outlook(
            UNKNOWN,
            reasons.UNKNOWN_IMAGE,
            f"{image} is not in the cluster's stream; {who} decides, updating it or skipping the set.",
        )

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


def _ami(image: str) -> Target:
    return Target(image, {"id": image})
