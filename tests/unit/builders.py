# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters in memory: every builder gives a healthy object, and keywords say what is different about it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import Capabilities, MachineSet, Snapshot
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import READ, UserData
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Verdict
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish

OLD = "projects/rhcos-cloud/global/images/rhcos-412-85-202203181601-0-gcp-x86-64"
TARGET = "projects/rhcos-cloud/global/images/rhcos-9-6-20250701-0-gcp-x86-64"
TARGET_ARM = "projects/rhcos-cloud/global/images/rhcos-9-6-20250701-0-gcp-aarch64"
OLD_AMI, TARGET_AMI = "ami-00000000000000001", "ami-00000000000000002"
ARCH = "capacity.cluster-autoscaler.kubernetes.io/labels"
MIRRORED, SKEW = (4, 19), (4, 22)
"""First releases with a mirror of the configuration in status, and with skew enforcement."""


def stream_data(**architectures: Any) -> dict[str, Any]:
    """Stream metadata with x86_64 and aarch64, or other entries in their place."""
    entries: dict[str, Any] = {
        arch: {
            "images": {
                "gcp": {"project": "rhcos-cloud", "name": f"rhcos-9-6-20250701-0-gcp-{name}"},
                "aws": {"regions": {"us-east-1": {"release": "9.6.20250701-0", "image": ami}}},
            }
        }
        for arch, name, ami in (
            ("x86_64", "x86-64", TARGET_AMI),
            ("aarch64", "aarch64", "ami-000000000000000aa"),
        )
    }
    return {"stream": "rhcos-4.19", "architectures": {**entries, **architectures}}


def config_map(data: Any = None, release: str | None = "4.19.0") -> dict[str, Any]:
    """ConfigMap coreos-bootimages as the operator of that release has stamped it."""
    text = data if isinstance(data, str) else json.dumps(stream_data() if data is None else data)
    stamps = {"releaseVersion": release, "MCOReleaseImageVersion": release} if release else {}
    return {"data": {"stream": text, "MCOVersionHash": "abc", **stamps}}


def gcp_spec(image: Any = OLD, **fields: Any) -> dict[str, Any]:
    disks = [{"boot": True, "image": image, "sizeGb": 128}, {"boot": False, "image": "projects/lab/global/images/data"}]
    return {"disks": disks, "region": "us-central1", "userDataSecret": {"name": "worker-user-data"}, **fields}


def aws_spec(image: Any = OLD_AMI, **fields: Any) -> dict[str, Any]:
    return {
        "ami": {"id": image},
        "placement": {"region": "us-east-1"},
        "userDataSecret": {"name": "worker-user-data"},
        **fields,
    }


def machine_set(
    name: str = "worker-a",
    spec: Any = None,
    arch: str | None = "amd64",
    labels: Any = None,
    annotations: Any = None,
    owners: Any = None,
    template_labels: Any = None,
) -> MachineSet:
    """A MachineSet on GCP with an old image; I(spec) is the providerSpec."""
    marks = {ARCH: f"kubernetes.io/arch={arch}"} if arch else {}
    metadata = {
        "name": name,
        "namespace": o.MACHINE_API,
        "uid": f"uid-of-{name}",
        "labels": labels if labels is not None else {"pool": "a"},
        "annotations": annotations if annotations is not None else marks,
        **({"ownerReferences": owners} if owners is not None else {}),
    }
    template = {
        "metadata": {"labels": template_labels or {}},
        "spec": {"providerSpec": {"value": gcp_spec() if spec is None else spec}},
    }
    return MachineSet(o.MACHINE_SET, {"metadata": metadata, "spec": {"replicas": 2, "template": template}})


def control_plane(spec: Any = None, annotations: Any = None) -> MachineSet:
    machine = {"metadata": {}, "spec": {"providerSpec": {"value": gcp_spec() if spec is None else spec}}}
    metadata = {"name": "cluster", "namespace": o.MACHINE_API, "uid": "cpms", "annotations": annotations or {}}
    template = {"machines_v1beta1_machine_openshift_io": machine}
    return MachineSet(o.CONTROL_PLANE_MACHINE_SET, {"metadata": metadata, "spec": {"template": template}})


