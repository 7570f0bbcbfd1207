# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FeatureGate `cluster`: which gates it names for a release. From 4.22 on those of boot image management that are default are gone."""

from __future__ import annotations

from dataclasses import dataclass

from .world import JsonObject

_PREVIEWS = ("TechPreviewNoUpgrade", "DevPreviewNoUpgrade")


@dataclass(frozen=True)
class FeatureGates:
    """Of one release. A gate in neither set is as the release has it."""

    enabled: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()

    def on(self, name: str, default: bool) -> bool:
        return name in self.enabled or (default and name not in self.disabled)


def feature_gates(feature_gate: JsonObject, version: str) -> FeatureGates:
    """What status tells of that version; nothing where it has no entry for it."""
    entries = feature_gate.get("status", {}).get("featureGates") or []
    entry: JsonObject = next((each for each in entries if each.get("version") == version), {})
    enabled, disabled = (frozenset(each["name"] for each in entry.get(key) or []) for key in ("enabled", "disabled"))
    return FeatureGates(enabled, disabled)


def is_preview(feature_gate: JsonObject) -> bool:
    """The feature set is one of the previews; a custom one tells by its gates alone."""
    return feature_gate.get("spec", {}).get("featureSet", "") in _PREVIEWS
