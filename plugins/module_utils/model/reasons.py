# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The closed set of reason codes: people write C(assert) tasks on them, so a code never changes its meaning.

This is their only home; docs/reason-codes.md is checked against it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One code: what it means and what a person does about it (empty where nothing is to be done)."""

    code: str
    meaning: str
    remedy: str = ""

    def __str__(self) -> str:
        return self.code


ALL: dict[str, Reason] = {}


def _reason(code: str, meaning: str, remedy: str = "") -> Reason:
    ALL[code] = Reason(code, meaning, remedy)
    return ALL[code]


# What stands in the way of judging a machine set at all.
PROVIDER_SPEC_MISSING = _reason(
    "provider_spec_missing",
    "The machine set has no providerSpec.",
    "Restore spec.template.spec.providerSpec.value of the machine set.",
)
PROVIDER_SPEC_INVALID = _reason(
    "provider_spec_invalid",
    "A field of the providerSpec has a shape that the platform's own type cannot hold.",
    "Correct the field that the message names.",
)
ARCHITECTURE_INVALID = _reason(
    "architecture_invalid",
    "The annotation capacity.cluster-autoscaler.kubernetes.io/labels names no architecture, or one that no stream has.",
    "Set the annotation to kubernetes.io/arch=amd64, arm64, ppc64le or s390x.",
)
ARCHITECTURE_UNKNOWN = _reason(
    "architecture_unknown",
    "Neither the machine set's annotation nor a control plane node tells the architecture.",
    "Set the annotation capacity.cluster-autoscaler.kubernetes.io/labels, or grant get on nodes.",
)
STREAM_MISSING = _reason(
    "stream_missing",
    "ConfigMap coreos-bootimages does not exist, so nothing says what the release's boot image is.",
    "The Cluster Version Operator recreates the ConfigMap; check ClusterOperator machine-config.",
)
STREAM_INVALID = _reason(
    "stream_invalid",
    "ConfigMap coreos-bootimages holds no readable CoreOS stream metadata.",
    "Delete the ConfigMap: the Cluster Version Operator writes it anew.",
)
PLATFORM_UNSUPPORTED = _reason(
    "platform_unsupported",
    "This collection does not know how machine sets of this platform name their boot image.",
    "Update the machine sets by hand, as the platform's documentation says.",
)

# Why a set that could be read has no image to move to, or must not be moved.
NO_BOOT_DISK = _reason(
    "no_boot_disk", "No disk of the machine set is marked as boot disk.", "Mark the boot disk with boot: true."
)
IMAGE_UNSET = _reason(
    "image_unset",
    "The machine set names no boot image by id.",
    "Set the image's id.",
)
USER_DATA_TOO_OLD = _reason(
    "user_data_too_old",
    "The set's user data is of an Ignition specification that the new image does not read, and upgrade_user_data is false.",
    "Leave upgrade_user_data at true, or bring the user data to specification 3 yourself.",
)
NOT_RECORDED = _reason(
    "not_recorded",
    "The record that the sets are brought back to says nothing of this set.",
    "Name another record; ConfigMap openshift-machine-api/boot-image-history has them all.",
)
RECORD_DOES_NOT_FIT = _reason(
    "record_does_not_fit",
    "The record names a field that is not one of the set's boot image fields (any more): the set was rebuilt since, or the record changed.",
    "Look at the record in ConfigMap openshift-machine-api/boot-image-history, and set the image with machineset_boot_image's image.",
)
NO_TARGET = _reason(
    "no_target",
    "The release's stream has no boot image for this machine set's region or architecture.",
    "Name an image with the option image; on AWS copy_missing_images copies the release's to the region.",
)
CUSTOM_IMAGE = _reason(
    "custom_image",
    "The machine set boots an image that is none of the CoreOS stream's.",
    "Keep it current yourself, or name the set together with image or take_over.",
)
UNKNOWN_IMAGE = _reason(
    "unknown_image",
    "The image's id is not in this cluster's stream; only the operator's built-in list or the cloud tells whose it is.",
    "Look up the image's owner in the cloud.",
)
IMAGE_NOT_IN_CLOUD = _reason(
    "image_not_in_cloud",
    "The release's boot image is a file that somebody must upload to this platform; nothing there names it by itself.",
    "Upload the file that the message names, then update the set with machineset_boot_image and its name as image.",
)
AMI_FILTERS = _reason(
    "ami_filters",
    "The machine set names its AMI by filters and not by id, as the installer leaves it where it copied the AMI into the region: no machine starts.",
    "Use verify_images, which finds the installer's copy, or name an AMI with the option image.",
)
AMI_FILTERS_EMPTY = _reason(
    "ami_filters_empty",
    "The machine set names its AMI by filters, and the account has no image that they find and no copy of the release's: no machine starts.",
    "Use copy_missing_images, or name an AMI with the option image.",
)

# What the cloud says of images, where verify_images has it asked.
IMAGE_MISSING = _reason(
    "image_missing",
    "The cloud knows no such image where the machine set would boot it, or these credentials may not see it: no machine starts.",
    "Name an image that exists. Check the account's Allowed AMIs, and whose private image it is.",
)
IMAGE_UNAVAILABLE = _reason(
    "image_unavailable",
    "The image exists, but is in no state in which a machine starts from it: pending, failed, disabled, or obsolete.",
    "Wait while it is pending; else name another image.",
)
IMAGE_ARCHITECTURE = _reason(
    "image_architecture",
    "The image is of another architecture than the machine set.",
    "Correct the image, or the machine set's annotation capacity.cluster-autoscaler.kubernetes.io/labels.",
)
IMAGE_UNBOOTABLE = _reason(
    "image_unbootable",
    "The image's virtualization or boot mode is none that machines of its architecture start with.",
    "Name another image.",
)
IMAGE_DEPRECATED = _reason(
    "image_deprecated",
    "The image's owner has marked it deprecated: machines still start, until it is removed.",
    "Go over to the replacement that the message names, or to the release's image.",
)
IMAGE_NOT_VERIFIED = _reason(
    "image_not_verified",
    "The cloud could not be asked about the image, so nothing was written.",
    "Do what the message says, or leave out verify_images.",
)
NOT_VERIFIED = _reason(
    "not_verified",
    "This collection cannot ask the platform whether images exist.",
    "Look the image up yourself.",
)
COPY_FAILED = _reason(
    "copy_failed",
    "The release's image could not be copied into the machine set's region.",
    "Do what the message says, and run again: what was copied is found.",
)
TEMPLATE_IN_VCENTER = _reason(
    "template_in_vcenter",
    "The operator rebuilds vSphere templates in place, so that only vCenter knows which release a template holds.",
    "Compare the template's product version in vCenter with the release that the message names.",
)
NO_FAILURE_DOMAIN = _reason(
    "no_failure_domain",
    "The machine set's workspace is none of the failure domains that Infrastructure names.",
    "Correct the workspace, or add the failure domain to spec.platformSpec.vsphere of Infrastructure cluster.",
)
ROOT_VOLUME = _reason(
    "root_volume",
    "The machine set boots from a root volume, for which OpenStack ignores the field image.",
    "Update the image behind the root volume, as OpenStack's documentation says.",
)
SECURITY_TYPE = _reason(
    "security_type",
    "The machine set asks for a security type (trusted launch, confidential VM), with which images cannot be exchanged blindly.",
    "Choose an image made for that security type and name it with the option image.",
)
PROVISIONED_FROM_PAYLOAD = _reason(
    "provisioned_from_payload",
    "Nodes of this machine set are provisioned from the release's own payload; there is no boot image to update.",
)
LEGACY_PROVISIONING = _reason(
    "legacy_provisioning",
    "Metal3 still caches the boot image of the day the cluster was installed.",
    "When all machine sets are provisioned from the payload, empty spec.provisioningOSDownloadURL of Provisioning.",
)
PLATFORM_WITHOUT_IMAGES = _reason(
    "platform_without_images",
    "OpenShift makes no machines on this platform, so machine sets name no boot image here.",
    "Update the image in whatever makes the machines.",
)
FAILURE_DOMAIN_IMAGE = _reason(
    "failure_domain_image",
    "The control plane's failure domains name the templates that its machines boot; the providerSpec's own is not used.",
    "Renew the template that the message names in vCenter, or name another in spec.platformSpec.vsphere of Infrastructure cluster.",
)
WINDOWS = _reason("windows", "The machine set is for Windows nodes, which boot no CoreOS image.")
OTHER_OS_STREAM = _reason(
    "other_os_stream",
    "The machine set asks for another CoreOS stream than the one the operator writes.",
    "Update it with machineset_boot_image.",
)

# Who else writes the set.
MANAGED_BY_OPERATOR = _reason(
    "managed_by_operator",
    "The Machine Config Operator manages this machine set's boot image.",
    "Let it work, or take the set out of its management first.",
)
OWNED = _reason(
    "owned",
    "The machine set has an owner that writes it (ownerReference, GitOps, Hive).",
    "Change the image at its source, or name the set together with take_over.",
)

# What the operator will do.
UPDATES = _reason("operator_updates", "The operator will write the release's boot image at its next pass.")
GATED = _reason(
    "gated",
    "The operator does not look at the machine set yet: it waits for the upgrade, or for its own marks in ConfigMap coreos-bootimages.",
)
UP_TO_DATE = _reason("up_to_date", "The machine set boots the release's image.")
NOT_READ = _reason(
    "not_read",
    "MachineConfiguration/cluster could not be read, so nobody knows what the operator manages.",
    "Grant get on machineconfigurations.operator.openshift.io, or gather it with oc adm inspect.",
)
NOT_ENROLLED = _reason(
    "not_enrolled",
    "The operator's management is on, but its selector does not match this machine set.",
    "Label the machine set (managed_boot_images, machine_sets).",
)
MANAGEMENT_OFF = _reason(
    "management_off",
    "The operator's boot image management is off for this kind of machine set.",
    "Switch it on with managed_boot_images, or update the sets with machineset_boot_image.",
)
PLATFORM_NOT_MANAGED = _reason(
    "platform_not_managed",
    "The operator does not manage boot images on this platform in this release.",
    "Update the sets with machineset_boot_image.",
)
SELECTOR_INVALID = _reason(
    "selector_invalid",
    "The API server stored a selector that the operator cannot use; it degrades and updates nothing.",
    "Correct spec.managedBootImages.machineManagers[].selection.partial.machineResourceSelector.",
)
REPOINTS_USER_DATA = _reason(
    "repoints_user_data",
    "The image is current, but the operator of this release still rewrites userDataSecret.name.",
)
USER_DATA_UNUSABLE = _reason(
    "user_data_unusable",
    "The operator cannot read the user-data secret that it must check before writing the image.",
    "Correct the secret, then change anything in the set: the operator does not notice secrets by itself.",
)
USER_DATA_NOT_CONVERTIBLE = _reason(
    "user_data_not_convertible",
    "The user-data secret holds an Ignition configuration of spec 2 that cannot become one of spec 3 without losing something.",
    "Rewrite the field that the message names, or the whole secret, in spec 3.",
)
USER_DATA_SHARED = _reason(
    "user_data_shared",
    "The set's new image reads another Ignition specification than its user data is of, and another set that keeps its image has the same user data.",
    "Write both sets in one call, or give one of them a user-data secret of its own.",
)
USER_DATA_CHANGED = _reason(
    "user_data_changed",
    "The user-data secret is not what its upgrade has left, so that restoring the old content would lose somebody's change.",
    "Compare the secret with its backup and write the one you want.",
)
WOULD_KILL_CONTROLLER = _reason(
    "would_kill_controller",
    "This input ends the operator's controller process, and with it machine configuration on the whole cluster.",
    "Correct the field that the message names before switching management on.",
)
DEGRADED = _reason(
    "operator_degraded",
    "The operator reports that it failed on this machine set.",
    "Read the message; the operator tries again at the next change of any machine set.",
)
HOT_LOOP = _reason(
    "hot_loop",
    "Somebody else wrote the machine set's old image back again and again, and the operator has given it up.",
    "Stop the other writer, take the set out of the operator's management, and put it in again.",
)
OPERATOR_MISSED_IT = _reason(
    "operator_missed_it",
    "Nothing stands in the operator's way any more, but it has not noticed: it looks again at no time of its own, only at changes.",
    "Cause one more pass, for instance by a label on any machine set that the operator manages.",
)

# What blocks or endangers an upgrade, and what a wait may still be missing.
CONFIGURATION_MISSING = _reason(
    "configuration_missing", "MachineConfiguration/cluster does not exist.", "The operator recreates it within minutes."
)
ADMIN_ACK_REQUIRED = _reason(
    "admin_ack_required",
    "An admin gate of this release is not acknowledged.",
    "Read its text, then acknowledge it with cluster_upgrade_acknowledge.",
)
OPERATOR_NOT_UPGRADEABLE = _reason(
    "operator_not_upgradeable",
    "A ClusterOperator says that it must not be upgraded to a later minor release.",
    "Read its message.",
)
OPERATOR_UNHEALTHY = _reason(
    "operator_unhealthy", "A ClusterOperator is degraded or not available.", "Read its message."
)
POOL_PAUSED = _reason("pool_paused", "A MachineConfigPool is paused.", "Unpause it once you are ready.")
POOL_DEGRADED = _reason("pool_degraded", "A MachineConfigPool is degraded.", "Read its conditions.")
NOT_UPGRADEABLE = _reason(
    "not_upgradeable", "ClusterVersion says Upgradeable=False, which stops minor upgrades.", "Read its message."
)
CLUSTER_FAILING = _reason("cluster_failing", "ClusterVersion says Failing=True.", "Read its message.")
UPGRADE_UNDER_WAY = _reason(
    "upgrade_under_way", "The cluster is being upgraded.", "Wait; cluster_upgrade with that version waits for it."
)
CONFIGURATION_NOT_OBSERVED = _reason(
    "configuration_not_observed", "The operator has not taken in the newest MachineConfiguration yet."
)
STREAM_NOT_CURRENT = _reason(
    "stream_not_current", "ConfigMap coreos-bootimages is still that of another release than the cluster's."
)
DRIFT = _reason("drift", "The operator has yet to write this machine set.")

BOOT_IMAGE_SKEW = _reason(
    "boot_image_skew",
    "The boot image version that the cluster has on record is too old for the next upgrade (limits: OpenShift 4.13.0, RHEL 9.2).",
    "Update the boot images; in mode Manual, record the new version in spec.bootImageSkewEnforcement.",
)

# Why the operator's conditions are not to be believed.
CONDITIONS_STALE = _reason(
    "conditions_stale", "The operator writes no condition at this moment; what stands is of before."
)
CONDITIONS_FALSE = _reason("conditions_false", "The conditions say done, and it is not.", "Believe the machine sets.")
CONDITIONS_FLAPPING = _reason("conditions_flapping", "The operator is going through sets that are right already.")
CONDITIONS_BLIND = _reason(
    "conditions_blind",
    "The condition does not show errors of control plane machine sets.",
    "Read the number in its message.",
)
CONDITIONS_COUNT_SKIPS = _reason(
    "conditions_count_skips", "Skipped sets count as reconciled.", "Believe the machine sets."
)

# Risks of letting the operator manage a set; each can be accepted by its code.
RISK_CUSTOM_USER_DATA = _reason(
    "custom_user_data",
    "The operator of this release re-points userDataSecret to worker-user-data-managed; the set's own user data is lost to new nodes.",
    "Keep the set out of management, or accept the code custom_user_data.",
)
RISK_DOWNGRADES = _reason(
    "downgrades",
    "The set boots a newer image than the release's; the operator would set it back.",
    "Keep the set out of management until the cluster has caught up, or accept the code downgrades.",
)
RISK_WRONG_STREAM = _reason(
    "wrong_stream",
    "The set asks for another CoreOS stream by its label osstream; the operator of this release does not look at it.",
    "Keep the set out of management, or accept the code wrong_stream.",
)
RISK_DROPPED_FIELDS = _reason(
    "dropped_fields",
    "The providerSpec has fields that the operator's types do not know; its patch drops them.",
    "Remove the fields, keep the set out of management, or accept the code dropped_fields.",
)
RISK_OWN_IMAGES = _reason(
    "own_images",
    "The operator would put the release's image in place of somebody's own: on this platform it does not tell them apart.",
    "Keep the set out of management, or accept the code own_images.",
)

# What stops or endangers an upgrade beside boot images.
SUSPECTED_FAILURE = _reason(
    "suspected_failure",
    "ClusterVersion says Failing=Unknown: something takes longer than it should.",
    "Look at the ClusterOperator that the message names.",
)
REQUEST_INVALID = _reason(
    "request_invalid",
    "ClusterVersion says Invalid=True: spec asks for something that cannot be.",
    "Correct or remove spec.desiredUpdate of ClusterVersion version.",
)
REQUEST_PENDING = _reason(
    "request_pending",
    "Somebody has asked for another version, which is not accepted yet.",
    "Remove spec.desiredUpdate of ClusterVersion version, or wait for that upgrade.",
)
RELEASE_NOT_ACCEPTED = _reason(
    "release_not_accepted",
    "The Cluster Version Operator has refused the release that was asked for; it tries again by itself.",
    "Remove the cause that the message names, or remove spec.desiredUpdate of ClusterVersion version.",
)
UPDATES_NOT_RETRIEVED = _reason(
    "updates_not_retrieved",
    "The updates on offer could not be fetched.",
    "Correct the channel or the update service that the message names. OKD knows no channels eus-, fast- and candidate-.",
)
TARGET_NOT_OFFERED = _reason(
    "target_not_offered",
    "The version is not among the updates on offer. For OKD that is common, and no verdict on the version.",
    "Choose a version on offer or another channel, or give the release's image by digest.",
)
TARGET_AT_RISK = _reason(
    "target_at_risk",
    "The version is on offer only with a known risk.",
    "Read about the risk, then take it by its name with accept_risks, or choose another version.",
)
TARGET_TOO_LOW = _reason(
    "target_too_low",
    "The version is below the one the cluster is at; only the version before within the same minor release can be gone back to.",
    "Choose a later version. An early candidate (ec) of OKD sorts above the stable releases of its minor.",
)
TARGET_TOO_FAR = _reason(
    "target_too_far",
    "The version is more than one minor release ahead, and minor releases cannot be skipped.",
    "Upgrade to the minor release in between first, or use control_plane_only.",
)
TARGET_OTHER_SYSTEM = _reason(
    "target_other_system",
    "OKD's step from Fedora CoreOS (4.15) to CentOS Stream CoreOS (4.16) needs force and manual repair.",
    "Follow OKD's own guide for 4.16, or install anew.",
)
CLUSTER_OVERRIDES = _reason(
    "cluster_overrides",
    "spec.overrides of ClusterVersion keeps the Cluster Version Operator from managing something.",
    "Remove spec.overrides of ClusterVersion version.",
)
OPERATOR_BEHIND = _reason(
    "operator_behind",
    "A ClusterOperator is not at the cluster's version although no upgrade is under way.",
    "Read its conditions.",
)
ETCD_UNHEALTHY = _reason(
    "etcd_unhealthy", "The etcd operator says that members are not healthy.", "Repair etcd first; read its message."
)
POOL_UPDATING = _reason("pool_updating", "A MachineConfigPool is still updating its nodes.", "Wait until it is done.")
POOL_BEHIND = _reason(
    "pool_behind",
    "A MachineConfigPool has nodes that are not at its configuration, and is not updating them.",
    "Read its conditions and its nodes' annotations.",
)
NODE_NOT_READY = _reason(
    "node_not_ready", "Nodes are not ready.", "Repair or remove them: a pool waits for each of its nodes."
)
NODE_UNSCHEDULABLE = _reason(
    "node_unschedulable",
    "Nodes are cordoned; each counts as unavailable, so that one stops a pool with maxUnavailable 1.",
    "Uncordon them, or remove them.",
)
NODE_UNDER_PRESSURE = _reason("node_under_pressure", "Nodes are short of memory, disk or processes.", "Relieve them.")
NODE_DEGRADED = _reason(
    "node_degraded",
    "The machine-config-daemon of nodes could not apply their configuration.",
    "Read the annotation machineconfiguration.openshift.io/reason.",
)
NODE_BEHIND = _reason(
    "node_behind",
    "Kubelets are older than the control plane; more than two minor releases are not supported.",
    "Let the pools update (unpause them) first.",
)
CERTIFICATES_PENDING = _reason(
    "certificates_pending",
    "Kubelets wait for certificate signing requests to be approved.",
    "Approve them after a look: oc get csr, oc adm certificate approve.",
)
BUDGET_ALLOWS_NOTHING = _reason(
    "budget_allows_nothing",
    "A PodDisruptionBudget allows no disruption at this moment, so that a drain of its nodes would wait for it.",
    "Give the application more replicas, or relax its budget, if it stays so.",
)
API_REMOVED = _reason(
    "api_removed",
    "An API that the target release removes was used during the last 24 hours.",
    "Change the clients that the message names.",
)
NETWORK_PLUGIN_REMOVED = _reason(
    "network_plugin_removed",
    "The network plugin OpenShiftSDN does not exist from 4.17 on.",
    "Migrate to OVN-Kubernetes first.",
)
RUNTIME_REMOVED = _reason(
    "runtime_removed",
    "The container runtime runc does not exist in OKD from 4.20 on; nodes would stay NotReady.",
    "Remove the ContainerRuntimeConfig's defaultRuntime, or set it to crun.",
)
BOOT_IMAGES_UNDECIDED = _reason(
    "boot_images_undecided",
    "An admin gate asks whether the next release may manage boot images, and nobody has said.",
    "Say so with managed_boot_images (on or off); the gate is then acknowledged by that decision.",
)
