# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's users and what they may do, as RBAC of the real API server: the roles that docs/rbac offers to administrators."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

RBAC = Path(__file__).resolve().parents[2] / "docs" / "rbac"

# user → groups. `mco` is whom the simulated operators act as; `nobody` has no rights at all.
USERS = {
    "admin": ("system:masters",),
    "mco": ("system:masters",),
    "reader": ("boot-images-readers",),
    "operator": ("boot-images-operators",),
    "upgrader": ("boot-images-upgraders",),
    "nobody": (),
}


def objects() -> list[dict[str, Any]]:
    """The roles and bindings of reader, operator and upgrader, as an administrator applies them."""
    files = sorted(RBAC.glob("*.yml"))
    return [each for file in files for each in yaml.safe_load(file.read_text(encoding="utf-8"))["items"]]
