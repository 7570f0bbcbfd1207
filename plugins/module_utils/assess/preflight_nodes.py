# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that would stop their pool, or are too old for the next step; one finding for all nodes that share a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import reasons
from ..model.objects import Json, condition, dig, mapping
from ..model.reasons import Reason
from ..model.surroundings import Surroundings
from ..model.verdict import Finding
from .finding import BLOCKER, WARNING, finding, several

ROLES = ("node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane")
PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
STATE = "machineconfiguration.openshift.io/state"
LAG = 2
"""Minor releases of Kubernetes that a kubelet may be behind the control plane (kube-apiserver's Upgradeable holds it)."""
_KUBELET = re.compile(r"v?1\.(\d{1,3})\.")


def nodes(around: Surroundings, kubernetes: int, wanted: int) -> Iterator[Finding]:
    """A control plane's node blocks, any other warns; a kubelet that would fall too far behind blocks.

    :param kubernetes: the cluster's Kubernetes now, as N of 1.N; I(wanted): the target's.
    """
    found: dict[tuple[str, Reason], list[tuple[str, str]]] = {}
    for node in around.nodes:
        name = str(dig(node, "metadata", "name"))
        control_plane = any(role in mapping(dig(node, "metadata", "labels")) for role in ROLES)
        for reason, detail in _troubles(node):
            found.setdefault((BLOCKER if control_plane else WARNING, reason), []).append((name, detail))
        kubelet = str(dig(node, "status", "nodeInfo", "kubeletVersion"))
        behind = _behind(kubelet, kubernetes, wanted)
        if behind:
            found.setdefault((behind, reasons.NODE_BEHIND), []).append((name, kubelet))
    for (severity, reason), which in found.items():
        details = sorted({detail for _node, detail in which})
        yield finding(severity, several("Node", [node for node, _detail in which]), reason, "; ".join(details) + ".")


def _troubles(node: Json) -> Iterator[tuple[Reason, str]]:
    ready = condition(node, "Ready")
    if ready.get("status") != "True":
        yield reasons.NODE_NOT_READY, str(ready.get("message") or "It does not say that it is ready").rstrip(".")
    if dig(node, "spec", "unschedulable") is True:
        yield reasons.NODE_UNSCHEDULABLE, "spec.unschedulable is true"
    pressures = [kind for kind in PRESSURES if condition(node, kind).get("status") == "True"]
    if pressures:
        yield reasons.NODE_UNDER_PRESSURE, ", ".join(pressures)
    state = mapping(dig(node, "metadata", "annotations")).get(STATE)
    if state in ("Degraded", "Unreconcilable"):
        yield reasons.NODE_DEGRADED, f"{STATE} is {state}"


def _behind(kubelet: str, kubernetes: int, wanted: int) -> str | None:
    told = _KUBELET.match(kubelet)
    if told is None or int(told.group(1)) >= kubernetes:
        return None
    return BLOCKER if wanted - int(told.group(1)) > LAG else WARNING
