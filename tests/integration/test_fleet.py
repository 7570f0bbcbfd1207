# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook upgrade over many clusters at once: each has a control plane of its own, and what ails one is nothing to the others.

Three clusters without more; with FLEET=all nine of them, some of which hang or are gone, as `make fleet` does.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from integration.support import fleets
from integration.support.clusters import Cluster
from integration.support.fleets import Wanted

Json = dict[str, Any]
UPGRADE = "okd.boot_images.upgrade"
SPEED = 600.0
GATE = "ack-4.18-sample-api-removals"
PATIENCE = 25
"""Seconds for the cluster whose upgrade goes on for ever; the others take less."""


@dataclass(frozen=True)
class Case:
    """One cluster of the fleet: what is special about it, and how it should end."""

    wanted: Wanted
    target: str
    state: str = "ok"
    message: str = ""
    upgraded: bool = True
    operator: tuple[str, ...] = ()
    host: Json = field(default_factory=dict)


def sample(name: str, kind: str, release: str, channel: str, **more: Any) -> Wanted:
    return Wanted(name, kind, {"release": release, "born": "4.14.3", "channel": channel, **more})


SOME = (
    Case(sample("east", "gcp", "4.17.3", "stable-4.18"), "4.18.0"),
    Case(
        sample("gated", "gcp", "4.18.3", "stable-4.19", gates={GATE: "Read the notes."}),
        "4.19.0", "failed", GATE, upgraded=False,
    ),
    Case(
        sample("stuck", "aws", "4.20.3", "stable-4.20"), "4.20.4", "failed", "etcd",
        upgraded=False, operator=("--stall-at", "etcd"), host={"cluster_upgrade_wait_timeout": PATIENCE},
    ),
)  # fmt: skip
OTHERS = (
    Case(sample("west", "aws", "4.20.3", "stable-4.21"), "4.21.0"),
    Case(sample("frozen", "gcp", "4.18.3", "stable-4.18"), "4.18.4", "failed", "cannot be reached", upgraded=False),
    Case(
        sample("freezes", "gcp", "4.21.3", "stable-4.21"), "4.21.4", "failed", "still waiting for|cannot be reached",
        upgraded=False, host={"cluster_upgrade_accept_timeout": 60, "cluster_upgrade_wait_timeout": 60},
    ),
    Case(sample("gone", "gcp", "4.18.3", "stable-4.18"), "4.18.4", "failed", "cannot be reached", upgraded=False),
    Case(sample("north", "openstack", "4.18.3", "stable-4.19"), "4.19.0", "attention"),
    Case(sample("south", "azure", "4.21.3", "stable-4.22"), "4.22.0"),
)  # fmt: skip


def newest(made: Cluster) -> tuple[str, str]:
    entry = made.client.get("clusterversions", "version")["status"]["history"][0]
    return entry["version"], entry["state"]


def page(folder: Path) -> dict[str, str]:
    """The state of each cluster on the page over all; none before there is a page."""
    try:
        text = (folder / "index.html").read_text()
    except FileNotFoundError:
        return {}
    rows = re.findall(r'role="rowheader">(?:<a [^>]*>)?([^<]+)<.*?class="pill (\w+)"', text, re.DOTALL)
    return dict(rows)


def wait_until(true: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.1)


@pytest.mark.long
def test_each_cluster_ends_by_itself_and_the_page_tells_all(tmp_path: Path) -> None:
    cases = {each.wanted.name: each for each in (SOME + OTHERS if os.environ.get("FLEET") == "all" else SOME)}
    with fleets.fleet([each.wanted for each in cases.values()]) as clusters:
        before = {name: newest(made)[0] for name, made in clusters.items()}
        for name, made in clusters.items():
            if name not in ("frozen", "gone"):
                made.sandbox.start_operator(SPEED, *cases[name].operator)
        if "frozen" in clusters:
            fleets.freeze(clusters["frozen"].sandbox)
            clusters["gone"].sandbox.control_plane.kill_apiserver()
        hosts = {name: {"cluster_upgrade_version": case.target, **case.host} for name, case in cases.items()}
        run = fleets.Run(
            UPGRADE, "-i", str(fleets.inventory(tmp_path / "inventory.yml", clusters, hosts)), "--forks", str(len(cases)),
            boot_images_hosts="clusters", boot_images_report_dir=str(tmp_path),
        )  # fmt: skip
        try:
            wait_until(lambda: page(tmp_path) == dict.fromkeys(cases, "running"), 120, "a page with all under way")
            if "freezes" in clusters:
                made = clusters["freezes"]
                made.client.wait_for(lambda: newest(made) == ("4.21.4", "Partial"), 120, "the upgrade's begin")
                fleets.freeze(made.sandbox)
            done = run.end(900)
        finally:
            run.kill()
        for name in ("frozen", "freezes"):
            if name in clusters:
                fleets.thaw(clusters[name].sandbox)
        if "gone" in clusters:
            clusters["gone"].sandbox.control_plane.start_apiserver()

        assert done.code == 2, done.output
        assert page(tmp_path) == {name: case.state for name, case in cases.items()}
        for name, case in cases.items():
            report = json.loads((tmp_path / f"{name}.json").read_text())
            assert re.search(case.message, str((report["failure"] or {"message": ""})["message"])), name
            assert done.recap(name)["failed"] == (1 if case.state == "failed" else 0), name
            assert f"[{name}] " in done.output
            if case.upgraded:
                assert newest(clusters[name]) == (case.target, "Completed")
            elif name not in ("stuck", "freezes"):
                assert newest(clusters[name])[0] == before[name]
        for name in {"east", "west"} & set(cases):
            assert clusters[name].images() == dict.fromkeys(
                clusters[name].names, clusters[name].target(cases[name].target)
            )
        tell_cost(run.cost, clusters)
        if "freezes" in clusters:
            again = fleets.Run(
                UPGRADE, "-i", str(tmp_path / "inventory.yml"), "--limit", "freezes",
                boot_images_hosts="clusters", boot_images_report_dir=str(tmp_path),
            ).end(300)  # fmt: skip
            assert again.code == 0, again.output
            assert newest(clusters["freezes"]) == ("4.21.4", "Completed")
            assert page(tmp_path) == {name: case.state for name, case in cases.items()} | {"freezes": "ok"}


def tell_cost(cost: fleets.Cost, clusters: dict[str, Cluster]) -> None:
    """For docs/guides/fleet.md; shown with -s."""
    servers = [
        sum(fleets.memory(each.pid) for each in made.sandbox.control_plane.processes.values())
        for made in clusters.values()
    ]
    print(
        f"\n{len(clusters)} clusters: {cost.seconds:.0f} s, {cost.cpu / len(clusters):.1f} s of processor time and "
        f"{cost.mib / len(clusters):.0f} MiB a cluster on the controller ({cost.mib:.0f} MiB in all); "
        f"a control plane of the sandbox holds {max(servers):.0f} MiB"
    )
