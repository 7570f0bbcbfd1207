# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the walks share: which machine sets are meant, how long to wait, and how often to look again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Callable, TypeVar

from ..model.cluster import Snapshot
from ..model.errors import Conflict, NotFound, named
from ..model.objects import MACHINE_API, ObjectRef
from ..model.selectors import matches
from ..model.selectors import parse as parse_selector

LOOKS = 4
"""How often a walk is begun anew when somebody else changed an object meanwhile."""
T = TypeVar("T")


@dataclass(frozen=True)
class Selection:
    """Which machine sets are meant; no names and no label selectors mean all of the resource."""

    resource: str | None = None
    names: tuple[str, ...] = ()
    label_selectors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Patience:
    """Whether to wait until the cluster is settled, and how many seconds at most."""

    wait: bool = False
    seconds: float = 1800


def again_after_conflicts(look_and_write: Callable[[], T]) -> T:
    """A conflict means that what was judged is no longer so: look afresh, judge afresh, a bounded number of times."""
    for _look in range(LOOKS - 1):
        try:
            return look_and_write()
        except Conflict:
            continue
    return look_and_write()


def chosen(snapshot: Snapshot, selection: Selection) -> Collection[ObjectRef]:
    """The machine sets that are meant."""
    sets = [each for each in snapshot.machine_sets if selection.resource in (None, each.kind.plural)]
    existing = {each.name for each in sets}
    unknown = [name for name in selection.names if name not in existing]
    if unknown:
        raise NotFound(
            "names has {}, which do not exist in namespace {}. There are: {}.".format(
                named(unknown), MACHINE_API, named(sorted(existing), 20) or "none"
            )
        )
    selectors = [parse_selector(text) for text in selection.label_selectors]
    return {
        each.ref
        for each in sets
        if (not selection.names or each.name in selection.names)
        and all(matches(selector, each.labels) for selector in selectors)
    }
