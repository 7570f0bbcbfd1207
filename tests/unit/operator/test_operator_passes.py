# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the controller works, what it shows, and the hot loop."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from sandbox.operator.cluster import Cluster
from sandbox.operator.events import Events
from sandbox.operator.informer import Informer
from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.conditions import Stats, aggregate, degraded, initial, progressing
from sandbox.operator.rules.hot_loop import HotLoops, refusal
from sandbox.operator.work_queue import WorkQueue
from sandbox.operator.writes import merge_patch

CAPI = "Reconciled 0 of 0 CAPI MachineSets | Reconciled 0 of 0 CAPI MachineDeployments"


class TestMessages:
    @pytest.mark.parametrize(
        ("release", "message"),
        [
            ("4.17", f"Reconciled 44 of 52 MAPI MachineSets | {CAPI}"),
            ("4.21", f"Reconciled 44 of 52 MAPI MachineSets | Reconciled 1 of 1 ControlPlaneMachineSets | {CAPI}"),
            ("4.22", "Reconciled 36 of 52 MAPI MachineSets (8 skipped) | "
                     f"Reconciled 1 of 1 ControlPlaneMachineSets | {CAPI}"),
        ],
    )  # fmt: skip
    def test_progressing(self, release: str, message: str) -> None:
        stats, control_plane = Stats(total=52, synced=44, skipped=8, errored=8), Stats(total=1, synced=1, skipped=1)
        assert progressing(stats, control_plane, behaviour(release)) == (False, message)

    def test_progressing_is_true_until_every_set_was_looked_at(self) -> None:
        assert progressing(Stats(total=3, synced=1, errored=1), Stats(), behaviour("4.20"))[0]

    @pytest.mark.parametrize(
        ("release", "message"),
        [
            ("4.20", "1 Degraded MAPI MachineSets | 0 Degraded CAPI MachineSets | 0 CAPI MachineDeployments"),
            ("4.21", "1 Degraded MAPI MachineSets | 1 Degraded ControlPlaneMachineSets | 0 Degraded CAPI MachineSets | "
                     "0 CAPI MachineDeployments"),
            ("4.22", "1 Degraded MAPI MachineSets | 1 Degraded ControlPlaneMachineSets | 0 Degraded CAPI MachineSets | "
                     "0 Degraded CAPI MachineDeployments"),
        ],
    )  # fmt: skip
    def test_degraded(self, release: str, message: str) -> None:
        stats = Stats(total=1, errored=1)
        assert degraded(stats, stats, "boom", behaviour(release)) == (True, f"{message} | Error(s): boom")
        assert degraded(stats, stats, "", behaviour(release)) == (False, message)

    def test_the_initial_text_of_4_22_still_lacks_a_word(self) -> None:
        assert initial(behaviour("4.22"))[1]["message"].endswith("| 0 CAPI MachineDeployments")
        assert {entry["reason"] for entry in initial(behaviour("4.22"))} == {"NA"}

    def test_one_error_has_no_brackets(self) -> None:
        assert aggregate([]) == ""
        assert aggregate(["a"]) == "a"
        assert aggregate(["a", "b"]) == "[a, b]"

    def test_4_16_writes_none(self) -> None:
        assert not behaviour("4.16").writes_conditions


class TestHotLoop:
    def writes(self, loops: HotLoops, spec: dict[str, Any]) -> bool:
        if loops.refuses("a", spec):
            return False
        loops.record("a", spec)
        return True

    def test_three_writes_succeed_and_the_fourth_is_refused(self) -> None:
        loops = HotLoops()
        assert [self.writes(loops, {"image": "x"}) for _ignored in range(5)] == [True, True, True, False, False]

    def test_another_target_or_any_other_field_starts_anew(self) -> None:
        loops = HotLoops()
        for _ignored in range(3):
            self.writes(loops, {"image": "x"})
        assert self.writes(loops, {"image": "x", "machineType": "new"})
        assert self.writes(loops, {"image": "x"})

    def test_sets_count_for_themselves_and_nothing_enrolled_forgets(self) -> None:
        loops = HotLoops()
        for _ignored in range(3):
            self.writes(loops, {"image": "x"})
        assert not loops.refuses("b", {"image": "x"})
        assert loops.refuses("a", {"image": "x"})
        loops.forget()
        assert not loops.refuses("a", {"image": "x"})

    def test_text(self) -> None:
        assert refusal("a").startswith("refusing to reconcile machineset a, hot loop detected. Please opt-out of boot ")


class Play:
    """A cluster whose caches are fed by hand."""

    def __init__(self, release: str) -> None:
        self.queue = WorkQueue()
        self.cluster = Cluster(None, threading.Event())  # type: ignore[arg-type]
        self.feed(
            self.cluster.cluster_operators,
            "machine-config",
            status={"versions": [{"name": "operator", "version": release}]},
        )
        Events(self.cluster, self.queue)

    def feed(self, informer: Informer, name: str, **fields: Any) -> None:
        metadata = {"name": name, "resourceVersion": "1", **fields.pop("metadata", {})}
        informer._change("MODIFIED", {"metadata": metadata, **fields})

    def remove(self, informer: Informer, name: str) -> None:
        informer._change("DELETED", {"metadata": {"name": name, "resourceVersion": "2"}})

    def reasons(self) -> list[str]:
        found = []
        while (reason := self.queue.take(0)) is not None:
            found.append(reason)
        return found


