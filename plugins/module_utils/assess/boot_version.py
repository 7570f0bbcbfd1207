# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which version the boot images in place are of, for mode Manual of skew enforcement: the oldest, and only what is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model import reasons
from ..model.errors import InvalidInput, named
from ..model.objects import dig
from ..model.verdict import Assessment, Current, Skip, Verdict
from ..model.wish import SkewWish
from .stream import ARCHITECTURES, Stream

_IMAGE = re.compile(r"\b(?:rhcos|scos)-(\d{1,3})[-.](\d{1,3})[-.](\d{12}|\d{8})-(\d+)\b")
"""rhcos-412-85-202203181601-0-gcp-x86-64 and rhcos-9-6-20250701-0-gcp-x86-64; with dots in the names of files."""
_RELEASE = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{12}|\d{8})-(\d+)")
_BOOTS_NO_IMAGE = (reasons.WINDOWS, reasons.PROVISIONED_FROM_PAYLOAD, reasons.PLATFORM_WITHOUT_IMAGES)
_STREAMS = {"aws": "aws", "gcp": "gcp", "azure": "azure", "vsphere": "vmware"}
"""A platform's name among the stream's artifacts."""
EXPLICIT = "Give skew_enforcement.ocp_version or rhcos_version yourself."


@dataclass(frozen=True)
class _Boots:
    """What is known of one set's image: I(kind) says which of the API's two forms; versions of one kind compare by I(key)."""

    name: str
    kind: str
    version: str
    key: tuple[int, ...]


def oldest(judged: Assessment, stream: Stream) -> SkewWish:
    """Mode Manual with the version of the oldest image among all machine sets, the control plane's too, as the API asks for it.

    CoreOS's own version where names tell it, or where the set boots the very image of I(stream); else the first version of the OpenShift
    release that names tell (Azure), which the image is not older than.

    :raises InvalidInput: an image tells nothing, so that somebody would have to guess.
    """
    verdicts = [each for each in judged.verdicts if not _boots_no_image(each)]
    if not verdicts:
        raise InvalidInput(
            f"skew_enforcement mode Manual: there is no machine set whose image tells a version. {EXPLICIT}"
        )
    known = {each.machine_set.ref: found for each in verdicts for found in _boots(each, stream)}
    unknown = [each for each in verdicts if each.machine_set.ref not in known]
    if unknown:
        sets, image = named([each.machine_set.name for each in unknown]), unknown[0].current
        raise InvalidInput(
            "skew_enforcement mode Manual without a version takes that of the oldest image in place, "
            f"but the images of {sets} tell none ({image}). {EXPLICIT}"
        )
    kinds = {each.kind for each in known.values()}
    if len(kinds) > 1:
        names = [min(each.name for each in known.values() if each.kind == kind) for kind in sorted(kinds)]
        raise InvalidInput(
            f"skew_enforcement mode Manual: the images of {named(names)} tell versions that do not compare. {EXPLICIT}"
        )
    found = min(known.values(), key=lambda each: each.key)
    if found.kind == "ocp":
        return SkewWish("Manual", ocp_version=found.version)
    return SkewWish("Manual", rhcos_version=found.version)


def _boots_no_image(verdict: Verdict) -> bool:
    return isinstance(verdict.decision, Skip) and verdict.decision.reason in _BOOTS_NO_IMAGE


def _boots(verdict: Verdict, stream: Stream) -> Iterator[_Boots]:
    name = verdict.machine_set.name
    match = _IMAGE.search(verdict.current or "") or _RELEASE.fullmatch(_of_stream(verdict, stream))
    if match:
        first, second, stamp, number = match.groups()
        version = f"{first}.{second}.{stamp}-{number}"
        if 14 <= len(version) <= 21:  # what the API takes
            yield _Boots(name, "rhcos", version, (*_rhel(first, second), int(f"{stamp:0<12}"), int(number)))
        return
    release = re.fullmatch(r"4\.(\d{1,2})", verdict.age.release or "")
    if release:
        yield _Boots(name, "ocp", f"{release.group()}.0", (4, int(release.group(1))))


def _of_stream(verdict: Verdict, stream: Stream) -> str:
    """The version of the stream's image, where that is what the set boots; else empty."""
    if not isinstance(verdict.decision, Current) or verdict.architecture not in ARCHITECTURES:
        return ""
    entry = stream.entry(verdict.architecture)
    regional = dig(entry, "images", "aws", "regions", verdict.region, "release")
    overall = dig(entry, "artifacts", _STREAMS.get(verdict.platform.lower(), ""), "release")
    found = (regional if verdict.platform == "AWS" else None) or overall
    return found if isinstance(found, str) else ""


def _rhel(first: str, second: str) -> tuple[int, int]:
    """C(412-86) is RHEL 8.6 (OpenShift's release, then RHEL's without its dot), C(9-6) is RHEL 9.6; SCOS writes C(418-9)."""
    return (int(second[0]), int(second[1:] or 0)) if len(first) == 3 else (int(first), int(second))
