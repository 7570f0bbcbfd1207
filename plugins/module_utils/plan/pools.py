# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes that pause MachineConfigPools for a control-plane-only upgrade, and take that back."""

from __future__ import annotations

from typing import Any

from ..model.cluster import Snapshot
from ..model.objects import MACHINE_CONFIG_POOL, Json, ObjectRef, dig, mapping
from ..model.pools import PAUSED_BY_US, name, paused, paused_by_us, required
from ..model.steps import JsonPatch, Step


def pause(snapshot: Snapshot, version: str) -> tuple[Step, ...]:
    """Pause every pool that an upgrade can do without and mark it as paused by us; pools that others have paused stay theirs."""
    return tuple(_write(pool, True, version) for pool in snapshot.pools if not required(pool) and not paused(pool))


def unpause(snapshot: Snapshot) -> tuple[Step, ...]:
    """Unpause the pools that carry our mark, whichever run has left it."""
    return tuple(_write(pool, False, None) for pool in snapshot.pools if paused_by_us(pool))


def _write(pool: Json, pausing: bool, version: str | None) -> Step:
    """Provided that nobody has changed spec since; the mark and the pause are one write, so that a kill leaves neither alone."""
    annotations = mapping(dig(pool, "metadata", "annotations"))
    path = "/metadata/annotations/" + PAUSED_BY_US.replace("~", "~0").replace("/", "~1")
    operations: list[dict[str, Any]] = [
        {"op": "test", "path": "/metadata/uid", "value": dig(pool, "metadata", "uid")},
        {"op": "test", "path": "/metadata/generation", "value": dig(pool, "metadata", "generation")},
        {"op": "add", "path": "/spec/paused", "value": pausing},
    ]
    if version is None:
        operations.append({"op": "remove", "path": path})
    elif annotations:
        operations.append({"op": "add", "path": path, "value": version})
    else:
        operations.append({"op": "add", "path": "/metadata/annotations", "value": {PAUSED_BY_US: version}})
    ref = ObjectRef(MACHINE_CONFIG_POOL, "", name(pool))
    return Step(ref, JsonPatch(operations), {"paused": not pausing}, {"paused": pausing})
