# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DescribeImages as EC2 answers it, made of moto's: gaps between regions, other people's images, deprecation, unknown ids, pages, copies."""

from __future__ import annotations

import fnmatch
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .catalogue import ACCOUNT, MARKETPLACE_OWNER, Ami
from .faults import Faults, Refused

SPACE = "{http://ec2.amazonaws.com/doc/2016-11-15}"
_FILTERED_HERE = {
    "source-image-id": "sourceImageId",
    "source-image-region": "sourceImageRegion",
    "description": "description",
}

Parameters = dict[str, str]
Ask = Callable[[Parameters], bytes]


@dataclass
class Copy:
    """What moto forgets of a copy. Times are monotonic."""

    source: str
    source_region: str
    encrypted: bool
    available_from: float
    shown_from: float
    failed: bool


@dataclass
class Images:
    """EC2's knowledge of images beyond moto's."""

    catalogue: Mapping[str, Ami]
    faults: Faults
    copies: dict[tuple[str, str], Copy] = field(default_factory=dict)
    """By region and id."""

    def describe(self, region: str, parameters: Parameters, ask: Ask) -> bytes:
        """The answer's XML. ask: puts parameters to moto."""
        filters = filters_of(parameters)
        ids, owners = listed(parameters, "ImageId"), listed(parameters, "Owner")
        if ids:  # moto would ignore the rest of the query
            filters.append(("image-id", ids))
        asked = [each for each in filters if each[0] not in _FILTERED_HERE]
        answer = ET.fromstring(
            ask({"Action": "DescribeImages", "Version": parameters["Version"], **_flat(asked, owners)})
        )
        items = answer.find(f"{SPACE}imagesSet")
        assert items is not None
        found = [item for item in list(items) if self._exists(item, region)]
        for item in found:
            self._complete(item, region)
        found = [item for item in found if _shown(item, parameters) and _passes(item, filters)]
        missing = sorted(set(ids) - {text(item, "imageId") for item in found})
        if missing[1:]:
            raise Refused("InvalidAMIID.NotFound", f"The image ids '[{', '.join(missing)}]' do not exist")
        if missing:
            raise Refused("InvalidAMIID.NotFound", f"The image id '[{missing[0]}]' does not exist")
        return _page(answer, items, found, parameters, self.faults.page)

    def _exists(self, item: ET.Element, region: str) -> bool:
        """Whether whoever asks can see it at all, there."""
        image = self.catalogue.get(text(item, "imageId"))
        if image is None:
            copy = self.copies.get((region, text(item, "imageId")))
            return copy is None or time.monotonic() >= copy.shown_from
        return (not image.regions or region in image.regions) and (image.public or image.owner == ACCOUNT)

    def _complete(self, item: ET.Element, region: str) -> None:
        """What moto leaves out, or has wrong for all images of a file."""
        owner, alias = text(item, "imageOwnerId"), item.find(f"{SPACE}imageOwnerAlias")
        if alias is not None:
            if owner == MARKETPLACE_OWNER:
                alias.text = "aws-marketplace"
            else:
                item.remove(alias)
        image = self.catalogue.get(text(item, "imageId"))
        if image is not None and image.deprecation_time:
            put(item, "deprecationTime", image.deprecation_time)
        copy = self.copies.get((region, text(item, "imageId")))
        if copy is None:
            return
        original = self.catalogue[copy.source]
        pending = time.monotonic() < copy.available_from
        put(item, "imageState", "pending" if pending else "failed" if copy.failed else "available")
        if copy.failed and not pending:
            reason = ET.SubElement(item, f"{SPACE}stateReason")
            put(reason, "code", "Client.InternalError")
            put(reason, "message", "Client error on launch: the KMS key may not be used")
        put(item, "sourceImageId", copy.source)
        put(item, "sourceImageRegion", copy.source_region)
        put(item, "bootMode", original.boot_mode)
        put(item, "rootDeviceType", "ebs")
        for disk in item.iter(f"{SPACE}ebs"):
            put(disk, "encrypted", str(copy.encrypted).lower())


def filters_of(parameters: Parameters) -> list[tuple[str, list[str]]]:
    """Name and values of each Filter.<n>."""
    numbers = sorted({int(key.split(".")[1]) for key in parameters if key.startswith("Filter.")})
    return [(parameters[f"Filter.{n}.Name"], listed(parameters, f"Filter.{n}.Value")) for n in numbers]


def listed(parameters: Parameters, name: str) -> list[str]:
    """The values of <name>.1, <name>.2 …"""
    found = ((key.removeprefix(name + "."), value) for key, value in parameters.items() if key.startswith(name + "."))
    return [value for number, value in sorted(((int(n), v) for n, v in found if n.isdigit()))]


def text(item: ET.Element, name: str) -> str:
    """The text of a child, empty where there is none."""
    return item.findtext(SPACE + name) or ""


def put(item: ET.Element, name: str, value: str) -> None:
    """Set a child's text."""
    found = item.find(SPACE + name)
    if found is None:
        found = ET.SubElement(item, SPACE + name)
    found.text = value


def _flat(filters: list[tuple[str, list[str]]], owners: list[str]) -> Parameters:
    flat = {f"Owner.{n}": MARKETPLACE_OWNER if each == "aws-marketplace" else each for n, each in enumerate(owners, 1)}
    for n, (name, values) in enumerate(filters, 1):
        flat[f"Filter.{n}.Name"] = name
        flat.update({f"Filter.{n}.Value.{m}": value for m, value in enumerate(values, 1)})
    return flat


def _shown(item: ET.Element, parameters: Parameters) -> bool:
    """Deprecated images of others, and disabled ones, are shown on request only."""
    mine = text(item, "imageOwnerId") == ACCOUNT
    time_of = text(item, "deprecationTime")
    deprecated = bool(time_of) and datetime.fromisoformat(time_of) <= datetime.now(UTC)
    if deprecated and not mine and parameters.get("IncludeDeprecated") != "true":
        return False
    return text(item, "imageState") != "disabled" or parameters.get("IncludeDisabled") == "true"


def _passes(item: ET.Element, filters: list[tuple[str, list[str]]]) -> bool:
    """The filters that moto answers with a 500."""
    here = [(_FILTERED_HERE[name], values) for name, values in filters if name in _FILTERED_HERE]
    return all(any(fnmatch.fnmatchcase(text(item, tag), each) for each in values) for tag, values in here)


def _page(answer: ET.Element, items: ET.Element, found: list[ET.Element], parameters: Parameters, most: int) -> bytes:
    start = int(parameters.get("NextToken", "0"))
    size = min(most, int(parameters.get("MaxResults", len(found) or 1)))
    for item in list(items):
        items.remove(item)
    items.extend(found[start : start + size])
    if start + size < len(found):
        put(answer, "nextToken", str(start + size))
    ET.register_namespace("", SPACE[1:-1])
    return ET.tostring(answer)
