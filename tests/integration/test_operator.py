# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Machine Config Operator on a real API server: selection, fights, crashes, skew enforcement."""

from __future__ import annotations

from typing import Any

import pytest
from integration.operator_play import (
    OPTED_IN,
    SPEED,
    Load,
    boot_image,
    condition,
    images,
    images_become,
    manage,
    provider_spec,
    quiet,
    set_image,
    target,
)


def test_hot_loop_degrades_the_cluster_operator_and_a_restart_forgets(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.20.3")
    made.start_operator(speed=SPEED)
    current = target("4.20.3", "gcp")
    images_become(made, {current})
    name = made.loaded.machine_sets[0]  # type: ignore[union-attr]
    old = "projects/rhcos-cloud/global/images/rhcos-412-85-202203181601-0-gcp-x86-64"
    for _ignored in range(2):
        set_image(made, name, old)
        images_become(made, {current})
        quiet(made)
    set_image(made, name, old)
    made.client.wait_for(lambda: "hot loop detected" in boot_image(made, "Degraded")["message"], 10, "hot loop")
    assert images(made) == {current, old}

    def degraded() -> dict[str, Any] | None:
        found = condition(made.client.get("clusteroperators", "machine-config"), "Degraded")
        return found if found["status"] == "True" else None

    assert "bootimage update failed: 1 Degraded MAPI MachineSets" in made.client.wait_for(degraded, 10, "CO")["message"]
    made.start_operator(speed=SPEED)
    images_become(made, {current})
    made.client.wait_for(lambda: degraded() is None, 10, "CO well again")


def test_the_controller_dies_of_a_set_and_lives_again_without_it(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.20.3")
    name = made.loaded.machine_sets[0]  # type: ignore[union-attr]
    value: dict[str, Any] = {"userDataSecret": None}
    made.client.patch("machinesets", name, {"spec": {"template": {"spec": {"providerSpec": {"value": value}}}}})
    made.start_operator(speed=SPEED)
    log = made.folder / "operator.log"
    made.client.wait_for(lambda: "process died" in log.read_text(), 10, "a crash")
    assert boot_image(made, "Degraded").get("status") in (None, "False")
    assert made.operator_running()
    value = {"userDataSecret": {"name": "worker-user-data"}}
    made.client.patch("machinesets", name, {"spec": {"template": {"spec": {"providerSpec": {"value": value}}}}})
    images_become(made, {target("4.20.3", "gcp")})


@pytest.mark.parametrize("release", ["4.18.6", "4.22.1"])
def test_partial_selects_by_label(sandbox: Load, release: str) -> None:
    made = sandbox("gcp", release=release)
    chosen, other = made.loaded.machine_sets[:2]  # type: ignore[union-attr]
    old = provider_spec(made.client.get("machinesets", other))["disks"][0]["image"]
    made.client.patch("machinesets", chosen, {"metadata": {"labels": {"boot-image": "managed"}}})
    if release.startswith("4.22"):  # limiting takes two steps: skew enforcement first
        spec = {"bootImageSkewEnforcement": {"mode": "None"}}
        made.client.patch("machineconfigurations", "cluster", {"spec": spec})
    manage(made, "Partial", machineResourceSelector={"matchLabels": {"boot-image": "managed"}})
    made.start_operator(speed=SPEED)
    images_become(made, {target(release, "gcp"), old})
    quiet(made)
    assert boot_image(made, "Progressing")["message"].startswith("Reconciled 1 of 1 MAPI MachineSets | ")


def test_skew_enforcement_records_the_release_and_resets_on_a_skip(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.22.1")
    made.start_operator(speed=SPEED)

    def recorded() -> Any:
        status = made.client.get("machineconfigurations", "cluster").get("status", {})
        return status.get("bootImageSkewEnforcementStatus")

    clean = {"mode": "Automatic", "automatic": {"ocpVersion": "4.22.1"}}
    made.client.wait_for(lambda: recorded() == clean, 20, "a clean pass")
    name = made.loaded.machine_sets[0]  # type: ignore[union-attr]
    set_image(made, name, "projects/acme/global/images/golden")
    born = made.loaded.born  # type: ignore[union-attr]
    made.client.wait_for(lambda: recorded() == {**clean, "automatic": {"ocpVersion": born}}, 10, "the install version")
    made.client.wait_for(lambda: "(1 skipped)" in boot_image(made, "Progressing")["message"], 10, "a skip")


def test_a_deleted_configuration_comes_back_and_opts_in(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.19.2")
    manage(made, "None")
    made.start_operator(speed=SPEED)
    quiet(made)
    made.client.delete("machineconfigurations", "cluster")
    images_become(made, {target("4.19.2", "gcp")})
    assert OPTED_IN in made.client.get("machineconfigurations", "cluster")["metadata"]["annotations"]
