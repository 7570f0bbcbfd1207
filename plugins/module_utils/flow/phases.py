# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long each part of an upgrade may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OFFER, ACCEPTANCE, CONTROL_PLANE, POOLS = "offer", "acceptance", "control_plane", "pools"


@dataclass(frozen=True)
class Phases:
    """Seconds at most: until the Cluster Version Operator has accepted a version, until it has completed it, until the nodes have it.

    I(report): a phase that takes longer is reported, and is no failure.
    """

    wait: bool = False
    acceptance: float = 900
    control_plane: float = 10800
    pools: float = 10800
    wait_for_pools: bool = True
    report: bool = False

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Phases:
        """From a module's options."""
        return cls(
            wait=options["wait"],
            acceptance=options["accept_timeout"],
            control_plane=options["wait_timeout"],
            pools=options["pools_timeout"],
            wait_for_pools=options["wait_for_pools"],
            report=options["on_timeout"] == "report",
        )
