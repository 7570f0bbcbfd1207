# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which user-data Secrets must change their Ignition specification with the images of their sets, and which may not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from ..model import reasons
from ..model.cluster import MachineSet, Snapshot
from ..model.errors import named
from ..model.history import Record
from ..model.image_name import parse
from ..model.objects import MACHINE_API, SECRET, ObjectRef
from ..model.user_data import READ
from ..model.verdict import Assessment, Current, Failed, Update, Verdict
from ..model.wish import ImageWish
from ..platforms.registry import PLATFORMS
from .ignition import needs_spec_3, target


@dataclass(frozen=True)
class Stub:
    """One Secret of specification 2: the specification that its sets' new images read."""

    ref: ObjectRef
    spec: str


def stubs(snapshot: Snapshot, judged: Assessment, wish: ImageWish) -> tuple[tuple[Stub, ...], Assessment]:
    """The Secrets to convert, and the judgement in which sets fail whose Secret another set still needs as it is."""
    if wish.recorded is not None or not wish.upgrade_user_data:
        return (), judged
    needing = {each.machine_set.ref: each for each in judged.verdicts if _needs(each, judged, wish)}
    shared = {
        ref: sharers for ref, each in needing.items() if (sharers := _left_behind(snapshot, each, judged.verdicts))
    }
    specs: dict[str, str] = {}
    for ref, each in needing.items():
        if ref not in shared:
            name, spec = str(each.machine_set.user_data_secret), str(target(_release(each, judged, wish)))
            specs[name] = min(specs.get(name, spec), spec)
    found = tuple(Stub(ObjectRef(SECRET, MACHINE_API, name), spec) for name, spec in sorted(specs.items()))
    return found, replace(judged, verdicts=tuple(_failing(each, shared) for each in judged.verdicts))


def given_back(
    snapshot: Snapshot, judged: Assessment, record: Record, there: Collection[ObjectRef] = ()
) -> tuple[Mapping[str, str], Assessment]:
    """The Secrets to bring back with their sets, each with its backup, and the judgement in which sets fail whose Secret others need as it is.

    :param there: sets that are back already, though not judged this time.
    """
    back = {each.machine_set.ref for each in judged.verdicts if isinstance(each.decision, (Update, Current))}
    back.update(there)
    used = {each.user_data_secret for each in snapshot.machine_sets if each.ref in back}
    staying = {
        name: tuple(
            each.name for each in snapshot.machine_sets if each.user_data_secret == name and each.ref not in back
        )
        for name in record.user_data
        if name in used
    }
    shared = {
        each.machine_set.ref: staying[name]
        for each in judged.verdicts
        if staying.get(name := each.machine_set.user_data_secret or "") and isinstance(each.decision, Update)
    }
    kept = {name: backup for name, backup in record.user_data.items() if staying.get(name) == ()}
    return kept, replace(judged, verdicts=tuple(_failing(each, shared) for each in judged.verdicts))


def failing(judged: Assessment, secrets: Mapping[str, Failed]) -> Assessment:
    """The judgement in which every set fails whose Secret could not be converted."""

    def without(each: Verdict) -> Verdict:
        wrong = secrets.get(each.machine_set.user_data_secret or "")
        return replace(each, decision=wrong) if wrong and isinstance(each.decision, Update) else each

    return replace(judged, verdicts=tuple(without(each) for each in judged.verdicts))


def _needs(verdict: Verdict, judged: Assessment, wish: ImageWish) -> bool:
    facts = verdict.user_data
    if not isinstance(verdict.decision, Update) or facts is None or facts.state != READ:
        return False
    return not (facts.ignition or "").startswith("3") and needs_spec_3(_release(verdict, judged, wish))


def _release(verdict: Verdict, judged: Assessment, wish: ImageWish) -> str | None:
    """Of the new image: what its name tells, else the stream's own release."""
    name = parse(verdict.target)
    return (name.release if name else None) or (None if wish.image else judged.stream_version)


def _left_behind(snapshot: Snapshot, verdict: Verdict, verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """Sets with the same Secret that keep an image which reads specification 2 only."""
    moving = {each.machine_set.ref for each in verdicts if isinstance(each.decision, Update)}
    secret = verdict.machine_set.user_data_secret
    return tuple(
        each.name
        for each in snapshot.machine_sets
        if each.user_data_secret == secret and each.ref not in moving and not _reads_spec_3(snapshot, each)
    )


def _reads_spec_3(snapshot: Snapshot, machine_set: MachineSet) -> bool:
    """By the name of its image; one that tells nothing is taken for one that does, as most do."""
    platform, spec = PLATFORMS.get(snapshot.platform), machine_set.provider_spec
    current = platform.current(spec) if platform and isinstance(spec, dict) else None
    name = parse(current if isinstance(current, str) else None)
    return needs_spec_3(name.release if name else None)


def _failing(verdict: Verdict, shared: Mapping[ObjectRef, tuple[str, ...]]) -> Verdict:
    sharers = shared.get(verdict.machine_set.ref)
    if not sharers:
        return verdict
    message = (
        f"Its image needs the user data in Secret {verdict.machine_set.user_data_secret} in another Ignition specification than "
        f"{named(sharers)}, which has the same Secret and keeps its image."
    )
    return replace(verdict, decision=Failed(reasons.USER_DATA_SHARED, message))
