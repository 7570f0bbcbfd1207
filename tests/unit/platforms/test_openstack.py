# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenStack: an upload by name; where a root volume is set, the field does not count."""

from __future__ import annotations

from typing import Any

import pytest
from unit.platforms.places import RHCOS, UNMANAGED, applied, provider_spec, verdict

from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Current, Skip, Update
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Target
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.openstack import OpenStack
from sandbox import releases

RELEASE = releases.stream(RHCOS)["architectures"]["x86_64"]["artifacts"]["openstack"]["release"]


def judge(spec: Any, **changes: Any) -> Any:
    return verdict("OpenStack", spec, **{**UNMANAGED, **changes})


def test_without_a_name_the_answer_is_what_to_upload() -> None:
    told = judge(provider_spec("OpenStack"))
    assert isinstance(told.decision, Skip) and told.decision.reason.code == "image_not_in_cloud"
    assert RELEASE in told.decision.message and told.decision.message.endswith("openstack.x86_64.qcow2.gz")
    assert (told.operator.will, told.operator.reason.code) == ("not_managed", "platform_not_managed")
    assert told.drift is None


def test_a_named_image_is_written() -> None:
    spec = provider_spec("OpenStack")
    told = judge(spec, wish=ImageWish("rhcos-new"))
    assert isinstance(told.decision, Update)
    assert applied(spec, told.decision.changes) == {**spec, "image": "rhcos-new"}


@pytest.mark.parametrize(
    ("image", "current"),
    [
        (f"rhcos-{RELEASE}", True),
        ("RHCOS_" + RELEASE.replace(".", "-"), True),
        (f"rhcos-{RELEASE}-openstack.x86_64", True),
        (f"rhcos-{RELEASE}-openstack.aarch64", False),
        (f"rhcos-1{RELEASE}", False),
        (f"rhcos-{RELEASE}1", False),
        ("demo-rhcos", False),
    ],
)
def test_what_an_images_name_tells(image: str, current: bool) -> None:
    told = judge(provider_spec("OpenStack", image=image))
    assert isinstance(told.decision, Current) is current
    assert told.drift is (False if current else None)


def test_a_root_volume_makes_the_field_idle() -> None:
    spec = provider_spec("OpenStack", rootVolume={"diskSize": 30})
    for wish in (None, ImageWish("rhcos-new"), ImageWish("rhcos-new", take_over=True)):
        assert judge(spec, wish=wish).decision.reason.code == "root_volume"


@pytest.mark.parametrize(("image", "code"), [(3, "provider_spec_invalid"), ("", "image_unset")])
def test_no_image(image: Any, code: str) -> None:
    assert judge(provider_spec("OpenStack") | {"image": image}).decision.reason.code == code


def test_a_stream_without_the_platform() -> None:
    stream = {"data": {"stream": '{"architectures": {"x86_64": {"artifacts": {}}}}'}}
    assert judge(provider_spec("OpenStack"), stream=stream).decision.reason.code == "no_target"


@pytest.mark.parametrize(("image", "good"), [("a b", True), ("", False), ("x" * 256, False), ("a\tb", False)])
def test_names(image: str, good: bool) -> None:
    assert isinstance(OpenStack().explicit(image), Target) is good
