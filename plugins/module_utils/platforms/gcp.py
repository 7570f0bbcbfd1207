# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Google Cloud: the image stands on each boot disk, as projects/PROJECT/global/images/NAME."""

from __future__ import annotations

import re
from typing import Any

from ..model import reasons
from ..model.gcp_image import parse, short
from ..model.images import FEDORA, MARKETPLACE
from ..model.objects import ABSENT, Json, dig, mapping, sequence
from ..model.verdict import CRASH, SKIP, Change, Failed, FailureDomain, Outlook, Skip
from .base import Entry, Offer, Site, Target, Usual, named
from .shapes import holds, shapes, text, unreadable

COREOS_PROJECT = "projects/rhcos-cloud/global/images"
"""The prefix the operator knows as its own. Without a final slash, as its code has it (pkg/controller/bootimage/gcp_helpers.go)."""
_ORIGINS = {
    FEDORA: " (a Fedora CoreOS image: the cluster was born on FCOS; with take_over it gets the stream's)",
    MARKETPLACE: " (an image of the marketplace, billed by its subscription: give a newer one of it as image)",
}
_SHAPES = shapes(
    text="machineType region zone projectID onHostMaintenance restartPolicy confidentialCompute",
    boolean="canIPForward deletionProtection preemptible",
    mapping="labels shieldedInstanceConfig credentialsSecret metadata",
    list="disks gcpMetadata networkInterfaces serviceAccounts tags targetPools gpus resourceManagerTags",
)
_IMAGE = re.compile(r"^projects/[a-z0-9:._-]+/global/images/(?:family/)?[a-z0-9-]+$")


class GCP(Usual):
    name = "GCP"

    def region(self, spec: Json) -> str | None:
        region = spec.get("region")
        return region if isinstance(region, str) else None

    def current(self, spec: Json) -> str | Skip | Failed:
        wrong = _fault(spec.get("disks"))
        if wrong:
            return Failed(reasons.PROVIDER_SPEC_INVALID, f"providerSpec.value.disks: {wrong}.")
        images = [text(disk.get("image")) for _index, disk in _boot_disks(spec)]
        if not images:
            return Skip(reasons.NO_BOOT_DISK, "No disk has boot: true.")
        if "" in images:
            return Skip(reasons.IMAGE_UNSET, "A boot disk has no image.")
        return " ".join(dict.fromkeys(images))

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        project, name = (dig(entry.data, "images", "gcp", key) for key in ("project", "name"))
        if not isinstance(project, str) or not isinstance(name, str):
            return Skip(reasons.NO_TARGET, f"The stream has no GCP image for {entry.architecture}.")
        return _image(f"projects/{project}/global/images/{name}")

    def explicit(self, image: str) -> Target | Failed:
        if not _IMAGE.fullmatch(short(image)):
            return Failed(
                reasons.PROVIDER_SPEC_INVALID, f"{image!r} is no GCP image: give projects/PROJECT/global/images/NAME."
            )
        return _image(short(image))

    def image_fields(self, spec: Json) -> tuple[tuple[Any, ...], ...]:
        return tuple(("disks", index, "image") for index, _disk in _boot_disks(spec))

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        return tuple(
            Change(("disks", index, "image"), disk.get("image", ABSENT), target.value)
            for index, disk in _boot_disks(spec)
            if disk.get("image") != target.value
        )

    def custom(self, spec: Json, site: Site) -> str | None:
        for image in _images(spec):
            if not short(image).startswith(COREOS_PROJECT + "/"):
                found = parse(image)
                origin = _ORIGINS.get(found.kind, "") if found else ""
                return f"{image} is not an image of {COREOS_PROJECT}{origin}."
        return None

    def outlook(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Outlook | None:
        """An architecture without C(images.gcp) ends the operator's controller (observed on 4.17 to 4.22).

        One foreign boot disk makes the whole set a skip, wherever it stands; a URL form counts as foreign (observed).
        """
        wrong = unreadable(spec, _SHAPES)
        if wrong:
            return wrong
        if not isinstance(offer, Target):
            message = f"The stream has no GCP image for {entry.architecture}: the controller ends."
            return Outlook(CRASH, reasons.WOULD_KILL_CONTROLLER, message)
        others = (image for image in _images(spec) if image != offer.text)
        foreign = [image for image in others if not image.startswith(COREOS_PROJECT)]
        if foreign:
            return Outlook(
                SKIP, reasons.CUSTOM_IMAGE, f"The operator skips the set: {foreign[0]} is none of its images."
            )
        return None

    def known_images(self, stream: Json) -> frozenset[str]:
        entries = (Entry(name, data) for name, data in mapping(stream.get("architectures")).items())
        offers = (self.target({}, entry, Site()) for entry in entries)
        return frozenset(offer.text for offer in offers if isinstance(offer, Target))

    def failure_domain(self, domain: Json, site: Site) -> FailureDomain:
        return named(domain, "zone")


def _image(path: str) -> Target:
    return Target(path, path)


def _fault(disks: Any) -> str | None:
    """Why the API's own type cannot hold these disks, as far as the boot image goes; the operator then fails on the set."""
    if not isinstance(disks, (list, type(None))):
        return "it is no list"
    for disk in disks or ():
        if not isinstance(disk, (dict, type(None))):
            return "one is no mapping"
        if not holds("boolean", dig(disk, "boot")) or not holds("text", dig(disk, "image")):
            return "boot is no boolean or image no text"
    return None


def _boot_disks(spec: Json) -> list[tuple[int, Any]]:
    disks = sequence(spec.get("disks"))
    return [(index, disk) for index, disk in enumerate(disks) if isinstance(disk, dict) and disk.get("boot") is True]


def _images(spec: Json) -> list[str]:
    """The boot disks' images, as far as they are set."""
    images = (text(disk.get("image")) for _index, disk in _boot_disks(spec))
    return [image for image in images if image]
