# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Just enough of an API server for the flows: objects by path over HTTP, lists, patches, dry runs, conflicts."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from unit.builders import cluster_version, condition, config_map, configuration, machine_set
from unit.loopback import Answer, Request, serve
from unit.patches import TestFailedError, json_patch, merge_patch

from ansible_collections.okd.boot_images.plugins.module_utils.kube.client import Client
from ansible_collections.okd.boot_images.plugins.module_utils.kube.connection import Options
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o

MODES = ["All", "Partial", "None"]
ENTRY = {"properties": {"resource": {"enum": ["machinesets"]}, "selection": {"properties": {"mode": {"enum": MODES}}}}}
SCHEMA = {
    "properties": {
        "spec": {"properties": {"managedBootImages": {"properties": {"machineManagers": {"items": ENTRY}}}}},
        "status": {"properties": {"managedBootImagesStatus": {}}},
    }
}


PLURALS = {each.plural for each in vars(o).values() if isinstance(each, o.Kind)}


def nothing_at(path: str, version: str = "1") -> Answer:
    """As the real one answers where there is nothing: an empty list of a kind, or the name of the object that it does not have."""
    name = path.rpartition("/")[2]
    if name in PLURALS:
        return Answer({"items": [], "metadata": {"resourceVersion": version}})
    return Answer({"message": "not found", "details": {"name": name}}, 404)


@dataclass
class Api:
    objects: dict[str, Any]
    written: list[str] = field(default_factory=list)
    refusals: dict[str, list[Answer | None]] = field(default_factory=dict)
    """By path: answers to give to patches before taking them; None takes one in between."""
    url: str = ""
    _lock: Any = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Answer:
        with self._lock:
            return {"PATCH": self._patch, "POST": self._create}.get(request.method, self._get)(request)

    def client(self, dry_run: bool = False) -> Client:
        return Client.open(Options(host=self.url, api_key="t"), dry_run)

    def _get(self, request: Request) -> Answer:
        if request.path in self.objects:
            return Answer(self.objects[request.path])
        items = [each for path, each in self.objects.items() if path.rpartition("/")[0] == request.path]
        if request.query.get("watch"):  # the state of now, and the watch is over
            return Answer([json.dumps({"type": "MODIFIED", "object": each}).encode() + b"\n" for each in items])
        return Answer({"items": items, "metadata": {"resourceVersion": "1"}}) if items else nothing_at(request.path)

    def _create(self, request: Request) -> Answer:
        if request.path.endswith("/selfsubjectreviews"):
            return Answer({"status": {"userInfo": {"username": "ann"}}}, 201)
        made = {**request.json, "metadata": {**request.json["metadata"], "uid": "u", "resourceVersion": "1"}}
        path = "{}/{}".format(request.path, made["metadata"]["name"])
        if path in self.objects:
            return Answer({"message": "already exists"}, 409)
        if "dryRun" not in request.query:
            self.objects[path] = made
            self.written.append(made["metadata"]["name"])
        return Answer(made, 201)

    def _patch(self, request: Request) -> Answer:
        refusal = self.refusals[request.path].pop(0) if self.refusals.get(request.path) else None
        if refusal:
            return refusal
        now = self.objects[request.path]
        try:
            is_list = "json-patch" in request.headers["Content-Type"]
            then = json_patch(request.json, now) if is_list else merge_patch(request.json, now)
        except TestFailedError as error:
            return Answer({"message": str(error)}, 422)
        if "dryRun" not in request.query:
            self.objects[request.path] = then
            self.written.append(request.path.rpartition("/")[2])
        return Answer(then)


@contextmanager
def api(sets: Iterable[Any] = (), **changes: Any) -> Iterator[Api]:
    """A healthy 4.19 on GCP; keywords are the names of the constants of model.objects, None takes the object away."""
    secret = {"data": {"userData": "eyJpZ25pdGlvbiI6eyJ2ZXJzaW9uIjoiMy4yLjAifX0="}}
    objects = {
        o.THE_INFRASTRUCTURE.path: {"status": {"platformStatus": {"type": "GCP"}}},
        o.THE_CLUSTER_VERSION.path: cluster_version(),
        o.THE_CONFIGURATION.path: configuration("4.19", None, [], observed=True),
        o.THE_CONFIGURATION_CRD.path: {"spec": {"versions": [{"name": "v1", "schema": {"openAPIV3Schema": SCHEMA}}]}},
        o.THE_STREAM.path: config_map(),
        o.THE_OPERATOR.path: {
            "metadata": {"name": "machine-config"},
            "status": {
                "versions": [{"name": "operator", "version": "4.19.0"}],
                "conditions": [condition("Available", "True"), condition("Degraded", "False")],
            },
        },
        o.ADMIN_GATES.path: {"data": {}},
        o.ADMIN_ACKS.path: {"metadata": {"name": "admin-acks"}},
        o.ObjectRef(o.SECRET, o.MACHINE_API, "worker-user-data").path: secret,
        **{each.ref.path: copy.deepcopy(each.object) for each in sets or [machine_set()]},
    }
    for name, value in changes.items():
        objects[getattr(o, name).path] = value
    made = Api(json.loads(json.dumps({path: each for path, each in objects.items() if each is not None})))
    with serve(made) as server:
        made.url = server.url
        yield made
