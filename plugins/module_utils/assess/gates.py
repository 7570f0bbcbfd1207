# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator waits for before it looks at machine sets. While a gate is closed its conditions are old, or call waiting sets reconciled."""

from __future__ import annotations

from ..model.cluster import Snapshot
from ..model.objects import dig, mapping

HASH = "MCOVersionHash"
STAMPS = {"gates_on_release_image": "MCOReleaseImageVersion", "gates_on_release_version": "releaseVersion"}
"""Behaviour -> the key of ConfigMap coreos-bootimages that must be the operator's own version, beside MCOVersionHash."""


def cluster_gate(snapshot: Snapshot, behaves: frozenset[str]) -> str | None:
    """Why there is no pass at all: ClusterVersion's newest history entry is not Completed. None where that stops nothing."""
    newest = dig(snapshot.cluster_version, "status", "history", 0)
    if "waits_for_cluster_version" not in behaves or dig(newest, "state") == "Completed":
        return None
    version = dig(newest, "version") or "its first version"
    return f"The operator touches no machine set until ClusterVersion has completed {version}."


def stream_gate(snapshot: Snapshot, behaves: frozenset[str]) -> str | None:
    """Why a set waits for the stamps of ConfigMap coreos-bootimages, which the operator writes after the first upgraded master.

    MCOVersionHash is a commit that only the operator knows, so of that key no more can be told than that it is missing.
    """
    key = next((key for behaviour, key in STAMPS.items() if behaviour in behaves), None)
    if key is None or snapshot.stream is None:
        return None
    data, own = mapping(dig(snapshot.stream, "data")), snapshot.operator_version
    if not data.get(HASH):
        return f"The operator waits until it has stamped ConfigMap coreos-bootimages: {HASH} is missing."
    if own and data.get(key) != own:
        return (
            f"The operator of {own} waits until {key} of ConfigMap coreos-bootimages is its own; it is {data.get(key)}."
        )
    return None
