# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of every machine set between two looks at a cluster, and which machines still run what was started from an older image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..model.objects import Json, dig, mapping, sequence
from .todo import need_not

UPDATED, CURRENT, OLD, UNKNOWN, NEW, GONE = "updated", "current", "old", "unknown", "new", "gone"
OURSELVES = "okd.boot_images"


def machine_sets(before: Json, after: Json, reconciled: Json) -> list[dict[str, Any]]:
    """One entry for every set that either look found.

    A set that only the first one found is C(gone) where the second one looked at sets of its kind at all, else C(unknown).
    """
    was, now = _by_key(before), _by_key(after)
    kinds = {key[0] for key in now}
    written = {_key(each) for each in map(mapping, sequence(reconciled.get("machine_sets"))) if each.get("updated")}
    found = []
    for key in [*now, *(key for key in was if key not in now)]:
        old, new = was.get(key, {}), now.get(key, {})
        state = _state(old, new, bool(was)) if new else (GONE if key[0] in kinds else UNKNOWN)
        found.append(
            {
                "name": key[2],
                "namespace": key[1],
                "resource": key[0],
                "state": state,
                "before": old.get("current"),
                "before_age": dig(old, "age", "text"),
                "after": new.get("current"),
                "after_age": dig(new, "age", "text"),
                "target": (new or old).get("target"),
                "managed_by": (new or old).get("managed_by"),
                "updated_by": _writer(new, key in written) if state == UPDATED else None,
                "decision": new.get("decision"),
                "reason": new.get("reason"),
                "message": new.get("message"),
                "reported": dig(new, "operator", "reported"),
            }
        )
    return found


def _state(old: Json, new: Json, compared: bool) -> str:
    drift = new.get("drift")
    if drift is not False:
        return OLD if drift else UNKNOWN
    if not old:
        return NEW if compared else CURRENT
    return CURRENT if old.get("current") == new.get("current") else UPDATED


def _writer(new: Json, ours: bool) -> str | None:
    """Who brought the set to its image; None where nobody is known to write it."""
    manager = new.get("managed_by")
    return OURSELVES if ours else None if manager in (None, "nobody") else str(manager)


def counts(sets: Sequence[Json]) -> dict[str, int]:
    """How many sets there are; C(current) boot what they should, C(left) do not, C(updated) came to it in this run.

    C(aside) do not, either, and need not: the control plane's where nobody looks after it.
    """
    there = [each["state"] for each in sets if each["state"] != GONE]
    aside = sum(1 for each in sets if each["state"] == OLD and need_not(each))
    return {
        "total": len(there),
        "updated": there.count(UPDATED),
        "current": sum(1 for state in there if state in (UPDATED, CURRENT, NEW)),
        "left": there.count(OLD) - aside,
        "aside": aside,
        "unknown": there.count(UNKNOWN),
    }


def machines(after: Json) -> dict[str, Any] | None:
    """How many Machines exist and which were started from another image than their set names now; None where nobody looked."""
    if not sequence(after.get("machines")):
        return None
    found = [mapping(each) for each in sequence(after["machines"])]
    told = ("name", "machine_set", "node", "phase", "current")
    old = [
        {**{key: each.get(key) for key in told}, "age": dig(each, "age", "text")} for each in found if each.get("drift")
    ]
    return {"total": len(found), "unknown": sum(1 for each in found if each.get("drift") is None), "old": old}


def _by_key(answer: Json) -> dict[tuple[str, str, str], Json]:
    return {_key(each): each for each in map(mapping, sequence(answer.get("machine_sets")))}


def _key(each: Json) -> tuple[str, str, str]:
    """Names alone are not enough: a machine set may be called C(cluster), as the control plane's is."""
    return (str(each.get("resource")), str(each.get("namespace")), str(each.get("name")))
