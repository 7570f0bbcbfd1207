# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""managed_boot_images on the schemas of several releases: what stands in MachineConfiguration and on the machine sets after it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from integration.support.clusters import CONTROL_PLANE, WORKERS, Cluster, writes

Clusters = Callable[..., Cluster]
MODULE = "managed_boot_images"
LABEL = "okd-boot-images.io/managed"
ALL = {**WORKERS, "selection": {"mode": "All"}}
NONE = {**WORKERS, "selection": {"mode": "None"}}
CONTROL_PLANE_ALL = {**CONTROL_PLANE, "selection": {"mode": "All"}}
OLD = ["4.17.12", "4.18.6"]
NEW = ["4.19.2", "4.20.3", "4.21.2"]


def partial(selector: dict[str, Any]) -> dict[str, Any]:
    return {**WORKERS, "selection": {"mode": "Partial", "partial": {"machineResourceSelector": selector}}}


def labelled(made: Cluster, key: str = LABEL) -> dict[str, str]:
    """The value of a label on each machine set that has it."""
    labels = {each["metadata"]["name"]: each["metadata"].get("labels", {}) for each in made.client.list("machinesets")}
    return {name: found[key] for name, found in labels.items() if key in found}


def again_changes_nothing(made: Cluster, **arguments: Any) -> None:
    """The same wish once more: not changed, and no request that writes, as the API server's audit log has it."""
    with made.untouched(), made.requests() as requests:
        answer = made.module(MODULE, **arguments)
    assert (answer.failed, answer.result.get("changed")) == (False, False), answer.result
    assert len(requests) > 3
    assert {each["verb"] for each in requests} <= {"get", "list"}


def check_mode_foretells(made: Cluster, **arguments: Any) -> None:
    """Check mode writes nothing, and says and shows what the real run then does."""
    with made.untouched(), made.requests() as requests:
        foretold = made.check(MODULE, **arguments)
    assert not foretold.failed, foretold.message
    assert writes(requests) == []
    dry = [each for each in requests if each["verb"] == "patch"]
    assert bool(dry) == foretold.result["changed"]  # the server was asked
    with made.requests() as requests:
        real = made.module(MODULE, _ansible_diff=True, **arguments)
    assert not real.failed, real.message
    for key in ("changed", "diff", "before", "after", "skew", "msg"):
        assert foretold.result[key] == real.result[key], key
    assert len(writes(requests)) == len(dry)


@pytest.mark.parametrize("release", [*OLD, *NEW, "4.22.1"])
def test_all(cluster: Clusters, release: str) -> None:
    made = cluster("gcp", release=release)
    check_mode_foretells(made, mode="All")
    assert made.managers() == [ALL]
    again_changes_nothing(made, mode="All")


@pytest.mark.parametrize("release", OLD)
def test_off_is_the_empty_list_where_the_schema_has_no_none(cluster: Clusters, release: str) -> None:
    """Off after an upgrade to 4.19, too, where an absent list means on."""
    made = cluster("gcp", release=release)
    made.manage(ALL)
    check_mode_foretells(made, mode="None")
    assert made.managers() == []
    again_changes_nothing(made, mode="None")
    made.manage()
    check_mode_foretells(made, mode="None")
    assert made.managers() == []
    check_mode_foretells(made, state="absent")
    assert "managedBootImages" not in made.configuration()["spec"]


@pytest.mark.parametrize(("sample", "release"), [("gcp", "4.16.3"), ("openstack", "4.18.6"), ("openstack", "4.20.3")])
def test_off_is_no_error_where_nothing_could_be_on(cluster: Clusters, sample: str, release: str) -> None:
    made = cluster(sample, release=release)
    with made.untouched():
        answer = made.module(MODULE, mode="None")
    assert (answer.failed, answer.result["changed"], answer.result["after"]) == (False, False, None), answer.result
    assert made.check(MODULE, mode="None").result["changed"] is False


