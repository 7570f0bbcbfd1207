# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Platforms on which OpenShift makes no machines: a machine set that stands there all the same is none of ours."""

from __future__ import annotations

from typing import Any

from ..model import reasons
from ..model.objects import Json
from ..model.verdict import Change, Failed, Skip
from .base import Entry, Offer, Site, Target, Usual


class WithoutMachines(Usual):
    def __init__(self, name: str) -> None:
        """:param name: Infrastructure's word, C(None) or C(External)."""
        self.name = name

    def current(self, spec: Json) -> str | Skip | Failed:
        return self._not_applicable()

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        return self._not_applicable()

    def explicit(self, image: str) -> Target | Failed:
        return Failed(reasons.PLATFORM_WITHOUT_IMAGES, f"On the platform {self.name} machine sets name no image.")

    def image_fields(self, spec: Json) -> tuple[tuple[Any, ...], ...]:
        return ()

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        return ()

    def _not_applicable(self) -> Skip:
        return Skip(reasons.PLATFORM_WITHOUT_IMAGES, f"OpenShift makes no machines on the platform {self.name}.")
