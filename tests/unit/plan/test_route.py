# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which versions a wish leads over, and what a killed run leaves for the next."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from unit.builders import cluster_version, condition, snapshot
from unit.patches import json_patch, merge_patch

from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidInput, UpgradeRefused
from ansible_collections.okd.boot_images.plugins.module_utils.model.pools import PAUSED_BY_US
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import UpgradeWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan import pools as pausing
from ansible_collections.okd.boot_images.plugins.module_utils.plan.route import (
    RECORD,
    Route,
    forget,
    left,
    record,
    recorded_route,
    route,
)


def cluster(at: str = "4.18.6", offered: Any = ("4.18.7", "4.19.1", "4.19.4"), note: Any = None, **status: Any) -> Any:
    updates = [{"version": each, "image": "i"} for each in offered]
    made = cluster_version(at, **{"availableUpdates": updates, **status})
    if note is not None:
        made["metadata"]["annotations"] = {RECORD: note}
    return snapshot(cluster_version=made)


def over(wish: UpgradeWish, *arguments: Any, **keywords: Any) -> tuple[str, ...]:
    return route(cluster(*arguments, **keywords), wish).hops


NOW = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
LATEST, TWO = UpgradeWish("latest"), UpgradeWish("4.20.3", control_plane_only=True)


@pytest.mark.contract("G6.ec")
def test_latest_is_the_highest_and_no_early_candidate_for_a_stable_cluster() -> None:
    assert over(LATEST) == ("4.19.4",)
    okd = ("4.21.0-okd-scos.9", "4.21.0-okd-scos.10", "4.21.0-okd-scos.ec.15")
    assert over(LATEST, "4.21.0-okd-scos.8", okd) == ("4.21.0-okd-scos.10",)
    assert over(LATEST, "4.21.0-okd-scos.ec.14", okd) == ("4.21.0-okd-scos.ec.15",)
    assert over(LATEST, "4.21.0-okd-scos.10", okd) == over(LATEST, offered=()) == ()


@pytest.mark.contract("G6.channels")
def test_latest_is_refused_where_nothing_could_be_fetched() -> None:
    with pytest.raises(UpgradeRefused, match="400 Bad Request"):
        over(LATEST, conditions=[condition("RetrievedUpdates", "False", "unexpected HTTP status: 400 Bad Request")])


def test_latest_means_what_is_under_way() -> None:
    assert over(LATEST, history=[{"state": "Partial", "version": "4.18.7"}]) == ("4.18.7",)


def test_two_steps_go_over_the_newest_in_between_or_the_one_given() -> None:
    assert over(TWO) == ("4.19.4", "4.20.3")
    assert over(UpgradeWish("4.20.3", control_plane_only=True, via="4.19.1")) == ("4.19.1", "4.20.3")
    assert over(UpgradeWish("4.19.1", control_plane_only=True)) == ("4.19.1",)
    assert over(UpgradeWish("4.18.7", control_plane_only=True)) == ("4.18.7",)
    assert over(UpgradeWish("5.1.0", control_plane_only=True), "4.22.3", ("5.0.1", "4.23.9")) == ("5.0.1", "5.1.0")


@pytest.mark.parametrize(
    ("at", "wanted", "says"),
    [
        ("4.19.2", "4.21.0", "from an even minor release"),
        ("4.18.6", "4.21.0", "from an even minor release"),
        ("4.20.6", "4.22.0", "No version of the minor release between"),
    ],
)
def test_where_two_steps_do_not_lead(at: str, wanted: str, says: str) -> None:
    with pytest.raises(UpgradeRefused, match=says):
        over(UpgradeWish(wanted, control_plane_only=True), at)


WAY = Route("latest", "4.18.6", ("4.19.4",))
LONG = Route("4.20.3", "4.18.6", ("4.19.4", "4.20.3"), control_plane_only=True)


@pytest.mark.parametrize("way", [WAY, LONG])
def test_what_was_decided_is_read_back(way: Route) -> None:
    (step,) = record(cluster(), way)
    text = merge_patch(step.request.body, cluster().cluster_version)["metadata"]["annotations"][RECORD]
    wish = UpgradeWish(way.asked, control_plane_only=way.control_plane_only)
    # In the meantime something newer came on offer, which is not what the run before was about.
    seen = cluster(note=text, offered=("4.19.9",))
    again = recorded_route(seen, wish, NOW)
    assert again is not None and again.resumed
    assert (again.asked, again.origin, again.hops) == (way.asked, way.origin, way.hops)
    assert record(seen, again) == ()
    (gone,) = forget(seen.cluster_version)
    assert RECORD not in merge_patch(gone.request.body, seen.cluster_version)["metadata"]["annotations"]
    assert recorded_route(seen, UpgradeWish("4.18.7"), NOW) is None
    assert recorded_route(cluster("4.18.9", note=text), wish, NOW) is None


