# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenStack: the name of a Glance image, which somebody must upload."""

from __future__ import annotations

from ..model import reasons
from ..model.objects import Json
from ..model.verdict import Change, Failed, FailureDomain, Skip
from .base import Entry, Offer, Site, Target, Usual, named
from .uploads import change, offered, text


class OpenStack(Usual):
    name = "OpenStack"

    def current(self, spec: Json) -> str | Skip | Failed:
        if spec.get("rootVolume") is not None:
            return Skip(reasons.ROOT_VOLUME, "providerSpec.value.rootVolume is set.")
        return text(spec, "image")

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        return offered(self.current(spec), spec.get("image"), entry, "openstack", "qcow2.gz")

    def explicit(self, image: str) -> Target | Failed:
        if not 0 < len(image) <= 255 or not image.isprintable():
            return Failed(
                reasons.PROVIDER_SPEC_INVALID, f"{image!r} is no name of a Glance image (1 to 255 characters)."
            )
        return Target(image, image)

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        return change(spec, "image", target.value)

    def failure_domain(self, domain: Json, site: Site) -> FailureDomain:
        return named(domain, "availabilityZone", "rootVolume.availabilityZone")