@pytest.mark.parametrize("release", NEW)
def test_off_is_the_mode_none_where_the_schema_has_it(cluster: Clusters, release: str) -> None:
    """Where an absent stanza means on."""
    made = cluster("gcp", release=release)
    check_mode_foretells(made, mode="None")
    assert made.managers() == [NONE]
    again_changes_nothing(made, mode="None")


def test_off_on_4_22_without_skew_enforcement(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    made.follow(bootImageSkewEnforcementStatus={"mode": "None"})
    answer = made.module(MODULE, mode="None")
    assert not answer.failed, answer.message
    assert made.managers() == [NONE]


@pytest.mark.parametrize("release", ["4.18.6", "4.21.2"])
def test_absent_leaves_it_to_the_release(cluster: Clusters, release: str) -> None:
    made = cluster("gcp", release=release)
    again_changes_nothing(made, state="absent")
    made.manage(ALL)
    check_mode_foretells(made, state="absent")
    assert "managedBootImages" not in made.configuration()["spec"]
    again_changes_nothing(made, state="absent")


@pytest.mark.parametrize("release", ["4.18.6", "4.20.3"])
def test_partial_with_a_selector(cluster: Clusters, release: str) -> None:
    made = cluster("gcp", release=release)
    wish = {"mode": "Partial", "selector": {"matchLabels": {"zone": "a"}}}
    check_mode_foretells(made, **wish)
    assert made.managers() == [partial({"matchLabels": {"zone": "a"}})]
    assert labelled(made, "zone") == {}
    again_changes_nothing(made, **wish)
    expressions = {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a", "b"]}]}
    check_mode_foretells(made, mode="Partial", selector=expressions)
    assert made.managers() == [partial(expressions)]


def test_partial_with_names_puts_the_label_on(cluster: Clusters) -> None:
    made = cluster("gcp")
    first, second, _third = made.names
    wish = {"mode": "Partial", "machine_sets": [second, first]}
    check_mode_foretells(made, **wish)
    assert labelled(made) == {first: "true", second: "true"}
    assert made.managers() == [partial({"matchLabels": {LABEL: "true"}})]
    again_changes_nothing(made, **wish)


def test_partial_with_names_and_labels_of_ones_own(cluster: Clusters) -> None:
    made = cluster("gcp")
    selector = {"matchLabels": {"acme.example/boot": "managed"}}
    answer = made.module(MODULE, mode="Partial", machine_sets=[made.names[0]], selector=selector)
    assert not answer.failed, answer.message
    assert labelled(made, "acme.example/boot") == {made.names[0]: "managed"}
    assert labelled(made) == {}
    assert made.managers() == [partial(selector)]


def test_names_that_are_not_exclusive_leave_the_others_labelled(cluster: Clusters) -> None:
    made = cluster("gcp")
    first, second, _third = made.names
    made.client.patch("machinesets", first, {"metadata": {"labels": {LABEL: "true"}}})
    assert not made.module(MODULE, mode="Partial", machine_sets=[second]).failed
    assert labelled(made) == {first: "true", second: "true"}


def test_exclusive_takes_the_label_off_before_it_configures(cluster: Clusters) -> None:
    """At no moment is a set enrolled that should not be: off first, then on, the selector last."""
    made = cluster("gcp")
    first, second, third = made.names
    for name in (first, third):
        made.client.patch("machinesets", name, {"metadata": {"labels": {LABEL: "true", "team": "blue"}}})
    wish = {"mode": "Partial", "machine_sets": [second], "exclusive": True}
    with made.untouched():
        assert made.check(MODULE, **wish).result["changed"]
    with made.requests() as requests:
        answer = made.module(MODULE, **wish)
    assert not answer.failed, answer.message
    assert labelled(made) == {second: "true"}
    assert labelled(made, "team") == {first: "blue", third: "blue"}
    done = [what for _verb, what in writes(requests)]
    assert set(done[:2]) == {f"machinesets/{first}", f"machinesets/{third}"}
    assert done[2:] == [f"machinesets/{second}", "machineconfigurations/cluster"]
    again_changes_nothing(made, **wish)


def test_the_entry_of_another_resource_survives(cluster: Clusters) -> None:
    """A merge patch replaces the whole list, so the control plane's entry must be carried along."""
    made = cluster("gcp", release="4.22.1")
    made.manage(CONTROL_PLANE_ALL)
    check_mode_foretells(made, mode="All")
    assert made.managers() == [CONTROL_PLANE_ALL, ALL]
    check_mode_foretells(made, state="absent")
    assert made.managers() == [CONTROL_PLANE_ALL]


def test_the_control_plane_beside_the_workers(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    made.manage(ALL)
    wish = {"mode": "All", "resource": "controlplanemachinesets"}
    check_mode_foretells(made, **wish)
    assert made.managers() == [ALL, CONTROL_PLANE_ALL]
    again_changes_nothing(made, **wish)


def test_other_fields_of_the_configuration_survive(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    others = {"logLevel": "Debug", "bootImageSkewEnforcement": {"mode": "None"}}
    made.client.patch("machineconfigurations", "cluster", {"spec": others})
    before = made.configuration()["spec"]
    assert not made.module(MODULE, mode="All").failed
    assert made.configuration()["spec"] == {**before, "managedBootImages": {"machineManagers": [ALL]}}


def test_the_diff_shows_what_the_module_owns_and_nothing_else(cluster: Clusters) -> None:
    made = cluster("gcp")
    name = made.names[0]
    answer = made.check(MODULE, mode="Partial", machine_sets=[name])
    label, configuration = answer.result["diff"]
    assert (label["before"], label["after"]) == ({"labels": {LABEL: None}}, {"labels": {LABEL: "true"}})
    assert name in label["after_header"]
    assert configuration["before"] == {"managedBootImages": None}
    managers = [partial({"matchLabels": {LABEL: "true"}})]
    assert configuration["after"] == {"managedBootImages": {"machineManagers": managers}}
    assert configuration["after_header"] == "MachineConfiguration cluster"


def manage_beside(made: Cluster, change: Callable[[int], dict[str, Any]]) -> tuple[Any, list[int]]:
    """Run the module while somebody patches MachineConfiguration over and over; its answer and its writes' statuses."""
    ended = threading.Event()

    def disturb() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            made.sandbox.client.patch("machineconfigurations", "cluster", change(number))

    writer = threading.Thread(target=disturb)
    writer.start()
    try:
        with made.requests() as requests:
            answer = made.module(MODULE, mode="All")
    finally:
        ended.set()
        writer.join()
    return answer, [each["responseStatus"]["code"] for each in requests if each["verb"] == "patch"]


def test_a_change_between_reading_and_writing_is_not_overwritten(cluster: Clusters) -> None:
    """Somebody changes another field of spec over and over; what he wrote last and both entries stand in the end."""
    made = cluster("gcp", release="4.22.1")
    made.manage(CONTROL_PLANE_ALL)
    answer, statuses = manage_beside(made, lambda number: {"spec": {"logLevel": ("Debug", "Trace")[number % 2]}})
    assert 422 in statuses  # else this test has shown nothing
    assert made.configuration()["spec"]["logLevel"] in ("Debug", "Trace")
    if answer.failed:  # beaten every time: then it says so and has written nothing
        assert answer.result["reason"] == "conflict"
        assert made.managers() == [CONTROL_PLANE_ALL]
    else:
        assert made.managers() == [CONTROL_PLANE_ALL, ALL]


def test_what_others_write_beside_spec_is_in_nobodys_way(cluster: Clusters) -> None:
    """The operator rewrites status for minutes; that must not keep anybody from changing spec."""
    made = cluster("gcp", release="4.22.1")
    made.manage(CONTROL_PLANE_ALL)
    answer, statuses = manage_beside(made, lambda number: {"metadata": {"annotations": {"test/number": str(number)}}})
    assert not answer.failed and statuses == [200]
    assert made.managers() == [CONTROL_PLANE_ALL, ALL]
