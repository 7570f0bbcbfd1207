# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nudge: an operator that missed what would bring it to work is caused to look once more, once, and gently."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable

import pytest
from integration.support.clusters import Cluster, writes
from integration.support.modules import Answer

Clusters = Callable[..., Cluster]
MODULE = "managed_boot_images"
SPEED = 100.0
ANNOTATION = "okd-boot-images.io/looked-at"
SECRET = "worker-user-data-lost"
WAIT = {"mode": "All", "wait": True, "wait_timeout": 60}


def degraded(made: Cluster) -> str:
    conditions = made.configuration().get("status", {}).get("conditions") or []
    return next(
        (
            each["message"]
            for each in conditions
            if each["type"] == "BootImageUpdateDegraded" and each["status"] == "True"
        ),
        "",
    )


def annotated(made: Cluster) -> list[str]:
    sets = made.client.list("machinesets")
    return [each["metadata"]["name"] for each in sets if ANNOTATION in each["metadata"].get("annotations", {})]


def lose_user_data(made: Cluster, name: str) -> Answer:
    """A set whose secret does not exist: the operator fails on it, and so does the wait for it."""
    made.provider_spec(name, {"userDataSecret": {"name": SECRET}})
    made.sandbox.start_operator(SPEED)
    answer = made.module(MODULE, **WAIT)
    assert (answer.failed, answer.result["reason"]) == (True, "machine_sets_failed")
    made.client.wait_for(lambda: SECRET in degraded(made), 30, "the operator's error")
    rest(made)
    return answer


def rest(made: Cluster) -> None:
    """Until the operator has gone through all that its own writes caused, so that it is not about to look anyway."""
    seen, since = made.versions(), time.monotonic()
    while time.monotonic() - since < 2.5:
        time.sleep(0.3)
        now = made.versions()
        if now != seen:
            seen, since = now, time.monotonic()


def mend(made: Cluster) -> None:
    found = copy.deepcopy(made.client.get("secrets", "worker-user-data"))
    made.client.create({**found, "metadata": {"name": SECRET, "namespace": "openshift-machine-api"}})


@pytest.mark.long
def test_a_secret_that_was_mended_is_brought_to_the_operators_notice(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    name, *others = made.names
    lost = lose_user_data(made, name)
    assert lost.result["nudged"] is False and annotated(made) == []
    assert made.image(name) != made.target() and {made.image(each) for each in others} == {made.target()}
    mend(made)
    with made.requests() as requests:
        unwanted = made.module(MODULE, **{**WAIT, "wait_timeout": 11}, nudge=False)
    assert (unwanted.failed, unwanted.result["nudged"], unwanted.result["reason"]) == (True, False, "wait_timed_out")
    assert (writes(requests), annotated(made)) == ([], [])
    assert made.image(name) != made.target(), "the operator is not to notice secrets by itself, or this shows nothing"
    with made.requests() as requests:
        answer = made.module(MODULE, **WAIT)
    assert not answer.failed, answer.message
    assert (answer.result["changed"], answer.result["nudged"], answer.result["settled"]) == (False, True, True)
    assert writes(requests) == [("patch", f"machinesets/{name}")]
    assert (made.image(name), annotated(made), degraded(made)) == (made.target(), [name], "")
    again = made.module(MODULE, **WAIT)
    assert (again.result["nudged"], again.result["settled"]) == (False, True)


@pytest.mark.long
def test_a_set_that_somebody_owns_is_not_touched(cluster: Clusters) -> None:
    """The one that drifts belongs to Argo CD, so that another is annotated: every change of any set causes a pass over all."""
    made = cluster("gcp", release="4.19.2")
    name, second, _third = made.names
    marked = {"metadata": {"annotations": {"argocd.argoproj.io/tracking-id": "x"}}}
    made.client.patch("machinesets", name, marked)
    lose_user_data(made, name)
    mend(made)
    answer = made.module(MODULE, **WAIT)
    assert (answer.failed, answer.result["nudged"]) == (False, True), answer.message
    assert annotated(made) == [second]
    assert made.image(name) == made.target()
