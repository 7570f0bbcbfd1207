# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What machine sets hold after the writing; somebody else may have written at the same time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ..kube.client import Client
from ..model.cluster import MachineSet
from ..model.errors import WrittenBack
from ..model.objects import MACHINE_API, Kind, ObjectRef
from ..model.steps import Outcome
from ..model.verdict import Change
from ..plan.machine_sets import holds


def held(client: Client, kinds: Collection[Kind]) -> dict[ObjectRef, MachineSet]:
    """Every set of these kinds, as it is now."""
    sets = (MachineSet(kind, each) for kind in kinds for each in client.list_all(kind, MACHINE_API))
    return {each.ref: each for each in sets}


def read_back(outcome: Outcome, changes: tuple[Change, ...], now: MachineSet | None) -> Outcome:
    """The outcome of a write that the server took: an error all the same where the set does not hold it any more."""
    return outcome if holds(now, changes) else replace(outcome, error=_written_back(outcome.step.ref, now))


def _written_back(ref: ObjectRef, machine_set: MachineSet | None) -> WrittenBack:
    if machine_set is None:
        return WrittenBack(f"{ref} was written, but does not exist any more.")
    entries: list[Mapping[str, Any]] = machine_set.object["metadata"].get("managedFields") or [{}]
    last = max(entries, key=lambda each: str(each.get("time")))
    return WrittenBack(
        f"{ref} was written, but holds another image again; {last.get('manager', 'somebody')} wrote last. Find out who writes the set, "
        "and change it there."
    )
