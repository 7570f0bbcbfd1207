# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Machine Config Operator's own end-to-end scenarios (its test/extended-priv), by their numbers: the control plane, 4.22."""

from __future__ import annotations

import pytest
from integration.support.clusters import CONTROL_PLANE, Cluster
from integration.support.scenarios import (
    FOREIGN,
    HOLDER,
    OWNER,
    SPEED,
    Clusters,
    Json,
    attempt,
    configure,
    look,
    outlook,
    passes,
)

from sandbox import ApiError


def control_plane_image(made: Cluster) -> str:
    return str(_control_plane_value(made)["disks"][0]["image"])


def _control_plane_value(made: Cluster) -> Json:
    found = made.client.get("controlplanemachinesets", "cluster")
    return dict(found["spec"]["template"][HOLDER]["spec"]["providerSpec"]["value"])


def set_control_plane_image(made: Cluster, image: str) -> None:
    disks = [{**_control_plane_value(made)["disks"][0], "image": image}]
    spec = {"template": {HOLDER: {"spec": {"providerSpec": {"value": {"disks": disks}}}}}}
    made.client.patch("controlplanemachinesets", "cluster", {"spec": spec})


def control_plane(made: Cluster, mode: str) -> Json:
    return configure(made, mode, resource="controlplanemachinesets")


def modes(stanza: Json) -> dict[str, str]:
    return {each["resource"]: each["selection"]["mode"] for each in stanza["machineManagers"]}


def test_85478_a_control_plane_with_a_foreign_image_is_not_touched(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    set_control_plane_image(made, FOREIGN)
    made.sandbox.start_operator(SPEED)
    control_plane(made, "All")
    passes(made)
    assert control_plane_image(made) == FOREIGN
    found = look(made)
    assert outlook(found)["cluster"] == ("skip", "custom_image")
    assert found["conditions"]["degraded"] is False


def test_85399_partial_is_rejected_for_the_control_plane(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    selection = {"mode": "Partial", "partial": {"machineResourceSelector": {"matchLabels": {"a": "b"}}}}
    with made.untouched():
        answer = attempt(made, "Partial", resource="controlplanemachinesets", selector={"matchLabels": {"a": "b"}})
        assert answer.failed and "the API permits All and None only" in answer.message
        with pytest.raises(ApiError, match="Only All or None selection mode is permitted for ControlPlaneMachineSets"):
            made.manage({**CONTROL_PLANE, "selection": selection})


def test_85479_87023_none_leaves_the_control_plane_alone_and_the_status_mirrors_every_mode(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    before = control_plane_image(made)
    made.sandbox.start_operator(SPEED)
    control_plane(made, "None")
    passes(made)
    assert before != made.target()
    assert control_plane_image(made) == before
    found = look(made)
    assert outlook(found)["cluster"] == ("not_managed", "management_off")
    for mode in ("None", "All", "None"):
        control_plane(made, mode)
        # Workers are at the release's default, whatever is said of the control plane.
        expected = {"machinesets": "All", "controlplanemachinesets": mode}
        assert modes(made.configuration()["status"]["managedBootImagesStatus"]) == expected
        if mode == "All":
            assert control_plane_image(made) == made.target()
        effective = look(made)["configuration"]["effective"]
        assert {resource: each["mode"] for resource, each in effective.items()} == expected
    assert control_plane_image(made) == made.target()  # of the All in between; None rolls nothing back


def test_85480_a_control_plane_with_an_owner_is_not_touched(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    made.client.patch("controlplanemachinesets", "cluster", {"metadata": {"ownerReferences": [OWNER]}})
    before = control_plane_image(made)
    made.sandbox.start_operator(SPEED)
    control_plane(made, "All")
    passes(made)
    assert before != made.target()
    assert control_plane_image(made) == before
    found = look(made)
    assert outlook(found)["cluster"] == ("skip", "owned")
    assert found["settled"]
