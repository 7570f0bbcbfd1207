# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client sees of an upgrade at each of its moments and failures, in the Cluster Version Operator's own texts."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import cluster_version, condition, snapshot
from unit.contract.rows import row

from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import PENDING, STUCK
from ansible_collections.okd.boot_images.plugins.module_utils.settle.pools import outstanding
from ansible_collections.okd.boot_images.plugins.module_utils.settle.upgrade import (
    COMPLETED,
    LATER,
    MUCH_LATER,
    REFUSED,
    REPLACED,
    RUNNING,
    SOON,
    WAITING,
    progress,
    refusal_lasts,
)

V, IMAGE = "4.20.4", "quay.io/release@sha256:abc"
ASKED = {"desiredUpdate": {"version": V, "image": IMAGE}}
PAYLOAD = f'payload loaded version="{V}" image="{IMAGE}"'
GATE = f'Preconditions failed for {PAYLOAD}: Precondition "ClusterVersionUpgradeable" failed because of "AdminAckRequired": read'
SEVERAL = (
    f"Preconditions failed for {PAYLOAD}: Multiple precondition checks failed:\n"
    '* Precondition "ClusterVersionRollback" failed because of "LowDesiredVersion": low\n'
    '* Precondition "ClusterVersionGiantHop" failed because of "MultipleMinorVersionsUpdate": far'
)
NEWER = f'Preconditions failed for {PAYLOAD}: Precondition "ClusterVersionUpgradeable" failed because of "MultipleReasons": x'
SIGNATURE = (
    f'Retrieving payload failed version="{V}" image="{IMAGE}" failure=The update cannot be verified: unable to verify sha256:abc '
    "against keyrings: verifier-public-key-ci"
)
PULL = f'Retrieving payload failed version="{V}" image="{IMAGE}" failure=Unable to download and prepare the update: timed out'
MISMATCH = f'Verifying payload failed version="{V}" image="{IMAGE}" failure=release image version X does not match'
UNKNOWN = f'The cluster version is invalid: spec.desiredUpdate.version: Invalid value: "{V}": when image is empty'


def seen(*conditions: Any, at: str = "4.20.3", state: str = "Completed", spec: Any = None, **status: Any) -> Any:
    made = cluster_version(at, state, conditions=list(conditions), **status)
    made["spec"].update(ASKED if spec is None else spec)
    return snapshot(cluster_version=made)


def running(*conditions: Any) -> Any:
    return seen(*conditions, at=V, state="Partial")


