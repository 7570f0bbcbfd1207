# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far an upgrade has come, from ClusterVersion alone."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.cluster import Snapshot
from ..model.objects import condition, dig, mapping

WAITING, REFUSED, RUNNING, COMPLETED, REPLACED = "waiting", "refused", "running", "completed", "replaced"
UNVERIFIED = "The update cannot be verified"
"""In the operator's text where a release's signature does not verify (cluster-version-operator, payload/retriever.go)."""
PULL = "Retrieving payload failed"
UPGRADEABLE = '"ClusterVersionUpgradeable" failed'
SOON, LATER, MUCH_LATER = "soon", "later", "much later"


@dataclass(frozen=True)
class Progress:
    """I(state) is C(waiting) (asked for, not accepted yet), C(refused), C(running), C(completed), or C(replaced): somebody asks for another.

    I(message) is the operator's own.
    """

    state: str
    message: str


def progress(snapshot: Snapshot, version: str) -> Progress:
    """Where the upgrade to I(version) stands.

    Progressing=True alone is never waited for: a request that was refused changes only ReleaseAccepted or Invalid. A refusal counts for
    the version that its text names, because generations lag while a request is refused.
    """
    newest = mapping(dig(snapshot.cluster_version, "status", "history", 0))
    if newest.get("version") == version:
        progressing = condition(snapshot.cluster_version, "Progressing")
        if newest.get("state") == "Completed":
            return Progress(COMPLETED, str(progressing.get("message") or f"Cluster version is {version}"))
        return Progress(RUNNING, str(progressing.get("message") or f"Working towards {version}"))
    asked = dig(snapshot.cluster_version, "spec", "desiredUpdate", "version")
    if isinstance(asked, str) and asked != version:
        return Progress(REPLACED, f"Somebody else asks for {asked} now.")
    for kind, refusal in (("Invalid", "True"), ("ReleaseAccepted", "False")):
        found = condition(snapshot.cluster_version, kind)
        message = str(found.get("message") or "")
        if found.get("status") == refusal and f'"{version}"' in message:
            return Progress(REFUSED, message)
    return Progress(WAITING, f"The Cluster Version Operator has not accepted {version} yet; is it running?")


def refusal_lasts(message: str) -> str:
    """How soon a refusal is to be believed: C(soon); C(later) where causes go away within minutes; C(much later) where a pull may succeed yet."""
    if UNVERIFIED in message:
        return SOON
    if PULL in message:
        return MUCH_LATER
    return LATER if UPGRADEABLE in message else SOON
