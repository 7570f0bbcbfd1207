# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting on a real HTTP server with real watches: what ends a wait, what does not, and what is told meanwhile."""

from __future__ import annotations

import copy
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from unit.builders import (
    OLD,
    TARGET,
    TARGET_AMI,
    aws_spec,
    cluster_version,
    condition,
    config_map,
    configuration,
    gcp_spec,
    machine_set,
    manager,
)
from unit.loopback import Answer, Request, serve
from unit.tiny_api import api as tiny_api
from unit.tiny_api import nothing_at

from ansible_collections.okd.boot_images.plugins.module_utils import waiting
from ansible_collections.okd.boot_images.plugins.module_utils.kube import exchange, giving_up, watch
from ansible_collections.okd.boot_images.plugins.module_utils.kube.client import Client
from ansible_collections.okd.boot_images.plugins.module_utils.kube.connection import Options
from ansible_collections.okd.boot_images.plugins.module_utils.model import errors as e
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.read.cluster import read
from ansible_collections.okd.boot_images.plugins.module_utils.waiting import until_settled, until_upgraded

A = o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, "a")
MANAGED = configuration("4.19", [manager()])
PATIENCE = 20.0
FIRST_VERSION = 100
"""The server's resourceVersion when a test begins: every object's is lower."""


class Events(list):  # type: ignore[type-arg]
    """The body of a watch: what is put into the queue, until None ends it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: queue.Queue[bytes | None] = queue.Queue()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.waiting.get, None)


@dataclass
class Watchable:
    """The small API with watches from a version on, and with times at which it answers every request alike."""

    objects: dict[str, Any]
    url: str = ""
    refusal: Answer | None = None
    asked_while_refusing: int = 0
    asked: list[Request] = field(default_factory=list)
    _history: list[tuple[str, bytes]] = field(default_factory=list)
    _watches: list[tuple[str, Events]] = field(default_factory=list)
    _lock: Any = field(default_factory=threading.RLock)
    _watched: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: Request) -> Answer:
        with self._lock:
            self.asked.append(request)
            if self.refusal:
                self.asked_while_refusing += 1
                return self.refusal
            if request.query.get("watch"):
                return Answer(self._watch(request.path, int(request.query["resourceVersion"])))
            if request.path in self.objects:
                return Answer(self.objects[request.path])
            items = [each for path, each in self.objects.items() if path.rpartition("/")[0] == request.path]
            version = str(FIRST_VERSION + len(self._history))
            return (
                Answer({"items": items, "metadata": {"resourceVersion": version}})
                if items
                else nothing_at(request.path, version)
            )

    def _watch(self, path: str, version: int) -> Events:
        events = Events()
        for changed, line in self._history[version - FIRST_VERSION :]:
            if changed == path:
                events.waiting.put(line)
        self._watches.append((path, events))
        self._watched.set()
        return events

    def once_watched(self, deed: Callable[[], None], seconds: float = 0.2) -> None:
        """Do it so long after the next watch begins: on a busy machine a wait may take longer to begin than C(soon) gives it."""

        def wait_and_do() -> None:
            self._watched.wait(PATIENCE)
            time.sleep(seconds)
            deed()

        self._watched.clear()
        threading.Thread(target=wait_and_do, daemon=True).start()

    def client(self) -> Client:
        return Client.open(Options(host=self.url, api_key="t"), False)

    def write(self, ref: o.ObjectRef, made: Any, told: bool = True) -> None:
        """Somebody changes an object; every watch of its kind is told, now or (I(told) false) only when it lists again."""
        with self._lock:
            version, changed = str(FIRST_VERSION + len(self._history) + 1), ref.path.rpartition("/")[0]
            made = {**made, "metadata": {**made.get("metadata", {}), "name": ref.name, "resourceVersion": version}}
            self.objects[ref.path] = made
            self._history.append((changed, json.dumps({"type": "MODIFIED", "object": made}).encode() + b"\n"))
            for path, events in self._watches:
                if path == changed and told:
                    events.waiting.put(self._history[-1][1])

    def refuse(self, answer: Answer | None) -> None:
        """From now on every request is answered so, and the watches end; None makes it well again."""
        with self._lock:
            self.refusal = answer
            if answer:
                self.end()

    def end(self) -> None:
        for _path, events in self._watches:
            events.waiting.put(None)
        self._watches.clear()


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds instead of minutes; each test that is about one of these times sets it."""
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0.01)
    monkeypatch.setattr(exchange, "_pause", lambda attempt, retry_after: 0.05)
    monkeypatch.setattr(exchange, "AWAY_SECONDS", 0.5)
    monkeypatch.setattr(exchange, "BRIEF_SECONDS", 0.1)
    monkeypatch.setattr(giving_up, "RIGHTS_SECONDS", 0.5)


