# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions in the order of SemVer 2: an ec sorts above its minor's stable OKD releases, scos.10 above scos.9."""

from __future__ import annotations

import re
from functools import total_ordering

_FORM = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")


@total_ordering
class Version:
    """Raises ValueError for a text that is no semantic version."""

    def __init__(self, text: str) -> None:
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no semantic version")
        self.numbers = int(found[1]), int(found[2]), int(found[3])
        self._pre = tuple(_identifier(part) for part in found[4].split(".")) if found[4] else None

    @property
    def minor(self) -> tuple[int, int]:
        return self.numbers[:2]

    def _key(self) -> tuple[object, ...]:
        return self.numbers, self._pre is None, self._pre or ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key() == other._key()

    def __lt__(self, other: Version) -> bool:
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash(self._key())


def _identifier(text: str) -> tuple[int, int, str]:
    """Numbers sort below words, by value."""
    return (0, int(text), "") if text.isdigit() else (1, 0, text)
