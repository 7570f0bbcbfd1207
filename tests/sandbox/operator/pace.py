# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long things take, in seconds of a real cluster, and the clock that shortens them."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """`speed` 20: twenty times quicker than a real cluster. Sleeps end at once when the play is over."""

    speed: float
    over: threading.Event

    def sleep(self, real_seconds: float) -> bool:
        """Wait that long in the cluster's time. False when the play ended meanwhile."""
        return not self.over.wait(real_seconds / self.speed)

    def shorten(self, real_seconds: float, at_least: float = 0.05) -> float:
        """Seconds here; `at_least` keeps polls from becoming busy loops."""
        return max(real_seconds / self.speed, at_least)


# reference: observed.md, Timing
MACHINE_SET = 0.6
TEMPLATE_IMPORT = 60.0
"""A guess: an OVA of a gigabyte goes up, the template comes down."""
GENERATION_POLL = 5.0
GENERATION_PATIENCE = 120.0
OPERATOR_ROUND = 2.0
CRASH_BACK_OFF = 10.0
CRASH_BACK_OFF_LIMIT = 300.0

# reference: upgrade.md, A simulated CVO
RETRIEVAL = 20.0
RETRY = 180.0
SELF_REPLACEMENT = 75.0
LEVEL = 240.0
PAYLOAD_BEFORE_NODES = 60.0
MASTER = 300.0
WORKER = 240.0
DRAIN_PATIENCE = 3600.0
POOLS_PATIENCE = 600.0
"""For each node of a required pool, before machine-config degrades."""
STATUS_WRITE = 15.0
SLOW = 1800.0
SLOW_MACHINE_CONFIG = 5400.0
DEGRADED_PATIENCE = 2400.0


def now() -> str:
    """As Kubernetes writes times: RFC 3339, UTC, whole seconds."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
