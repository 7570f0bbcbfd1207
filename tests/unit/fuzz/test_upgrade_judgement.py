# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in the objects that an upgrade is judged by: findings, plans and lines, or an error of ours; never a traceback."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from hypothesis import given
from unit.assess.test_preflight import budget, counted, etcd, node, operator, pool, request, runc, version
from unit.builders import snapshot
from unit.fuzz.hostile import FUZZ, RANDOM, spoiled

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight import Target, preflight
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import BootImageError
from ansible_collections.okd.boot_images.plugins.module_utils.model.surroundings import Surroundings
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import UpgradeWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan import pools as pausing
from ansible_collections.okd.boot_images.plugins.module_utils.plan import route as routing
from ansible_collections.okd.boot_images.plugins.module_utils.plan import upgrade as upgrading
from ansible_collections.okd.boot_images.plugins.module_utils.report import data
from ansible_collections.okd.boot_images.plugins.module_utils.report import upgrade as reporting
from ansible_collections.okd.boot_images.plugins.module_utils.report.progress import news
from ansible_collections.okd.boot_images.plugins.module_utils.settle.pools import outstanding

VERSIONS = ("", "latest", "4.20.0", "4.21.0", "4.19.1", "4.20.0-okd-scos.ec.1", "é")
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def bad(random: Random, *sound: Any) -> tuple[Any, ...]:
    """Each object as it should be, and spoiled where that is an object still."""
    worse = (spoiled(random, each, 2) for each in sound)
    return (*sound, *(each for each in worse if isinstance(each, dict)))


def cluster(random: Random) -> Any:
    risks = [{"name": "R", "message": "m", "url": "u"}]
    conditional = [
        {"release": {"version": "4.20.0", "image": "i"}, "risks": risks, "conditions": [{"type": "Recommended"}]}
    ]
    made = version(
        {"desiredUpdate": {"version": "4.19.7"}, "overrides": [{"unmanaged": True}]}, conditionalUpdates=conditional
    )
    made["metadata"]["annotations"] = {
        routing.RECORD: json.dumps({"asked": "latest", "from": "4.19.0", "hops": ["4.19.1"]})
    }
    found = bad(random, made)[-1]
    gates = bad(random, {"data": {"ack-4.19-x": "read", "ack-4.19-boot-image-opt-out-in-4.20": "decide"}})[-1]
    return snapshot(
        cluster_version=found, gates=gates, operators=bad(random, operator()), pools=bad(random, pool(), pool("master")),
    )  # fmt: skip


@FUZZ
@given(RANDOM)
def test_the_judgement_of_spoiled_clusters(random: Random) -> None:
    around = Surroundings(
        nodes=bad(random, node()), signing_requests=bad(random, request()), budgets=bad(random, budget(0)),
        api_requests=bad(random, counted("1.33", 1)), etcd=bad(random, etcd(EtcdMembersAvailable="False"))[-1],
        network=bad(random, {"status": {"networkType": "OpenShiftSDN"}})[-1], runtimes=bad(random, runc()),
    )  # fmt: skip
    seen, later = cluster(random), cluster(random)
    wanted = random.choice(VERSIONS)
    wish = UpgradeWish(wanted, control_plane_only=random.random() < 0.5, acknowledge=("all",), accept_risks=("R",))
    found = preflight(seen, assess(seen), around, Target(wanted, random.random() < 0.5))
    json.dumps(reporting.surroundings(seen, found, ()))
    json.dumps(reporting.history(seen, ("4.19.0", wanted)))
    assert all(len(line) <= reporting.WIDTH for line in reporting.lines(found, (), ()))
    assert all(isinstance(line, str) for line in news((seen, assess(seen)), (later, assess(later))))
    assert all(each.message for each in outstanding(seen))
    json.dumps(data.diff((*pausing.pause(seen, "4.20.0"), *pausing.unpause(seen), *routing.forget(seen))))
    with suppress(BootImageError):
        json.dumps(data.diff(upgrading.acknowledgements(seen, wish)))
    with suppress(BootImageError):
        json.dumps(data.diff(upgrading.upgrade(seen, replace(wish, control_plane_only=False))))
    with suppress(BootImageError):
        way = routing.recorded_route(seen, wish, NOW) or routing.route(seen, wish)
        json.dumps(data.diff(routing.record(seen, way)))
        assert set(routing.left(seen, way)) <= set(way.hops)
