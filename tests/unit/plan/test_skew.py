# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Skew enforcement: what is written for every wish over everything that stands, in which order, and what is refused."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from unit.builders import configuration, machine_set, manager, snapshot
from unit.patches import json_patch

from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidInput
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import AS_IT_IS, ConfigurationWish, SkewWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan.configuration import foreseen, stages

RHCOS = {"mode": "Manual", "manual": {"mode": "RHCOSVersion", "rhcosVersion": "9.6.20250701-0"}}
OCP = {"mode": "Manual", "manual": {"mode": "OCPVersion", "ocpVersion": "4.18.3"}}
NONE = {"mode": "None"}
WISHES = {
    "Automatic": (SkewWish("Automatic"), None),
    "None": (SkewWish("None"), NONE),
    "OCP": (SkewWish("Manual", ocp_version="4.18.3"), OCP),
    "RHCOS": (SkewWish("Manual", rhcos_version="9.6.20250701-0"), RHCOS),
}


def seen(managers: Any = None, skew: Any = None, status: str | None = None, sets: Any = ()) -> Any:
    made = configuration("4.22", managers)
    if skew:
        made["spec"]["bootImageSkewEnforcement"] = skew
    if status:
        made["status"]["bootImageSkewEnforcementStatus"] = {"mode": status}
    return snapshot(sets, "4.22", configuration=made)


def wish(mode: str | None, skew: str | None = None, **more: Any) -> ConfigurationWish:
    return ConfigurationWish("machinesets", mode, skew=WISHES[skew][0] if skew else None, **more)


def fields(steps: Any) -> list[str]:
    """Which field of MachineConfiguration each step writes, or which set it labels."""
    return [next(iter(step.after)) if step.ref.name == "cluster" else step.ref.name for step in steps]


@pytest.mark.parametrize(("before", "name"), itertools.product([None, NONE, OCP, RHCOS], WISHES))
def test_the_stanza_is_written_whole(before: Any, name: str) -> None:
    """A merge would leave the keys of another mode beside the new one, which the API refuses."""
    then = WISHES[name][1]
    now = seen([manager()], before)
    plan = stages(now, wish(AS_IT_IS, name))
    assert not plan.later and not plan.waits
    if before == then:
        assert plan.now == ()
        return
    (step,) = plan.now
    assert (step.before, step.after) == ({"bootImageSkewEnforcement": before}, {"bootImageSkewEnforcement": then})
    made = json_patch(step.request.operations, now.configuration)
    assert made["spec"].get("bootImageSkewEnforcement") == then
    assert made["spec"]["managedBootImages"] == {"machineManagers": [manager()]}
    assert foreseen(now, wish(AS_IT_IS, name)).configuration["spec"] == made["spec"]


LIMITS = [{"mode": "None"}, {"mode": "Partial", "selector": {"matchLabels": {"a": "b"}}}]


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", [None, "None", "OCP", "RHCOS"])
def test_under_automatic_skew_enforcement_comes_first_and_is_waited_for(limit: Any, name: str | None) -> None:
    asked = wish(skew=name, **limit)
    plan = stages(seen([manager()], status="Automatic"), asked)
    assert (fields(plan.now), fields(plan.later)) == (["bootImageSkewEnforcement"], ["managedBootImages"])
    assert plan.waits and plan.implied is (name is None)
    assert plan.now[0].after == {"bootImageSkewEnforcement": WISHES[name or "None"][1]}


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", [None, "None"])
def test_a_run_that_was_killed_in_between_is_finished_by_the_next(limit: Any, name: str | None) -> None:
    waiting = stages(seen([manager()], NONE, "Automatic"), wish(skew=name, **limit))
    assert (waiting.now, fields(waiting.later), waiting.waits) == ((), ["managedBootImages"], True)
    assert not waiting.implied, "somebody has written it already"
    followed = stages(seen([manager()], NONE, "None"), wish(skew=name, **limit))
    assert (fields(followed.now), followed.later) == (["managedBootImages"], ())


@pytest.mark.parametrize("status", [None, "None", "Manual"])
def test_other_than_automatic_nothing_of_skew_is_touched_unasked(status: str | None) -> None:
    for before in (None, NONE, OCP):
        plan = stages(seen([manager()], before, status), wish("None"))
        assert (fields(plan.now), plan.later) == (["managedBootImages"], ())


def test_labels_wait_with_the_selector_that_needs_them() -> None:
    now = seen([manager()], status="Automatic", sets=[machine_set("a")])
    plan = stages(now, wish("Partial", machine_sets=("a",)))
    assert (fields(plan.now), fields(plan.later)) == (["bootImageSkewEnforcement"], ["a", "managedBootImages"])


