# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of BootImageUpdateProgressing and BootImageUpdateDegraded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .behaviour import Behaviour

PROGRESSING = "BootImageUpdateProgressing"
DEGRADED = "BootImageUpdateDegraded"


@dataclass
class Stats:
    """Of one resource in the pass under way. `synced` are all that did not error, skipped ones included."""

    total: int = 0
    synced: int = 0
    skipped: int = 0
    errored: int = 0

    @property
    def finished(self) -> bool:
        return self.total == self.synced + self.errored


def progressing(mapi: Stats, control_plane: Stats, behaviour: Behaviour) -> tuple[bool, str]:
    """Status and message."""
    parts = [_reconciled(mapi, "MAPI MachineSets", behaviour.shows_skips)]
    if behaviour.minor >= (4, 21):
        parts.append(_reconciled(control_plane, "ControlPlaneMachineSets", False))
    parts += ["Reconciled 0 of 0 CAPI MachineSets", "Reconciled 0 of 0 CAPI MachineDeployments"]
    return not (mapi.finished and control_plane.finished), " | ".join(parts)


def _reconciled(stats: Stats, name: str, shows_skips: bool) -> str:
    if shows_skips and stats.skipped:
        return f"Reconciled {stats.synced - stats.skipped} of {stats.total} {name} ({stats.skipped} skipped)"
    return f"Reconciled {stats.synced} of {stats.total} {name}"


def degraded(mapi: Stats, control_plane: Stats, error: str, behaviour: Behaviour) -> tuple[bool, str]:
    """Status and message; `error` empty when there is none."""
    parts = [f"{mapi.errored} Degraded MAPI MachineSets"]
    if behaviour.minor >= (4, 21):
        parts.append(f"{control_plane.errored} Degraded ControlPlaneMachineSets")
    deployments = "0 Degraded CAPI MachineDeployments" if behaviour.minor >= (4, 22) else "0 CAPI MachineDeployments"
    parts += ["0 Degraded CAPI MachineSets", deployments]
    if error:
        parts.append(f"Error(s): {error}")
    return bool(error), " | ".join(parts)


def initial(behaviour: Behaviour) -> list[dict[str, str]]:
    """Both types as they start, reason NA; the last part of Degraded lacks its `Degraded` in every release."""
    _ignored, first = progressing(Stats(), Stats(), behaviour)
    _ignored, second = degraded(Stats(), Stats(), "", behaviour)
    second = second.replace("0 Degraded CAPI MachineDeployments", "0 CAPI MachineDeployments")
    return [
        {"type": PROGRESSING, "status": "False", "reason": "NA", "message": first},
        {"type": DEGRADED, "status": "False", "reason": "NA", "message": second},
    ]


def aggregate(errors: Sequence[str]) -> str:
    """Kubernetes' NewAggregate: one error stands bare, several in brackets, equal ones once."""
    unique = list(dict.fromkeys(errors))
    return unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]" if unique else ""
