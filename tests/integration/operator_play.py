# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the simulated operator do and look at, on a sandbox."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from sandbox import Sandbox, releases

Load = Callable[..., Sandbox]
SPEED = 300.0
"""An upgrade takes ten seconds."""
MACHINE_SETS = {"resource": "machinesets", "apiGroup": "machine.openshift.io"}
OPTED_IN = "machineconfiguration.openshift.io/boot-image-updates-opted-in-at"


def manage(sandbox: Sandbox, mode: str | None, **partial: Any) -> None:
    """Set the workers' mode; None removes the stanza."""
    selection = {"mode": mode, **({"partial": partial} if partial else {})}
    managed = {"machineManagers": [{**MACHINE_SETS, "selection": selection}]} if mode else None
    sandbox.client.patch("machineconfigurations", "cluster", {"spec": {"managedBootImages": managed}})


def request(sandbox: Sandbox, version: str, **given: Any) -> None:
    major, minor = releases.minor(version)
    desired = {
        "version": version,
        "image": releases.release_image(version),
        "architecture": "",
        "force": False,
        **given,
    }
    change = {"channel": f"stable-{major}.{minor}", "desiredUpdate": desired}
    sandbox.client.patch("clusterversions", "version", {"spec": change})


def acknowledge(sandbox: Sandbox) -> None:
    gates = sandbox.client.get("configmaps", "admin-gates", "openshift-config-managed").get("data") or {}
    data = {key: "true" for key in gates}
    sandbox.client.patch("configmaps", "admin-acks", {"data": data}, "openshift-config")


def version(sandbox: Sandbox) -> dict[str, Any]:
    return sandbox.client.get("clusterversions", "version")


def condition(holder: dict[str, Any], kind: str) -> dict[str, Any]:
    conditions = holder.get("status", {}).get("conditions") or []
    return next((entry for entry in conditions if entry["type"] == kind), {})


def boot_image(sandbox: Sandbox, kind: str) -> dict[str, Any]:
    return condition(sandbox.client.get("machineconfigurations", "cluster"), f"BootImageUpdate{kind}")


def completed(sandbox: Sandbox, wanted: str, seconds: float = 60) -> dict[str, Any]:
    def probe() -> dict[str, Any] | None:
        found = version(sandbox)
        newest = found["status"]["history"][0]
        return found if (newest["version"], newest["state"]) == (wanted, "Completed") else None

    return sandbox.client.wait_for(probe, seconds, f"upgrade to {wanted}")


def progress_of(sandbox: Sandbox, wanted: str, seconds: float = 60) -> list[int]:
    """The percentages shown on the way to completion."""
    percents: list[int] = []
    deadline = time.monotonic() + seconds
    while (newest := (found := version(sandbox))["status"]["history"][0])["state"] != "Completed" or (
        newest["version"] != wanted
    ):
        assert time.monotonic() < deadline, condition(found, "Progressing")
        told = re.search(r"[(](\d+)% complete", condition(found, "Progressing").get("message", ""))
        percents += [int(told[1])] if told else []
        time.sleep(0.02)
    return percents


def provider_spec(machine_set: dict[str, Any]) -> dict[str, Any]:
    return machine_set["spec"]["template"]["spec"]["providerSpec"]["value"]


def images(sandbox: Sandbox) -> set[str]:
    specs = [provider_spec(found) for found in sandbox.client.list("machinesets")]
    return {spec["ami"]["id"] if "ami" in spec else spec["disks"][0]["image"] for spec in specs}


def target(release: str, platform: str) -> str:
    offered = releases.stream(release)["architectures"]["x86_64"]["images"]
    if platform == "aws":
        return offered["aws"]["regions"]["us-east-1"]["image"]
    return f"projects/{offered['gcp']['project']}/global/images/{offered['gcp']['name']}"


def images_become(sandbox: Sandbox, wanted: set[str], seconds: float = 20) -> None:
    sandbox.client.wait_for(lambda: images(sandbox) == wanted, seconds, f"boot images {wanted}")


def set_image(sandbox: Sandbox, name: str, image: str) -> None:
    value = provider_spec(sandbox.client.get("machinesets", name))
    disks = [{**value["disks"][0], "image": image}, *value["disks"][1:]]
    patch = {"spec": {"template": {"spec": {"providerSpec": {"value": {"disks": disks}}}}}}
    sandbox.client.patch("machinesets", name, patch)


def quiet(sandbox: Sandbox) -> None:
    """Nothing was written to MachineConfiguration for a second."""
    before, since = "", time.monotonic()
    while time.monotonic() - since < 1:
        found = sandbox.client.get("machineconfigurations", "cluster")["metadata"]["resourceVersion"]
        if found != before:
            before, since = found, time.monotonic()
        time.sleep(0.1)


def refused(sandbox: Sandbox) -> bool:
    return condition(version(sandbox), "ReleaseAccepted").get("status") == "False"


def releases_after(sandbox: Sandbox, channel: str) -> list[dict[str, Any]]:
    """What is offered once the channel is fetched for."""
    sandbox.client.patch("clusterversions", "version", {"spec": {"channel": channel}})
    wanted = channel.rpartition("-")[2]

    def probe() -> list[dict[str, Any]] | None:
        found = version(sandbox)["status"].get("availableUpdates") or []
        return found if any(update["version"].startswith(wanted) for update in found) else None

    return sandbox.client.wait_for(probe, 10, f"updates of {channel}")


def all_updated(sandbox: Sandbox) -> list[dict[str, Any]] | None:
    pools = sandbox.client.list("machineconfigpools")
    done = all(condition(pool, "Updated")["status"] == "True" for pool in pools)
    return (
        pools
        if done and all(p["status"]["configuration"]["name"] == p["spec"]["configuration"]["name"] for p in pools)
        else None
    )
