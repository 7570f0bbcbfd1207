# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures of an upgrade, switched on by the option --fault or by annotations of ClusterVersion, which may come and go."""

from __future__ import annotations

from dataclasses import dataclass, field

from .. import paths
from ..cluster import Cluster, condition
from ..kube import JsonObject
from . import status

PREFIX = "sandbox.test/"
SIGNATURE, PULL, MISMATCH = "fail-signature", "fail-pull", "mismatch"
STALL, DOWN, DEGRADED, MANIFEST = "stall-at", "down", "degrade", "reject-manifest"
POOL, DRAIN = "stick-pool", "hang-drain"
KNOWN = {
    SIGNATURE: "VERSION: its signature cannot be verified (force helps)",
    PULL: "VERSION: its payload cannot be downloaded",
    MISMATCH: "VERSION: its payload says that it is another one",
    STALL: "OPERATOR: it never reaches the new version",
    DOWN: "OPERATOR: it becomes unavailable when its turn comes",
    DEGRADED: "OPERATOR: it degrades when its turn comes",
    MANIFEST: "REASON: a manifest is rejected, e.g. UpdatePayloadResourceInvalid",
    POOL: "POOL: none of its nodes is updated",
    DRAIN: "POOL: the drain of its first node never ends",
}
_REASON = "SandboxFault"


@dataclass(frozen=True)
class Faults:
    """What was given on the command line, under the annotations."""

    cluster: Cluster
    given: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Of one fault; empty while it is off."""
        annotations = self.cluster.cluster_version["metadata"].get("annotations") or {}
        return annotations.get(PREFIX + name) or self.given.get(name, "")

    def upset(self, operator: JsonObject) -> None:
        """Give a ClusterOperator the conditions of its fault, and take them back when the fault is gone."""
        name = operator["metadata"]["name"]
        for fault, kind, bad, good in ((DOWN, "Available", "False", "True"), (DEGRADED, "Degraded", "True", "False")):
            stands, wanted = condition(operator, kind), self.value(fault) == name
            ours = stands.get("reason") == _REASON
            if wanted == ours:
                continue
            told = (bad, _REASON, f"{name} was told to fail") if wanted else (good, "AsExpected", "")
            status.write(self.cluster, status.Change(set={kind: told}), f"{paths.CLUSTER_OPERATORS}/{name}")


def parse(text: str) -> tuple[str, str]:
    """`NAME=VALUE`; raises ValueError for a name that is not known."""
    name, _mark, value = text.partition("=")
    if name not in KNOWN or not value:
        raise ValueError(f"{text!r}: NAME=VALUE with NAME of {', '.join(KNOWN)}")
    return name, value
