# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects the collection reads and writes, with the paths the API serves them under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind as the API serves it; an empty I(group) is the core group."""

    group: str
    version: str
    plural: str
    kind: str

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        """The URL path of the collection, or of one object when I(name) is given."""
        root = f"/apis/{self.group}/{self.version}" if self.group else "/api/" + self.version
        scope = "/namespaces/" + namespace if namespace else ""
        return f"{root}{scope}/{self.plural}" + (f"/{name}" if name else "")

    @property
    def resource(self) -> str:
        """C(plural.group), the way RBAC rules and error messages name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


@dataclass(frozen=True)
class ObjectRef:
    """Which object: its kind, namespace (empty for cluster-scoped kinds) and name."""

    kind: Kind
    namespace: str
    name: str

    def __str__(self) -> str:
        where = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind.kind} {where}"

    @property
    def path(self) -> str:
        return self.kind.path(self.namespace or None, self.name)


MACHINE_SET = Kind("machine.openshift.io", "v1beta1", "machinesets", "MachineSet")
MACHINE = Kind("machine.openshift.io", "v1beta1", "machines", "Machine")
CONTROL_PLANE_MACHINE_SET = Kind("machine.openshift.io", "v1", "controlplanemachinesets", "ControlPlaneMachineSet")
MACHINE_CONFIGURATION = Kind("operator.openshift.io", "v1", "machineconfigurations", "MachineConfiguration")
MACHINE_CONFIG_POOL = Kind("machineconfiguration.openshift.io", "v1", "machineconfigpools", "MachineConfigPool")
INFRASTRUCTURE = Kind("config.openshift.io", "v1", "infrastructures", "Infrastructure")
CLUSTER_VERSION = Kind("config.openshift.io", "v1", "clusterversions", "ClusterVersion")
CLUSTER_OPERATOR = Kind("config.openshift.io", "v1", "clusteroperators", "ClusterOperator")
FEATURE_GATE = Kind("config.openshift.io", "v1", "featuregates", "FeatureGate")
PROVISIONING = Kind("metal3.io", "v1alpha1", "provisionings", "Provisioning")
CRD = Kind("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition")
CONFIG_MAP = Kind("", "v1", "configmaps", "ConfigMap")
SECRET = Kind("", "v1", "secrets", "Secret")
NODE = Kind("", "v1", "nodes", "Node")
SIGNING_REQUEST = Kind("certificates.k8s.io", "v1", "certificatesigningrequests", "CertificateSigningRequest")
DISRUPTION_BUDGET = Kind("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget")
API_REQUEST_COUNT = Kind("apiserver.openshift.io", "v1", "apirequestcounts", "APIRequestCount")
ETCD = Kind("operator.openshift.io", "v1", "etcds", "Etcd")
NETWORK = Kind("config.openshift.io", "v1", "networks", "Network")
CONTAINER_RUNTIME_CONFIG = Kind(
    "machineconfiguration.openshift.io", "v1", "containerruntimeconfigs", "ContainerRuntimeConfig"
)

SELF_SUBJECT_REVIEW = Kind("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview")

KINDS = {each.plural: each for each in (MACHINE_SET, CONTROL_PLANE_MACHINE_SET)}
"""The kinds of machine sets, by the word that options and C(machineManagers) have for them."""

MACHINE_API = "openshift-machine-api"
MCO = "openshift-machine-config-operator"

THE_INFRASTRUCTURE = ObjectRef(INFRASTRUCTURE, "", "cluster")
THE_CLUSTER_VERSION = ObjectRef(CLUSTER_VERSION, "", "version")
THE_CONFIGURATION = ObjectRef(MACHINE_CONFIGURATION, "", "cluster")
THE_CONFIGURATION_CRD = ObjectRef(CRD, "", "machineconfigurations.operator.openshift.io")
THE_STREAM = ObjectRef(CONFIG_MAP, MCO, "coreos-bootimages")
THE_OPERATOR = ObjectRef(CLUSTER_OPERATOR, "", "machine-config")
THE_FEATURE_GATE = ObjectRef(FEATURE_GATE, "", "cluster")
THE_PROVISIONING = ObjectRef(PROVISIONING, "", "provisioning-configuration")
THE_ETCD = ObjectRef(ETCD, "", "cluster")
THE_NETWORK = ObjectRef(NETWORK, "", "cluster")
ADMIN_GATES = ObjectRef(CONFIG_MAP, "openshift-config-managed", "admin-gates")
ADMIN_ACKS = ObjectRef(CONFIG_MAP, "openshift-config", "admin-acks")


def dig(value: Any, *keys: Any) -> Any:
    """The value below I(keys), or None as soon as something on the way is missing or of another shape.

    Objects come from strangers (any client may have written them), so no level can be trusted to be a mapping.
    """
    for key in keys:
        if isinstance(key, int):
            value = value[key] if isinstance(value, list) and -len(value) <= key < len(value) else None
        elif isinstance(value, dict):  # what JSON gives; asking for a Mapping takes four times as long
            value = value.get(key)
        else:
            return None
    return value


def mapping(value: Any) -> Json:
    """I(value) if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """I(value) if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def condition(item: Json | None, kind: str) -> Json:
    """The condition of that type in an object's status, or an empty mapping."""
    conditions = sequence(dig(item, "status", "conditions"))
    return mapping(next((each for each in conditions if dig(each, "type") == kind), None))


class _Absent:
    """The value of a field that is not there (None is a value that JSON can hold)."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()


def value_at(value: Any, path: Sequence[Any]) -> Any:
    """Like C(dig), but C(ABSENT) where there is no such field."""
    *way, last = path
    holder = dig(value, *way)
    if isinstance(last, int):
        return holder[last] if isinstance(holder, list) and 0 <= last < len(holder) else ABSENT
    return mapping(holder).get(last, ABSENT)
