# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade meets, read in few requests: lists in pages, and only when an upgrade is asked about."""

from __future__ import annotations

from typing import Callable, TypeVar

from ..model import objects as o
from ..model.cluster import NotChecked
from ..model.errors import Forbidden, NotGathered, NotServed
from ..model.objects import Json
from ..model.source import Source
from ..model.surroundings import Surroundings

T = TypeVar("T")
NEVER = (
    NotChecked("alerts", "They are only to be had from the cluster's monitoring, with a token of its own."),
    NotChecked("a backup of etcd", "Nothing in the cluster proves one."),
)


def read_surroundings(source: Source) -> Surroundings:
    """A missing right, or a kind that is not served, is never taken for a passed check: it stands in I(not_checked)."""
    gaps: list[NotChecked] = []

    def attempt(what: str, fetch: Callable[[], T], otherwise: T) -> T:
        try:
            return fetch()
        except (Forbidden, NotGathered, NotServed) as error:
            gaps.append(NotChecked(what, str(error)))
            return otherwise

    def every(what: str, kind: o.Kind) -> tuple[Json, ...]:
        return tuple(attempt(what, lambda: source.list_all(kind), []))

    def one(what: str, ref: o.ObjectRef) -> Json | None:
        return attempt(what, lambda: source.find(ref), None)

    return Surroundings(
        nodes=every("nodes", o.NODE),
        signing_requests=every("certificate signing requests", o.SIGNING_REQUEST),
        budgets=every("PodDisruptionBudgets", o.DISRUPTION_BUDGET),
        api_requests=every("deprecated APIs in use", o.API_REQUEST_COUNT),
        etcd=one("etcd", o.THE_ETCD),
        network=one("network plugin", o.THE_NETWORK),
        runtimes=every("ContainerRuntimeConfigs", o.CONTAINER_RUNTIME_CONFIG),
        not_checked=(*gaps, *NEVER),
    )
