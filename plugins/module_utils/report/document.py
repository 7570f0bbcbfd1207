# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of one run over one cluster: what the tasks registered, put into one document. docs/guides/report.md describes it.

The document is plain data and the source of every page. Texts of the cluster stand in it as they are; the pages escape them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ..model.objects import MACHINE_SET, Json, dig, mapping, sequence
from . import changes, todo
from .facts import Facts, Times

FORMAT = 1
RUNNING, OK, ATTENTION, FAILED = "running", "ok", "attention", "failed"
POOL = ("name", "nodes_updated", "nodes", "paused")
NO_MESSAGE = "The task failed without a message."


def document(name: str, facts: Facts, times: Times) -> dict[str, Any]:
    """Everything that is told of the cluster I(name)."""
    judged = facts.after if known(facts.after) else {}
    newest = judged or facts.before
    failure = _failure(facts.failure)
    sets = changes.machine_sets(facts.before, judged, facts.reconciled)
    left = todo.to_do(facts, judged, failure) if times.ended else []
    counts = changes.counts(sets) if judged else None
    return {
        "format": FORMAT,
        "name": name,
        "state": _state(times, failure, sets if judged else None, left),
        "run": _run(times),
        "failure": failure,
        "cluster": {key: dig(newest, "cluster", key) for key in ("distribution", "platform", "topology", "channel")},
        "version": {
            "before": dig(facts.upgrade, "from") or dig(facts.before, "cluster", "version"),
            "wanted": facts.upgrade.get("version") or facts.version or None,
            "after": dig(judged, "cluster", "version"),
        },
        "stream": _both(facts.before, judged, "stream", "name"),
        "management": _both(facts.before, judged, "configuration", "effective", "machinesets", "mode"),
        "counts": counts,
        "machine_sets": sets,
        "machines": changes.machines(judged),
        "blockers": todo.findings(facts.before, facts.upgrade, facts.failure),
        "acknowledged": _acknowledged(facts),
        "warnings": list(dict.fromkeys(_warnings(facts))),
        "to_do": left,
        "not_checked": _not_checked(newest, facts.upgrade),
        "phases": _phases(facts),
        "pools": [_picked(each, POOL) for each in sequence(facts.upgrade.get("pools"))],
        "record": facts.recorded.get("record") or facts.reconciled.get("record"),
    }


def known(answer: Json) -> bool:
    """Whether a registered result is an answer of bootimage_status, and not a failed or skipped task."""
    return isinstance(answer.get("machine_sets"), list)


def _state(times: Times, failure: Json | None, sets: list[dict[str, Any]] | None, left: list[dict[str, Any]]) -> str:
    if failure:
        return FAILED
    if times.ended is None:
        return RUNNING
    must = any(each["when"] == todo.NOW and each["severity"] == todo.MUST for each in left)
    # The control plane's image is nobody's work up to the releases whose operator manages it.
    old = sets is None or any(each["state"] == changes.OLD and each["resource"] == MACHINE_SET.plural for each in sets)
    return ATTENTION if must or old else OK


def _run(times: Times) -> dict[str, Any]:
    both = times.started and times.ended
    return {
        "started": _iso(times.started),
        "ended": _iso(times.ended),
        "seconds": round((times.ended - times.started).total_seconds())
        if both and times.ended and times.started
        else None,
    }


def _iso(time: datetime | None) -> str | None:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ") if time else None


def _both(before: Json, after: Json, *keys: str) -> dict[str, Any]:
    return {"before": dig(before, *keys), "after": dig(after, *keys)}


def _failure(told: Json) -> dict[str, Any] | None:
    """Task, message and reason code; nothing else of a failed result, which may hold a module's arguments and traceback."""
    if not told:
        return None
    result = mapping(told.get("result"))
    in_loop = [each for each in map(mapping, sequence(result.get("results"))) if each.get("failed")]
    source = in_loop[0] if in_loop else result
    message = source.get("msg") or result.get("msg") or NO_MESSAGE
    return {"task": str(told.get("task") or ""), "message": str(message), "reason": source.get("reason")}


def _told(facts: Facts, key: str) -> Any:
    """What cluster_upgrade says, whether it succeeded or failed."""
    return facts.upgrade.get(key, dig(facts.failure, "result", key))


def _acknowledged(facts: Facts) -> list[dict[str, Any]] | None:
    """The admin gates that this run acknowledged, with what was to be read; None where that is not known."""
    names = _told(facts, "acknowledged")
    if not isinstance(names, list):
        return None
    texts = {str(dig(each, "name")): dig(each, "text") for each in sequence(_told(facts, "gates"))}
    return [{"gate": str(name), "text": texts.get(str(name))} for name in names]


def _not_checked(*answers: Json) -> list[dict[str, Any]]:
    told = [_picked(each, ("what", "why")) for answer in answers for each in sequence(answer.get("not_checked"))]
    return [each for place, each in enumerate(told) if each not in told[:place]]


def _picked(value: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: dig(value, key) for key in keys}


def _warnings(facts: Facts) -> Iterator[str]:
    """What modules warned of, and why the operator's conditions are not to be believed."""
    for result in (
        facts.recorded,
        facts.configured,
        facts.upgrade,
        facts.reconciled,
        facts.skew,
        mapping(facts.failure.get("result")),
    ):
        yield from (str(each) for each in sequence(result.get("warnings")))
    for each in sequence(dig(facts.after, "conditions", "caveats")):
        yield f"The operator's conditions: {dig(each, 'message')}"


def _phases(facts: Facts) -> list[dict[str, Any]] | None:
    """Name and seconds of each phase of the upgrade, in their order; None where that is not known."""
    told = _told(facts, "timings")
    return (
        [{"name": str(name), "seconds": seconds} for name, seconds in told.items()]
        if isinstance(told, Mapping)
        else None
    )