def test_never_both_in_one_write_and_skew_first_where_it_does_not_matter() -> None:
    plan = stages(seen([manager()], NONE, "None"), wish("None", "OCP"))
    assert (fields(plan.now), fields(plan.later)) == (["bootImageSkewEnforcement"], ["managedBootImages"])
    assert not plan.waits


def test_the_way_back_manages_all_workers_first() -> None:
    plan = stages(seen([manager("None")], NONE, "None"), wish("All", "Automatic"))
    assert (fields(plan.now), fields(plan.later)) == (["managedBootImages"], ["bootImageSkewEnforcement"])
    assert not plan.waits
    again = stages(seen([manager()], NONE, "None"), wish("All", "Automatic"))
    assert (fields(again.now), again.later) == (["bootImageSkewEnforcement"], ())
    assert stages(seen([manager()], None, "Automatic"), wish("All", "Automatic")).now == ()


@pytest.mark.parametrize("mode", ["All", None])
def test_what_automatic_allows_is_written_at_once(mode: str | None) -> None:
    for managers in (None, [manager()]):
        plan = stages(seen(managers, status="Automatic"), wish(mode))
        assert plan.later == () and not plan.waits
        assert fields(plan.now) in ([], ["managedBootImages"])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (wish("None", "Automatic"), "goes with mode All; mode is None"),
        (wish("Partial", "Automatic", selector={"matchLabels": {"a": "b"}}), "goes with mode All; mode is Partial"),
        (wish(AS_IT_IS, "Automatic"), "as things stand they are not"),
        (
            ConfigurationWish("controlplanemachinesets", "All", skew=SkewWish("Automatic")),
            "as things stand they are not",
        ),
    ],
)
@pytest.mark.parametrize("managers", [[], [manager("None")], [manager("Partial", {"matchLabels": {"x": "y"}})]])
def test_automatic_needs_all_workers(asked: ConfigurationWish, says: str, managers: Any) -> None:
    with pytest.raises(InvalidInput, match=says):
        stages(seen(managers, NONE, "None"), asked)


@pytest.mark.parametrize(
    "version",
    ["4.9", "4.18", "4.18.3.1", "v4.18.3", "4.18.x", "4.18.3 ", "4.18.1234567", "4.18.3\n"],
)
def test_versions_of_openshift_that_the_api_refuses(version: str) -> None:
    with pytest.raises(InvalidInput, match=r"ocp_version .* is no version that the API takes"):
        stages(seen(), ConfigurationWish("machinesets", "All", skew=SkewWish("Manual", ocp_version=version)))


@pytest.mark.parametrize(
    "version",
    [
        "9.6.20250701",
        "9.6.2025070-0",
        "9.6.202507011-0",
        "9.20250701-0",
        "9.6.20250701-0-x86",
        "4120.86.202301311551-10",
        "",
    ],
)
def test_versions_of_coreos_that_the_api_refuses(version: str) -> None:
    with pytest.raises(InvalidInput, match=r"rhcos_version .* is no version that the API takes"):
        stages(seen(), ConfigurationWish("machinesets", "All", skew=SkewWish("Manual", rhcos_version=version)))


@pytest.mark.parametrize("version", ["4.9.0", "4.18.3", "14.18.1234"])
def test_versions_of_openshift_at_the_apis_borders(version: str) -> None:
    plan = stages(seen(), ConfigurationWish("machinesets", AS_IT_IS, skew=SkewWish("Manual", ocp_version=version)))
    assert plan.now[0].after["bootImageSkewEnforcement"]["manual"] == {"mode": "OCPVersion", "ocpVersion": version}


@pytest.mark.parametrize("version", ["9.6.20250701-0", "412.86.202301311551-0", "10.0.20250628-0"])
def test_versions_of_coreos_at_the_apis_borders(version: str) -> None:
    plan = stages(seen(), ConfigurationWish("machinesets", AS_IT_IS, skew=SkewWish("Manual", rhcos_version=version)))
    assert plan.now[0].after["bootImageSkewEnforcement"]["manual"] == {"mode": "RHCOSVersion", "rhcosVersion": version}


@pytest.mark.parametrize(
    ("skew", "says"),
    [
        (SkewWish("Manual", "4.18.3", "9.6.20250701-0"), "ocp_version or rhcos_version, not both"),
        (SkewWish("None", "4.18.3"), "belong to mode Manual; mode is None"),
        (SkewWish("Automatic", None, "9.6.20250701-0"), "belong to mode Manual; mode is Automatic"),
    ],
)
def test_wishes_that_contradict_themselves(skew: SkewWish, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        stages(seen(), ConfigurationWish("machinesets", "All", skew=skew))


def test_a_stanza_of_a_strange_shape_is_replaced() -> None:
    plan = stages(seen([manager()], "odd"), wish(AS_IT_IS, "None"))
    assert plan.now[0].after == {"bootImageSkewEnforcement": NONE}
