# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated operator's controller and loop over objects in memory: whole passes, one after the other, without a server or a clock.

On a real API server the same operator runs in tests/integration; here every pass is counted.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable
from typing import Any

from unit.builders import manager
from unit.operator import recorded
from unit.patches import merge_patch

from sandbox import releases
from sandbox.operator import paths
from sandbox.operator.cluster import Cluster, condition
from sandbox.operator.controller import BootImageController
from sandbox.operator.informer import Informer
from sandbox.operator.kube import ApiError
from sandbox.operator.operator_loop import OperatorLoop
from sandbox.operator.pace import Clock
from sandbox.operator.worlds import Worlds

Json = dict[str, Any]
ENOUGH = 200
"""Passes after which a play that does not come to rest is called endless."""


class Memory:
    """What the simulated operator asks an API server for, with generations, and watches that tell at once."""

    def __init__(self) -> None:
        self.objects: dict[str, Json] = {}
        self.informers: dict[str, Informer] = {}
        self.written: list[str] = []
        self._version = 0

    def find(self, path: str) -> Json | None:
        return copy.deepcopy(self.objects.get(path))

    def get(self, path: str) -> Json:
        whole, query, _selector = path.partition("?")
        if query:
            return {"items": [copy.deepcopy(each) for at, each in self.objects.items() if at.startswith(f"{whole}/")]}
        if path not in self.objects:
            resource, _slash, name = path.rpartition("/")
            raise ApiError(404, f'{resource.rpartition("/")[2]}.machine.openshift.io "{name}" not found')
        return copy.deepcopy(self.objects[path])

    def merge(self, path: str, patch: Json) -> Json:
        return self._store(path, merge_patch(patch, self.get(path)))

    def apply(self, path: str, body: Json, manager: str) -> Json:
        return self._store(path, body)

    def put(self, path: str, body: Json) -> Json:
        """Of an object, or of its status alone."""
        whole = path.removesuffix("/status")
        seen = body["metadata"].get("resourceVersion")
        if seen and seen != self.get(whole)["metadata"]["resourceVersion"]:
            raise ApiError(
                409, f"{whole}: the object has been modified; please apply your changes to the latest version"
            )
        return self._store(whole, {**self.get(whole), "status": body["status"]} if whole != path else body)

    def delete(self, path: str) -> None:
        self._tell(path, "DELETED", self.objects.pop(path))

    def _store(self, path: str, made: Json) -> Json:
        before, made = self.objects.get(path, {}), copy.deepcopy(made)
        self._version += 1
        generation = before.get("metadata", {}).get("generation", 0) + (before.get("spec") != made.get("spec"))
        made["metadata"] = {**made["metadata"], "resourceVersion": str(self._version), "generation": generation}
        self.objects[path] = made
        self.written.append(path)
        self._tell(path, "MODIFIED", made)
        return copy.deepcopy(made)

    def _tell(self, path: str, kind: str, found: Json) -> None:
        informer = self.informers.get(path.rpartition("/")[0])
        if informer:
            informer._change(kind, copy.deepcopy(found))


