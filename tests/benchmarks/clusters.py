# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Big sample clusters, and bringing their machine sets back to where they drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox import Sandbox, releases, resources

RELEASE, BORN = "4.21.2", "4.14.3"
IMAGE = ("spec", "template", "spec", "providerSpec", "value", "disks", 0, "image")


def load(sandbox: Sandbox, sets: int, machines: int) -> None:
    """So many machine sets, each with so many Machines, all born with images of 4.14.

    Without Nodes: nobody here lists more of them than the control plane's, and they would double the time to load.
    """
    sandbox.load("gcp", release=RELEASE, born=BORN, machine_sets=sets, machines=machines, nodes=False)
    leave(sandbox)


def target() -> str:
    """The image that the release brings."""
    offered = releases.stream(RELEASE)["architectures"]["x86_64"]["images"]["gcp"]
    return f"projects/{offered['project']}/global/images/{offered['name']}"


def origin() -> str:
    """The image that the sets were born with."""
    offered = releases.stream(BORN)["architectures"]["x86_64"]["images"]["gcp"]
    return f"projects/{offered['project']}/global/images/{offered['name']}"


def image_of(machine_set: Mapping[str, Any]) -> str:
    """The image in a machine set's boot disk."""
    found: Any = machine_set
    for step in IMAGE:
        found = found[step]
    return str(found)


def disks(machine_set: Mapping[str, Any], image: str) -> list[dict[str, Any]]:
    """Its disks with another image, for patches that can only replace the whole list."""
    found: list[dict[str, Any]] = machine_set["spec"]["template"]["spec"]["providerSpec"]["value"]["disks"]
    return [{**disk, "image": image} if disk["boot"] else disk for disk in found]


def patches(sandbox: Sandbox, image: str) -> list[dict[str, Any]]:
    """The patches (path, operations) that bring every set to an image; those of the module, written independently."""
    pointer, path = "/" + "/".join(map(str, IMAGE)), resources.find("machinesets").path()
    return [
        {
            "path": f"{path}/{each['metadata']['name']}",
            "operations": [
                {"op": "test", "path": "/metadata/uid", "value": each["metadata"]["uid"]},
                {"op": "test", "path": pointer, "value": image_of(each)},
                {"op": "add", "path": pointer, "value": image},
            ],
        }
        for each in sandbox.client.list("machinesets")
        if image_of(each) != image
    ]


def bring(sandbox: Sandbox, image: str) -> None:
    """Write an image into every set that has another."""
    media = "application/json-patch+json"
    client = sandbox.client
    client.each(lambda each: client.request("PATCH", each["path"], each["operations"], media), patches(sandbox, image))


def at(sandbox: Sandbox, image: str) -> int:
    """How many sets have an image."""
    return sum(image_of(each) == image for each in sandbox.client.list("machinesets"))


def forget(sandbox: Sandbox) -> None:
    """Take the records away: a run that says the same as the newest one would not write its own."""
    sandbox.client.delete("configmaps", "boot-image-history", resources.MACHINE_API)


def leave(sandbox: Sandbox) -> None:
    """The operator manages no set, as its status says: all are ours to write. Their images stay as they are."""
    _say(sandbox, "None")


def manage(sandbox: Sandbox) -> None:
    """All sets managed by an operator that will write what drifts (but none runs)."""
    _say(sandbox, "All")


def _say(sandbox: Sandbox, mode: str) -> None:
    entry = {"resource": "machinesets", "apiGroup": "machine.openshift.io", "selection": {"mode": mode}}
    stanza: Mapping[str, Sequence[Any]] = {"machineManagers": [entry]}
    client = sandbox.client
    written = client.patch("machineconfigurations", "cluster", {"spec": {"managedBootImages": stanza}})
    status = {"observedGeneration": written["metadata"]["generation"], "managedBootImagesStatus": stanza}
    client.patch("machineconfigurations", "cluster", {"status": status}, subresource="status")
