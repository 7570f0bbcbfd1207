# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything in a cluster that a writer of machine sets could touch, as whole objects, and what of it may be another after a write."""

from __future__ import annotations

import base64
import copy
import json
import zlib
from collections.abc import Mapping
from typing import Any

from integration.support.clusters import WATCHED, Cluster

Json = dict[str, Any]
Key = tuple[str, str, str]
World = dict[Key, Json]
"""Whole objects by resource, namespace and name."""
MACHINE_API = "openshift-machine-api"
HISTORY: Key = ("configmaps", MACHINE_API, "boot-image-history")
UPGRADED = "machineconfiguration.openshift.io/stub-ignition-upgraded-"
BACKUP_OF, BACKED_UP_AT = "okd-boot-images.io/backup-of", "okd-boot-images.io/backed-up-at"
IMAGE_FIELD = {"AWS": "ami", "Azure": "image", "OpenStack": "image"}
"""The one field of a providerSpec that names the image; on GCP each boot disk has its own."""
UNSET = object()


def world(made: Cluster) -> World:
    """Every object as the API server has it."""
    return {
        (plural, each["metadata"].get("namespace", ""), each["metadata"]["name"]): each
        for plural in WATCHED
        for each in made.client.list(plural, "*")
    }


def versions(objects: World) -> dict[Key, str]:
    return {key: each["metadata"]["resourceVersion"] for key, each in objects.items()}


def lasting(item: Json) -> Json:
    """An object without what every write changes."""
    kept = copy.deepcopy(item)
    for field in ("resourceVersion", "generation", "managedFields", "uid", "creationTimestamp"):
        kept["metadata"].pop(field, None)
    return kept


def timeless(secret: Json) -> Json:
    """A Secret without the moments at which it was upgraded or kept."""
    kept = lasting(secret)
    marks = kept["metadata"].get("annotations") or {}
    for name in (UPGRADED + "at", BACKED_UP_AT):
        marks.pop(name, None)
    if not marks:
        kept["metadata"].pop("annotations", None)
    return kept


def provider_spec(machine_set: Json) -> Json:
    return dict(machine_set["spec"]["template"]["spec"]["providerSpec"]["value"])


def image_part(platform: str, machine_set: Json) -> Any:
    """All that names the boot image, comparable."""
    spec = provider_spec(machine_set)
    if platform == "GCP":
        return [disk.get("image", UNSET) for disk in spec["disks"] if disk.get("boot")]
    return spec.get(IMAGE_FIELD[platform], UNSET)


def all_but_image(platform: str, machine_set: Json) -> Json:
    """The whole object but its image; its uid stays, so that another object of the same name is told apart."""
    kept = lasting(machine_set)
    kept["metadata"]["uid"] = machine_set["metadata"]["uid"]
    spec = kept["spec"]["template"]["spec"]["providerSpec"]["value"]
    if platform == "GCP":
        for disk in spec["disks"]:
            if disk.get("boot"):
                disk.pop("image", None)
    else:
        spec.pop(IMAGE_FIELD[platform], None)
    return kept


def all_but_stub(secret: Json) -> Json:
    """A Secret without what upstream writes in user data: the stub, and its two annotations."""
    kept = lasting(secret)
    kept["metadata"]["uid"] = secret["metadata"]["uid"]
    kept.get("data", {}).pop("userData", None)
    marks = kept["metadata"].get("annotations") or {}
    left = {name: value for name, value in marks.items() if not name.startswith(UPGRADED)}
    kept["metadata"]["annotations"] = left
    return kept


def is_backup(secret: Json) -> bool:
    return BACKUP_OF in (secret["metadata"].get("labels") or {})


def records(history: Json | None) -> dict[str, Json]:
    """Every record of the ConfigMap by its id, oldest first; keys of somebody else are left out."""
    found = {} if history is None else dict(history.get("data") or {})
    for key, packed in ((history or {}).get("binaryData") or {}).items():
        found[key] = zlib.decompress(base64.b64decode(packed)).decode()
    return {key: json.loads(text) for key, text in sorted(found.items()) if text.startswith("{")}


def explained(record: Mapping[str, Any]) -> dict[tuple[str, str], tuple[Any, Any]]:
    """(machine set, dotted path) -> (old, new); UNSET where there was or is to be no such field."""
    return {
        (name, ".".join(map(str, group["path"]))): (group.get("old", UNSET), group.get("new", UNSET))
        for group in record["changes"]
        for name in group["machine_sets"]
    }
