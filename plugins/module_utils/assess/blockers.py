# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What blocks or endangers an upgrade, as far as boot images and the machine-config operator are concerned."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.conditions import Conditions
from ..model.gates import boot_images_decided, only_gates
from ..model.gates import gates as told_gates
from ..model.objects import condition, dig
from ..model.verdict import CRASH, FAIL, Finding, Skew, Verdict
from .finding import BLOCKER, WARNING, finding

CONFIGURATION = "MachineConfiguration cluster"


def findings(
    snapshot: Snapshot, verdicts: tuple[Verdict, ...], skew: Skew, conditions: Conditions
) -> Iterator[Finding]:
    """The cluster's, the operator's and the pools', then those of single sets."""
    yield from _cluster(snapshot)
    yield from _operator(snapshot)
    yield from _skew(skew)
    yield from _reported(conditions)
    yield from gates(snapshot)
    yield from _provisioning(snapshot)
    yield from _pools(snapshot)
    yield from _sets(verdicts)


def gates(snapshot: Snapshot) -> Iterator[Finding]:
    """Admin gates of the version the cluster is at without their acknowledgement.

    One about boot images is answered by what is configured; where nobody has said anything, it must not be acknowledged.
    """
    for gate in told_gates(snapshot):
        if gate.acknowledged:
            continue
        decided = not gate.about_boot_images or boot_images_decided(snapshot)
        reason = reasons.ADMIN_ACK_REQUIRED if decided else reasons.BOOT_IMAGES_UNDECIDED
        yield finding(BLOCKER, "admin gate " + gate.name, reason, gate.text)


def _cluster(snapshot: Snapshot) -> Iterator[Finding]:
    if snapshot.configuration is None and snapshot.configuration_known:
        yield finding(BLOCKER, CONFIGURATION, reasons.CONFIGURATION_MISSING, "It does not exist.")
    failing = condition(snapshot.cluster_version, "Failing")
    if failing.get("status") == "True":
        yield finding(BLOCKER, "ClusterVersion version", reasons.CLUSTER_FAILING, str(failing.get("message")))
    upgradeable = condition(snapshot.cluster_version, "Upgradeable")
    message = str(upgradeable.get("message"))
    if upgradeable.get("status") == "False" and not only_gates(snapshot, message):
        yield finding(WARNING, "ClusterVersion version", reasons.NOT_UPGRADEABLE, message)
    newest = dig(snapshot.cluster_version, "status", "history", 0)
    if dig(newest, "state") == "Partial":
        yield finding(
            WARNING, "ClusterVersion version", reasons.UPGRADE_UNDER_WAY, "To {}.".format(dig(newest, "version"))
        )


def _provisioning(snapshot: Snapshot) -> Iterator[Finding]:
    url = dig(snapshot.provisioning, "spec", "provisioningOSDownloadURL")
    if url:
        name, message = "Provisioning provisioning-configuration", f"spec.provisioningOSDownloadURL is {url}."
        yield finding(WARNING, name, reasons.LEGACY_PROVISIONING, message)


def _operator(snapshot: Snapshot) -> Iterator[Finding]:
    name = "ClusterOperator machine-config"
    degraded, available = condition(snapshot.operator, "Degraded"), condition(snapshot.operator, "Available")
    if degraded.get("status") == "True":
        yield finding(BLOCKER, name, reasons.OPERATOR_UNHEALTHY, str(degraded.get("message")))
    elif available.get("status") == "False":
        yield finding(BLOCKER, name, reasons.OPERATOR_UNHEALTHY, str(available.get("message")))
    upgradeable = condition(snapshot.operator, "Upgradeable")
    if upgradeable.get("status") == "False":
        yield finding(BLOCKER, name, reasons.OPERATOR_NOT_UPGRADEABLE, str(upgradeable.get("message")))


def _skew(skew: Skew) -> Iterator[Finding]:
    if skew.blocks:
        version = skew.rhcos_version or skew.ocp_version
        message = f"Skew enforcement is {skew.mode}, and the boot image on record is {version}."
        yield finding(BLOCKER, CONFIGURATION, reasons.BOOT_IMAGE_SKEW, message)


def _pools(snapshot: Snapshot) -> Iterator[Finding]:
    for pool in snapshot.pools:
        name = "MachineConfigPool {}".format(dig(pool, "metadata", "name"))
        if dig(pool, "spec", "paused") is True:
            yield finding(WARNING, name, reasons.POOL_PAUSED, "spec.paused is true.")
        degraded = condition(pool, "Degraded")
        if degraded.get("status") == "True":
            yield finding(BLOCKER, name, reasons.POOL_DEGRADED, str(degraded.get("message")))


def _reported(conditions: Conditions) -> Iterator[Finding]:
    """Errors of the operator's that name no machine set; those that do stand beside the set."""
    for each in conditions.reported:
        if not each.name:
            yield finding(BLOCKER, CONFIGURATION, each.reason, f"The operator reports: {each.text}")


def _sets(verdicts: tuple[Verdict, ...]) -> Iterator[Finding]:
    """One for each set that the operator reports an error on, or would fail on. What it reports degrades ClusterOperator machine-config,
    which is a blocker of its own."""
    for verdict in verdicts:
        operator, name = verdict.operator.lasting, str(verdict.machine_set.ref)
        if operator.will == CRASH:
            yield finding(BLOCKER, name, operator.reason, operator.message)
        elif verdict.reported:
            reason, text = verdict.reported.reason, verdict.reported.text
            yield finding(WARNING, name, reason, f"The operator reports: {text}")
        elif operator.will == FAIL:
            yield finding(WARNING, name, operator.reason, operator.message)