@contextmanager
def cluster(sets: Any = None, **changes: Any) -> Iterator[Watchable]:
    with tiny_api([machine_set("a")] if sets is None else sets, **{"THE_CONFIGURATION": MANAGED, **changes}) as sound:
        objects = copy.deepcopy(sound.objects)
    for path, made in objects.items():
        made["metadata"] = {**made.get("metadata", {}), "name": path.rpartition("/")[2]}
    made_api = Watchable(objects)
    with serve(made_api) as server:
        made_api.url = server.url
        yield made_api
        made_api.end()


def soon(deed: Callable[[], None], seconds: float = 0.2) -> None:
    threading.Timer(seconds, deed).start()


def boots(image: str) -> Any:
    return machine_set("a", spec=gcp_spec(image)).object


def settle(made: Watchable, seconds: float = PATIENCE, told: list[str] | None = None) -> list[tuple[str, str]]:
    tell = told.append if told is not None else lambda _line: None
    _snapshot, _judged, left = until_settled(made.client(), seconds, tell)
    return [(each.reason.code, each.state) for each in left]


def test_a_settled_cluster_is_not_waited_for() -> None:
    with cluster([machine_set("a", spec=gcp_spec(TARGET))]) as made:
        started = time.monotonic()
        assert settle(made) == []
    assert time.monotonic() - started < 5


def test_what_needs_a_person_is_not_waited_for() -> None:
    with cluster([machine_set("a", arch="foo")]) as made:
        assert settle(made) == [("architecture_invalid", "stuck")]


def test_news_ends_the_wait_and_is_told() -> None:
    told: list[str] = []
    with cluster() as made:
        made.once_watched(lambda: made.write(A, boots(TARGET)))
        started = time.monotonic()
        assert settle(made, told=told) == []
    assert time.monotonic() - started < 5
    assert len(told) == 1 and told[0].startswith("machine set a -> ") and told[0].endswith("(1/1 current)")


def test_a_watch_that_lags_behind_another_does_not_end_the_wait() -> None:
    """The set is set back while its watch keeps silent, and then another kind's news bring the judgement: it must be of one moment."""
    with cluster([machine_set("a"), machine_set("b", spec=gcp_spec(TARGET))]) as made:
        other = o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, "b")

        def news() -> None:
            made.write(other, machine_set("b", spec=gcp_spec(OLD)).object, told=False)
            made.write(A, boots(TARGET))

        soon(news)
        with pytest.raises(e.WaitTimedOut, match="MachineSet openshift-machine-api/b"):
            settle(made, 2.0)


def test_what_came_to_pass_since_our_own_write_is_told() -> None:
    told: list[str] = []
    with cluster() as made:
        before = read(made.client(), user_data=True)
        made.write(A, boots(TARGET))
        until_settled(made.client(), PATIENCE, told.append, before)
    assert len(told) == 1 and "machine set a" in told[0]


def test_a_gate_that_opens() -> None:
    closed = config_map()
    del closed["data"]["MCOVersionHash"]
    with cluster(THE_STREAM=closed) as made:
        with pytest.raises(e.WaitTimedOut, match="MCOVersionHash is missing") as late:
            settle(made, 0.3)
        assert [each["reason"] for each in late.value.result["waiting_for"]] == ["gated"]
        soon(lambda: (made.write(o.THE_STREAM, config_map()), made.write(A, boots(TARGET)))[0])
        assert settle(made) == []


def aws_cluster() -> Any:
    infrastructure = {"status": {"platformStatus": {"type": "AWS"}}}
    return cluster([machine_set("a", spec=aws_spec())], THE_INFRASTRUCTURE=infrastructure)


