# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ClusterOperators as they are brought to a release."""

from __future__ import annotations

from .. import paths
from ..cluster import Cluster, condition, version_of
from ..kube import JsonObject
from ..log import say
from . import status


def mark_progressing(cluster: Cluster, operator: JsonObject, version: str) -> None:
    name = operator["metadata"]["name"]
    change = status.Change(set={"Progressing": ("True", "Updating", f"Working towards {version}")})
    status.write(cluster, change, f"{paths.CLUSTER_OPERATORS}/{name}")


def mark_reached(cluster: Cluster, operator: JsonObject, version: str) -> None:
    """versions[name=operator], and every other entry that stood at the same version."""
    name = operator["metadata"]["name"]
    path = f"{paths.CLUSTER_OPERATORS}/{name}"
    live = cluster.api.get(path)
    before = version_of(live)
    entries = [
        {**entry, "version": version} if entry["version"] == before or entry["name"] == "operator" else entry
        for entry in live.get("status", {}).get("versions") or []
    ]
    if not any(entry["name"] == "operator" for entry in entries):
        entries.append({"name": "operator", "version": version})
    told = {"Progressing": ("False", "AsExpected", f"Cluster version is {version}")}
    available = condition(live, "Available")
    if before and before in available.get("message", ""):
        message = available["message"].replace(before, version)
        told["Available"] = (available["status"], available.get("reason", ""), message)
    change = status.Change(set=told, fields={"versions": entries})
    status.write(cluster, change, path)
    say("cvo", f"ClusterOperator {name} reached {version}")
