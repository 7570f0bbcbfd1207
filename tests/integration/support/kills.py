# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module's process killed (SIGKILL) at a moment of one's choosing: at its Nth write, on either side of it, or after some time."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3
from integration.support import modules
from integration.support.clusters import Cluster
from unit.loopback import Answer, Request, serve

QUIET_SECONDS = 20


@dataclass(frozen=True)
class Moment:
    """At write number I(write), counted from 1, before the server has it or after it has taken it; or after I(seconds)."""

    write: int = 0
    taken: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        if not self.write:
            return f"after {self.seconds:.3f} s"
        return f"{'after' if self.taken else 'before'} write {self.write}"


class Gateway:
    """Between the module and the API server. It counts writes, and lets nothing pass any more once it has killed."""

    def __init__(self, made: Cluster) -> None:
        self.url = ""
        self.writes: list[str] = []
        self._server, self._token = made.sandbox.server, made.client.token
        self._pool = urllib3.PoolManager(maxsize=16, ca_certs=str(made.sandbox.folder / "ca.crt"), retries=False)
        self._state = threading.Condition()
        self._under_way = 0
        self._trap: Moment | None = None
        self._pid: int | None = None
        self._pid_known = threading.Event()
        self.killed = False

    def __call__(self, request: Request) -> Answer:
        wrote = request.method != "GET" and not request.path.endswith("selfsubjectreviews")
        with self._state:
            number = self._count(request) if wrote else 0
            if number and self._at(number, taken=False):
                self._kill()
            if self.killed:
                return Answer({}, 503)
            self._under_way += 1
        try:
            answer = self._forward(request)
            if number and self._at(number, taken=True):
                self._kill()
            return answer
        finally:
            with self._state:
                self._under_way -= 1
                self._state.notify_all()

    def run(self, name: str, moment: Moment | None, **arguments: Any) -> modules.Answer | None:
        """Run a module through here; None where it was killed before it answered."""
        self.writes, self.killed, self._trap = [], False, moment
        self._pid_known.clear()
        running = modules.start(name, {"host": self.url, "api_key": self._token, **arguments})
        self._pid = running.process.pid
        self._pid_known.set()
        if moment and not moment.write:
            running.process.join(moment.seconds)
            with self._state:
                self._kill()
        try:
            return running.finish()
        except (AssertionError, OSError):  # no answer, or half of one
            if not self.killed:
                raise
            return None
        finally:
            with self._state:
                quiet = self._state.wait_for(lambda: not self._under_way, QUIET_SECONDS)
            assert quiet, "a request of the killed module does not end"

    def _count(self, request: Request) -> int:
        self.writes.append(f"{request.method} {request.path.rpartition('openshift-machine-api/')[2]}")
        return len(self.writes)

    def _at(self, number: int, taken: bool) -> bool:
        return self._trap is not None and (self._trap.write, self._trap.taken) == (number, taken)

    def _kill(self) -> None:
        assert self._pid_known.wait(QUIET_SECONDS) and self._pid is not None
        self.killed = True
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def _forward(self, request: Request) -> Answer:
        kept = ("Authorization", "Accept", "Content-Type")
        headers = {name: request.headers[name] for name in kept if request.headers[name]}
        url = f"{self._server}{request.path}?{urlencode(request.query)}"
        answer = self._pool.request(request.method, url, body=request.body or None, headers=headers)
        again = {name: answer.headers[name] for name in ("Retry-After",) if name in answer.headers}
        return Answer(answer.data, answer.status, again)


@contextmanager
def gateway(made: Cluster) -> Iterator[Gateway]:
    found = Gateway(made)
    with serve(found) as server:
        found.url = server.url
        yield found


def undisturbed(through: Gateway, name: str, **arguments: Any) -> tuple[float, list[str]]:
    """A run that nobody kills: its seconds from the start of its process, and its writes in order."""
    started = time.monotonic()
    answer = through.run(name, None, **arguments)
    assert answer is not None and not answer.failed, answer and answer.message
    return time.monotonic() - started, list(through.writes)
