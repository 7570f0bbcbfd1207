# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Admin gates: what a person must read before the next minor release, and whether somebody has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .cluster import Snapshot
from .objects import dig, mapping, sequence
from .version import Version

BOOT_IMAGES = "-boot-image-opt-out-in-"
"""In the names of those gates that ask whether boot images are to be managed (4.18 and 4.21)."""


ENTRY_NEEDED = (4, 19)
"""From here on an empty list leaves workers to the release's default."""


@dataclass(frozen=True)
class Gate:
    """A gate of the version that the cluster is at; those of other versions are inert."""

    name: str
    text: str
    acknowledged: bool

    @property
    def about_boot_images(self) -> bool:
        return BOOT_IMAGES in self.name


def gates(snapshot: Snapshot) -> tuple[Gate, ...]:
    """Computed from both ConfigMaps: the condition Upgradeable carries the texts only, and is up to two minutes late."""
    release = Version.of(snapshot.current_version)
    acks = mapping(dig(snapshot.acks, "data"))
    return tuple(
        Gate(key, str(text), acks.get(key) == "true")
        for key, text in sorted(mapping(dig(snapshot.gates, "data")).items())
        if re.match(r"ack-{}\.{}-[^-]".format(*release.release), key)
    )


def only_gates(snapshot: Snapshot, message: str) -> bool:
    """Whether a condition's message says nothing but the texts of open gates, each of which is a finding of its own."""
    rest = message
    for text in sorted((each.text.strip() for each in gates(snapshot) if not each.acknowledged), key=len, reverse=True):
        rest = rest.replace(text, "") if text else rest
    return rest != message and not rest.strip()


def boot_images_decided(snapshot: Snapshot) -> bool:
    """Whether somebody has said what becomes of the workers' boot images: an entry for them, or up to 4.18 an empty list, which is off there."""
    managers = dig(snapshot.configuration, "spec", "managedBootImages", "machineManagers")
    if isinstance(managers, list) and not managers:
        return snapshot.release.release < ENTRY_NEEDED
    return any(dig(each, "resource") == "machinesets" for each in sequence(managers))
