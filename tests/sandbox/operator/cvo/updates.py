# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the update service offers: availableUpdates and RetrievedUpdates, by release and channel."""

from __future__ import annotations

from ... import releases
from .. import paths
from ..cluster import Cluster
from ..kube import JsonObject
from .status import Change


def retrieved(cluster_version: JsonObject, version: str) -> Change:
    """After a (re)fetch for the release the cluster is at. An empty list is written as null, as CVO does."""
    channel = cluster_version.get("spec", {}).get("channel", "")
    if not channel:
        text = "The update channel has not been configured."
        return _failed("NoChannel", text)
    if releases.is_okd(version) and channel.rpartition("-")[0] in ("eus", "fast", "candidate"):
        text = "Unable to retrieve available updates: unexpected HTTP status: 400 Bad Request"
        return _failed("ResponseFailed", text)
    updates = [releases.update(found) for found in releases.available_updates(version, channel)]
    return Change(set={"RetrievedUpdates": ("True", "", "")}, fields={"availableUpdates": updates or None})


def _failed(reason: str, text: str) -> Change:
    return Change(set={"RetrievedUpdates": ("False", reason, text)}, fields={"availableUpdates": None})


def remembered_channel(cluster: Cluster, now: str) -> str:
    """For which channel the list was fetched, also by a process before this one; at the very first the one now set."""
    found = cluster.api.find(paths.MEMORY)
    if found is None or not cluster.is_of_this_cluster(found):
        remember_channel(cluster, now)
        return now
    return found["data"]["channel"]


def remember_channel(cluster: Cluster, channel: str) -> None:
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "sandbox-operator",
            "namespace": "openshift-cluster-version",
            "annotations": cluster.mark(),
        },
        "data": {"channel": channel},
    }
    cluster.api.apply(paths.MEMORY, body, "cluster-version-operator")
