# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The updates that ClusterVersion offers: without known risks, or with risks that must be taken one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .objects import Json, condition, dig, mapping, sequence
from .version import Version


@dataclass(frozen=True)
class Risk:
    """A known risk of an update; I(name) is what it is accepted by."""

    name: str
    message: str
    url: str


@dataclass(frozen=True)
class Offer:
    """One update on offer. I(unknown): whether its risks apply to this cluster could not be evaluated."""

    version: str
    image: str
    risks: tuple[Risk, ...] = ()
    unknown: bool = False


def offers(cluster_version: Json) -> tuple[Offer, ...]:
    """All of them, each version once: what is available has no risks, also where it stands among the conditional ones."""
    found: dict[str, Offer] = {}
    for each in (*_available(cluster_version), *_conditional(cluster_version)):
        found.setdefault(each.version, each)
    return tuple(found.values())


def offer(cluster_version: Json, version: str) -> Offer | None:
    """The offer of one version."""
    return next((each for each in offers(cluster_version) if each.version == version), None)


def newest(cluster_version: Json, minor: tuple[int, int] | None = None) -> Offer | None:
    """The newest offer without risks, of one minor release or of any.

    OKD's early candidates sort above the stable releases of their minor, so they count only for a cluster that runs one itself.
    """
    here = Version.of(str(dig(cluster_version, "status", "desired", "version")))
    found = [
        each
        for each in offers(cluster_version)
        if not each.risks
        and each.image
        and Version.of(each.version).known
        and (here.early or not Version.of(each.version).early)
        and Version.of(each.version).precedence > here.precedence
        and minor in (None, Version.of(each.version).release)
    ]
    return max(found, key=lambda each: Version.of(each.version).precedence, default=None)


def retrieval_failed(cluster_version: Json) -> str | None:
    """Why the updates on offer could not be fetched; None where they were, or nobody has tried yet."""
    told = condition(cluster_version, "RetrievedUpdates")
    if told.get("status") != "False":
        return None
    return "{}: {}".format(told.get("reason") or "unknown", told.get("message") or "no message")


def _available(cluster_version: Json) -> Iterator[Offer]:
    for release in sequence(dig(cluster_version, "status", "availableUpdates")):
        if isinstance(dig(release, "version"), str):
            yield Offer(release["version"], str(dig(release, "image") or ""))


def _conditional(cluster_version: Json) -> Iterator[Offer]:
    for each in sequence(dig(cluster_version, "status", "conditionalUpdates")):
        release = mapping(dig(each, "release"))
        if not isinstance(release.get("version"), str):
            continue
        recommended = condition({"status": mapping(each)}, "Recommended")
        if recommended.get("status") == "True":
            yield Offer(release["version"], str(release.get("image") or ""))
            continue
        yield Offer(
            release["version"],
            str(release.get("image") or ""),
            tuple(_risks(each, recommended)),
            unknown=recommended.get("status") == "Unknown",
        )


def _risks(update: object, recommended: Json) -> Iterator[Risk]:
    listed = [each for each in sequence(dig(update, "risks")) if dig(each, "name")]
    for each in listed:
        yield Risk(str(each["name"]), str(each.get("message") or ""), str(each.get("url") or ""))
    if not listed:  # never without a name, or nobody would have to accept anything
        yield Risk(str(recommended.get("reason") or "unnamed"), str(recommended.get("message") or ""), "")
