# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watched cache against a real HTTP server: news, deletions, and starting anew when the server has forgotten."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from unit.loopback import Answer, Request, serve

from ansible_collections.okd.boot_images.plugins.module_utils.kube import watch
from ansible_collections.okd.boot_images.plugins.module_utils.kube.client import Client
from ansible_collections.okd.boot_images.plugins.module_utils.kube.connection import Options
from ansible_collections.okd.boot_images.plugins.module_utils.kube.watch import Cache
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import Forbidden, NotFound, NotServed
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import (
    CLUSTER_VERSION,
    MACHINE_SET,
    NODE,
    THE_CLUSTER_VERSION,
    THE_OPERATOR,
    ObjectRef,
)

NAMESPACE = "openshift-machine-api"
PATIENCE = 10.0


def made(name: str, version: int, **fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "resourceVersion": str(version)}, **fields}


def event(kind: str, item: Any) -> bytes:
    return json.dumps({"type": kind, "object": item}).encode() + b"\n"


@dataclass
class Api:
    """Machine sets: I(lists) are answered in turn (the last for ever), I(watches) one per watch, then silence."""

    lists: list[list[dict[str, Any]]]
    watches: queue.Queue[list[Any]] = field(default_factory=queue.Queue)
    others: dict[str, Answer] = field(default_factory=dict)
    listed: int = 0
    watched: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        if not request.path.endswith("machinesets"):
            return self.others.get(request.path, Answer(status=404))
        if request.query.get("watch"):
            self.watched.append(request.query["resourceVersion"])
            chunks = self.watches.get_nowait() if not self.watches.empty() else [None]
            return Answer(chunks) if isinstance(chunks, list) else chunks
        items = self.lists[min(self.listed, len(self.lists) - 1)]
        self.listed += 1
        return Answer({"metadata": {"resourceVersion": str(100 * self.listed)}, "items": items})


@contextmanager
def cached(api: Api) -> Iterator[Cache]:
    with serve(api) as server:
        client = Client.open(Options(host=server.url, api_key="t"))
        with Cache(client, [(MACHINE_SET, NAMESPACE, None)]) as cache:
            yield cache


