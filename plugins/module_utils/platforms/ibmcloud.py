# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IBM Cloud VPC: the name of a custom image, which somebody must import."""

from __future__ import annotations

import re

from ..model import reasons
from ..model.objects import Json
from ..model.verdict import Change, Failed, Skip
from .base import Entry, Offer, Site, Target, Usual
from .uploads import change, offered, text

_NAME = re.compile(r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?")
"""What the VPC API takes as a name."""


class IBMCloud(Usual):
    name = "IBMCloud"

    def region(self, spec: Json) -> str | None:
        region = spec.get("region")
        return region if isinstance(region, str) else None

    def current(self, spec: Json) -> str | Skip | Failed:
        return text(spec, "image")

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        return offered(self.current(spec), spec.get("image"), entry, "ibmcloud", "qcow2.gz")

    def explicit(self, image: str) -> Target | Failed:
        if not _NAME.fullmatch(image):
            message = f"{image!r} is no name of a VPC image (up to 63 lower-case letters, digits and hyphens)."
            return Failed(reasons.PROVIDER_SPEC_INVALID, message)
        return Target(image, image)

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        return change(spec, "image", target.value)
