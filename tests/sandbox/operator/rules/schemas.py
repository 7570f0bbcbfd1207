# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The providerSpec types of github.com/openshift/api (machine/v1beta1), as data.

One line a field: `name type`, `!` where Go has no omitempty, `@x.y` the first release that knows the field.
Named string types are written `string`; `any` is kept as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from .behaviour import Minor

EXTERNAL = {"LocalObjectReference", "SecretReference", "ObjectMeta"}
"""Types that Go calls v1.X (Kubernetes' own) and not v1beta1.X."""

_TYPE_META = "kind string\napiVersion string\nmetadata ObjectMeta\n"

_TEXT = {
    "ObjectMeta": """name string\ngenerateName string\nnamespace string\nlabels map[string]string
        annotations map[string]string""",
    "LocalObjectReference": "name string",
    "SecretReference": "name string\nnamespace string",
    # GCP
    "GCPMachineProviderSpec": _TYPE_META
    + """userDataSecret *LocalObjectReference\ncredentialsSecret *LocalObjectReference\ncanIPForward bool!
        deletionProtection bool!\ndisks []*GCPDisk\nlabels map[string]string\ngcpMetadata []*GCPMetadata
        networkInterfaces []*GCPNetworkInterface\nserviceAccounts []GCPServiceAccount!\ntags []string
        targetPools []string\nmachineType string!\nregion string!\nzone string!\nprojectID string\ngpus []GCPGPUConfig
        preemptible bool\nprovisioningModel *string@4.21\nonHostMaintenance string\nrestartPolicy string
        shieldedInstanceConfig GCPShieldedInstanceConfig\nconfidentialCompute string
        resourceManagerTags []ResourceManagerTag""",
    "GCPDisk": """autoDelete bool!\nboot bool!\nsizeGb int64!\ntype string!\nimage string!\nlabels map[string]string!
        encryptionKey *GCPEncryptionKeyReference""",
    "GCPMetadata": "key string!\nvalue *string!",
    "GCPNetworkInterface": "publicIP bool\nnetwork string\nprojectID string\nsubnetwork string",
    "GCPServiceAccount": "email string!\nscopes []string!",
    "GCPGPUConfig": "count int32!\ntype string!",
    "GCPShieldedInstanceConfig": """secureBoot string\nvirtualizedTrustedPlatformModule string
        integrityMonitoring string""",
    "GCPEncryptionKeyReference": "kmsKey *GCPKMSKeyReference\nkmsKeyServiceAccount string",
    "GCPKMSKeyReference": "name string!\nkeyRing string!\nprojectID string\nlocation string!",
    "ResourceManagerTag": "parentID string!\nkey string!\nvalue string!",
    # AWS
    "AWSMachineProviderConfig": _TYPE_META
    + """ami AWSResourceReference!\ninstanceType string!\ncpuOptions *CPUOptions@4.21\ntags []TagSpecification
        iamInstanceProfile *AWSResourceReference\nuserDataSecret *LocalObjectReference
        credentialsSecret *LocalObjectReference\nkeyName *string\ndeviceIndex int64!\npublicIp *bool
        networkInterfaceType string\nsecurityGroups []AWSResourceReference\nsubnet AWSResourceReference!
        placement Placement!\nloadBalancers []LoadBalancerReference\nblockDevices []BlockDeviceMappingSpec
        spotMarketOptions *SpotMarketOptions\nmetadataServiceOptions MetadataServiceOptions\nplacementGroupName string
        placementGroupPartition *int32@4.17\ncapacityReservationId string!@4.17\nmarketType string@4.19""",
    "CPUOptions": "confidentialCompute *string",
    "AWSResourceReference": "id *string\narn *string\nfilters []Filter",
    "Filter": "name string!\nvalues []string",
    "TagSpecification": "name string!\nvalue string!",
    "Placement": "region string\navailabilityZone string\ntenancy string\nhost *any@4.22",
    "LoadBalancerReference": "name string!\ntype string!",
    "BlockDeviceMappingSpec": "deviceName *string\nebs *EBSBlockDeviceSpec\nnoDevice *string\nvirtualName *string",
    "EBSBlockDeviceSpec": """deleteOnTermination *bool\nencrypted *bool\nkmsKey AWSResourceReference\niops *int64
        throughputMib *int32@4.21\nvolumeSize *int64\nvolumeType *string""",
    "SpotMarketOptions": "maxPrice *string",
    "MetadataServiceOptions": "authentication string",
    # Azure
    "AzureMachineProviderSpec": _TYPE_META
    + """userDataSecret *SecretReference\ncredentialsSecret *SecretReference\nlocation string\nvmSize string
        image Image!\nosDisk OSDisk!\ndataDisks []DataDisk\nsshPublicKey string\npublicIP bool!\ntags map[string]string
        securityGroup string\napplicationSecurityGroups []string\nsubnet string!\npublicLoadBalancer string
        internalLoadBalancer string\nnatRule *int64\nmanagedIdentity string\nvnet string\nzone string
        networkResourceGroup string\nresourceGroup string\nspotVMOptions *any\nsecurityProfile *SecurityProfile
        ultraSSDCapability string\nacceleratedNetworking bool\navailabilitySet string\ndiagnostics AzureDiagnostics
        capacityReservationGroupID string@4.17""",
    "AzureDiagnostics": "boot *any",
    "Image": "publisher string!\noffer string!\nsku string!\nversion string!\nresourceID string!\ntype string",
    "OSDisk": """osType string!\nmanagedDisk OSDiskManagedDiskParameters!\ndiskSizeGB int32!\ndiskSettings DiskSettings
        cachingType string""",
    "DiskSettings": "ephemeralStorageLocation string",
    "OSDiskManagedDiskParameters": """storageAccountType string!\ndiskEncryptionSet *DiskEncryptionSetParameters
        securityProfile VMDiskSecurityProfile""",
    "VMDiskSecurityProfile": "diskEncryptionSet DiskEncryptionSetParameters\nsecurityEncryptionType string",
    "DiskEncryptionSetParameters": "id string",
    "DataDisk": """nameSuffix string!\ndiskSizeGB int32!\nmanagedDisk DataDiskManagedDiskParameters\nlun int32!
        cachingType string\ndeletionPolicy string!""",
    "DataDiskManagedDiskParameters": "storageAccountType string!\ndiskEncryptionSet *DiskEncryptionSetParameters",
    "SecurityProfile": "encryptionAtHost *bool\nsettings SecuritySettings",
    "SecuritySettings": "securityType string!\nconfidentialVM *ConfidentialVM\ntrustedLaunch *TrustedLaunch",
    "ConfidentialVM": "uefiSettings UEFISettings!",
    "TrustedLaunch": "uefiSettings UEFISettings!",
    "UEFISettings": "secureBoot string\nvirtualizedTrustedPlatformModule string",
    # vSphere
    "VSphereMachineProviderSpec": _TYPE_META
    + """userDataSecret *LocalObjectReference\ncredentialsSecret *LocalObjectReference\ntemplate string!
        workspace *Workspace\nnetwork NetworkSpec!\nnumCPUs int32\nnumCoresPerSocket int32\nmemoryMiB int64
        diskGiB int32\ntagIDs []string\nsnapshot string!\ncloneMode string\ndataDisks []VSphereDisk@4.19""",
    "Workspace": """server string\ndatacenter string\nfolder string\ndatastore string\nresourcePool string
        vmGroup string@4.17""",
    "NetworkSpec": "devices []NetworkDeviceSpec!",
    "NetworkDeviceSpec": """networkName string\ngateway string\nipAddrs []string\nnameservers []string
        addressesFromPools []any""",
    "VSphereDisk": "name string!\nsizeGiB int32!\nprovisioningMode string",
}


@dataclass(frozen=True)
class Field:
    type: str
    omitempty: bool
    since: Minor


def _parse(line: str) -> tuple[str, Field]:
    name, text = line.split()
    text, _ignored, release = text.partition("@")
    major, _ignored, minor = release.partition(".")
    since = (int(major), int(minor)) if release else (0, 0)
    return name, Field(text.rstrip("!"), not text.endswith("!"), since)


STRUCTS: dict[str, dict[str, Field]] = {
    struct: dict(_parse(line) for line in text.splitlines()) for struct, text in _TEXT.items()
}
