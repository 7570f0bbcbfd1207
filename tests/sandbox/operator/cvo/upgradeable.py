# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ClusterVersion's Upgradeable: open gates, ClusterOperators, overrides, an update under way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..cluster import condition
from ..kube import JsonObject
from ..rules.behaviour import minor_of

_GATE = re.compile(r"ack-([4-5][.]\d+)-[^-]")
_IN_PROGRESS = "An update is already in progress and the details are in the Progressing condition"
_OVERRIDES = (
    "Disabling ownership via cluster version overrides prevents upgrades. Please remove overrides before continuing."
)


@dataclass(frozen=True)
class Blocker:
    """One cause of Upgradeable=False. `kind` is the sub-condition it has beside others up to 4.22."""

    kind: str
    reason: str
    message: str


def open_gates(gates: JsonObject | None, acks: JsonObject | None, version: str) -> dict[str, str]:
    """Gates of the release the cluster is at that nobody acknowledged with exactly "true"."""
    major, minor = minor_of(version)
    acknowledged = (acks or {}).get("data") or {}
    found = {}
    for key, text in sorted(((gates or {}).get("data") or {}).items()):
        at = _GATE.match(key)
        if at and at[1] == f"{major}.{minor}" and acknowledged.get(key) != "true":
            found[key] = text
    return found


def blockers(
    cluster_version: JsonObject,
    operators: list[JsonObject],
    gates: JsonObject | None,
    acks: JsonObject | None,
    running: str,
) -> list[Blocker]:
    """All of them; `running` is the CVO's own release."""
    new = minor_of(running) >= (4, 23)
    history = cluster_version.get("status", {}).get("history") or []
    at = next((entry["version"] for entry in history if entry["state"] == "Completed"), running)
    found = []
    if cluster_version.get("spec", {}).get("overrides"):
        reason = "ClusterVersionOverrides" if new else "ClusterVersionOverridesSet"
        found.append(Blocker("UpgradeableClusterVersionOverrides", reason, _OVERRIDES))
    unacknowledged = open_gates(gates, acks, running if new else at)
    if unacknowledged:
        reason = "RiskNameNotCompatibleWithReasonProperty" if new else "AdminAckRequired"
        found.append(Blocker("UpgradeableAdminAckRequired", reason, " ".join(unacknowledged.values())))
    refusing = [operator for operator in operators if condition(operator, "Upgradeable").get("status") == "False"]
    if refusing:
        found.append(_operators(refusing, new))
    if history and history[0]["state"] == "Partial" and minor_of(running) >= (4, 19):
        reason = "ClusterVersionUpdating" if new else "UpdateInProgress"
        found.append(Blocker("UpgradeableUpgradeInProgress", reason, _IN_PROGRESS))
    return found


def _operators(refusing: list[JsonObject], new: bool) -> Blocker:
    told = [(operator["metadata"]["name"], condition(operator, "Upgradeable")) for operator in refusing]
    if len(told) == 1:
        name, entry = told[0]
        message = f"Cluster operator {name} should not be upgraded between minor versions: {entry.get('message', '')}"
        reason = (
            "RiskNameNotCompatibleWithReasonProperty" if new else entry.get("reason") or "ClusterOperatorNotUpgradeable"
        )
        return Blocker("UpgradeableClusterOperators", reason, message)
    lines = [f"* Cluster operator {name} should not be upgraded between minor versions: {entry.get('message', '')}"
             for name, entry in sorted(told, key=lambda pair: pair[0])]  # fmt: skip
    message = "Multiple cluster operators should not be upgraded between minor versions:\n" + "\n".join(lines)
    return Blocker(
        "UpgradeableClusterOperators", "MultipleReasons" if new else "ClusterOperatorsNotUpgradeable", message
    )


def summary(found: list[Blocker]) -> tuple[str, str] | None:
    """Reason and message of Upgradeable=False; None when the condition is to be absent."""
    if not found:
        return None
    if len(found) == 1:
        return found[0].reason, found[0].message
    reasons = ",".join(blocker.reason for blocker in found)
    lines = "\n".join(f"* {blocker.message}" for blocker in found)
    text = f"Cluster should not be upgraded between minor versions for multiple reasons: {reasons}\n{lines}"
    return "MultipleReasons", text


def parts(found: list[Blocker], running: str) -> list[JsonObject]:
    """The sub-conditions that stand beside MultipleReasons up to 4.22; the one of a running update is True, oddly."""
    if len(found) < 2 or minor_of(running) >= (4, 23):
        return []
    return [
        {
            "type": blocker.kind, "reason": blocker.reason, "message": blocker.message,
            "status": "True" if blocker.kind == "UpgradeableUpgradeInProgress" else "False",
        }
        for blocker in found
    ]  # fmt: skip


ALL_PARTS = (
    "UpgradeableAdminAckRequired", "UpgradeableClusterOperators", "UpgradeableClusterVersionOverrides",
    "UpgradeableUpgradeInProgress",
)  # fmt: skip
