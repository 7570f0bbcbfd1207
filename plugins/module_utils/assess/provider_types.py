# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The top-level fields that the operator's Go types know of each platform's providerSpec, with the release that added them.

A patch by the operator is a round trip through these types, and drops every field they do not have. Taken from openshift/api,
machine/v1beta1, as the machine-config-operator of each release pins it. Fields below the top level are not listed.
"""

from __future__ import annotations

from ..model.objects import Json

Release = tuple[int, int]
COMMON = "apiVersion kind metadata credentialsSecret userDataSecret"
KNOWN: dict[str, dict[Release, str]] = {
    "GCP": {
        (
            4,
            16,
        ): "canIPForward confidentialCompute deletionProtection disks gcpMetadata gpus labels machineType networkInterfaces "
        "onHostMaintenance preemptible projectID region resourceManagerTags restartPolicy serviceAccounts shieldedInstanceConfig tags "
        "targetPools zone",
        (4, 21): "provisioningModel",
    },
    "AWS": {
        (
            4,
            16,
        ): "ami blockDevices deviceIndex iamInstanceProfile instanceType keyName loadBalancers metadataServiceOptions "
        "networkInterfaceType placement placementGroupName publicIp securityGroups spotMarketOptions subnet tags",
        (4, 17): "placementGroupPartition capacityReservationId",
        (4, 19): "marketType",
        (4, 21): "cpuOptions hostPlacement",
    },
    "Azure": {
        (
            4,
            16,
        ): "acceleratedNetworking applicationSecurityGroups availabilitySet dataDisks diagnostics image internalLoadBalancer location "
        "managedIdentity natRule networkResourceGroup osDisk publicIP publicLoadBalancer resourceGroup securityGroup securityProfile "
        "spotVMOptions sshPublicKey subnet tags ultraSSDCapability vmSize vnet zone",
        (4, 17): "capacityReservationGroupID",
    },
    "VSphere": {
        (4, 16): "cloneMode diskGiB memoryMiB network numCPUs numCoresPerSocket snapshot tagIDs template workspace",
        (4, 19): "dataDisks",
    },
}


def unknown_fields(platform: str, release: Release, spec: Json) -> list[str]:
    """Top-level fields that an operator of the release would drop; none where its types are not listed."""
    if platform not in KNOWN:
        return []
    known = set(COMMON.split())
    for since, fields in KNOWN[platform].items():
        if release >= since:
            known.update(fields.split())
    return sorted(str(field) for field in spec if field not in known)
