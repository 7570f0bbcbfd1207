# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bare metal: modern sets have nothing to update, legacy ones turn to the payload, and own images stay."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import snapshot
from unit.platforms.places import UNMANAGED, applied, provider_spec, verdict

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Skip, Update
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.baremetal import BareMetal
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Site, Target

FILE = "rhcos-48.84.202109241901-0-openstack.x86_64.qcow2"
SOURCE = f"https://releases-art-rhcos.svc.ci.openshift.org/art/{FILE}.gz?sha256=123"


def cached(file: str = FILE, host: str = "172.22.0.3:6181") -> str:
    return f"http://{host}/images/{file}/cached-{file}"


def legacy(url: str = "", **fields: Any) -> dict[str, Any]:
    """As installers up to 4.9 made it."""
    image = {"url": url or cached(), "checksum": (url or cached()) + ".md5sum"}
    return provider_spec("BareMetal", customDeploy=None, hostSelector=None, image=image, **fields)


def provisioning(url: str) -> dict[str, Any]:
    return {"provisioning": {"spec": {"provisioningOSDownloadURL": url}}}


def judge(spec: Any, **changes: Any) -> Any:
    return verdict("BareMetal", spec, **{**UNMANAGED, **changes})


@pytest.mark.parametrize("release", ["4.18.6", "4.22.1"])
def test_modern_sets_have_nothing_to_update(release: str) -> None:
    told = judge(provider_spec("BareMetal"), release=release)
    assert isinstance(told.decision, Skip) and told.decision.reason.code == "provisioned_from_payload"
    assert (told.current, told.operator.will) == ("install_coreos", "not_managed")


@pytest.mark.parametrize("seen", [{}, provisioning(SOURCE), provisioning("")])
def test_legacy_sets_turn_to_the_payload(seen: Any) -> None:
    spec = legacy()
    told = judge(spec, **seen)
    assert isinstance(told.decision, Update)
    assert (told.current, told.target) == (cached(), "install_coreos")
    assert (told.age.release, told.age.built) == ("4.8", "2021-09-24")
    after = applied(spec, told.decision.changes)
    assert after == {**spec, "customDeploy": {"method": "install_coreos"}, "image": {"url": "", "checksum": ""}}
    assert judge(after).decision.reason.code == "provisioned_from_payload"


def test_a_method_beside_an_image_loses_only_the_image() -> None:
    spec = legacy() | {"customDeploy": {"method": "install_coreos"}}
    assert [change.path for change in judge(spec).decision.changes] == [("image",)]


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://mirror.acme/golden.qcow2", {}),
        (cached("golden.qcow2"), {}),
        (cached(), provisioning(SOURCE.replace("48.84", "49.84"))),
        (f"http://172.22.0.3:6181/images/{FILE}/cached-other", {}),
        (cached(host="mirror.acme"), {}),
    ],
)
def test_own_images_stay(url: str, seen: Any) -> None:
    told = judge(legacy(url), **seen)
    assert told.decision.reason.code == "custom_image"
    assert isinstance(judge(legacy(url), wish=ImageWish("install_coreos"), **seen).decision, Update)


def test_another_way_to_deploy_is_somebodys_own() -> None:
    spec = provider_spec("BareMetal", customDeploy={"method": "install_acme"})
    assert judge(spec).decision.reason.code == "custom_image"


def test_nothing_set_at_all() -> None:
    assert judge(provider_spec("BareMetal", customDeploy=None, image=None)).decision.reason.code == "image_unset"


@pytest.mark.parametrize(
    "fields", [{"image": 3}, {"customDeploy": []}, {"image": {"url": {}}}, {"customDeploy": {"method": 3}}]
)
def test_fields_that_the_type_cannot_hold(fields: Any) -> None:
    assert judge(provider_spec("BareMetal") | fields).decision.reason.code == "provider_spec_invalid"


def test_only_the_payload_can_be_named() -> None:
    assert isinstance(BareMetal().explicit("install_coreos"), Target)
    assert not isinstance(BareMetal().explicit(SOURCE), Target)


@pytest.mark.parametrize(("url", "codes"), [(SOURCE, ["legacy_provisioning"]), ("", []), (None, [])])
def test_what_is_left_to_do_by_hand(url: Any, codes: list[str]) -> None:
    seen = snapshot([], "4.18", "BareMetal", **provisioning(url))
    assert [each.reason.code for each in assess(seen).findings] == codes


def test_provisioning_of_any_shape() -> None:
    for shape in (None, {}, {"spec": []}, {"spec": {"provisioningOSDownloadURL": 3}}):
        assert BareMetal().custom(legacy(), Site(provisioning=shape)) is None