@pytest.fixture(autouse=True)
def _no_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0.01)


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds within some seconds."""
    deadline = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


def names(cache: Cache) -> list[str]:
    return sorted(each["metadata"]["name"] for each in cache.list_all(MACHINE_SET, NAMESPACE))


def test_news_of_every_kind() -> None:
    api = Api([[made("a", 1), made("b", 2)]])
    api.watches.put([
        event("BOOKMARK", made("", 150)), event("ADDED", made("c", 151)), event("DELETED", made("a", 152)),
        event("MODIFIED", made("b", 153, spec=1)), None,
    ])  # fmt: skip
    with cached(api) as cache:
        assert cache.wait(PATIENCE)
        assert eventually(lambda: names(cache) == ["b", "c"])
        assert eventually(lambda: cache.get(ObjectRef(MACHINE_SET, NAMESPACE, "b")) == made("b", 153, spec=1))
        assert cache.find(ObjectRef(MACHINE_SET, NAMESPACE, "a")) is None
        with pytest.raises(NotFound, match="MachineSet openshift-machine-api/a does not exist"):
            cache.get(ObjectRef(MACHINE_SET, NAMESPACE, "a"))
        assert cache.trouble() is None
    assert (api.listed, api.watched) == (1, ["100"])


def test_without_news_waiting_ends() -> None:
    with cached(Api([[made("a", 1)]])) as cache:
        assert names(cache) == ["a"]
        assert not cache.wait(0.05)


def test_a_watch_that_ended_goes_on_where_it_was() -> None:
    api = Api([[made("a", 1)]])
    api.watches.put([event("ADDED", made("b", 170))])
    api.watches.put([event("ADDED", made("c", 180)), None])
    with cached(api) as cache:
        assert eventually(lambda: names(cache) == ["a", "b", "c"])
    assert (api.listed, api.watched[:2]) == (1, ["100", "170"])


def test_410_gone_is_answered_by_a_new_list() -> None:
    api = Api([[made("a", 1)], [made("z", 9)]])
    api.watches.put([event("ERROR", {"code": 410})])
    with cached(api) as cache:
        assert eventually(lambda: names(cache) == ["z"])
        assert cache.wait(PATIENCE)
        assert eventually(lambda: api.watched == ["100", "200"])


def test_a_watch_that_is_refused_is_trouble() -> None:
    api = Api([[made("a", 1)]])
    api.watches.put(Answer({"message": "no"}, 403))  # type: ignore[arg-type]
    with cached(api) as cache:
        assert cache.wait(PATIENCE)
        assert isinstance(cache.trouble(), Forbidden)
        assert names(cache) == ["a"]


def test_what_is_not_watched_is_asked_for_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api([[]])
    api.others = {
        THE_CLUSTER_VERSION.path: Answer(made("version", 1)),
        THE_OPERATOR.path: Answer({"message": "no"}, 403),
        NODE.path(None): Answer({"items": [made("n", 1)]}),
        "/openapi": Answer({"openapi": "3"}),
    }
    now = [1000.0]
    with serve(api) as server:
        client = Client.open(Options(host=server.url, api_key="t"))
        with Cache(client, [(MACHINE_SET, NAMESPACE, None)]) as cache:
            monkeypatch.setattr(watch.time, "monotonic", lambda: now[0])
            for _ignored in range(3):
                assert cache.get(THE_CLUSTER_VERSION)["metadata"]["name"] == "version"
                assert cache.list_all(NODE)[0]["metadata"]["name"] == "n"
                assert cache.document("/openapi") == {"openapi": "3"}
                with pytest.raises(Forbidden):
                    cache.find(THE_OPERATOR)
                assert cache.find(ObjectRef(CLUSTER_VERSION, "", "none")) is None
            asked = [each.path for each in server.requests if not each.path.endswith("machinesets")]
            assert len(asked) == len(set(asked)) == 5
            now[0] += 61
            cache.get(THE_CLUSTER_VERSION)
            assert [each.path for each in server.requests].count(THE_CLUSTER_VERSION.path) == 2


def test_what_a_watch_has_not_told_is_caught_up_with() -> None:
    """The list of b and the event of it differ in nothing; a has changed and c is gone, which the watch keeps to itself."""
    api = Api([[made("a", 1), made("c", 2)], [made("a", 155, spec=1), made("b", 151)]])
    api.watches.put([event("ADDED", made("b", 151)), None])
    with cached(api) as cache:
        assert cache.wait(PATIENCE)
        assert eventually(lambda: names(cache) == ["a", "b", "c"])
        assert not cache.still(cache.changes())
        assert names(cache) == ["a", "b"]
        assert cache.get(ObjectRef(MACHINE_SET, NAMESPACE, "a")) == made("a", 155, spec=1)
        listed = api.listed
        assert cache.still(cache.changes())
        assert api.listed == listed, "without news nobody is asked"


def test_news_that_came_while_it_was_read_makes_it_old() -> None:
    """Though the list has nothing that the watch has not told."""
    api = Api([[made("a", 1)], [made("a", 155)]])
    api.watches.put([event("MODIFIED", made("a", 155)), None])
    with cached(api) as cache:
        before = cache.changes()
        assert eventually(lambda: cache.get(ObjectRef(MACHINE_SET, NAMESPACE, "a")) == made("a", 155))
        assert not cache.still(before)
        assert cache.still(cache.changes())
        assert cache.wait(PATIENCE), "and the wait has it as news all the same"


def test_a_deletion_of_before_it_was_made_anew_is_no_news() -> None:
    with cached(Api([[made("a", 205)]])) as cache:
        (watched,) = cache._watched
        assert not watched.put(made("a", 204), gone=True)
        assert names(cache) == ["a"]


def test_without_any_news_there_is_nothing_to_catch_up_with() -> None:
    api = Api([[made("a", 1)], []])
    with cached(api) as cache:
        assert cache.still(cache.changes())
        assert (api.listed, names(cache)) == (1, ["a"])


def test_one_object_of_a_collection_can_be_watched() -> None:
    api = Api([[made("a", 1)]])
    with serve(api) as server:
        client = Client.open(Options(host=server.url, api_key="t"))
        with Cache(client, [(MACHINE_SET, NAMESPACE, "a")]) as cache:
            assert cache.find(ObjectRef(MACHINE_SET, NAMESPACE, "a")) == made("a", 1)
            assert eventually(lambda: len(server.requests) == 2)
    assert {each.query["fieldSelector"] for each in server.requests} == {"metadata.name=a"}


def test_of_a_kind_that_is_not_served_nobody_knows_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is no empty list; and when it is served (again), that is news."""
    monkeypatch.setattr(watch, "UNSERVED_SECONDS", 0.05)
    api = Api([[made("a", 1)]])
    served = [False]
    with serve(lambda request: api(request) if served[0] else Answer(status=404)) as server:
        client = Client.open(Options(host=server.url, api_key="t"))
        with Cache(client, [(MACHINE_SET, NAMESPACE, None)]) as cache:
            assert eventually(lambda: len(server.requests) > 2)
            with pytest.raises(NotServed):
                names(cache)
            assert cache.find(ObjectRef(MACHINE_SET, NAMESPACE, "a")) is None
            assert not cache.wait(0.1)
            assert cache.trouble() is None
            served[0] = True
            assert cache.wait(PATIENCE)
            assert names(cache) == ["a"]


