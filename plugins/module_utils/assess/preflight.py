# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that stops or endangers an upgrade: one judgement for the report and for the decision to start."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.surroundings import Surroundings
from ..model.verdict import Assessment, Finding
from ..model.version import Version
from .finding import BLOCKER, WARNING
from .preflight_nodes import nodes
from .preflight_operators import operators
from .preflight_pools import pools
from .preflight_target import target as targets
from .preflight_version import version
from .preflight_workloads import workloads

JUDGED_HERE = (
    reasons.CLUSTER_FAILING, reasons.NOT_UPGRADEABLE, reasons.UPGRADE_UNDER_WAY, reasons.OPERATOR_UNHEALTHY,
    reasons.OPERATOR_NOT_UPGRADEABLE, reasons.POOL_PAUSED, reasons.POOL_DEGRADED,
)  # fmt: skip
"""What the judgement of boot images says of the cluster, and this one says in full."""
ONLY_FOR_MINORS = (
    reasons.ADMIN_ACK_REQUIRED, reasons.BOOT_IMAGES_UNDECIDED, reasons.OPERATOR_NOT_UPGRADEABLE,
    reasons.NOT_UPGRADEABLE, reasons.BOOT_IMAGE_SKEW,
)  # fmt: skip
"""What stops an upgrade to a later minor release, and no other (the Cluster Version Operator's own rule)."""


@dataclass(frozen=True)
class Target:
    """What an upgrade is asked for; an empty I(version) stands for the next minor release.

    I(explicit): by its image, at the user's own risk. I(risks): names of the known risks that are taken.
    """

    version: str = ""
    explicit: bool = False
    risks: Collection[str] = ()

    def release(self, here: Version) -> Version:
        """Of the release that it brings."""
        return Version.of(self.version) if self.version else replace(here, minor=here.minor + 1)


def preflight(snapshot: Snapshot, judged: Assessment, around: Surroundings, target: Target) -> tuple[Finding, ...]:
    """Blockers first; what only stops a minor upgrade is a warning for any other."""
    boot_images = [each for each in judged.findings if each.reason not in JUDGED_HERE]
    here = Version.of(snapshot.current_version)
    there = target.release(here)
    minor = there.release > here.release
    found = [
        *version(snapshot, target.version, minor),
        *targets(snapshot, target.version, target.explicit, target.risks),
        *operators(snapshot, around),
        *pools(snapshot),
        *nodes(around, here.kubernetes_minor, there.kubernetes_minor),
        *workloads(around, there),
        *boot_images,
    ]
    weighed = [
        each if minor or each.reason not in ONLY_FOR_MINORS else replace(each, severity=WARNING) for each in found
    ]
    return tuple(sorted(weighed, key=lambda each: each.severity != BLOCKER))
