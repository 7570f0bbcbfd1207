# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request and its answer, borne through what passes by itself: restarts, stalls, cut-off answers, credentials that ran out."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Callable
from urllib.parse import urlencode

from ..model.errors import BootImageError, ConnectionFailed, InvalidInput, ServerFailed, Unauthorized
from ..model.objects import Json
from . import answers, failures
from .connection import Transport

AGENT = "okd.boot_images"
AWAY_SECONDS = 75.0
"""How long an API server may be away: one that restarts is for up to a minute."""
BRIEF_SECONDS = 6.0
"""The same where patience has been spent already on the same kind of request, or the host has no address."""
TOLD_SECONDS = 3.0
"""An outage that is shorter is not worth a progress line."""
CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
LONGEST_ASKED_PAUSE = 30.0
"""The longest pause that a server is granted which says itself when to come back."""


@dataclass(frozen=True)
class Request:
    """What goes over the wire, and what it is about."""

    asked: answers.Asked
    path: str
    query: dict[str, str] | None = None
    payload: bytes | None = None
    media: str | None = None


class _Passing(Exception):
    """A failure that may not be there at the next try, and how long the server asks us to wait."""

    def __init__(self, error: BootImageError, retry_after: str | None = None, nameless: bool = False) -> None:
        super().__init__(str(error))
        self.error, self.retry_after, self.nameless = error, retry_after, nameless


class Exchange:
    """The way to one API server: whoever asks gets an answer, or an error that trying on will not mend.

    :param reconnect: makes the transport anew, with credentials as they are now.
    :param tell: told in one line when an outage begins that is being waited out.
    """

    def __init__(
        self,
        transport: Transport,
        reconnect: Callable[[], Transport] | None = None,
        tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.transport = transport
        self._reconnect, self._tell = reconnect, tell
        self._lock = threading.Lock()
        self._deadline = float("inf")
        self._told = False
        self._worn: set[tuple[str, str]] = set()

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Within, no failure is borne beyond that moment (of C(time.monotonic)); whoever waits has a time of his own."""
        before, self._deadline = self._deadline, min(deadline, self._deadline)
        try:
            yield
        finally:
            self._deadline = before

    def ask(self, request: Request) -> Json:
        """The answer, a JSON object.

        :raises BootImageError: one of kube.answers, when trying on would not mend it, or has not for long enough.
        """
        matter = (request.asked.method, request.asked.kind.resource)
        began, attempt = 0.0, 0
        while True:
            try:
                answer = self._once(request)
            except _Passing as fault:
                began = began or time.monotonic()
                pause = _pause(attempt, fault.retry_after)
                if time.monotonic() - began + pause > self._patience(matter, began, fault.nameless):
                    self._worn.add(matter)
                    raise fault.error from fault
                self._tell_once(fault.error, began)
                time.sleep(pause)
                attempt += 1
            else:
                self._worn.discard(matter)
                self._told = False
                return answer

    def open(self, request: Request, read_timeout: float) -> Any:
        """The response to read from while it goes on; the caller closes it.

        :raises BootImageError: it could not be begun. It is tried once only: watches have their own way of beginning anew.
        """
        try:
            response = self._authorized(request, read_timeout, stream=True)
            if response.status >= 300:
                try:
                    raise answers.refused(request.asked, response.status, response.read())
                finally:
                    response.close()
            return response
        except _http_error() as error:
            raise failures.unreachable(self.transport.host, error) from error

    def _patience(self, matter: tuple[str, str], began: float, nameless: bool) -> float:
        """Seconds an outage of this request is borne. A webhook that fails for each of a thousand sets is waited out once."""
        if nameless or matter in self._worn:
            return BRIEF_SECONDS
        return max(BRIEF_SECONDS, min(AWAY_SECONDS, self._deadline - began))

    def _tell_once(self, error: BootImageError, began: float) -> None:
        with self._lock:
            if self._told or time.monotonic() - began < TOLD_SECONDS:
                return
            self._told = True
        self._tell(f"trying on for up to {AWAY_SECONDS:.0f} seconds: {error}")

    def _once(self, request: Request) -> Json:
        host = self.transport.host
        try:
            response = self._authorized(request, READ_SECONDS)
        except _http_error() as error:
            told = failures.unreachable(host, error)
            if failures.passes(error):
                raise _Passing(told, nameless=failures.nameless(error)) from error
            raise told from error
        if response.status >= 300:
            refused = answers.refused(request.asked, response.status, response.data)
            if answers.passes(response.status, response.data):
                raise _Passing(refused, response.headers.get("Retry-After"))
            raise refused
        try:
            parsed = json.loads(response.data)
        except (ValueError, RecursionError) as error:
            raise _Passing(ServerFailed(f"The answer of {host} is no JSON: {error}")) from error
        if not isinstance(parsed, dict):
            raise _Passing(ServerFailed(f"The answer of {host} is no JSON object."))
        return parsed

    def _authorized(self, request: Request, read_timeout: float, stream: bool = False) -> Any:
        """Send it; where the server does not accept the credentials, once more with such as are to be had now."""
        used = self.transport
        headers = self._headers(used)
        response = self._send(used, headers, request, read_timeout, stream)
        if response.status != 401:
            return response
        response.close()
        fresh = self._renewed(used, headers)
        if fresh is None:
            raise answers.refused(request.asked, 401, b"")
        response = self._send(fresh, self._headers(fresh), request, read_timeout, stream)
        if response.status == 401:
            response.close()
            raise Unauthorized(
                "The API server does not accept these credentials (401), nor those that the kubeconfig (its token file, certificate "
                "or credential plugin) gives when it is read once more. Log in anew, and check what the plugin answers."
            )
        return response

    def _headers(self, transport: Transport) -> list[tuple[str, str]]:
        with self._lock:  # an exec plugin may be asked
            return transport.headers()

    def _renewed(self, used: Transport, refused: list[tuple[str, str]]) -> Transport | None:
        """The transport with other credentials than those that were refused; None where there are none, or for another server."""
        with self._lock:
            if self.transport is not used:
                return self.transport
            try:
                fresh = self._reconnect() if self._reconnect else used
            except (InvalidInput, ConnectionFailed):
                return None
            same = (fresh.headers(), fresh.certificate) == (refused, used.certificate)
            if same or fresh.host != used.host:
                return None
            self.transport = fresh
        used.pool.clear()
        return fresh

    def _send(
        self,
        transport: Transport,
        credentials: list[tuple[str, str]],
        request: Request,
        read_timeout: float,
        stream: bool,
    ) -> Any:
        import urllib3
        from urllib3._collections import HTTPHeaderDict  # 1.26, which boto3 wants on Python 3.9, has it nowhere else

        headers = HTTPHeaderDict({"Accept": "application/json", "User-Agent": AGENT})
        for name, value in credentials:
            headers.add(name, value)
        if request.media:
            headers["Content-Type"] = request.media
        return transport.pool.request(
            request.asked.method,
            transport.host + request.path + ("?" + urlencode(request.query) if request.query else ""),
            body=request.payload,
            headers=headers,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=read_timeout),
            retries=False,
            redirect=False,
            preload_content=not stream,
        )


def _http_error() -> Any:
    import urllib3

    return urllib3.exceptions.HTTPError


def _pause(attempt: int, retry_after: str | None) -> float:
    """Seconds to the next try: what the server asks for, else doubling with jitter."""
    if retry_after and retry_after.isdigit():
        return min(float(retry_after), LONGEST_ASKED_PAUSE)
    return float(min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE)) * (0.5 + random.random())
