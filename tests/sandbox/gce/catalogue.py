# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images there are, as the API describes them, and who may read which project's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

OWN_PROJECT = "infra-7xq4k"
PUBLIC = frozenset({"rhcos-cloud", "fedora-coreos-cloud", "redhat-marketplace-public"})
"""Projects whose images every authenticated caller may read."""
_ROOT = "https://www.googleapis.com/compute/v1/"


@dataclass(frozen=True)
class Image:
    """One image; an empty text is a field that the answer lacks, as Google leaves out what is not set."""

    name: str
    project: str = "rhcos-cloud"
    status: str = "READY"
    architecture: str = "X86_64"
    family: str = ""
    description: str = ""
    created: str = "2025-07-01T03:04:05.678-07:00"
    deprecated: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    @property
    def path(self) -> str:
        return f"projects/{self.project}/global/images/{self.name}"

    def resource(self) -> dict[str, Any]:
        """With what nobody asks for, too."""
        told: dict[str, Any] = {
            "kind": "compute#image",
            "id": "1234567890123456789",
            "name": self.name,
            "selfLink": _ROOT + self.path,
            "creationTimestamp": self.created,
            "status": self.status,
            "architecture": self.architecture,
            "family": self.family,
            "description": self.description,
            "deprecated": dict(self.deprecated),
            "sourceImage": _ROOT + self.source if self.source else "",
            "sourceType": "RAW",
            "diskSizeGb": "16",
            "archiveSizeBytes": "1100000000",
            "guestOsFeatures": [{"type": "UEFI_COMPATIBLE"}, {"type": "GVNIC"}],
            "licenses": [_ROOT + "projects/rhcos-cloud/global/licenses/coreos"] * 20,
            "storageLocations": ["us"],
        }
        return {key: value for key, value in told.items() if value not in ("", {})}


class Catalogue:
    """All images, and the projects that exist though they have none."""

    def __init__(self, images: Sequence[Image]) -> None:
        self.images = {each.path: each for each in images}
        self.projects = {each.project for each in images} | PUBLIC | {OWN_PROJECT}

    def get(self, project: str, name: str) -> Image | None:
        return self.images.get(f"projects/{project}/global/images/{name}")

    def newest(self, project: str, family: str) -> Image | None:
        """What getFromFamily gives: the newest that is not deprecated."""
        members = [each for each in self.images.values() if (each.project, each.family) == (project, family)]
        living = [each for each in members if each.deprecated.get("state", "ACTIVE") == "ACTIVE"]
        return max(living, key=lambda each: each.created, default=None)
