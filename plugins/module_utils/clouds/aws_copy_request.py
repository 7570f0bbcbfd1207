# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a copy of an AMI is asked for with, and which of the copies there are is the one: pure functions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..model.images import AVAILABLE, INSTALLER, OURS, PENDING, CopyWish, ImageCopy, ImageFacts
from ..model.objects import Json
from .aws_facts import INSTALLER_SOURCE, SOURCE, SOURCE_REGION, snapshots_of, tags_of

VERSION, KMS_KEY = "okd.boot_images/version", "okd.boot_images/kms-key"
LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_TAG = 128, 255, 256


def cluster_tag(cluster: str) -> str:
    """With the value C(owned) it says whose an object is, and openshift-install destroys it with its cluster."""
    return f"kubernetes.io/cluster/{cluster}"


def request(wish: CopyWish, source: ImageFacts, failed: int) -> dict[str, Any]:
    """CopyImage's arguments. The token comes of all of them, so that it never meets others (IdempotentParameterMismatch).

    :param failed: copies that failed before: with the token of one of them AWS would give that one again.
    """
    what = source.name or wish.source
    tags = {
        "Name": f"{wish.cluster}-{what}"[:LONGEST_TAG],
        cluster_tag(wish.cluster): "owned",
        SOURCE: wish.source,
        SOURCE_REGION: wish.source_region,
        **({VERSION: wish.version} if wish.version else {}),
        **({KMS_KEY: wish.kms_key or "default"} if wish.encrypt else {}),
    }
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    told = f"{source.release or what}, copied from {wish.source} of {wish.source_region} by okd.boot_images"
    arguments: dict[str, Any] = {
        "SourceImageId": wish.source,
        "SourceRegion": wish.source_region,
        "Description": told[:LONGEST_DESCRIPTION],
        "TagSpecifications": [{"ResourceType": kind, "Tags": listed} for kind in ("image", "snapshot")],
        **({"Encrypted": True} if wish.encrypt else {}),
        **({"KmsKeyId": wish.kms_key} if wish.kms_key else {}),
    }
    said = json.dumps([wish.region, what, arguments, failed], sort_keys=True)
    token = hashlib.sha256(said.encode()).hexdigest()
    # The source's name stays at the front, for it tells the image's age; a copy's own date is that of copying.
    ending = f"-{wish.cluster}-{token[:8]}"
    return {**arguments, "Name": what[: LONGEST_NAME - len(ending)] + ending, "ClientToken": token}


def fitting(wish: CopyWish, copies: Iterable[ImageCopy]) -> ImageCopy | None:
    """The newest available copy, ours or the installer's; else one on its way."""
    same = [each for each in copies if is_of(wish, each) and each.facts.state in (AVAILABLE, PENDING)]
    return max(same, key=lambda each: (each.facts.state == AVAILABLE, each.facts.created or "", each.id), default=None)


def is_of(wish: CopyWish, copy: ImageCopy) -> bool:
    """Whether it is a copy of that source, encrypted as wished. While it is pending AWS may not tell that yet; our tag does."""
    if copy.facts.source != wish.source:
        return False
    if wish.kms_key:
        return copy.kms_key == wish.kms_key
    return not wish.encrypt or bool(copy.facts.encrypted) or copy.kms_key is not None


def copy_of(facts: ImageFacts, said: Json) -> ImageCopy | None:
    """The copy that an image of the account is, by its tags; None for any other image."""
    tags = tags_of(said)
    by = OURS if SOURCE in tags else INSTALLER if INSTALLER_SOURCE in tags else None
    if by is None:
        return None
    # A fresh copy's SourceImageId may not be there yet; the tag always is.
    facts = replace(facts, source=tags.get(SOURCE) or tags.get(INSTALLER_SOURCE))
    return ImageCopy(facts, by, tags.get(VERSION), tags.get(KMS_KEY), tags.get("Name"), snapshots_of(said))
