# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users ask for, as values: one class a writer."""

from __future__ import annotations

from dataclasses import dataclass

from .objects import Json


@dataclass(frozen=True)
class ImageWish:
    """For machine sets: an explicit I(image) instead of the stream's, and I(take_over) of sets that somebody else writes."""

    image: str | None = None
    take_over: bool = False


@dataclass(frozen=True)
class ConfigurationWish:
    """For MachineConfiguration: I(mode) is None with C(state=absent), no opinion, the release's default."""

    resource: str
    mode: str | None
    selector: Json | None = None
    machine_sets: tuple[str, ...] = ()
    exclusive: bool = False


@dataclass(frozen=True)
class UpgradeWish:
    """For ClusterVersion: I(version) None leaves the version alone."""

    version: str | None = None
    image: str | None = None
    channel: str | None = None
    acknowledge: tuple[str, ...] = ()
