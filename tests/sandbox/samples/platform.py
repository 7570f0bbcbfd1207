# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sample needs to know about a platform: one file of this folder defines one of these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .. import releases

Json = dict[str, Any]
KUBERNETES_ARCH = {"x86_64": "amd64", "aarch64": "arm64", "ppc64le": "ppc64le", "s390x": "s390x"}


@dataclass(frozen=True)
class Place:
    """Where a machine set stands, and the release whose boot image it carries."""

    infra: str  # the infrastructure's name, prefix of all that the installer made
    release: str
    role: str  # worker or master
    region: str
    zone: str
    arch: str  # as the stream writes it: x86_64

    @property
    def images(self) -> Json:
        """`architectures.<arch>` of the stream of that release."""
        return releases.stream(self.release)["architectures"][self.arch]

    @property
    def user_data(self) -> Json:
        """The reference to the secret with the ignition stub."""
        return {"name": f"{self.role}-user-data"}


@dataclass(frozen=True)
class Platform:
    """A platform: `type` is platformStatus.type, `status` the part of platformStatus under the platform's own key."""

    type: str
    region: str = ""
    zones: Sequence[str] = ("",)
    arch: str = "x86_64"
    status: Callable[[str, str], Json] | None = None
    spec: Callable[[str, Sequence[str]], Json] | None = None
    provider_spec: Callable[[Place], Json] | None = None
    failure_domains: Callable[[Place, Sequence[str]], Json] | None = None
    control_plane_set: bool = True

    @property
    def key(self) -> str:
        """The key under platformStatus and platformSpec: GCP → gcp."""
        return self.type.lower()
