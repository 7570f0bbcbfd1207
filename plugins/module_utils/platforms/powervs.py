# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IBM Power Virtual Server: an image of the service instance, which somebody must import from the region's bucket."""

from __future__ import annotations

from ..model import reasons
from ..model.objects import Json, dig
from ..model.verdict import Change, Failed, Outlook, Skip
from .base import Entry, Offer, Site, Target
from .uploads import UUID, change, not_in_cloud, tells

_FIELDS = {"ID": "id", "Name": "name", "RegEx": "regex"}
"""The field that counts for each C(image.type)."""


class PowerVS:
    name = "PowerVS"

    def region(self, spec: Json) -> str | None:
        return None

    def current(self, spec: Json) -> str | Skip | Failed:
        image = spec.get("image")
        if not isinstance(image, (dict, type(None))):
            return Failed(reasons.PROVIDER_SPEC_INVALID, "providerSpec.value.image is no mapping.")
        kind = dig(image, "type")
        named = dig(image, _FIELDS[kind]) if isinstance(kind, str) and kind in _FIELDS else None
        if not isinstance(named, (str, type(None))):
            return Failed(reasons.PROVIDER_SPEC_INVALID, f"providerSpec.value.image.{_FIELDS[kind]} is no text.")
        return named or Skip(reasons.IMAGE_UNSET, "providerSpec.value.image has no id, name or regex of its type.")

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        """The stream has a bucket a region; which region the cluster is in stands in Infrastructure."""
        region = dig(site.infrastructure, "status", "platformStatus", "powervs", "region")
        offer = dig(entry.data, "images", "powervs", "regions", region) if isinstance(region, str) else None
        release, current = dig(offer, "release"), self.current(spec)
        if not isinstance(release, str) or not release:
            message = f"The stream has no Power VS image for {entry.architecture} in region {region}."
            return Skip(reasons.NO_TARGET, message)
        if isinstance(current, str) and tells(current, release, entry.architecture):
            return Target(current, spec.get("image"))
        return not_in_cloud(release, dig(offer, "url"))

    def explicit(self, image: str) -> Target | Failed:
        if UUID.fullmatch(image):
            return Target(image, {"type": "ID", "id": image})
        if not 0 < len(image) <= 255 or not image.isprintable():
            return Failed(reasons.PROVIDER_SPEC_INVALID, f"{image!r} is neither name nor id of an image.")
        return Target(image, {"type": "Name", "name": image})

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        return () if self.current(spec) == target.text else change(spec, "image", target.value)

    def custom(self, spec: Json, site: Site) -> str | None:
        return None

    def outlook(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Outlook | None:
        return None

    def known_images(self, stream: Json) -> frozenset[str]:
        return frozenset()
