# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of ClusterVersion and acknowledgements of gates."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import cluster_version, snapshot
from unit.patches import json_patch

from ansible_collections.okd.boot_images.plugins.module_utils.assess.blockers import gates
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import (
    BootImageError,
    InvalidInput,
    UpgradeRefused,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import ADMIN_ACKS, THE_CLUSTER_VERSION
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import UpgradeWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan.upgrade import acknowledgements, upgrade

IMAGE = "quay.io/okd/scos-release@sha256:" + "a" * 64
OTHER = "quay.io/okd/scos-release@sha256:" + "b" * 64
OFFERS = {
    "availableUpdates": [{"version": "4.19.1", "image": IMAGE}, {"version": "4.19.9"}],
    "conditionalUpdates": [{"release": {"version": "4.19.2", "image": OTHER}}],
}
GATES = {"data": {"ack-4.19-a": "one", "ack-4.19-b": "two", "ack-4.18-c": "old"}}


def planned(wish: UpgradeWish, state: str = "Completed", spec: Any = None, **status: Any) -> Any:
    """What the patch sets in spec; None without one."""
    version = cluster_version("4.19.0", state, **{**OFFERS, **status})
    version["spec"].update(spec or {})
    steps = upgrade(snapshot(cluster_version=version), wish)
    if not steps:
        return None
    (step,) = steps
    assert step.ref == THE_CLUSTER_VERSION
    assert {"op": "test", "path": "/metadata/generation", "value": 5} in step.request.operations
    assert step.before == {key: version["spec"].get(key) for key in step.after}
    spec_after = json_patch(step.request.operations, version)["spec"]
    return {key: spec_after[key] for key in step.after}


def desired(version: str = "4.19.1", image: str = IMAGE, force: bool = False) -> dict[str, Any]:
    return {"version": version, "image": image, "architecture": "", "force": force}


def test_a_version_on_offer_is_asked_for_with_its_image_and_without_force() -> None:
    assert planned(UpgradeWish("4.19.1")) == {"desiredUpdate": desired()}
    assert planned(UpgradeWish("4.19.1"), spec={"desiredUpdate": desired(force=True)}) == {"desiredUpdate": desired()}


def test_an_image_of_the_users_choice() -> None:
    assert planned(UpgradeWish("4.19.7", image=OTHER)) == {"desiredUpdate": desired("4.19.7", OTHER)}
    assert planned(UpgradeWish("4.19.2", image=OTHER)) == {"desiredUpdate": desired("4.19.2", OTHER)}


@pytest.mark.parametrize(
    ("wish", "more"),
    [
        (UpgradeWish("4.19.0"), {}),
        (UpgradeWish("4.19.0"), {"state": "Partial"}),
        (UpgradeWish("4.19.1"), {"spec": {"desiredUpdate": desired()}}),
        (UpgradeWish("4.19.1"), {"spec": {"desiredUpdate": desired()}, "availableUpdates": None}),
        (UpgradeWish(channel="stable-scos-4"), {}),
        (UpgradeWish(), {}),
    ],
)
def test_there_on_its_way_or_asked_already(wish: UpgradeWish, more: dict[str, Any]) -> None:
    assert planned(wish, **more) is None


def test_the_channel_alone_and_together() -> None:
    assert planned(UpgradeWish(channel="x")) == {"channel": "x"}
    assert planned(UpgradeWish("4.19.1", channel="x")) == {"channel": "x", "desiredUpdate": desired()}


@pytest.mark.parametrize(
    ("wish", "more", "error", "says"),
    [
        (UpgradeWish("4.19.1"), {"state": "Partial"}, UpgradeRefused, "already on its way to 4.19.0; 4.19.1 is not"),
        (UpgradeWish("4.19.2"), {}, UpgradeRefused, "only with known risks"),
        (UpgradeWish("4.19.3"), {}, UpgradeRefused, r"in channel stable-scos-4 \(4.19.1, 4.19.9\)"),
        (UpgradeWish("4.19.9"), {}, UpgradeRefused, "not among the updates on offer"),
        (UpgradeWish("4.19.3"), {"availableUpdates": None}, UpgradeRefused, "none; RetrievedUpdates tells why"),
        (UpgradeWish("newest"), {}, InvalidInput, "'newest' is no version"),
    ],
)
def test_refusals(wish: UpgradeWish, more: dict[str, Any], error: type[BootImageError], says: str) -> None:
    with pytest.raises(error, match=says):
        planned(wish, **more)


def acks(wanted: tuple[str, ...], given: Any = None) -> Any:
    seen = snapshot(gates=GATES, acks={"data": given} if given else None)
    steps = acknowledgements(seen, UpgradeWish(acknowledge=wanted), tuple(gates(seen)))
    if not steps:
        return None
    (step,) = steps
    assert step.ref == ADMIN_ACKS
    assert step.before == {"data": dict.fromkeys(step.after["data"])}
    return step.request.body["data"]


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        ((), None, None),
        (("all",), None, {"ack-4.19-a": "true", "ack-4.19-b": "true"}),
        (("all",), {"ack-4.19-a": "true"}, {"ack-4.19-b": "true"}),
        (("ack-4.19-b",), None, {"ack-4.19-b": "true"}),
        (("ack-4.19-b",), {"ack-4.19-b": "true"}, None),
        (("ack-4.18-c",), None, None),
        (("all",), {"ack-4.19-a": "true", "ack-4.19-b": "true"}, None),
    ],
)
def test_open_gates_are_acknowledged_and_no_others(wanted: Any, given: Any, expected: Any) -> None:
    assert acks(wanted, given) == expected


def test_a_gate_that_does_not_exist() -> None:
    with pytest.raises(InvalidInput, match=r"names ack-4\.19-z, which this cluster has no admin gate for"):
        acks(("ack-4.19-z", "all"))
    with pytest.raises(InvalidInput, match="There are: none"):
        acknowledgements(snapshot(), UpgradeWish(acknowledge=("x",)), ())
