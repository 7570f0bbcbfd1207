# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AMIs there are, in moto's words where moto has one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ACCOUNT = "123456789012"
"""moto's own account: whoever asks."""
RHCOS_OWNER = "531415883065"
MARKETPLACE_OWNER = "679593333241"


@dataclass(frozen=True)
class Ami:
    """An image that exists when EC2 starts. Without I(regions) it is in all of them, which no real one is."""

    id: str
    name: str = "rhcos-9.6.20250701-0-x86_64"
    regions: tuple[str, ...] = ()
    owner: str = RHCOS_OWNER
    architecture: str = "x86_64"
    state: str = "available"
    public: bool = True
    description: str = ""
    created: str = "2025-07-01T12:00:00.000Z"
    boot_mode: str = "uefi-preferred"
    virtualization: str = "hvm"
    deprecation_time: str = ""
    tags: dict[str, str] = field(default_factory=dict)


def write(images: Sequence[Ami], file: Path) -> None:
    """As MOTO_AMIS_PATH wants it."""
    file.write_text(json.dumps([_for_moto(each) for each in images]), encoding="utf-8")


def _for_moto(image: Ami) -> dict[str, Any]:
    return {
        "ami_id": image.id,
        "name": image.name,
        "description": image.description or image.name,
        "owner_id": image.owner,
        "public": image.public,
        "architecture": image.architecture,
        "virtualization_type": image.virtualization,
        "state": image.state,
        "creation_date": image.created,
        "boot_mode": image.boot_mode,
        "root_device_type": "ebs",
        "root_device_name": "/dev/xvda",
        "tags": image.tags,
    }
