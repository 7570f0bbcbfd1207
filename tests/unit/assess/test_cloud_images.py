# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the cloud's word makes of a machine set: pure, from facts as values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from unit.builders import (
    OLD,
    OLD_AMI,
    TARGET,
    TARGET_AMI,
    aws_spec,
    config_map,
    machine_set,
    manager,
    snapshot,
    stream_data,
)

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model import images as i
from ansible_collections.okd.boot_images.plugins.module_utils.model.cloud import EVERYTHING, CloudFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import CloudForbidden
from ansible_collections.okd.boot_images.plugins.module_utils.model.images import ImageCopy, ImageFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import (
    Assessment,
    Change,
    Current,
    Skip,
    Update,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish

OFF = {"managers": [manager("None")]}
HERE, AWAY = "us-east-1", "eu-central-1"
INFRA = "demo-7xq4k"
COPY_ID = "ami-0000000000000000c"
PRODUCT = "59ead7de-2540-4653-a8b0-fa7926d5c845"
FILTERS = {"filters": [{"name": "tag:Name", "values": [f"{INFRA}-ami-{AWAY}"]}]}
OTHERS = {"filters": [{"name": "tag:Name", "values": ["golden"]}]}
DENIED = CloudForbidden("The AWS credentials may not ec2:DescribeImages in us-east-1.")
GOOD = {"state": "available", "architecture": "amd64", "virtualization": "hvm", "kind": i.STANDARD}


def facts(*given: ImageFacts, **more: Any) -> CloudFacts:
    return CloudFacts({(each.region, each.id): each for each in given}, **more)


def ami(image: str, region: str = HERE, **told: Any) -> ImageFacts:
    return ImageFacts(image, region, **{**GOOD, **told})


def missing(image: str) -> ImageFacts:
    return ImageFacts(image, HERE, exists=False)


def judge(
    cloud: CloudFacts | None,
    spec: Any = None,
    platform: str = "AWS",
    release: str = "4.19",
    wish: ImageWish | None = None,
    **cluster: Any,
) -> Assessment:
    status = {"infrastructureName": INFRA, "platformStatus": {"type": platform}}
    given = {"infrastructure": {"status": status}, **OFF, **cluster}
    made = machine_set(spec=aws_spec() if spec is None else spec)
    return assess(snapshot([made], release, platform, **given), wish, cloud=cloud)


def away(ami_of: Any = None) -> dict[str, Any]:
    """A set where the stream has no image."""
    return aws_spec(ami=ami_of or {"id": OLD_AMI}, placement={"region": AWAY})


def copy(by: str = i.OURS, source: str = TARGET_AMI, image: str = COPY_ID, **told: Any) -> ImageCopy:
    name = f"{INFRA}-ami-{AWAY}" if by == i.INSTALLER else None
    return ImageCopy(ami(image, AWAY, source=source, source_region=HERE, kind=i.COPY, **told), by, tag_name=name)


def finding(judged: Assessment) -> list[tuple[str, str]]:
    return [(each.severity, each.reason.code) for each in judged.findings]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (missing(TARGET_AMI), "image_missing"),
        (ami(TARGET_AMI, state="pending"), "image_unavailable"),
        (ami(TARGET_AMI, state="disabled"), "image_unavailable"),
        (ami(TARGET_AMI, architecture="arm64"), "image_architecture"),
        (ami(TARGET_AMI, virtualization="paravirtual"), "image_unbootable"),
    ],
)
def test_a_bad_target_is_never_written(target: ImageFacts, code: str) -> None:
    judged = judge(facts(ami(OLD_AMI), target))
    told = judged.verdicts[0]
    assert told.decision.reason.code == code
    assert TARGET_AMI in told.decision.message
    assert (told.verification.state, told.verification.reason.code) == ("refuted", code)
    assert finding(judged) == [("blocker", code)]
    assert "worker-a should boot it" in judged.findings[0].message


