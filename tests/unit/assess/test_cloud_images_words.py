# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a set's images: which image, where, and the cloud's own words."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import OLD_AMI, TARGET_AMI

from ansible_collections.okd.boot_images.plugins.module_utils.assess.cloud_images import (
    Place,
    confirmed,
    fault,
    known,
    verification,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model import reasons
from ansible_collections.okd.boot_images.plugins.module_utils.model.cloud import CloudFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import CloudForbidden
from ansible_collections.okd.boot_images.plugins.module_utils.model.images import ImageFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.reasons import Reason
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import (
    Current,
    Decision,
    Failed,
    Skip,
    Unsupported,
    Update,
    Verification,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.aws import AWS

HERE, AWAY = "us-east-1", "eu-central-1"
AT = Place(HERE, "amd64")
BUSY = "the quota is used up"
FIRST, SECOND = CloudForbidden("of the first"), CloudForbidden("of the second")
INSISTS, EASY = ImageWish(verified=True), ImageWish()
UPDATE = Update(OLD_AMI, TARGET_AMI, ())


def ami(image: str = TARGET_AMI, region: str = HERE, **told: Any) -> ImageFacts:
    return ImageFacts(image, region, **{"state": "available", "architecture": "amd64", **told})


def facts(*given: ImageFacts, **more: Any) -> CloudFacts:
    return CloudFacts({(each.region, each.id): each for each in given}, **more)


def wrong(told: ImageFacts, architecture: str | None = "amd64") -> Failed:
    found = fault(told, architecture, AWS())
    assert found is not None
    return found


def verified(current: str | None, target: str | None, cloud: CloudFacts, place: Place = AT) -> Verification:
    found = verification(current, target, place, AWS(), cloud)
    assert found is not None and found.message
    return found


class TestFaults:
    @pytest.mark.parametrize(
        ("told", "code", "words"),
        [
            ({"exists": False}, "image_missing", ()),
            ({"state": "disabled"}, "image_unavailable", ("disabled",)),
            ({"architecture": "arm64"}, "image_architecture", ("arm64", "amd64")),
            ({"virtualization": "paravirtual"}, "image_unbootable", ("paravirtual",)),
        ],
    )
    def test_names_the_image_its_region_and_what_is_wrong(
        self, told: dict[str, Any], code: str, words: tuple[str, ...]
    ) -> None:
        found, nowhere = wrong(ami(**told)), wrong(ami(region="", **told))
        assert found.reason.code == nowhere.reason.code == code
        for word in (TARGET_AMI, HERE, *words):
            assert word in found.message
        assert nowhere.message == found.message.replace(f" in {HERE}", "")

    @pytest.mark.parametrize("told", [{"exists": False}, {"state": "failed"}])
    def test_has_the_clouds_own_reason_where_it_gives_one(self, told: dict[str, Any]) -> None:
        plain, explained = wrong(ami(**told)).message, wrong(ami(state_reason=BUSY, **told)).message
        assert BUSY in explained
        assert plain == explained.replace(f": {BUSY}", "")

    @pytest.mark.parametrize(
        ("told", "architecture"),
        [({"state": None}, "amd64"), ({"architecture": None}, "amd64"), ({"architecture": "arm64"}, None), ({}, "amd64")],
    )  # fmt: skip
    def test_what_nobody_tells_is_none(self, told: dict[str, Any], architecture: str | None) -> None:
        assert fault(ami(**told), architecture, AWS()) is None


class TestVerification:
    def test_needs_a_cloud_a_platform_and_an_image(self) -> None:
        cloud = facts(ami())
        assert verification(None, TARGET_AMI, AT, AWS(), None) is None
        assert verification(None, TARGET_AMI, AT, None, cloud) is None
        assert verification(None, None, AT, AWS(), cloud) is None

    def test_of_one_image_looks_at_that_one_only(self) -> None:
        target, old = ami(), ami(OLD_AMI)
        for current, wanted, mine, theirs in ((None, TARGET_AMI, (), (target,)), (OLD_AMI, None, (old,), ())):
            found = verified(current, wanted, facts(target, old))
            assert (found.state, found.current, found.target) == ("verified", mine, theirs)

    def test_of_a_platform_that_cannot_be_asked_names_it(self) -> None:
        found = verified(None, TARGET_AMI, CloudFacts(askable=False))
        assert (found.state, found.reason, "AWS" in found.message) == ("not_verified", reasons.NOT_VERIFIED, True)

    def test_is_refuted_by_the_first_fault(self) -> None:
        bad = ami(OLD_AMI, state="disabled")
        gone = ami(exists=False)
        for target in (gone, ami()):
            found = verified(OLD_AMI, TARGET_AMI, facts(bad, target))
            assert (found.state, found.reason) == ("refuted", reasons.IMAGE_UNAVAILABLE)
            assert (found.message, found.current, found.target) == (wrong(bad).message, (bad,), (target,))

    def test_says_why_the_first_unknown_image_is_unknown(self) -> None:
        cloud = facts(errors={(HERE, OLD_AMI): FIRST, (HERE, TARGET_AMI): SECOND})
        found = verified(OLD_AMI, TARGET_AMI, cloud)
        assert (found.state, found.reason) == ("not_verified", reasons.IMAGE_NOT_VERIFIED)
        assert found.message == str(FIRST)

    def test_without_a_region_names_the_image(self) -> None:
        assert OLD_AMI in verified(OLD_AMI, None, facts(), Place(None, "amd64")).message


def confirm(
    decision: Decision,
    found: Verification | None = None,
    cloud: CloudFacts | None = None,
    wish: ImageWish = INSISTS,
) -> Decision:
    return confirmed(decision, found, AT, AWS(), facts() if cloud is None else cloud, wish)


class TestConfirmed:
    @pytest.mark.parametrize("decision", [Failed(reasons.DEGRADED, "x"), Unsupported(reasons.DEGRADED, "x")])
    def test_what_has_failed_already_stays(self, decision: Decision) -> None:
        gone = Verification("refuted", "x", None, (), (ami(exists=False),))
        assert confirm(decision, gone) is decision

    def test_without_a_cloud_or_platform_nothing_is_asked(self) -> None:
        gone = Verification("refuted", "x", None, (), (ami(exists=False),))
        assert confirmed(UPDATE, gone, AT, AWS(), None, INSISTS) is UPDATE
        assert confirmed(UPDATE, gone, AT, None, facts(), INSISTS) is UPDATE

    @pytest.mark.parametrize(
        ("reason", "wish", "fails"),
        [
            (reasons.NO_TARGET, INSISTS, True),
            (reasons.AMI_FILTERS, INSISTS, True),
            (reasons.NO_TARGET, EASY, False),
            (reasons.OWNED, INSISTS, False),
        ],
    )
    def test_a_skip_fails_where_a_search_was_needed_and_failed(
        self, reason: Reason, wish: ImageWish, fails: bool
    ) -> None:
        skip = Skip(reason, "x")
        found = confirm(skip, None, facts(errors={(HERE, ""): FIRST}), wish)
        assert found == (Failed(reasons.IMAGE_NOT_VERIFIED, str(FIRST)) if fails else skip)
        assert confirm(skip, None, facts(), wish) is skip

    def test_a_bad_target_is_its_fault(self) -> None:
        for decision in (UPDATE, Current(TARGET_AMI)):
            gone = ami(exists=False)
            found = confirm(decision, Verification("refuted", "x", None, (), (ami(), gone)), facts(gone), EASY)
            assert found == wrong(gone)

    def test_an_unknown_target_is_written_unless_somebody_insists(self) -> None:
        known_elsewhere = facts(ami(region=AWAY), ami(OLD_AMI), errors={(HERE, TARGET_AMI): SECOND})
        assert confirm(UPDATE, None, known_elsewhere) == Failed(reasons.IMAGE_NOT_VERIFIED, str(SECOND))
        assert confirm(UPDATE, None, known_elsewhere, EASY) is UPDATE
        assert confirm(UPDATE, None, facts(askable=False)) is UPDATE
        assert confirm(UPDATE, None, facts(ami())) is UPDATE
        assert confirm(Current(TARGET_AMI), None, known_elsewhere) == Current(TARGET_AMI)

    def test_of_two_targets_the_unknown_one_is_named(self) -> None:
        both = Update(None, f"{TARGET_AMI} {OLD_AMI}", ())
        cloud = facts(ami(), errors={(HERE, OLD_AMI): FIRST})
        assert confirm(both, None, cloud) == Failed(reasons.IMAGE_NOT_VERIFIED, str(FIRST))


def test_known_is_the_origin_of_one_image() -> None:
    origin = ami(OLD_AMI, AWAY)
    copied = ami(source=OLD_AMI, source_region=AWAY)
    cloud = facts(copied, origin)
    assert known(TARGET_AMI, HERE, cloud) is origin
    assert known(OLD_AMI, AWAY, cloud) is origin
    for text, region, asked in (
        (None, HERE, cloud),
        (OLD_AMI, HERE, cloud),
        (f"{TARGET_AMI} {OLD_AMI}", HERE, cloud),
        (TARGET_AMI, HERE, None),
    ):
        assert known(text, region, asked) is None
