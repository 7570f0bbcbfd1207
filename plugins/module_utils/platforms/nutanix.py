# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nutanix: an image of Prism Central by name or uuid, which somebody must upload."""

from __future__ import annotations

from typing import ClassVar

from ..model.objects import Json
from .base import Entry, Offer, Site
from .uploads import Reference, offered


class Nutanix(Reference):
    name = "Nutanix"
    fields: ClassVar[dict[str, str]] = {"name": "name", "uuid": "uuid"}
    by_name, by_id = "name", "uuid"

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        return offered(self.current(spec), spec.get("image"), entry, "nutanix", "qcow2")
