# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of the writers beside the reconcile (C(test_kills.py)): the same call again leaves what an undisturbed one leaves.

`make kills` draws KILLS moments over all of them; without it those with several writes are killed before the first, in the middle, and after the last.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from integration.support import world as w
from integration.support.clusters import WORKERS, Cluster
from integration.support.kills import Moment, gateway, undisturbed

Clusters = Callable[..., Cluster]
KILLS = int(os.environ.get("KILLS", "0"))
SEED = int(os.environ.get("KILLS_SEED", "0")) or (random.SystemRandom().randrange(1, 2**31) if KILLS else 1)
GATES = {"ack-4.18-one-in-4.19": "Read this.", "ack-4.18-two-in-4.19": "And this."}
SELECTED = {"mode": "Partial", "exclusive": True}
SHORT = ("some", "skew", "upgrade")
"""Those with more than one write."""
KINDS = (
    "machineconfigurations",
    "machinesets",
    "controlplanemachinesets",
    "clusterversions",
    "machineconfigpools",
    "configmaps",
)


@dataclass(frozen=True)
class Writer:
    """A call, on which cluster, and how many writes it takes."""

    module: str
    arguments: dict[str, Any]
    release: str = "4.20.3"
    writes: int = 1
    labelled: int = 0
    """How many sets bear the label already that only others should."""
    more: dict[str, Any] = field(default_factory=dict)


WRITERS = {
    "enable": Writer("managed_boot_images", {"mode": "All"}),
    "disable": Writer("managed_boot_images", {"mode": "None"}),
    "absent": Writer("managed_boot_images", {"state": "absent"}),
    "some": Writer("managed_boot_images", SELECTED, writes=6, labelled=3),
    "skew": Writer(
        "managed_boot_images", {"mode": "None", "skew_enforcement": {"mode": "Manual", "ocp_version": "4.12.0"}}, "4.22.1", 2
    ),
    "record": Writer("machineset_boot_image", {"state": "recorded"}),
    "upgrade": Writer(
        "cluster_upgrade",
        {"version": "latest", "acknowledge": ["all"]},
        "4.18.6",
        3,
        more={"gates": GATES},
    ),
}  # fmt: skip


def prepared(cluster: Clusters, writer: Writer) -> tuple[Cluster, dict[str, Any]]:
    made = cluster("gcp", release=writer.release, machine_sets=6, machines=0, nodes=False, **writer.more)
    for name in made.names[: writer.labelled]:
        made.client.patch("machinesets", name, {"metadata": {"labels": {"okd-boot-images.io/managed": "true"}}})
    if writer.arguments.get("state") == "absent" or writer.module == "cluster_upgrade":
        made.manage({**WORKERS, "selection": {"mode": "All"}})
    made.follow()
    more = {"machine_sets": made.names[3:]} if "exclusive" in writer.arguments else {}
    return made, {**writer.arguments, **more}


def lasting(made: Cluster) -> dict[str, Any]:
    """Everything that a writer may touch, without what differs from run to run."""
    found = {}
    for kind in KINDS:
        for each in made.client.list(kind, "*"):
            told = w.timeless(each)
            told.pop("status", None)
            if each["metadata"]["name"] == w.HISTORY[2]:
                told = {"records": [_record(record) for record in w.records(each).values()]}
            found[f"{kind}/{each['metadata']['name']}"] = told
    return found


def _record(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "at": None, "finished": bool(record["finished"])}


@pytest.mark.parametrize("name", WRITERS if KILLS else SHORT)
def test_killed_and_done_again(cluster: Clusters, name: str) -> None:
    writer, draw = WRITERS[name], random.Random(f"{SEED} {name}")
    made, arguments = prepared(cluster, writer)
    with gateway(made) as through:
        seconds, writes = undisturbed(through, writer.module, **arguments)
    calm = lasting(made)
    assert len(writes) >= writer.writes, writes
    moments = [Moment(number, taken) for number in range(1, len(writes) + 1) for taken in (False, True)]
    if KILLS:
        moments += [Moment(seconds=draw.uniform(0, seconds)) for _each in range(KILLS // len(WRITERS) - len(moments))]
    elif len(moments) > 4:
        moments = [moments[0], *draw.sample(moments[1:-1], 2), moments[-1]]
    died = 0
    for moment in moments:
        made, arguments = prepared(cluster, writer)
        with gateway(made) as through:
            died += through.run(writer.module, moment, **arguments) is None
            again = through.run(writer.module, None, **arguments)
            assert again is not None and not again.failed, f"killed {moment}: {again and again.message}"
            assert lasting(made) == calm, f"killed {moment}"
            once_more = through.run(writer.module, None, **arguments)
            assert once_more is not None and not once_more.result["changed"], f"killed {moment}"
    print(f"{name}: seed {SEED}, {len(moments)} kills, {died} before it had answered", flush=True)
    assert died >= sum(bool(moment.write) for moment in moments)
