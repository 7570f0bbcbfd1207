# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MachineConfigPools, as far as an upgrade waits for them."""

from __future__ import annotations

from .objects import Json, condition, dig, mapping

REQUIRED = "operator.machineconfiguration.openshift.io/required-for-upgrade"
PAUSED_BY_US = "okd-boot-images.io/paused-for-upgrade"
"""Annotation of a pool that we have paused: to which version. Whoever finishes the upgrade unpauses it, and no other pool."""


def name(pool: Json) -> str:
    return str(dig(pool, "metadata", "name"))


def required(pool: Json) -> bool:
    """Whether ClusterVersion completes only with this pool: the control plane's."""
    return REQUIRED in mapping(dig(pool, "metadata", "labels")) or name(pool) in ("master", "arbiter")


def paused(pool: Json) -> bool:
    return dig(pool, "spec", "paused") is True


def paused_by_us(pool: Json) -> bool:
    return PAUSED_BY_US in mapping(dig(pool, "metadata", "annotations"))


def observed(pool: Json) -> bool:
    """Whether its status is about its newest spec; true where generations are missing."""
    seen, newest = dig(pool, "status", "observedGeneration"), dig(pool, "metadata", "generation")
    return not (isinstance(seen, int) and isinstance(newest, int)) or seen >= newest


def updated(pool: Json) -> bool:
    """Whether every node has reached the configuration that spec names."""
    target, reached = (dig(pool, part, "configuration", "name") for part in ("spec", "status"))
    return observed(pool) and target == reached and condition(pool, "Updated").get("status") != "False"


def progress(pool: Json) -> tuple[int, int]:
    """How many nodes are at the target, and of how many."""
    done, total = (dig(pool, "status", key) for key in ("updatedMachineCount", "machineCount"))
    return (done if isinstance(done, int) else 0, total if isinstance(total, int) else 0)


def counts(pool: Json) -> str:
    """C(3 of 12 nodes updated, 1 unavailable, 1 degraded)."""
    told = "{} of {} nodes updated".format(*progress(pool))
    for key, word in (("unavailableMachineCount", "unavailable"), ("degradedMachineCount", "degraded")):
        if dig(pool, "status", key):
            told += ", {} {}".format(dig(pool, "status", key), word)
    return told