def test_an_arm_image_that_boots_from_a_bios_is_none() -> None:
    made = machine_set(spec=aws_spec(), arch="arm64")
    status = {"status": {"infrastructureName": INFRA, "platformStatus": {"type": "AWS"}}}
    for mode, code in (("legacy-bios", "image_unbootable"), ("uefi", None), (None, None)):
        told = ami("ami-000000000000000aa", architecture="arm64", boot_mode=mode)
        judged = assess(
            snapshot([made], "4.19", "AWS", infrastructure=status, **OFF),
            cloud=facts(ami(OLD_AMI, architecture="arm64"), told),
        )
        assert getattr(getattr(judged.verdicts[0].decision, "reason", None), "code", None) == code


def test_a_good_target_is_written_and_a_lost_image_found() -> None:
    judged = judge(facts(missing(OLD_AMI), ami(TARGET_AMI)))
    assert isinstance(judged.verdicts[0].decision, Update)
    assert finding(judged) == [("blocker", "image_missing")]
    assert "New machines of worker-a cannot start." in judged.findings[0].message


def test_a_current_set_whose_image_is_gone_fails() -> None:
    judged = judge(facts(missing(TARGET_AMI)), aws_spec(TARGET_AMI))
    assert judged.verdicts[0].decision.reason.code == "image_missing"
    assert judged.verdicts[0].drift is False


def test_all_is_well_is_said() -> None:
    told = judge(facts(ami(OLD_AMI), ami(TARGET_AMI))).verdicts[0]
    assert (told.verification.state, told.verification.reason) == ("verified", None)
    assert judge(None).verdicts[0].verification is None


def test_a_deprecated_image_is_a_warning_with_its_replacement() -> None:
    old = ImageFacts(OLD, "us-central1", state="available", deprecated=True, replacement=TARGET)
    judged = assess(
        snapshot([machine_set(), machine_set("worker-b")], **OFF),
        cloud=facts(old, ImageFacts(TARGET, "us-central1", state="available")),
    )
    assert finding(judged) == [("warning", "image_deprecated")]
    assert TARGET in judged.findings[0].message
    assert "worker-a, worker-b boot it" in judged.findings[0].message
    assert isinstance(judged.verdicts[0].decision, Update)


