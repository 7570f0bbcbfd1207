# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the platform's cloud about the images that a judgement is about, each region and each image once in a run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Callable

from ..clouds import aws_credentials, gcp_options
from ..clouds.aws import AWS
from ..clouds.aws_client import Ec2
from ..clouds.aws_copies import Copies
from ..clouds.aws_copy_request import is_of
from ..clouds.base import Cloud, look_up
from ..clouds.gcp import GCP
from ..clouds.gcp_client import Compute
from ..model.cloud import EVERYTHING, CloudFacts, Image
from ..model.cluster import Snapshot
from ..model.errors import BootImageError, InvalidInput
from ..model.images import MARKETPLACE, ROSA, CopyWish, ImageCopy
from ..model.objects import dig
from ..model.source import Source
from ..model.verdict import Assessment, Verdict
from ..platforms.base import Site
from ..platforms.registry import PLATFORMS
from .asking import Asking

Judge = Callable[[CloudFacts], Assessment]


class Clouds:
    """The cloud of one cluster, during one run."""

    def __init__(self, source: Source, asking: Asking, dry_run: bool = True) -> None:
        """:param dry_run: copying and deleting only ask whether they would be allowed."""
        self.source, self.asking, self.dry_run = source, asking, dry_run
        self.known = CloudFacts()
        self._cloud: Cloud | None = None
        self._opened = False

    def facts(self, snapshot: Snapshot, judge: Judge) -> CloudFacts:
        """Everything about the images of the machine sets that I(judge) judges, on AWS in two calls a region: images by id, then what else
        may be a target there, which only those tell: copies, and images of their products in the marketplace.

        Regions that the stream has no image for go first. What copies there were made from tells their age, and is asked for together with
        the other images of its own region.
        """
        cloud = self.open(snapshot)
        if cloud is None:
            return self.known
        judge = _once(judge)
        if isinstance(cloud, AWS):
            judged = judge(self.known)
            lacking = {each.region or "" for each in judged.verdicts if _lacks(each, snapshot)}
            self._look_up(cloud, judged, lacking)
            self._search(cloud, snapshot, judge)
        self._look_up(cloud, judge(self.known))
        if isinstance(cloud, AWS):
            self._search(cloud, snapshot, judge)
            self._look_up(cloud, judge(self.known))
        return self.known

    def add(self, **found: Mapping[Any, Any]) -> None:
        """What has become known besides, by fields of CloudFacts."""
        if not any(found.values()):
            return
        together: dict[str, Any] = {name: {**getattr(self.known, name), **more} for name, more in found.items()}
        self.known = replace(self.known, **together)

    def _search(self, cloud: AWS, snapshot: Snapshot, judge: Judge) -> None:
        """The cluster's copies in regions that the stream has no image for, or whose machine sets look for one; and marketplace products."""
        verdicts = judge(self.known).verdicts
        products = _products(verdicts, self.known)
        copied = {each.region or "" for each in verdicts if _lacks(each, snapshot)} - self.known.copies.keys()
        finder = Copies(cloud, cluster(snapshot))
        for region in sorted((copied | products.keys()) - {""}):
            if self.known.why_not(region) is not None:
                continue
            wanted = products.get(region, set())
            try:
                if region not in copied:
                    self.add(products={region: cloud.marketplace(region, wanted)})
                    continue
                copies, theirs = finder.found_and_products(region, wanted) if wanted else (finder.found(region), ())
                self.add(copies={region: tuple(each for each in copies if self._fits(each))})
                self.add(products={region: theirs} if wanted else {})
            except BootImageError as error:
                self.add(products={region: ()} if wanted else {}, errors={(region, ""): error})

    def _fits(self, copy: ImageCopy) -> bool:
        """Whether a copy is encrypted as asked for; without such a wish every one fits."""
        wish = CopyWish(copy.region, copy.facts.source or "", "", "", None, self.asking.encrypted, self.asking.kms_key)
        return is_of(wish, copy)

    def _look_up(self, cloud: Cloud, judged: Assessment, regions: Collection[str] | None = None) -> None:
        """Everything that machine sets and machines name, or of it what is in I(regions)."""
        wanted: dict[str, set[str]] = {}
        named = [(each.region, each.current) for each in judged.verdicts]
        named += [(each.region, each.target) for each in judged.verdicts]
        named += [(each.region, each.current) for each in judged.machines]
        for region, images in named:
            wanted.setdefault(region or "", set()).update((images or "").split())
        if regions is not None:
            wanted = {region: ids for region, ids in wanted.items() if region in regions}
        for copy in (each for copies in self.known.copies.values() for each in copies):
            if copy.id in wanted.get(copy.region, ()) and copy.facts.source and copy.facts.source_region:
                wanted.setdefault(copy.facts.source_region, set()).add(copy.facts.source)  # tells the copy's age
        new = {region: {each for each in ids if self._is_new(region, each)} for region, ids in wanted.items()}
        if isinstance(cloud, AWS):
            new.pop("", None)  # without a region there is nobody to ask
        found = look_up(cloud, {region: ids for region, ids in new.items() if ids})
        errors: dict[Image, BootImageError] = {**found.refusals}
        errors.update({(region, ""): error for region, error in found.failures.items()})
        self.add(images=found.facts, errors=errors)

    def _is_new(self, region: str, image: str) -> bool:
        return self.known.of(region, image) is None and self.known.why_not(region, image) is None

    def open(self, snapshot: Snapshot) -> Cloud | None:
        """The cloud, or None where there is none to ask, or no way to.

        :raises InvalidInput: options that contradict each other, or a secret that holds nothing of use.
        """
        if not self._opened:
            self._opened = True
            try:
                self._cloud = self._made(snapshot)
                self.known = replace(self.known, askable=self._cloud is not None)
            except InvalidInput:
                raise
            except BootImageError as error:
                self.add(errors={EVERYTHING: error})
        return self._cloud

    def _made(self, snapshot: Snapshot) -> Cloud | None:
        if snapshot.platform == AWS.name:
            asked = self.asking.aws
            keys = self.source.get(aws_credentials.THE_SECRET) if asked.get("cluster_credentials") else None
            given = aws_credentials.from_secret(keys) if keys is not None else None
            return AWS(Ec2(aws_credentials.Options.of(asked), given, self.dry_run))
        if snapshot.platform == GCP.name:
            asked = self.asking.gcp
            key = self.source.get(gcp_options.THE_SECRET) if asked.get("cluster_credentials") else None
            account = gcp_options.from_secret(key) if key is not None else None
            project = dig(snapshot.infrastructure, "status", "platformStatus", "gcp", "projectID")
            options = replace(gcp_options.Options.of(asked), project=project if isinstance(project, str) else None)
            return GCP(Compute(options, account))
        return None


