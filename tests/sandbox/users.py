# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's users and what they may do, as RBAC of the real API server."""

from __future__ import annotations

from typing import Any

from . import resources

# user → groups. `reader` has what a status of the boot images needs and no more; `nobody` has nothing at all.
USERS = {"admin": ("system:masters",), "operator": ("system:masters",), "reader": (), "nobody": ()}

_READ = ["get", "list", "watch"]
_RBAC = "rbac.authorization.k8s.io"


def objects() -> list[dict[str, Any]]:
    """Roles and bindings of `reader`: ConfigMaps are readable in three namespaces only, secrets nowhere."""
    rules = [
        _rule("config.openshift.io", "infrastructures", "clusterversions", "clusteroperators", "featuregates"),
        _rule("operator.openshift.io", "machineconfigurations"),
        _rule("machine.openshift.io", "machinesets", "machines", "controlplanemachinesets"),
        _rule("machineconfiguration.openshift.io", "machineconfigpools", "machineconfigs"),
        _rule("", "nodes"),
    ]
    cluster, configmaps = "boot-images-reader", "boot-images-configmaps-reader"
    found = [
        _object("ClusterRole", cluster, rules=rules),
        _object("ClusterRole", configmaps, rules=[_rule("", "configmaps")]),
        _object("ClusterRoleBinding", cluster, **_bind(cluster)),
    ]
    for namespace in (resources.MCO, resources.CONFIG, resources.CONFIG_MANAGED):
        found.append(_object("RoleBinding", configmaps, namespace, **_bind(configmaps)))
    return found


def _rule(group: str, *plurals: str) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": list(plurals), "verbs": _READ}


def _bind(role: str) -> dict[str, Any]:
    return {
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": _RBAC, "kind": "User", "name": "reader"}],
    }


def _object(kind: str, name: str, namespace: str | None = None, **fields: Any) -> dict[str, Any]:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": f"{_RBAC}/v1", "kind": kind, "metadata": metadata, **fields}
