# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds a sandbox holds: where the API serves them, and in which namespace they live by default."""

from __future__ import annotations

from dataclasses import dataclass

MACHINE_API = "openshift-machine-api"
MCO = "openshift-machine-config-operator"
CONFIG = "openshift-config"
CONFIG_MANAGED = "openshift-config-managed"
NAMESPACES = (
    MACHINE_API,
    MCO,
    CONFIG,
    CONFIG_MANAGED,
    "openshift-cluster-version",
    "openshift-etcd",
    "openshift-monitoring",
)


@dataclass(frozen=True)
class Resource:
    """One resource of the API."""

    plural: str
    kind: str
    api_version: str
    namespace: str | None = None  # None: cluster-scoped; else the namespace used where none is named
    crd: bool = True

    def path(self, namespace: str | None = None) -> str:
        """The URL path of its collection; namespace `*` means all namespaces."""
        root = "/api/" if "/" not in self.api_version else "/apis/"
        scope = namespace or self.namespace
        middle = f"/namespaces/{scope}" if self.namespace and scope != "*" else ""
        return f"{root}{self.api_version}{middle}/{self.plural}"


_ALL = (
    Resource("machineconfigurations", "MachineConfiguration", "operator.openshift.io/v1"),
    Resource("machinesets", "MachineSet", "machine.openshift.io/v1beta1", MACHINE_API),
    Resource("machines", "Machine", "machine.openshift.io/v1beta1", MACHINE_API),
    Resource("controlplanemachinesets", "ControlPlaneMachineSet", "machine.openshift.io/v1", MACHINE_API),
    Resource("infrastructures", "Infrastructure", "config.openshift.io/v1"),
    Resource("clusterversions", "ClusterVersion", "config.openshift.io/v1"),
    Resource("clusteroperators", "ClusterOperator", "config.openshift.io/v1"),
    Resource("featuregates", "FeatureGate", "config.openshift.io/v1"),
    Resource("machineconfigpools", "MachineConfigPool", "machineconfiguration.openshift.io/v1"),
    Resource("machineconfigs", "MachineConfig", "machineconfiguration.openshift.io/v1"),
    Resource("nodes", "Node", "v1", crd=False),
    Resource("namespaces", "Namespace", "v1", crd=False),
    Resource("configmaps", "ConfigMap", "v1", MCO, crd=False),
    Resource("secrets", "Secret", "v1", MACHINE_API, crd=False),
    Resource("events", "Event", "v1", MACHINE_API, crd=False),
    Resource("pods", "Pod", "v1", MACHINE_API, crd=False),
    Resource("serviceaccounts", "ServiceAccount", "v1", MACHINE_API, crd=False),
    Resource("poddisruptionbudgets", "PodDisruptionBudget", "policy/v1", MACHINE_API, crd=False),
    Resource("certificatesigningrequests", "CertificateSigningRequest", "certificates.k8s.io/v1", crd=False),
    Resource("customresourcedefinitions", "CustomResourceDefinition", "apiextensions.k8s.io/v1", crd=False),
    Resource("clusterroles", "ClusterRole", "rbac.authorization.k8s.io/v1", crd=False),
    Resource("clusterrolebindings", "ClusterRoleBinding", "rbac.authorization.k8s.io/v1", crd=False),
    Resource("roles", "Role", "rbac.authorization.k8s.io/v1", MACHINE_API, crd=False),
    Resource("rolebindings", "RoleBinding", "rbac.authorization.k8s.io/v1", MACHINE_API, crd=False),
    Resource("validatingadmissionpolicies", "ValidatingAdmissionPolicy", "admissionregistration.k8s.io/v1", crd=False),
    Resource(
        "validatingadmissionpolicybindings",
        "ValidatingAdmissionPolicyBinding",
        "admissionregistration.k8s.io/v1",
        crd=False,
    ),
)
CUSTOM = tuple(resource for resource in _ALL if resource.crd)
_BY_NAME = {name: resource for resource in _ALL for name in (resource.plural, resource.kind)}

# What a sample, a test or the operator may have left, and a new load takes away.
WIPED = tuple(_BY_NAME[name] for name in (
    "machineconfigurations", "machinesets", "machines", "controlplanemachinesets", "infrastructures", "clusterversions",
    "clusteroperators", "featuregates", "machineconfigpools", "machineconfigs", "nodes", "configmaps", "secrets",
    "events", "pods", "poddisruptionbudgets", "certificatesigningrequests",
))  # fmt: skip


def find(name: str) -> Resource:
    """A resource by plural or kind; raises KeyError naming those that are known."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise KeyError(
            f"no resource {name!r} in the sandbox; known: {', '.join(sorted(r.plural for r in _ALL))}"
        ) from None
