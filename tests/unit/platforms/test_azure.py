# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure: in kind where it is CoreOS, hands off where it is somebody's own, and the operator's ways with streams."""

from __future__ import annotations

from typing import Any

import pytest
from unit.platforms.places import (
    INFRA,
    OKD,
    RHCOS,
    UNMANAGED,
    applied,
    infrastructure,
    provider_spec,
    site,
    stamped,
    stream_entry,
    verdict,
)

from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Change, Failed, Skip, Update
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.azure import Azure
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Site, Target
from sandbox import releases

SITE = site("Azure")
COMPUTE = "/resourceGroups/rg/providers/Microsoft.Compute"
GALLERY = f"{COMPUTE}/galleries/gallery_{INFRA.replace('-', '_')}/images/{INFRA}"
GOLDEN = "/subscriptions/s/resourceGroups/acme/providers/Microsoft.Compute/images/golden"
FREE = "azureopenshift:aro4:421-v2:9.6.20260212"


def image(urn: str = "", resource: str = "", **fields: Any) -> dict[str, Any]:
    parts = dict(zip(("publisher", "offer", "sku", "version"), urn.split(":"))) if urn else {}
    return {"publisher": "", "offer": "", "sku": "", "version": "", "resourceID": resource, **parts, **fields}


def spec(of: Any = None, **fields: Any) -> dict[str, Any]:
    return provider_spec("Azure", **({} if of is None else {"image": of}), **fields)


def target(of: Any, arch: str = "x86_64", **changes: Any) -> str:
    """The target's text, or the code of why there is none."""
    found = Azure().target(spec(of), stream_entry(arch=arch, **changes), SITE)
    return found.text if isinstance(found, Target) else found.reason.code


@pytest.mark.parametrize(
    ("old", "arch", "expected"),
    [
        (image(resource=GALLERY + "/versions/1"), "x86_64", "azureopenshift:aro4:aro_421:9.6.20260212"),
        (image(resource=GALLERY + "-gen2/versions/1"), "x86_64", FREE),
        (image("azureopenshift:aro4:414-v2:1", type="MarketplaceNoPlan"), "x86_64", FREE),
        (image("azureopenshift:aro4:aro_414:1", type="MarketplaceNoPlan"), "x86_64", FREE.replace("421-v2", "aro_421")),
        (
            image("azureopenshift:aro4:414-arm:1", type="MarketplaceNoPlan"),
            "aarch64",
            FREE.replace("421-v2", "421-arm"),
        ),
        (image("redhat:rh-ocp-worker:rh-ocp-worker:1"), "x86_64", "redhat:rh-ocp-worker:rh-ocp-worker:4.21.2026021212"),
        (
            image("redhat-limited:rh-opp-worker:rh-opp-worker-gen1:1"),
            "x86_64",
            "redhat-limited:rh-opp-worker:rh-opp-worker-gen1:4.21.2026021212",
        ),
        (image("redhat:rh-ocp-worker:rh-ocp-worker:1"), "aarch64", "no_target"),
        (image(resource=GALLERY), "aarch64", "no_target"),
        (image("redhat:rh-other:x:1"), "x86_64", "custom_image"),
        (image("RedHat:rh-ocp-worker:x:1"), "x86_64", "custom_image"),
        (image(resource=GALLERY), "ppc64le", "no_target"),
    ],
)
def test_the_target_is_in_kind(old: Any, arch: str, expected: str) -> None:
    assert target(old, arch) == expected


def test_what_is_written_is_the_whole_image() -> None:
    old = spec(image(resource=GALLERY + "-gen2"))
    offer = Azure().target(old, stream_entry(), SITE)
    assert isinstance(offer, Target)
    publisher, product, sku, version = FREE.split(":")
    written = {
        "publisher": publisher,
        "offer": product,
        "sku": sku,
        "version": version,
        "resourceID": "",
        "type": "MarketplaceNoPlan",
    }
    assert Azure().changes(old, offer) == (Change(("image",), old["image"], written),)
    assert applied(old, Azure().changes(old, offer)) == {**old, "image": written}
    assert Azure().changes({"image": written}, offer) == ()
    without_resource = {key: value for key, value in written.items() if key != "resourceID"}
    assert Azure().changes({"image": without_resource}, offer) == ()
    without_type = {key: value for key, value in written.items() if key != "type"}
    assert Azure().current({"image": without_type}) == offer.text
    assert Azure().changes({"image": without_type}, offer)[0].new == written


