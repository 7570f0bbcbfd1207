# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample as it will be loaded: its defaults with all overrides applied."""

from __future__ import annotations

from dataclasses import dataclass

from .platform import Platform


@dataclass(frozen=True)
class Settings:
    """What `sample.settle` makes of a sample's name and overrides; see there for the meaning of each field."""

    name: str
    platform: Platform
    release: str
    born: str
    channel: str
    infra: str
    region: str
    zones: tuple[str, ...]
    arch: str
    machine_sets: int
    machines: int
    available_updates: tuple[str, ...] | None
    gates: dict[str, str]
    acks: dict[str, str]
    nodes: bool
    feature_set: str
