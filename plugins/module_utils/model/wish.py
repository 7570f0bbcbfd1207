# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users ask for, as values: one class a writer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .history import Changes
from .objects import Json


@dataclass(frozen=True)
class ImageWish:
    """For machine sets: an explicit I(image) instead of the stream's, and I(take_over) of sets that somebody else writes.

    I(upgrade_user_data): bring user data to the specification that the new image reads.
    I(recorded) brings sets back: by set, what its image fields are to hold (a Change's C(old)).
    I(verified): write no image that the cloud could not be asked about.
    """

    image: str | None = None
    take_over: bool = False
    upgrade_user_data: bool = True
    recorded: Changes | None = None
    verified: bool = False


AS_IT_IS = "as it is"
"""In place of a mode: the management is left as it stands, because only skew enforcement is meant."""


@dataclass(frozen=True)
class SkewWish:
    """For skew enforcement: I(mode) is C(Automatic), C(Manual) or C(None); Manual without a version means: that of the images in place."""

    mode: str
    ocp_version: str | None = None
    rhcos_version: str | None = None


@dataclass(frozen=True)
class ConfigurationWish:
    """For MachineConfiguration: I(mode) is None with C(state=absent), no opinion, the release's default; I(skew) None: as it stands."""

    resource: str
    mode: str | None
    selector: Json | None = None
    machine_sets: tuple[str, ...] = ()
    exclusive: bool = False
    skew: SkewWish | None = None
    where_possible: bool = False
    """Content with the part of it that this cluster's API can express."""


@dataclass(frozen=True)
class UpgradeWish:
    """For ClusterVersion: I(version) None leaves the version alone; C(latest) is the newest on offer."""

    version: str | None = None
    image: str | None = None
    channel: str | None = None
    acknowledge: tuple[str, ...] = ()
    accept_risks: tuple[str, ...] = ()
    """Names of the known risks of a conditional update that are taken."""
    retarget: bool = False
    """Ask although another upgrade is under way, within its minor release."""
    control_plane_only: bool = False
    """Pause the other pools meanwhile, and go over the minor release in between where there is one."""
    via: str | None = None
    """The version in between; without it the newest on offer."""
    foreseen_management: Json | None = None
    """In a rehearsal: C(spec.managedBootImages) as an earlier step will have written it by then."""
    keep_decision: bool = False
    """What was decided stands also when all of it has come about, until the caller's own last step."""

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> UpgradeWish:
        """From a module's options, which bear the fields' names; an empty text (as AWX's surveys send it) is none."""
        given: dict[str, Any] = {each.name: options[each.name] for each in fields(cls)}
        for name, value in given.items():
            given[name] = tuple(value) if isinstance(value, list) else None if value == "" else value
        return cls(**given)
