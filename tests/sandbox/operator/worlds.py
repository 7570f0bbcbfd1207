# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The world of a pass, put together from the caches and from what the releases are known to ship."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from .. import releases, versions
from . import paths
from .cluster import Cluster
from .rules.architecture import RPM_NAMES
from .rules.behaviour import Behaviour, Minor
from .rules.world import Ec2, Payload, World
from .vcenter import Templates

_PATCHES = 12
"""Releases of each minor that are looked through for AMIs."""


@dataclass(frozen=True)
class Worlds:
    cluster: Cluster
    extra_amis: frozenset[str] = frozenset()
    """Added to the allow list of every release."""
    ec2: Callable[[str], Ec2] | None = None
    """EC2 of a region; without it an operator of 4.23 or later finds no AMI's owner."""
    templates: Templates = field(default_factory=Templates)

    def now(self, rules: Behaviour) -> World:
        version = self.cluster.running_version
        return World(
            infrastructure=self.cluster.infrastructure,
            cluster_version=self.cluster.cluster_version,
            config_map=self.cluster.boot_images.get(paths.BOOT_IMAGES),
            secret=lambda name: self.cluster.api.find(f"{paths.SECRETS}/{name}"),
            payload=Payload(version, releases.release_image(version), releases.mco_hash(version)),
            architecture=self._architecture(),
            known_amis=self.extra_amis | allow_list(rules.minor) if self.cluster.platform == "AWS" else frozenset(),
            ec2=self.ec2(self._region()) if self.ec2 else None,
            vcenter=self.templates,
        )

    def _architecture(self) -> str:
        """Of the control plane, where the operator itself runs; x86_64 where the sample has no nodes."""
        query = "labelSelector=node-role.kubernetes.io/master&limit=1"
        nodes = self.cluster.api.get(f"{paths.NODES}?{query}")["items"]
        return RPM_NAMES[nodes[0]["status"]["nodeInfo"]["architecture"]] if nodes else "x86_64"

    def _region(self) -> str:
        status = self.cluster.infrastructure.get("status", {}).get("platformStatus") or {}
        return (status.get("aws") or {}).get("region", "")


def allow_list(minor: Minor) -> frozenset[str]:
    """The AMIs built into a release: 4.17 and 4.18 share one list, 4.19 to 4.22 a longer one."""
    return released_amis((4, 18) if minor < (4, 19) else (4, 22))


@cache
def released_amis(last: Minor = versions.MINORS[-1]) -> frozenset[str]:
    """Every AMI of the sandbox's releases up to that minor."""
    found: set[str] = set()
    for known in versions.MINORS:
        if known <= last:
            for version in _versions(known):
                found |= _amis(version)
    return frozenset(found)


def _versions(minor: Minor) -> list[str]:
    """Of both distributions, as far as the sandbox knows them."""
    major, y = minor
    texts = [f"{major}.{y}.{patch}" for patch in range(_PATCHES)]
    if minor >= (4, 16):
        texts += [f"{major}.{y}.0-okd-scos.{patch}" for patch in range(_PATCHES)]
        texts += [f"{major}.{y}.0-okd-scos.ec.{patch}" for patch in range(_PATCHES)]
    return texts


def _amis(version: str) -> set[str]:
    images = [architecture.get("images", {}) for architecture in releases.stream(version)["architectures"].values()]
    return {found["image"] for image in images for found in (image.get("aws") or {}).get("regions", {}).values()}
