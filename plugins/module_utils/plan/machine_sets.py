# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From verdicts to patches of machine sets: only the image fields, and only if everything still is as it was judged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model.steps import JsonPatch, Step
from ..model.verdict import ABSENT, Update, Verdict


def updates(verdicts: Iterable[Verdict]) -> tuple[Step, ...]:
    """One step for every set that is to be updated."""
    return tuple(_step(each, each.decision) for each in verdicts if isinstance(each.decision, Update))


def _step(verdict: Verdict, update: Update) -> Step:
    machine_set = verdict.machine_set
    operations: list[dict[str, Any]] = [{"op": "test", "path": "/metadata/uid", "value": machine_set.uid}]
    for change in update.changes:
        path = pointer(*machine_set.provider_spec_path, *change.path)
        if change.old is ABSENT or change.old is None:
            operations.append({"op": "add", "path": path, "value": change.new})
            continue
        operations.append({"op": "test", "path": path, "value": change.old})
        operations.append({"op": "replace", "path": path, "value": change.new})
    return Step(
        machine_set.ref,
        JsonPatch(operations),
        before={
            ".".join(map(str, change.path)): None if change.old is ABSENT else change.old for change in update.changes
        },
        after={".".join(map(str, change.path)): change.new for change in update.changes},
    )


def pointer(*path: Any) -> str:
    """An RFC 6901 JSON pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
