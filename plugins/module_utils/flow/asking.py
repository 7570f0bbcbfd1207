# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users ask of clouds, as a value; the asking itself is in clouds.py, which is imported by whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KEEP, DELETE = "keep", "delete"
"""What becomes of copies that nobody names any more; any other word lists them."""


@dataclass(frozen=True)
class Asking:
    """What users ask of clouds, and how to reach them: I(aws) and I(gcp) are the suboptions of the modules' options."""

    verify: bool = False
    copy_missing: bool = False
    prune: str = KEEP
    encrypted: bool = False
    kms_key: str | None = None
    copy_seconds: float = 1800
    aws: Mapping[str, Any] = field(default_factory=dict, repr=False)
    gcp: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def looks(self) -> bool:
        """Whether the cloud is asked at all. Who copies must know what is there."""
        return self.verify or self.copy_missing


NOTHING = Asking()
