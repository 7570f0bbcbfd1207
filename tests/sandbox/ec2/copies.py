# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CopyImage and DeregisterImage as EC2 does them, made of moto's: client tokens, tags, time, and snapshots that go along."""

from __future__ import annotations

import threading
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from .faults import Faults, Refused, deny, may
from .images import SPACE, Ask, Copy, Images, Parameters, put, text


@dataclass
class Copies:
    """Whom a token was given to, and what it made."""

    images: Images
    faults: Faults
    tokens: dict[tuple[str, str], tuple[Parameters, bytes]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def copy(self, region: str, parameters: Parameters, ask: Ask) -> bytes:
        """CopyImage; the same token gives the same image, whatever has become of it."""
        if any(key.startswith("TagSpecification.") for key in parameters):
            deny(self.faults, "ec2:CreateTags")
        if parameters.get("DryRun") == "true":
            return ask(parameters)
        source = self.images.catalogue.get(parameters["SourceImageId"])
        if source is None or (source.regions and parameters["SourceRegion"] not in source.regions):
            raise Refused("InvalidAMIID.NotFound", f"The image id '[{parameters['SourceImageId']}]' does not exist")
        with self.lock:
            answer = self._once(region, parameters, ask)
        if self.faults.held is not None:
            self.faults.reached.set()
            self.faults.held.wait(30)
        return answer

    def _once(self, region: str, parameters: Parameters, ask: Ask) -> bytes:
        token = (region, parameters.get("ClientToken", ""))
        if token in self.tokens:
            before, answer = self.tokens[token]
            if before != parameters:
                raise Refused(
                    "IdempotentParameterMismatch",
                    "The request uses the same client token as a previous, but non-identical request.",
                )
            return answer
        answer = ask(parameters)
        made = text(ET.fromstring(answer), "imageId")
        now = time.monotonic()
        self.images.copies[region, made] = Copy(
            parameters["SourceImageId"], parameters["SourceRegion"], parameters.get("Encrypted") == "true",
            now + self.faults.copy_seconds, now + self.faults.hidden_seconds, self.faults.failing_copies > 0,
        )  # fmt: skip
        self.faults.failing_copies = max(0, self.faults.failing_copies - 1)
        self._tag(made, parameters, ask)
        if token[1]:
            self.tokens[token] = (parameters, answer)
        return answer

    def _tag(self, image: str, parameters: Parameters, ask: Ask) -> None:
        resources = {"image": [image], "snapshot": _snapshots(image, parameters, ask)}
        for key, kind in parameters.items():
            if not (key.startswith("TagSpecification.") and key.endswith(".ResourceType")):
                continue
            prefix = key.removesuffix("ResourceType")
            tags = {
                f"Tag.{name.removeprefix(prefix + 'Tag.')}": value
                for name, value in parameters.items()
                if name.startswith(prefix + "Tag.")
            }
            wanted = {f"ResourceId.{n}": each for n, each in enumerate(resources[kind], 1)}
            ask({"Action": "CreateTags", "Version": parameters["Version"], **wanted, **tags})

    def deregister(self, region: str, parameters: Parameters, ask: Ask) -> bytes:
        """DeregisterImage, with the snapshots where asked for."""
        with_snapshots = parameters.pop("DeleteAssociatedSnapshots", "") == "true"
        snapshots = _snapshots(parameters["ImageId"], parameters, ask) if with_snapshots else []
        answer = ET.fromstring(ask(parameters))
        self.images.copies.pop((region, parameters["ImageId"]), None)
        results = ET.SubElement(answer, f"{SPACE}deleteSnapshotResultSet")
        for each in snapshots:
            item = ET.SubElement(results, f"{SPACE}item")
            put(item, "snapshotId", each)
            put(item, "returnCode", self._delete(each, parameters, ask))
        return ET.tostring(answer)

    def _delete(self, snapshot: str, parameters: Parameters, ask: Ask) -> str:
        if not may(self.faults, "ec2:DeleteSnapshot"):
            return "missing-permissions"
        ask({"Action": "DeleteSnapshot", "Version": parameters["Version"], "SnapshotId": snapshot})
        return "success"


def _snapshots(image: str, parameters: Parameters, ask: Ask) -> list[str]:
    answer = ask(
        {
            "Action": "DescribeImages",
            "Version": parameters["Version"],
            "Filter.1.Name": "image-id",
            "Filter.1.Value.1": image,
        }
    )
    return [each.text or "" for each in ET.fromstring(answer).iter(f"{SPACE}snapshotId")]
