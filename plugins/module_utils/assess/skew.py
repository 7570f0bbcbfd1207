# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Boot image skew enforcement: the version on record, and whether it stops upgrades."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..model.cluster import Snapshot
from ..model.objects import dig, mapping
from ..model.verdict import Skew
from ..model.version import Version
from .features import SKEW

OLDEST_OCP, OLDEST_RHEL = (4, 13), (9, 2)
"""Below these the operator's upgrade guard closes; watched at work on 4.22 and main."""
_RHCOS = re.compile(r"^(\d{1,3})\.(\d{1,3})\.\d{8}")


def skew(snapshot: Snapshot, gates: Mapping[str, bool]) -> Skew:
    """As status has it; nothing where the feature gate is off, because then nobody enforces what may still stand there."""
    status = mapping(dig(snapshot.configuration, "status", "bootImageSkewEnforcementStatus"))
    mode = status.get("mode")
    if gates.get(SKEW) is False or not isinstance(mode, str):
        return Skew()
    record = mapping(status.get(mode.lower()))
    ocp, rhcos = _text(record.get("ocpVersion")), _text(record.get("rhcosVersion"))
    release = Version.of(ocp or "")
    old = _too_old_rhcos(rhcos) or (release.known and release.release < OLDEST_OCP)
    return Skew(mode, ocp, rhcos, blocks=old and mode != "None")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _too_old_rhcos(version: str | None) -> bool:
    """C(412.86.…) is RHEL 8.6 (OpenShift's release, then RHEL's without its dot), C(9.6.…) is RHEL 9.6."""
    match = _RHCOS.match(version or "")
    if not match:
        return False
    first, second = match.groups()
    rhel = (int(second[0]), int(second[1:] or 0)) if len(first) == 3 else (int(first), int(second))
    return rhel < OLDEST_RHEL
