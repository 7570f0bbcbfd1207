# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How findings are made."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.errors import named
from ..model.objects import Json
from ..model.reasons import Reason
from ..model.verdict import Finding

BLOCKER, WARNING = "blocker", "warning"


def finding(severity: str, name: str, reason: Reason, message: str) -> Finding:
    """With the remedy that belongs to the reason."""
    return Finding(severity, name, reason, message, reason.remedy)


def words(condition: Json, otherwise: str = "It says no more.") -> str:
    """What a condition says: its message, else its reason."""
    return str(condition.get("message") or condition.get("reason") or otherwise)


def several(kind: str, names: Sequence[str]) -> str:
    """C(Node a), or C(Nodes a, b and 7 more): one finding for what many objects share."""
    return f"{kind if len(names) == 1 else kind + 's'} {named(sorted(names), 3)}"
