# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ClusterOperators say, and of etcd what its own operator says."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.objects import Json, condition, dig, sequence
from ..model.surroundings import Surroundings
from ..model.verdict import Finding
from .finding import BLOCKER, finding, words

ETCD_WANTED = (("EtcdMembersAvailable", "True"), ("EtcdMembersDegraded", "False"))


def operators(snapshot: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """A missing condition Degraded or Available counts as bad, as with the Cluster Version Operator."""
    under_way = dig(snapshot.cluster_version, "status", "history", 0, "state") == "Partial"
    for each in sorted(snapshot.operators, key=_name):
        yield from _health(each)
        refusing = condition(each, "Upgradeable")
        if refusing.get("status") == "False":
            yield finding(BLOCKER, f"ClusterOperator {_name(each)}", reasons.OPERATOR_NOT_UPGRADEABLE, words(refusing))
        at = reached(each)
        if at and at != snapshot.current_version and snapshot.current_version and not under_way:
            message = f"It is at {at}, the cluster at {snapshot.current_version}."
            yield finding(BLOCKER, f"ClusterOperator {_name(each)}", reasons.OPERATOR_BEHIND, message)
    yield from _etcd(around.etcd)


def reached(operator: Json) -> str:
    """The version whose operands are all rolled out."""
    for entry in sequence(dig(operator, "status", "versions")):
        if dig(entry, "name") == "operator":
            return str(dig(entry, "version") or "")
    return ""


def _health(operator: Json) -> Iterator[Finding]:
    name = f"ClusterOperator {_name(operator)}"
    available, degraded = condition(operator, "Available"), condition(operator, "Degraded")
    if available.get("status") != "True":
        yield finding(
            BLOCKER, name, reasons.OPERATOR_UNHEALTHY, words(available, "It does not say that it is available.")
        )
    elif degraded.get("status") != "False":
        yield finding(BLOCKER, name, reasons.OPERATOR_UNHEALTHY, words(degraded, "It does not say that it is well."))


def _etcd(etcd: Json | None) -> Iterator[Finding]:
    for kind, wanted in ETCD_WANTED:
        told = condition(etcd, kind)
        if told and told.get("status") != wanted:
            yield finding(BLOCKER, "Etcd cluster", reasons.ETCD_UNHEALTHY, words(told, f"{kind} is not {wanted}."))


def _name(operator: Json) -> str:
    return str(dig(operator, "metadata", "name"))
