# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IBM Cloud VPC."""

from __future__ import annotations

from .platform import Json, Place, Platform


def _provider_spec(place: Place) -> Json:
    return {
        "apiVersion": "ibmcloudproviderconfig.openshift.io/v1beta1",
        "kind": "IBMCloudMachineProviderSpec",
        "metadata": {"creationTimestamp": None},
        "credentialsSecret": {"name": "ibmcloud-credentials"},
        "image": f"{place.infra}-rhcos",
        "primaryNetworkInterface": {
            "securityGroups": [f"{place.infra}-sg-cluster-wide"],
            "subnet": f"{place.infra}-subnet-compute-{place.zone}",
        },
        "profile": "bx2-4x16",
        "region": place.region,
        "resourceGroup": place.infra,
        "userDataSecret": place.user_data,
        "vpc": f"{place.infra}-vpc",
        "zone": place.zone,
    }


PLATFORM = Platform(
    type="IBMCloud",
    region="eu-gb",
    zones=("eu-gb-1", "eu-gb-2"),
    status=lambda infra, region: {"location": region, "providerType": "VPC", "resourceGroupName": infra},
    provider_spec=_provider_spec,
    control_plane_set=False,
)