def test_what_nobody_can_know_is_given_up_after_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "QUIET_SECONDS", 0.3)
    with aws_cluster() as made:
        started = time.monotonic()
        assert settle(made, 0.8) == [("unknown_image", "doubtful")]
    assert time.monotonic() - started > 0.3


def test_news_makes_the_quiet_begin_anew_and_may_end_the_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "QUIET_SECONDS", 5.0)
    with aws_cluster() as made:
        soon(lambda: made.write(A, machine_set("a", spec=aws_spec(TARGET_AMI)).object))
        assert settle(made) == []


def test_without_quiet_doubt_lasts_until_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "QUIET_SECONDS", 60.0)
    with aws_cluster() as made, pytest.raises(e.WaitTimedOut, match="is not in the cluster's stream"):
        settle(made, 0.3)


def test_the_message_of_a_timeout_names_three_and_counts_the_rest() -> None:
    sets = [machine_set(f"set-{each}") for each in range(5)]
    with cluster(sets) as made, pytest.raises(e.WaitTimedOut) as late:
        settle(made, 0.3)
    message = str(late.value)
    assert message.startswith("After 0 seconds still waiting for MachineSet openshift-machine-api/set-0: It boots ")
    assert "set-2" in message and "set-3" not in message
    assert message.endswith("and 2 more. Nothing was undone; run it again to go on waiting.")
    assert len(late.value.result["waiting_for"]) == len(late.value.result["machine_sets"]) == 5


def test_a_config_map_that_is_replaced_meanwhile_is_waited_for() -> None:
    with cluster([machine_set("a", spec=gcp_spec(TARGET))], THE_STREAM=config_map("{broken")) as made:
        soon(lambda: made.write(o.THE_STREAM, config_map()))
        assert settle(made) == []


def test_a_config_map_that_stays_broken_is_what_the_timeout_names() -> None:
    with cluster(THE_STREAM=config_map("{broken")) as made, pytest.raises(e.WaitTimedOut, match="is not JSON") as late:
        settle(made, 0.3)
    assert late.value.result["machine_sets"] == []


@pytest.mark.contract("G8.restarts")
def test_an_api_server_that_restarts_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "STALE_SECONDS", 0.0)  # so that the reader itself meets the failing server, too
    with cluster() as made:

        def restart() -> None:
            made.refuse(Answer({"message": "starting"}, 503))
            time.sleep(1.5)
            made.refuse(None)
            made.write(A, boots(TARGET))

        soon(restart, 0.1)  # one after the other in one thread: two that are due at once may change places
        assert settle(made) == []
        assert made.asked_while_refusing > 0


def test_an_api_server_that_stays_away_is_what_the_timeout_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "STALE_SECONDS", 0.0)
    with cluster() as made:
        read(made.client())  # what is imported on use takes longer than the wait has until then
        soon(lambda: made.refuse(Answer({"message": "etcd is gone"}, 503)), 0.8)
        with pytest.raises(
            e.WaitTimedOut, match=r"waiting for the API server: .*The last answer of the API server: .*etcd is gone"
        ):
            settle(made, 3.0)


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [(401, e.Unauthorized, "does not accept these credentials"), (403, e.Forbidden, "no longer")],
)
def test_rights_that_are_lost_meanwhile_end_the_wait(status: int, error: type[Exception], says: str) -> None:
    with cluster() as made:
        soon(lambda: made.refuse(Answer({"message": "no longer allowed"}, status)))
        started = time.monotonic()
        with pytest.raises(error, match=says):
            settle(made)
    assert time.monotonic() - started < 10


def test_a_heartbeat_tells_what_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(waiting, "WAKE_SECONDS", 0.05)
    told: list[str] = []
    with cluster([machine_set("a"), machine_set("b")]) as made:
        soon(lambda: made.write(A, {**boots(OLD), "status": {"replicas": 1}}))
        with pytest.raises(e.WaitTimedOut):
            settle(made, 0.6, told)
    assert told and all(line.startswith("waiting for MachineSet openshift-machine-api/a: It boots ") for line in told)
    assert told[0].endswith("(0 minutes)")


