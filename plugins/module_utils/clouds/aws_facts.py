# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer of DescribeImages turned into facts: pure functions.

Owners and product ids follow pkg/controller/bootimage/aws_helpers.go of the machine-config-operator's main branch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..model.images import COPY, CUSTOM, MARKETPLACE, ROSA, STANDARD, ImageFacts
from ..model.marketplace import RELEASE
from ..model.objects import Json, dig, sequence

RHCOS_OWNER = "531415883065"
MARKETPLACE_OWNER = "679593333241"
MARKETPLACE_ALIAS = "aws-marketplace"
"""The same in every partition, which owner ids are not."""
ROSA_PRODUCT = "34850061-abaf-402d-92df-94325c9e947f"

_PRODUCT = re.compile(r"(?:^|-)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$", re.IGNORECASE)
_ARCHITECTURES = {"x86_64": "amd64"}

SOURCE, SOURCE_REGION = "okd.boot_images/source-ami", "okd.boot_images/source-region"
INSTALLER_SOURCE, INSTALLER_SOURCE_REGION = "sourceAMI", "sourceRegion"
"""Tags of the installer's own copies (pkg/infrastructure/aws/clusterapi/ami.go)."""


def facts_of(region: str, image: Json, now: datetime) -> ImageFacts:
    """One item of I(Images). :param now: what the deprecation time is compared with."""
    told = tags_of(image)
    kind, product = _kind(image, told)
    deprecation = _text(image, "DeprecationTime")
    disks = [dig(each, "Ebs", "Encrypted") for each in sequence(image.get("BlockDeviceMappings"))]
    told_of = [each for each in disks if isinstance(each, bool)]
    return ImageFacts(
        id=str(image.get("ImageId")),
        region=region,
        state=_text(image, "State"),
        state_reason=_text(image, "StateReason", "Message"),
        architecture=_ARCHITECTURES.get(str(image.get("Architecture")), _text(image, "Architecture")),
        virtualization=_text(image, "VirtualizationType"),
        boot_mode=_text(image, "BootMode"),
        owner=_text(image, "OwnerId"),
        kind=kind,
        product=product,
        name=_text(image, "Name"),
        description=_text(image, "Description"),
        public=image.get("Public"),
        encrypted=any(told_of) if told_of else None,
        created=_text(image, "CreationDate"),
        deprecated=_past(deprecation, now),
        deprecation_time=deprecation,
        release=_release(image),
        source=_text(image, "SourceImageId") or told.get(SOURCE) or told.get(INSTALLER_SOURCE),
        source_region=_text(image, "SourceImageRegion") or told.get(SOURCE_REGION) or told.get(INSTALLER_SOURCE_REGION),
    )


def tags_of(image: Json) -> dict[str, str]:
    return {str(dig(each, "Key")): str(dig(each, "Value")) for each in sequence(image.get("Tags"))}


def snapshots_of(image: Json) -> tuple[str, ...]:
    """The snapshots behind the image's disks."""
    found = (dig(each, "Ebs", "SnapshotId") for each in sequence(image.get("BlockDeviceMappings")))
    return tuple(each for each in found if isinstance(each, str))


def _kind(image: Json, told: Mapping[str, str]) -> tuple[str, str | None]:
    owner = image.get("OwnerId")
    if owner == RHCOS_OWNER:
        return STANDARD, None
    if owner == MARKETPLACE_OWNER or image.get("ImageOwnerAlias") == MARKETPLACE_ALIAS:
        found = _PRODUCT.search(_text(image, "Name") or "")
        if found is None:
            return CUSTOM, None
        return (ROSA if found[1].lower() == ROSA_PRODUCT else MARKETPLACE), found[1]
    return (COPY if SOURCE in told or INSTALLER_SOURCE in told else CUSTOM), None


def _release(image: Json) -> str | None:
    """Neither copies nor others keep a tag for it: CopyImage gives them the description that we say, with the source's release in it."""
    found = RELEASE.search(_text(image, "Description") or "") or RELEASE.search(_text(image, "Name") or "")
    return found[0] if found else None


def _past(time: str | None, now: datetime) -> bool | None:
    """False where AWS gives no time; None where it cannot be read."""
    if time is None:
        return False
    try:
        return datetime.fromisoformat(time.replace("Z", "+00:00")) <= now
    except ValueError:
        return None


def _text(image: Json, *keys: Any) -> str | None:
    found = dig(image, *keys)
    return found if isinstance(found, str) and found else None
