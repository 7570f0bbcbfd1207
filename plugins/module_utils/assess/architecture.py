# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which architecture a machine set is for, judged as the operator judges it."""

from __future__ import annotations

import re

from ..model import reasons
from ..model.cluster import MachineSet, Snapshot
from ..model.objects import CONTROL_PLANE_MACHINE_SET, condition, dig
from ..model.verdict import Failed
from .stream import ARCHITECTURES

ANNOTATION = "capacity.cluster-autoscaler.kubernetes.io/labels"
LABEL = "kubernetes.io/arch="
_PAYLOAD = re.compile(r'^Payload loaded .* architecture="([A-Za-z0-9]{1,10})"')
"""How the Cluster Version Operator says it of the release it has taken in, in condition ReleaseAccepted."""


def architecture(machine_set: MachineSet, snapshot: Snapshot) -> str | Failed:
    """Kubernetes' word for the set's architecture.

    The annotation holds comma-separated labels; of two kubernetes.io/arch the first counts and blanks after commas do not (observed).
    Without the annotation the control plane's own architecture holds, except in a multi-arch cluster, where it would be a guess. Of a
    ControlPlaneMachineSet the annotation is not read.
    """
    control_plane = machine_set.kind == CONTROL_PLANE_MACHINE_SET
    text = None if control_plane else machine_set.annotations.get(ANNOTATION)
    if not isinstance(text, str):
        if multi_arch(snapshot) and not control_plane:
            message = f"The cluster is multi-arch, and the set has no annotation {ANNOTATION}."
            return Failed(reasons.ARCHITECTURE_UNKNOWN, message)
        known = snapshot.control_plane_architecture
        if known in ARCHITECTURES:
            return str(known)
        return Failed(
            reasons.ARCHITECTURE_UNKNOWN,
            f"The set has no annotation {ANNOTATION}, and no control plane node tells the architecture.",
        )
    for part in text.split(","):
        if part.strip().startswith(LABEL):
            value = part.strip()[len(LABEL) :]
            if value in ARCHITECTURES:
                return value
            return Failed(
                reasons.ARCHITECTURE_INVALID,
                "The annotation {} names the architecture {!r}; {} are known.".format(
                    ANNOTATION, value, ", ".join(ARCHITECTURES)
                ),
            )
    return Failed(reasons.ARCHITECTURE_INVALID, f"The annotation {ANNOTATION} has no {LABEL}… in it: {text!r}.")


def operators_architecture(machine_set: MachineSet, snapshot: Snapshot, behaves: frozenset[str]) -> str | Failed:
    """What the operator takes the set's architecture for: up to 4.19 it guesses its own in a multi-arch cluster too."""
    found = architecture(machine_set, snapshot)
    guesses = "skips_unannotated_multi_arch" not in behaves
    own = snapshot.control_plane_architecture
    if guesses and isinstance(found, Failed) and found.reason is reasons.ARCHITECTURE_UNKNOWN and own in ARCHITECTURES:
        return str(own)
    return found


def clusters_architecture(snapshot: Snapshot) -> str | None:
    """The control plane's architecture, or C(Multi); told by ClusterVersion, else by a control plane node where one was read."""
    if multi_arch(snapshot):
        return "Multi"
    found = _PAYLOAD.match(str(condition(snapshot.cluster_version, "ReleaseAccepted").get("message")))
    told = found.group(1) if found else None
    known = (snapshot.control_plane_architecture, told)
    return next((each for each in known if each in (*ARCHITECTURES, "Multi")), None)


def multi_arch(snapshot: Snapshot) -> bool:
    """As far as ClusterVersion tells: the schemas of 4.20 and 4.21 know the field in tech preview only (observed)."""
    return bool(dig(snapshot.cluster_version, "status", "desired", "architecture") == "Multi")