@pytest.mark.parametrize(
    ("old", "own"),
    [
        (image(resource=GALLERY + "/versions/latest"), False),
        (image(resource=GALLERY + "-gen2/versions/418.94.202503120918"), False),
        (image(resource="/subscriptions/x" + GALLERY), False),
        (image(resource=f"{COMPUTE}/images/{INFRA}-gen2"), False),
        (image(resource=(GALLERY + "-gen2/versions/1").upper().replace("-GEN2", "-gen2")), False),
        (image(resource=GOLDEN), True),
        (image(resource=f"{COMPUTE}/galleries/gallery_other/images/other"), True),
        (image(resource=f"{COMPUTE}/galleries/gallery_other/images/{INFRA}"), True),
        (image(resource=f"{COMPUTE}/galleries/acme/images/{INFRA}-gen2"), True),
        (image(resource=GALLERY + "-gen2/versions/1/x"), True),
        (image("azureopenshift:aro4:x:1"), False),
        (image("redhat:rh-oke-worker:x:1"), False),
        (image("acme:golden:x:1"), True),
        (image(), False),
    ],
)
def test_whose_image_it_is(old: Any, own: bool) -> None:
    assert (Azure().custom(spec(old), SITE) is not None) is own


def test_without_the_clusters_name_an_uploaded_image_may_be_anybodys() -> None:
    nameless = Site({"status": {}})
    assert Azure().custom(spec(image(resource=f"{COMPUTE}/images/{INFRA}-gen2")), nameless)
    assert Azure().custom(spec(image()), nameless) is None


def test_an_own_image_is_protected_by_us_and_a_risk_to_enrol() -> None:
    told = verdict("Azure", spec(image(resource=GOLDEN)), **UNMANAGED)
    assert isinstance(told.decision, Skip) and told.decision.reason.code == "custom_image"
    assert [risk.reason.code for risk in told.risks] == []
    off = {"configuration": {"metadata": {"generation": 1}, "status": {"observedGeneration": 1, "managedBootImagesStatus": {
        "machineManagers": [{"resource": "machinesets", "selection": {"mode": "None"}}]}}}}  # fmt: skip
    told = verdict("Azure", spec(image(resource=GOLDEN)), **off)
    assert [risk.reason.code for risk in told.risks] == ["own_images"]
    assert (told.decision.reason.code, told.operator.will) == ("custom_image", "not_managed")  # type: ignore[union-attr]
    managed = verdict("Azure", spec(image(resource=GOLDEN)))
    assert (managed.operator.will, [risk.reason.code for risk in managed.risks]) == ("update", ["own_images"])
    assert verdict("Azure", spec(), **off).risks == ()


@pytest.mark.parametrize(("old", "release"), [(image(resource=GOLDEN), OKD), (image("acme:golden:x:1"), RHCOS)])
def test_an_own_image_that_the_operator_would_not_write_over_is_no_risk(old: Any, release: str) -> None:
    told = verdict("Azure", spec(old), release)
    assert told.operator.will in ("skip", "fail") and told.risks == ()


def test_a_set_that_nobody_manages_is_brought_into_the_marketplace() -> None:
    told = verdict("Azure", spec(), **UNMANAGED)
    assert isinstance(told.decision, Update) and told.decision.target == FREE
    assert told.region == "eastus"


@pytest.mark.parametrize(
    ("old", "extensions", "will", "code"),
    [
        (image(resource=GALLERY), {"azure-disk": {}}, "skip", "no_target"),
        (image("redhat:rh-ocp-worker:x:1"), {"azure-disk": {}, "marketplace": {}}, "skip", "no_target"),
        (image("acme:golden:x:1"), {"azure-disk": {}}, "fail", "custom_image"),
        (image(), {"azure-disk": {}}, "fail", "custom_image"),
        (image(resource=GALLERY), None, "crash", "would_kill_controller"),
        (image("acme:golden:x:1"), None, "fail", "custom_image"),
        (image(resource=GALLERY), {"marketplace": {"azure": {}}}, "fail", "no_target"),
    ],
)
def test_what_the_operator_does_with_lesser_streams(old: Any, extensions: Any, will: str, code: str) -> None:
    entry = {"rhel-coreos-extensions": extensions} if extensions is not None else {}
    data = {"stream": "c10s", "architectures": {"x86_64": entry}}
    told = verdict("Azure", spec(old), stream=stamped(data))
    assert (told.operator.will, told.operator.reason.code) == (will, code)


