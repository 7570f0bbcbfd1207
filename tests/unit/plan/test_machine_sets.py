# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON patches of machine sets, applied by a small evaluator: only the image changes, and nothing after a concurrent change."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.builders import (
    OLD,
    OLD_AMI,
    TARGET,
    TARGET_AMI,
    aws_spec,
    control_plane,
    gcp_spec,
    judged,
    machine_set,
    manager,
)
from unit.patches import TestFailedError, json_patch

from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import ABSENT
from ansible_collections.okd.boot_images.plugins.module_utils.model.steps import JsonPatch, Step
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Change, Update
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan.machine_sets import pointer, updates

OFF = [manager("None")]


def step_for(made: Any, platform: str = "GCP", wish: ImageWish | None = None, **changes: Any) -> Step:
    (step,) = updates([judged(made, "4.22", platform, wish, **{"managers": OFF, **changes})])
    assert isinstance(step.request, JsonPatch)
    return step


def differences(one: Any, other: Any, path: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    """Paths at which two documents differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            each
            for key in one.keys() | other.keys()
            for each in differences(one.get(key), other.get(key), (*path, key))
        }
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return {each for i, (a, b) in enumerate(zip(one, other)) for each in differences(a, b, (*path, i))}
    return set() if one == other else {path}


@pytest.mark.parametrize("made", [machine_set(), control_plane()])
def test_only_the_image_changes(made: Any) -> None:
    step = step_for(made)
    after = json_patch(step.request.operations, made.object)
    assert differences(made.object, after) == {(*made.provider_spec_path, "disks", 0, "image")}
    assert (step.before, step.after) == ({"disks.0.image": OLD}, {"disks.0.image": TARGET})


@pytest.mark.parametrize("ami", [{"id": OLD_AMI}, {"filters": []}, None, "absent"])
def test_an_ami_ends_with_its_id_alone(ami: Any) -> None:
    spec = aws_spec(ami=ami)
    if ami == "absent":
        del spec["ami"]
    made = machine_set(spec=spec)
    step = step_for(made, "AWS", ImageWish(image="ami-0123456789abcdef0", take_over=True))
    after = json_patch(step.request.operations, made.object)
    assert after["spec"]["template"]["spec"]["providerSpec"]["value"] == {
        **spec,
        "ami": {"id": "ami-0123456789abcdef0"},
    }
    assert step.before == {"ami": None if ami == "absent" else ami}


def test_a_disk_without_image_gets_one() -> None:
    made = machine_set(spec=gcp_spec(disks=[{"boot": True}]))
    step = step_for(made, wish=ImageWish(image=TARGET))
    after = json_patch(step.request.operations, made.object)
    assert after["spec"]["template"]["spec"]["providerSpec"]["value"]["disks"] == [{"boot": True, "image": TARGET}]
    assert step.before == {"disks.0.image": None}


def test_a_field_that_was_not_there_is_taken_out_again() -> None:
    made = machine_set(spec=aws_spec(TARGET_AMI))
    wish = ImageWish(recorded={made.ref: (Change(("ami",), ABSENT, {"id": TARGET_AMI}),)})
    step = step_for(made, "AWS", wish)
    after = json_patch(step.request.operations, made.object)
    assert differences(made.object, after) == {(*made.provider_spec_path, "ami")}
    assert "ami" not in after["spec"]["template"]["spec"]["providerSpec"]["value"]
    assert (step.before, step.after) == ({"ami": {"id": TARGET_AMI}}, {"ami": None})


def test_a_concurrent_change_is_noticed() -> None:
    made = machine_set()
    operations = step_for(made).request.operations
    other_image = machine_set(spec=gcp_spec("projects/acme/global/images/golden"))
    born_anew = copy.deepcopy(made.object)
    born_anew["metadata"]["uid"] = "another"
    for now in (other_image.object, born_anew):
        with pytest.raises(TestFailedError):
            json_patch(operations, now)


def test_an_image_that_somebody_adds_meanwhile_is_not_overwritten() -> None:
    spec = gcp_spec()
    del spec["disks"][0]["image"]
    made = machine_set(spec=spec)
    served = {**made.object, "metadata": {**made.object["metadata"], "generation": 3}}
    step = step_for(replace(made, object=served), wish=ImageWish(TARGET))
    assert isinstance(step.request, JsonPatch)
    json_patch(step.request.operations, served)
    theirs = {**served, "metadata": {**served["metadata"], "generation": 4}}
    with pytest.raises(TestFailedError):
        json_patch(step.request.operations, theirs)


def test_sets_that_need_nothing_get_no_step() -> None:
    told = [
        judged(machine_set(spec=gcp_spec(TARGET)), managers=OFF),
        judged(machine_set()),
        judged(machine_set(), managers=OFF),
    ]
    assert [isinstance(each.decision, Update) for each in told] == [False, False, True]
    assert len(updates(told)) == 1


def test_a_pointer_escapes() -> None:
    assert pointer("a/b", "c~d", 0) == "/a~1b/c~0d/0"


IMAGES = st.sampled_from([OLD, TARGET, "projects/rhcos-cloud/global/images/scos-9-0-20250301-0-gcp-x86-64"])
DISKS = st.lists(
    st.none() | st.fixed_dictionaries({"boot": st.booleans(), "sizeGb": st.integers()}, optional={"image": IMAGES}),
    max_size=5,
)


@given(
    DISKS,
    st.dictionaries(
        st.text(max_size=4).filter(lambda key: key not in ("disks", "userDataSecret", "region")), st.integers()
    ),
)
def test_whatever_else_stands_there_stays(disks: Any, fields: dict[str, Any]) -> None:
    made = machine_set(spec=gcp_spec(disks=disks, **fields))
    told = judged(made, "4.22", managers=OFF, wish=ImageWish(image=TARGET))
    if not isinstance(told.decision, Update):
        boot = [disk for disk in disks if disk and disk["boot"]]
        assert all(disk.get("image") == TARGET for disk in boot)
        return
    after = json_patch(updates([told])[0].request.operations, made.object)
    expected = {(*made.provider_spec_path, "disks", i, "image") for i, disk in enumerate(disks)
                if disk and disk["boot"] and disk.get("image") != TARGET}  # fmt: skip
    assert differences(made.object, after) == expected
    now = judged(type(made)(made.kind, after), "4.22", managers=OFF, wish=ImageWish(image=TARGET))
    assert now.drift is False
