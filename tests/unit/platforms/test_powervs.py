# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Power VS: an image imported from the region's bucket, by id, name or expression."""

from __future__ import annotations

from typing import Any

import pytest
from unit.platforms.places import RHCOS, UNMANAGED, applied, infrastructure, provider_spec, verdict

from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Current, Update
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Target
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.powervs import PowerVS
from sandbox import releases

UUID = "e449d86e-c3a0-4c07-959e-8557fdf55482"
OFFER = releases.stream(RHCOS)["architectures"]["ppc64le"]["images"]["powervs"]["regions"]["us-south"]


def judge(spec: Any, **changes: Any) -> Any:
    return verdict("PowerVS", spec, **{**UNMANAGED, **changes})


def test_without_a_name_the_answer_is_what_to_import() -> None:
    told = judge(provider_spec("PowerVS"))
    assert told.decision.reason.code == "image_not_in_cloud"
    assert told.decision.message.endswith(OFFER["url"])
    by_name = {"type": "Name", "name": "rhcos-" + OFFER["release"].replace(".", "-")}
    assert isinstance(judge(provider_spec("PowerVS", image=by_name)).decision, Current)


@pytest.mark.parametrize("region", ["mars", None, 3])
def test_a_region_without_a_bucket(region: Any) -> None:
    elsewhere = infrastructure("PowerVS")
    elsewhere["status"]["platformStatus"]["powervs"]["region"] = region
    assert judge(provider_spec("PowerVS"), infrastructure=elsewhere).decision.reason.code == "no_target"


@pytest.mark.parametrize(
    ("image", "value"), [("rhcos-new", {"type": "Name", "name": "rhcos-new"}), (UUID, {"type": "ID", "id": UUID})]
)
def test_a_named_image_is_written(image: str, value: Any) -> None:
    spec = provider_spec("PowerVS", image={"type": "RegEx", "regex": "rhcos-.*"})
    assert judge(spec).current == "rhcos-.*"
    told = judge(spec, wish=ImageWish(image))
    assert isinstance(told.decision, Update)
    after = applied(spec, told.decision.changes)
    assert after == {**spec, "image": value}
    assert judge(after, wish=ImageWish(image)).decision == Current(image)


@pytest.mark.parametrize(
    ("image", "code"),
    [
        ([], "provider_spec_invalid"),
        ({"type": "ID", "id": 3}, "provider_spec_invalid"),
        ({"type": "name", "name": "x"}, "image_unset"),
        ({"type": [], "name": "x"}, "image_unset"),
        (None, "image_unset"),
    ],
)
def test_no_image(image: Any, code: str) -> None:
    assert judge({"image": image}).decision.reason.code == code


@pytest.mark.parametrize(("image", "good"), [("a b", True), ("", False), ("x" * 256, False), ("a\nb", False)])
def test_names(image: str, good: bool) -> None:
    assert isinstance(PowerVS().explicit(image), Target) is good
