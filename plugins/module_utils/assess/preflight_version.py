# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ClusterVersion says about itself."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.gates import gates, only_gates
from ..model.objects import condition, dig, mapping, sequence
from ..model.verdict import Finding
from ..model.version import Version
from .finding import BLOCKER, WARNING, finding, words

NAME = "ClusterVersion version"
UNDER_WAY = ("UpdateInProgress", "ClusterVersionUpdating")
"""Reasons of Upgradeable that linger up to two minutes after an upgrade."""
PASSES_OVERRIDES = (4, 22)
"""From here on overrides let releases of the same minor pass."""


def version(snapshot: Snapshot, target: str, minor: bool) -> Iterator[Finding]:
    """Its conditions, a request that stands there, and overrides."""
    yield from _under_way(snapshot, target)
    yield from _conditions(snapshot)
    yield from _request(snapshot, target)
    yield from _upgradeable(snapshot)
    overrides = [
        each for each in sequence(dig(snapshot.cluster_version, "spec", "overrides")) if dig(each, "unmanaged")
    ]
    if overrides:
        passes = not minor and Version.of(snapshot.current_version).release >= PASSES_OVERRIDES
        names = ", ".join("{} {}".format(dig(each, "kind"), dig(each, "name")) for each in overrides)
        yield finding(WARNING if passes else BLOCKER, NAME, reasons.CLUSTER_OVERRIDES, f"Unmanaged: {names}.")


def _under_way(snapshot: Snapshot, target: str) -> Iterator[Finding]:
    newest = mapping(dig(snapshot.cluster_version, "status", "history", 0))
    progressing = condition(snapshot.cluster_version, "Progressing")
    if newest.get("state") == "Partial":
        severity = WARNING if newest.get("version") == target else BLOCKER
        yield finding(severity, NAME, reasons.UPGRADE_UNDER_WAY, "To {}.".format(newest.get("version")))
    elif progressing.get("status") == "True":
        yield finding(BLOCKER, NAME, reasons.UPGRADE_UNDER_WAY, words(progressing))


def _conditions(snapshot: Snapshot) -> Iterator[Finding]:
    failing, invalid = condition(snapshot.cluster_version, "Failing"), condition(snapshot.cluster_version, "Invalid")
    if failing.get("status") == "True":
        yield finding(BLOCKER, NAME, reasons.CLUSTER_FAILING, words(failing))
    elif failing.get("status") == "Unknown":
        yield finding(WARNING, NAME, reasons.SUSPECTED_FAILURE, words(failing))
    if invalid.get("status") == "True":
        yield finding(BLOCKER, NAME, reasons.REQUEST_INVALID, words(invalid))


def _request(snapshot: Snapshot, target: str) -> Iterator[Finding]:
    """A request that is not carried out. A refused one for something else is replaced by ours, so it only warns then."""
    asked = mapping(dig(snapshot.cluster_version, "spec", "desiredUpdate"))
    accepted = condition(snapshot.cluster_version, "ReleaseAccepted")
    wanted = {key: asked[key] for key in ("version", "image") if asked.get(key)}
    unmet = any(dig(snapshot.cluster_version, "status", "desired", key) != each for key, each in wanted.items())
    history = [dig(each, "version") for each in sequence(dig(snapshot.cluster_version, "status", "history"))]
    # A version alone that is in the history is valid and ignored.
    pending = unmet and ("image" in wanted or asked.get("version") not in history)
    if accepted.get("status") == "False":
        severity = WARNING if pending and target not in ("", asked.get("version")) else BLOCKER
        yield finding(severity, NAME, reasons.RELEASE_NOT_ACCEPTED, words(accepted))
    elif pending and asked.get("version") != target:
        yield finding(BLOCKER, NAME, reasons.REQUEST_PENDING, "Asked for: {}.".format(asked.get("version")))


def _upgradeable(snapshot: Snapshot) -> Iterator[Finding]:
    """What it sums up stands among the findings in full; the condition itself blocks only for causes that do not."""
    told = condition(snapshot.cluster_version, "Upgradeable")
    if told.get("status") != "False":
        return
    message = words(told)
    if only_gates(snapshot, message):
        return
    operators = [each for each in snapshot.operators if condition(each, "Upgradeable").get("status") == "False"]
    overridden = bool(dig(snapshot.cluster_version, "spec", "overrides"))
    explained = (
        bool(operators)
        or overridden
        or told.get("reason") in UNDER_WAY
        or any(gate.text.strip() and gate.text.strip() in message for gate in gates(snapshot))
    )
    yield finding(WARNING if explained else BLOCKER, NAME, reasons.NOT_UPGRADEABLE, message)
