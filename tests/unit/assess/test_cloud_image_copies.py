# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which copy stands in for an image that the region lacks, and what is said where none does."""

from __future__ import annotations

from typing import Any

from unit.builders import OLD_AMI, TARGET_AMI, aws_spec, stream_data

from ansible_collections.okd.boot_images.plugins.module_utils.assess.cloud_images import brought, mendable
from ansible_collections.okd.boot_images.plugins.module_utils.model import images as i
from ansible_collections.okd.boot_images.plugins.module_utils.model import reasons
from ansible_collections.okd.boot_images.plugins.module_utils.model.cloud import CloudFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import ImageCopyFailed
from ansible_collections.okd.boot_images.plugins.module_utils.model.images import ImageCopy, ImageFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Failed, Skip
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.aws import AWS
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Entry, Offer, Site, Target

AWAY = "eu-central-1"
SOUGHT = f"demo-ami-{AWAY}"
FILTERS = aws_spec(ami={"filters": [{"name": "tag:Name", "values": [SOUGHT]}]}, placement={"region": AWAY})
BY_ID = aws_spec(placement={"region": AWAY})
INFRASTRUCTURE = {"status": {"infrastructureName": "demo"}}
STREAM = Entry("x86_64", stream_data()["architectures"]["x86_64"])
NO_STREAM = Entry("x86_64", None)
OFFER = Skip(reasons.NO_TARGET, "The stream has nothing.")
FAILURE = ImageCopyFailed("no copying today")
OTHER = "ami-00000000000000099"


def copy(image: str, source: str = TARGET_AMI, name: str | None = None, **told: Any) -> ImageCopy:
    made = ImageFacts(image, AWAY, source=source, **{"state": "available", **told})
    return ImageCopy(made, i.OURS, tag_name=name)


def site(*copies: ImageCopy, **more: Any) -> Site:
    return Site(INFRASTRUCTURE, cloud=CloudFacts(copies={AWAY: copies}, **more))


UNSEARCHED = Site(INFRASTRUCTURE, cloud=CloudFacts())


def bring(where: Site, spec: Any = BY_ID, entry: Entry = STREAM) -> Offer:
    return brought(OFFER, AWAY, AWS(), spec, entry, where)


def said(found: Offer) -> str:
    assert isinstance(found, Skip) and found.reason is reasons.NO_TARGET
    return found.message


def chosen(*copies: ImageCopy, spec: Any = BY_ID) -> str:
    found = bring(site(*copies), spec)
    assert isinstance(found, Target)
    return found.text


def test_without_a_search_the_offer_stays() -> None:
    assert bring(Site(INFRASTRUCTURE)) is OFFER
    assert bring(UNSEARCHED) is OFFER
    assert bring(UNSEARCHED, FILTERS) is OFFER


def test_where_the_stream_has_no_image_anywhere_there_is_none_to_copy() -> None:
    assert bring(site(), entry=NO_STREAM) is OFFER


def test_that_nothing_was_found_is_added_to_the_offer() -> None:
    found = said(bring(site()))
    assert found.startswith(OFFER.message)
    assert len(found) > len(OFFER.message)


def test_the_first_pending_copy_of_the_image_is_named() -> None:
    pending = [copy("ami-00000000000000031", OTHER, state="pending")]
    pending += [copy(f"ami-000000000000000{number}", state="pending") for number in (32, 33)]
    found = said(bring(site(*pending)))
    assert found.startswith(OFFER.message)
    assert [each.id in found for each in pending] == [False, True, False]
    assert bring(site(pending[0])) == bring(site())


def test_an_empty_search_by_name_tells_the_name_and_the_region() -> None:
    found = bring(site(), FILTERS)
    assert isinstance(found, Skip) and found.reason is reasons.AMI_FILTERS_EMPTY
    assert SOUGHT in found.message
    assert AWAY in found.message.replace(SOUGHT, "")


def test_a_failed_copy_is_told_in_its_own_words() -> None:
    failed = {(AWAY, OTHER): ImageCopyFailed("of another"), (AWAY, TARGET_AMI): FAILURE}
    assert bring(site(copying_errors=failed)) == Failed(reasons.COPY_FAILED, str(FAILURE))


def test_of_the_installers_copies_the_one_with_the_name_is_taken() -> None:
    named, other = copy("ami-00000000000000031", OTHER, SOUGHT), copy("ami-00000000000000032", OTHER, "another")
    assert chosen(named, other, spec=FILTERS) == named.id


def test_the_newest_is_taken_by_its_date_then_by_its_id_and_an_unknown_date_is_the_oldest() -> None:
    low, high = "ami-00000000000000031", "ami-00000000000000032"
    early, late = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
    assert chosen(copy(low, created=late), copy(high, created=early)) == low
    assert chosen(copy(low, created=late), copy(high, created=late)) == high
    assert chosen(copy(low, created=late), copy(high)) == low
    assert chosen(copy(OLD_AMI, created=early), copy(high, created=late)) == OLD_AMI


def test_filters_can_be_mended_where_they_are_the_installers_and_the_region_was_searched() -> None:
    assert mendable(AWS(), FILTERS, site()) is True
    for spec, where in ((FILTERS, UNSEARCHED), (FILTERS, Site(INFRASTRUCTURE)), (BY_ID, site())):
        assert mendable(AWS(), spec, where) is False
