# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster's MachineConfiguration can express, from its schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..model.cluster import Capabilities
from ..model.objects import dig, sequence


def capabilities(schema: Any, source: str) -> Capabilities:
    """Reduce the OpenAPI schema of MachineConfiguration; a missing one has no capability."""
    spec, status = (dig(schema, "properties", part, "properties") for part in ("spec", "status"))
    entry = dig(spec, "managedBootImages", "properties", "machineManagers", "items", "properties")
    return Capabilities(
        modes=frozenset(_enum(dig(entry, "selection", "properties", "mode"))),
        resources=frozenset(_enum(dig(entry, "resource"))),
        mirror=dig(status, "managedBootImagesStatus") is not None,
        skew=dig(spec, "bootImageSkewEnforcement") is not None,
        source=source,
    )


def _enum(schema: Any) -> Iterator[str]:
    """Allowed values; the server publishes an enum with a default below C(allOf)."""
    for value in sequence(dig(schema, "enum")):
        if isinstance(value, str):
            yield value
    for part in sequence(dig(schema, "allOf")):
        yield from _enum(part)
