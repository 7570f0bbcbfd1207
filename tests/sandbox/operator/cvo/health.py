# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progressing and Failing of ClusterVersion, by what the ClusterOperators it waits for report."""

from __future__ import annotations

from .. import pace
from ..cluster import condition
from ..kube import JsonObject
from . import levels
from .status import Change

_NOT_AVAILABLE = "ClusterOperatorNotAvailable"
_DEGRADED = "ClusterOperatorDegraded"


def is_down(operator: JsonObject) -> bool:
    return condition(operator, "Available").get("status") != "True"


def is_degraded(operator: JsonObject) -> bool:
    """A missing condition counts as degraded."""
    return condition(operator, "Degraded").get("status") != "False"


def working(text: str, reason: str = "") -> Change:
    return Change(set={"Progressing": ("True", reason, text), "Failing": ("False", "", "")})


def applying(version: str, waiting: list[JsonObject], count: int, elapsed: float) -> Change:
    """While a payload is being applied; `elapsed` in seconds since CVO began to wait for these operators."""
    names = _names(waiting)
    down = _names([operator for operator in waiting if is_down(operator)])
    degraded = _names([operator for operator in waiting if is_degraded(operator)])
    if down:
        told = f"Unable to apply {version}: the cluster operator {down[0]} is not available"
        return _failing("True", _NOT_AVAILABLE, f"Cluster operator {down[0]} is not available", _NOT_AVAILABLE, told)
    if degraded and elapsed <= pace.DEGRADED_PATIENCE:
        waits = f"waiting up to 40 minutes on {', '.join(degraded)}"
        return working(f"{levels.working_towards(version, count, [])}, {waits}", _DEGRADED)
    if degraded:
        listed = ", ".join(degraded)
        told = f"Unable to apply {version}: wait has exceeded 40 minutes for these operators: {listed}"
        return _failing("True", _DEGRADED, f"Cluster operator {degraded[0]} is degraded", _DEGRADED, told)
    text = levels.working_towards(version, count, names)
    patience = pace.SLOW_MACHINE_CONFIG if names == ["machine-config"] else pace.SLOW
    if elapsed > patience:
        minutes = int(patience / 60)
        slow = f"waiting on {', '.join(names)} over {minutes} minutes which is longer than expected"
        text = f"{levels.working_towards(version, count, [])}, {slow}"
        return _failing("Unknown", "SlowClusterOperator", slow, "", text)
    return working(text)


def rejected(version: str, reason: str) -> Change:
    """A manifest that the API server does not take."""
    why = 'Could not update deployment "openshift-console/console" (210 of 970): the object is invalid'
    return _failing("True", reason, why, reason, f"Unable to apply {version}: {why}")


def reconciling(version: str, operators: list[JsonObject]) -> Change:
    """After completion: no patience."""
    for sick, reason, word in ((is_down, _NOT_AVAILABLE, "not available"), (is_degraded, _DEGRADED, "degraded")):
        names = _names([operator for operator in operators if sick(operator)])
        if names:
            told = f"Error while reconciling {version}: the cluster operator {names[0]} is {word}"
            failing = ("True", reason, f"Cluster operator {names[0]} is {word}")
            return Change(set={"Failing": failing, "Progressing": ("False", reason, told)})
    fine = ("False", "", f"Cluster version is {version}")
    return Change(set={"Failing": ("False", "", ""), "Progressing": fine})


def _failing(status: str, reason: str, message: str, progressing: str, told: str) -> Change:
    return Change(set={"Failing": (status, reason, message), "Progressing": ("True", progressing, told)})


def _names(operators: list[JsonObject]) -> list[str]:
    return sorted(operator["metadata"]["name"] for operator in operators)
