# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of AMIs that nobody names any more: listed, or deregistered with their snapshots."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..clouds.aws import AWS
from ..clouds.aws_copies import Copies
from ..kube.client import Client
from ..model import objects as o
from ..model.cluster import PROVIDER_SPEC, Snapshot
from ..model.errors import BootImageError, NotFound
from ..model.history import HISTORY, records
from ..model.images import Pruned
from ..model.objects import Json, Kind, dig
from .asking import DELETE
from .clouds import Clouds, cluster

_AMI = re.compile(r"\bami-[0-9a-f]{8,17}\b")


class Pruning:
    """What was found, and what became of it."""

    def __init__(self, found: tuple[Pruned, ...], delete: bool, dry_run: bool) -> None:
        self._found, self._would = found, delete and dry_run

    @property
    def changed(self) -> bool:
        return any(each.deleted or (self._would and each.error is None) for each in self._found)

    @property
    def error(self) -> BootImageError | None:
        """The first of them."""
        return next((each.error for each in self._found if each.error), None)

    def told(self) -> list[dict[str, Any]]:
        """For the result."""
        return [
            {
                "region": each.copy.region,
                "image": each.copy.id,
                "source": each.copy.facts.source,
                "version": each.copy.version,
                "snapshots": list(each.copy.snapshots),
                "deleted": each.deleted,
                "left": list(each.left),
                "message": str(each.error) if each.error else None,
            }
            for each in self._found
        ]


def prune(client: Client, clouds: Clouds, snapshot: Snapshot) -> Pruning:
    """The cluster's copies in the regions of its machine sets that no machine set, machine or record names.

    :raises BootImageError: one of those, or a region's copies, could not be read. Nothing is thrown away then.
    """
    delete, aws = clouds.asking.prune == DELETE, clouds.open(snapshot)
    if not isinstance(aws, AWS):
        return Pruning((), delete, clouds.dry_run)
    sets = [(kind, each) for kind in (o.MACHINE_SET, o.CONTROL_PLANE_MACHINE_SET) for each in _listed(client, kind)]
    told = [each for _kind, each in sets] + _listed(client, o.MACHINE) + list(records(client.find(HISTORY)).values())
    named = {image for each in told for image in _AMI.findall(json.dumps(each))}
    return Pruning(
        Copies(aws, cluster(snapshot)).prune(set(_regions(sets, snapshot)), named, delete), delete, clouds.dry_run
    )


def _regions(sets: list[tuple[Kind, Json]], snapshot: Snapshot) -> Iterator[str]:
    found = [dig(each, *PROVIDER_SPEC[kind], "placement", "region") for kind, each in sets]
    found.append(dig(snapshot.infrastructure, "status", "platformStatus", "aws", "region"))
    yield from (each for each in found if isinstance(each, str) and each)


def _listed(client: Client, kind: Kind) -> list[Json]:
    try:
        return list(client.list_all(kind, o.MACHINE_API))
    except NotFound:
        return []
