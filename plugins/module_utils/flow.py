# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One function a module: the walk read -> assess -> plan -> apply -> settle -> report."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Callable, TypeVar

from .apply.writer import in_order, side_by_side
from .assess.assessment import assess
from .assess.blockers import gates
from .assess.stream import Stream
from .kube.client import Client
from .model.cluster import Snapshot
from .model.errors import Conflict, NotFound, SetsFailed, named
from .model.objects import MACHINE_API, ObjectRef, dig
from .model.selectors import matches
from .model.selectors import parse as parse_selector
from .model.steps import Outcome, Step
from .model.verdict import STUCK, Assessment, Awaited
from .model.wish import ConfigurationWish, ImageWish, UpgradeWish
from .plan import configuration as configuring
from .plan import upgrade as upgrading
from .plan.machine_sets import updates
from .read.cluster import read
from .read.must_gather import MustGather
from .refusals import refuse_blockers, refuse_risks
from .report import data
from .report.text import table
from .settle.caveats import caveats
from .settle.conditions import parse
from .settle.settled import outstanding
from .waiting import Tell, until_settled, until_upgraded

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


def status(
    source: Client | MustGather,
    selection: Selection,
    stream: Stream | None,
    machines: bool,
    patience: Patience,
    tell: Tell,
) -> dict[str, Any]:
    """bootimage_status: read, assess, report; with I(patience) after the cluster has settled."""
    if patience.wait and isinstance(source, Client):
        until_settled(source, patience.seconds, tell)
    snapshot = read(source, machines=machines, user_data=True)
    judged = assess(snapshot, chosen=_chosen(snapshot, selection), stream=stream)
    conditions = parse(snapshot.configuration)
    doubts = caveats(snapshot, judged, conditions)
    answer = data.status(snapshot, judged, conditions, doubts, outstanding(snapshot, judged))
    return {"changed": False, **answer, "table": table(answer)}


def manage(
    client: Client, wish: ConfigurationWish, accept: Collection[str], patience: Patience, tell: Tell
) -> dict[str, Any]:
    """managed_boot_images: change MachineConfiguration/cluster, and wait until the operator has followed."""

    def look_and_write() -> tuple[Snapshot, tuple[Step, ...]]:
        snapshot = read(client, user_data=True)
        steps = configuring.configuration(snapshot, wish)
        if steps and wish.mode != configuring.NONE:
            refuse_risks(assess(configuring.foreseen(snapshot, wish)), accept)
        in_order(client, steps)
        return snapshot, steps

    snapshot, steps = _again_after_conflicts(look_and_write)
    result: dict[str, Any] = {
        "changed": bool(steps),
        "diff": data.diff(steps),
        "before": dig(snapshot.configuration, "spec", "managedBootImages"),
        "after": dig(configuring.foreseen(snapshot, wish).configuration, "spec", "managedBootImages") or None,
        "machine_sets": [],
        "settled": None,
        "waiting_for": [],
    }
    if patience.wait and not client.dry_run:
        result.update(_settle(client, patience, tell, snapshot, changed=bool(steps)))
    return result


def update_machine_sets(
    client: Client, selection: Selection, wish: ImageWish, at_once: int, tell: Tell
) -> dict[str, Any]:
    """machineset_boot_image: bring sets that nobody else writes to their image, all in one call."""

    def look_and_write(chosen: Collection[ObjectRef] | None) -> tuple[Assessment, list[Outcome]]:
        snapshot = read(client, user_data=True)
        judged = assess(snapshot, wish, chosen or _chosen(snapshot, selection))
        outcomes = side_by_side(client, updates(judged.verdicts), at_once, lambda outcome: _tell_outcome(tell, outcome))
        return judged, outcomes

    judged, written = look_and_write(None)
    for _look in range(LOOKS - 1):
        changed_meanwhile = {each.step.ref for each in written if isinstance(each.error, Conflict)}
        if not changed_meanwhile:
            break
        again, more = look_and_write(changed_meanwhile)
        fresh = {each.machine_set.ref: each for each in again.verdicts}
        judged = replace(judged, verdicts=tuple(fresh.get(each.machine_set.ref, each) for each in judged.verdicts))
        written = [each for each in written if each.step.ref not in changed_meanwhile] + more
    return _updated(judged, written)


