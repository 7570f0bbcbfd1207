# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cache of the objects a wait depends on, kept by watches: the server tells the news, nobody polls for it."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from ..model.errors import BootImageError, Forbidden, Gone, NotFound, NotServed
from ..model.objects import Json, Kind, ObjectRef, dig
from .client import Client
from .events import Events

WATCH_SECONDS = 240
"""One watch request; the server would end it after 5 to 10 minutes anyway."""
QUIET_SECONDS = 0.2
"""News is gathered this long, so that a burst of changes is judged once."""
UNSERVED_SECONDS = 15.0
"""How long until a kind that was not served is asked for again."""
STALE_SECONDS = 60.0
"""How long an object outside the watched kinds is believed."""


class Watched:
    """One watched collection: a thread that lists, watches from there, and lists again when the server has forgotten."""

    def __init__(
        self, client: Client, kind: Kind, namespace: str | None, name: str | None, news: threading.Event
    ) -> None:
        self.kind, self.namespace, self.name = kind, namespace, name
        self.objects: dict[str, Json] = {}
        self.changes = 0
        """How often the objects have become others since they were first listed."""
        self.error: BootImageError | None = None
        self.unserved: NotServed | None = None
        """Set while the server does not serve the kind: then nobody knows what there is of it."""
        self._client, self._news = client, news
        self._query = {"fieldSelector": "metadata.name=" + name} if name else {}
        self._ended = threading.Event()
        self._events: Events | None = None
        self._lock = threading.Lock()
        self._version = self._relist()
        threading.Thread(target=self._run, name="watch " + kind.plural, daemon=True).start()

    def end(self) -> None:
        self._ended.set()
        events = self._events
        if events:
            events.end()

    def _relist(self) -> str:
        """The version to watch from; empty while the kind is not served."""
        try:
            found, version = self._client.list_with_version(self.kind, self.namespace, **self._query)
        except NotServed as error:
            self.unserved = error
            return ""
        with self._lock:
            self.objects = {str(dig(item, "metadata", "name")): item for item in found}
        self.unserved = None
        return version

    def catch_up(self) -> None:
        """List once more, and take in what the watch has not told yet."""
        try:
            found, version = self._client.list_with_version(self.kind, self.namespace, **self._query)
        except NotServed:  # the thread tells that when it lists again
            return
        names = {str(dig(item, "metadata", "name")) for item in found}
        gone = [item for name, item in self.objects.items() if name not in names and _number(version) >= _version(item)]
        for item in found:
            self.put(item)
        for item in gone:
            self.put(item, gone=True)

    def put(self, item: Json, gone: bool = False) -> bool:
        """Take in the state of one object; False where a newer (or this very) one is known already.

        Our own writes are taken in from their answers, and the watch tells them once more, after what came before them.
        """
        name = str(dig(item, "metadata", "name"))
        with self._lock:
            known = self.objects.get(name)
            if known is not None:
                told, has = _version(item), _version(known)
                if 0 < told < has or (not gone and (0 < told == has or item == known)):
                    return False
            objects = dict(self.objects)
            if gone:
                objects.pop(name, None)
            else:
                objects[name] = item
            self.objects = objects
            self.changes += 1
        return True

    def _run(self) -> None:
        pause = 0.5
        wait = UNSERVED_SECONDS if self.unserved else 0.0
        while not self._ended.wait(wait):
            try:
                self._list_again()
                started = time.monotonic()
                if self._version:
                    self._follow()
                self.error = None
                pause = 0.5 if time.monotonic() - started > 5 else min(pause * 2, 15.0)
            except (Gone, NotServed):  # both are told by the next list
                self._version = ""
            except BootImageError as error:
                self.error, self._version = error, ""
                self._news.set()
                pause = min(pause * 2, 15.0)
            wait = UNSERVED_SECONDS if self.unserved else pause if self.error or pause > 0.5 else 0.0

    def _list_again(self) -> None:
        if self._version:
            return
        was = self.unserved
        self._version = self._relist()
        if not (was and self.unserved):
            with self._lock:
                self.changes += 1
            self._news.set()

    def _follow(self) -> None:
        self._events = self._client.events(
            self.kind, self.namespace, WATCH_SECONDS, resourceVersion=self._version, **self._query
        )
        if self._ended.is_set():
            self._events.end()
        for event in self._events:
            kind, item = event.get("type"), event.get("object")
            if kind == "ERROR":  # 410 Gone: what happened meanwhile is only to be had by listing
                self._version = ""
                return
            self._version = str(dig(item, "metadata", "resourceVersion") or self._version)
            if kind != "BOOKMARK" and isinstance(item, dict) and self.put(item, gone=kind == "DELETED"):
                self._news.set()


