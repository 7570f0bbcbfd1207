# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run came to, small enough to be an artefact of AWX that the next job of a workflow branches on.

Numbers and reason codes only: no list grows with a cluster, and no message of a module or a cluster gets in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ..model import errors
from ..model.objects import Json, dig, mapping, sequence
from ..model.reasons import ALL
from .data import by_decision
from .todo import MUST

RESULTS = ("recorded", "configured", "upgrade", "reconciled", "restored", "skew")
"""The registered results that say whether something was changed."""
CODES = {
    *ALL,
    *(
        each.reason
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, errors.BootImageError)
    ),
}


def outcome(action: str, name: str, facts: Json) -> dict[str, Any]:
    """What I(action) came to in the cluster I(name).

    :param facts: results of tasks as Ansible registered them. C(judged) is the newest look at the cluster, C(blocking) the findings that
        count, without it those of the look; C(already) says that something was changed whose result is lost.
    """
    failure = mapping(facts.get("failure"))
    results = [mapping(facts.get(key)) for key in RESULTS]
    judged = mapping(facts.get("judged"))
    failed = mapping(failure.get("result"))
    return {
        "action": action,
        "cluster": name,
        "failed": bool(failure),
        "reason": _code(failed),
        "changed": facts.get("already") is True or any(each.get("changed") is True for each in (*results, failed)),
        "settled": _first(each.get("settled") for each in (judged, failed, mapping(facts.get("configured")))),
        "version": dig(judged, "cluster", "version"),
        "machine_sets": _machine_sets(judged, failed, *reversed(results)),
        "blockers": _blockers(facts, judged, failed),
        "record": _first(mapping(facts.get(key)).get("record") for key in ("reconciled", "restored", "recorded")),
        "report": dig(facts.get("report"), "paths", "html"),
    }


def joint(outcomes: Sequence[Json], clusters: int) -> dict[str, Any]:
    """One outcome of a play over several clusters: the worst where one says it all, sums of numbers, what all have in common.

    :param clusters: how many were to be played; those that left no word are counted as C(untold).
    """
    failed = [str(each.get("cluster")) for each in outcomes if each.get("failed")]
    settled = {each.get("settled") for each in outcomes}
    sets: Counter[str] = Counter()
    for each in outcomes:
        sets.update(mapping(each.get("machine_sets")))
    return {
        **{key: _common(outcomes, key) for key in ("action", "cluster", "reason", "version", "record", "report")},
        "failed": bool(failed),
        "failed_clusters": sorted(failed),
        "clusters": {"total": clusters, "failed": len(failed), "untold": clusters - len(outcomes)},
        "changed": any(each.get("changed") for each in outcomes),
        "settled": False if False in settled else True if settled == {True} else None,
        "machine_sets": dict(sets),
        "blockers": sorted({code for each in outcomes for code in sequence(each.get("blockers"))}),
    }


def _first(values: Iterable[Any]) -> Any:
    return next((each for each in values if each is not None), None)


def _common(outcomes: Sequence[Json], key: str) -> Any:
    values = {each.get(key) for each in outcomes}
    return values.pop() if len(values) == 1 else None


def _machine_sets(*answers: Json) -> dict[str, int]:
    """How many sets there are of each decision, by the newest answer that tells, and how many this run has written."""
    told = _first(each.get("machine_sets") for each in answers if sequence(each.get("machine_sets")))
    # By name: the task that failed has registered its result, too.
    written = {
        tuple(str(dig(each, key)) for key in ("resource", "namespace", "name"))
        for answer in answers
        for each in sequence(answer.get("machine_sets"))
        if dig(each, "updated") is True
    }
    return {
        **by_decision(_decision(mapping(each)) for each in sequence(told)),
        "drift": sum(1 for each in sequence(told) if dig(each, "drift") is True and dig(each, "updated") is not True),
        "written": len(written),
    }


def _decision(machine_set: Json) -> Any:
    """What was judged before the writing is no more true of a set that was written."""
    return "current" if machine_set.get("updated") is True else machine_set.get("decision")


def _blockers(facts: Json, judged: Json, failed: Json) -> list[str]:
    own = facts.get("blocking")
    found = [*(sequence(judged.get("blockers")) if own is None else sequence(own)), *sequence(failed.get("blockers"))]
    return sorted({code for code in (_code(each) for each in found if dig(each, "severity") == MUST) if code})


def _code(told: Any) -> str | None:
    """A reason code; whatever else stands in its place is none."""
    code = dig(told, "reason")
    return code if isinstance(code, str) and code in CODES else None
