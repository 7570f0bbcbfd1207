# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels that the selector of mode Partial looks for, put on machine sets that are named and taken off others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model.cluster import MachineSet, Snapshot
from ..model.errors import NotFound, named
from ..model.objects import Json, mapping
from ..model.selectors import matches
from ..model.steps import MergePatch, Step
from ..model.wish import ConfigurationWish

LABEL = "okd-boot-images.io/managed"
"""The label put on machine sets that are named one by one."""


def labels(snapshot: Snapshot, wish: ConfigurationWish, selector: Json | None) -> tuple[Step, ...]:
    """What to label so that I(selector) finds the sets that are named: off first, then on.

    :raises NotFound: a machine set that is named does not exist.
    """
    if not wish.machine_sets or selector is None:
        return ()
    wanted: Mapping[str, str] = mapping(selector.get("matchLabels"))
    sets = {each.name: each for each in snapshot.machine_sets if each.kind.plural == wish.resource}
    unknown = [name for name in wish.machine_sets if name not in sets]
    if unknown:
        raise NotFound(
            "machine_sets names {}, which do not exist. There are: {}.".format(
                named(unknown), named(sorted(sets), 20) or "none"
            )
        )
    off = [
        each
        for name, each in sets.items()
        if wish.exclusive and name not in wish.machine_sets and matches(selector, each.labels)
    ]
    on = [sets[name] for name in dict.fromkeys(wish.machine_sets) if not matches(selector, sets[name].labels)]
    return (*(_label(each, dict.fromkeys(wanted)) for each in off), *(_label(each, wanted) for each in on))


def relabelled(sets: Iterable[MachineSet], steps: Iterable[Step]) -> tuple[MachineSet, ...]:
    """The sets as they will be once the steps are carried out."""
    changes = {step.ref: step.after["labels"] for step in steps}
    return tuple(_merged(each, changes[each.ref]) if each.ref in changes else each for each in sets)


def enrols_wrongly(snapshot: Snapshot, steps: tuple[Step, ...], old: Json | None, new: Json | None) -> bool:
    """Whether the labels would make the selector that still stands find a set that neither it nor the new one is meant to find.

    Only selectors that ask for a label's absence do that.
    """
    if old is None or new is None:
        return False
    then = relabelled(snapshot.machine_sets, steps)
    return any(
        not matches(old, was.labels) and matches(old, each.labels) and not matches(new, each.labels)
        for was, each in zip(snapshot.machine_sets, then)
    )


def _label(machine_set: MachineSet, changes: Mapping[str, str | None]) -> Step:
    """Set labels, or take them off where the value is None. The uid makes sure that it is the set that was judged."""
    body = {"metadata": {"uid": machine_set.uid, "labels": dict(changes)}}
    before = {key: machine_set.labels.get(key) for key in changes}
    return Step(machine_set.ref, MergePatch(body), {"labels": before}, {"labels": dict(changes)})


def _merged(machine_set: MachineSet, changes: Mapping[str, str | None]) -> MachineSet:
    merged = {**machine_set.labels, **changes}
    metadata = {
        **mapping(machine_set.object.get("metadata")),
        "labels": {key: value for key, value in merged.items() if value is not None},
    }
    return MachineSet(machine_set.kind, {**machine_set.object, "metadata": metadata})
