# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list spec.managedBootImages.machineManagers: what stands in it and what should."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.cluster import Capabilities
from ..model.objects import Json, dig, mapping, sequence
from ..model.wish import AS_IT_IS, ConfigurationWish

API_GROUP = "machine.openshift.io"
WORKERS = "machinesets"
ALL, PARTIAL, NONE = "All", "Partial", "None"


def standing(current: Json | None) -> Any:
    """The list as it stands in spec; None where there is none."""
    return dig(current, "spec", "managedBootImages", "machineManagers")


def entry(current: Json | None, resource: str) -> Json | None:
    """The entry of one resource as it stands in spec."""
    return _of(resource, standing(current))


def selector(current: Json | None, resource: str) -> Json | None:
    """The selector of an entry that stands with mode Partial, else None."""
    selection = dig(entry(current, resource), "selection")
    return mapping(dig(selection, "partial", "machineResourceSelector")) if dig(selection, "mode") == PARTIAL else None


def limits(managers: Any) -> bool:
    """Whether the list limits the workers' management or switches it off: what the API refuses under Automatic skew enforcement."""
    workers = _of(WORKERS, managers)
    return managers == [] or (workers is not None and dig(workers, "selection", "mode") != ALL)


def wanted(
    current: Json, capabilities: Capabilities, wish: ConfigurationWish, chosen: Mapping[str, Any] | None
) -> list[Any] | None:
    """The whole list as it should stand (a write replaces it); None means: no stanza at all.

    Where the API knows the mode C(None), off is said with it, because there an absent entry means the release's default, which may be
    on. Where it does not (up to 4.18), off is said with the empty list: it is off on 4.19 and later, too, where an absent list would
    mean on as soon as the cluster is upgraded (and where the admin gate ack-4.18-boot-image-opt-out-in-4.19 asks about that before).

    :param chosen: the selector, of mode Partial.
    """
    stands = standing(current)
    if wish.mode == AS_IT_IS:
        return None if stands is None else sequence(stands)
    others = _others(current, wish)
    mine = entry(current, wish.resource)
    if wish.mode is None:
        if mine is None:  # the legacy way to say off is none of another resource's business
            return [] if stands == [] and wish.resource != WORKERS else (others or None)
        return [each for each in others if each is not mine] or None
    if wish.mode == NONE and NONE not in capabilities.modes:
        return [each for each in others if each is not mine]
    selection: dict[str, Any] = {"mode": wish.mode}
    if chosen is not None:
        selection["partial"] = {"machineResourceSelector": dict(chosen)}
    made = _entry(wish.resource, selection)
    if mine == made:
        return sequence(stands)
    if mine is None:
        return [*_workers_beside(current, wish), *others, made]
    return [*_workers_beside(current, wish), *(made if each is mine else each for each in others)]


def _others(current: Json, wish: ConfigurationWish) -> list[Any]:
    """What stands, with the empty list spelt out where another resource's entry is about to end its meaning of off for workers."""
    stands = standing(current)
    if stands == [] and wish.resource != WORKERS and wish.mode is not None:
        return [_entry(WORKERS, {"mode": NONE})]
    return sequence(stands)


def _workers_beside(current: Json, wish: ConfigurationWish) -> list[Any]:
    """The workers' entry to write along with another resource's, where they are managed by default.

    Some z-releases take a list without it for workers being off (OCPBUGS-72553). Where they are off by default, there is nothing to keep.
    """
    if wish.resource == WORKERS or entry(current, WORKERS) is not None or standing(current) == []:
        return []
    mirrored = _of(WORKERS, dig(current, "status", "managedBootImagesStatus", "machineManagers"))
    observed = dig(current, "metadata", "generation") == dig(current, "status", "observedGeneration")
    return [_entry(WORKERS, {"mode": ALL})] if observed and dig(mirrored, "selection", "mode") == ALL else []


def _of(resource: str, managers: Any) -> Json | None:
    for each in sequence(managers):
        if (dig(each, "resource"), dig(each, "apiGroup")) == (resource, API_GROUP):
            return mapping(each)
    return None


def _entry(resource: str, selection: Json) -> dict[str, Any]:
    return {"resource": resource, "apiGroup": API_GROUP, "selection": selection}