def rejected(text: str) -> Any:
    return condition("ReleaseAccepted", "False", text)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        row("G8.silence", seen(condition("Progressing", "False", "Cluster version is 4.20.3")), WAITING),
        row("G8.first-write", seen(condition("ReleaseAccepted", "True", f"Payload loaded {PAYLOAD}")), WAITING),
        row("G1.accepted", seen(desired={"version": "4.20.3"}), WAITING),
        row("G8.progressing", running(condition("Progressing", "True", f"Working towards {V}")), RUNNING),
        row("G8.percent", running(condition("Progressing", "True", f"Working towards {V}: 4 of 970 done (0% complete)")), RUNNING),
        row("G8.done", seen(condition("Progressing", "False", f"Cluster version is {V}"), at=V), COMPLETED),
        row("G1.generation", seen(rejected(GATE), observedGeneration=1), REFUSED),
        row("G1.Available", running(condition("Available", "True", "Done applying 4.20.3")), RUNNING),
        row("G8.unknown", seen(condition("Invalid", "True", UNKNOWN), condition("Progressing", "False", "Stopped at 4.20.3")), REFUSED),
        row("G8.precondition", seen(rejected(GATE)), REFUSED),
        row("G8.multiple", seen(rejected(SEVERAL)), REFUSED),
        row("G8.signature", seen(rejected(SIGNATURE)), REFUSED),
        row("G8.pull", seen(rejected(PULL)), REFUSED),
        row("G8.mismatch", seen(rejected(MISMATCH)), REFUSED),
        row("G3.slow", running(condition("Failing", "Unknown", "waiting on etcd over 30 minutes")), RUNNING),
        row("G3.unavailable", running(condition("Failing", "True", "Cluster operator etcd is not available")), RUNNING),
        row("G3.degraded", running(condition("Failing", "True", "Cluster operator etcd is degraded"),
            condition("Progressing", "True", f"Unable to apply {V}: wait has exceeded 40 minutes")), RUNNING),
        row("G3.kinds", running({**condition("Progressing", "True", "x"), "reason": "MultipleErrors"}), RUNNING),
        row("G3.manifest", running({**condition("Failing", "True", "x"), "reason": "UpdatePayloadResourceInvalid"}), RUNNING),
        row("G3.after", seen(condition("Failing", "True", "x"), condition("Progressing", "False", "Error while reconciling"), at=V), COMPLETED),
        row("G8.withdrawn", seen(spec={"desiredUpdate": None}), WAITING),
        row("G8.retarget", seen(at="4.20.5", state="Partial", spec={"desiredUpdate": {"version": "4.20.5"}}), REPLACED),
        row("G1.stays", seen(at="4.20.3"), WAITING),
        row("G1.superseded", seen(history=[
            {"state": "Partial", "version": "4.20.5"}, {"state": "Partial", "version": V, "completionTime": "t"}]), WAITING),
    ],
)  # fmt: skip
def test_where_the_upgrade_stands(given: Any, state: str) -> None:
    assert progress(given, V).state == state


@pytest.mark.parametrize(
    ("text", "patience"),
    [
        row("G2.speed", GATE, LATER),
        row("G2.speed.4.23", NEWER, LATER),
        row("G8.signature.soon", SIGNATURE, SOON),
        row("G8.pull.again", PULL, MUCH_LATER),
        row("G8.mismatch.soon", MISMATCH, SOON),
        row("G8.unknown.soon", UNKNOWN, SOON),
    ],
)
def test_how_soon_a_refusal_is_believed(text: str, patience: str) -> None:
    assert refusal_lasts(text) == patience


def pool(
    updated: int, target: str = "new", paused: bool = False, generation: int = 2, **conditions: str
) -> dict[str, Any]:
    told = {"Updated": "False", **conditions}
    return {
        "metadata": {"name": "worker", "generation": generation},
        "spec": {"paused": paused, "configuration": {"name": "new"}},
        "status": {
            "observedGeneration": 2, "configuration": {"name": target}, "machineCount": 3, "updatedMachineCount": updated,
            "conditions": [condition(kind, status, "failed to drain node: a after 1 hour") for kind, status in told.items()],
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        row("G8.workers-after", pool(1, "old", Updating="True"), ("pool_updating", PENDING, "1 of 3 nodes updated")),
        row("G4.stuck.paused", pool(0, "old", paused=True, Updating="False"), ("pool_paused", STUCK, "It is paused; 0 of 3")),
        row("G8.drain", pool(0, "old", Degraded="True"), ("pool_degraded", PENDING, "degraded: failed to drain node: a after 1 hour")),
        row("G4.counts", pool(3, "new"), ("pool_updating", PENDING, "3 of 3")),
        row("G4.generation", pool(3, generation=3, Updated="True"), ("pool_updating", PENDING, "3 of 3")),
    ],
)  # fmt: skip
def test_a_pool_that_is_not_there_yet(made: Any, expected: tuple[str, str, str]) -> None:
    (left,) = outstanding(snapshot(pools=(made,)))
    assert (left.object, left.reason.code, left.state) == ("MachineConfigPool worker", *expected[:2])
    assert expected[2] in left.message


@pytest.mark.contract("G4.done")
def test_a_pool_that_is_there() -> None:
    assert outstanding(snapshot(pools=(pool(3, Updated="True"),))) == ()
