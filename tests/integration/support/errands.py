# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the users of docs/rbac are there for: each playbook on a cluster on which it has something to do."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from integration.support.clusters import WORKERS, Cluster
from integration.support.playbooks import Play, play
from integration.support.scenarios import stub

Clusters = Callable[..., Cluster]
MACHINE_API = "openshift-machine-api"
OLD = "projects/rhcos-cloud/global/images/rhcos-412-85-202203181601-0-gcp-x86-64"
HOLDER = "machines_v1beta1_machine_openshift_io"


def nothing(made: Cluster) -> None:
    """The sample is as it should be."""


@dataclass(frozen=True)
class Errand:
    """A playbook, who runs it, and on what; I(speed) is the simulated operators', 0 where none runs."""

    user: str
    playbook: str
    name: str = ""
    sample: str = "gcp"
    release: str | None = None
    prepare: Callable[[Cluster], None] = nothing
    speed: float = 0.0
    variables: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return "-".join(filter(None, (self.user, self.playbook, self.name)))

    def set_up(self, cluster: Clusters) -> Cluster:
        """Load the sample, and bring it to where the playbook is wanted."""
        made = cluster(self.sample, release=self.release, machine_sets=2, machines=1)
        self.prepare(made)
        if self.speed:
            made.sandbox.start_operator(self.speed)
        return made

    def run(self, made: Cluster, reports: Path, *arguments: str) -> Play:
        """Run the playbook as the user."""
        variables = {"boot_images_report_dir": str(reports), **self.variables}
        kubeconfig = made.sandbox.kubeconfig(self.user)
        return play(f"okd.boot_images.{self.playbook}", *arguments, kubeconfig=kubeconfig, **variables)


def old_user_data(made: Cluster) -> None:
    """Stubs of Ignition 2, as clusters of before 4.6 have them, also for the control plane, whose image is old, too."""
    for name in ("worker-user-data", "master-user-data"):
        data = {"userData": base64.b64encode(stub("2.2.0").encode()).decode()}
        made.client.patch("secrets", name, {"data": data}, MACHINE_API)
    value = made.client.get("controlplanemachinesets", "cluster")["spec"]["template"][HOLDER]["spec"]["providerSpec"]
    disks = [{**value["value"]["disks"][0], "image": OLD}]
    _control_plane(made, {"disks": disks})


def managed_user_data(made: Cluster) -> None:
    """The sets name the operator's own secrets, as after an update by it."""
    for name in made.names:
        made.provider_spec(name, {"userDataSecret": {"name": "worker-user-data-managed"}})
    _control_plane(made, {"userDataSecret": {"name": "master-user-data-managed"}})


def _control_plane(made: Cluster, value: dict[str, Any]) -> None:
    template = {HOLDER: {"spec": {"providerSpec": {"value": value}}}}
    made.client.patch("controlplanemachinesets", "cluster", {"spec": {"template": template}})


def managed(made: Cluster) -> None:
    """The operator manages all workers."""
    made.manage({**WORKERS, "selection": {"mode": "All"}})


def reconciled(made: Cluster) -> None:
    """There is a record to go back to."""
    answer = made.module("machineset_boot_image")
    assert not answer.failed and answer.result["changed"], answer.message


def reconciled_with_old_user_data(made: Cluster) -> None:
    """There is a record that tells of user data, too."""
    old_user_data(made)
    reconciled(made)


def gated(made: Cluster) -> None:
    """An admin gate of the sample's release stands open."""
    managed(made)
    gate = {"data": {"ack-4.18-test-in-4.19": "Read this."}}
    made.client.patch("configmaps", "admin-gates", gate, "openshift-config-managed")


SPEED = 600.0
ERRANDS = (
    Errand("reader", "status"),
    Errand("reader", "status", "on bare metal", sample="baremetal"),
    Errand("reader", "preflight"),
    Errand("operator", "status", "after the operator", prepare=managed_user_data),
    Errand("operator", "enable", release="4.20.3", speed=SPEED),
    Errand("operator", "disable", release="4.20.3", prepare=managed, speed=SPEED),
    Errand("operator", "reconcile", prepare=old_user_data),
    Errand(
        "operator",
        "reconcile",
        "of the control plane",
        prepare=old_user_data,
        variables={"boot_images_resource": "controlplanemachinesets"},
    ),
    Errand("operator", "rollback", prepare=reconciled),
    Errand(
        "upgrader",
        "upgrade",
        release="4.18.6",
        prepare=gated,
        speed=SPEED,
        variables={
            "cluster_upgrade_version": "4.20.1",
            "cluster_upgrade_channel": "eus-4.20",
            "cluster_upgrade_control_plane_only": True,
            "cluster_upgrade_acknowledge": ["all"],
            "cluster_upgrade_wait_timeout": 120,
        },
    ),
)
REPEATED = (
    Errand("operator", "status"),
    Errand("operator", "preflight"),
    *(replace(each, user="upgrader") for each in ERRANDS if each.user != "upgrader"),
)
"""What needs no right that the errands above do not need, or is done with more rights than it takes."""
