# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an image of Google Cloud is named, and whose it is: the one home of both."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .images import CUSTOM, FEDORA, MARKETPLACE, STANDARD

_URL = re.compile(r"^https://(?:www|compute)\.googleapis\.com/compute/(?:v1|beta)/")
_PATH = re.compile(
    r"(?:projects/(?P<project>[a-z0-9:._-]+)/)?global/images/(?:(?P<family>family)/)?(?P<name>[a-z0-9-]+)\Z"
)
_OWNERS = {
    "rhcos-cloud": STANDARD,
    "fedora-coreos-cloud": FEDORA,
    "redhat-marketplace-public": MARKETPLACE,
}
"""Projects that publish CoreOS; SCOS stands in rhcos-cloud too. Installers of OKD up to 4.15 took Fedora CoreOS."""


@dataclass(frozen=True)
class GcpImage:
    """Which image, or with I(family) the newest of a family that is not deprecated."""

    project: str
    name: str
    family: bool = False

    def __str__(self) -> str:
        return f"projects/{self.project}/global/images/{'family/' if self.family else ''}{self.name}"

    @property
    def kind(self) -> str:
        """Whose it is: C(standard), C(fedora_coreos), C(marketplace), or somebody's own, C(custom)."""
        return _OWNERS.get(self.project, CUSTOM)


def short(image: str) -> str:
    """C(disks[].image) without the API's address; Google takes both forms, the operator knows its own images by this one only."""
    return _URL.sub("", image)


def parse(image: str, project: str | None = None) -> GcpImage | None:
    """Take C(disks[].image) apart; None where Google would refuse it.

    :param project: the machines' own, to which C(global/images/NAME) belongs.
    """
    found = _PATH.match(short(image))
    owner = (found["project"] or project) if found else None
    return GcpImage(owner, found["name"], bool(found["family"])) if found and owner else None
