# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client against a real HTTP server: pages, retries, errors, patches, watches."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from unit.loopback import Answer, Request, serve

from ansible_collections.okd.boot_images.plugins.module_utils.kube import client as clients
from ansible_collections.okd.boot_images.plugins.module_utils.kube import exchange
from ansible_collections.okd.boot_images.plugins.module_utils.kube.client import LISTS, Client
from ansible_collections.okd.boot_images.plugins.module_utils.kube.connection import Options
from ansible_collections.okd.boot_images.plugins.module_utils.model import errors as e
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import (
    CONFIG_MAP,
    MACHINE_SET,
    THE_CLUSTER_VERSION,
    ObjectRef,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.steps import Create, JsonPatch, MergePatch, Step

SET = ObjectRef(MACHINE_SET, "openshift-machine-api", "a")
TOKEN = "sha256~a-token"


@dataclass
class Clock:
    """A clock that only sleeping moves on."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client would have slept, try by try."""
    clock = Clock()
    monkeypatch.setattr(exchange, "time", clock)
    return clock.slept


def opened(url: str, tell: Callable[[str], None] = lambda line: None, dry_run: bool = False, **options: Any) -> Client:
    return Client.open(Options(host=url, api_key=TOKEN, **options), dry_run, tell)


def in_turn(*answers: Answer) -> Callable[[Request], Answer]:
    """One answer after the other; the last one for ever."""
    left = list(answers)
    return lambda _request: left.pop(0) if len(left) > 1 else left[0]


def test_get_and_its_headers() -> None:
    with serve(in_turn(Answer({"kind": "ClusterVersion"}))) as server:
        client = opened(server.url, impersonate_user="admin", impersonate_groups=("a", "b"))
        assert client.get(THE_CLUSTER_VERSION) == {"kind": "ClusterVersion"}
    (request,) = server.requests
    assert request.path == "/apis/config.openshift.io/v1/clusterversions/version"
    assert request.headers["Authorization"] == "Bearer " + TOKEN
    assert request.headers["User-Agent"] == "okd.boot_images"
    assert request.headers["Impersonate-User"] == "admin"
    assert request.headers.get_all("Impersonate-Group") == ["a", "b"]


def test_find_gives_none_where_get_fails() -> None:
    with serve(in_turn(Answer(status=404))) as server:
        assert opened(server.url).find(SET) is None
        with pytest.raises(e.NotFound):
            opened(server.url).get(SET)


def test_a_list_is_read_page_by_page() -> None:
    def answer(request: Request) -> Answer:
        page = int(request.query.get("continue", "0"))
        more = {"continue": str(page + 1)} if page < 2 else {}
        return Answer({"metadata": {"resourceVersion": str(40 + page), **more}, "items": [{"page": page}]})

    with serve(answer) as server:
        found, version = opened(server.url).list_with_version(MACHINE_SET, "ns")
        assert found == [{"page": 0}, {"page": 1}, {"page": 2}]
        assert version == "42"
        assert opened(server.url).list_all(MACHINE_SET, None, "a=b")[0] == {"page": 0}
    assert [each.query.get("continue") for each in server.requests[:3]] == [None, "1", "2"]
    assert {each.query["limit"] for each in server.requests} == {"10000"}
    assert server.requests[0].path.endswith("/v1beta1/namespaces/ns/machinesets")
    assert (server.requests[3].path, server.requests[3].query["labelSelector"]) == (
        "/apis/machine.openshift.io/v1beta1/machinesets", "a=b",
    )  # fmt: skip


def test_a_document() -> None:
    with serve(in_turn(Answer({"components": {}}))) as server:
        assert opened(server.url).document("/openapi/v3/apis/x/v1") == {"components": {}}
    assert server.requests[0].path == "/openapi/v3/apis/x/v1"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_fault_is_retried(status: int, pauses: list[float]) -> None:
    with serve(in_turn(Answer(status=status), Answer(status=status), Answer({"ok": True}))) as server:
        assert opened(server.url).get(SET) == {"ok": True}
    assert len(server.requests) == 3
    assert 0.1 <= pauses[0] <= 0.3 and 0.2 <= pauses[1] <= 0.6


def test_an_outage_is_borne_once_and_told_once(pauses: list[float]) -> None:
    """As long as an API server takes to restart; a thousand sets that fail alike do not each take as long."""
    told: list[str] = []
    with serve(in_turn(Answer({"message": "boom"}, 503))) as server:
        client = opened(server.url, told.append)
        with pytest.raises(e.ServerFailed, match=r"503.*boom"):
            client.get(SET)
        assert 60 < sum(pauses) <= exchange.AWAY_SECONDS
        assert [each.partition(":")[0] for each in told] == ["trying on for up to 75 seconds"]
        pauses.clear()
        with pytest.raises(e.ServerFailed):
            client.get(SET)
        assert 1 < sum(pauses) <= exchange.BRIEF_SECONDS


def test_patience_comes_back_with_an_answer(pauses: list[float]) -> None:
    down = [Answer(status=503)]
    with serve(lambda request: down[0]) as server:
        client = opened(server.url)
        with pytest.raises(e.ServerFailed):
            client.get(SET)
        down[0] = Answer()
        client.get(SET)
        down[0] = Answer(status=503)
        pauses.clear()
        with pytest.raises(e.ServerFailed):
            client.get(SET)
    assert sum(pauses) > 60


def test_nothing_is_borne_beyond_what_the_caller_waits(pauses: list[float]) -> None:
    with serve(in_turn(Answer(status=503))) as server:
        client = opened(server.url)
        with client.until(1000.0 + 20), pytest.raises(e.ServerFailed):
            client.get(SET)
    assert 10 < sum(pauses) <= 20


@pytest.mark.parametrize(("asked", "slept"), [("3", 3.0), ("3600", 30.0)])
def test_the_server_says_how_long_to_wait(asked: str, slept: float, pauses: list[float]) -> None:
    with serve(in_turn(Answer(status=429, headers={"Retry-After": asked}), Answer())) as server:
        opened(server.url).get(SET)
    assert pauses == [slept]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, e.Rejected),
        (401, e.Unauthorized),
        (403, e.Forbidden),
        (404, e.NotFound),
        (409, e.Conflict),
        (422, e.Rejected),
    ],
)
def test_a_refusal_is_not_retried(status: int, error: type[Exception], pauses: list[float]) -> None:
    with serve(in_turn(Answer({"message": "no"}, status))) as server, pytest.raises(error):
        opened(server.url).write(Step(SET, MergePatch({})))
    assert (len(server.requests), pauses) == (1, [])


