# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VMware vSphere."""

from __future__ import annotations

from collections.abc import Sequence

from .platform import Json, Place, Platform

SERVER = "vcenter.example.com"


def _provider_spec(place: Place) -> Json:
    folder = f"/dc1/vm/{place.infra}"
    return {
        "apiVersion": "machine.openshift.io/v1beta1",
        "kind": "VSphereMachineProviderSpec",
        "metadata": {"creationTimestamp": None},
        "credentialsSecret": {"name": "vsphere-cloud-credentials"},
        "diskGiB": 120,
        "memoryMiB": 16384,
        "network": {"devices": [{"networkName": "VM Network"}]},
        "numCPUs": 4,
        "numCoresPerSocket": 4,
        "snapshot": "",
        "template": f"{place.infra}-rhcos-{place.region}-{place.zone}",
        "userDataSecret": place.user_data,
        "workspace": {
            "datacenter": "dc1",
            "datastore": "/dc1/datastore/ds1",
            "folder": folder,
            "resourcePool": "/dc1/host/cluster1/Resources",
            "server": SERVER,
        },
    }


def _spec(region: str, zones: Sequence[str]) -> Json:
    topology = {
        "computeCluster": "/dc1/host/cluster1",
        "datacenter": "dc1",
        "datastore": "/dc1/datastore/ds1",
        "networks": ["VM Network"],
        "resourcePool": "/dc1/host/cluster1/Resources",
    }
    return {
        "failureDomains": [
            {"name": zone, "region": region, "zone": zone, "server": SERVER, "topology": topology} for zone in zones
        ],
        "vcenters": [{"server": SERVER, "port": 443, "datacenters": ["dc1"]}],
        "nodeNetworking": {"external": {}, "internal": {}},
    }


PLATFORM = Platform(
    type="VSphere",
    region="generated-region",
    zones=("generated-zone",),
    status=lambda infra, region: {"apiServerInternalIPs": ["10.0.0.2"], "ingressIPs": ["10.0.0.3"]},
    spec=_spec,
    provider_spec=_provider_spec,
)
