# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The existing Machines: which of them were started from another image than their machine set names now.

A Machine keeps the image it was started from for life; only machines that are started later get the set's new one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.cluster import MachineSet, Snapshot
from ..model.objects import Json, dig, mapping
from ..model.verdict import MachineVerdict
from ..platforms.base import Platform, Site
from ..platforms.registry import PLATFORMS
from .cloud_images import known
from .failure_domains import failure_domains, images
from .images import age

SET_LABEL = "machine.openshift.io/cluster-api-machineset"
ROLE_LABEL = "machine.openshift.io/cluster-api-machine-role"


def machines(snapshot: Snapshot, site: Site) -> tuple[MachineVerdict, ...]:
    """One verdict for each Machine, in the order of their names; none where the Machines were not read."""
    platform = PLATFORMS.get(snapshot.platform)
    workers = {each.name: each for each in snapshot.machine_sets if each.kind.plural == "machinesets"}
    control_plane = next(
        (each for each in snapshot.machine_sets if each.kind.plural == "controlplanemachinesets"), None
    )
    judged = _judge(snapshot.machines, platform, workers, control_plane, site)
    return tuple(sorted(judged, key=lambda each: each.name))


def _judge(
    found: tuple[Json, ...],
    platform: Platform | None,
    workers: dict[str, MachineSet],
    control_plane: MachineSet | None,
    site: Site,
) -> Iterator[MachineVerdict]:
    for machine in found:
        labels = mapping(dig(machine, "metadata", "labels"))
        is_master = labels.get(ROLE_LABEL) == "master"
        machine_set = control_plane if is_master else workers.get(str(labels.get(SET_LABEL)))
        spec = dig(machine, "spec", "providerSpec", "value")
        image, region = _image(platform, spec), _region(platform, spec)
        theirs = _image(platform, machine_set.provider_spec) if machine_set else None
        elsewhere = images(failure_domains(machine_set, platform, site)) if machine_set else ()
        yield MachineVerdict(
            name=str(dig(machine, "metadata", "name") or ""),
            machine_set=machine_set.name if machine_set else None,
            phase=dig(machine, "status", "phase"),
            node=dig(machine, "status", "nodeRef", "name"),
            region=region,
            current=image,
            drift=_drift(image, theirs, elsewhere),
            age=age(image, theirs, known(image, region, site.cloud), known(theirs, region, site.cloud)),
        )


def _drift(image: str | None, theirs: str | None, elsewhere: tuple[str, ...]) -> bool | None:
    """Whether the set names another image by now. Of what failure domains name, a template's path does not count."""
    if image is None:
        return None
    if elsewhere:
        return image.rsplit("/", 1)[-1] not in elsewhere
    return None if theirs is None else image != theirs


def _region(platform: Platform | None, spec: object) -> str | None:
    return platform.region(spec) if platform and isinstance(spec, dict) else None


def _image(platform: Platform | None, spec: object) -> str | None:
    current = platform.current(spec) if platform and isinstance(spec, dict) else None
    return current if isinstance(current, str) else None