class TestWhoseItIs:
    def test_somebodys_own_is_left_alone_unless_taken_over(self) -> None:
        cloud = facts(ami(OLD_AMI, kind=i.CUSTOM, owner="999999999999"), ami(TARGET_AMI))
        told = judge(cloud).verdicts[0].decision
        assert (told.reason.code, "999999999999" in told.message) == ("custom_image", True)
        assert isinstance(judge(cloud, wish=ImageWish(take_over=True)).verdicts[0].decision, Update)
        assert isinstance(judge(None).verdicts[0].decision, Update)

    def test_an_image_of_the_stream_is_standard_whoever_owns_it(self) -> None:
        data = stream_data()
        data["architectures"]["x86_64"]["images"]["aws"]["regions"]["us-east-2"] = {"image": OLD_AMI}
        cloud = facts(ami(OLD_AMI, kind=i.CUSTOM, owner="1"), ami(TARGET_AMI))
        assert isinstance(judge(cloud, stream=config_map(data)).verdicts[0].decision, Update)

    @pytest.mark.parametrize(
        ("told", "custom"),
        [
            ({"public": True, "name": "scos-9.0.20250510-0-x86_64"}, False),
            ({"public": True, "name": "rhcos-9.6.20250510-0-x86_64"}, False),
            ({"public": False, "name": "rhcos-9.6.20250510-0-x86_64"}, True),
            ({"public": True, "name": "golden-rhcos-9.6"}, True),
        ],
    )
    def test_a_public_image_of_coreos_own_name_is_nobodys_own(self, told: dict[str, Any], custom: bool) -> None:
        """SCOS, and RHCOS in other partitions, belong to accounts that nobody has written down."""
        cloud = facts(ami(OLD_AMI, kind=i.CUSTOM, owner="1", **told), ami(TARGET_AMI))
        assert isinstance(judge(cloud).verdicts[0].decision, Skip) == custom

    def test_of_fedora_is_said(self) -> None:
        cloud = facts(ami(OLD_AMI, kind=i.CUSTOM, name="fedora-coreos-41.20250315.3.0-x86_64"), ami(TARGET_AMI))
        assert "born on FCOS" in judge(cloud).verdicts[0].decision.message

    @pytest.mark.parametrize(
        ("told", "will", "words"),
        [
            ({"kind": i.STANDARD}, "update", TARGET_AMI),
            ({"kind": i.CUSTOM, "owner": "1"}, "skip", f"AMI {OLD_AMI} has unrecognised owner 1"),
            ({"kind": i.COPY, "owner": "1"}, "skip", "unrecognised owner"),
            ({"exists": False}, "fail", "EC2 knows no AMI"),
            ({"kind": i.MARKETPLACE, "product": PRODUCT}, "update", "ami-0000000000000006b"),
        ],
    )
    def test_the_operator_that_judges_by_owner(self, told: dict[str, Any], will: str, words: str) -> None:
        images = tuple(
            ami(
                f"ami-0000000000000006{letter}",
                kind=i.MARKETPLACE,
                product=PRODUCT,
                description=f"RHEL CoreOS {x} {x}.20260210-0 x86_64",
            )
            for letter, x in (("b", "9.6"), ("c", "9.8"))
        )
        data = stream_data()
        data["architectures"]["x86_64"]["artifacts"] = {"aws": {"release": "9.6.20250701-0"}}
        cloud = facts(ami(OLD_AMI, **told), ami(TARGET_AMI), products={HERE: images})
        judged = judge(cloud, release="5.0", managers=[manager()], stream=config_map(data, "5.0.0"))
        assert (judged.verdicts[0].operator.will, words in judged.verdicts[0].operator.message) == (will, True)

    def test_a_marketplace_image_that_is_too_new_is_set_back_and_without_one_the_set_is_skipped(self) -> None:
        data = stream_data()
        data["architectures"]["x86_64"]["artifacts"] = {"aws": {"release": "9.4.20250701-0"}}
        old = ami(OLD_AMI, kind=i.MARKETPLACE, product=PRODUCT)
        newer = ami(
            "ami-0000000000000006b",
            kind=i.MARKETPLACE,
            product=PRODUCT,
            description="RHEL CoreOS 9.6 9.6.20260210-0 x86_64",
        )
        judged = judge(
            facts(old, products={HERE: (newer,)}), release="5.0", managers=[manager()], stream=config_map(data, "5.0.0")
        )
        told = judged.verdicts[0]
        assert (told.operator.will, told.decision.reason.code) == ("skip", "no_target")
        assert PRODUCT in told.decision.message

    @pytest.mark.parametrize(
        ("kind", "words"), [(i.STANDARD, "Red Hat's"), (i.CUSTOM, "the account 7"), (i.MARKETPLACE, "marketplace")]
    )
    def test_up_to_4_22_the_list_decides_and_the_owner_is_a_hint(self, kind: str, words: str) -> None:
        judged = judge(facts(ami(OLD_AMI, kind=kind, owner="7"), ami(TARGET_AMI)), managers=[manager()])
        told = judged.verdicts[0].operator
        assert (told.will, "built into the operator" in told.message, words in told.message) == ("unknown", True, True)

    def test_a_products_image_that_the_stream_names_gives_way_to_the_streams(self) -> None:
        data = stream_data()
        data["architectures"]["x86_64"]["images"]["aws"]["regions"]["us-east-2"] = {"image": OLD_AMI}
        cloud = facts(ami(OLD_AMI, kind=i.MARKETPLACE, product=PRODUCT), ami(TARGET_AMI), products={HERE: ()})
        assert judge(cloud, stream=config_map(data)).verdicts[0].target == TARGET_AMI
        assert judge(cloud).verdicts[0].target is None

    @pytest.mark.parametrize("left", [True, False])
    def test_up_to_4_22_a_marketplace_product_does_not_count_for_the_operator(self, left: bool) -> None:
        """Neither that the set boots the product's newest already, nor that the product has none."""
        data = stream_data()
        data["architectures"]["x86_64"]["artifacts"] = {"aws": {"release": "9.6.20250701-0"}}
        told = "RHEL CoreOS 9.6 9.6.20250210-0 x86_64"
        own = ami(OLD_AMI, kind=i.MARKETPLACE, product=PRODUCT, description=told)
        cloud = facts(own, ami(TARGET_AMI), products={HERE: (own,) if left else ()})
        for release, will in (("4.22", "unknown"), ("4.23", "nothing" if left else "skip")):
            judged = judge(cloud, release=release, managers=[manager()], stream=config_map(data, f"{release}.0"))
            assert judged.verdicts[0].operator.will == will