def upgrade(
    client: Client, wish: UpgradeWish, accept: Collection[str], patience: Patience, tell: Tell
) -> dict[str, Any]:
    """cluster_upgrade: acknowledge, ask for the version, wait until it is completed. Goes on with one that is under way."""

    def look_and_write() -> tuple[Snapshot, tuple[Step, ...]]:
        snapshot = read(client, user_data=True)
        judged = assess(snapshot)
        acks = upgrading.acknowledgements(snapshot, wish, tuple(gates(snapshot)))
        steps = upgrading.upgrade(snapshot, wish)
        if any("desiredUpdate" in step.after for step in steps):
            refuse_blockers(snapshot, judged, wish, acks, accept)
        in_order(client, (*acks, *steps))
        return snapshot, (*acks, *steps)

    snapshot, steps = _again_after_conflicts(look_and_write)
    result: dict[str, Any] = {"changed": bool(steps), "diff": data.diff(steps), "from": snapshot.current_version}
    if patience.wait and wish.version and not client.dry_run:
        snapshot, _judged = until_upgraded(client, wish.version, patience.seconds, tell, snapshot)
    return {**result, "cluster": data.cluster(snapshot)}


def _again_after_conflicts(look_and_write: Callable[[], T]) -> T:
    """A conflict means that what was judged is no longer so: look afresh, judge afresh, a bounded number of times."""
    for _look in range(LOOKS - 1):
        try:
            return look_and_write()
        except Conflict:
            continue
    return look_and_write()


def _chosen(snapshot: Snapshot, selection: Selection) -> Collection[ObjectRef]:
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


def _settle(client: Client, patience: Patience, tell: Tell, before: Snapshot, changed: bool) -> dict[str, Any]:
    _snapshot, judged, left = until_settled(client, patience.seconds, tell, before)
    result = {
        "machine_sets": [data.machine_set(each) for each in judged.verdicts],
        "settled": not left,
        "waiting_for": [data.awaited(each) for each in left],
    }
    stuck = [each for each in left if _needs_a_person(each)]
    if stuck:
        raise SetsFailed(
            f"The configuration stands, but the operator cannot update {named([each.object for each in stuck])}: {stuck[0].message}",
            {"changed": changed, **result},
        )
    return result


def _needs_a_person(missing: Awaited) -> bool:
    return missing.state == STUCK or missing.reason.code == "operator_degraded"


def _tell_outcome(tell: Tell, outcome: Outcome) -> None:
    tell("{}: {}".format(outcome.step.ref, outcome.error or "updated"))


def _updated(judged: Assessment, written: list[Outcome]) -> dict[str, Any]:
    """The result: every set with what became of it; failed at the end with all of them if any failed."""
    errors = {each.step.ref: each.error for each in written}
    sets = []
    for verdict in judged.verdicts:
        entry = data.machine_set(verdict)
        error = errors.get(verdict.machine_set.ref)
        if error is not None:
            entry.update({"decision": "failed", "reason": error.reason, "message": str(error)})
        entry["updated"] = verdict.machine_set.ref in errors and error is None
        sets.append(entry)
    done = [each.step for each in written if each.error is None]
    result = {"changed": bool(done), "diff": data.diff(done), "machine_sets": sets, "counts": data.counts(judged)}
    failed = [each["name"] for each in sets if each["decision"] == "failed"]
    if failed:
        first = next(each for each in sets if each["name"] == failed[0])
        raise SetsFailed(
            "{} of {} machine sets failed ({}); the others are done. {}: {}".format(
                len(failed), len(sets), named(failed), first["name"], first["message"]
            ),
            result,
        )
    return result
