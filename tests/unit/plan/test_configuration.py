# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of MachineConfiguration: what is written for every wish over everything that may stand there."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from unit.builders import capabilities, control_plane, machine_set, manager, snapshot
from unit.builders import configuration as standing
from unit.patches import json_patch

from ansible_collections.okd.boot_images.plugins.module_utils.assess.management import management
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import NotChecked
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import (
    BootImageError,
    Forbidden,
    InvalidInput,
    NotFound,
    Unsupported,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import THE_CONFIGURATION
from ansible_collections.okd.boot_images.plugins.module_utils.model.selectors import matches
from ansible_collections.okd.boot_images.plugins.module_utils.model.steps import JsonPatch
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ConfigurationWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan.configuration import (
    LABEL,
    configuration,
    entry,
    foreseen,
)

WORKERS, CONTROL_PLANE = "machinesets", "controlplanemachinesets"
GPU = {"matchLabels": {"gpu": "yes"}}
FOREIGN = {
    "resource": "machinedeployments",
    "apiGroup": "cluster.x-k8s.io",
    "selection": {"mode": "All"},
    "of": "tomorrow",
}
CPMS = manager("All", resource=CONTROL_PLANE)


def wish(mode: str | None, resource: str = WORKERS, **more: Any) -> ConfigurationWish:
    if mode == "Partial" and not more:
        more = {"selector": GPU}
    return ConfigurationWish(resource, mode, **more)


def written(release: str, managers: Any, wanted: ConfigurationWish) -> Any:
    """The list after the patch; C(unchanged) without one."""
    now = standing(release, managers)
    steps = configuration(snapshot(release=release, configuration=now), wanted)
    if not steps:
        return "unchanged"
    (step,) = steps
    assert step.ref == THE_CONFIGURATION and isinstance(step.request, JsonPatch)
    assert {"op": "test", "path": "/metadata/generation", "value": 3} in step.request.operations
    assert step.before == {"managedBootImages": None if managers is None else {"machineManagers": managers}}
    stanza = json_patch(step.request.operations, now)["spec"].get("managedBootImages")
    assert step.after == {"managedBootImages": stanza}
    return None if stanza is None else stanza["machineManagers"]


@pytest.mark.parametrize(
    ("mode", "before", "after"),
    [
        ("All", None, [manager()]),
        ("All", [], [manager()]),
        ("All", [manager()], "unchanged"),
        ("All", [manager("Partial", GPU)], [manager()]),
        ("All", [FOREIGN], [FOREIGN, manager()]),
        ("Partial", None, [manager("Partial", GPU)]),
        ("Partial", [manager("Partial", GPU)], "unchanged"),
        ("Partial", [FOREIGN, manager(), CPMS], [FOREIGN, manager("Partial", GPU), CPMS]),
        ("None", None, [manager("None")]),
        ("None", [], [manager("None")]),
        ("None", [manager("None")], "unchanged"),
        ("None", [CPMS, manager(), FOREIGN], [CPMS, manager("None"), FOREIGN]),
        (None, None, "unchanged"),
        (None, [], None),
        (None, [manager()], None),
        (None, [manager(), CPMS, FOREIGN], [CPMS, FOREIGN]),
        (None, [CPMS], "unchanged"),
    ],
)
def test_workers_where_the_api_knows_none(mode: str | None, before: Any, after: Any) -> None:
    assert written("4.22", before, wish(mode)) == after


@pytest.mark.parametrize(
    ("mode", "before", "after"),
    [
        ("All", None, [manager()]),
        ("None", None, "unchanged"),
        ("None", [], "unchanged"),
        ("None", [manager()], None),
        ("None", [manager(), FOREIGN], [FOREIGN]),
        ("None", [FOREIGN], "unchanged"),
        (None, [manager()], None),
    ],
)
def test_off_is_absence_up_to_4_18(mode: str | None, before: Any, after: Any) -> None:
    assert written("4.18", before, wish(mode)) == after


@pytest.mark.parametrize(
    ("mode", "before", "after"),
    [
        ("All", None, [CPMS]),
        ("All", [manager("None")], [manager("None"), CPMS]),
        ("All", [], [manager("None"), CPMS]),
        ("None", [], [manager("None"), manager("None", resource=CONTROL_PLANE)]),
        (None, [], "unchanged"),
        (None, [CPMS], None),
        (None, [manager(), CPMS], [manager()]),
    ],
)
def test_the_control_planes_entry_leaves_workers_as_they_are(mode: str | None, before: Any, after: Any) -> None:
    assert written("4.22", before, wish(mode, CONTROL_PLANE)) == after


@pytest.mark.parametrize(
    ("release", "resource", "mode"),
    [
        *itertools.product(["4.17", "4.20", "4.22"], [WORKERS], ["All", "Partial", "None", None]),
        *itertools.product(["4.22"], [CONTROL_PLANE], ["All", "None", None]),
    ],
)
@pytest.mark.parametrize(
    "before", [None, [], [FOREIGN], [manager()], [CPMS, manager("Partial", {"matchLabels": {"x": ""}})]]
)
def test_fulfilled_once_nothing_is_left_to_do(release: str, resource: str, mode: str | None, before: Any) -> None:
    wanted = wish(mode, resource)
    was = snapshot(release=release, configuration=standing(release, before, observed=False))
    then = foreseen(was, wanted)
    assert configuration(then, wanted) == ()
    others = [each for each in before or [] if each["resource"] != resource]
    kept = entry(then.configuration, others[0]["resource"]) if others and others[0] is not FOREIGN else None
    assert kept == (others[0] if others and others[0] is not FOREIGN else None)
    found = management(then)[resource]
    assert mode is None or found.mode == mode
    other = ({WORKERS, CONTROL_PLANE} - {resource}).pop()
    assert management(then)[other].mode == management(was)[other].mode


@pytest.mark.parametrize(
    ("release", "wanted", "error", "says"),
    [
        ("4.16", wish("All"), Unsupported, "cannot manage boot images"),
        ("4.20", wish("All", CONTROL_PLANE), Unsupported, "does not know the resource controlplanemachinesets"),
        ("4.22", wish("Partial", CONTROL_PLANE), InvalidInput, "All and None only"),
        ("4.22", ConfigurationWish(WORKERS, "Partial"), InvalidInput, "needs selector"),
        ("4.22", wish("All", selector=GPU), InvalidInput, "belong to mode Partial; mode is All"),
        ("4.22", wish("None", machine_sets=("a",)), InvalidInput, "belong to mode Partial"),
        ("4.22", wish("All", exclusive=True), InvalidInput, "belong to mode Partial"),
        ("4.22", wish("Partial", selector={}), InvalidInput, "matches every machine set"),
        ("4.22", wish("Partial", selector={"matchLabels": {}}), InvalidInput, "matches every machine set"),
        ("4.22", wish("Partial", selector={"labels": {}}), InvalidInput, "unknown field labels"),
        ("4.22", wish("Partial", selector=GPU, exclusive=True), InvalidInput, "exclusive needs machine_sets"),
        (
            "4.22",
            wish("Partial", selector={"matchExpressions": [{"key": "a", "operator": "Exists"}]}, machine_sets=("a",)),
            InvalidInput, "may only have matchLabels",
        ),
        ("4.22", wish("Partial", machine_sets=("a", "z")), NotFound, "names z, which do not exist. There are: a, b"),
    ],
)  # fmt: skip
def test_refusals(release: str, wanted: ConfigurationWish, error: type[BootImageError], says: str) -> None:
    with pytest.raises(error, match=says):
        configuration(snapshot([machine_set("a"), machine_set("b"), control_plane()], release, managers=None), wanted)


def test_no_configuration() -> None:
    with pytest.raises(NotFound, match="MachineConfiguration cluster does not exist"):
        configuration(snapshot(configuration=None), wish("All"))


def test_named_sets_are_unlabelled_then_labelled_then_enrolled() -> None:
    sets = [
        machine_set("a"),
        machine_set("b", labels={LABEL: "true", "x": "y"}),
        machine_set("c", labels={LABEL: "false"}),
    ]
    seen = snapshot(sets, "4.22", configuration=standing("4.22", None))
    steps = configuration(seen, wish("Partial", machine_sets=("c", "a", "c"), exclusive=True))
    assert [(step.ref.name, step.before, step.after) for step in steps[:3]] == [
        ("b", {"labels": {LABEL: "true"}}, {"labels": {LABEL: None}}),
        ("c", {"labels": {LABEL: "false"}}, {"labels": {LABEL: "true"}}),
        ("a", {"labels": {LABEL: None}}, {"labels": {LABEL: "true"}}),
    ]
    assert [step.ref for step in steps[3:]] == [THE_CONFIGURATION]
    assert all(step.request.body["metadata"]["uid"] == f"uid-of-{step.ref.name}" for step in steps[:3])
    then = foreseen(seen, wish("Partial", machine_sets=("c", "a"), exclusive=True))
    selector = {"matchLabels": {LABEL: "true"}}
    assert [each.name for each in then.machine_sets if matches(selector, each.labels)] == ["a", "c"]
    assert {each.name: each.labels.get("x") for each in then.machine_sets} == {"a": None, "b": "y", "c": None}


def test_without_exclusive_no_label_is_taken_off() -> None:
    seen = snapshot([machine_set("a"), machine_set("b", labels={LABEL: "true"})], "4.22")
    assert [step.ref.name for step in configuration(seen, wish("Partial", machine_sets=("a",)))] == ["a", "cluster"]


def test_a_selector_of_the_user_tells_the_labels() -> None:
    seen = snapshot([machine_set("a")], "4.22")
    label, enrol = configuration(seen, wish("Partial", selector=GPU, machine_sets=("a",)))
    assert label.request.body["metadata"]["labels"] == {"gpu": "yes"}
    assert enrol.request.operations[-1]["value"]["machineManagers"] == [manager("Partial", GPU)]


def test_only_sets_of_the_wished_kind_are_named() -> None:
    with pytest.raises(NotFound, match="There are: none"):
        configuration(snapshot([control_plane()], "4.22"), wish("Partial", machine_sets=("cluster",)))


def test_foreseen_does_not_change_what_was_read() -> None:
    was = snapshot([machine_set("a")], "4.22")
    copy = replace(was)
    foreseen(was, wish("Partial", machine_sets=("a",)))
    assert was == copy and capabilities("4.22") == was.capabilities


def test_a_configuration_that_may_not_be_read_is_not_written() -> None:
    gap = NotChecked("MachineConfiguration", "may not get it")
    with pytest.raises(Forbidden, match="may not get it"):
        configuration(snapshot(configuration=None, configuration_known=False, not_checked=(gap,)), wish("All"))