class Cache:
    """A C(Source) that answers from watches where it has them, and from the server (at most once a minute) where it has none.

    Only the objects of one namespace are watched per kind. Use it as a context manager: leaving ends the watches.
    """

    def __init__(self, client: Client, watched: Sequence[tuple[Kind, str | None, str | None]]) -> None:
        self._client = client
        self._news = threading.Event()
        self._watched = [Watched(client, kind, namespace, name, self._news) for kind, namespace, name in watched]
        self._fetched: dict[Any, tuple[float, Any]] = {}
        self._listed = 0

    def __enter__(self) -> Cache:
        gc.enable()  # see module.run: what waits for hours must not keep its garbage
        return self

    def until(self, deadline: float) -> AbstractContextManager[None]:
        """See C(Client.until)."""
        return self._client.until(deadline)

    def __exit__(self, *_: object) -> None:
        for watched in self._watched:
            watched.end()

    def wait(self, seconds: float) -> bool:
        """Wait for news, at most I(seconds); true when there is some. A burst counts once."""
        came = self._news.wait(seconds)
        if came:
            time.sleep(QUIET_SECONDS)
        self._news.clear()
        return came

    def changes(self) -> int:
        """A number that stays the same for as long as nothing changes in what is watched."""
        return sum(watched.changes for watched in self._watched)

    def still(self, changes: int) -> bool:
        """Whether what was read after C(changes()) had told this number is what all of the server says.

        Each kind has a watch of its own, and one may lag behind another: ClusterVersion is seen as completed while the pools still look as
        they did before the upgrade. What a wait ends on must hold at one moment, so where the watches have told anything, all is listed anew.
        """
        if self._listed != self.changes():
            for watched in self._watched:
                watched.catch_up()
            self._listed = self.changes()
        return self._listed == changes

    def put(self, ref: ObjectRef, item: Json) -> None:
        """Take in the answer to a write of ours, so that what is read next is not older than it."""
        watched = self._for(ref.kind, ref.namespace or None, ref.name)
        if watched and watched.put(item):
            self._listed += 1  # we know that without a list

    def trouble(self) -> BootImageError | None:
        """Why the news may be late, or None while every watch is well."""
        return next((watched.error for watched in self._watched if watched.error), None)

    def get(self, ref: ObjectRef) -> Json:
        found = self.find(ref)
        watched = self._for(ref.kind, ref.namespace or None, ref.name)
        if watched and watched.unserved:
            raise watched.unserved
        if found is None:
            raise NotFound(f"{ref} does not exist on this cluster.")
        return found

    def find(self, ref: ObjectRef) -> Json | None:
        watched = self._for(ref.kind, ref.namespace or None, ref.name)
        if watched:
            return None if watched.unserved else watched.objects.get(ref.name)
        found: Json | None = self._once(ref, lambda: self._client.find(ref))
        return found

    def list_all(self, kind: Kind, namespace: str | None = None, selector: str = "") -> list[Json]:
        watched = None if selector else self._for(kind, namespace, None)
        if watched:
            if watched.unserved:
                raise watched.unserved
            return [*watched.objects.values()]
        key = (kind, namespace, selector)
        found: list[Json] = self._once(key, lambda: self._client.list_all(kind, namespace, selector))
        return found

    def document(self, path: str) -> Json:
        found: Json = self._once(path, lambda: self._client.document(path))
        return found

    def _for(self, kind: Kind, namespace: str | None, name: str | None) -> Watched | None:
        for watched in self._watched:
            if (watched.kind, watched.namespace) == (kind, namespace) and watched.name in (None, name):
                return watched
        return None

    def _once(self, key: Any, fetch: Any) -> Any:
        at, value = self._fetched.get(key, (0.0, None))
        if not at or time.monotonic() - at > STALE_SECONDS:
            try:
                value = fetch()
            except (Forbidden, NotFound) as error:  # that stays so for a while: do not ask again at every news
                value = error
            self._fetched[key] = (time.monotonic(), value)
        if isinstance(value, (Forbidden, NotFound)):
            raise value
        return value


def _version(item: Json) -> int:
    """The resourceVersion as a number, which the API promises it to be since 1.35 and etcd always made it; 0 where it is none."""
    return _number(str(dig(item, "metadata", "resourceVersion")))


def _number(version: str) -> int:
    return int(version) if version.isdigit() else 0
