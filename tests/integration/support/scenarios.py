# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Machine Config Operator's own end-to-end scenarios do and look at.

Configured by managed_boot_images and judged by bootimage_status; what they say is held against the API server's objects.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from integration.operator_play import boot_image, condition
from integration.support.clusters import Cluster
from integration.support.modules import Answer

Clusters = Callable[..., Cluster]
Json = dict[str, Any]
SPEED = 300.0
SECONDS = 30
LABEL = "okd-boot-images.io/managed"
NEITHER = {"selector": {"matchLabels": {"test": "no-set-has-it"}}}
OLD = "projects/rhcos-cloud/global/images/rhcos-412-85-202203181601-0-gcp-x86-64"
FOREIGN = "projects/acme/global/images/golden"
ARCHITECTURE = "capacity.cluster-autoscaler.kubernetes.io/labels"
OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "5f4a9d5c-0000-4000-8000-000000000000"}
STUB = "machineconfiguration.openshift.io/stub-ignition-upgraded"
HOLDER = "machines_v1beta1_machine_openshift_io"
DEGRADED_4_21 = (
    "1 Degraded MAPI MachineSets | 0 Degraded ControlPlaneMachineSets | 0 Degraded CAPI MachineSets"
    " | 0 CAPI MachineDeployments | Error(s): error syncing MAPI MachineSet {0}: {1}"
)
RECONCILING = "failed to reconcile machineset {0}, err: "


def off(cluster: Clusters, release: str) -> Cluster:
    """A cluster with management switched off before its operator runs: it would update everything by default."""
    made = cluster("gcp", release=release)
    assert not made.module("managed_boot_images", mode="None").failed
    return made


def configure(made: Cluster, mode: str, **more: Any) -> Json:
    """Configure, wait, and insist on success."""
    answer = attempt(made, mode, **more)
    assert not answer.failed, answer.message
    assert (answer.result["settled"], answer.result["waiting_for"]) == (True, [])
    return answer.result


def attempt(made: Cluster, mode: str, **more: Any) -> Answer:
    """Configure and wait, whatever comes of it."""
    return made.module("managed_boot_images", mode=mode, wait=True, wait_timeout=SECONDS, **more)


def change(made: Cluster, name: str, **metadata: Any) -> None:
    """Write a machine set's metadata as somebody else would."""
    made.client.patch("machinesets", name, {"metadata": metadata})


def user_data(made: Cluster, name: str, text: str | None) -> str:
    """Point a machine set to a user-data Secret of its own with that text; with None there is no such Secret."""
    secret = f"{name}-user-data"
    if text is not None:
        data = {"userData": base64.b64encode(text.encode()).decode()}
        metadata = {"name": secret, "namespace": "openshift-machine-api"}
        made.client.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data})
    made.provider_spec(name, {"userDataSecret": {"name": secret}})
    return secret


def read_user_data(made: Cluster, secret: str) -> Json:
    found = made.client.get("secrets", secret, "openshift-machine-api")
    return dict(json.loads(base64.b64decode(found["data"]["userData"])))


def stub(version: str) -> str:
    return json.dumps({"ignition": {"version": version, "config": {"append": [{"source": "https://api-int:22623/"}]}}})


def look(made: Cluster) -> Json:
    """What bootimage_status says once nothing is to be waited for."""
    answer = made.module("bootimage_status", wait=True, wait_timeout=SECONDS)
    assert not answer.failed, answer.message
    return answer.result


def outlook(found: Json) -> dict[str, tuple[str, str]]:
    """What the operator will do with every set, and why."""
    return {each["name"]: (each["operator"]["will"], each["operator"]["reason"]) for each in found["machine_sets"]}


def blockers(found: Json) -> set[str]:
    return {each["reason"] for each in found["blockers"] if each["severity"] == "blocker"}


def until(made: Cluster, probe: Callable[[], Any], what: str) -> Any:
    return made.client.wait_for(probe, SECONDS, what)


def degraded_with(made: Cluster, message: str) -> None:
    """The operator degrades with exactly that message, on both its objects, and does not progress."""

    def told() -> bool:
        degraded, progressing = boot_image(made.sandbox, "Degraded"), boot_image(made.sandbox, "Progressing")
        return (degraded.get("status"), progressing.get("status"), degraded.get("message")) == (
            "True",
            "False",
            message,
        )

    until(made, told, message)
    until(made, lambda: f"bootimage update failed: {message}" in operator(made, "Degraded").get("message", ""), "CO")
    assert operator(made, "Degraded")["status"] == "True"


def healthy(made: Cluster) -> None:
    """Neither object is Degraded."""

    def well() -> bool:
        return boot_image(made.sandbox, "Degraded").get("status") == "False" == operator(made, "Degraded")["status"]

    until(made, well, "the end of Degraded")


def operator(made: Cluster, kind: str) -> Json:
    """A condition of ClusterOperator machine-config."""
    return condition(made.client.get("clusteroperators", "machine-config"), kind)


def passes(made: Cluster) -> None:
    """Let the operator go through all sets once more, so that what it left alone it has looked at.

    Passes come one after the other: with the beginning of a second one the first is over.
    """
    log = made.sandbox.folder / "operator.log"
    for number in range(2):
        before = log.read_text().count(" MAPI MachineSets enrolled")
        change(made, made.names[-1], annotations={"test/pass": f"{before}.{number}"})
        until(made, lambda known=before: log.read_text().count(" MAPI MachineSets enrolled") > known, "a pass")


def unwell(made: Cluster) -> None:
    """The Machine Config Operator says that it is degraded, which is in the way of an upgrade."""
    told = {"status": "True", "reason": "Test", "message": "it is", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    found = made.client.get("clusteroperators", "machine-config")["status"]["conditions"]
    others = [each for each in found if each["type"] != "Degraded"]
    conditions = {"status": {"conditions": [*others, {"type": "Degraded", **told}]}}
    made.client.patch("clusteroperators", "machine-config", conditions, subresource="status")
