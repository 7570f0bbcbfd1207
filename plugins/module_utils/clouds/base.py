# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cloud must tell: one small protocol, one file a cloud."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Callable, Protocol, Union

from ..model.errors import BootImageError
from ..model.images import ImageFacts

AT_ONCE = 8
"""Regions asked side by side: each has its own endpoint and its own allowance."""

Tell = Callable[[str], None]

Answer = Union[ImageFacts, BootImageError]
"""Of one image: what it is, or why just this one could not be asked for."""


class Cloud(Protocol):
    """Where images can be looked up. Its library is imported when the first question is asked, not before."""

    name: str
    """Infrastructure's C(status.platformStatus.type)."""

    def images(self, region: str, ids: Collection[str]) -> Mapping[str, Answer]:
        """The facts of every one of I(ids), also of those that do not exist; an error where a cloud asks, and is refused, image by image.

        :raises BootImageError: nothing could be asked: MissingLibrary, CloudUnauthorized, CloudForbidden, RegionUnavailable, CloudFailed.
        """


@dataclass(frozen=True)
class LookUp:
    """The answers to many questions: facts by (region, id), why a whole region could not be asked, and why one image could not."""

    facts: Mapping[tuple[str, str], ImageFacts] = field(default_factory=dict)
    failures: Mapping[str, BootImageError] = field(default_factory=dict)
    refusals: Mapping[tuple[str, str], BootImageError] = field(default_factory=dict)

    def failure(self, region: str, image: str) -> BootImageError | None:
        """Why there are no facts of an image that was asked for."""
        return self.refusals.get((region, image)) or self.failures.get(region)


def look_up(cloud: Cloud, wanted: Mapping[str, Collection[str]]) -> LookUp:
    """Ask for I(wanted), image ids by region, all regions side by side; one that fails does not keep the others from answering."""

    def ask(region: str) -> Mapping[str, Answer] | BootImageError:
        try:
            return cloud.images(region, wanted[region])
        except BootImageError as error:
            return error

    regions = sorted(wanted)
    facts: dict[tuple[str, str], ImageFacts] = {}
    failures: dict[str, BootImageError] = {}
    refusals: dict[tuple[str, str], BootImageError] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for region, answer in zip(regions, pool.map(ask, regions)):
            if isinstance(answer, BootImageError):
                failures[region] = answer
                continue
            for image, each in answer.items():
                if isinstance(each, BootImageError):
                    refusals[region, image] = each
                else:
                    facts[region, image] = each
    return LookUp(facts, failures, refusals)
