# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenShift and OKD version strings, taken apart only as far as the collection needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

FIFTH = 5
LAST_OF_FOUR = 22
_VERSION = re.compile(r"^(\d{1,4})\.(\d{1,4})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$")


@dataclass(frozen=True)
class Version:
    """A parsed version; a text that is none has I(known) false and sorts nowhere."""

    text: str
    major: int = 0
    minor: int = 0
    patch: int = 0
    prerelease: str = ""

    @classmethod
    def of(cls, text: str) -> Version:
        """Parse C(4.18.3), C(4.18.0-okd-scos.5), C(4.15.0-0.okd-2024-03-10-010116), C(5.0.0-okd-scos.ec.7)."""
        match = _VERSION.match(text)
        if not match:
            return cls(text)
        major, minor, patch, prerelease = match.groups()
        return cls(text, int(major), int(minor), int(patch), prerelease or "")

    @property
    def known(self) -> bool:
        return (self.major, self.minor) != (0, 0)

    @property
    def release(self) -> tuple[int, int]:
        """C((4, 18)): the release that decides how an operator behaves."""
        return (self.major, self.minor)

    @property
    def okd(self) -> bool:
        return "okd" in self.prerelease

    @property
    def early(self) -> bool:
        """A build before the release: OKD's C(ec) (which sorts above the stable ones of its minor), or OpenShift's C(ec), C(fc), C(rc)."""
        return "ec" in self.prerelease.split(".") or bool(self.prerelease and not self.okd)

    @property
    def precedence(self) -> tuple[Any, ...]:
        """Sorts as SemVer has it, numbers below words and any prerelease below none; that is how the Cluster Version Operator compares."""
        parts = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.prerelease.split(".")]
        return (self.major, self.minor, self.patch, not self.prerelease, tuple(parts))

    @property
    def kubernetes_minor(self) -> int:
        """Of the release's Kubernetes 1.N: 4.N has 1.(N+13), and 5.0 has what 4.23 has."""
        return self.minor + (36 if self.major >= FIFTH else 13)

    def minors_to(self, later: Version) -> int:
        """How many minor releases I(later) is above this one; 5.0 follows 4.22 (and 4.23)."""
        if self.major == later.major:
            return later.minor - self.minor
        if (self.major, later.major) == (FIFTH - 1, FIFTH):
            return max(LAST_OF_FOUR - self.minor, 0) + 1 + later.minor
        return (later.major - self.major) * 100

    def same_as(self, other: str) -> bool:
        """Whether both name one version; build metadata and surrounding blanks do not count."""
        return self.text.strip().partition("+")[0] == other.strip().partition("+")[0]
