# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IBM Cloud: an imported image by name, on two architectures."""

from __future__ import annotations

from typing import Any

import pytest
from unit.platforms.places import RHCOS, UNMANAGED, applied, provider_spec, verdict

from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Current, Update
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Target
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.ibmcloud import IBMCloud
from sandbox import releases


def judge(spec: Any, **changes: Any) -> Any:
    return verdict("IBMCloud", spec, **{**UNMANAGED, **changes})


@pytest.mark.parametrize("arch", ["x86_64", "s390x"])
def test_each_architecture_has_its_file(arch: str) -> None:
    told = judge(provider_spec("IBMCloud"), arch=arch)
    assert told.decision.reason.code == "image_not_in_cloud"
    assert told.decision.message.endswith(f"ibmcloud.{arch}.qcow2.gz")
    assert told.region == "eu-gb"
    release = releases.stream(RHCOS)["architectures"][arch]["artifacts"]["ibmcloud"]["release"]
    name = f"rhcos-{release.replace('.', '-')}-ibmcloud-{arch.replace('_', '-')}"
    assert isinstance(judge(provider_spec("IBMCloud", image=name), arch=arch).decision, Current)


def test_an_architecture_without_a_file() -> None:
    assert judge(provider_spec("IBMCloud"), arch="aarch64").decision.reason.code == "no_target"


def test_a_named_image_is_written() -> None:
    spec = provider_spec("IBMCloud")
    told = judge(spec, wish=ImageWish("rhcos-new"))
    assert isinstance(told.decision, Update)
    assert applied(spec, told.decision.changes) == {**spec, "image": "rhcos-new"}


@pytest.mark.parametrize(
    ("image", "good"),
    [("rhcos-new", True), ("x", True), ("a" * 63, True), ("a" * 64, False), ("Rhcos", False), ("a.b", False), ("a-", False), ("a\n", False)],
)  # fmt: skip
def test_names(image: str, good: bool) -> None:
    assert isinstance(IBMCloud().explicit(image), Target) is good
