# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on each machine set: what we would do with it, what the operator will do, and who writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..model import reasons
from ..model.cluster import MachineSet, Snapshot
from ..model.verdict import (
    CRASH,
    FAIL,
    NOT_MANAGED,
    SKIP,
    Current,
    Decision,
    Failed,
    Management,
    Manager,
    Outlook,
    Skip,
    Unsupported,
    Update,
    Verdict,
)
from ..model.wish import ImageWish
from ..platforms.base import Entry, Offer, Platform, Site, Target
from ..platforms.registry import PLATFORMS
from .architecture import architecture, operators_architecture
from .images import age
from .operator import OPERATORS_OS_STREAM, OS_ID, OS_STREAM, Case, outlook
from .ownership import NOBODY, owner
from .release import behaviours
from .risks import risks
from .stream import ARCHITECTURES, Stream, others


@dataclass(frozen=True)
class Context:
    """What is the same for every set of one cluster, worked out once."""

    snapshot: Snapshot
    stream: Stream
    streams: Mapping[str, Stream]
    """By the names that machine sets ask for with their label osstream."""
    management: Mapping[str, Management]
    wish: ImageWish
    platform: Platform | None
    behaves: frozenset[str]
    site: Site

    @classmethod
    def of(cls, snapshot: Snapshot, stream: Stream, management: Mapping[str, Management], wish: ImageWish) -> Context:
        platform = PLATFORMS.get(snapshot.platform)
        behaves = behaviours(snapshot.release)
        known = platform.known_images(stream.data) if platform else frozenset()
        site = Site(snapshot.infrastructure, snapshot.provisioning, known, behaves)
        return cls(snapshot, stream, others(snapshot.stream), management, wish, platform, behaves, site)


def verdict(machine_set: MachineSet, context: Context) -> Verdict:
    """Judge one set. Pure: the same snapshot gives the same verdict."""
    platform, wish = context.platform, context.wish
    arch = architecture(machine_set, context.snapshot)
    case = _case(machine_set, context)
    will = outlook(case)
    explicit = platform.explicit(wish.image) if platform and wish.image else None
    wanted = explicit or _wanted(case, arch, context)
    spec = machine_set.provider_spec
    current = platform.current(spec) if platform and isinstance(spec, dict) else None
    shown = current if isinstance(current, str) else None
    return Verdict(
        machine_set=machine_set,
        region=platform.region(spec) if platform and isinstance(spec, dict) else None,
        architecture=arch if isinstance(arch, str) else None,
        current=shown,
        target=wanted.text if isinstance(wanted, Target) else None,
        decision=_decide(case, wanted, will.lasting, wish),
        operator=will,
        managed_by=_managed_by(machine_set, will.lasting),
        risks=risks(case),
        age=age(shown, wanted.text if isinstance(wanted, Target) else None),
        user_data=context.snapshot.user_data.get(machine_set.user_data_secret or ""),
    )


def _case(machine_set: MachineSet, context: Context) -> Case:
    """The set as the operator sees it."""
    arch = operators_architecture(machine_set, context.snapshot, context.behaves)
    entry = _entry(context.stream, arch)
    offer = _offer(machine_set, context.platform, entry, arch, context.site)
    managed = context.management[machine_set.kind.plural]
    return Case(
        machine_set, context.snapshot, managed, context.behaves, context.platform, arch, entry, offer, context.site
    )


def _wanted(case: Case, arch: str | Failed, context: Context) -> Offer:
    """What the set should boot. The operator knows one stream; a set that asks for another by its label gets that one from us."""
    stream: Stream | None = context.stream
    name = case.machine_set.labels.get(OS_STREAM)
    if name is not None and name != OPERATORS_OS_STREAM:
        stream = context.streams.get(str(name))
    if stream is None:
        there = ", ".join(repr(each) for each in sorted(context.streams)) or "no named streams"
        return Skip(reasons.OTHER_OS_STREAM, f"The set asks for the stream {name!r}; the cluster has {there}.")
    return _offer(case.machine_set, case.platform, _entry(stream, arch), arch, case.site)


def _entry(stream: Stream, arch: str | Failed) -> Entry:
    if isinstance(arch, Failed):
        return Entry("", None)
    return Entry(ARCHITECTURES[arch], stream.entry(arch))


def _offer(machine_set: MachineSet, platform: Platform | None, entry: Entry, arch: str | Failed, site: Site) -> Offer:
    if isinstance(arch, Failed):
        return arch
    if platform is None or not isinstance(machine_set.provider_spec, dict):
        return Skip(reasons.NO_TARGET, "There is no providerSpec to find an image for.")
    return platform.target(machine_set.provider_spec, entry, site)


def _decide(case: Case, wanted: Offer, will: Outlook, wish: ImageWish) -> Decision:
    """What machineset_boot_image would do. A set at its image is current, whoever put it there."""
    machine_set, platform = case.machine_set, case.platform
    if platform is None:
        return Unsupported(
            reasons.PLATFORM_UNSUPPORTED,
            "This collection does not know boot images on the platform {}; it knows {}.".format(
                case.snapshot.platform, ", ".join(sorted(PLATFORMS))
            ),
        )
    spec = machine_set.provider_spec
    if not isinstance(spec, dict):
        return Failed(reasons.PROVIDER_SPEC_MISSING, "{} is not set.".format(".".join(machine_set.provider_spec_path)))
    if machine_set.template_labels.get(OS_ID) == "Windows":
        return Skip(reasons.WINDOWS, "Windows nodes boot no CoreOS image.")
    current = platform.current(spec)
    if isinstance(current, Failed):
        return current
    unset = isinstance(current, Skip) and current.reason is reasons.IMAGE_UNSET
    if isinstance(current, Skip) and not (unset and wish.image):
        return current
    if not isinstance(wanted, Target):
        # Nobody need upload what the operator brings by itself.
        by_hand = wanted.reason is reasons.IMAGE_NOT_IN_CLOUD and not wish.take_over
        return (_claim(case, will) if by_hand else None) or wanted
    changes = platform.changes(spec, wanted)
    if not changes:
        return Current(wanted.text)
    if not wish.take_over:
        claim = _claim(case, will)
        if claim:
            return claim
        foreign = None if wish.image else platform.custom(spec, case.site)
        if foreign:
            return Skip(reasons.CUSTOM_IMAGE, foreign)
    return Update(current if isinstance(current, str) else None, wanted.text, changes)


def _claim(case: Case, will: Outlook) -> Skip | None:
    """Another writer's claim. A set that the operator skips has no second writer, so it is ours to mend."""
    owned = owner(case.machine_set)
    if owned != NOBODY:
        return Skip(reasons.OWNED, f"{owned.name} writes the set.")
    if will.will in (NOT_MANAGED, SKIP):
        return None
    if will.will in (FAIL, CRASH):
        message = f"The operator manages the set and would write it once this is mended: {will.message}"
        return Skip(reasons.MANAGED_BY_OPERATOR, message)
    return Skip(reasons.MANAGED_BY_OPERATOR, "The Machine Config Operator manages the set's boot image.")


def _managed_by(machine_set: MachineSet, will: Outlook) -> Manager:
    owned = owner(machine_set)
    if owned != NOBODY or will.will in (NOT_MANAGED, SKIP):
        return owned
    return Manager("operator", "machine-config")
