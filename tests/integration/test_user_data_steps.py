# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps that upgrade a user-data Secret and put it back, as a real API server takes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from integration.support.clusters import Cluster
from unit.plan.spec2 import stub

from ansible_collections.okd.boot_images.plugins.module_utils.kube.client import Client
from ansible_collections.okd.boot_images.plugins.module_utils.kube.connection import Options
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import Conflict, Rejected
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import SECRET, ObjectRef
from ansible_collections.okd.boot_images.plugins.module_utils.model.steps import JsonPatch, Step
from ansible_collections.okd.boot_images.plugins.module_utils.plan.ignition import convert
from ansible_collections.okd.boot_images.plugins.module_utils.plan.user_data import (
    BACKUP_OF,
    UPGRADED_AT,
    UPGRADED_TO,
    keeps,
    restore,
    upgrade,
)

Clusters = Callable[..., Cluster]
NAMESPACE, AT = "openshift-machine-api", "2026-08-01T10:00:00Z"


@pytest.fixture
def made(cluster: Clusters) -> Cluster:
    return cluster("gcp")


def client(made: Cluster, dry_run: bool = False) -> Client:
    return Client.open(Options(kubeconfig=str(made.sandbox.kubeconfig())), dry_run)


def created(made: Cluster, name: str = "own-user-data", **metadata: Any) -> Any:
    data = {"userData": base64.b64encode(json.dumps(stub()).encode()).decode(), "disableTemplating": "dHJ1ZQo="}
    own = {"name": name, "namespace": NAMESPACE, **metadata}
    made.sandbox.client.create({"apiVersion": "v1", "kind": "Secret", "metadata": own, "data": data})
    return client(made).get(ObjectRef(SECRET, NAMESPACE, name))


def steps(answer: Any) -> tuple[Step, ...]:
    assert isinstance(answer, tuple), answer
    return answer


@pytest.mark.parametrize("annotations", [{}, {"annotations": {"a/b": "c"}}])
@pytest.mark.parametrize("name", ["own-user-data", "n" * 253])
def test_upgraded_kept_and_put_back(made: Cluster, name: str, annotations: dict[str, Any]) -> None:
    before = created(made, name, **annotations)
    kept, write = steps(upgrade(before, AT))
    foretold, real = client(made, dry_run=True), client(made)
    foretold.write(kept)
    foretold.write(write)
    assert real.get(write.ref) == before and real.find(kept.ref) is None

    backup, after = real.write(kept), real.write(write)
    assert keeps(backup, before)
    assert {**backup["metadata"].get("labels", {}), **backup["metadata"]["annotations"]}[BACKUP_OF] == name
    assert json.loads(base64.b64decode(after["data"]["userData"])) == convert(stub())
    assert after["metadata"]["annotations"] == {
        **annotations.get("annotations", {}),
        UPGRADED_TO: "3.5.0",
        UPGRADED_AT: AT,
    }
    assert upgrade(after, AT) == ()
    with pytest.raises(Conflict):
        real.write(steps(upgrade(before, AT))[0])  # what a killed run meets when it begins again
    with pytest.raises(Conflict):
        real.write(write)

    (back,) = steps(restore(after, backup))
    restored = real.write(back)
    assert restored["data"] == before["data"]
    assert restored["metadata"].get("annotations", {}) == annotations.get("annotations", {})
    assert restore(restored, backup) == ()
    with pytest.raises(Conflict):
        real.write(back)


def test_a_backup_cannot_be_overwritten(made: Cluster) -> None:
    backup = client(made).write(steps(upgrade(created(made), AT))[0])
    junk = {"op": "replace", "path": "/data/userData", "value": "e30="}
    with pytest.raises(Rejected, match="immutable"):
        client(made).write(Step(ObjectRef(SECRET, NAMESPACE, backup["metadata"]["name"]), JsonPatch([junk])))


def test_annotations_of_somebody_else_are_not_lost(made: Cluster) -> None:
    before = created(made)
    ref = ObjectRef(SECRET, NAMESPACE, "own-user-data")
    client(made).write(Step(ref, JsonPatch([{"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}}])))
    with pytest.raises(Conflict) as raised:
        client(made).write(steps(upgrade(before, AT))[1])
    assert before["data"]["userData"] not in str(raised.value)
    assert client(made).get(ref)["metadata"]["annotations"] == {"a": "b"}
