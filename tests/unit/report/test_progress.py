# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of an upgrade: one where something changed, none where nothing did."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import cluster_version, condition, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.report.progress import news

V = "4.19.1"


def operator(name: str, version: str = "4.19.0") -> dict[str, Any]:
    return {"metadata": {"name": name}, "status": {"versions": [{"name": "operator", "version": version}]}}


def pool(updated: int = 0, paused: bool = False, degraded: str = "", reached: str = "old") -> dict[str, Any]:
    return {
        "metadata": {"name": "worker"},
        "spec": {"paused": paused, "configuration": {"name": "new"}},
        "status": {
            "configuration": {"name": reached}, "machineCount": 12, "updatedMachineCount": updated,
            "conditions": [condition("Degraded", "True" if degraded else "False", degraded)],
        },
    }  # fmt: skip


def look(operators: Any = (), pools: Any = (), *conditions: Any) -> Any:
    version = cluster_version(V, "Partial", conditions=list(conditions))
    seen = snapshot(operators=tuple(operators), pools=tuple(pools), cluster_version=version)
    return seen, assess(seen)


@pytest.mark.contract("G8.count", "G3.versions")
def test_operators_are_counted_where_they_came_to_the_version() -> None:
    old, new = [operator(name) for name in "abc"], [operator("a", V), operator("b", V), operator("c")]
    assert news(look(old), look(new)) == ["operator 2/3 a, b"]
    assert news(look(new), look(new)) == [] == news(look(new), look(old)) == news(None, look(new))
    assert news(look(), look(new)) == []  # those before were not looked at


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (pool(2), pool(3), ["pool worker 3/12"]),
        (pool(3), pool(3), []),
        (pool(12), pool(12, reached="new"), ["pool worker 12/12"]),
        (pool(), pool(paused=True), ["pool worker paused"]),
        (pool(paused=True), pool(), ["pool worker goes on"]),
        (pool(), pool(degraded="failed to drain"), ["pool worker degraded: failed to drain"]),
        (pool(degraded="failed to drain"), pool(), ["pool worker degraded no more"]),
    ],
)
def test_pools(before: Any, after: Any, lines: list[str]) -> None:
    assert news(look(pools=[before]), look(pools=[after])) == lines


@pytest.mark.contract("G3.transient")
def test_failing_comes_and_goes() -> None:
    well, ill = look((), (), condition("Failing", "False")), look((), (), condition("Failing", "True", "etcd is down"))
    suspected = look((), (), condition("Failing", "Unknown", "slow"))
    assert news(well, ill) == ["cluster Failing=True: etcd is down"]
    assert news(ill, suspected) == ["cluster Failing=Unknown: slow"]
    assert news(suspected, well) == ["cluster Failing no more"]
    assert news(look(), well) == [] == news(ill, ill)


def test_what_the_cluster_waits_for_is_told_when_it_is_another() -> None:
    def waits(done: int, what: str) -> Any:
        return look((), (), condition("Progressing", "True", f"9 of 99 done ({done}% complete), waiting on {what}"))

    told = news(waits(9, "etcd"), waits(12, "kube-apiserver"))
    assert told == ["cluster waits for kube-apiserver (12% complete)"]
    assert news(look(), waits(9, "etcd")) == ["cluster waits for etcd (9% complete)"]
    assert news(waits(9, "etcd"), waits(8, "etcd")) == [] == news(waits(9, "etcd"), look()) == news(None, waits(9, "x"))


def test_a_pool_that_is_new_is_no_news() -> None:
    assert news(look(), look(pools=[pool(3, paused=True)])) == []
