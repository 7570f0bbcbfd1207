# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protection against another writer: the fourth write of the same providerSpec is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from .world import JsonObject

LIMIT = 3


@dataclass
class HotLoops:
    """Kept in memory only, as in the real process: a restart forgets all."""

    _seen: dict[str, tuple[str, int]] = field(default_factory=dict)

    def refuses(self, name: str, provider_spec: JsonObject) -> bool:
        written, times = self._seen.get(name, ("", 0))
        return written == _bytes(provider_spec) and times >= LIMIT

    def record(self, name: str, provider_spec: JsonObject) -> None:
        """Count a write; another value than the last one starts anew."""
        value = _bytes(provider_spec)
        written, times = self._seen.get(name, ("", 0))
        self._seen[name] = (value, times + 1 if written == value else 1)

    def forget(self) -> None:
        """After a pass that found nothing enrolled."""
        self._seen.clear()


def refusal(name: str, kind: str = "machineset") -> str:
    return (
        f"refusing to reconcile {kind} {name}, hot loop detected. Please opt-out of boot image updates, adjust your "
        "machine provisioning workflow to prevent hot loops and opt back in to resume boot image updates"
    )


def _bytes(provider_spec: JsonObject) -> str:
    return json.dumps(provider_spec, sort_keys=True)
