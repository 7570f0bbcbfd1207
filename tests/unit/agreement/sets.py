# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random machine sets as an API server may store them: sound ones, and such with one fault or two."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from unit.agreement import images

Json = dict[str, Any]
ARCH = "capacity.cluster-autoscaler.kubernetes.io/labels"
OSSTREAM = "machineconfiguration.openshift.io/osstream"
OS_ID = "machine.openshift.io/os-id"
OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "00000000-0000-0000-0000-000000000001"}
ARCHITECTURES = [
    "kubernetes.io/arch=arm64", "kubernetes.io/arch=s390x", "kubernetes.io/arch=ppc64le", "kubernetes.io/arch=foo",
    "kubernetes.io/arch=x86_64", "kubernetes.io/arch=", "", "a=b", "a=b, kubernetes.io/arch=arm64",
    "kubernetes.io/arch=arm64,kubernetes.io/arch=foo", "kubernetes.io/arch=foo,kubernetes.io/arch=amd64",
    " kubernetes.io/arch=amd64 ", "kubernetes.io/arch = amd64", "kubernetes.io/arch=amd64=x", "xkubernetes.io/arch=foo",
]  # fmt: skip
LABELS: list[Json] = [
    {},
    {"pool": "a"},
    {"pool": "b"},
    {"pool": "a", "tier": "x"},
    {"pool": ""},
    {"example.com/pool": "a"},
]
WRONG: dict[str, list[tuple[str, Any]]] = {
    "GCP": [
        ("disks", "x"), ("disks", {}), ("disks", ["x"]), ("disks", [None]), ("disks", [{"boot": "yes", "image": "x"}]),
        ("disks", [{"boot": True, "image": []}]), ("disks", [{"boot": False, "image": {}}]), ("machineType", []), ("region", {}),
        ("zone", 3), ("tags", "x"), ("labels", []), ("canIPForward", "no"), ("shieldedInstanceConfig", "x"), ("gpus", {}),
        ("preemptible", 1), ("serviceAccounts", "x"), ("unknownField", []), ("credentialsSecret", "x"), ("restartPolicy", None),
    ],
    "AWS": [
        ("ami", "ami-1"), ("ami", []), ("ami", None), ("ami", {"id": []}), ("ami", {"id": 3}), ("ami", {"filters": "x"}),
        ("placement", "x"), ("placement", {"region": []}), ("placement", {"region": 3}), ("placement", None), ("tags", {}),
        ("instanceType", {}), ("instanceType", True), ("publicIp", "no"), ("deviceIndex", "0"), ("deviceIndex", True),
        ("securityGroups", "x"), ("subnet", []), ("keyName", 7), ("unknownField", []), ("blockDevices", {}),
    ],
    "Azure": [
        ("image", "x"), ("image", []), ("image", None), ("image", {"sku": []}), ("image", {"publisher": "redhat", "offer": 3}),
        ("tags", []), ("location", {}), ("vmSize", 1), ("dataDisks", {}), ("publicIP", "no"), ("natRule", "1"),
        ("securityProfile", "x"), ("securityProfile", {"settings": []}), ("securityProfile", {"settings": {"securityType": []}}),
        ("osDisk", []), ("unknownField", "x"), ("acceleratedNetworking", 1), ("diagnostics", "x"), ("spotVMOptions", {}),
    ],
    "VSphere": [("workspace", []), ("network", "x"), ("template", []), ("numCPUs", "4"), ("tagIDs", "x"), ("snapshot", 3)],
}  # fmt: skip
"""Fields with values that the platform's type cannot hold, and some that look like it and are taken."""


def draw(random: Random, name: str, platform: str, secrets: list[str]) -> Json:
    """A machine set; about every third is sound."""
    marks = {ARCH: f"kubernetes.io/arch={random.choice(['amd64', 'amd64', 'amd64', 'arm64'])}"}
    metadata: Json = {"name": name, "labels": dict(random.choice(LABELS)), "annotations": marks}
    spec = images.provider_spec(random, platform)
    template: Json = {"metadata": {"labels": {}}, "spec": {"providerSpec": {"value": spec}}}
    made: Json = {"metadata": metadata, "spec": {"replicas": 1, "template": template}}
    for _fault in range(random.choice([0, 0, 1, 1, 1, 2])):
        random.choice(FAULTS)(random, made, platform, secrets)
    return made


def _owner(random: Random, made: Json, platform: str, secrets: list[str]) -> None:
    made["metadata"]["ownerReferences"] = [dict(OWNER)] * random.choice([0, 1, 1, 1])


def _osstream(random: Random, made: Json, platform: str, secrets: list[str]) -> None:
    made["metadata"]["labels"][OSSTREAM] = random.choice(["rhel-9", "rhel-10", "", "Rhel-9"])


def _windows(random: Random, made: Json, platform: str, secrets: list[str]) -> None:
    made["spec"]["template"]["metadata"]["labels"][OS_ID] = random.choice(["Windows", "Windows", "windows"])


def _architecture(random: Random, made: Json, platform: str, secrets: list[str]) -> None:
    made["metadata"]["annotations"][ARCH] = random.choice(ARCHITECTURES)


def _no_architecture(random: Random, made: Json, platform: str, secrets: list[str]) -> None:
    made["metadata"]["annotations"] = {}


def _provider_spec(random: Random, made: Json, platform: str, secrets: list[str]) -> None:
    holder = made["spec"]["template"]["spec"]
    if random.random() < 0.4:
        holder["providerSpec"] = random.choice([{}, {"value": None}])
    else:
        holder["providerSpec"]["value"] = images.bare(platform)


def _wrong_field(random: Random, made: Json, platform: str, secrets: list[str]) -> None:
    spec = _spec_of(made)
    if spec and platform in WRONG:
        field, value = random.choice(WRONG[platform])
        spec[field] = copy.deepcopy(value)


def _secret(random: Random, made: Json, platform: str, secrets: list[str]) -> None:
    spec = _spec_of(made)
    if spec:
        spec["userDataSecret"] = {"name": random.choice([*secrets, "no-such-secret", "worker-user-data-managed"])}


def _secret_reference(random: Random, made: Json, platform: str, secrets: list[str]) -> None:
    spec = _spec_of(made)
    if spec:
        spec["userDataSecret"] = random.choice([None, None, {}, {"name": ""}, "x", [], {"name": []}, {"name": 5}])


def _image(random: Random, made: Json, platform: str, secrets: list[str]) -> None:
    spec = _spec_of(made)
    if spec:
        images.odd(random, platform, spec)


def _spec_of(made: Json) -> Json | None:
    spec = made["spec"]["template"]["spec"].get("providerSpec", {}).get("value")
    return spec or None


FAULTS = [
    _owner, _osstream, _windows, _architecture, _no_architecture, _no_architecture, _provider_spec, _wrong_field, _wrong_field, _secret, _secret,
    _secret_reference, _image, _image, _image,
]  # fmt: skip
