# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How old an image is, as far as its name and its target's tell."""

from __future__ import annotations

from ..model.image_name import parse
from ..model.verdict import Age


def age(current: str | None, target: str | None) -> Age:
    """How old the current image is, and how far behind the target, as far as their names tell."""
    mine, theirs = parse(current), parse(target)
    if mine is None:
        return Age(None, None, None, None)
    days = minors = None
    if theirs and mine.built and theirs.built:
        days = max(0, (theirs.built - mine.built).days)
    if theirs and mine.minor is not None and theirs.minor is not None:
        minors = max(0, theirs.minor - mine.minor)
    return Age(mine.release or mine.os, mine.built.isoformat() if mine.built else None, days, minors)
