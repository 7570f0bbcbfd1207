# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stable answer: plain data that people write C(assert) tasks on. Its shape is documented in the modules' RETURN."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ..model.cluster import Snapshot
from ..model.objects import dig
from ..model.steps import Step
from ..model.verdict import (
    Age,
    Assessment,
    Awaited,
    Caveat,
    Conditions,
    Current,
    Decision,
    Failed,
    Finding,
    MachineVerdict,
    Management,
    Skip,
    Unsupported,
    Verdict,
)
from ..model.version import Version

WORDS = {Current: "current", Skip: "skip", Failed: "failed", Unsupported: "unsupported"}


def status(
    snapshot: Snapshot,
    judged: Assessment,
    conditions: Conditions,
    doubts: tuple[Caveat, ...],
    missing: tuple[Awaited, ...],
) -> dict[str, Any]:
    """Everything that bootimage_status answers."""
    return {
        "cluster": cluster(snapshot),
        "configuration": configuration(snapshot, judged),
        "conditions": {**_conditions(conditions), "caveats": [caveat(each) for each in doubts]},
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
        },
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
        "region": verdict.region,
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
        },
        "managed_by": str(verdict.managed_by),
        "risks": [{"reason": risk.reason.code, "message": risk.message} for risk in verdict.risks],
        "user_data": {
            "secret": each.user_data_secret,
            "state": verdict.user_data.state if verdict.user_data else None,
            "ignition": verdict.user_data.ignition if verdict.user_data else None,
        },
        "age": age(verdict.age),
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
    return {
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
    }


def counts(judged: Assessment) -> dict[str, int]:
    """How many sets there are of each decision, and how many drift."""
    words = Counter(machine_set(each)["decision"] for each in judged.verdicts)
    found = {word: words.get(word, 0) for word in ("update", "current", "skip", "failed", "unsupported")}
    return {**found, "total": len(judged.verdicts), "drift": sum(1 for each in judged.verdicts if each.drift)}


def diff(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Ansible's diff, one entry an object, with the fields that the module owns and nothing else."""
    return [
        {"before_header": str(step.ref), "after_header": str(step.ref), "before": step.before, "after": step.after}
        for step in steps
    ]


def _conditions(conditions: Conditions) -> dict[str, Any]:
    return {
        "progressing": conditions.progressing,
        "degraded": conditions.degraded,
        "reconciled": {
            resource: {"reconciled": done, "total": total, "skipped": skipped}
            for resource, (done, total, skipped) in conditions.reconciled.items()
        },
        "degraded_counts": dict(conditions.degraded_counts),
        "errors": dict(conditions.errors),
    }
