# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machine sets, the control plane's machine set, machines and nodes of a sample."""

from __future__ import annotations

from typing import Any

from .. import releases, resources
from .cluster import timestamp
from .platform import KUBERNETES_ARCH, Place
from .settings import Settings

Json = dict[str, Any]
_LABEL = "machine.openshift.io"
_MCO = "machineconfiguration.openshift.io"


def machine_sets(settings: Settings) -> list[Json]:
    """The compute machine sets, spread over the zones; the first of each zone is named as the installer names it."""
    return [_machine_set(settings, index) for index in range(settings.machine_sets)]


def control_plane(settings: Settings) -> list[Json]:
    """The three control plane machines, and the set that owns them where the platform has one."""
    platform = settings.platform
    if platform.provider_spec is None:
        return []
    machines = [_master(settings, index) for index in range(3)]
    return [*machines, _control_plane_machine_set(settings)] if platform.control_plane_set else machines


def machines_of(machine_set: Json, settings: Settings) -> list[Json]:
    """The machines of a machine set. Their owner reference needs its uid, which it has once it was created."""
    template, name = machine_set["spec"]["template"], machine_set["metadata"]["name"]
    owner = {
        "apiVersion": machine_set["apiVersion"], "kind": "MachineSet", "name": name,
        "uid": machine_set["metadata"].get("uid", ""), "controller": True, "blockOwnerDeletion": True,
    }  # fmt: skip
    return [
        _machine(f"{name}-{_suffix(index)}", template["metadata"]["labels"], template["spec"], settings.born, [owner])
        for index in range(settings.machines)
    ]


def nodes_of(machines: list[Json], settings: Settings) -> list[Json]:
    """A ready node for each machine."""
    return [_node(machine, settings) for machine in machines]


def _machine_set(settings: Settings, index: int) -> Json:
    zone, turn = settings.zones[index % len(settings.zones)], index // len(settings.zones)
    name = f"{settings.infra}-worker-{zone[-1:] or '0'}{turn + 1 if turn else ''}"
    labels = {f"{_LABEL}/cluster-api-cluster": settings.infra, f"{_LABEL}/cluster-api-machineset": name}
    roles = {f"{_LABEL}/cluster-api-machine-role": "worker", f"{_LABEL}/cluster-api-machine-type": "worker"}
    arch = KUBERNETES_ARCH[settings.arch]
    template = {
        "metadata": {"labels": labels | roles},
        "spec": {
            "lifecycleHooks": {},
            "metadata": {},
            "providerSpec": {"value": _provider_spec(settings, "worker", zone)},
        },
    }
    count = settings.machines
    return {
        "apiVersion": "machine.openshift.io/v1beta1",
        "kind": "MachineSet",
        "metadata": {
            "name": name,
            "namespace": resources.MACHINE_API,
            "labels": {f"{_LABEL}/cluster-api-cluster": settings.infra},
            "annotations": {
                "capacity.cluster-autoscaler.kubernetes.io/labels": f"kubernetes.io/arch={arch}",
                f"{_LABEL}/memoryMb": "16384",
                f"{_LABEL}/vCPU": "4",
            },
        },
        "spec": {"replicas": count, "selector": {"matchLabels": labels}, "template": template},
        "status": {
            "observedGeneration": 1, "replicas": count, "fullyLabeledReplicas": count,
            "readyReplicas": count, "availableReplicas": count,
        },
    }  # fmt: skip


def _provider_spec(settings: Settings, role: str, zone: str) -> Json:
    make = settings.platform.provider_spec
    if make is None:
        raise ValueError(f"platform {settings.platform.type} has no machines: machine_sets must be 0")
    return make(Place(settings.infra, settings.born, role, settings.region, zone, settings.arch))


def _master(settings: Settings, index: int) -> Json:
    zone = settings.zones[index % len(settings.zones)]
    labels = _master_labels(settings)
    spec = {"lifecycleHooks": {}, "metadata": {}, "providerSpec": {"value": _provider_spec(settings, "master", zone)}}
    return _machine(f"{settings.infra}-master-{index}", labels, spec, settings.born, [])


