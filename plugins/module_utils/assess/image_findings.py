# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings about images, as the cloud describes them: one for each image, however many machine sets name it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..model import reasons
from ..model.cloud import CloudFacts
from ..model.cluster import NotChecked
from ..model.errors import named
from ..model.images import ImageFacts
from ..model.verdict import NOT_VERIFIED, Failed, Finding, Skip, Verdict
from ..platforms.base import Platform
from .cloud_images import fault
from .finding import BLOCKER, WARNING, finding


@dataclass
class _Named:
    """An image that machine sets boot, or should boot."""

    facts: ImageFacts
    wrong: Failed | None
    boot: list[str] = field(default_factory=list)
    should: list[str] = field(default_factory=list)


def image_findings(verdicts: Iterable[Verdict], platform: Platform | None) -> Iterator[Finding]:
    """Of images that start no machines, and of deprecated ones."""
    if platform is None:
        return
    for each in _by_image(verdicts, platform).values():
        facts = each.facts
        name = f"image {facts.id}" + (f" in {facts.region}" if facts.region else "")
        if each.wrong and each.boot:
            message = f"{each.wrong.message} New machines of {named(each.boot, 3)} cannot start."
            yield finding(BLOCKER, name, each.wrong.reason, message)
        elif each.wrong:
            yield finding(
                BLOCKER, name, each.wrong.reason, f"{each.wrong.message} {named(each.should, 3)} should boot it."
            )
        elif facts.deprecated:
            since = f" since {facts.deprecation_time}" if facts.deprecation_time else ""
            instead = f" Its owner names {facts.replacement} in its place." if facts.replacement else ""
            message = f"It is deprecated{since}; {named(each.boot or each.should, 3)} {'boot' if each.boot else 'should boot'} it.{instead}"
            yield finding(WARNING, name, reasons.IMAGE_DEPRECATED, message)


def filter_findings(verdicts: Iterable[Verdict]) -> Iterator[Finding]:
    """Of machine sets that name their image by filters; nobody need ask the cloud to know that no machine starts."""
    for each in verdicts:
        decided = each.decision
        if isinstance(decided, Skip) and decided.reason in (reasons.AMI_FILTERS, reasons.AMI_FILTERS_EMPTY):
            yield finding(WARNING, str(each.machine_set.ref), decided.reason, decided.message)


def unverified(verdicts: Iterable[Verdict], cloud: CloudFacts | None, platform: str) -> Iterator[NotChecked]:
    """What could not be looked up: a region once, where all of it could not be."""
    if cloud is not None and not cloud.askable:
        yield NotChecked(
            f"images on {platform}", f"not_verified: this collection cannot ask {platform} whether images exist."
        )
        return
    told: dict[str, str] = {}
    for each in verdicts:
        error = cloud.why_not(each.region) if cloud else None
        found = each.verification
        if error is not None:
            told.setdefault(f"images in {each.region}" if each.region else "images", str(error))
        elif found is not None and found.state == NOT_VERIFIED:
            told.setdefault(f"images of {each.machine_set.ref}", found.message)
    for what, why in told.items():
        yield NotChecked(what, why)


def _by_image(verdicts: Iterable[Verdict], platform: Platform) -> dict[tuple[str, str, str | None], _Named]:
    found: dict[tuple[str, str, str | None], _Named] = {}
    for verdict in verdicts:
        seen = verdict.verification
        if seen is None:
            continue
        for facts, boots in (*((each, True) for each in seen.current), *((each, False) for each in seen.target)):
            wrong = fault(facts, verdict.architecture, platform)
            key = (facts.region, facts.id, wrong.reason.code if wrong else None)
            if key not in found:
                found[key] = _Named(facts, wrong)
            (found[key].boot if boots else found[key].should).append(verdict.machine_set.name)
    return found
