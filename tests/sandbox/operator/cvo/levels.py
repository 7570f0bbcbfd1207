# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order ClusterOperators are brought to a release, and how far that is in percent."""

from __future__ import annotations

from ..cluster import version_of
from ..kube import JsonObject

MANIFESTS = 970
MACHINE_CONFIG = 80
_LEVELS = {
    "config-operator": 10, "etcd": 20, "kube-apiserver": 20, "kube-controller-manager": 25, "kube-scheduler": 25,
    "openshift-apiserver": 30, "authentication": 30, "machine-api": 30, "cluster-api": 30, "dns": 70, "network": 70,
    "machine-config": MACHINE_CONFIG,
}  # fmt: skip
_MOST = 50


def level(operator: JsonObject) -> int:
    return _LEVELS.get(operator["metadata"]["name"], _MOST)


def pending(operators: list[JsonObject], version: str) -> list[JsonObject]:
    """The operators of the lowest level that has not reached the version, by name; empty when all have."""
    left = [operator for operator in operators if version_of(operator) != version]
    lowest = min((level(operator) for operator in left), default=0)
    return sorted((o for o in left if level(o) == lowest), key=lambda o: o["metadata"]["name"])


def done(operators: list[JsonObject], version: str) -> int:
    """Manifests applied, of MANIFESTS; grows with every operator."""
    reached = sum(version_of(operator) == version for operator in operators)
    return 120 + (MANIFESTS - 120) * reached // max(len(operators), 1)


def working_towards(version: str, count: int, waiting_on: list[str]) -> str:
    text = f"Working towards {version}: {count} of {MANIFESTS} done ({100 * count // MANIFESTS}% complete)"
    return f"{text}, waiting on {', '.join(waiting_on)}" if waiting_on else text
