# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nutanix."""

from __future__ import annotations

from collections.abc import Sequence

from .platform import Json, Place, Platform

CLUSTER_UUID = "0005b0f1-8f43-a0f2-02b7-3cecef193712"
SUBNET_UUID = "c7938dc6-7659-453e-a688-e26020c68e43"


def _provider_spec(place: Place) -> Json:
    return {
        "apiVersion": "machine.openshift.io/v1",
        "kind": "NutanixMachineProviderConfig",
        "metadata": {"creationTimestamp": None},
        "bootType": "",
        "categories": [{"key": f"kubernetes-io-cluster-{place.infra}", "value": "owned"}],
        "cluster": {"type": "uuid", "uuid": CLUSTER_UUID},
        "credentialsSecret": {"name": "nutanix-credentials"},
        "image": {"name": f"{place.infra}-rhcos", "type": "name"},
        "memorySize": "16Gi",
        "project": {"type": ""},
        "subnets": [{"type": "uuid", "uuid": SUBNET_UUID}],
        "systemDiskSize": "120Gi",
        "userDataSecret": place.user_data,
        "vcpuSockets": 4,
        "vcpusPerSocket": 1,
    }


def _spec(region: str, zones: Sequence[str]) -> Json:
    element = {"endpoint": {"address": "prism-element.example.com", "port": 9440}, "name": "element1"}
    return {"prismCentral": {"address": "prism.example.com", "port": 9440}, "prismElements": [element]}


PLATFORM = Platform(
    type="Nutanix",
    status=lambda infra, region: {"apiServerInternalIPs": ["10.0.0.2"], "ingressIPs": ["10.0.0.3"]},
    spec=_spec,
    provider_spec=_provider_spec,
)
