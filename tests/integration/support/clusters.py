# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample cluster as tests speak of it: modules on it, its objects as the API server has them, and who wrote what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from integration.support import modules
from integration.support.modules import Answer, Running

from sandbox import ApiError, Client, Sandbox, releases

Json = dict[str, Any]
WORKERS = {"resource": "machinesets", "apiGroup": "machine.openshift.io"}
CONTROL_PLANE = {"resource": "controlplanemachinesets", "apiGroup": "machine.openshift.io"}
USER_AGENT = "okd.boot_images"
UPGRADE_RECORD = "okd-boot-images.io/upgrade"
"""ClusterVersion's annotation with what an upgrade under way has decided."""

READ_VERBS = ("get", "list", "watch")
WATCHED = (
    "machineconfigurations",
    "machinesets",
    "controlplanemachinesets",
    "clusterversions",
    "clusteroperators",
    "infrastructures",
    "machineconfigpools",
    "configmaps",
    "secrets",
)
"""Everything that a module reads, writes, or might write by mistake."""


class Cluster:
    """One loaded sandbox. Assertions go to the API server by the sandbox's own client."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.client: Client = sandbox.client
        assert sandbox.loaded
        self.loaded = sandbox.loaded
        self.names = list(sandbox.loaded.machine_sets)

    # Modules

    def module(self, name: str, user: str = "admin", **arguments: Any) -> Answer:
        """Run a module with a user's kubeconfig."""
        return modules.run(name, {"kubeconfig": str(self.sandbox.kubeconfig(user)), **arguments})

    def check(self, name: str, **arguments: Any) -> Answer:
        """Run a module in check mode, with a diff."""
        return self.module(name, _ansible_check_mode=True, _ansible_diff=True, **arguments)

    def start_module(self, name: str, **arguments: Any) -> Running:
        """Start a module with the admin's kubeconfig and leave it running."""
        return modules.start(name, {"kubeconfig": str(self.sandbox.kubeconfig()), **arguments})

    # The API server's objects

    def configuration(self) -> Json:
        """MachineConfiguration/cluster."""
        return self.client.get("machineconfigurations", "cluster")

    def managers(self) -> Any:
        """spec.managedBootImages.machineManagers; None without the stanza."""
        return self.configuration()["spec"].get("managedBootImages", {}).get("machineManagers")

    def machine_set(self, name: str) -> Json:
        """One machine set."""
        return self.client.get("machinesets", name)

    def image(self, name: str) -> str:
        """The image a machine set boots."""
        return image_of(self.machine_set(name))

    def images(self) -> dict[str, str]:
        """The image of every machine set, by name."""
        return {each["metadata"]["name"]: image_of(each) for each in self.client.list("machinesets")}

    def target(self, release: str | None = None) -> str:
        """The image that a release brings for this cluster's machine sets, from the sandbox's own knowledge."""
        offered = releases.stream(release or self.loaded.release)["architectures"]["x86_64"]["images"]
        if self.loaded.platform == "AWS":
            return str(offered["aws"]["regions"]["us-east-1"]["image"])
        return f"projects/{offered['gcp']['project']}/global/images/{offered['gcp']['name']}"

    def versions(self) -> dict[tuple[str, str, str], str]:
        """The resourceVersion of every object that matters: any write changes one."""
        return {
            (plural, each["metadata"].get("namespace", ""), each["metadata"]["name"]): each["metadata"][
                "resourceVersion"
            ]
            for plural in WATCHED
            for each in self.client.list(plural, "*")
        }

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Nothing that matters is written, created or deleted within; the operator must not be running."""
        assert not self.sandbox.operator_running()
        before = self.versions()
        yield
        assert self.versions() == before

    # Changes that stand for somebody else's

    def manage(self, *managers: Mapping[str, Any]) -> None:
        """Set the whole list of machineManagers; without arguments remove the stanza."""
        stanza = {"machineManagers": list(managers)} if managers else None
        self.client.patch("machineconfigurations", "cluster", {"spec": {"managedBootImages": stanza}})

    def off(self) -> None:
        """Switch the management of workers off on releases that know the mode None, as a followed configuration."""
        self.manage({**WORKERS, "selection": {"mode": "None"}})

    def follow(self, **more: Any) -> None:
        """Write the status that an operator would after it has taken in the newest spec, without one running."""
        found = self.configuration()
        spec = found["spec"].get("managedBootImages") or {
            "machineManagers": [{**WORKERS, "selection": {"mode": "All"}}]
        }
        status = {"observedGeneration": found["metadata"]["generation"], "managedBootImagesStatus": spec, **more}
        self.client.patch("machineconfigurations", "cluster", {"status": status}, subresource="status")

    def provider_spec(self, name: str, value: Mapping[str, Any]) -> None:
        """Merge into a machine set's providerSpec."""
        patch = {"spec": {"template": {"spec": {"providerSpec": {"value": dict(value)}}}}}
        self.client.patch("machinesets", name, patch)

    def set_image(self, name: str, image: str) -> None:
        """Write a machine set's image as somebody else would."""
        if self.loaded.platform == "AWS":
            self.provider_spec(name, {"ami": {"id": image}})
            return
        disks = self.machine_set(name)["spec"]["template"]["spec"]["providerSpec"]["value"]["disks"]
        self.provider_spec(name, {"disks": [{**disk, "image": image} if disk["boot"] else disk for disk in disks]})

    # Requests

    @contextmanager
    def requests(self) -> Iterator[list[Json]]:
        """The requests of our modules within, filled in at the end: one audit event each."""
        log = self.sandbox.folder / "audit.log"
        start = log.stat().st_size
        found: list[Json] = []
        yield found
        with log.open("rb") as stream:
            stream.seek(start)
            events = [json.loads(line) for line in stream.read().splitlines(keepends=True) if line.endswith(b"\n")]
        ours = {each["auditID"]: each for each in events if each.get("userAgent") == USER_AGENT}
        found.extend(ours.values())