def machine_set(image: str = "old", replicas: int = 1) -> dict[str, Any]:
    return {"spec": {"replicas": replicas, "template": {"spec": {"providerSpec": {"value": {"image": image}}}}}}


class TestEvents:
    @pytest.mark.parametrize(("release", "prefix"), [("4.19.0", "MAPIMachineset"), ("4.20.0", "MAPIMachineSet")])
    def test_a_changed_provider_spec_is_one_replicas_are_not(self, release: str, prefix: str) -> None:
        play = Play(release)
        for made in (machine_set(), machine_set(replicas=5), machine_set("new")):
            play.feed(play.cluster.machine_sets, "a", **made)
        assert play.reasons() == [f"{prefix}Added", f"{prefix}Updated"]

    @pytest.mark.parametrize("change", [{"labels": {"a": "b"}}, {"annotations": {"a": "b"}}, {"ownerReferences": [{}]}])
    def test_labels_annotations_and_owners_are(self, change: dict[str, Any]) -> None:
        play = Play("4.22.0")
        play.feed(play.cluster.machine_sets, "a", **machine_set())
        play.feed(play.cluster.machine_sets, "a", **machine_set(), metadata=change)
        assert play.reasons() == ["MAPIMachineSetAdded", "MAPIMachineSetUpdated"]

    @pytest.mark.parametrize(("release", "passes"), [("4.19.0", 3), ("4.20.0", 1)])
    def test_equal_events_collapse_from_4_20(self, release: str, passes: int) -> None:
        play = Play(release)
        for name in "abc":
            play.feed(play.cluster.machine_sets, name, **machine_set())
        assert len(play.reasons()) == passes

    @pytest.mark.parametrize(("release", "part"), [("4.18.0", "spec"), ("4.19.0", "status")])
    def test_configuration_counts_in_spec_then_in_status(self, release: str, part: str) -> None:
        field = {"spec": "managedBootImages", "status": "managedBootImagesStatus"}
        play = Play(release)
        play.feed(play.cluster.machine_configurations, "cluster", spec={}, status={})
        for changed in ("spec", "status"):
            play.feed(play.cluster.machine_configurations, "cluster", spec={}, status={})
            play.reasons()
            fields = {"spec": {}, "status": {}, changed: {field[changed]: {"machineManagers": []}}}
            play.feed(play.cluster.machine_configurations, "cluster", **fields)
            assert play.reasons() == (["BootImageUpdateConfigurationUpdated"] if changed == part else [])

    @pytest.mark.parametrize(("release", "passes"), [("4.18.0", 0), ("4.19.0", 1), ("4.22.0", 1)])
    def test_the_operators_own_recreation_is_none_up_to_4_18(self, release: str, passes: int) -> None:
        play = Play(release)
        play.feed(play.cluster.machine_configurations, "cluster", spec={"managementState": "Managed"})
        assert len(play.reasons()) == 1  # what a process finds when it starts
        play.cluster.machine_configurations.synced.set()
        play.remove(play.cluster.machine_configurations, "cluster")
        assert play.reasons() == ["BootImageUpdateConfigurationDeleted"]
        play.feed(play.cluster.machine_configurations, "cluster", spec={"managementState": "Managed"})
        assert len(play.reasons()) == passes
        play.remove(play.cluster.machine_configurations, "cluster")
        play.reasons()
        play.feed(play.cluster.machine_configurations, "cluster", spec={"managedBootImages": {}})
        assert len(play.reasons()) == 1

    @pytest.mark.parametrize(("release", "reasons"), [("4.19.0", []), ("4.20.0", ["ClusterVersionStable"])])
    def test_a_history_turning_completed_is_one_from_4_20(self, release: str, reasons: list[str]) -> None:
        play = Play(release)
        for state in ("Partial", "Partial", "Completed", "Completed"):
            play.feed(
                play.cluster.cluster_versions, "version", status={"history": [{"state": state, "version": release}]}
            )
        assert play.reasons() == reasons

    def test_the_config_map_counts_with_any_change(self) -> None:
        play = Play("4.22.0")
        for text in ("a", "b"):
            play.feed(play.cluster.boot_images, "coreos-bootimages", data={"stream": text})
        assert play.reasons() == ["BootImageConfigMapAdded", "BootImageConfigMapUpdated"]


def test_merge_patch_turns_one_into_the_other() -> None:
    before = {"a": 1, "gone": {"x": 1}, "deep": {"same": 1, "gone": 2}, "list": [1]}
    after = {"a": 2, "deep": {"same": 1}, "list": [1, 2]}
    assert merge_patch(before, after) == {"a": 2, "gone": None, "deep": {"gone": None}, "list": [1, 2]}
