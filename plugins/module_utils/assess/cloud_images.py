# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the cloud's facts mean for one machine set: whether its images start machines, and which copy stands in for an image that a region lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional

from ..model import reasons
from ..model.cloud import CloudFacts
from ..model.images import AVAILABLE, PENDING, ImageCopy, ImageFacts
from ..model.objects import Json
from ..model.verdict import (
    NOT_VERIFIED,
    REFUTED,
    VERIFIED,
    Decision,
    Failed,
    Skip,
    Unsupported,
    Update,
    Verification,
)
from ..model.wish import ImageWish
from ..platforms.base import Entry, Offer, Platform, Site

Fault = Optional[Failed]


@dataclass(frozen=True)
class Place:
    """Where a set's machines live, and their architecture in Kubernetes' word; None is unknown."""

    region: str | None
    architecture: str | None


def brought(offer: Skip, region: str, platform: Platform, spec: Json, entry: Entry, site: Site) -> Offer:
    """The cluster's own copy of the stream's image, where the stream has none for the region; else, for a set that looks for the installer's
    copy and names none, that one. What is not searched for stays as it is."""
    cloud = site.cloud
    if cloud is None:
        return offer
    sources = set(platform.elsewhere(entry).values())
    copies = cloud.copies.get(region, ())
    found = _best((each for each in copies if each.facts.source in sources), platform.current(spec))
    sought = platform.sought(spec, site)
    if found is None and sought is not None:
        found = _best((each for each in copies if each.tag_name == sought), None)
    if found is not None:
        return platform.naming(found.id)
    failed = next(
        (cloud.copying_errors[region, each] for each in sources if (region, each) in cloud.copying_errors), None
    )
    if failed is not None:
        return Failed(reasons.COPY_FAILED, str(failed))
    pending = [each.id for each in copies if each.facts.source in sources and each.facts.state == PENDING]
    if pending:
        return Skip(reasons.NO_TARGET, f"{offer.message} {pending[0]} is being copied from there, and not ready yet.")
    if region not in cloud.copies:
        return offer
    if sought is not None:
        message = f"The account has no AMI with the tag Name {sought} in {region}, nor a copy of the release's."
        return Skip(reasons.AMI_FILTERS_EMPTY, message)
    return Skip(reasons.NO_TARGET, f"{offer.message} Nor has the account a copy of one.") if sources else offer


def mendable(platform: Platform, spec: Json, site: Site) -> bool:
    """Whether a set that names no image looks for the installer's copy, and it was searched for."""
    searched = site.cloud is not None and platform.region(spec) in site.cloud.copies
    return searched and platform.sought(spec, site) is not None


def fault(facts: ImageFacts, architecture: str | None, platform: Platform) -> Fault:
    """Why no machine of that architecture starts from the image; None where nothing the cloud tells speaks against it."""
    where = f"{facts.id} in {facts.region}" if facts.region else facts.id
    told = f": {facts.state_reason}" if facts.state_reason else ""
    if not facts.exists:
        return Failed(reasons.IMAGE_MISSING, f"{where} does not exist, or these credentials may not see it{told}.")
    if facts.state is not None and facts.state != AVAILABLE:
        return Failed(reasons.IMAGE_UNAVAILABLE, f"{where} is {facts.state}{told}.")
    if None not in (facts.architecture, architecture) and facts.architecture != architecture:
        message = f"{where} is of architecture {facts.architecture}, the machine set of {architecture}."
        return Failed(reasons.IMAGE_ARCHITECTURE, message)
    unfit = platform.unfit(facts)
    return Failed(reasons.IMAGE_UNBOOTABLE, f"{where}: {unfit}.") if unfit else None


def verification(
    current: str | None, target: str | None, place: Place, platform: Platform | None, cloud: CloudFacts | None
) -> Verification | None:
    """What is known of both images; None where the cloud was not asked, or there is none to ask for."""
    ids = [*_ids(current), *_ids(target)]
    if cloud is None or platform is None or not ids:
        return None
    if not cloud.askable:
        message = f"This collection cannot ask {platform.name} whether images exist."
        return Verification(NOT_VERIFIED, message, reasons.NOT_VERIFIED)
    facts = {each: cloud.of(place.region, each) for each in ids}
    mine, theirs = (tuple(f for each in _ids(text) if (f := facts[each]) is not None) for text in (current, target))
    faults = [wrong for each in (*mine, *theirs) if (wrong := fault(each, place.architecture, platform))]
    if faults:
        return Verification(REFUTED, faults[0].message, faults[0].reason, mine, theirs)
    unknown = [each for each in ids if facts[each] is None]
    if unknown:
        return Verification(NOT_VERIFIED, _unknown(place, unknown[0], cloud), reasons.IMAGE_NOT_VERIFIED, mine, theirs)
    return Verification(
        VERIFIED, "Machines start from every image that was looked up, as far as the cloud tells.", None, mine, theirs
    )


def confirmed(
    decision: Decision,
    found: Verification | None,
    place: Place,
    platform: Platform | None,
    cloud: CloudFacts | None,
    wish: ImageWish,
) -> Decision:
    """The decision, unless the cloud speaks against the image that the set should boot, or could not be asked although it must be."""
    if cloud is None or platform is None or isinstance(decision, (Failed, Unsupported)):
        return decision
    if isinstance(decision, Skip):
        unsearched = decision.reason in (reasons.NO_TARGET, reasons.AMI_FILTERS) and cloud.why_not(place.region)
        return Failed(reasons.IMAGE_NOT_VERIFIED, str(unsearched)) if unsearched and wish.verified else decision
    wrong = next(
        (w for each in (found.target if found else ()) if (w := fault(each, place.architecture, platform))), None
    )
    if wrong is not None:
        return wrong
    if not isinstance(decision, Update) or not wish.verified or not cloud.askable:
        return decision
    unknown = next((each for each in _ids(decision.target) if cloud.of(place.region, each) is None), None)
    return decision if unknown is None else Failed(reasons.IMAGE_NOT_VERIFIED, _unknown(place, unknown, cloud))


def known(text: str | None, region: str | None, cloud: CloudFacts | None) -> ImageFacts | None:
    """The origin of the one image that a set or machine names, for its age."""
    ids = _ids(text)
    if cloud is None or len(ids) != 1:
        return None
    facts = cloud.of(region, *ids)
    return facts and cloud.origin(facts)


def _best(copies: Iterable[ImageCopy], current: object) -> ImageCopy | None:
    """The newest available one; but the one that the set boots already stays."""
    usable = [each for each in copies if each.facts.state == AVAILABLE]
    return max(usable, key=lambda each: (each.id == current, each.facts.created or "", each.id), default=None)


def _unknown(place: Place, image: str, cloud: CloudFacts) -> str:
    why = cloud.why_not(place.region, image)
    return str(why) if why else f"{image} could not be looked up: the machine set names no region."


def _ids(text: str | None) -> tuple[str, ...]:
    """The images in a verdict's text: several boot disks stand there with blanks between."""
    return tuple((text or "").split())
