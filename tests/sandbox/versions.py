# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Release versions taken apart: which minor, which distribution of CoreOS, and when it was built.

Dates are made up but plausible and ordered: general availability of the minor, plus a week a z release. From 4.19 on
a CoreOS release names its day but not its minor: there each minor has a weekday of its own, so no two share a build.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

Distribution = Literal["rhcos", "scos", "fcos"]

_FCOS = re.compile(r"^(\d+)\.(\d+)\.0-0\.okd-(\d{4})-(\d{2})-(\d{2})-\d{6}$")
_SCOS = re.compile(r"^(\d+)\.(\d+)\.0-okd-scos\.(ec\.)?(\d+)$")
_OCP = re.compile(r"^(\d+)\.(\d+)\.(\d+)(?:-(?:ec|rc)\.(\d+))?$")

_WEEK = dt.timedelta(days=7)

_FIRST_BUILDS = {
    (4, 10): dt.date(2022, 3, 1),
    (4, 11): dt.date(2022, 8, 1),
    (4, 12): dt.date(2023, 1, 10),
    (4, 13): dt.date(2023, 5, 9),
    (4, 14): dt.date(2023, 10, 24),
    (4, 15): dt.date(2024, 2, 20),
    (4, 16): dt.date(2024, 6, 18),
    (4, 17): dt.date(2024, 9, 24),
    (4, 18): dt.date(2025, 1, 29),
    (4, 19): dt.date(2025, 5, 27),
    (4, 20): dt.date(2025, 10, 1),
    (4, 21): dt.date(2026, 1, 29),
    (4, 22): dt.date(2026, 5, 25),
    (4, 23): dt.date(2026, 9, 25),
    (5, 0): dt.date(2026, 9, 26),
}
MINORS = tuple(_FIRST_BUILDS)


class UnknownVersion(ValueError):
    """The text is no version of OKD or OpenShift that the sandbox knows how to play."""


@dataclass(frozen=True)
class Version:
    """One release. `patch` is what grows within a minor: z of OpenShift, N of `okd-scos.N` and `okd-scos.ec.N`."""

    text: str
    minor: tuple[int, int]
    patch: int
    distribution: Distribution
    early: bool  # an early or release candidate, built before the minor's first release
    built: dt.date

    @property
    def okd(self) -> bool:
        """Whether this is a release of OKD, not of OpenShift Container Platform."""
        return self.distribution != "rhcos"


def parse(text: str) -> Version:
    """Take a release version apart; raises UnknownVersion with the forms that are understood."""
    if found := _FCOS.match(text):
        minor = (int(found[1]), int(found[2]))
        return Version(text, minor, 0, "fcos", False, dt.date(int(found[3]), int(found[4]), int(found[5])))
    if found := _SCOS.match(text):
        minor, patch, early = (int(found[1]), int(found[2])), int(found[4]), bool(found[3])
        return Version(text, minor, patch, "scos", early, _built(text, minor, patch, early))
    if found := _OCP.match(text):
        minor, early = (int(found[1]), int(found[2])), found[4] is not None
        patch = int(found[4] if early else found[3])
        return Version(text, minor, patch, "rhcos", early, _built(text, minor, patch, early))
    raise UnknownVersion(
        f"{text!r} is no version of a release: expected one like 4.18.3, 4.18.0-okd-scos.5, 4.21.0-okd-scos.ec.15 "
        "or 4.14.0-0.okd-2024-03-10-010116"
    )


def _built(text: str, minor: tuple[int, int], patch: int, early: bool) -> dt.date:
    """The day of the build; early candidates come in the half year before the first release."""
    if minor not in _FIRST_BUILDS:
        known = ", ".join(f"{major}.{number}" for major, number in _FIRST_BUILDS)
        raise UnknownVersion(f"{text!r}: no build date for its minor; the sandbox plays {known}")
    first = _FIRST_BUILDS[minor] - (26 * _WEEK if early else dt.timedelta())
    return first + patch * _WEEK
