# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between a loaded payload and its acceptance; `force` waives all of it."""

from __future__ import annotations

from dataclasses import dataclass

from ..kube import JsonObject
from .semver import Version
from .upgradeable import Blocker, summary

_PATCH_LEVEL = ("UpgradeableUpgradeInProgress", "UpgradeableAdminAckRequired", "UpgradeableClusterOperators")
"""Blockers that let releases of the same minor pass."""


@dataclass(frozen=True)
class Failure:
    name: str
    reason: str
    message: str


def failures(target: str, cluster_version: JsonObject, blockers: list[Blocker]) -> list[Failure]:
    """All preconditions run; those that failed."""
    status = cluster_version.get("status", {})
    current = status["desired"]["version"]
    history = status.get("history") or []
    wanted, here = Version(target), Version(current)
    found = [_rollback(wanted, here, target, current, history), _giant_hop(wanted, here, target, current)]
    found.append(_upgradeable(wanted, here, history, blockers))
    return [failure for failure in found if failure]


def _rollback(wanted: Version, here: Version, target: str, current: str, history: list[JsonObject]) -> Failure | None:
    if wanted >= here:
        return None
    previous = next((entry["version"] for entry in history if entry["version"] != current), "")
    if previous == target and wanted.minor == here.minor:
        return None
    text = (
        f"{target} is less than the current target {current}, and the only supported rollback is to the cluster's "
        f"previous version {previous}"
    )
    return Failure("ClusterVersionRollback", "LowDesiredVersion", text.rstrip())


def _giant_hop(wanted: Version, here: Version, target: str, current: str) -> Failure | None:
    """4.19+; from 4.22 a step to 5.0 is one like any other."""
    if here.minor < (4, 19) or wanted.minor <= here.minor:
        return None
    if wanted.minor[0] > here.minor[0]:
        if here.minor >= (4, 22) and wanted.minor == (5, 0):
            return None
        return Failure(
            "ClusterVersionGiantHop", "MajorVersionUpdate", f"{target} has a larger major version than {current}"
        )
    if wanted.minor[1] <= here.minor[1] + 1:
        return None
    text = f"{target} is more than one minor version beyond {current}"
    return Failure("ClusterVersionGiantHop", "MultipleMinorVersionsUpdate", text)


def _upgradeable(wanted: Version, here: Version, history: list[JsonObject], blockers: list[Blocker]) -> Failure | None:
    """Measured from status.desired (4.17+), from the last Completed before."""
    if here.minor < (4, 17):
        completed = [Version(entry["version"]) for entry in history if entry["state"] == "Completed"]
        here = completed[0] if completed else here
    counted = list(blockers)
    if wanted.minor <= here.minor:
        passing = _PATCH_LEVEL if here.minor < (4, 22) else (*_PATCH_LEVEL, "UpgradeableClusterVersionOverrides")
        counted = [blocker for blocker in blockers if blocker.kind not in passing]
    told = summary(counted)
    return Failure("ClusterVersionUpgradeable", *told) if told else None


def message(found: list[Failure], version: str, image: str) -> str:
    """ReleaseAccepted's text."""
    lines = [f'Precondition "{f.name}" failed because of "{f.reason}": {f.message}' for f in found]
    text = lines[0] if len(lines) == 1 else "Multiple precondition checks failed:\n* " + "\n* ".join(lines)
    return f'Preconditions failed for payload loaded version="{version}" image="{image}": {text}'
