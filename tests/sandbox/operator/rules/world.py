# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pass knows besides the set itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Payload:
    """The running operator's own identity, which the ConfigMap's stamps are compared with."""

    version: str
    image: str = ""
    hash: str = ""

    def stamp(self, key: str) -> str:
        """The value the operator expects under a key of coreos-bootimages."""
        return {"MCOVersionHash": self.hash, "MCOReleaseImageVersion": self.version, "releaseVersion": self.version}[
            key
        ]


@dataclass(frozen=True)
class Ami:
    """What DescribeImages says of an image, as far as the operator of 5.x looks."""

    id: str
    owner: str
    name: str = ""
    description: str = ""
    creation_date: str = ""


class Ec2(Protocol):
    """Stands in for EC2 of one region."""

    def describe(self, ami: str) -> Ami:
        """Raise LookupError with EC2's text when there is none."""

    def marketplace(self, product: str) -> list[Ami]:
        """Marketplace images whose name carries the product id."""


class VCenter(Protocol):
    """Stands in for the vCenters of a cluster."""

    def release_of(self, server: str, datacenter: str, template: str) -> str:
        """The product version of a template, empty when it tells none. Raise LookupError when there is no template."""


@dataclass(frozen=True)
class World:
    infrastructure: JsonObject
    cluster_version: JsonObject
    config_map: JsonObject | None
    """coreos-bootimages, None when it does not exist."""
    secret: Callable[[str], JsonObject | None]
    """Reads a Secret of openshift-machine-api, live: nothing is cached, nothing announces a change."""
    payload: Payload
    architecture: str = "x86_64"
    """Of the control plane, RPM's spelling."""
    known_amis: frozenset[str] = field(default_factory=frozenset)
    """The allow list of releases up to 4.22."""
    ec2: Ec2 | None = None
    vcenter: VCenter | None = None

    @property
    def platform(self) -> str:
        return platform_of(self.infrastructure)


def platform_of(infrastructure: JsonObject) -> str:
    """Infrastructure's word; Azure Stack, which nothing is managed on, goes by its cloud's name."""
    status = infrastructure.get("status", {})
    told = status.get("platformStatus") or {}
    cloud = (told.get("azure") or {}).get("cloudName", "")
    return cloud if cloud == "AzureStackCloud" else told.get("type") or status.get("platform") or ""