class TestCopies:
    def test_a_copy_serves_where_the_stream_has_none(self) -> None:
        cloud = facts(ami(OLD_AMI, AWAY), copies={AWAY: (copy(),)})
        told = judge(cloud, away()).verdicts[0]
        assert told.decision == Update(OLD_AMI, COPY_ID, (Change(("ami",), {"id": OLD_AMI}, {"id": COPY_ID}),))
        assert isinstance(judge(facts(copies={AWAY: (copy(),)}), away({"id": COPY_ID})).verdicts[0].decision, Current)

    def test_the_operator_still_has_nothing_for_the_region(self) -> None:
        cloud = facts(ami(OLD_AMI, AWAY), copies={AWAY: (copy(),)})
        told = judge(cloud, away(), managers=[manager()]).verdicts[0]
        assert (told.operator.will, told.operator.reason.code) == ("skip", "no_target")
        assert isinstance(told.decision, Update)

    def test_the_copy_that_the_set_boots_stays_and_else_the_newest_counts(self) -> None:
        old, new = (
            copy(created="2026-01-01T00:00:00Z"),
            copy(image="ami-0000000000000000d", created="2026-02-01T00:00:00Z"),
        )
        cloud = facts(ami(OLD_AMI, AWAY), copies={AWAY: (old, new)})
        assert judge(cloud, away()).verdicts[0].target == new.id
        assert isinstance(judge(cloud, away({"id": old.id})).verdicts[0].decision, Current)

    @pytest.mark.parametrize(
        ("copies", "words"),
        [
            ((), "Nor has the account a copy"),
            ((copy(source="ami-00000000000000099"),), "Nor has the account a copy"),
            ((copy(state="pending"),), f"{COPY_ID} is being copied"),
            ((copy(state="failed"),), "Nor has the account a copy"),
        ],
    )
    def test_without_one_the_set_is_skipped(self, copies: tuple[ImageCopy, ...], words: str) -> None:
        told = judge(facts(ami(OLD_AMI, AWAY), copies={AWAY: copies}), away()).verdicts[0]
        assert (told.decision.reason.code, words in told.decision.message) == ("no_target", True)
        assert told.elsewhere == {HERE: TARGET_AMI}

    def test_one_that_could_not_be_made_fails_its_sets(self) -> None:
        cloud = facts(ami(OLD_AMI, AWAY), copies={AWAY: ()}, copying_errors={(AWAY, TARGET_AMI): DENIED})
        told = judge(cloud, away()).verdicts[0].decision
        assert (told.reason.code, told.message) == ("copy_failed", str(DENIED))

    def test_who_writes_the_set_is_told_before_what_hinders_its_copy(self) -> None:
        cloud = facts(ami(OLD_AMI, AWAY), copies={AWAY: ()}, copying_errors={(AWAY, TARGET_AMI): DENIED})
        owned = machine_set(spec=away(), labels={"argocd.argoproj.io/instance": "x"})
        status = {"status": {"infrastructureName": INFRA, "platformStatus": {"type": "AWS"}}}
        seen = snapshot([owned], "4.19", "AWS", infrastructure=status, **OFF)
        for take_over, code in ((False, "owned"), (True, "copy_failed")):
            (told,) = assess(seen, ImageWish(take_over=take_over), cloud=cloud).verdicts
            assert told.decision.reason.code == code

    @pytest.mark.parametrize(
        ("spec", "target"),
        [(aws_spec(), TARGET_AMI), (aws_spec(placement={"region": ""}), None), (aws_spec(placement={}), None)],
    )
    def test_none_is_made_where_the_stream_has_an_image_nor_where_no_region_is_known(
        self, spec: Any, target: str | None
    ) -> None:
        here = replace(copy(), facts=ami(COPY_ID, source=TARGET_AMI, source_region=HERE, kind=i.COPY))
        told = judge(facts(ami(OLD_AMI), ami(TARGET_AMI), copies={HERE: (here,)}), spec).verdicts[0]
        assert (told.target, told.elsewhere) == (target, {})

    def test_nor_for_a_marketplace_product_which_has_images_of_its_own(self) -> None:
        data = stream_data()
        data["architectures"]["x86_64"]["artifacts"] = {"aws": {"release": "9.6.20250701-0"}}
        old, new = (
            ami(image, AWAY, kind=i.MARKETPLACE, product=PRODUCT, description=f"RHEL CoreOS 9.6 9.6.{day}-0 x86_64")
            for image, day in ((OLD_AMI, "20250110"), ("ami-0000000000000006b", "20250210"))
        )
        for products in ((old, new), ()):
            cloud = facts(old, products={AWAY: products}, copies={AWAY: (copy(),)})
            told = judge(cloud, away(), stream=config_map(data)).verdicts[0]
            assert (told.target, told.elsewhere) == (new.id if products else None, {})

    def test_its_age_is_that_of_what_it_was_made_from(self) -> None:
        installers = copy(i.INSTALLER, "ami-00000000000000099", "ami-0000000000000005a", created="2026-05-01T00:00:00Z")
        source = ami("ami-00000000000000099", name="scos-9.0.20250101-0-x86_64", created="2025-01-01T00:00:00.000Z")
        new = copy(name=f"scos-10.0.20250628-0-x86_64-{INFRA}-12345678")
        told = judge(facts(source, copies={AWAY: (installers, new)}), away({"id": installers.id})).verdicts[0]
        assert (told.age.built, told.age.days_behind) == ("2025-01-01", 178)

    def test_ids_that_tell_nothing_are_aged_by_their_days(self) -> None:
        cloud = facts(
            ami(OLD_AMI, created="2025-01-01T00:00:00.000Z"), ami(TARGET_AMI, created="2025-07-01T12:00:00.000Z")
        )
        assert judge(cloud).verdicts[0].age.days_behind == 181
        assert judge(None).verdicts[0].age.days_behind is None