def test_news_does_not_keep_the_heartbeat_from_its_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "HEARTBEAT_SECONDS", 0.2)
    monkeypatch.setattr(waiting, "WAKE_SECONDS", 0.05)
    told: list[str] = []
    with cluster([machine_set("a"), machine_set("b")]) as made:

        def news() -> None:
            for number in range(12):
                made.write(A, boots((OLD, TARGET)[number % 2]))
                time.sleep(0.1)

        soon(news, 0.0)
        with pytest.raises(e.WaitTimedOut):
            settle(made, 1.3, told)
    assert any(line.startswith("machine set a -> ") for line in told)
    assert sum(line.startswith("waiting for ") for line in told) >= 2, told


REFUSED = [condition("ReleaseAccepted", "False", 'Preconditions failed for payload loaded version="4.19.1"')]
ACK = [
    condition(
        "ReleaseAccepted",
        "False",
        'version="4.19.1": Precondition "ClusterVersionUpgradeable" failed because of "AdminAckRequired"',
    )
]
COMPLETED = cluster_version("4.19.1")


def upgrade(made: Watchable, seconds: float, told: list[str] | None = None) -> str:
    client = made.client()
    tell = told.append if told is not None else lambda _line: None
    snapshot, _judged = until_upgraded(client, "4.19.1", seconds, tell, read(client, user_data=True))
    return snapshot.current_version


def test_an_upgrade_is_followed_to_its_end() -> None:
    told: list[str] = []
    with cluster() as made:

        def go_on() -> None:
            made.write(o.THE_CLUSTER_VERSION, cluster_version("4.19.1", "Partial"))
            give_up = time.monotonic() + PATIENCE
            while not told and time.monotonic() < give_up:
                time.sleep(0.05)
            made.write(o.THE_CLUSTER_VERSION, COMPLETED)

        made.once_watched(go_on)
        assert upgrade(made, PATIENCE, told) == "4.19.1"
    assert told == ["cluster 4.19.1 Partial", "cluster 4.19.1 Completed"]


def test_a_refusal_that_passes_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "REFUSAL_SECONDS", 5.0)
    with cluster(THE_CLUSTER_VERSION=cluster_version(conditions=REFUSED)) as made:
        soon(lambda: made.write(o.THE_CLUSTER_VERSION, COMPLETED))
        assert upgrade(made, PATIENCE) == "4.19.1"


def test_a_refusal_that_lasts_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "REFUSAL_SECONDS", 0.2)
    with cluster(THE_CLUSTER_VERSION=cluster_version(conditions=REFUSED)) as made:
        soon(lambda: made.write(o.THE_CLUSTER_VERSION, cluster_version(conditions=REFUSED)), 0.5)
        with pytest.raises(
            e.UpgradeRefused, match=r"refuses 4\.19\.1: Preconditions failed.*remove spec\.desiredUpdate"
        ):
            upgrade(made, PATIENCE)


def test_a_refusal_for_want_of_an_acknowledgement_is_borne_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "REFUSAL_SECONDS", 0.0)
    monkeypatch.setattr(waiting, "ACK_SECONDS", 60.0)
    with cluster(THE_CLUSTER_VERSION=cluster_version(conditions=ACK)) as made:
        soon(lambda: made.write(o.THE_CLUSTER_VERSION, cluster_version(conditions=ACK)), 0.2)
        with pytest.raises(e.WaitTimedOut, match="AdminAckRequired"):
            upgrade(made, 0.6)


def test_a_refusal_that_comes_and_goes_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "REFUSAL_SECONDS", 0.5)
    with cluster(THE_CLUSTER_VERSION=cluster_version(conditions=REFUSED)) as made:
        made.once_watched(lambda: made.write(o.THE_CLUSTER_VERSION, cluster_version()), 0.3)
        made.once_watched(lambda: made.write(o.THE_CLUSTER_VERSION, cluster_version(conditions=REFUSED)), 0.6)
        made.once_watched(lambda: made.write(o.THE_CLUSTER_VERSION, COMPLETED), 0.9)
        assert upgrade(made, PATIENCE) == "4.19.1"


