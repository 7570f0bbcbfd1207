# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stable answer: plain data that people write C(assert) tasks on. Its shape is documented in the modules' RETURN."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ..model import reasons
from ..model.cluster import Snapshot
from ..model.conditions import Conditions
from ..model.images import ImageFacts
from ..model.objects import dig
from ..model.steps import Step
from ..model.verdict import (
    Age,
    Assessment,
    Awaited,
    Caveat,
    Current,
    Decision,
    Failed,
    Finding,
    MachineVerdict,
    Management,
    Skip,
    Unsupported,
    Verdict,
    Verification,
)
from ..model.version import Version

WORDS = {Current: "current", Skip: "skip", Failed: "failed", Unsupported: "unsupported"}
DECISIONS = ("update", *WORDS.values())


def status(
    snapshot: Snapshot, judged: Assessment, doubts: tuple[Caveat, ...], missing: tuple[Awaited, ...]
) -> dict[str, Any]:
    """Everything that bootimage_status answers."""
    return {
        "cluster": {**cluster(snapshot), "architecture": judged.architecture, "behaves_as": judged.behaves_as},
        "configuration": configuration(snapshot, judged),
        "conditions": conditions(judged.conditions, doubts),
        "stream": {"name": judged.stream_name, "release": judged.stream_version},
        "machine_sets": [machine_set(each) for each in judged.verdicts],
        "machines": [machine(each) for each in judged.machines],
        "blockers": [finding(each) for each in judged.findings],
        "counts": counts(judged),
        "settled": not missing,
        "waiting_for": [awaited(each) for each in missing],
        "not_checked": [{"what": each.what, "why": each.why} for each in judged.not_checked],
    }


def cluster(snapshot: Snapshot) -> dict[str, Any]:
    version = Version.of(snapshot.current_version)
    newest = dig(snapshot.cluster_version, "status", "history", 0)
    return {
        "version": snapshot.current_version,
        "history_version": dig(newest, "version"),
        "history_state": dig(newest, "state"),
        "operator_version": snapshot.operator_version,
        "channel": dig(snapshot.cluster_version, "spec", "channel"),
        "platform": snapshot.platform,
        "topology": dig(snapshot.infrastructure, "status", "controlPlaneTopology"),
        "distribution": "OKD" if version.okd else "OpenShift",
    }


def configuration(snapshot: Snapshot, judged: Assessment) -> dict[str, Any]:
    return {
        "spec": dig(snapshot.configuration, "spec", "managedBootImages"),
        "status": dig(snapshot.configuration, "status", "managedBootImagesStatus"),
        "skew": {
            "spec": dig(snapshot.configuration, "spec", "bootImageSkewEnforcement"),
            "status": dig(snapshot.configuration, "status", "bootImageSkewEnforcementStatus"),
            "mode": judged.skew.mode,
            "ocp_version": judged.skew.ocp_version,
            "rhcos_version": judged.skew.rhcos_version,
            "blocks": judged.skew.blocks,
        },
        "gates": dict(judged.gates),
        "effective": {resource: management(each) for resource, each in judged.management.items()},
    }


def management(managed: Management) -> dict[str, Any]:
    selector = dict(managed.selector) if managed.selector is not None else None
    return {"mode": managed.mode, "selector": selector, "source": managed.source, "observed": managed.observed}


def machine_set(verdict: Verdict) -> dict[str, Any]:
    each = verdict.machine_set
    return {
        "name": each.name,
        "namespace": each.namespace,
        "resource": each.kind.plural,
        "platform": verdict.platform,
        "region": verdict.region,
        "failure_domains": [{"name": one.name, "image": one.image} for one in verdict.failure_domains],
        "architecture": verdict.architecture,
        "replicas": each.replicas,
        "current": verdict.current,
        "target": verdict.target,
        "drift": verdict.drift,
        **decision(verdict.decision),
        "operator": {
            "will": verdict.operator.will,
            "reason": verdict.operator.reason.code,
            "message": verdict.operator.message,
            "reported": verdict.reported.text if verdict.reported else None,
        },
        "managed_by": str(verdict.managed_by),
        "risks": [{"reason": risk.reason.code, "message": risk.message} for risk in verdict.risks],
        "user_data": {
            "secret": each.user_data_secret,
            "state": verdict.user_data.state if verdict.user_data else None,
            "ignition": verdict.user_data.ignition if verdict.user_data else None,
        },
        "age": age(verdict.age),
        "verification": verification(verdict.verification),
    }


