# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade meets beside ClusterVersion, operators and pools; read only when an upgrade is asked about."""

from __future__ import annotations

from dataclasses import dataclass, field

from .cluster import NotChecked
from .objects import Json


@dataclass(frozen=True)
class Surroundings:
    """Lists are empty, and objects None, where the cluster has none or a right was missing; I(not_checked) tells which."""

    nodes: tuple[Json, ...] = field(default=(), repr=False)
    signing_requests: tuple[Json, ...] = field(default=(), repr=False)
    budgets: tuple[Json, ...] = field(default=(), repr=False)
    api_requests: tuple[Json, ...] = field(default=(), repr=False)
    etcd: Json | None = field(default=None, repr=False)
    network: Json | None = field(default=None, repr=False)
    runtimes: tuple[Json, ...] = field(default=(), repr=False)
    """ContainerRuntimeConfigs."""
    not_checked: tuple[NotChecked, ...] = ()
