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

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
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
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import AS_IT_IS, ConfigurationWish, SkewWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan.configuration import (
    LABEL,
    Plan,
    configuration,
    entry,
    foreseen,
    stages,
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


def at(version: str) -> dict[str, Any]:
    """ClusterOperator machine-config at that version."""
    return {"status": {"versions": [{"name": "operator", "version": version}]}}


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
        ("All", [], [manager()]),
        ("None", None, []),
        ("None", [], "unchanged"),
        ("None", [manager()], []),
        ("None", [manager(), FOREIGN], [FOREIGN]),
        ("None", [FOREIGN], "unchanged"),
        (None, [manager()], None),
        (None, [], None),
    ],
)
def test_off_is_the_empty_list_up_to_4_18_so_that_an_upgrade_does_not_switch_it_on(
    mode: str | None, before: Any, after: Any
) -> None:
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
    found = assess(then).management[resource]
    assert mode is None or found.mode == mode
    if release == "4.17" and mode == "None" and not others:
        then = replace(then, capabilities=capabilities("4.19"), operator=at("4.19.0"))
        assert assess(then).management[WORKERS].mode == "None", "off would not have meant off after an upgrade"
    other = ({WORKERS, CONTROL_PLANE} - {resource}).pop()
    assert assess(then).management[other].mode == assess(was).management[other].mode


@pytest.mark.parametrize(
    ("release", "wanted", "error", "says"),
    [
        ("4.16", wish("All"), Unsupported, "cannot manage boot images"),
        ("4.20", wish("All", CONTROL_PLANE), Unsupported, "does not know the resource controlplanemachinesets"),
        ("4.22", wish("Partial", CONTROL_PLANE), InvalidInput, "All and None only"),
        ("4.22", ConfigurationWish(WORKERS, "Partial"), InvalidInput, "needs selector"),
        ("4.20", wish("None", skew=SkewWish("None")), Unsupported, "has no bootImageSkewEnforcement"),
        ("4.22", wish(AS_IT_IS, selector=GPU), InvalidInput, "belong to mode Partial; mode is not given"),
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


@pytest.mark.parametrize("mode", ["None", None])
@pytest.mark.parametrize(("release", "resource"), [("4.16", WORKERS), ("4.20", CONTROL_PLANE)])
def test_where_nothing_can_be_managed_off_is_said_already(release: str, resource: str, mode: str | None) -> None:
    seen = snapshot([machine_set("a")], release)
    assert stages(seen, wish(mode, resource)) == Plan()
    assert foreseen(seen, wish(mode, resource)) is seen


def test_workers_that_are_managed_by_default_are_named_beside_the_control_plane() -> None:
    """Some z-releases take a list without them for their being off (OCPBUGS-72553)."""
    mirror = [manager(), manager("None", resource=CONTROL_PLANE)]
    now = standing("4.22", None, status=mirror)
    (step,) = configuration(snapshot(release="4.22", configuration=now), wish("All", CONTROL_PLANE))
    assert step.after["managedBootImages"]["machineManagers"] == [manager(), CPMS]
    now = standing("4.22", [manager("None", resource=CONTROL_PLANE)], status=mirror)
    (step,) = configuration(snapshot(release="4.22", configuration=now), wish("All", CONTROL_PLANE))
    assert step.after["managedBootImages"]["machineManagers"] == [manager(), CPMS]


@pytest.mark.parametrize(
    ("mirror", "observed"), [([manager("None")], True), ([manager()], False), ([manager("Partial", GPU)], True)]
)
def test_workers_are_not_named_where_that_would_be_more_than_the_default(mirror: Any, observed: bool) -> None:
    now = standing("4.22", None, status=mirror, observed=observed)
    (step,) = configuration(snapshot(release="4.22", configuration=now), wish("All", CONTROL_PLANE))
    assert step.after["managedBootImages"]["machineManagers"] == [CPMS]


def test_what_stands_as_wished_is_not_written_for_the_workers_sake() -> None:
    now = standing("4.22", [CPMS], status=[manager(), CPMS])
    assert configuration(snapshot(release="4.22", configuration=now), wish("All", CONTROL_PLANE)) == ()


ABSENT = {"matchExpressions": [{"key": LABEL, "operator": "DoesNotExist"}]}
NAMED = {"matchLabels": {LABEL: "true"}}


def enrolled(seen: Any, selector: Any) -> set[str]:
    return {each.name for each in seen.machine_sets if matches(selector, each.labels)}


@pytest.mark.parametrize(
    "before",
    [
        None,
        [],
        [manager()],
        [manager("None")],
        [manager("Partial", NAMED)],
        [manager("Partial", GPU)],
        [manager("Partial", ABSENT)],
    ],
)
@pytest.mark.parametrize("exclusive", [True, False])
def test_no_set_is_enrolled_for_a_moment_that_neither_was_nor_will_be(before: Any, exclusive: bool) -> None:
    """Carries out the steps one by one, as the operator might look after each."""
    sets = [
        machine_set("a", labels={}),
        machine_set("b", labels={LABEL: "true"}),
        machine_set("c", labels={"gpu": "yes"}),
        machine_set("d", labels={LABEL: "true", "gpu": "yes"}),
    ]
    wanted = wish("Partial", machine_sets=("a", "c"), exclusive=exclusive)
    was = snapshot(sets, "4.22", configuration=standing("4.22", before))
    now, moments = was, [was]
    for _stage in range(3):
        plan = stages(now, wanted)
        assert not plan.waits
        for step in plan.now:
            now = after(now, step)
            moments.append(now)
        if not plan.later:
            break
    assert configuration(now, wanted) == () and moments[1:]
    # Where nothing is said, 4.22 manages all on GCP.
    found = [managed(each) for each in moments]
    assert found[-1] == ({"a", "c"} if exclusive else {"a", "b", "c", "d"})
    for each in found:
        assert each <= found[0] | found[-1]


def after(seen: Any, step: Any) -> Any:
    """The cluster with one step carried out."""
    if step.ref == THE_CONFIGURATION:
        made = json_patch(step.request.operations, seen.configuration)
        made["metadata"]["generation"] += 1
        return replace(seen, configuration=made)
    sets = [
        machine_set(
            each.name,
            labels={
                k: v for k, v in {**each.labels, **(step.after["labels"] if each.ref == step.ref else {})}.items() if v
            },
        )
        for each in seen.machine_sets
    ]
    return replace(seen, machine_sets=tuple(sets))


def managed(seen: Any) -> set[str]:
    """Who is enrolled by what stands in spec."""
    status = {"managedBootImagesStatus": {}}
    found = assess(replace(seen, configuration={**seen.configuration, "status": status})).management
    mode, selector = found[WORKERS].mode, found[WORKERS].selector
    return {"All": {each.name for each in seen.machine_sets}, "Partial": enrolled(seen, selector or {})}.get(
        mode, set()
    )
