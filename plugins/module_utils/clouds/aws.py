# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Amazon: do AMIs exist, what are they, and which images does a marketplace product have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timezone
from typing import Any, Callable

from ..model.images import ImageFacts
from ..model.objects import Json
from .aws_client import Ec2
from .aws_facts import MARKETPLACE_ALIAS, facts_of

VALUES = 200
"""What one filter holds."""

_AMI = re.compile(r"ami-[0-9a-f]{8,17}\Z")


def _now() -> datetime:
    return datetime.now(timezone.utc)


class AWS:
    """The Cloud of Infrastructure's platform type AWS."""

    name = "AWS"

    def __init__(self, ec2: Ec2, now: Callable[[], datetime] = _now) -> None:
        self.ec2 = ec2
        self._now = now

    def images(self, region: str, ids: Collection[str]) -> dict[str, ImageFacts]:
        """One call for 200 ids: by filter, because an unknown id among ImageIds fails the whole call (InvalidAMIID.NotFound).

        Deprecated and one's own disabled images are among the answers. Other people's private images, and those that the account's
        Allowed AMIs forbid, look as if they did not exist.
        """
        wanted = sorted({each for each in ids if _AMI.match(each)})
        found: dict[str, ImageFacts] = {}
        for start in range(0, len(wanted), VALUES):
            batch = {"image-id": wanted[start : start + VALUES]}
            found.update((each.id, each) for each in self.search(region, batch))
        return {each: found.get(each) or ImageFacts(each, region, exists=False) for each in ids}

    def marketplace(self, region: str, products: Collection[str]) -> tuple[ImageFacts, ...]:
        """Every image of these marketplace products that is not deprecated, in one call; C(model.marketplace) chooses."""
        if not products:
            return ()
        query = {"Owners": [MARKETPLACE_ALIAS], "Filters": filters({"name": _anywhere(products)})}
        return tuple(self._facts(region, self.ec2.describe_images(region, **query)))

    def search(self, region: str, by: dict[str, list[str]], **query: Any) -> list[ImageFacts]:
        """The images that a providerSpec's C(ami.filters), or any other filters, find; deprecated ones too."""
        found = self.ec2.describe_images(
            region, Filters=filters(by), IncludeDeprecated=True, IncludeDisabled=True, **query
        )
        return self._facts(region, found)

    def own(self, region: str, by: dict[str, list[str]]) -> list[tuple[ImageFacts, Json]]:
        """The account's own images that filters find, each with what AWS said of it."""
        return self._own_and(region, by)

    def own_and_marketplace(
        self, region: str, named: str, products: Collection[str]
    ) -> tuple[list[tuple[ImageFacts, Json]], tuple[ImageFacts, ...]]:
        """C(own) of the images with I(named) in their names, and C(marketplace), in one call."""
        found = self._own_and(region, {"name": _anywhere([named, *products])}, MARKETPLACE_ALIAS)
        theirs = (each for each, _said in found if each.product in products and not each.deprecated)
        return [each for each in found if each[0].product is None], tuple(theirs)

    def _own_and(self, region: str, by: dict[str, list[str]], *owners: str) -> list[tuple[ImageFacts, Json]]:
        query = {"Owners": ["self", *owners], "IncludeDeprecated": True, "IncludeDisabled": True}
        found = self.ec2.describe_images(region, Filters=filters(by), **query)
        return list(zip(self._facts(region, found), found))

    def _facts(self, region: str, found: Iterable[Json]) -> list[ImageFacts]:
        now = self._now()
        return [facts_of(region, each, now) for each in found]


def _anywhere(texts: Iterable[str]) -> list[str]:
    """Wildcards for names that hold one of I(texts)."""
    return [f"*{each}*" for each in sorted(set(texts))]


def filters(by: dict[str, list[str]]) -> list[dict[str, Any]]:
    """In EC2's shape."""
    return [{"Name": name, "Values": values} for name, values in by.items()]
