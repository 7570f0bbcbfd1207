# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a wish to writes of MachineConfiguration/cluster and of the labels that its selector looks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..model.cluster import Capabilities, MachineSet, Snapshot
from ..model.errors import Forbidden, InvalidInput, NotFound, Unsupported, named
from ..model.objects import THE_CONFIGURATION, Json, dig, mapping, sequence
from ..model.selectors import fault, is_empty, matches
from ..model.steps import MergePatch, Step, write_spec
from ..model.wish import ConfigurationWish

API_GROUP = "machine.openshift.io"
LABEL = "okd-boot-images.io/managed"
"""The label put on machine sets that are named one by one."""
WORKERS = "machinesets"
ALL, PARTIAL, NONE = "All", "Partial", "None"


def configuration(snapshot: Snapshot, wish: ConfigurationWish) -> tuple[Step, ...]:
    """The steps, in an order that enrols no wrong set for a moment: unlabel, label, configure. None where all is as wished.

    :raises InvalidInput: the wish contradicts itself or the API's rules.
    :raises Unsupported: this cluster's API cannot express it.
    :raises NotFound: a machine set that is named does not exist, or MachineConfiguration/cluster is missing.
    """
    current = snapshot.configuration
    if not snapshot.configuration_known:
        raise Forbidden(next(each.why for each in snapshot.not_checked if each.what == "MachineConfiguration"))
    if current is None:
        raise NotFound(
            "MachineConfiguration cluster does not exist. The Machine Config Operator creates it: check that it runs and that this is "
            "OpenShift or OKD 4.14 or later."
        )
    _check(snapshot.capabilities, wish)
    selector = _selector(wish)
    labels = _labels(snapshot, wish, selector)
    return (*labels, *_configure(snapshot, current, wish, selector))


def foreseen(snapshot: Snapshot, wish: ConfigurationWish) -> Snapshot:
    """The cluster as it would stand with the wish fulfilled and the operator yet to notice: for weighing it before it is written."""
    current = mapping(snapshot.configuration)
    selector = _selector(wish)
    managers = _managers(current, snapshot.capabilities, wish, selector)
    stanza = {} if managers is None else {"machineManagers": managers}
    observed = dig(current, "status", "observedGeneration")
    configuration_object = {
        **current,
        "spec": {**mapping(current.get("spec")), "managedBootImages": stanza},
        "metadata": {
            **mapping(current.get("metadata")),
            "generation": observed + 1 if isinstance(observed, int) else 1,
        },
    }
    labels = {step.ref: step.after["labels"] for step in _labels(snapshot, wish, selector)}
    sets = tuple(_relabelled(each, labels[each.ref]) if each.ref in labels else each for each in snapshot.machine_sets)
    return replace(snapshot, configuration=configuration_object, machine_sets=sets)


def entry(configuration_object: Json | None, resource: str) -> Json | None:
    """The entry of one resource as it stands in spec."""
    for each in sequence(dig(configuration_object, "spec", "managedBootImages", "machineManagers")):
        if (dig(each, "resource"), dig(each, "apiGroup")) == (resource, API_GROUP):
            return mapping(each)
    return None


def _check(capabilities: Capabilities, wish: ConfigurationWish) -> None:
    if not capabilities.modes:
        raise Unsupported(
            "This cluster's MachineConfiguration has no managedBootImages: its release cannot manage boot images. "
            "Upgrade to 4.17 or later, or update the machine sets with machineset_boot_image."
        )
    if wish.resource not in capabilities.resources:
        raise Unsupported(
            "This cluster's MachineConfiguration does not know the resource {}; it knows {}.".format(
                wish.resource, ", ".join(sorted(capabilities.resources))
            )
        )
    if wish.mode != PARTIAL and (wish.selector is not None or wish.machine_sets or wish.exclusive):
        raise InvalidInput(f"selector, machine_sets and exclusive belong to mode Partial; mode is {wish.mode}.")
    if wish.mode == PARTIAL:
        _check_partial(wish)


