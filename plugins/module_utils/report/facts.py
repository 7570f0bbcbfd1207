# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ..model.objects import Json


@dataclass(frozen=True)
class Facts:
    """What is known of a run: results of tasks as Ansible registered them. An empty one is unknown."""

    before: Json = field(default_factory=dict)
    after: Json = field(default_factory=dict)
    recorded: Json = field(default_factory=dict)
    configured: Json = field(default_factory=dict)
    upgrade: Json = field(default_factory=dict)
    reconciled: Json = field(default_factory=dict)
    skew: Json = field(default_factory=dict)
    failure: Json = field(default_factory=dict)
    version: str = ""


FACTS = ("before", "after", "recorded", "configured", "upgrade", "reconciled", "skew", "failure")
"""The results among them."""


@dataclass(frozen=True)
class Times:
    """When the run began and ended, in UTC; without an end it is under way."""

    started: datetime | None
    ended: datetime | None