def test_a_refusal_whose_reason_is_cut_off_is_asked_for_again(pauses: list[float]) -> None:
    cut = Answer(b'{"kind": "Status", "message": "denied by', 422)
    with (
        serve(in_turn(cut, Answer({"message": "denied by policy x"}, 422))) as server,
        pytest.raises(e.Rejected, match="denied by policy x"),
    ):
        opened(server.url).write(Step(SET, MergePatch({})))
    assert len(server.requests) == 2


def test_a_server_that_has_not_read_its_policies_yet_is_asked_again(pauses: list[float]) -> None:
    early = Answer({"message": "denied request: failed to find resource referenced by paramKind: 'x'"}, 422)
    with serve(in_turn(early, early, Answer({"ok": True}))) as server:
        assert opened(server.url).write(Step(SET, MergePatch({}))) == {"ok": True}


def test_a_list_whose_pages_were_forgotten_begins_anew() -> None:
    """Nothing of the pages before is kept: what they held may be gone."""
    begun: list[str] = []

    def answer(request: Request) -> Answer:
        if "continue" not in request.query:
            begun.append("x")
            return Answer({"metadata": {"continue": "more"}, "items": [{"begun": len(begun)}]})
        if len(begun) < 2:
            return Answer({"message": "The provided continue parameter is too old"}, 410)
        return Answer({"metadata": {"resourceVersion": "9"}, "items": [{"last": True}]})

    with serve(answer) as server:
        assert opened(server.url).list_with_version(MACHINE_SET) == ([{"begun": 2}, {"last": True}], "9")


def test_a_list_that_is_forgotten_again_and_again_fails() -> None:
    first = Answer({"metadata": {"continue": "more"}, "items": []})
    with (
        serve(lambda request: Answer(status=410) if "continue" in request.query else first) as server,
        pytest.raises(e.Gone, match="to list machinesets"),
    ):
        opened(server.url).list_all(MACHINE_SET)
    assert len(server.requests) == 2 * LISTS


def test_a_body_that_is_cut_off_is_asked_for_again(pauses: list[float]) -> None:
    with serve(in_turn(Answer(b'{"kind": "Mach'), Answer({"kind": "MachineSet"}))) as server:
        assert opened(server.url).get(SET) == {"kind": "MachineSet"}


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"", b"[" * 100_000])
def test_an_answer_that_is_no_object(body: bytes, pauses: list[float]) -> None:
    with serve(in_turn(Answer(body))) as server, pytest.raises(e.ServerFailed, match="is no JSON"):
        opened(server.url).get(SET)


def test_nobody_listens(pauses: list[float]) -> None:
    with serve(in_turn(Answer())) as server:
        url = server.url
    with pytest.raises(e.ConnectionFailed, match="Check the address"):
        opened(url).get(SET)
    assert sum(pauses) > 60


