# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing a set back to a record: only its image fields, only where nobody else writes it, and only if the record fits."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import OLD, OLD_AMI, TARGET, TARGET_AMI, aws_spec, gcp_spec, judged, machine_set, manager

from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Change, Current, Update, Verdict
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish

OFF = {"managers": [manager("None")]}
BOOT = ("disks", 0, "image")
REF = machine_set().ref
OWNER = [{"kind": "ConfigMap", "name": "owner"}]


def back(*kept: Change, made: Any = None, take_over: bool = False, **cluster: Any) -> Verdict:
    wish = ImageWish(take_over=take_over, recorded={REF: kept})
    return judged(made or machine_set(spec=gcp_spec(TARGET)), wish=wish, **{**OFF, **cluster})


def test_a_set_gets_what_the_record_says_it_held() -> None:
    told = back(Change(BOOT, OLD, TARGET))
    assert told.decision == Update(TARGET, OLD, (Change(BOOT, TARGET, OLD),))
    assert told.target == OLD


def test_a_set_that_holds_it_already_is_current() -> None:
    told = back(Change(BOOT, OLD, TARGET), made=machine_set())
    assert told.decision == Current(OLD)


def test_only_fields_that_differ_are_written_and_each_image_is_shown_once() -> None:
    disks = [{"boot": True, "image": OLD}, {"boot": True, "image": TARGET}]
    kept = (Change(BOOT, OLD, TARGET), Change(("disks", 1, "image"), OLD, TARGET))
    told = back(*kept, made=machine_set(spec=gcp_spec(disks=disks)))
    assert told.decision == Update(f"{OLD} {TARGET}", OLD, (Change(("disks", 1, "image"), TARGET, OLD),))


def test_several_images_are_shown_one_after_the_other() -> None:
    disks = [{"boot": True, "image": TARGET}, {"boot": True, "image": TARGET}]
    kept = (Change(BOOT, OLD, TARGET), Change(("disks", 1, "image"), "other", TARGET))
    assert back(*kept, made=machine_set(spec=gcp_spec(disks=disks))).target == f"{OLD} other"


def test_a_mapping_is_shown_by_its_texts() -> None:
    kept = Change(("ami",), {"id": OLD_AMI, "filters": [], "size": 3, "arn": "x"}, {"id": TARGET_AMI})
    told = back(kept, made=machine_set(spec=aws_spec(TARGET_AMI)), platform="AWS")
    assert told.target == f"{OLD_AMI}:x"


def test_a_set_that_the_record_does_not_name_is_left_alone() -> None:
    other = judged(machine_set("other"), wish=ImageWish(recorded={REF: ()}), **OFF)
    assert not isinstance(other.decision, (Update, Current))
    assert (other.decision.reason.code, other.decision.message) == (
        "not_recorded",
        "The record says nothing of the set.",
    )
    assert other.target is None


@pytest.mark.parametrize("path", [("machineType",), ("disks", 1, "image"), ("userDataSecret", "name")])
def test_a_field_that_is_no_image_is_never_written(path: tuple[Any, ...]) -> None:
    decision = back(Change(BOOT, OLD, TARGET), Change(path, "x", "y")).decision
    assert not isinstance(decision, (Update, Current))
    assert decision.reason.code == "record_does_not_fit"
    assert "providerSpec.value." + ".".join(map(str, path)) in decision.message


def test_a_claimed_set_is_brought_back_only_when_taken_over() -> None:
    made = machine_set(spec=gcp_spec(TARGET), owners=OWNER)
    decision = back(Change(BOOT, OLD, TARGET), made=made).decision
    assert not isinstance(decision, (Update, Current)) and decision.reason.code == "owned"
    assert isinstance(back(Change(BOOT, OLD, TARGET), made=made, take_over=True).decision, Update)


@pytest.mark.parametrize(
    ("made", "cluster", "code"),
    [
        (machine_set(), {"platform": "KubeVirt"}, "platform_unsupported"),
        (machine_set(spec=[]), {}, "provider_spec_missing"),
        (machine_set(spec=gcp_spec(disks=3)), {}, "provider_spec_invalid"),
    ],
)
def test_a_set_that_cannot_be_judged_says_so_first(made: Any, cluster: dict[str, Any], code: str) -> None:
    decision = back(Change(BOOT, OLD, TARGET), made=made, **cluster).decision
    assert not isinstance(decision, (Update, Current))
    assert decision.reason.code == code
