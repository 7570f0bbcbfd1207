# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a wish to writes of MachineConfiguration/cluster and of the labels that its selector looks for, in stages.

A stage is what can be written at once. What comes after it is planned anew from a fresh look, so that a run that was killed between two
stages is finished by the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..model.cluster import Capabilities, Snapshot
from ..model.errors import Forbidden, InvalidInput, NotFound, Unsupported
from ..model.objects import THE_CONFIGURATION, Json, dig, mapping
from ..model.selectors import fault, is_empty
from ..model.steps import Step, write_spec
from ..model.wish import AS_IT_IS, ConfigurationWish
from . import managers, skew
from .labels import LABEL, enrols_wrongly, labels, relabelled
from .managers import NONE, PARTIAL, entry

__all__ = ["LABEL", "NONE", "PARTIAL", "Plan", "configuration", "entry", "foreseen", "possible", "stages"]


@dataclass(frozen=True)
class Plan:
    """I(now) can be written; I(later) only after that, and with I(waits) not before the operator has left Automatic skew enforcement.

    I(implied): skew enforcement is set to None although nobody said so.
    """

    now: tuple[Step, ...] = ()
    later: tuple[Step, ...] = ()
    waits: bool = False
    implied: bool = False


def configuration(snapshot: Snapshot, wish: ConfigurationWish) -> tuple[Step, ...]:
    """Every step of every stage; none where all is as wished. Raises what C(stages) does."""
    plan = stages(snapshot, wish)
    return (*plan.now, *plan.later)


def stages(snapshot: Snapshot, wish: ConfigurationWish) -> Plan:
    """The steps, in an order that enrols no wrong set for a moment and that the API takes.

    :raises InvalidInput: the wish contradicts itself or the API's rules.
    :raises Unsupported: this cluster's API cannot express it.
    :raises NotFound: a machine set that is named does not exist, or MachineConfiguration/cluster is missing.
    :raises Forbidden: MachineConfiguration may not be read.
    """
    current = _current(snapshot)
    _check(wish)
    skew.check(snapshot.capabilities, wish)
    if _never_managed(snapshot.capabilities, wish):
        return Plan()
    chosen = _selector(wish)
    labelling = labels(snapshot, wish, chosen)
    wanted = managers.wanted(current, snapshot.capabilities, wish, chosen)
    enforced = skew.wanted(current, wish, managers.limits(wanted))
    enforcing = _enforce(current, enforced)
    managing = _manage(current, wanted)
    if managing and managers.limits(wanted) and skew.automatic(current):
        implied = wish.skew is None and bool(enforcing)
        return Plan(enforcing, (*labelling, *managing), waits=True, implied=implied)
    if enrols_wrongly(snapshot, labelling, managers.selector(current, wish.resource), chosen):
        off = managers.wanted(current, snapshot.capabilities, replace(wish, mode=NONE), None)
        return Plan(_manage(current, off), (*labelling, *managing, *enforcing))
    if enforcing and enforced is None:  # back to Automatic: all workers are managed before it is asked for
        return Plan((*labelling, *managing), enforcing) if managing else Plan(enforcing)
    if enforcing and managing:
        return Plan(enforcing, (*labelling, *managing))
    return Plan((*labelling, *managing, *enforcing))


def possible(capabilities: Capabilities, wish: ConfigurationWish) -> tuple[ConfigurationWish, str]:
    """The part of a wish that this cluster's API can express, and why the rest is left out; empty where nothing is."""
    if not wish.where_possible:
        return wish, ""
    problem = _inexpressible(capabilities, wish)
    if problem:
        return ConfigurationWish(wish.resource, NONE, where_possible=True), problem
    if wish.skew is not None and not capabilities.skew:
        return replace(wish, skew=None), skew.UNKNOWN
    return wish, ""


def foreseen(snapshot: Snapshot, wish: ConfigurationWish) -> Snapshot:
    """The cluster as it would stand with the wish fulfilled and the operator yet to notice: for weighing it before it is written."""
    current = mapping(snapshot.configuration)
    if _never_managed(snapshot.capabilities, wish):
        return snapshot
    chosen = _selector(wish)
    wanted = managers.wanted(current, snapshot.capabilities, wish, chosen)
    enforced = skew.wanted(current, wish, managers.limits(wanted))
    spec = {key: value for key, value in mapping(current.get("spec")).items() if key != skew.STANZA}
    observed = dig(current, "status", "observedGeneration")
    configuration_object = {
        **current,
        "spec": {
            **spec,
            "managedBootImages": {} if wanted is None else {"machineManagers": wanted},
            **({} if enforced is None else {skew.STANZA: enforced}),
        },
        "metadata": {
            **mapping(current.get("metadata")),
            "generation": observed + 1 if isinstance(observed, int) else 1,
        },
    }
    sets = relabelled(snapshot.machine_sets, labels(snapshot, wish, chosen))
    return replace(snapshot, configuration=configuration_object, machine_sets=sets)


def _current(snapshot: Snapshot) -> Json:
    if not snapshot.configuration_known:
        raise Forbidden(next(each.why for each in snapshot.not_checked if each.what == "MachineConfiguration"))
    if snapshot.configuration is None:
        raise NotFound(
            "MachineConfiguration cluster does not exist. The Machine Config Operator creates it: check that it runs and that this is "
            "OpenShift or OKD 4.14 or later."
        )
    return snapshot.configuration


def _never_managed(capabilities: Capabilities, wish: ConfigurationWish) -> bool:
    """Whether off and no opinion are as good as said already, because the API has no way to say on.

    :raises Unsupported: something else is wished for.
    """
    problem = _inexpressible(capabilities, wish)
    if problem and not (wish.mode in (None, NONE) and wish.skew is None):
        raise Unsupported(problem)
    return bool(problem)


def _inexpressible(capabilities: Capabilities, wish: ConfigurationWish) -> str:
    """Why the API has no way to say on; empty where it has."""
    if not capabilities.modes:
        return (
            "This cluster's MachineConfiguration has no managedBootImages: its release cannot manage boot images. "
            "Upgrade to 4.17 or later, or update the machine sets with machineset_boot_image."
        )
    if wish.resource not in capabilities.resources:
        return "This cluster's MachineConfiguration does not know the resource {}; it knows {}.".format(
            wish.resource, ", ".join(sorted(capabilities.resources))
        )
    return ""


def _check(wish: ConfigurationWish) -> None:
    if wish.mode != PARTIAL and (wish.selector is not None or wish.machine_sets or wish.exclusive):
        said = "not given" if wish.mode == AS_IT_IS else wish.mode
        raise InvalidInput(f"selector, machine_sets and exclusive belong to mode Partial; mode is {said}.")
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


def _manage(current: Json, wanted: object) -> tuple[Step, ...]:
    standing = managers.standing(current)
    if wanted == standing:
        return ()
    stanza = None if wanted is None else {"machineManagers": wanted}
    request = write_spec(current, {"managedBootImages": stanza})
    return (Step(THE_CONFIGURATION, request, _shown(standing), _shown(wanted)),)


def _shown(wanted: object) -> Json:
    return {"managedBootImages": {"machineManagers": wanted} if wanted is not None else None}


def _enforce(current: Json, wanted: Json | None) -> tuple[Step, ...]:
    standing = skew.standing(current)
    if wanted == standing:
        return ()
    request = write_spec(current, {skew.STANZA: wanted})
    return (Step(THE_CONFIGURATION, request, {skew.STANZA: standing}, {skew.STANZA: wanted}),)
