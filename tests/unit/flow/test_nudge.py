# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the operator is nudged, on which set, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import TARGET, gcp_spec, machine_set, snapshot
from unit.loopback import Answer
from unit.tiny_api import Api, api

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.flow.nudge import NUDGE_SECONDS, Nudge
from ansible_collections.okd.boot_images.plugins.module_utils.kube.watch import Cache
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model import reasons
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import DOUBTFUL, Awaited
from ansible_collections.okd.boot_images.plugins.module_utils.plan.nudge import ANNOTATION, nudge

MISSED = (Awaited("MachineSet openshift-machine-api/a", reasons.OPERATOR_MISSED_IT, "mended", DOUBTFUL, False),)
PENDING = (Awaited("MachineSet openshift-machine-api/a", reasons.DRIFT, "it comes", by_itself=True),)
ARGO = {"argocd.argoproj.io/tracking-id": "x"}


def mark(made: Api, name: str) -> Any:
    found = made.objects[o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, name).path]["metadata"]
    return found.get("annotations", {}).get(ANNOTATION)


def nudged(made: Api, sets: Any, *calls: tuple[Any, float], told: list[str] | None = None) -> bool:
    client, tell = made.client(), told.append if told is not None else lambda _line: None
    with Cache(client, []) as cache:
        hook = Nudge(client, cache, tell)
        look = snapshot(sets)
        for left, quiet in calls:
            hook(look, assess(look), left, quiet)
        return hook.done


def test_once_and_only_after_quiet_and_only_for_what_was_missed() -> None:
    sets, told = [machine_set("a"), machine_set("b")], []
    with api(sets) as made:
        assert not nudged(made, sets, ((), 99.0), (PENDING, 99.0), (MISSED, NUDGE_SECONDS - 1), told=told)
        assert (made.written, told) == ([], [])
        assert nudged(made, sets, (MISSED, NUDGE_SECONDS), (MISSED, 99.0), told=told)
        assert made.written == ["a"] and mark(made, "a").endswith("Z") and mark(made, "b") is None
    assert told == [
        f"the operator missed {MISSED[0].object}: nudged with the annotation {ANNOTATION} on MachineSet openshift-machine-api/a"
    ]


def test_a_right_that_is_missing_is_said_and_not_asked_for_again() -> None:
    sets, told = [machine_set("a")], []
    with api(sets) as made:
        made.refusals[sets[0].ref.path] = [Answer({"message": "no"}, 403)]
        assert not nudged(made, sets, (MISSED, 99.0), (MISSED, 99.0), told=told)
        assert made.written == []
    assert len(told) == 1 and "could not be nudged: The user may not patch machinesets" in told[0]


def test_nobody_elses_set_is_touched() -> None:
    sets, told = [machine_set("a", annotations=ARGO), machine_set("b", owners=[{"kind": "A", "name": "b"}])], []
    with api(sets) as made:
        assert not nudged(made, sets, (MISSED, 99.0), told=told)
        assert made.written == []
    assert "somebody owns every machine set" in told[0]


@pytest.mark.parametrize(
    ("sets", "chosen"),
    [
        ([machine_set("a", spec=gcp_spec(TARGET)), machine_set("c"), machine_set("b")], "b"),
        ([machine_set("a", annotations=ARGO), machine_set("b", spec=gcp_spec(TARGET))], "b"),
    ],
)
def test_a_drifting_set_before_others(sets: Any, chosen: str) -> None:
    step = nudge(assess(snapshot(sets)), "now")
    assert step is not None and step.ref.name == chosen
    assert step.request.body == {"metadata": {"uid": f"uid-of-{chosen}", "annotations": {ANNOTATION: "now"}}}
    assert step.before == {"annotations": {ANNOTATION: None}}