def test_a_name_that_does_not_resolve_is_not_borne_for_long(pauses: list[float]) -> None:
    with pytest.raises(e.ConnectionFailed, match="Check the address"):
        opened("http://nowhere.invalid").get(SET)
    assert 1 < sum(pauses) <= exchange.BRIEF_SECONDS


def test_a_redirect_is_not_followed_with_the_token() -> None:
    with (
        serve(in_turn(Answer(b"moved", 302, {"Location": "http://127.0.0.1:1/"}))) as server,
        pytest.raises(e.ServerFailed),
    ):
        opened(server.url).get(SET)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("patch", "media", "body"),
    [
        (MergePatch({"spec": None}), "application/merge-patch+json", {"spec": None}),
        (JsonPatch(({"op": "test"},)), "application/json-patch+json", [{"op": "test"}]),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_write(patch: Any, media: str, body: Any, dry_run: bool) -> None:
    with serve(in_turn(Answer({"metadata": {"resourceVersion": "2"}}))) as server:
        assert opened(server.url, dry_run=dry_run).write(Step(SET, patch)) == {"metadata": {"resourceVersion": "2"}}
        opened(server.url, dry_run=dry_run).get(SET)
    written, got = server.requests
    assert (written.method, written.headers["Content-Type"], written.json) == ("PATCH", media, body)
    assert written.query == {
        "fieldManager": "okd.boot_images",
        "fieldValidation": "Strict",
        **({"dryRun": "All"} if dry_run else {}),
    }
    assert got.query == {}


def test_watch_events_split_over_chunks() -> None:
    events = [{"type": "ADDED", "object": {"n": number, "text": "é" * 20}} for number in range(3)]
    text = b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in events) + b"\n"
    chunks = [text[start : start + 7] for start in range(0, len(text), 7)]
    with serve(in_turn(Answer(chunks))) as server:
        found = list(opened(server.url).events(MACHINE_SET, "ns", 240.0, resourceVersion="7"))
    assert found == events
    assert server.requests[0].query == {
        "watch": "true", "allowWatchBookmarks": "true", "timeoutSeconds": "240", "resourceVersion": "7",
    }  # fmt: skip


@pytest.mark.parametrize("broken", [b'{"type": "ADD', b"nonsense\n"])
def test_a_watch_that_breaks_off_ends_quietly(broken: bytes) -> None:
    with serve(in_turn(Answer([b'{"type": "ADDED"}\n', broken]))) as server:
        assert list(opened(server.url).events(MACHINE_SET, None, 5)) == [{"type": "ADDED"}]


def test_a_watch_that_is_refused() -> None:
    with (
        serve(in_turn(Answer({"message": "no"}, 403))) as server,
        pytest.raises(e.Forbidden, match=re.escape("may not watch machinesets.machine.openshift.io. Grant")),
    ):
        list(opened(server.url).events(MACHINE_SET, None, 5))


def test_a_refusal_names_the_one_object_that_was_meant() -> None:
    only = {"fieldSelector": "metadata.name=a"}
    with serve(lambda _request: Answer({"message": "no"}, 403)) as server:
        client = opened(server.url)
        with pytest.raises(
            e.Forbidden, match=re.escape("may not watch machinesets.machine.openshift.io a. Grant the verb watch")
        ):
            list(client.events(MACHINE_SET, None, 5, **only))
        with pytest.raises(
            e.Forbidden, match=re.escape("may not list machinesets.machine.openshift.io a. Grant the verb list")
        ):
            client.list_with_version(MACHINE_SET, None, **only)
        body = {"metadata": {"name": "h", "namespace": "n"}}
        with pytest.raises(
            e.Forbidden, match=re.escape("may not create configmaps h in namespace n. Grant the verb create")
        ):
            client.write(Step(ObjectRef(CONFIG_MAP, "n", "h"), Create(body)))
        with pytest.raises(e.Forbidden, match=re.escape("may not get /openapi/v3. Grant the verb get")):
            client.document("/openapi/v3")


def test_a_watch_that_is_silent_for_too_long_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a half-open connection nothing comes any more, not even bookmarks."""
    monkeypatch.setattr(clients, "SILENT_SECONDS", 0.3)
    with serve(in_turn(Answer([b'{"type": "ADDED"}\n', None]))) as server:
        started = time.monotonic()
        assert list(opened(server.url).events(MACHINE_SET, None, 240)) == [{"type": "ADDED"}]
        assert time.monotonic() - started < 5


def test_a_watch_is_ended_from_outside() -> None:
    with serve(in_turn(Answer([b'{"type": "ADDED"}\n', None]))) as server:
        events = opened(server.url).events(MACHINE_SET, None, 240)
        threading.Timer(0.2, events.end).start()
        started = time.monotonic()
        assert list(events) == [{"type": "ADDED"}]
        assert time.monotonic() - started < 5
