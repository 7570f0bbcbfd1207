# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What platforms share whose boot images somebody must upload: the stream has a file, and only a name tells what was uploaded."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from ..model import reasons
from ..model.objects import ABSENT, Json, dig
from ..model.verdict import Change, Failed, Skip
from .base import Entry, Offer, Target, Usual

ARCHITECTURES = ("x86_64", "aarch64", "ppc64le", "s390x")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def text(spec: Json, key: str) -> str | Skip | Failed:
    """The image in a providerSpec that names it in one text field."""
    image = spec.get(key)
    if not isinstance(image, (str, type(None))):
        return Failed(reasons.PROVIDER_SPEC_INVALID, f"providerSpec.value.{key} is no text.")
    return image or Skip(reasons.IMAGE_UNSET, f"providerSpec.value.{key} is not set.")


def change(spec: Json, key: str, value: Any) -> tuple[Change, ...]:
    """What brings I(key) to I(value)."""
    return () if spec.get(key) == value else (Change((key,), spec.get(key, ABSENT), value),)


class Reference(Usual):
    """A platform whose providerSpec refers to the image by C(type) and the field that counts for that type."""

    fields: ClassVar[dict[str, str]]
    """What C(image.type) may say, and the field of each."""
    by_name: str
    by_id: str
    """The types of a name and of an id (a UUID)."""

    def current(self, spec: Json) -> str | Skip | Failed:
        image = spec.get("image")
        if not isinstance(image, (dict, type(None))):
            return Failed(reasons.PROVIDER_SPEC_INVALID, "providerSpec.value.image is no mapping.")
        kind = dig(image, "type")
        key = self.fields.get(kind) if isinstance(kind, str) else None
        found = dig(image, key) if key else None
        if not isinstance(found, (str, type(None))):
            return Failed(reasons.PROVIDER_SPEC_INVALID, f"providerSpec.value.image.{key} is no text.")
        known = ", ".join(self.fields.values())
        return found or Skip(
            reasons.IMAGE_UNSET, f"providerSpec.value.image has none of {known}, or not that of its type."
        )

    def explicit(self, image: str) -> Target | Failed:
        kind = self.by_id if UUID.fullmatch(image) else self.by_name
        if not 0 < len(image) <= 255 or not image.isprintable():
            message = f"{image!r} is neither {self.fields[self.by_name]} nor {self.fields[self.by_id]} of an image."
            return Failed(reasons.PROVIDER_SPEC_INVALID, message)
        return Target(image, {"type": kind, self.fields[kind]: image})

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        return () if self.current(spec) == target.text else change(spec, "image", target.value)


def offered(current: str | Skip | Failed, value: Any, entry: Entry, artifact: str, disk: str) -> Offer:
    """The set's own image, where its name tells that it is the stream's; else which file somebody has to upload.

    :param value: how the providerSpec holds the current image.
    :param artifact: the stream's name of the platform, below C(artifacts).
    :param disk: the stream's name of the file format.
    """
    release = dig(entry.data, "artifacts", artifact, "release")
    location = dig(entry.data, "artifacts", artifact, "formats", disk, "disk", "location")
    if not isinstance(release, str) or not release:
        return Skip(reasons.NO_TARGET, f"The stream has no {artifact} image for {entry.architecture}.")
    if isinstance(current, str) and tells(current, release, entry.architecture):
        return Target(current, value)
    return not_in_cloud(release, location)


def not_in_cloud(release: str, location: Any) -> Skip:
    where = location if isinstance(location, str) else "a file that the stream does not locate"
    return Skip(reasons.IMAGE_NOT_IN_CLOUD, f"The release's image is {release}: {where}")


def tells(image: str, release: str, architecture: str) -> bool:
    """Whether an image's name says that it is I(release), e.g. C(rhcos-9-6-20250701-0-openstack) of C(9.6.20250701-0).

    Clouds do not take every character in a name, so dots, underscores and hyphens count as one.
    """
    name, wanted = _plain(image), re.escape(_plain(release))
    others = (_plain(each) for each in ARCHITECTURES if each != architecture)
    return bool(re.search(rf"(?<![0-9]){wanted}(?![0-9])", name)) and not any(other in name for other in others)


def _plain(name: str) -> str:
    return re.sub(r"[._]", "-", name.lower())
