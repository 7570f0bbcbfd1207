# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On every platform: an update writes image fields and nothing else, and a restore of its record is the way back, byte for byte."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.patches import json_patch
from unit.plan.test_machine_sets import differences
from unit.platforms.places import EXPLICIT, UNMANAGED, provider_spec, verdict
from unit.platforms.test_every_platform import damaged

from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.history import Record
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import MACHINE_SET
from ansible_collections.okd.boot_images.plugins.module_utils.model.steps import JsonPatch
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Update, Verdict
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan.machine_sets import holds, updates
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.registry import PLATFORMS

WISHES = [{"take_over": True}, {"take_over": True, "upgrade_user_data": False}]


def patched(judged: Verdict) -> Any:
    """The whole machine set after the update's patch."""
    (step,) = updates([judged])
    assert isinstance(step.request, JsonPatch)
    return json_patch(step.request.operations, judged.machine_set.object)


def spec_of(item: Any) -> Any:
    return item["spec"]["template"]["spec"]["providerSpec"]["value"]


@pytest.mark.parametrize("platform", EXPLICIT)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_there_and_back(platform: str, data: Any) -> None:
    spec = data.draw(st.just(provider_spec(platform)) | damaged(provider_spec(platform)))
    image = data.draw(st.sampled_from([EXPLICIT[platform], None]))
    judged = verdict(platform, spec, wish=ImageWish(image, **data.draw(st.sampled_from(WISHES))), **UNMANAGED)
    if not isinstance(judged.decision, Update):
        return
    before, after = judged.machine_set.object, patched(judged)
    way = judged.machine_set.provider_spec_path
    fields = {(*way, *path) for path in PLATFORMS[platform].image_fields(spec)}
    changed = differences(before, after)
    assert changed and all(any(path[: len(field)] == field for field in fields) for path in changed)
    assert holds(MachineSet(MACHINE_SET, after), judged.decision.changes)

    ref = judged.machine_set.ref
    text = Record("1", "2026-11-22T19:05:00Z", "updated", changes={ref: judged.decision.changes}).text()
    kept = Record.of("1", text).changes
    back = verdict(platform, spec_of(after), wish=ImageWish(take_over=True, recorded=kept), **UNMANAGED)
    assert isinstance(back.decision, Update), back.decision
    assert patched(back) == before
    there = verdict(platform, spec, wish=ImageWish(take_over=True, recorded=kept), **UNMANAGED)
    assert not isinstance(there.decision, Update)


@pytest.mark.parametrize("platform", sorted(set(EXPLICIT) - {"BareMetal"}))
def test_the_sample_goes_there_and_back(platform: str) -> None:
    """So that the property above has something to speak of on each."""
    judged = verdict(platform, provider_spec(platform), wish=ImageWish(EXPLICIT[platform], True), **UNMANAGED)
    assert isinstance(judged.decision, Update)
    assert patched(judged) != judged.machine_set.object
