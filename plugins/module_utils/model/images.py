# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cloud says of an image: facts only, whether it may boot a machine set is judged elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import BootImageError

STANDARD, MARKETPLACE, ROSA, COPY, CUSTOM = "standard", "marketplace", "rosa", "copy", "custom"
"""Kinds of images by their origin; what the operator calls amiKind on AWS, and copies in the customer's own account."""
FEDORA = "fedora_coreos"
"""GCP: of Fedora CoreOS' own project; the cluster was born as OKD on FCOS."""

AVAILABLE, PENDING, FAILED = "available", "pending", "failed"
"""Those of the states of an image that mean the same everywhere."""


@dataclass(frozen=True)
class ImageFacts:
    """One image as the cloud describes it; None is what the cloud does not tell. Of one that does not exist nothing is told."""

    id: str
    region: str
    exists: bool = True
    """False also for somebody's private image, which no cloud tells from one that does not exist."""
    state: str | None = None
    """C(available), C(pending), C(failed), or the cloud's own word."""
    state_reason: str | None = None
    """On GCP also what is missing of an image that does not exist: the image or its project."""
    architecture: str | None = None
    """In Kubernetes' word, e.g. C(amd64)."""
    virtualization: str | None = None
    boot_mode: str | None = None
    """AWS: C(legacy-bios), C(uefi) or C(uefi-preferred)."""
    owner: str | None = None
    kind: str | None = None
    """C(standard), C(marketplace), C(rosa), C(fedora_coreos), C(copy) or C(custom)."""
    product: str | None = None
    """The marketplace product that the image belongs to."""
    name: str | None = None
    description: str | None = None
    public: bool | None = None
    encrypted: bool | None = None
    created: str | None = None
    """RFC 3339. Of a copy it is the day of copying."""
    deprecated: bool | None = None
    """Whether it is deprecated by now."""
    deprecation_time: str | None = None
    """RFC 3339, often in the future: AWS gives public images two years."""
    release: str | None = None
    """CoreOS' own release, e.g. C(9.6.20250701-0); None where neither tags nor description nor name have it."""
    source: str | None = None
    """Of a copy: the image that it was made from."""
    source_region: str | None = None
    family: str | None = None
    """GCP: the images that it follows upon one another with."""
    replacement: str | None = None
    """GCP: the image that its owner names in place of a deprecated one."""


@dataclass(frozen=True)
class CopyWish:
    """An image that a region lacks: I(source) in I(source_region), to be copied into I(region)."""

    region: str
    source: str
    source_region: str
    cluster: str
    """infrastructureName: copies belong to one cluster and go with it when the installer destroys it."""
    version: str | None = None
    """OpenShift's release that the image belongs to, for people and C(prune)."""
    encrypted: bool = False
    """False leaves it to the source and to the account's default; encryption can be added, never removed."""
    kms_key: str | None = None
    """A key of I(region) to encrypt with; the account's default EBS key without one."""

    @property
    def encrypt(self) -> bool:
        """Whether the copy must be encrypted; a key says so too."""
        return self.encrypted or self.kms_key is not None


OURS, INSTALLER = "okd.boot_images", "openshift-install"


@dataclass(frozen=True)
class ImageCopy:
    """A copy in the customer's account, and who made it: I(by) is C(okd.boot_images) or C(openshift-install)."""

    facts: ImageFacts
    by: str
    version: str | None = None
    kms_key: str | None = None
    tag_name: str | None = None
    """The tag Name, by which the installer's machine sets find their image."""
    snapshots: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.facts.id

    @property
    def region(self) -> str:
        return self.facts.region


@dataclass(frozen=True)
class Pruned:
    """A copy that nobody names any more. I(deleted): it is gone; I(left): snapshots that could not be deleted, each with why."""

    copy: ImageCopy
    deleted: bool
    left: tuple[str, ...] = ()
    error: BootImageError | None = None
    """Why it could not be deregistered."""
