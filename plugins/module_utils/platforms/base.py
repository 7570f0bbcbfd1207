# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a platform must tell: one small protocol, one file a platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Union

from ..model.cloud import CloudFacts
from ..model.images import ImageFacts
from ..model.objects import Json, dig
from ..model.verdict import Change, Failed, FailureDomain, Outlook, Skip


@dataclass(frozen=True)
class Target:
    """The image a machine set should boot: I(text) for people and comparison, I(value) as the providerSpec holds it."""

    text: str
    value: Any


Offer = Union[Target, Skip, Failed]
"""What a stream has for one machine set: an image, or why there is none for it."""


@dataclass(frozen=True)
class Entry:
    """A stream's part for one architecture (in the stream's word, e.g. C(x86_64)); None where the stream has none."""

    architecture: str
    data: Json | None = field(repr=False)


@dataclass(frozen=True)
class Site:
    """What a platform may know of the cluster besides the machine set."""

    infrastructure: Json = field(default_factory=dict, repr=False)
    provisioning: Json | None = field(default=None, repr=False)
    """Metal3's Provisioning, on bare metal; None where it does not exist or could not be read."""
    known_images: frozenset[str] = frozenset()
    """Ids of the images of the stream at hand, for platforms whose ids tell nothing."""
    behaves: frozenset[str] = frozenset()
    """Names of the operator's behaviours in this release (assess/release.py)."""
    cloud: CloudFacts | None = field(default=None, repr=False)
    """What the cloud was asked for; None where it was not."""


class Platform(Protocol):
    """How machine sets of one platform name their boot image.

    Every method is a pure function, and total: providerSpec, stream and Infrastructure may have any shape, strangers wrote them.
    """

    name: str
    """Infrastructure's C(status.platformStatus.type)."""

    def region(self, spec: Json) -> str | None:
        """Where the set's machines live, if the platform's providerSpec names a region."""

    def current(self, spec: Json) -> str | Skip | Failed:
        """The image the set boots now, in the platform's own words; or why there is none to speak of."""

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        """The image that the stream offers for this set, in kind; whether it may be written is not asked here."""

    def explicit(self, image: str) -> Target | Failed:
        """The target for an image that the user named; Failed where the text cannot name an image of this platform."""

    def naming(self, image: str) -> Target:
        """The target for an image that is known to be one of the platform's."""

    def in_kind(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Offer:
        """What replaces the current image where that is of a kind that the stream does not have; else I(offer), the stream's."""

    def elsewhere(self, entry: Entry) -> Mapping[str, str]:
        """By region, the images that the stream has, where images belong to regions and can be copied."""

    def sought(self, spec: Json, site: Site) -> str | None:
        """The name of the image that the set looks up, instead of naming one, as the cluster's installer left it."""

    def unfit(self, facts: ImageFacts) -> str | None:
        """Why no machine starts from an image, though it is there; None where nothing tells."""

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        """What to write so that the set boots I(target), image fields only; nothing where it does already."""

    def image_fields(self, spec: Json) -> tuple[tuple[Any, ...], ...]:
        """The paths of every field that C(changes) may write in this providerSpec: what a record of it must hold."""

    def custom(self, spec: Json, site: Site) -> str | None:
        """Why the current image is somebody's own, which nobody may replace unasked; None for one of CoreOS, or where nothing tells."""

    def outlook(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Outlook | None:
        """What the operator does with the image, if that differs from the usual; None where it does the usual.

        The usual is: write a Target where it means a change, skip the set for a Skip, fail on it for a Failed.
        """

    def known_images(self, stream: Json) -> frozenset[str]:
        """Every image id that a stream (C(architectures)) names for this platform, as C(current) would give it."""

    def failure_domain(self, domain: Json, site: Site) -> FailureDomain:
        """One entry of a ControlPlaneMachineSet's failureDomains; with the image that its machines boot in place of the template's."""


class Usual:
    """What most platforms answer; those that know more say it themselves."""

    def region(self, spec: Json) -> str | None:
        return None

    def image_fields(self, spec: Json) -> tuple[tuple[Any, ...], ...]:
        return (("image",),)

    def naming(self, image: str) -> Target:
        return Target(image, image)

    def in_kind(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Offer:
        return offer

    def elsewhere(self, entry: Entry) -> Mapping[str, str]:
        return {}

    def sought(self, spec: Json, site: Site) -> str | None:
        return None

    def unfit(self, facts: ImageFacts) -> str | None:
        return None

    def custom(self, spec: Json, site: Site) -> str | None:
        return None

    def outlook(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Outlook | None:
        return None

    def known_images(self, stream: Json) -> frozenset[str]:
        return frozenset()

    def failure_domain(self, domain: Json, site: Site) -> FailureDomain:
        """By name, and without an image of its own: of six platforms' failure domains only vSphere's have one (openshift/api, machine/v1)."""
        return named(domain, "name")


def named(domain: Json, *paths: str) -> FailureDomain:
    """A failure domain by the first of these fields (dotted paths) that it has."""
    found = (dig(domain, *path.split(".")) for path in paths)
    return FailureDomain(next((each for each in found if isinstance(each, str) and each), None))
