# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on each machine set: what we would do with it, what the operator will do, and who writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..model import reasons
from ..model.cloud import CloudFacts
from ..model.cluster import MachineSet, Snapshot
from ..model.conditions import Conditions
from ..model.verdict import (
    NOT_MANAGED,
    SKIP,
    Failed,
    FailureDomain,
    Management,
    Manager,
    Outlook,
    Skip,
    Verdict,
)
from ..model.wish import ImageWish
from ..platforms.base import Entry, Offer, Platform, Site, Target
from ..platforms.registry import PLATFORMS
from .architecture import architecture, operators_architecture
from .cloud_images import Place, brought, confirmed, known, verification
from .decision import decide, restored
from .failure_domains import failure_domains, images
from .images import age
from .operator import OPERATORS_OS_STREAM, OS_STREAM, Case, outlook
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
    conditions: Conditions

    @classmethod
    def of(
        cls,
        snapshot: Snapshot,
        stream: Stream,
        management: Mapping[str, Management],
        wish: ImageWish,
        conditions: Conditions,
        cloud: CloudFacts | None = None,
    ) -> Context:
        platform = PLATFORMS.get(snapshot.platform)
        behaves = behaviours(snapshot.release)
        known = platform.known_images(stream.data) if platform else frozenset()
        site = Site(snapshot.infrastructure, snapshot.provisioning, known, behaves, cloud)
        return cls(snapshot, stream, others(snapshot.stream), management, wish, platform, behaves, site, conditions)


def verdict(machine_set: MachineSet, context: Context) -> Verdict:
    """Judge one set. Pure: the same snapshot gives the same verdict."""
    platform, wish = context.platform, context.wish
    arch = architecture(machine_set, context.snapshot)
    case = _case(machine_set, context)
    will = outlook(case)
    explicit = platform.explicit(wish.image) if platform and wish.image else None
    domains = failure_domains(machine_set, platform, context.site)
    elsewhere = images(domains)
    no_effect = _without_effect(domains, elsewhere)
    offered, copyable = _wanted(case, arch, context)
    wanted = no_effect or restored(case, wish) or explicit or offered
    spec = machine_set.provider_spec
    current = platform.current(spec) if platform and isinstance(spec, dict) else None
    named = current if isinstance(current, str) else None
    shown = " ".join(elsewhere) or None if no_effect else named
    place = Place(
        platform.region(spec) if platform and isinstance(spec, dict) else None, arch if isinstance(arch, str) else None
    )
    target = wanted.text if isinstance(wanted, Target) else None
    found = None if no_effect else verification(shown, target, place, platform, case.site.cloud)
    decided = no_effect or decide(case, wanted, will.lasting, wish)
    return Verdict(
        machine_set=machine_set,
        region=place.region,
        architecture=place.architecture,
        current=shown,
        target=target,
        decision=confirmed(decided, found, place, platform, case.site.cloud, wish),
        operator=will,
        managed_by=_managed_by(machine_set, will.lasting),
        risks=risks(case),
        age=age(
            shown, target, known(shown, place.region, case.site.cloud), known(target, place.region, case.site.cloud)
        ),
        user_data=context.snapshot.user_data.get(machine_set.user_data_secret or ""),
        platform=context.snapshot.platform,
        failure_domains=domains,
        reported=context.conditions.error(machine_set.kind.plural, machine_set.name),
        verification=found,
        elsewhere=copyable,
    )


def _without_effect(domains: tuple[FailureDomain, ...], found: tuple[str, ...]) -> Skip | None:
    """What the providerSpec says has no effect where failure domains decide, whoever wishes to write it."""
    if not any(each.decides for each in domains):
        return None
    what = ", ".join(found) or "none of them is known to Infrastructure"
    return Skip(reasons.FAILURE_DOMAIN_IMAGE, f"The failure domains decide what machines boot: {what}.")


def _case(machine_set: MachineSet, context: Context) -> Case:
    """The set as the operator sees it."""
    arch = operators_architecture(machine_set, context.snapshot, context.behaves)
    entry = _entry(context.stream, arch)
    offer = _offer(machine_set, context.platform, entry, arch, context.site)
    if context.platform and isinstance(offer, Target) and "judges_ami_by_owner" in context.behaves:
        offer = context.platform.in_kind(machine_set.provider_spec, entry, offer, context.site)
    managed = context.management[machine_set.kind.plural]
    return Case(
        machine_set, context.snapshot, managed, context.behaves, context.platform, arch, entry, offer, context.site
    )


def _wanted(case: Case, arch: str | Failed, context: Context) -> tuple[Offer, Mapping[str, str]]:
    """What the set should boot; and, where its region has no image, those of other regions.

    The operator knows one stream; a set that asks for another by its label gets that one from us.
    """
    stream: Stream | None = context.stream
    name = case.machine_set.labels.get(OS_STREAM)
    if name is not None and name != OPERATORS_OS_STREAM:
        stream = context.streams.get(str(name))
    if stream is None:
        there = ", ".join(repr(each) for each in sorted(context.streams)) or "no named streams"
        return Skip(reasons.OTHER_OS_STREAM, f"The set asks for the stream {name!r}; the cluster has {there}."), {}
    entry, platform, spec = _entry(stream, arch), case.platform, case.spec
    offer = _offer(case.machine_set, platform, entry, arch, case.site)
    if platform is None or not isinstance(spec, dict):
        return offer, {}
    in_kind = platform.in_kind(spec, entry, offer, case.site)
    region = platform.region(spec)
    if in_kind is not offer or not isinstance(offer, Skip) or region is None:
        return in_kind, {}
    return brought(offer, region, platform, spec, entry, case.site), platform.elsewhere(entry)


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


def _managed_by(machine_set: MachineSet, will: Outlook) -> Manager:
    owned = owner(machine_set)
    if owned != NOBODY or will.will in (NOT_MANAGED, SKIP):
        return owned
    return Manager("operator", "machine-config")
