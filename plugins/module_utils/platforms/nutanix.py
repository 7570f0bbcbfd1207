# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nutanix: an image of Prism Central by name or uuid, which somebody must upload."""

from __future__ import annotations

from ..model import reasons
from ..model.objects import Json, dig
from ..model.verdict import Change, Failed, Outlook, Skip
from .base import Entry, Offer, Site, Target
from .uploads import UUID, change, offered

_KINDS = ("name", "uuid")
"""What C(image.type) may say, each also the name of the field that then counts."""


class Nutanix:
    name = "Nutanix"

    def region(self, spec: Json) -> str | None:
        return None

    def current(self, spec: Json) -> str | Skip | Failed:
        image = spec.get("image")
        if not isinstance(image, (dict, type(None))):
            return Failed(reasons.PROVIDER_SPEC_INVALID, "providerSpec.value.image is no mapping.")
        kind = dig(image, "type")
        named = dig(image, kind) if kind in _KINDS else None
        if not isinstance(named, (str, type(None))):
            return Failed(reasons.PROVIDER_SPEC_INVALID, f"providerSpec.value.image.{kind} is no text.")
        return named or Skip(reasons.IMAGE_UNSET, "providerSpec.value.image has no name or uuid of its type.")

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        return offered(self.current(spec), spec.get("image"), entry, "nutanix", "qcow2")

    def explicit(self, image: str) -> Target | Failed:
        if UUID.fullmatch(image):
            return Target(image, {"type": "uuid", "uuid": image})
        if not 0 < len(image) <= 255 or not image.isprintable():
            return Failed(reasons.PROVIDER_SPEC_INVALID, f"{image!r} is neither name nor uuid of an image.")
        return Target(image, {"type": "name", "name": image})

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        return () if self.current(spec) == target.text else change(spec, "image", target.value)

    def custom(self, spec: Json, site: Site) -> str | None:
        return None

    def outlook(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Outlook | None:
        return None

    def known_images(self, stream: Json) -> frozenset[str]:
        return frozenset()
