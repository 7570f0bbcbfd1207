# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster's MachineConfiguration can express, from its schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..model.cluster import Capabilities, NotChecked
from ..model.errors import Forbidden, NotFound, NotGathered
from ..model.objects import MACHINE_CONFIGURATION, THE_CONFIGURATION_CRD, Json, dig, sequence
from ..model.source import Source

OPENAPI = f"/openapi/v3/apis/{MACHINE_CONFIGURATION.group}/{MACHINE_CONFIGURATION.version}"
"""Every authenticated user may read this document; it holds the same schema as the CRD."""


def of_cluster(source: Source) -> tuple[Capabilities, NotChecked | None]:
    """From the CRD, or for a user who may not read CRDs from the OpenAPI document; with what could not be checked where neither is there."""
    try:
        return capabilities(_of_crd(source.find(THE_CONFIGURATION_CRD)), "crd"), None
    except (Forbidden, NotGathered):
        pass
    try:
        schemas = dig(source.document(OPENAPI), "components", "schemas")
    except (NotFound, NotGathered, Forbidden) as error:
        return capabilities(None, "unknown"), NotChecked("schema of MachineConfiguration", str(error))
    return capabilities(_of_document(schemas), "openapi"), None


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


def _of_crd(crd: Json | None) -> Any:
    versions = sequence(dig(crd, "spec", "versions"))
    served = (each for each in versions if dig(each, "name") == MACHINE_CONFIGURATION.version)
    return dig(next(served, None), "schema", "openAPIV3Schema")


def _of_document(schemas: Any) -> Any:
    for schema in schemas.values() if isinstance(schemas, dict) else ():
        for kind in sequence(dig(schema, "x-kubernetes-group-version-kind")):
            if dig(kind, "kind") == MACHINE_CONFIGURATION.kind:
                return schema
    return None