def _check_partial(wish: ConfigurationWish) -> None:
    if wish.resource == "controlplanemachinesets":
        raise InvalidInput(
            "mode Partial is not possible for controlplanemachinesets: the API permits All and None only."
        )
    if wish.selector is None and not wish.machine_sets:
        raise InvalidInput("mode Partial needs selector (matchLabels or matchExpressions) or machine_sets (names).")
    if wish.selector is not None:
        wrong = fault(wish.selector)
        if wrong:
            raise InvalidInput(f"selector cannot be used: {wrong}.")
        if is_empty(wish.selector):
            raise InvalidInput(
                "selector is empty, and an empty selector matches every machine set. Use mode All if that is meant."
            )
    if (
        wish.machine_sets
        and wish.selector is not None
        and (not wish.selector.get("matchLabels") or wish.selector.get("matchExpressions"))
    ):
        raise InvalidInput(
            "With machine_sets, selector may only have matchLabels: they are the labels put on the named sets."
        )
    if wish.exclusive and not wish.machine_sets:
        raise InvalidInput("exclusive needs machine_sets: it takes the label off all other machine sets.")


def _selector(wish: ConfigurationWish) -> Json | None:
    if wish.mode != PARTIAL:
        return None
    return wish.selector if wish.selector is not None else {"matchLabels": {LABEL: "true"}}


def _labels(snapshot: Snapshot, wish: ConfigurationWish, selector: Json | None) -> tuple[Step, ...]:
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


def _label(machine_set: MachineSet, labels: Mapping[str, str | None]) -> Step:
    """Set labels, or take them off where the value is None. The uid makes sure that it is the set that was judged."""
    body = {"metadata": {"uid": machine_set.uid, "labels": dict(labels)}}
    before = {key: machine_set.labels.get(key) for key in labels}
    return Step(machine_set.ref, MergePatch(body), {"labels": before}, {"labels": dict(labels)})


def _relabelled(machine_set: MachineSet, labels: Mapping[str, str | None]) -> MachineSet:
    merged = {**machine_set.labels, **labels}
    metadata = {
        **mapping(machine_set.object.get("metadata")),
        "labels": {k: v for k, v in merged.items() if v is not None},
    }
    return replace(machine_set, object={**machine_set.object, "metadata": metadata})


def _configure(snapshot: Snapshot, current: Json, wish: ConfigurationWish, selector: Json | None) -> tuple[Step, ...]:
    managers = _managers(current, snapshot.capabilities, wish, selector)
    standing = dig(current, "spec", "managedBootImages", "machineManagers")
    if managers == standing:
        return ()
    stanza = None if managers is None else {"machineManagers": managers}
    request = write_spec(current, {"managedBootImages": stanza})
    return (Step(THE_CONFIGURATION, request, _owned(standing), _owned(managers)),)


def _owned(managers: Any) -> Json:
    return {"managedBootImages": {"machineManagers": managers} if managers is not None else None}


def _managers(
    current: Json, capabilities: Capabilities, wish: ConfigurationWish, selector: Json | None
) -> list[Any] | None:
    """The whole list as it should stand (a merge patch replaces lists); None means: no stanza at all.

    Where the API knows the mode C(None), off is said with it, because there an absent entry means the release's default, which may be
    on. Where it does not (up to 4.18), an absent entry is off.
    """
    stanza = dig(current, "spec", "managedBootImages", "machineManagers")
    standing = sequence(stanza)
    if stanza == [] and wish.resource != WORKERS:
        if wish.mode is None:
            return []
        # The empty list switches workers off; with an entry for another resource in it they would be at the release's default.
        standing = [_entry(WORKERS, {"mode": NONE})]
    mine = entry(current, wish.resource)
    off_by_absence = wish.mode == NONE and NONE not in capabilities.modes
    if off_by_absence and mine is None:
        return list(standing) if stanza is not None else None
    if wish.mode is None or off_by_absence:
        return [each for each in standing if each is not mine] or None
    selection: dict[str, Any] = {"mode": wish.mode}
    if selector is not None:
        selection["partial"] = {"machineResourceSelector": dict(selector)}
    wanted = _entry(wish.resource, selection)
    if mine is None:
        return [*standing, wanted]
    return [wanted if each is mine else each for each in standing]


def _entry(resource: str, selection: Json) -> dict[str, Any]:
    return {"resource": resource, "apiGroup": API_GROUP, "selection": selection}