def test_on_okd_the_sets_are_skipped_and_not_updated_by_us() -> None:
    told = verdict("Azure", spec(), OKD)
    assert (told.operator.will, told.decision.reason.code) == ("skip", "no_target")  # type: ignore[union-attr]


def test_without_the_architecture_in_the_stream_the_operator_fails() -> None:
    told = verdict("Azure", spec(), stream=stamped({"architectures": {}}))
    assert (told.operator.will, told.operator.reason.code) == ("fail", "no_target")


@pytest.mark.parametrize("kind", ["TrustedLaunch", "ConfidentialVM"])
def test_security_types_are_left_alone_unless_an_image_is_named(kind: str) -> None:
    made = spec(securityProfile={"settings": {"securityType": kind}})
    told = verdict("Azure", made)
    assert (told.operator.will, told.decision.reason.code) == ("skip", "security_type")  # type: ignore[union-attr]
    named = verdict("Azure", made, wish=ImageWish(FREE))
    assert isinstance(named.decision, Update)


def test_azure_stack_is_never_managed_and_has_only_uploads() -> None:
    stack = infrastructure("Azure")
    stack["status"]["platformStatus"]["azure"]["cloudName"] = "AzureStackCloud"
    for release in ("4.22.1", "5.0.0"):
        fresh = {"configuration": {"metadata": {"generation": 2}, "spec": {}, "status": {"observedGeneration": 1}}}
        told = verdict(
            "Azure", spec(image(resource=f"{COMPUTE}/images/{INFRA}")), release, infrastructure=stack, **fresh
        )
        assert (told.operator.will, told.operator.reason.code) == ("not_managed", "platform_not_managed")
    disk = {"release": "9.6.1-0", "formats": {"vhd.gz": {"disk": {"location": "https://x/y.vhd.gz"}}}}
    entry = stream_entry(artifacts={"azurestack": disk})
    found = Azure().target(spec(), entry, Site(stack))
    assert isinstance(found, Skip) and found.reason.code == "image_not_in_cloud" and "y.vhd.gz" in found.message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (FREE, image(FREE, type="MarketplaceNoPlan")),
        ("acme:golden:x:1", image("acme:golden:x:1", type="MarketplaceWithPlan")),
        (GOLDEN, image(resource=GOLDEN)),
        ("golden", None),
        ("a:b:c", None),
        ("a:b::d", None),
        ("a:b: :d", None),
        (GOLDEN + " x", None),
        (GOLDEN + "\n", None),
        ("", None),
    ],
)
def test_an_image_that_the_user_names(text: str, value: Any) -> None:
    found = Azure().explicit(text)
    assert (found.value if isinstance(found, Target) else None) == value
    if isinstance(found, Target):
        assert Azure().current(applied(spec(), Azure().changes(spec(), found))) == text


@pytest.mark.parametrize(
    "fields",
    [
        {"image": []}, {"image": {"sku": []}}, {"tags": []}, {"location": {}}, {"dataDisks": {}}, {"vmSize": []},
        {"securityProfile": {"settings": []}}, {"securityProfile": {"settings": {"securityType": []}}},
        {"natRule": True}, {"publicIP": "no"},
    ],
)  # fmt: skip
def test_fields_that_the_type_cannot_hold(fields: dict[str, Any]) -> None:
    assert isinstance(Azure().current({**spec(), **fields}), Failed)
    assert verdict("Azure", {**spec(), **fields}).operator.will == "fail"


def test_the_images_that_a_stream_knows() -> None:
    known = Azure().known_images(releases.stream("4.21.2"))
    assert FREE in known and len(known) == 15
    assert (
        Azure().known_images({"architectures": {"x": {"rhel-coreos-extensions": {"marketplace": {"azure": 3}}}}})
        == frozenset()
    )


def test_the_age_that_a_version_tells() -> None:
    old = verdict("Azure", spec())
    assert (old.age.release, old.age.built, old.age.minors_behind) == ("4.14", "2023-11-14", None)
    told = verdict("Azure", spec(image("azureopenshift:aro4:410-v2:410.84.20220125", type="MarketplaceNoPlan")))
    assert (told.age.release, told.age.built) == ("4.10", "2022-01-25")
    paid = verdict("Azure", spec(image("redhat:rh-ocp-worker:rh-ocp-worker:4.18.2025031114")))
    assert (paid.age.release, paid.age.built, paid.age.minors_behind) == ("4.18", "2025-03-11", 3)
