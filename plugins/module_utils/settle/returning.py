# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the operator will come back to a machine set by itself.

It makes a pass over all enrolled sets at an event and at no time of its own: there is no retry after an error, and no event for Secrets.
(Events: a MachineSet comes, goes, or changes in providerSpec, labels, annotations or ownerReferences; ConfigMap coreos-bootimages;
what MachineConfiguration says of boot images; from 4.20 on a completed ClusterVersion. Watched at work on 4.17 to 4.22.)

So where a pass has ended and everything that could cause another is older than its end, there will be none. Its end is when the conditions
last changed, which every pass does; how old the causes are stands in the managedFields of the objects. A change made in the seconds
before the operator looks at it can make one look wrong: believe it when nothing has changed for a while.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model import reasons
from ..model.cluster import MachineSet, Snapshot
from ..model.conditions import instant
from ..model.objects import Json, dig, mapping, sequence
from ..model.verdict import CRASH, Assessment, Awaited

Path = tuple[str, ...]
_MARKS: tuple[Path, ...] = (("metadata", "labels"), ("metadata", "annotations"), ("metadata", "ownerReferences"))
_CONFIGURATION: tuple[Path, ...] = (
    ("spec", "managedBootImages"),
    ("status", "managedBootImagesStatus"),
    ("status", "bootImageSkewEnforcementStatus"),
)


def missed(missing: Iterable[Awaited]) -> tuple[Awaited, ...]:
    """Those that one more pass of the operator would bring to rest and that nothing will make it look at."""
    return tuple(each for each in missing if each.by_itself is False and each.reason is reasons.OPERATOR_MISSED_IT)


def comes_back(snapshot: Snapshot, judged: Assessment, mended: bool) -> bool | None:
    """Whether a pass is under way, or none will come before somebody changes something; None where it cannot be known.

    :param mended: what the last pass failed on was put right since, without an event. Times are told in seconds, and a pass often takes
        less: with this, a cause in the same second as the end of the pass counts as the cause of that pass.
    """
    conditions = judged.conditions
    dies = any(each.operator.lasting.will == CRASH for each in judged.verdicts)
    if conditions.progressing is None or dies:  # before the first pass; or in the middle of one that will never end
        return None
    if conditions.progressing:
        return True
    newest, ended = newest_cause(snapshot, judged), conditions.written
    if newest is None or ended is None:
        return None
    return False if newest < ended or (mended and newest == ended) else None


def newest_cause(snapshot: Snapshot, judged: Assessment) -> str | None:
    """When something last changed that makes the operator look (RFC 3339, to the second); None where that is not known of all of it."""
    times: list[str | None] = [
        _changed(snapshot.stream, (("data",),)),
        _changed(snapshot.configuration, _CONFIGURATION),
        *(_changed(each.object, _template(each)) for each in snapshot.machine_sets if _counts(each, judged)),
    ]
    if "waits_for_cluster_version" in judged.behaves:
        times.append(instant(dig(snapshot.cluster_version, "status", "history", 0, "completionTime")))
    known = [each for each in times if each]
    return max(known) if len(known) == len(times) else None


def _counts(machine_set: MachineSet, judged: Assessment) -> bool:
    """Control plane machine sets cause nothing where the operator does not manage them."""
    return judged.management[machine_set.kind.plural].mode != "unsupported"


def _template(machine_set: MachineSet) -> tuple[Path, ...]:
    return (*_MARKS, machine_set.provider_spec_path[:-1])


def _changed(item: Json | None, paths: tuple[Path, ...]) -> str | None:
    """When one of the fields last changed, or the object came; None where its record does not tell."""
    entries = sequence(dig(item, "metadata", "managedFields"))
    times = [dig(each, "time") for each in entries if any(_owns(dig(each, "fieldsV1"), path) for path in paths)]
    told = [instant(each) for each in (dig(item, "metadata", "creationTimestamp"), *times)]
    known = [each for each in told if each]
    return max(known) if entries and len(known) == len(told) else None


def _owns(fields: Any, path: Path) -> bool:
    """Whether an entry of managedFields has the field, something below it, or everything above it."""
    if "f:conditions" in mapping(dig(fields, "f:status")):
        # Written together with the conditions, at whose time it stands: that says nothing of the other fields.
        return False
    for part in path:
        if not isinstance(fields, dict) or "f:" + part not in fields:
            return fields == {}
        fields = fields["f:" + part]
    return True
