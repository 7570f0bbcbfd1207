# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS: platform_helpers.go, reconcileAWSProviderSpec, and aws_helpers.go of the releases that ask EC2."""

from __future__ import annotations

import re

from .behaviour import Behaviour
from .outcome import Skipped, Stop
from .world import Ami, Ec2, JsonObject, World

SPEC = "AWSMachineProviderConfig"
_STANDARD_OWNER = "531415883065"
_MARKETPLACE_OWNER = "679593333241"
_PRODUCT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
_DESCRIBED = re.compile(r"(?:^|[ -])(\d+)\.(\d+)[. ]")


class AwsError(ValueError):
    """`str()` is what follows `failed to reconcile machineset <name>, err: `."""


def rewrite(spec: JsonObject, stream: JsonObject, architecture: str, world: World, behaviour: Behaviour) -> bool:
    """Write the target AMI into spec. True when anything changed. Raises Stop, AwsError."""
    region = (spec.get("placement") or {}).get("region", "")
    of_architecture = (stream.get("architectures") or {}).get(architecture) or {}
    offered = ((of_architecture.get("images") or {}).get("aws") or {}).get("regions", {}).get(region)
    if offered is None:
        raise Stop(Skipped(f"failed to get AMI for region {region}"))
    current = spec["ami"].get("id")
    if current is None:
        raise Stop(Skipped("current AMI.ID is undefined"))
    if behaviour.ec2_decides:
        target = _by_owner(current, offered["image"], of_architecture, world.ec2)
    else:
        target = _by_allow_list(current, offered["image"], world)
    if target == current:
        return False
    spec["ami"] = {"id": target}
    return True


def _by_allow_list(current: str, target: str, world: World) -> str:
    if current != target and current not in world.known_amis:
        raise Stop(Skipped(f"current AMI {current} is unknown"))
    return target


def _by_owner(current: str, target: str, of_architecture: JsonObject, ec2: Ec2 | None) -> str:
    if not current:
        raise AwsError("AMI  not found")
    if ec2 is None:
        raise AwsError("failed to fetch aws-cloud-credentials secret: no EC2 in reach")
    try:
        image = ec2.describe(current)
    except LookupError as error:
        raise AwsError(f"DescribeImages failed for {current}: {error.args[0]}") from None
    product = _PRODUCT.search(image.name)
    if image.owner == _STANDARD_OWNER:
        return target
    if image.owner != _MARKETPLACE_OWNER or product is None:
        raise Stop(Skipped(f"AMI {current} has unrecognised owner"))
    release = ((of_architecture.get("artifacts") or {}).get("aws") or {}).get("release", "")
    return _marketplace(ec2.marketplace(product[0]), release, product[0])


def _marketplace(images: list[Ami], release: str, product: str) -> str:
    """The product's image with the highest version of all that are not above the stream's x.y."""
    limit = _version(f" {release}")
    candidates = [
        (version, image.creation_date, image.id) for image in images if (version := _version(image.description))
    ]
    fitting = [candidate for candidate in candidates if limit is not None and candidate[0] <= limit]
    if not fitting:
        raise Stop(Skipped(f"no marketplace AMI found for product ID {product}"))
    return max(fitting)[2]


def _version(text: str) -> tuple[int, int] | None:
    """`RHEL CoreOS 9.6 9.6.20260210-0 x86_64` and `rhcos-9.6.20250701-0-x86_64` -> (9, 6)."""
    found = _DESCRIBED.search(text)
    return (int(found[1]), int(found[2])) if found else None