class TestFilters:
    def test_they_are_told_without_asking_anybody(self) -> None:
        judged = judge(None, away(FILTERS))
        assert judged.verdicts[0].decision.reason.code == "ami_filters"
        assert finding(judged) == [("warning", "ami_filters")]

    def test_the_installers_copy_is_written_as_id_and_the_filters_go(self) -> None:
        cloud = facts(copies={AWAY: (copy(i.INSTALLER, "ami-00000000000000099"),)})
        told = judge(cloud, away(FILTERS)).verdicts[0].decision
        assert told == Update(None, COPY_ID, (Change(("ami",), FILTERS, {"id": COPY_ID}),))

    def test_a_copy_of_the_releases_image_goes_before_the_installers(self) -> None:
        new = copy(image="ami-0000000000000000d")
        cloud = facts(copies={AWAY: (copy(i.INSTALLER, "ami-00000000000000099"), new)})
        assert judge(cloud, away(FILTERS)).verdicts[0].target == new.id

    def test_nothing_found_has_a_code_of_its_own(self) -> None:
        judged = judge(facts(copies={AWAY: ()}), away(FILTERS))
        assert judged.verdicts[0].decision.reason.code == "ami_filters_empty"
        assert finding(judged) == [("warning", "ami_filters_empty")]

    def test_somebodys_own_filters_are_left_alone(self) -> None:
        cloud = facts(copies={AWAY: (copy(),)})
        assert judge(cloud, away(OTHERS)).verdicts[0].decision.reason.code == "ami_filters"
        named = judge(cloud, away(OTHERS), wish=ImageWish(image=COPY_ID)).verdicts[0].decision
        assert isinstance(named, Update)