def verification(found: Verification | None) -> dict[str, Any]:
    """I(state) is None where the cloud was not asked, or the set names no image."""
    return {
        "state": found.state if found else None,
        "reason": found.reason.code if found and found.reason else None,
        "message": found.message if found else None,
        "current": [image(each) for each in found.current] if found else [],
        "target": [image(each) for each in found.target] if found else [],
    }


def image(facts: ImageFacts) -> dict[str, Any]:
    """What of an image's facts people ask for."""
    return {
        "id": facts.id,
        "exists": facts.exists,
        "state": facts.state,
        "architecture": facts.architecture,
        "kind": facts.kind,
        "owner": facts.owner,
        "name": facts.name,
        "release": facts.release,
        "created": facts.created,
        "deprecated": facts.deprecated,
        "replacement": facts.replacement,
        "source": facts.source,
    }


def machine(verdict: MachineVerdict) -> dict[str, Any]:
    return {
        "name": verdict.name,
        "machine_set": verdict.machine_set,
        "phase": verdict.phase,
        "node": verdict.node,
        "current": verdict.current,
        "drift": verdict.drift,
        "age": age(verdict.age),
    }


def age(found: Age) -> dict[str, Any]:
    """I(text) is C(4.12, 970 days and 6 minor releases behind), or what of it is known."""
    behind = [_number(found.days_behind, "day"), _number(found.minors_behind, "minor release")]
    lag = " and ".join(each for each in behind if each)
    parts = [found.release, f"{lag} behind" if lag else None]
    return {
        "text": ", ".join(each for each in parts if each) or "unknown",
        "release": found.release,
        "built": found.built,
        "days_behind": found.days_behind,
        "minors_behind": found.minors_behind,
    }


def decision(decided: Decision) -> dict[str, Any]:
    """C(decision), C(reason), C(message): a reason only where nothing is to be written."""
    if isinstance(decided, (Skip, Failed, Unsupported)):
        return {"decision": WORDS[type(decided)], "reason": decided.reason.code, "message": decided.message}
    if isinstance(decided, Current):
        return {"decision": "current", "reason": None, "message": "It boots the image it should."}
    return {"decision": "update", "reason": None, "message": f"{decided.current} -> {decided.target}"}


def finding(found: Finding) -> dict[str, Any]:
    return {
        "severity": found.severity,
        "object": found.object,
        "reason": found.reason.code,
        "message": found.message,
        "remedy": found.remedy,
    }


def caveat(found: Caveat) -> dict[str, Any]:
    return {"reason": found.reason.code, "message": found.message}


def awaited(missing: Awaited) -> dict[str, Any]:
    return {
        "object": missing.object,
        "reason": missing.reason.code,
        "message": missing.message,
        "state": missing.state,
        "by_itself": missing.by_itself,
    }


def counts(judged: Assessment) -> dict[str, int]:
    """How many sets there are of each decision, and how many drift."""
    return {
        **by_decision(decision(each.decision)["decision"] for each in judged.verdicts),
        "drift": sum(1 for each in judged.verdicts if each.drift),
    }


def by_decision(decisions: Iterable[Any]) -> dict[str, int]:
    """How many there are of each, and of all."""
    words = Counter(decisions)
    # Not "update": in a template counts.update would be the dictionary's own method.
    found = {"to_update" if word == "update" else word: words.get(word, 0) for word in DECISIONS}
    return {**found, "total": sum(words.values())}


def diff(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Ansible's diff, one entry an object, with the fields that the module owns and nothing else."""
    return [
        {"before_header": str(step.ref), "after_header": str(step.ref), "before": step.before, "after": step.after}
        for step in steps
    ]


def conditions(found: Conditions, doubts: tuple[Caveat, ...]) -> dict[str, Any]:
    """I(stale): no condition is written at this moment; None where there are no conditions."""
    stale = any(each.reason is reasons.CONDITIONS_STALE for each in doubts)
    return {
        "progressing": found.progressing,
        "degraded": found.degraded,
        "stale": None if found.progressing is None else stale,
        "written": found.written,
        "reconciled": {
            resource: {"reconciled": done, "total": total, "skipped": skipped}
            for resource, (done, total, skipped) in found.reconciled.items()
        },
        "degraded_counts": dict(found.degraded_counts),
        "errors": found.errors,
        "caveats": [caveat(each) for each in doubts],
    }


def _number(count: int | None, thing: str) -> str | None:
    """C(1 day), C(2 days); nothing for none, or where it is not known."""
    return f"{count} {thing}{'' if count == 1 else 's'}" if count else None
