# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From verdicts to patches of machine sets: only the image fields, and only if everything still is as it was judged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model.cluster import MachineSet
from ..model.objects import ABSENT, dig
from ..model.steps import JsonPatch, Step
from ..model.verdict import Change, Update, Verdict


def updates(verdicts: Iterable[Verdict]) -> tuple[Step, ...]:
    """One step for every set that is to be updated."""
    return tuple(_step(each, each.decision.changes) for each in verdicts if isinstance(each.decision, Update))


def _step(verdict: Verdict, changes: tuple[Change, ...]) -> Step:
    machine_set = verdict.machine_set
    operations: list[dict[str, Any]] = [{"op": "test", "path": "/metadata/uid", "value": machine_set.uid}]
    generation = dig(machine_set.object, "metadata", "generation")
    if generation is not None and any(change.old in (ABSENT, None) for change in changes):
        # That a field is absent cannot be tested; so that nobody's is overwritten who adds it meanwhile, nothing in spec may have changed.
        operations.append({"op": "test", "path": "/metadata/generation", "value": generation})
    for change in changes:
        path = pointer(*machine_set.provider_spec_path, *change.path)
        if change.old is not ABSENT and change.old is not None:
            operations.append({"op": "test", "path": path, "value": change.old})
        if change.new is ABSENT:
            operations.append({"op": "remove", "path": path})
        else:
            operations.append({"op": "add", "path": path, "value": change.new})
    return Step(
        machine_set.ref,
        JsonPatch(operations),
        before={".".join(map(str, each.path)): _shown(each.old) for each in changes},
        after={".".join(map(str, each.path)): _shown(each.new) for each in changes},
    )


def _shown(value: Any) -> Any:
    return None if value is ABSENT else value


def pointer(*path: Any) -> str:
    """An RFC 6901 JSON pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def holds(machine_set: MachineSet | None, changes: tuple[Change, ...]) -> bool:
    """Whether the set holds what I(changes) wrote."""
    return machine_set is not None and all(
        dig(machine_set.provider_spec, *each.path) == _shown(each.new) for each in changes
    )
