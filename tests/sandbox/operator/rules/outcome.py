# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of one machine set in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SecretChange:
    """The user-data stub after its upgrade: new text, and the spec it was upgraded to."""

    name: str
    user_data: str
    upgraded_to: str


@dataclass(frozen=True)
class Patched:
    provider_spec: dict[str, Any]
    secret: SecretChange | None = None


@dataclass(frozen=True)
class Unchanged:
    """Counted as reconciled, for whatever reason nothing was written."""

    note: str = "No patching required"


@dataclass(frozen=True)
class TemplateRebuilt:
    """vSphere: the template is made anew in vCenter under its name; the set stays as it is and counts as reconciled."""

    server: str
    datacenter: str
    template: str
    release: str


@dataclass(frozen=True)
class Skipped:
    """Counted in `(n skipped)` from 4.22, as reconciled before."""

    note: str


@dataclass(frozen=True)
class Error:
    """`text` is what follows `error syncing MAPI MachineSet <name>: `."""

    text: str


@dataclass(frozen=True)
class Dies:
    """The controller's process ends with a nil dereference or a failed type assertion."""

    why: str


Outcome = Patched | TemplateRebuilt | Unchanged | Skipped | Error | Dies


class Stop(Exception):
    """Raised by a check that ends the work on a set."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome
