# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IBM Power Virtual Server: an image of the service instance, which somebody must import from the region's bucket."""

from __future__ import annotations

from typing import ClassVar

from ..model import reasons
from ..model.objects import Json, dig
from ..model.verdict import Skip
from .base import Entry, Offer, Site, Target
from .uploads import Reference, not_in_cloud, tells


class PowerVS(Reference):
    name = "PowerVS"
    fields: ClassVar[dict[str, str]] = {"ID": "id", "Name": "name", "RegEx": "regex"}
    by_name, by_id = "Name", "ID"

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
