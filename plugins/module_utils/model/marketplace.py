# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which image of a marketplace product on AWS is the target: pkg/controller/bootimage/aws_helpers.go of the machine-config-operator's main branch."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .images import ImageFacts

RELEASE = re.compile(r"(\d+)\.(\d+)\.(?:\d{12}|\d{8})-\d+")
"""9.6.20260210-0, and up to OpenShift 4.18 418.94.202511191518-0, whose first number is above every RHEL's."""
_TARGET = re.compile(r"(\d+)\.(\d+)(?:\.|$)")


def marketplace_target(images: Iterable[ImageFacts], product: str, release: str) -> ImageFacts | None:
    """What the operator would choose for a set that boots an image of I(product): the highest x.y that is not above that of
    I(release) (the stream's C(artifacts.aws.release)), the newest of several; so one that is too new is set back.

    None where the product has none; the operator then skips the set and comes back to it.
    """
    limit = _numbers(_TARGET.match(release))
    fitting = []
    for image in images:
        version = _numbers(RELEASE.search(image.description or ""))
        mine = image.product is not None and image.product.lower() == product.lower()
        if mine and limit is not None and version is not None and version <= limit:
            fitting.append((version, image.created or "", image.id, image))
    return max(fitting, key=lambda each: each[:3])[3] if fitting else None


def _numbers(found: re.Match[str] | None) -> tuple[int, int] | None:
    return (int(found[1]), int(found[2])) if found else None
