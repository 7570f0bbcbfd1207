# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EC2 for operators that ask it: the AMIs of all releases, and a file of further images; the same in every region."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from .rules.world import Ami, Ec2

_STANDARD_OWNER = "531415883065"
_MARKETPLACE_OWNER = "679593333241"


class Ec2Images:
    """`released` are Red Hat's own. `file`: a JSON list as moto reads it (MOTO_AMIS_PATH), which goes first."""

    def __init__(self, released: Callable[[], frozenset[str]], file: str = "") -> None:
        self._released = released
        self._images = {ami.id: ami for ami in _read(file)} if file else {}

    def of_region(self, region: str) -> Ec2:
        return self

    def describe(self, ami: str) -> Ami:
        if ami in self._images:
            return self._images[ami]
        if ami in self._released():
            return Ami(ami, _STANDARD_OWNER)
        raise LookupError(
            "operation error EC2: DescribeImages, https response error StatusCode: 400, RequestID: sandbox, "
            f"api error InvalidAMIID.NotFound: The image id '[{ami}]' does not exist"
        )

    def marketplace(self, product: str) -> list[Ami]:
        return [image for image in self._images.values() if image.owner == _MARKETPLACE_OWNER and product in image.name]


def _read(file: str) -> list[Ami]:
    return [
        Ami(
            image["ami_id"],
            image.get("owner_id", ""),
            image.get("name", ""),
            image.get("description", ""),
            image.get("creation_date", ""),
        )
        for image in json.loads(Path(file).read_text(encoding="utf-8"))
    ]