def test_a_kind_that_is_served_no_more_is_not_believed_to_be_as_it_was() -> None:
    api = Api([[made("a", 1)]])
    gone = Answer(status=404)
    api.watches.put([event("ADDED", made("b", 170))])
    served = [True]

    def answer(request: Request) -> Answer:
        if request.query.get("resourceVersion") == "170":
            served[0] = False
        return api(request) if served[0] else gone

    with serve(answer) as server:
        client = Client.open(Options(host=server.url, api_key="t"))
        with Cache(client, [(MACHINE_SET, NAMESPACE, None)]) as cache:

            def unknown() -> bool:
                try:
                    return not names(cache)
                except NotServed:
                    return True

            assert eventually(unknown)


def test_watches_are_over_when_the_cache_is_left() -> None:
    """Though nothing comes on them: neither threads nor connections are left behind."""

    def watching() -> list[threading.Thread]:
        return [each for each in threading.enumerate() if each.name == "watch machinesets"]

    assert eventually(lambda: not watching())
    with cached(Api([[made("a", 1)]])):
        assert watching()
        left = time.monotonic()
    assert eventually(lambda: not watching()) and time.monotonic() - left < 5


def test_the_answer_to_a_write_of_ours_is_taken_in() -> None:
    """It is here before the watch tells it."""
    api = Api([[made("a", 1), made("b", 1)]])
    with cached(api) as cache:
        cache.put(ObjectRef(MACHINE_SET, NAMESPACE, "a"), made("a", 205, ours=True))
        cache.put(THE_OPERATOR, made("machine-config", 209))  # not watched: nothing to keep
        assert cache.get(ObjectRef(MACHINE_SET, NAMESPACE, "a")) == made("a", 205, ours=True)
        assert names(cache) == ["a", "b"] and cache.find(ObjectRef(MACHINE_SET, NAMESPACE, "machine-config")) is None


@pytest.mark.parametrize(("version", "taken"), [("204", False), ("205", False), ("206", True), ("odd", True)])
def test_what_is_older_than_what_is_known_is_no_news(version: str, taken: bool) -> None:
    with cached(Api([[made("a", 205)]])) as cache:
        (watched,) = cache._watched
        later = {"metadata": {"name": "a", "resourceVersion": version}, "later": True}
        assert watched.put(later) is taken
        assert ("later" in cache.get(ObjectRef(MACHINE_SET, NAMESPACE, "a"))) is taken
        assert watched.put(made("a", 300), gone=True) and names(cache) == []


def test_what_does_not_exist_is_not_asked_for_at_every_look() -> None:
    asked: list[str] = []

    def answer(request: Request) -> Answer:
        asked.append(request.path)
        return Answer(status=404)

    with serve(answer) as server, Cache(Client.open(Options(host=server.url, api_key="t")), []) as cache:
        for _each in range(3):
            with pytest.raises(NotFound):
                cache.list_all(NODE, None)
    assert asked == ["/api/v1/nodes"]
