# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a platform must tell: one small protocol, one file a platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ..model.objects import Json
from ..model.verdict import Change, Failed, Outlook, Skip


@dataclass(frozen=True)
class Target:
    """The image a machine set should boot: I(text) for people and comparison, I(value) as the providerSpec holds it."""

    text: str
    value: Any


class Platform(Protocol):
    """How machine sets of one platform name their boot image.

    Every method is a pure function of a providerSpec, which may have any shape: strangers wrote it.
    """

    name: str
    """Infrastructure's C(status.platformStatus.type)."""

    def region(self, spec: Json) -> str | None:
        """Where the set's machines live, if the platform has regions."""

    def current(self, spec: Json) -> str | Skip | Failed:
        """The image the set boots now, in the platform's own words; or why there is none to speak of."""

    def target(self, spec: Json, stream: Json, architecture: str) -> Target | Skip | Failed:
        """The image that the stream's entry for I(architecture) (the stream's word, e.g. C(x86_64)) offers for this set."""

    def explicit(self, image: str) -> Target | Failed:
        """The target for an image that the user named."""

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        """What to write so that the set boots I(target); nothing where it does already."""

    def custom(self, spec: Json, known: frozenset[str]) -> str | None:
        """Why the current image is somebody's own, which nobody may replace unasked; None for an image of a CoreOS stream.

        I(known) are the ids of the images of the streams at hand, for platforms whose ids tell nothing.
        """

    def outlook(self, spec: Json, target: Target, known: frozenset[str], behaves: frozenset[str]) -> Outlook | None:
        """Where the operator would not simply write I(target) over this image; None where it would.

        I(behaves) are the names of its behaviours in this release (assess/release.py).
        """

    def without_target(self, architecture: str) -> Outlook:
        """What the operator does with a set for which the stream has no image."""

    def known_images(self, stream: Json) -> frozenset[str]:
        """Every image id that a stream (C(architectures)) names for this platform."""
