# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft Azure."""

from __future__ import annotations

from collections.abc import Sequence

from .. import releases
from .platform import Json, Place, Platform


def _image(place: Place) -> Json:
    """From 4.20 the unpaid marketplace image; before, and always on OKD, an image in the cluster's own gallery."""
    market = place.images["rhel-coreos-extensions"].get("marketplace")
    if market and releases.minor(place.release) >= (4, 20):
        chosen = market["azure"]["no-purchase-plan"]["hyperVGen2"]
        return {**chosen, "resourceID": "", "type": "MarketplaceNoPlan"}
    gallery = f"gallery_{place.infra.replace('-', '_')}"
    version = place.images["rhel-coreos-extensions"]["azure-disk"]["release"].split("-")[0]
    path = f"/resourceGroups/{place.infra}-rg/providers/Microsoft.Compute/galleries/{gallery}/images/{place.infra}-gen2"
    return {"offer": "", "publisher": "", "sku": "", "version": "", "resourceID": f"{path}/versions/{version}"}


def _provider_spec(place: Place) -> Json:
    return {
        "apiVersion": "machine.openshift.io/v1beta1",
        "kind": "AzureMachineProviderSpec",
        "metadata": {"creationTimestamp": None, "name": ""},
        "acceleratedNetworking": True,
        "credentialsSecret": {"name": "azure-cloud-credentials", "namespace": "openshift-machine-api"},
        "diagnostics": {},
        "image": _image(place),
        "location": place.region,
        "managedIdentity": f"{place.infra}-identity",
        "networkResourceGroup": f"{place.infra}-rg",
        "osDisk": {
            "diskSettings": {},
            "diskSizeGB": 128,
            "managedDisk": {"storageAccountType": "Premium_LRS"},
            "osType": "Linux",
        },
        "publicIP": False,
        "publicLoadBalancer": place.infra,
        "resourceGroup": f"{place.infra}-rg",
        "subnet": f"{place.infra}-{place.role}-subnet",
        "userDataSecret": place.user_data,
        "vmSize": "Standard_D4s_v3",
        "vnet": f"{place.infra}-vnet",
        "zone": place.zone,
    }


def _failure_domains(place: Place, zones: Sequence[str]) -> Json:
    subnet = f"{place.infra}-master-subnet"
    return {"platform": "Azure", "azure": [{"zone": zone, "subnet": subnet} for zone in zones]}


PLATFORM = Platform(
    type="Azure",
    region="eastus",
    zones=("1", "2", "3"),
    status=lambda infra, region: {
        "cloudName": "AzurePublicCloud", "resourceGroupName": f"{infra}-rg", "networkResourceGroupName": f"{infra}-rg",
    },
    provider_spec=_provider_spec,
    failure_domains=_failure_domains,
)  # fmt: skip
