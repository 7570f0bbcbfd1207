# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What findings about images say: which image, what is wrong with it, and which machine sets name it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from unit.builders import OLD_AMI, TARGET_AMI, judged, machine_set

from ansible_collections.okd.boot_images.plugins.module_utils.assess.image_findings import (
    filter_findings,
    image_findings,
    unverified,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model import reasons
from ansible_collections.okd.boot_images.plugins.module_utils.model.cloud import EVERYTHING, CloudFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import CloudForbidden
from ansible_collections.okd.boot_images.plugins.module_utils.model.images import ImageFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import (
    Finding,
    Skip,
    Verdict,
    Verification,
)
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.aws import AWS

HERE, AWAY = "us-east-1", "eu-central-1"
SINCE = "2026-03-01T00:00:00Z"
DENIED = CloudForbidden("The credentials may not look.")
GONE: dict[str, Any] = {"exists": False}
AGED: dict[str, Any] = {"deprecated": True}
MANY = ("w1", "w2", "w3", "w4")
SAYS_SO = "this is why"


def ami(image: str = TARGET_AMI, region: str = HERE, **told: Any) -> ImageFacts:
    return ImageFacts(image, region, **{"state": "available", **told})


def seen(
    name: str = "w1",
    boots: ImageFacts | None = None,
    should: ImageFacts | None = None,
    state: str = "verified",
    **more: Any,
) -> Verdict:
    """A verdict whose images the cloud has described."""
    both = ((each,) if each else () for each in (boots, should))
    return replace(judged(machine_set(name)), verification=Verification(state, SAYS_SO, None, *both), **more)


def found(*verdicts: Verdict) -> list[Finding]:
    return list(image_findings(verdicts, AWS()))


def only(*verdicts: Verdict) -> Finding:
    (finding,) = found(*verdicts)
    return finding


class TestImages:
    @pytest.mark.parametrize(
        ("told", "severity", "code"),
        [
            (GONE, "blocker", "image_missing"),
            ({"state": "disabled"}, "blocker", "image_unavailable"),
            (AGED, "warning", "image_deprecated"),
        ],
    )
    def test_are_named_with_their_region(self, told: dict[str, Any], severity: str, code: str) -> None:
        for role in ("boots", "should"):
            finding = only(seen(**{role: ami(**told)}))
            assert (finding.severity, finding.reason.code) == (severity, code)
            assert finding.object == f"image {TARGET_AMI} in {HERE}"
            assert only(seen(**{role: ami(region="", **told)})).object == f"image {TARGET_AMI}"

    @pytest.mark.parametrize("role", ["boots", "should"])
    def test_of_no_use_say_what_is_wrong_with_them(self, role: str) -> None:
        assert "disabled" in only(seen(**{role: ami(state="disabled")})).message

    @pytest.mark.parametrize("role", ["boots", "should"])
    @pytest.mark.parametrize("told", [GONE, AGED])
    def test_name_up_to_three_machine_sets(self, told: dict[str, Any], role: str) -> None:
        three, four = (only(*(seen(name, **{role: ami(**told)}) for name in MANY[:n])).message for n in (3, 4))
        assert [each in three for each in MANY] == [True, True, True, False]
        assert three.replace("w1, w2, w3", "w1, w2, w3 and 1 more") == four

    def test_that_are_in_use_are_told_of_those_that_boot_them(self) -> None:
        for told in (GONE, AGED):
            finding = only(seen("w1", should=ami(**told)), seen("w2", boots=ami(**told)))
            assert ("w1" in finding.message, "w2" in finding.message) == (False, True)

    def test_that_are_deprecated_are_told_as_booted_or_as_to_be_booted(self) -> None:
        messages = [only(seen(**{role: ami(**AGED)})).message for role in ("boots", "should")]
        assert ["w1 boot " in each for each in messages] == [True, False]
        assert ["w1 should boot " in each for each in messages] == [False, True]

    def test_that_are_deprecated_have_a_day_and_a_replacement_where_they_are_known(self) -> None:
        plain = only(seen(boots=ami(**AGED))).message
        dated = only(seen(boots=ami(deprecation_time=SINCE, **AGED))).message
        replaced = only(seen(boots=ami(replacement=OLD_AMI, **AGED))).message
        assert plain == dated.replace(f" since {SINCE}", "") != dated
        assert OLD_AMI in replaced.removeprefix(plain)
        assert replaced.startswith(plain)

    def test_are_told_once_each_and_apart_by_region_id_and_fault(self) -> None:
        gone = ami(**GONE)
        assert len(found(seen("w1", gone), seen("w2", gone))) == 1
        assert len(found(seen("w1", gone), seen("w2", ami(region=AWAY, **GONE)))) == 2
        assert len(found(seen("w1", gone), seen("w2", ami(OLD_AMI, **GONE)))) == 2

    def test_may_serve_one_set_and_not_another(self) -> None:
        image = ami(architecture="arm64", deprecated=True)
        findings = found(seen("w1", image, architecture="arm64"), seen("w2", image, architecture="amd64"))
        assert [each.reason.code for each in findings] == ["image_deprecated", "image_architecture"]
        assert [["w1" in each.message, "w2" in each.message] for each in findings] == [[True, False], [False, True]]

    def test_of_an_unknown_platform_or_that_nobody_asked_for_are_not_judged(self) -> None:
        gone = seen(boots=ami(**GONE))
        assert list(image_findings([gone], None)) == []
        assert found(replace(gone, verification=None)) == []
        assert found(seen(boots=ami(), should=ami(OLD_AMI))) == []


@pytest.mark.parametrize("reason", [reasons.AMI_FILTERS, reasons.AMI_FILTERS_EMPTY])
def test_a_set_with_filters_is_named_with_its_decisions_words(reason: reasons.Reason) -> None:
    verdict = seen(decision=Skip(reason, SAYS_SO))
    (finding,) = filter_findings([verdict, seen(decision=Skip(reasons.OWNED, SAYS_SO))])
    assert (finding.severity, finding.reason, finding.message) == ("warning", reason, SAYS_SO)
    assert finding.object == str(verdict.machine_set.ref)


class TestUnverified:
    @staticmethod
    def told(*verdicts: Verdict, cloud: CloudFacts | None) -> list[tuple[str, str]]:
        return [(each.what, each.why) for each in unverified(verdicts, cloud, "Nutanix")]

    def test_a_platform_that_cannot_be_asked_is_named(self) -> None:
        ((what, why),) = self.told(seen(), seen(), cloud=CloudFacts(askable=False))
        assert ("Nutanix" in what, "Nutanix" in why, why.split(":")[0]) == (True, True, "not_verified")

    def test_a_region_is_told_once_with_its_error(self) -> None:
        cloud = CloudFacts(errors={(HERE, ""): DENIED})
        sets = (seen("w1", region=HERE), seen("w2", region=HERE), seen("w3", region=AWAY))
        assert self.told(*sets, cloud=cloud) == [(f"images in {HERE}", str(DENIED))]

    def test_without_a_region_all_images_are_meant(self) -> None:
        assert self.told(seen(region=None), cloud=CloudFacts(errors={EVERYTHING: DENIED})) == [("images", str(DENIED))]

    def test_single_images_are_told_of_their_set(self) -> None:
        unknown = seen(state="not_verified")
        for cloud in (CloudFacts(), None):
            assert self.told(unknown, cloud=cloud) == [(f"images of {unknown.machine_set.ref}", SAYS_SO)]

    @pytest.mark.parametrize("state", ["verified", "refuted"])
    def test_what_was_looked_up_is_not_unverified(self, state: str) -> None:
        assert self.told(seen(state=state), cloud=CloudFacts()) == []
        assert self.told(replace(seen(), verification=None), cloud=CloudFacts()) == []