def cluster(snapshot: Snapshot) -> str:
    """The name that is in the tags of everything that the installer makes."""
    return str(dig(snapshot.infrastructure, "status", "infrastructureName") or "")


def _once(judge: Judge) -> Judge:
    """The same judge, who is not asked again before something new has become known."""
    last: list[tuple[CloudFacts, Assessment]] = []

    def judged(facts: CloudFacts) -> Assessment:
        if not last or last[0][0] is not facts:
            last[:] = [(facts, judge(facts))]
        return last[0][1]

    return judged


def _lacks(verdict: Verdict, snapshot: Snapshot) -> bool:
    """Whether only a copy could be the set's image: the stream has none for its region, or it names none and looks for the installer's."""
    if verdict.elsewhere:
        return True
    platform, spec = PLATFORMS.get(verdict.platform), verdict.machine_set.provider_spec
    return (
        platform is not None
        and isinstance(spec, dict)
        and platform.sought(spec, Site(snapshot.infrastructure)) is not None
    )


def _products(verdicts: Iterable[Verdict], known: CloudFacts) -> dict[str, set[str]]:
    """By region, the marketplace products that sets boot and nobody has asked for yet."""
    found: dict[str, set[str]] = {}
    for facts in (facts for each in verdicts if each.verification for facts in each.verification.current):
        if facts.kind in (MARKETPLACE, ROSA) and facts.product and facts.region not in known.products:
            found.setdefault(facts.region, set()).add(facts.product)
    return found
