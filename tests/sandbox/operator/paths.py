# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the objects of the play stand in the API."""

from __future__ import annotations

MCO = "openshift-machine-config-operator"
MAPI = "openshift-machine-api"

CLUSTER_VERSIONS = "/apis/config.openshift.io/v1/clusterversions"
CLUSTER_VERSION = f"{CLUSTER_VERSIONS}/version"
CLUSTER_OPERATORS = "/apis/config.openshift.io/v1/clusteroperators"
INFRASTRUCTURES = "/apis/config.openshift.io/v1/infrastructures"
FEATURE_GATES = "/apis/config.openshift.io/v1/featuregates"
PROVISIONINGS = "/apis/metal3.io/v1alpha1/provisionings"
MACHINE_CONFIGURATIONS = "/apis/operator.openshift.io/v1/machineconfigurations"
MACHINE_CONFIGURATION = f"{MACHINE_CONFIGURATIONS}/cluster"
MACHINE_CONFIG_POOLS = "/apis/machineconfiguration.openshift.io/v1/machineconfigpools"
MACHINE_CONFIGS = "/apis/machineconfiguration.openshift.io/v1/machineconfigs"
NODES = "/api/v1/nodes"
MACHINE_SETS = f"/apis/machine.openshift.io/v1beta1/namespaces/{MAPI}/machinesets"
CONTROL_PLANE_MACHINE_SETS = f"/apis/machine.openshift.io/v1/namespaces/{MAPI}/controlplanemachinesets"
SECRETS = f"/api/v1/namespaces/{MAPI}/secrets"
DEPLOYMENTS = f"/apis/apps/v1/namespaces/{MCO}/deployments"
DEPLOYMENT = f"{DEPLOYMENTS}/machine-config-operator"
MCO_CONFIG_MAPS = f"/api/v1/namespaces/{MCO}/configmaps"
GATES_CONFIG_MAPS = "/api/v1/namespaces/openshift-config-managed/configmaps"
ACKS_CONFIG_MAPS = "/api/v1/namespaces/openshift-config/configmaps"
BOOT_IMAGES = "coreos-bootimages"
GATES = "admin-gates"
ACKS = "admin-acks"
MEMORY = "/api/v1/namespaces/openshift-cluster-version/configmaps/sandbox-operator"
