# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IBM Power Virtual Server."""

from __future__ import annotations

from .platform import Json, Place, Platform


def _provider_spec(place: Place) -> Json:
    return {
        "apiVersion": "machine.openshift.io/v1",
        "kind": "PowerVSMachineProviderConfig",
        "metadata": {"creationTimestamp": None},
        "credentialsSecret": {"name": "powervs-credentials"},
        "image": {"name": f"rhcos-{place.infra}", "type": "Name"},
        "keyPairName": f"{place.infra}-key",
        "memoryGiB": 32,
        "network": {"regex": f"^DHCPSERVER.*{place.infra}.*_Private$", "type": "RegEx"},
        "processorType": "Shared",
        "processors": "0.5",
        "serviceInstance": {"id": "e449d86e-c3a0-4c07-959e-8557fdf55482", "type": "ID"},
        "systemType": "s922",
        "userDataSecret": place.user_data,
    }


PLATFORM = Platform(
    type="PowerVS",
    region="us-south",
    zones=("dal12",),
    arch="ppc64le",
    status=lambda infra, region: {"region": region, "zone": "dal12", "resourceGroup": f"{infra}-rg"},
    provider_spec=_provider_spec,
    control_plane_set=False,
)
