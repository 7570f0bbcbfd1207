# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How old an image is, as far as its name and its target's tell; where ids tell nothing, as far as the cloud does."""

from __future__ import annotations

from datetime import date

from ..model.image_name import ImageName, parse
from ..model.images import COPY, ImageFacts
from ..model.verdict import Age


def age(
    current: str | None, target: str | None, mine_told: ImageFacts | None = None, theirs_told: ImageFacts | None = None
) -> Age:
    """How old the current image is, and how far behind the target, as far as their names, or else the cloud, tell."""
    mine, theirs = _named(current, mine_told), _named(target, theirs_told)
    if mine is None:
        return Age(None, None, None, None)
    days = minors = None
    if theirs and mine.built and theirs.built:
        days = max(0, (theirs.built - mine.built).days)
    if theirs and mine.minor is not None and theirs.minor is not None:
        minors = max(0, theirs.minor - mine.minor)
    return Age(mine.release or mine.os or None, mine.built.isoformat() if mine.built else None, days, minors)


def _named(image: str | None, facts: ImageFacts | None) -> ImageName | None:
    """By its name in the providerSpec, or in the cloud, or by its release; else it is known only when it was made."""
    if facts is None:
        return parse(image)
    found = parse(image) or parse(facts.name) or parse(f"rhcos-{facts.release}")
    if found is not None or facts.kind == COPY:  # a copy's date is that of copying
        return found
    return ImageName(None, "", _day(facts.created))


def _day(time: str | None) -> date | None:
    try:
        return date.fromisoformat(str(time)[:10])
    except ValueError:
        return None
