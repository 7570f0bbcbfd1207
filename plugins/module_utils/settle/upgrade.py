# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far an upgrade has come, from ClusterVersion alone."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.cluster import Snapshot
from ..model.objects import condition, dig, mapping

WAITING, REFUSED, RUNNING, COMPLETED = "waiting", "refused", "running", "completed"


@dataclass(frozen=True)
class Progress:
    """I(state) is C(waiting) (asked for, not accepted yet), C(refused), C(running) or C(completed); I(message) is the operator's own."""

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
    for kind, refusal in (("Invalid", "True"), ("ReleaseAccepted", "False")):
        found = condition(snapshot.cluster_version, kind)
        message = str(found.get("message") or "")
        if found.get("status") == refusal and f'"{version}"' in message:
            return Progress(REFUSED, message)
    return Progress(WAITING, f"The Cluster Version Operator has not accepted {version} yet; is it running?")
