# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of ClusterVersion and acknowledgements of gates."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import cluster_version, manager, snapshot
from unit.patches import json_patch

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


@pytest.mark.contract("G1.write", "G1.force")
def test_a_version_on_offer_is_asked_for_with_its_image_and_without_force() -> None:
    assert planned(UpgradeWish("4.19.1")) == {"desiredUpdate": desired()}
    assert planned(UpgradeWish("4.19.1"), spec={"desiredUpdate": desired(force=True)}) == {"desiredUpdate": desired()}


def test_an_image_of_the_users_choice() -> None:
    assert planned(UpgradeWish("4.19.7", image=OTHER)) == {"desiredUpdate": desired("4.19.7", OTHER)}
    assert planned(UpgradeWish("4.19.2", image=OTHER)) == {"desiredUpdate": desired("4.19.2", OTHER)}


@pytest.mark.contract("G1.asked")
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
    steps = acknowledgements(seen, UpgradeWish(acknowledge=wanted))
    if not steps:
        return None
    (step,) = steps
    assert step.ref == ADMIN_ACKS
    assert step.before == {"data": dict.fromkeys(step.after["data"])}
    return step.request.body["data"]


@pytest.mark.contract("G2.exactly")
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


@pytest.mark.contract("G2.names")
@pytest.mark.contract("G6.channels")
@pytest.mark.parametrize("channel", ["eus-4.20", "fast-4.19", "candidate-4.19"])
def test_okd_has_no_channels_of_openshift(channel: str) -> None:
    okd = snapshot(cluster_version=cluster_version("4.19.0-okd-scos.5", **OFFERS))
    for wish in (UpgradeWish(channel=channel), UpgradeWish("4.19.1", channel=channel)):
        with pytest.raises(InvalidInput, match=f"channel: OKD has no {channel}"):
            upgrade(okd, wish)
    assert upgrade(okd, UpgradeWish(channel="next-scos-4"))
    assert planned(UpgradeWish(channel=channel)) == {"channel": channel}


def test_a_gate_that_does_not_exist() -> None:
    with pytest.raises(InvalidInput, match=r"names ack-4\.19-z, which this cluster has no admin gate for"):
        acks(("ack-4.19-z", "all"))
    with pytest.raises(InvalidInput, match="There are: none"):
        acknowledgements(snapshot(), UpgradeWish(acknowledge=("x",)))


@pytest.mark.contract("G1.conditionalUpdates.image")
def test_a_conditional_update_once_each_risk_is_taken() -> None:
    risks = [{"name": "One", "message": "bad"}, {"name": "Two", "message": "worse"}]
    release = {"version": "4.19.2", "image": OTHER}
    more = {"conditionalUpdates": [{"release": release, "risks": risks}]}
    with pytest.raises(UpgradeRefused, match=r"known risks.*Two: worse.*accept_risks"):
        planned(UpgradeWish("4.19.2", accept_risks=("One",)), **more)
    both = UpgradeWish("4.19.2", accept_risks=("One", "Two"))
    assert planned(both, **more) == {"desiredUpdate": desired("4.19.2", OTHER)}


@pytest.mark.contract("G1.rollback")
def test_the_version_before_is_asked_for_with_its_image_of_the_history() -> None:
    history = [{"state": "Completed", "version": "4.19.0"}, {"state": "Completed", "version": "4.19.8", "image": OTHER}]
    assert planned(UpgradeWish("4.19.8"), history=history) == {"desiredUpdate": desired("4.19.8", OTHER)}


@pytest.mark.contract("G1.retarget")
def test_another_target_only_on_demand_and_within_the_minor_release() -> None:
    asked = planned(UpgradeWish("4.19.1", retarget=True), state="Partial")
    assert asked == {"desiredUpdate": desired()}
    with pytest.raises(UpgradeRefused, match=r"on its way to 4\.19\.0.*never taken"):
        planned(UpgradeWish("4.20.0", image=OTHER, retarget=True), state="Partial")


BOOT = {"data": {"ack-4.19-boot-image-opt-out-in-4.20": "decide"}}


@pytest.mark.contract("G2.bootImages.ack")
@pytest.mark.parametrize("wanted", [(), ("all",), ("ack-4.19-boot-image-opt-out-in-4.20",)])
def test_a_gate_about_boot_images_is_answered_by_what_is_configured(wanted: tuple[str, ...]) -> None:
    wish = UpgradeWish("4.20.0", acknowledge=wanted)
    for managers in ([manager()], [manager("None")]):
        (step,) = acknowledgements(snapshot(gates=BOOT, managers=managers), wish)
        assert step.request.body["data"] == {"ack-4.19-boot-image-opt-out-in-4.20": "true"}
    for undecided in (None, [], [manager(resource="controlplanemachinesets")]):
        if wanted in ((), ("all",)):
            assert acknowledgements(snapshot(gates=BOOT, managers=undecided), wish) == ()
        else:
            with pytest.raises(UpgradeRefused, match="not acknowledged blindly"):
                acknowledgements(snapshot(gates=BOOT, managers=undecided), wish)


def test_off_was_an_empty_list_up_to_4_18() -> None:
    gate = {"data": {"ack-4.18-boot-image-opt-out-in-4.19": "decide"}}
    old = snapshot(release="4.18", gates=gate, managers=[], cluster_version=cluster_version("4.18.0"))
    assert len(acknowledgements(old, UpgradeWish("4.19.1"))) == 1
    assert acknowledgements(old, UpgradeWish("4.18.3")) == acknowledgements(old, UpgradeWish()) == ()


@pytest.mark.contract("G2.once")
def test_nothing_is_acknowledged_once_the_version_is_accepted() -> None:
    """The gates that are open then are those before the next release, which nobody has asked for."""
    there = snapshot(gates=GATES, cluster_version=cluster_version("4.19.0"))
    assert acknowledgements(there, UpgradeWish("4.19.0", acknowledge=("all", "ack-4.18-gone"))) == ()
    assert len(acknowledgements(there, UpgradeWish("4.20.0", acknowledge=("all",)))) == 1


def test_a_gate_of_the_version_in_between_may_be_named_before_it_exists() -> None:
    wish = UpgradeWish("4.21.0", acknowledge=("ack-4.20-later",), control_plane_only=True)
    assert acknowledgements(snapshot(gates=GATES), wish) == ()
    with pytest.raises(InvalidInput):
        acknowledgements(
            snapshot(gates=GATES), UpgradeWish("4.21.0", acknowledge=("ack-4.19-typo",), control_plane_only=True)
        )
