# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes on their way to a config: the annotations of the machine-config-daemon. A sample without nodes is fine."""

from __future__ import annotations

from . import paths
from .cluster import Cluster

_PREFIX = "machineconfiguration.openshift.io/"


def begin(cluster: Cluster, pool: str, target: str) -> str:
    """Cordon the pool's next node and let it work; its name, empty when the cluster shows no nodes."""
    listed = cluster.api.get(f"{paths.NODES}?labelSelector=node-role.kubernetes.io/{pool}")["items"]
    stale = [
        node["metadata"]["name"]
        for node in listed
        if (node["metadata"].get("annotations") or {}).get(f"{_PREFIX}currentConfig") != target
    ]
    if not stale:
        return ""
    change = {f"{_PREFIX}desiredConfig": target, f"{_PREFIX}state": "Working"}
    patch = {"metadata": {"annotations": change}, "spec": {"unschedulable": True}}
    cluster.api.merge(f"{paths.NODES}/{min(stale)}", patch)
    return min(stale)


def finish(cluster: Cluster, node: str, target: str) -> None:
    """The node runs the config."""
    if not node:
        return
    names = ("currentConfig", "desiredConfig")
    change = {**{f"{_PREFIX}{name}": target for name in names}, f"{_PREFIX}state": "Done"}
    cluster.api.merge(f"{paths.NODES}/{node}", {"metadata": {"annotations": change}, "spec": {"unschedulable": None}})