def test_another_version_on_the_way_is_another_command() -> None:
    (step,) = record(cluster(), LONG)
    seen = cluster(note=step.after[RECORD])
    for via, followed in (("4.19.4", True), ("4.19.1", False), (None, True)):
        wish = UpgradeWish("4.20.3", control_plane_only=True, via=via)
        assert (recorded_route(seen, wish, NOW) is not None) is followed


def test_what_is_no_version_leads_nowhere() -> None:
    with pytest.raises(InvalidInput, match="'newest' is no version"):
        over(UpgradeWish("newest", control_plane_only=True))


def test_another_channel_is_another_command() -> None:
    way = route(cluster(), UpgradeWish("latest", channel="stable-4.19"))
    (step,) = record(cluster(), way)
    seen = cluster(note=step.after[RECORD])
    assert recorded_route(seen, UpgradeWish("latest", channel="stable-4.20"), NOW) is None
    assert recorded_route(seen, LATEST, NOW) is None
    again = recorded_route(seen, UpgradeWish("latest", channel="stable-4.19"), NOW)
    assert again is not None and again.channel == "stable-4.19"


@pytest.mark.parametrize(
    ("completed", "followed"),
    [
        ({"hours": 1}, True), ({"hours": 23}, True), ({"hours": 25}, False), ({"days": 400}, False), (None, True),
    ],
)  # fmt: skip
def test_a_note_of_what_was_over_long_ago_is_not_followed(completed: Any, followed: bool) -> None:
    time = (NOW - timedelta(**completed)).strftime("%Y-%m-%dT%H:%M:%SZ") if completed else None
    (step,) = record(cluster(), WAY)
    history = [{"state": "Completed", "version": "4.19.4", "completionTime": time}]
    seen = cluster(note=step.after[RECORD], history=history)
    assert (recorded_route(seen, LATEST, NOW) is not None) is followed
    # On the way to a version that is not the last, how long it takes is nobody's business.
    (step,) = record(cluster(), LONG)
    assert recorded_route(cluster(note=step.after[RECORD], history=history), TWO, NOW) is not None


def test_a_way_that_needs_no_note_takes_that_of_another_away() -> None:
    seen = cluster(note="left behind")
    (gone,) = record(seen, route(seen, UpgradeWish("4.19.1")))
    assert (gone.before, gone.after) == ({RECORD: "left behind"}, {RECORD: None})


def test_an_upgrade_to_a_named_version_needs_no_record() -> None:
    assert record(cluster(), route(cluster(), UpgradeWish("4.19.1"))) == () == forget(cluster().cluster_version)


@pytest.mark.parametrize("note", ["", "{", "[]", "3", json.dumps({"hops": [3, "x"]}), json.dumps({"asked": "latest"})])
def test_a_note_that_is_not_ours_decides_nothing(note: str) -> None:
    assert recorded_route(cluster(note=note), LATEST, NOW) is None


def test_what_is_left_of_the_way() -> None:
    assert left(cluster(), LONG) == LONG.hops
    under_way = [{"state": "Partial", "version": "4.19.4"}]
    assert left(cluster(history=under_way), LONG) == LONG.hops
    assert left(cluster("4.19.4"), LONG) == ("4.20.3",)
    assert left(cluster("4.20.3"), LONG) == ()


def pool(name: str, paused: bool = False, **annotations: str) -> dict[str, Any]:
    metadata = {"name": name, "uid": name, "generation": 3, **({"annotations": annotations} if annotations else {})}
    return {"metadata": metadata, "spec": {"paused": paused}}


@pytest.mark.parametrize("annotations", [{}, {"other": "x"}])
def test_pausing_and_letting_go(annotations: dict[str, str]) -> None:
    """Of the pools that an upgrade can do without those that nobody else has paused; and back to what they were."""
    infra = pool("infra", **annotations)
    seen = snapshot(pools=(pool("master"), pool("arbiter"), pool("held", True), infra))
    (step,) = pausing.pause(seen, "4.20.3")
    paused = json_patch(step.request.operations, infra)
    assert paused["spec"]["paused"] and paused["metadata"]["annotations"] == {**annotations, PAUSED_BY_US: "4.20.3"}
    assert pausing.pause(snapshot(pools=(paused,)), "4.20.3") == ()
    (back,) = pausing.unpause(snapshot(pools=(pool("held", True), paused)))
    after = json_patch(back.request.operations, paused)
    assert not after["spec"]["paused"] and after["metadata"]["annotations"] == annotations
