# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nutanix: an uploaded image by name or uuid."""

from __future__ import annotations

from typing import Any

import pytest
from unit.platforms.places import RHCOS, UNMANAGED, applied, provider_spec, verdict

from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Current, Update
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Target
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.nutanix import Nutanix
from sandbox import releases

UUID = "0005b0f1-8f43-a0f2-02b7-3cecef193712"
RELEASE = releases.stream(RHCOS)["architectures"]["x86_64"]["artifacts"]["nutanix"]["release"]


def judge(spec: Any, **changes: Any) -> Any:
    return verdict("Nutanix", spec, **{**UNMANAGED, **changes})


def test_without_a_name_the_answer_is_what_to_upload() -> None:
    told = judge(provider_spec("Nutanix"))
    assert told.decision.reason.code == "image_not_in_cloud"
    assert told.decision.message.endswith("nutanix.x86_64.qcow2")
    by_name = provider_spec("Nutanix", image={"type": "name", "name": f"rhcos-{RELEASE}"})
    assert isinstance(judge(by_name).decision, Current)


@pytest.mark.parametrize(
    ("image", "value"), [("rhcos-new", {"type": "name", "name": "rhcos-new"}), (UUID, {"type": "uuid", "uuid": UUID})]
)
def test_a_named_image_is_written(image: str, value: Any) -> None:
    spec = provider_spec("Nutanix")
    told = judge(spec, wish=ImageWish(image))
    assert isinstance(told.decision, Update)
    after = applied(spec, told.decision.changes)
    assert after == {**spec, "image": value}
    assert judge(after, wish=ImageWish(image)).decision == Current(image)


@pytest.mark.parametrize(
    ("image", "code"),
    [
        ([], "provider_spec_invalid"),
        ({"type": "name", "name": 3}, "provider_spec_invalid"),
        ({"type": "uuid", "name": "x"}, "image_unset"),
        ({"type": [], "name": "x"}, "image_unset"),
        (None, "image_unset"),
    ],
)
def test_no_image(image: Any, code: str) -> None:
    assert judge({"image": image}).decision.reason.code == code


@pytest.mark.parametrize(("image", "good"), [("a b", True), ("", False), ("x" * 256, False), ("a\nb", False)])
def test_names(image: str, good: bool) -> None:
    assert isinstance(Nutanix().explicit(image), Target) is good