def writes(requests: list[Json]) -> list[tuple[str, str]]:
    """The verb and object of every write among requests that was no dry run."""
    return [
        (each["verb"], f"{each['objectRef']['resource']}/{each['objectRef']['name']}")
        for each in requests
        if each["verb"] not in READ_VERBS
        and "dryRun=All" not in each["requestURI"]
        and each["objectRef"]["resource"] != "selfsubjectreviews"  # a question, and stored nowhere
    ]


def image_of(machine_set: Json) -> str:
    """The image in a machine set's providerSpec."""
    value = machine_set["spec"]["template"]["spec"]["providerSpec"]["value"]
    if "ami" in value:
        return str(value["ami"]["id"])
    return str(next(disk["image"] for disk in value["disks"] if disk["boot"]))


def without(machine_set: Json, *path: str | int) -> Json:
    """A machine set without the metadata that every write changes, and without the one field that may differ."""
    copy: Json = json.loads(json.dumps(machine_set))
    for key in ("resourceVersion", "generation", "managedFields"):
        copy["metadata"].pop(key, None)
    place: Any = copy["spec"]["template"]["spec"]["providerSpec"]["value"]
    for step in path[:-1]:
        place = place[step]
    place.pop(path[-1])
    return copy


@contextmanager
def refusing(client: Client, name: str, resource: str = "machinesets") -> Iterator[None]:
    """A policy of the API server that refuses every change of one machine set, in force within."""
    policy = f"test-refuses-{name}"
    kind = {"apiVersion": "admissionregistration.k8s.io/v1"}
    rule = {
        "apiGroups": ["machine.openshift.io"],
        "apiVersions": ["*"],
        "operations": ["UPDATE"],
        "resources": [resource],
    }
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": f"object.metadata.name != '{name}'", "message": "the test's policy says no"}],
    }
    binding = {"policyName": policy, "validationActions": ["Deny"]}
    client.create({**kind, "kind": "ValidatingAdmissionPolicy", "metadata": {"name": policy}, "spec": spec})
    bound = {**kind, "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": policy}, "spec": binding}
    client.create(bound)

    def refuses() -> bool:
        try:
            client.patch(resource, name, {"metadata": {"annotations": {"test": "probe"}}}, dry_run=True)
        except ApiError as error:
            return "the test's policy says no" in error.message
        return False

    try:
        client.wait_for(refuses, 60, "the test's policy")
        yield
    finally:
        client.delete("ValidatingAdmissionPolicyBinding", policy)
        client.delete("ValidatingAdmissionPolicy", policy)
        client.wait_for(lambda: not refuses(), 60, "the end of the test's policy")
