# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a cloud was asked for one judgement, and whether an image may boot a machine set: plain values, like the judgement itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import BootImageError
from .images import ImageCopy, ImageFacts

Image = tuple[str, str]
"""Region (empty where the providerSpec names none) and id."""
EVERYTHING: Image = ("", "")


@dataclass(frozen=True)
class CloudFacts:
    """The answers; what is in none of these was not asked for."""

    images: Mapping[Image, ImageFacts] = field(default_factory=dict)
    errors: Mapping[Image, BootImageError] = field(default_factory=dict)
    """Why nothing is known of an image; under an empty id of a whole region; under C(EVERYTHING) of all."""
    products: Mapping[str, tuple[ImageFacts, ...]] = field(default_factory=dict)
    """By region, the images of the marketplace products that machine sets there boot."""
    copies: Mapping[str, tuple[ImageCopy, ...]] = field(default_factory=dict)
    """By region that was searched, the cluster's copies there, whatever their state."""
    copying_errors: Mapping[Image, BootImageError] = field(default_factory=dict)
    """By region and source, why the source could not be copied there."""
    askable: bool = True
    """False where the collection has no way to ask the platform."""

    def of(self, region: str | None, image: str) -> ImageFacts | None:
        """What is known of an image, whichever question told it."""
        where = region or ""
        found = self.images.get((where, image))
        if found is not None:
            return found
        others = (*self.products.get(where, ()), *(each.facts for each in self.copies.get(where, ())))
        return next((each for each in others if each.id == image), None)

    def why_not(self, region: str | None, image: str = "") -> BootImageError | None:
        """Why nothing is known of an image, or of a whole region."""
        keys = ((region or "", image), (region or "", ""), EVERYTHING)
        return next((self.errors[key] for key in keys if key in self.errors), None)

    def origin(self, facts: ImageFacts) -> ImageFacts:
        """What a copy was made from, where that is known; any other image itself. A copy's own date is that of copying."""
        if facts.source is None:
            return facts
        return self.images.get((facts.source_region or facts.region, facts.source)) or facts