def test_nobody_takes_up_the_request() -> None:
    with cluster() as made, pytest.raises(e.WaitTimedOut, match=r"has not accepted 4\.19\.1 yet; is it running"):
        upgrade(made, 0.3)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the cluster was judged within a wait."""
    times: list[float] = []
    judge = waiting.assess

    def assess(snapshot: Any) -> Any:
        times.append(time.monotonic())
        return judge(snapshot)

    monkeypatch.setattr(waiting, "assess", assess)
    return times


def test_without_news_nothing_is_read_nor_judged(monkeypatch: pytest.MonkeyPatch, counted: list[float]) -> None:
    """The clock is looked at many times meanwhile."""
    monkeypatch.setattr(waiting, "WAKE_SECONDS", 0.01)
    monkeypatch.setattr(watch, "STALE_SECONDS", 0.0)
    with cluster() as made:
        with pytest.raises(e.WaitTimedOut):
            settle(made, 1.0)
        assert len(counted) == 1
        asked = len(made.asked)
        with pytest.raises(e.WaitTimedOut):
            settle(made, 0.3)
        assert len(made.asked) == 2 * asked


def test_what_is_not_watched_is_looked_at_now_and_then(monkeypatch: pytest.MonkeyPatch, counted: list[float]) -> None:
    monkeypatch.setattr(waiting, "WAKE_SECONDS", 0.01)
    monkeypatch.setattr(waiting, "FALLBACK_SECONDS", 0.2)
    with cluster() as made, pytest.raises(e.WaitTimedOut):
        settle(made, 1.1)
    assert 3 <= len(counted) <= 7


def test_a_burst_of_news_is_judged_once_and_within_a_second(
    monkeypatch: pytest.MonkeyPatch, counted: list[float]
) -> None:
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0.2)
    written: list[float] = []
    with cluster([machine_set("a"), machine_set("b")]) as made:

        def burst() -> None:
            for _each in range(20):
                made.write(A, boots(OLD))
            made.write(o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, "b"), boots(TARGET))
            made.write(A, boots(TARGET))
            written.append(time.monotonic())

        made.once_watched(burst)
        assert settle(made) == []
    assert len(counted) <= 3 and counted[-1] - written[0] < 1


def test_the_look_before_a_write_is_not_done_again_for_the_wait() -> None:
    """Whatever was read through the cache is not read again: the wait costs no request beyond its watches."""
    with cluster() as made:
        client = made.client()
        with waiting.watching(client) as cache:
            before = read(cache, user_data=True)
            asked = [each for each in made.asked if "watch" not in each.query]
            answer = {**boots(TARGET), "metadata": {**boots(TARGET)["metadata"], "resourceVersion": "900"}}
            cache.put(A, answer)
            assert until_settled(cache, PATIENCE, lambda _line: None, before)[2] == ()
            assert [each for each in made.asked if "watch" not in each.query] == asked
    assert len({(each.path, *each.query.items()) for each in asked}) == len(asked) < 20


def test_waiting_for_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    with cluster() as made:
        with pytest.raises(e.WaitTimedOut, match="After 0 seconds still waiting for it to be so"):
            waiting.until_object(made.client(), A, lambda found: not found, 0.2, "it to be so")
        wanted = boots(TARGET)["spec"]
        made.once_watched(lambda: made.write(A, boots(TARGET)))
        waiting.until_object(made.client(), A, lambda found: bool(found) and found["spec"] == wanted, PATIENCE, "it")
        made.once_watched(lambda: made.refuse(Answer({"message": "no longer allowed"}, 403)))
        with pytest.raises(e.Forbidden):
            waiting.until_object(made.client(), A, lambda found: False, PATIENCE, "never")


def test_the_clock_tells_how_quiet_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "WAKE_SECONDS", 0.05)
    told: list[tuple[float, int]] = []
    with cluster() as made:
        soon(lambda: made.write(A, {**boots(OLD), "status": {"replicas": 1}}), 0.6)
        with pytest.raises(e.WaitTimedOut):
            until_settled(
                made.client(),
                1.0,
                lambda _line: None,
                None,
                lambda _s, _j, left, quiet: told.append((quiet, len(left))),
            )
    silences = [quiet for quiet, _left in told]
    assert max(silences) > 0.4 and any(later < earlier for earlier, later in zip(silences, silences[1:]))
    assert {left for _quiet, left in told} == {1}
