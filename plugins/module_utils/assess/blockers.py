# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What blocks or endangers an upgrade, as far as boot images and the machine-config operator are concerned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.objects import Json, dig, mapping, sequence
from ..model.reasons import Reason
from ..model.verdict import Finding, Verdict
from ..model.version import Version

BLOCKER, WARNING = "blocker", "warning"
OLDEST_OCP, OLDEST_RHEL = (4, 13), (9, 2)
"""Below these the operator's upgrade guard closes; watched at work on 4.22 and main."""
_RHCOS = re.compile(r"^(\d{1,3})\.(\d{1,3})\.\d{8}")


def findings(snapshot: Snapshot, verdicts: tuple[Verdict, ...]) -> tuple[Finding, ...]:
    """Blockers first."""
    found = [
        *_cluster(snapshot),
        *_operator(snapshot),
        *_skew(snapshot),
        *gates(snapshot),
        *_provisioning(snapshot),
        *_pools(snapshot),
        *_sets(verdicts),
    ]
    return tuple(sorted(found, key=lambda each: each.severity))


def gates(snapshot: Snapshot) -> Iterator[Finding]:
    """Admin gates of the version the cluster is at without their acknowledgement; other versions' gates are inert."""
    release = Version.of(snapshot.current_version)
    acks = mapping(dig(snapshot.acks, "data"))
    for key, text in sorted(mapping(dig(snapshot.gates, "data")).items()):
        if key.startswith("ack-{}.{}-".format(*release.release)) and acks.get(key) != "true":
            yield _finding(BLOCKER, "admin gate " + key, reasons.ADMIN_ACK_REQUIRED, str(text))


def condition(item: Json | None, kind: str) -> Json:
    """The condition of that type, or an empty mapping."""
    return mapping(
        next((each for each in sequence(dig(item, "status", "conditions")) if dig(each, "type") == kind), None)
    )


def _cluster(snapshot: Snapshot) -> Iterator[Finding]:
    if snapshot.configuration is None and snapshot.configuration_known:
        yield _finding(BLOCKER, "MachineConfiguration cluster", reasons.CONFIGURATION_MISSING, "It does not exist.")
    failing = condition(snapshot.cluster_version, "Failing")
    if failing.get("status") == "True":
        yield _finding(BLOCKER, "ClusterVersion version", reasons.CLUSTER_FAILING, str(failing.get("message")))
    upgradeable = condition(snapshot.cluster_version, "Upgradeable")
    if upgradeable.get("status") == "False":
        yield _finding(WARNING, "ClusterVersion version", reasons.NOT_UPGRADEABLE, str(upgradeable.get("message")))
    newest = dig(snapshot.cluster_version, "status", "history", 0)
    if dig(newest, "state") == "Partial":
        yield _finding(
            WARNING, "ClusterVersion version", reasons.UPGRADE_UNDER_WAY, "To {}.".format(dig(newest, "version"))
        )


def _provisioning(snapshot: Snapshot) -> Iterator[Finding]:
    url = dig(snapshot.provisioning, "spec", "provisioningOSDownloadURL")
    if url:
        name, message = "Provisioning provisioning-configuration", f"spec.provisioningOSDownloadURL is {url}."
        yield _finding(WARNING, name, reasons.LEGACY_PROVISIONING, message)


def _operator(snapshot: Snapshot) -> Iterator[Finding]:
    name = "ClusterOperator machine-config"
    degraded, available = condition(snapshot.operator, "Degraded"), condition(snapshot.operator, "Available")
    if degraded.get("status") == "True":
        yield _finding(BLOCKER, name, reasons.OPERATOR_UNHEALTHY, str(degraded.get("message")))
    elif available.get("status") == "False":
        yield _finding(BLOCKER, name, reasons.OPERATOR_UNHEALTHY, str(available.get("message")))
    upgradeable = condition(snapshot.operator, "Upgradeable")
    if upgradeable.get("status") == "False":
        yield _finding(BLOCKER, name, reasons.OPERATOR_NOT_UPGRADEABLE, str(upgradeable.get("message")))


def _skew(snapshot: Snapshot) -> Iterator[Finding]:
    status = mapping(dig(snapshot.configuration, "status", "bootImageSkewEnforcementStatus"))
    mode = status.get("mode")
    record = mapping(status.get(str(mode).lower()))
    ocp, rhcos = record.get("ocpVersion"), record.get("rhcosVersion")
    release = Version.of(str(ocp))
    if mode == "None" or not (_too_old_rhcos(rhcos) or (release.known and release.release < OLDEST_OCP)):
        return
    message = f"Skew enforcement is {mode}, and the boot image on record is {rhcos or ocp}."
    yield _finding(BLOCKER, "MachineConfiguration cluster", reasons.BOOT_IMAGE_SKEW, message)


def _too_old_rhcos(version: Any) -> bool:
    """C(412.86.…) is RHEL 8.6 (OpenShift's release, then RHEL's without its dot), C(9.6.…) is RHEL 9.6."""
    match = _RHCOS.match(version) if isinstance(version, str) else None
    if not match:
        return False
    first, second = match.groups()
    rhel = (int(second[0]), int(second[1:] or 0)) if len(first) == 3 else (int(first), int(second))
    return rhel < OLDEST_RHEL


def _pools(snapshot: Snapshot) -> Iterator[Finding]:
    for pool in snapshot.pools:
        name = "MachineConfigPool {}".format(dig(pool, "metadata", "name"))
        if dig(pool, "spec", "paused") is True:
            yield _finding(WARNING, name, reasons.POOL_PAUSED, "spec.paused is true.")
        degraded = condition(pool, "Degraded")
        if degraded.get("status") == "True":
            yield _finding(BLOCKER, name, reasons.POOL_DEGRADED, str(degraded.get("message")))


def _sets(verdicts: tuple[Verdict, ...]) -> Iterator[Finding]:
    for verdict in verdicts:
        operator = verdict.operator.lasting
        if operator.will in ("fail", "crash"):
            severity = BLOCKER if operator.will == "crash" else WARNING
            yield _finding(severity, str(verdict.machine_set.ref), operator.reason, operator.message)


def _finding(severity: str, name: str, reason: Reason, message: str) -> Finding:
    return Finding(severity, name, reason, message, reason.remedy)