def _master_labels(settings: Settings) -> dict[str, str]:
    return {
        f"{_LABEL}/cluster-api-cluster": settings.infra,
        f"{_LABEL}/cluster-api-machine-role": "master",
        f"{_LABEL}/cluster-api-machine-type": "master",
    }


def _control_plane_machine_set(settings: Settings) -> Json:
    domains, zone = settings.platform.failure_domains, settings.zones[0]
    template: Json = {
        "metadata": {"labels": _master_labels(settings)},
        "spec": {
            "lifecycleHooks": {},
            "metadata": {},
            "providerSpec": {"value": _provider_spec(settings, "master", zone)},
        },
    }
    if domains:
        place = Place(settings.infra, settings.born, "master", settings.region, zone, settings.arch)
        template["failureDomains"] = domains(place, settings.zones)
    return {
        "apiVersion": "machine.openshift.io/v1",
        "kind": "ControlPlaneMachineSet",
        "metadata": {
            "name": "cluster",
            "namespace": resources.MACHINE_API,
            "labels": {f"{_LABEL}/cluster-api-cluster": settings.infra},
        },
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": _master_labels(settings)},
            "state": "Active",
            "strategy": {"type": "RollingUpdate"},
            "template": {
                "machineType": "machines_v1beta1_machine_openshift_io",
                "machines_v1beta1_machine_openshift_io": template,
            },
        },
        "status": {"observedGeneration": 1, "replicas": 3, "readyReplicas": 3, "updatedReplicas": 3},
    }


def _machine(name: str, labels: dict[str, str], spec: Json, born: str, owners: list[Json]) -> Json:
    metadata = {"name": name, "namespace": resources.MACHINE_API, "labels": labels, "ownerReferences": owners}
    return {
        "apiVersion": "machine.openshift.io/v1beta1",
        "kind": "Machine",
        "metadata": metadata,
        "spec": spec,
        "status": {
            "phase": "Running",
            "lastUpdated": timestamp(born, hours=1),
            "nodeRef": {"kind": "Node", "name": name},
            "addresses": [{"type": "Hostname", "address": name}],
        },
    }


def _node(machine: Json, settings: Settings) -> Json:
    name, role = machine["metadata"]["name"], machine["metadata"]["labels"][f"{_LABEL}/cluster-api-machine-role"]
    config, at = releases.rendered_config(role, settings.release), timestamp(settings.release, hours=1)
    arch, operating_system = KUBERNETES_ARCH[settings.arch], "linux"
    taints = [{"key": "node-role.kubernetes.io/master", "effect": "NoSchedule"}] if role == "master" else []
    ready = {
        "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status",
        "lastHeartbeatTime": at, "lastTransitionTime": at,
    }  # fmt: skip
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                "kubernetes.io/arch": arch, "kubernetes.io/hostname": name, "kubernetes.io/os": operating_system,
                f"node-role.kubernetes.io/{role}": "",
            },
            "annotations": {
                f"{_LABEL}/machine": f"{resources.MACHINE_API}/{name}",
                f"{_MCO}/currentConfig": config,
                f"{_MCO}/desiredConfig": config,
                f"{_MCO}/state": "Done",
                f"{_MCO}/reason": "",
            },
        },
        "spec": {"taints": taints},
        "status": {
            "conditions": [ready],
            "nodeInfo": {
                "architecture": arch, "bootID": "", "containerRuntimeVersion": "cri-o://1.31", "kernelVersion": "5.14.0",
                "kubeProxyVersion": "", "kubeletVersion": releases.kubelet_version(settings.release), "machineID": "",
                "operatingSystem": operating_system, "osImage": "CoreOS", "systemUUID": "",
            },
        },
    }  # fmt: skip


def _suffix(index: int) -> str:
    """Five characters as the Machine API's random ones, but always the same for the same machine."""
    alphabet = "bcdfghjklmnpqrstvwxz2456789"
    letters, rest = "", index * 7919 + 271_828
    for _ignored in range(5):
        rest, digit = divmod(rest, len(alphabet))
        letters += alphabet[digit]
    return letters
