# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person must still do after a run, put together by remedy: ten sets with one ailment are one thing to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..model.objects import CONTROL_PLANE_MACHINE_SET, KINDS, MACHINE_SET, Json, dig, mapping, sequence
from ..model.reasons import ALL, IMAGE_NOT_IN_CLOUD
from ..model.verdict import STUCK
from .facts import Facts
from .text import short

MUST = "blocker"
NOW, NEXT = "now", "next_upgrade"
RUN_AGAIN = "Mend what the message names, and run the same command again: it goes on where this run stopped."
CONTROL_PLANE = (
    "Nothing has to be done: upstream supports a change of the control plane's image only where its operator manages it, and "
    "boot_images_resource=controlplanemachinesets looks after it."
)
RECONCILE = "Run the playbook reconcile, which updates the machine sets that nobody else manages."
RECORD = (
    "Find out the version of the oldest boot image and record it: managed_boot_images with skew_enforcement "
    "{mode: Manual, ocp_version: x.y.z}, or the variable boot_images_skew_enforcement."
)
LOOK = "Run the playbook status, which tells how the cluster stands now."


@dataclass(frozen=True)
class Need:
    """One thing that is not as it should be."""

    severity: str
    object: str
    reason: str | None
    message: str
    remedy: str


def to_do(facts: Facts, judged: Json, failure: Json | None) -> list[dict[str, Any]]:
    """One entry a remedy: first what is to be done now, the failure before all else, then what is only in the way of the next upgrade.

    :param judged: the answer of bootimage_status after the run; empty where there is none.
    """
    now = [*_of_failure(facts, failure), *_of_time(facts)]
    for source in (_of_waits(judged), _of_sets(judged)):
        now += _untold(now, source)
    # Findings are about upgrades. One that failed is still before us; behind one that is done they are about the next.
    found = _untold(now, _of_findings(judged or facts.before))
    return _grouped(NOW, [*now, *(found if failure else ())]) + _grouped(
        NEXT, [*_of_skew(facts), *(() if failure else found)]
    )


def _untold(needs: Sequence[Need], more: Iterable[Need]) -> list[Need]:
    """A machine set that the operator fails on is a wait, and drifts, and is a finding: one of them is enough."""
    told = {(each.object, each.reason) for each in needs}
    return [each for each in more if (each.object, each.reason) not in told]


def _grouped(when: str, needs: Iterable[Need]) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str | None], dict[str, Any]] = {}
    for each in needs:
        start = {"when": when, "severity": each.severity, "reason": each.reason, "remedy": each.remedy}
        group = groups.setdefault((each.remedy, each.reason), {**start, "objects": []})
        group["objects"].append({"object": each.object, "message": each.message})
    return sorted(groups.values(), key=lambda group: group["severity"] != MUST)


def findings(*answers: Json) -> list[dict[str, Any]]:
    """What was in the way, or should have been known, of answers or failed results; each once."""
    raw = [each for answer in answers for each in (*_raw(answer), *_raw(mapping(answer.get("result"))))]
    # Two modules may have another remedy for the same finding.
    found = {(need.object, need.reason, need.message): need for need in reversed(list(map(_finding, raw)))}
    return [asdict(need) for need in reversed(list(found.values()))]


def _raw(answer: Json) -> list[Json]:
    return [each for each in map(mapping, sequence(answer.get("blockers"))) if each]


def _finding(each: Json) -> Need:
    told = (str(each.get(key) or "") for key in ("object", "message", "remedy"))
    name, message, remedy = told
    return Need(str(each.get("severity") or MUST), name, _code(each), message, remedy)


def _of_failure(facts: Facts, failure: Json | None) -> Iterator[Need]:
    if failure is None:
        return
    yield Need(MUST, failure["task"], failure["reason"], "It failed.", RUN_AGAIN)
    for each in (*_raw(mapping(facts.failure.get("result"))), *_raw(facts.upgrade)):
        yield _finding(each)


def _of_time(facts: Facts) -> Iterator[Need]:
    """An upgrade that took too long, where that was to be reported and not to fail."""
    late = mapping(facts.upgrade.get("timed_out"))
    if late:
        outstanding = [dig(each, "object") or each for each in sequence(late.get("waiting_for"))]
        more = " Outstanding: {}.".format(", ".join(map(str, outstanding))) if outstanding else ""
        yield Need(MUST, "ClusterVersion version", "wait_timed_out", str(late.get("message")) + more, RUN_AGAIN)


def _of_skew(facts: Facts) -> Iterator[Need]:
    """The version of the images could not be recorded, of which upgrades are judged."""
    if facts.skew.get("msg") and "after" not in facts.skew:
        told = str(facts.skew["msg"])
        yield Need(MUST, "MachineConfiguration cluster", _code(facts.skew), told, RECORD)


def _of_findings(newest: Json) -> Iterator[Need]:
    for each in _raw(newest):
        need = _finding(each)
        if need.remedy or need.severity == MUST:
            yield need


def _of_waits(newest: Json) -> Iterator[Need]:
    """What does not come by itself; what does is no work of anybody's."""
    for each in map(mapping, sequence(newest.get("waiting_for"))):
        if each.get("state") == STUCK or each.get("by_itself") is False:
            yield Need(MUST, str(each.get("object")), _code(each), str(each.get("message")), _remedy(each))


def _of_sets(newest: Json) -> Iterator[Need]:
    """Sets that boot an old image, or wait for somebody to upload one, and that the operator will not update, each with why.

    Not a control plane's that could be written: upstream supports that only where the operator does it.
    """
    for each in map(mapping, sequence(newest.get("machine_sets"))):
        kind = KINDS.get(str(each.get("resource")))
        uploads = kind == MACHINE_SET and each.get("drift") is None and each.get("reason") == IMAGE_NOT_IN_CLOUD.code
        if not (uploads or each.get("drift") is True) or dig(each, "operator", "will") == "update":
            continue
        name = "{} {}/{}".format(kind.kind if kind else "", each.get("namespace"), each.get("name"))
        if each.get("decision") != "update":
            yield Need(MUST, name, _code(each), str(each.get("message")), _remedy(each))
        elif not need_not(each):
            yield Need(MUST, name, None, should_boot(each), RECONCILE)


def need_not(machine_set: Json) -> bool:
    """Whether a set on an old image is nobody's work: a control plane's that could be written."""
    return machine_set.get("resource") == CONTROL_PLANE_MACHINE_SET.plural and machine_set.get("decision") == "update"


def should_boot(machine_set: Json) -> str:
    """Said of a set that is to be updated."""
    goal = "It should boot {}.".format(short(machine_set.get("target")))
    return goal if machine_set.get("resource") != CONTROL_PLANE_MACHINE_SET.plural else f"{goal} {CONTROL_PLANE}"


def _code(each: Json) -> str | None:
    return None if each.get("reason") is None else str(each["reason"])


def _remedy(each: Json) -> str:
    known = ALL.get(str(each.get("reason")))
    return (known.remedy if known else "") or LOOK
