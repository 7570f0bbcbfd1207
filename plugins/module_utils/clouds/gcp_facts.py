# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer of images.get turned into facts: pure functions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ..model.gcp_image import GcpImage, parse, short
from ..model.images import AVAILABLE, COPY, CUSTOM, FAILED, PENDING, ImageFacts
from ..model.objects import Json, dig

FIELDS = "name,status,architecture,family,description,creationTimestamp,deprecated,sourceImage"

_STATES = {"READY": AVAILABLE, "PENDING": PENDING, "FAILED": FAILED}
_ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}
_RELEASE = re.compile(r"(rhcos|scos|fedora-coreos)-(\d+(?:-\d+)*-(?:\d{12}|\d{8})(?:-\d+)+)")
"""rhcos-9-6-20250701-0-gcp-x86-64, rhcos-418-94-202410090804-0-gcp-x86-64, fedora-coreos-41-20250315-3-0-gcp-x86-64."""


def facts_of(region: str, asked: GcpImage, image: Json) -> ImageFacts:
    """One Image resource. :param region: where somebody wants to boot it; to Google images are global."""
    state, why = _state(image)
    source = parse(_text(image, "sourceImage") or "")
    marked = _text(image, "deprecated", "state")
    replacement = _text(image, "deprecated", "replacement")
    name = _text(image, "name")
    return ImageFacts(
        id=str(asked),
        region=region,
        state=state,
        state_reason=why,
        architecture=_ARCHITECTURES.get(_text(image, "architecture") or ""),
        owner=asked.project,
        kind=COPY if asked.kind == CUSTOM and source and source.kind != CUSTOM else asked.kind,
        name=name,
        description=_text(image, "description"),
        created=_text(image, "creationTimestamp"),
        deprecated=marked not in (None, "ACTIVE"),
        deprecation_time=_text(image, "deprecated", "deprecated"),
        release=_release(name) or _release(source.name if source else None),
        source=str(source) if source else None,
        family=_text(image, "family"),
        replacement=short(replacement) if replacement else None,
    )


def missing(region: str, asked: GcpImage, said: str) -> ImageFacts:
    """:param said: Google's words, which tell a missing image from a missing project."""
    return ImageFacts(str(asked), region, exists=False, state_reason=said)


def named(facts: ImageFacts, image: str, region: str) -> ImageFacts:
    """The same facts under the name, and for the region, that somebody asked with."""
    return replace(facts, id=image, region=region)


def _state(image: Json) -> tuple[str | None, str | None]:
    """DEPRECATED still boots. OBSOLETE and DELETED do not, however READY the image is, so they come first."""
    marked = _text(image, "deprecated", "state")
    if marked in ("OBSOLETE", "DELETED"):
        return marked, f"its owner has marked it {marked}, so that no machine may boot it any more"
    status = _text(image, "status")
    return _STATES.get(status or "", status), None


def _release(name: str | None) -> str | None:
    """In CoreOS' own words, as the other clouds tell it: 9.6.20250701-0, 418.94.202410090804-0, 41.20250315.3.0."""
    found = _RELEASE.search(name or "")
    if not found:
        return None
    if found[1] == "fedora-coreos":
        return found[2].replace("-", ".")
    front, _dash, number = found[2].rpartition("-")
    return f"{front.replace('-', '.')}-{number}"


def _text(image: Json, *keys: Any) -> str | None:
    found = dig(image, *keys)
    return found if isinstance(found, str) and found else None
