# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which user-data Secrets are converted with the images of their sets, which are brought back, and which another set still needs."""

from __future__ import annotations

from typing import Any

from unit.builders import OLD, TARGET, gcp_spec, machine_set, manager, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.history import Record
from ansible_collections.okd.boot_images.plugins.module_utils.model.reasons import USER_DATA_TOO_OLD
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import MISSING, READ, UserData
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import (
    Assessment,
    Change,
    Current,
    Failed,
    Update,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan.stubs import failing, given_back, stubs

ANCIENT = "projects/rhcos-cloud/global/images/rhcos-43-81-202001142154-0-gcp-x86-64"
"""Of 4.3: it reads specification 2 only."""
OFF = [manager("None")]
BOOT = ("disks", 0, "image")
UPGRADE = ImageWish(upgrade_user_data=True)


def named(name: str, secret: str = "old", image: str = ANCIENT, **more: Any) -> MachineSet:
    return machine_set(name, spec=gcp_spec(image, userDataSecret={"name": secret}), **more)


def judge(*sets: MachineSet, wish: ImageWish = UPGRADE, ignition: str = "2.2.0") -> tuple[Any, Assessment]:
    facts = {"old": UserData(READ, ignition), "gone": UserData(MISSING), "new": UserData(READ, "3.2.0")}
    seen = snapshot(sets, managers=OFF, user_data=facts)
    return seen, assess(seen, wish)


def planned(*sets: MachineSet, wish: ImageWish = UPGRADE, **more: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The Secrets with their specification, and the sets with their decision's word."""
    seen, judged = judge(*sets, wish=wish, **more)
    found, judged = stubs(seen, judged, wish)
    return {each.ref.name: each.spec for each in found}, words(judged)


def words(judged: Assessment) -> dict[str, str]:
    return {
        each.machine_set.name: "update" if isinstance(each.decision, Update) else each.decision.reason.code
        for each in judged.verdicts
        if not isinstance(each.decision, Current)
    }


def test_each_secret_of_specification_2_is_converted_once_with_its_sets() -> None:
    found, decided = planned(named("a"), named("b"), named("c", "new"))
    assert list(found) == ["old"] and found["old"].startswith("3.")
    assert decided == {"a": "update", "b": "update", "c": "update"}
    assert planned(named("a"), ignition="3.1.0")[0] == {} == planned(named("a", "gone"))[0]


def test_nothing_is_converted_unasked_nor_for_a_record() -> None:
    assert planned(named("a"), wish=ImageWish(upgrade_user_data=False)) == ({}, {"a": "user_data_too_old"})
    back = ImageWish(recorded={named("a").ref: (Change(BOOT, OLD, ANCIENT),)}, upgrade_user_data=True)
    assert planned(named("a"), wish=back) == ({}, {"a": "update"})


def test_an_image_of_ones_own_that_tells_nothing_gets_the_oldest_specification() -> None:
    own = "projects/lab/global/images/golden"
    assert planned(named("a"), wish=ImageWish(image=own, take_over=True, upgrade_user_data=True))[0] == {"old": "3.1.0"}
    assert planned(named("a"))[0] == {"old": "3.5.0"}


def test_a_secret_that_a_set_which_stays_needs_as_it_is_stays() -> None:
    """Of an image that reads specification 3, or that tells nothing, none needs it."""
    staying = {"owners": [{"kind": "ConfigMap", "name": "x"}]}
    found, decided = planned(named("a"), named("b", **staying))
    assert (found, decided) == ({}, {"a": "user_data_shared", "b": "owned"})
    for image in (OLD, "projects/lab/global/images/golden", TARGET):
        assert list(planned(named("a"), named("b", image=image, **staying))[0]) == ["old"]
    assert list(planned(named("a"), named("b", "new", **staying))[0]) == ["old"]
    seen, judged = judge(named("a"), named("b", **staying))
    told = stubs(seen, judged, UPGRADE)[1].verdicts[0].decision
    assert isinstance(told, Failed) and "Secret old" in told.message and "than b, which" in told.message


def test_a_secret_goes_back_with_the_last_of_its_sets() -> None:
    record = Record(
        "1", "2026-11-22T19:05:00Z", "updated", user_data={"old": "old-before-1", "other": "other-before-1"}
    )
    both = {named(name).ref: (Change(BOOT, ANCIENT, TARGET),) for name in "ab"}

    def back(*sets: MachineSet, recorded: Any = both, there: Any = ()) -> tuple[dict[str, str], dict[str, str]]:
        seen, judged = judge(*sets, wish=ImageWish(recorded=recorded), ignition="3.5.0")
        kept, judged = given_back(seen, judged, record, there)
        return dict(kept), words(judged)

    a, b = (named(name, image=TARGET) for name in "ab")
    assert back(a, b) == ({"old": "old-before-1"}, {"a": "update", "b": "update"})
    assert back(a, named("b")) == ({"old": "old-before-1"}, {"a": "update"})  # b is there already
    one = {a.ref: both[a.ref]}
    assert back(a, b, recorded=one) == ({}, {"a": "user_data_shared", "b": "not_recorded"})
    # A second look at a alone, which somebody had changed while b was brought back.
    assert back(a, named("b"), recorded=one, there=[b.ref]) == (
        {"old": "old-before-1"},
        {"a": "update", "b": "not_recorded"},
    )
    assert back(a, named("b", "new", TARGET), recorded=one) == (
        {"old": "old-before-1"},
        {"a": "update", "b": "not_recorded"},
    )
    assert back(named("a"), b, recorded=one) == ({}, {"b": "not_recorded"})


def test_sets_whose_secret_could_not_be_converted_fail() -> None:
    wrong = Failed(USER_DATA_TOO_OLD, "no equal")
    _seen, judged = judge(named("a"), named("b", "new"), named("c", owners=[{"kind": "ConfigMap", "name": "x"}]))
    told = failing(judged, {"old": wrong})
    assert told.verdicts[0].decision is wrong
    assert words(told) == {"a": "user_data_too_old", "b": "update", "c": "owned"}