def manager(mode: str = "All", selector: Any = None, resource: str = "machinesets") -> dict[str, Any]:
    selection: dict[str, Any] = {"mode": mode}
    if selector is not None:
        selection["partial"] = {"machineResourceSelector": selector}
    return {"resource": resource, "apiGroup": "machine.openshift.io", "selection": selection}


def minor(release: str) -> tuple[int, int]:
    major, rest = release.split(".")[:2]
    return int(major), int(rest)


def capabilities(release: str) -> Capabilities:
    """What the Default schema of that release can express."""
    at = minor(release)
    if at < (4, 17):
        return Capabilities(frozenset(), frozenset(), mirror=False, skew=False)
    modes = {"All", "Partial"} | ({"None"} if at >= MIRRORED else set())
    resources = {"machinesets"} | ({"controlplanemachinesets"} if at >= SKEW else set())
    return Capabilities(frozenset(modes), frozenset(resources), mirror=at >= MIRRORED, skew=at >= SKEW)


def configuration(
    release: str = "4.19", managers: Any = None, status: Any = None, observed: bool = True, conditions: Any = None
) -> dict[str, Any]:
    """MachineConfiguration/cluster; without I(status) the mirror holds what spec says."""
    mirror = status if status is not None else managers
    has_mirror = minor(release) >= MIRRORED and mirror is not None
    return {
        "metadata": {"name": "cluster", "uid": "configuration", "resourceVersion": "7", "generation": 3},
        "spec": {} if managers is None else {"managedBootImages": {"machineManagers": managers}},
        "status": {
            "observedGeneration": 3 if observed else 2,
            "conditions": conditions or [],
            **({"managedBootImagesStatus": {"machineManagers": mirror}} if has_mirror else {}),
        },
    }


def cluster_version(version: str = "4.19.0", state: str = "Completed", **status: Any) -> dict[str, Any]:
    history = [{"state": state, "version": version}]
    if state == "Partial":
        history.append({"state": "Completed", "version": "4.18.9"})
    return {
        "metadata": {"uid": "version", "resourceVersion": "11", "generation": 5},
        "spec": {"channel": "stable-scos-4"},
        "status": {"history": history, "desired": {"version": version}, **status},
    }


def condition(kind: str, status: str, message: str = "") -> dict[str, str]:
    return {"type": kind, "status": status, "message": message}


def snapshot(
    sets: Iterable[MachineSet] = (), release: str = "4.19", platform: str = "GCP", managers: Any = "all", **changes: Any
) -> Snapshot:
    """A cluster at rest on that release, its operator managing everything; keywords replace fields of Snapshot."""
    version = release + ".0"
    given = Snapshot(
        infrastructure={"status": {"platformStatus": {"type": platform}, "controlPlaneTopology": "HighlyAvailable"}},
        cluster_version=cluster_version(version),
        configuration=configuration(release, [manager()] if managers == "all" else managers),
        capabilities=capabilities(release),
        machine_sets=tuple(sets),
        stream=config_map(release=version),
        operator={
            "metadata": {"name": "machine-config"},
            "status": {
                "versions": [{"name": "operator", "version": version}],
                "conditions": [condition("Available", "True"), condition("Degraded", "False")],
            },
        },
        user_data={"worker-user-data": UserData(READ, "3.2.0")},
        control_plane_architecture="amd64",
    )
    return replace(given, **changes)


def judged(
    made: MachineSet, release: str = "4.19", platform: str = "GCP", wish: ImageWish | None = None, **changes: Any
) -> Verdict:
    """The verdict on one set in an otherwise healthy cluster."""
    return assess(snapshot([made], release, platform, **changes), wish).verdicts[0]