class TestUnasked:
    def test_a_region_that_did_not_answer_is_not_checked_and_its_sets_judged_as_before(self) -> None:
        judged = judge(facts(errors={(HERE, ""): DENIED}))
        assert isinstance(judged.verdicts[0].decision, Update)
        assert judged.verdicts[0].verification.state == "not_verified"
        assert [(each.what, each.why) for each in judged.not_checked] == [(f"images in {HERE}", str(DENIED))]

    @pytest.mark.parametrize("errors", [{(HERE, ""): DENIED}, {EVERYTHING: DENIED}, {(HERE, TARGET_AMI): DENIED}])
    def test_whoever_insists_writes_nothing_there(self, errors: Any) -> None:
        told = judge(facts(errors=errors), wish=ImageWish(verified=True)).verdicts[0].decision
        assert (told.reason.code, told.message) == ("image_not_verified", str(DENIED))

    def test_a_current_set_needs_no_writing_and_does_not_fail(self) -> None:
        judged = judge(facts(errors={(HERE, ""): DENIED}), aws_spec(TARGET_AMI), wish=ImageWish(verified=True))
        assert isinstance(judged.verdicts[0].decision, Current)

    @pytest.mark.parametrize("given", [away(), away(FILTERS)])
    def test_a_region_whose_copies_could_not_be_searched_fails_where_insisted(self, given: Any) -> None:
        cloud = facts(errors={(AWAY, ""): DENIED})
        assert (
            judge(cloud, given, wish=ImageWish(verified=True)).verdicts[0].decision.reason.code == "image_not_verified"
        )
        assert isinstance(judge(cloud, given).verdicts[0].decision, Skip)

    @pytest.mark.parametrize("platform", ["Azure", "VSphere", "OpenStack", "Nutanix", "IBMCloud", "PowerVS"])
    def test_platforms_that_cannot_be_asked_say_so(self, platform: str) -> None:
        judged = judge(CloudFacts(askable=False), {"image": "x", "template": "x"}, platform)
        assert [(each.what, each.why.split(":")[0]) for each in judged.not_checked] == [
            (f"images on {platform}", "not_verified")
        ]

    def test_one_that_cannot_be_asked_is_written_all_the_same(self) -> None:
        spec = {"image": "rhcos-old", "userDataSecret": {"name": "worker-user-data"}}
        told = judge(CloudFacts(askable=False), spec, "OpenStack", wish=ImageWish("rhcos-new", verified=True)).verdicts[
            0
        ]
        assert isinstance(told.decision, Update)
        assert (told.verification.state, told.verification.reason.code) == ("not_verified", "not_verified")


def test_a_copys_facts_need_no_second_question() -> None:
    made = copy()
    cloud = facts(copies={AWAY: (made,)}, products={HERE: (ami("ami-0000000000000006b"),)})
    assert cloud.of(AWAY, made.id) is made.facts
    assert cloud.of(HERE, made.id) is None
    assert cloud.of(HERE, "ami-0000000000000006b") is not None
    assert cloud.origin(made.facts) is made.facts
    assert replace(cloud, images={(HERE, TARGET_AMI): ami(TARGET_AMI)}).origin(made.facts).id == TARGET_AMI
