# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cache of one kind of objects, kept by list and watch, that tells of every change."""

from __future__ import annotations

import threading
from collections.abc import Callable

from .kube import Api, ApiError, JsonObject
from .log import say

Listener = Callable[[JsonObject | None, JsonObject | None], None]
"""Called with the object before and after; None for absent."""


class Informer:
    """Starts empty; `synced` is set after the first list. A kind that does not exist has no objects;
    one that vanishes while its definition is being replaced keeps those it had."""

    def __init__(self, api: Api, path: str, over: threading.Event, name: str = "") -> None:
        self._api = api
        self._path = path
        self._over = over
        self._selector = f"metadata.name={name}" if name else ""
        self._objects: dict[str, JsonObject] = {}
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self.synced = threading.Event()

    def listen(self, listener: Listener) -> None:
        """Before `start` only."""
        self._listeners.append(listener)

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True, name=f"watch {self._path}").start()

    def all(self) -> list[JsonObject]:
        with self._lock:
            return list(self._objects.values())

    def get(self, name: str) -> JsonObject | None:
        with self._lock:
            return self._objects.get(name)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._watch(self._list())
            except ApiError as error:
                if self._over.is_set():
                    return
                if error.status not in (404, 410):
                    say("watch", f"{self._path}: {error.status} {error}; listing anew")
                self._over.wait(0.2 if error.status == 410 else 1)

    def _list(self) -> str:
        suffix = f"?fieldSelector={self._selector}" if self._selector else ""
        try:
            listed = self._api.get(self._path + suffix)
        except ApiError as error:
            if error.no_such_kind:
                self.synced.set()
            raise
        items = {item["metadata"]["name"]: item for item in listed["items"]}
        self._replace(items)
        self.synced.set()
        return listed["metadata"]["resourceVersion"]

    def _replace(self, items: dict[str, JsonObject]) -> None:
        with self._lock:
            before, self._objects = self._objects, dict(items)
        for name in before.keys() | items.keys():
            old, new = before.get(name), items.get(name)
            if _version(old) != _version(new):
                self._tell(old, new)

    def _watch(self, version: str) -> None:
        while not self._over.is_set():
            for event in self._api.watch(self._path, version, self._selector):
                if event["type"] == "ERROR":
                    raise ApiError(event["object"].get("code", 0), event["object"].get("message", ""))
                version = event["object"]["metadata"]["resourceVersion"]
                if event["type"] != "BOOKMARK":
                    self._change(event["type"], event["object"])

    def _change(self, kind: str, found: JsonObject) -> None:
        name = found["metadata"]["name"]
        with self._lock:
            old = self._objects.pop(name, None)
            if kind != "DELETED":
                self._objects[name] = found
        self._tell(old, None if kind == "DELETED" else found)

    def _tell(self, old: JsonObject | None, new: JsonObject | None) -> None:
        for listener in self._listeners:
            listener(old, new)


def _version(found: JsonObject | None) -> str | None:
    return found["metadata"]["resourceVersion"] if found else None