class Play:
    """A cluster of that release at rest, with its operator about to begin."""

    def __init__(
        self, release: str, sets: Iterable[Json] = (), managers: Any = "all", *, platform: str = "GCP",
        feature_set: str = "", control_plane: Json | None = None,
    ) -> None:  # fmt: skip
        self.api = Memory()
        over = threading.Event()
        self.cluster = Cluster(self.api, over)  # type: ignore[arg-type]
        clock = Clock(1e9, over)
        self.api.informers = {each._path: each for each in self.cluster._informers}
        for informer in self.cluster._informers:
            informer.synced.set()
        self.controller = BootImageController(self.cluster, clock, Worlds(self.cluster))
        self.loop = OperatorLoop(self.cluster, clock)
        self.release, self.version, self.preview = release, f"{release}.2", bool(feature_set)
        self._objects(platform, feature_set, [manager()] if managers == "all" else managers)
        if control_plane:
            self.put(f"{paths.CONTROL_PLANE_MACHINE_SETS}/cluster", control_plane)
        for made in sets:
            self.put(f"{paths.MACHINE_SETS}/{made['metadata']['name']}", made)

    def _objects(self, platform: str, feature_set: str, managers: Any) -> None:
        status = {"platformStatus": {"type": platform}, "controlPlaneTopology": "HighlyAvailable"}
        history = [{"state": "Completed", "version": self.version}, {"state": "Completed", "version": "4.12.30"}]
        versions = [{"name": "operator", "version": self.version}]
        stanza = {} if managers is None else {"managedBootImages": {"machineManagers": managers}}
        for path, spec, found in (
            (f"{paths.FEATURE_GATES}/cluster", {"featureSet": feature_set}, {}),
            (f"{paths.INFRASTRUCTURES}/cluster", {}, status),
            (paths.CLUSTER_VERSION, {}, {"desired": {"version": self.version}, "history": history}),
            (f"{paths.CLUSTER_OPERATORS}/machine-config", {}, {"versions": versions}),
            (paths.MACHINE_CONFIGURATION, stanza, {}),
        ):
            self.put(path, {"metadata": {}, "spec": spec, "status": found})
        data = releases.boot_images_data(self.version)
        self.put(self.stream_path, {"metadata": {}, "data": data})
        node = {"metadata": {}, "status": {"nodeInfo": {"architecture": "amd64"}}}
        self.put(f"{paths.NODES}/master-0", node)
        secret = recorded.secret("worker-user-data")
        assert secret
        self.put(f"{paths.SECRETS}/worker-user-data", secret)

    stream_path = f"{paths.MCO_CONFIG_MAPS}/{paths.BOOT_IMAGES}"

    @property
    def target(self) -> str:
        image = releases.stream(self.version)["architectures"]["x86_64"]["images"]["gcp"]
        return f"projects/{image['project']}/global/images/{image['name']}"

    # As somebody else

    def put(self, path: str, made: Json) -> None:
        made["metadata"].setdefault("name", path.rpartition("/")[2])
        self.api._store(path, made)

    def change(self, path: str, **patch: Any) -> None:
        self.api.merge(path, patch)

    def configure(self, managers: Any) -> None:
        stanza = None if managers is None else {"machineManagers": managers}
        self.change(paths.MACHINE_CONFIGURATION, spec={"managedBootImages": stanza})

    def set_image(self, name: str, image: str) -> None:
        disks = recorded.provider_spec(self.api.get(f"{paths.MACHINE_SETS}/{name}"))["disks"]
        spec = {"providerSpec": {"value": {"disks": [{**disks[0], "image": image}, *disks[1:]]}}}
        self.change(f"{paths.MACHINE_SETS}/{name}", spec={"template": {"spec": spec}})

    # As the operator

    def round(self) -> None:
        """One round of the operator's own loop."""
        self.loop._round()

    def passes(self) -> list[str]:
        """Every pass that is due, until none is; their reasons."""
        done: list[str] = []
        while (reason := self.controller._queue.take(0)) is not None:
            assert len(done) < ENOUGH, done
            self.controller._pass(reason)
            done.append(reason)
        return done

    def rest(self) -> list[str]:
        """Rounds and passes until nothing is left to do; the passes' reasons."""
        done: list[str] = []
        while True:
            before = len(self.api.written)
            self.round()
            done += self.passes()
            if len(self.api.written) == before:
                return done

    def restart(self) -> None:
        """The process ends and begins anew."""
        self.controller._fresh()
        self.controller._queue.clear()
        self.controller._events.everything_anew()

    # Looking

    @property
    def configuration(self) -> Json:
        return self.api.get(paths.MACHINE_CONFIGURATION)

    def condition(self, kind: str) -> Json:
        return condition(self.configuration, f"BootImageUpdate{kind}")

    def image(self, name: str) -> str:
        value = recorded.provider_spec(self.api.get(f"{paths.MACHINE_SETS}/{name}"))
        return str(value["disks"][0]["image"])


def named(name: str, case: str = "plain") -> Json:
    """A recorded machine set under a name of its own."""
    made = recorded.machine_set("gcp", case)
    made["metadata"]["name"] = name
    return made


def control_plane_set(case: str = "plain") -> Json:
    """The ControlPlaneMachineSet with a recorded set's providerSpec and marks."""
    made = named("cluster", case)
    template = made["spec"]["template"]
    made["spec"]["template"] = {"machines_v1beta1_machine_openshift_io": {"spec": {**template["spec"]}}}
    return made
