# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Platforms without machines, and platforms that nobody taught the collection."""

from __future__ import annotations

import pytest
from unit.builders import gcp_spec, judged, machine_set, manager

from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Skip, Unsupported
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish


@pytest.mark.parametrize("platform", ["None", "External"])
@pytest.mark.parametrize("wish", [None, ImageWish("x"), ImageWish("x", take_over=True)])
def test_machine_sets_name_no_image_there(platform: str, wish: ImageWish | None) -> None:
    told = judged(machine_set(), "4.18", platform, wish)
    assert isinstance(told.decision, Skip) and told.decision.reason.code == "platform_without_images"
    assert (told.current, told.target, told.drift) == (None, None, None)
    assert (told.operator.will, told.operator.reason.code) == ("not_managed", "platform_not_managed")
    assert told.risks == ()


@pytest.mark.parametrize("platform", ["KubeVirt", "Libvirt", "oVirt", "EquinixMetal", "Unknown"])
def test_an_unknown_platform_is_called_unsupported(platform: str) -> None:
    told = judged(machine_set(spec=gcp_spec()), "4.18", platform, ImageWish("x"), managers=[manager()])
    assert isinstance(told.decision, Unsupported)
    assert platform in told.decision.message and "VSphere" in told.decision.message
    assert told.operator.will == "not_managed"
