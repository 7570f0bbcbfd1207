# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way between a module and the API server: TLS on both sides, every request seen, and whatever goes wrong on it goes wrong here."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

GONE_SECONDS = 300
KEPT = ("Accept", "Content-Type", "User-Agent")
Effect = Callable[["Passage"], bool]
"""What becomes of a request while something is wrong; False where it passes as if nothing were."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    body: bytes

    @property
    def watches(self) -> bool:
        return "watch" in self.query

    @property
    def writes(self) -> bool:
        return self.method != "GET" and not self.path.endswith("selfsubjectreviews")

    def about(self, plural: str) -> bool:
        """Whether it is about objects of that kind."""
        return plural in self.path.split("/")


class Passage:
    """One request on its way, and what can be done with it."""

    def __init__(self, way: Way, handler: BaseHTTPRequestHandler, request: Request) -> None:
        self.way, self.request = way, request
        self._handler = handler

    def reply(self, status: int, body: bytes | dict[str, Any], **headers: str) -> bool:
        """Answer in the API server's place."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._head(status, {**headers, "Content-Length": str(len(data))})
        self._handler.wfile.write(data)
        self._handler.wfile.flush()
        return True

    def refuse(self, status: int, message: str, reason: str = "", **headers: str) -> bool:
        """Answer with a Status, as the API server does."""
        told = {
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": status,
        }
        return self.reply(status, told, **headers)

    def begin(self) -> Iterator[bytes]:
        """Ask the API server, send the head of its answer, and give its body piece by piece."""
        answer = self._ask()
        self._head(answer.status, {**self._kept(answer), "Transfer-Encoding": "chunked"})
        while piece := answer.read1(65536):
            yield piece

    def whole(self) -> tuple[int, dict[str, str], bytes]:
        """Ask the API server and wait for all of its answer."""
        answer = self._ask()
        return answer.status, self._kept(answer), answer.read()

    def send(self, piece: bytes) -> None:
        """One piece of a body that was begun; nothing arrives any more on a connection that is frozen."""
        self.way.hold_if_frozen(self._handler.connection)
        self._handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self._handler.wfile.flush()

    def end(self) -> bool:
        self._handler.wfile.write(b"0\r\n\r\n")
        self._handler.wfile.flush()
        return True

    def pass_on(self) -> bool:
        """As if nothing were wrong."""
        if self.request.watches:
            for piece in self.begin():
                self.send(piece)
            return self.end()
        status, headers, body = self.whole()
        self.way.hold_if_frozen(self._handler.connection)
        return self.reply(status, body, **headers)

    def drip(self, status: int, headers: dict[str, str], body: bytes, pieces: int, pause: float) -> bool:
        """All of the body, a little at a time."""
        self._head(status, {**headers, "Content-Length": str(len(body))})
        size = max(1, -(-len(body) // pieces))
        for start in range(0, len(body), size):
            self._handler.wfile.write(body[start : start + size])
            self._handler.wfile.flush()
            time.sleep(pause)
        return True

    def half(self, status: int, headers: dict[str, str], body: bytes) -> bool:
        """Half of the body, and then a reset."""
        self._head(status, {**headers, "Content-Length": str(len(body))})
        self._handler.wfile.write(body[: len(body) // 2])
        self._handler.wfile.flush()
        return self.reset()

    def reset(self) -> bool:
        """Hang up as a machine does that knows of no connection."""
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.close_connection = True
        return True

    def _ask(self) -> http.client.HTTPResponse:
        sent = self.way.upstream(self._handler.connection)
        target = self.request.path + ("?" + urlencode(self.request.query) if self.request.query else "")
        headers = {name: self._handler.headers[name] for name in KEPT if self._handler.headers[name]}
        sent.request(
            self.request.method,
            target,
            self.request.body or None,
            {**headers, "Authorization": f"Bearer {self.way.admin}"},
        )
        return sent.getresponse()

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()

    def _kept(self, answer: http.client.HTTPResponse) -> dict[str, str]:
        return {name: answer.headers[name] for name in ("Content-Type", "Retry-After") if answer.headers[name]}


class Way:
    """A server on 127.0.0.1 in front of the API server. I(effect) is asked about each request while it is set."""

    def __init__(self, api_server: str, authority: str, admin: str, tls: ssl.SSLContext) -> None:
        """:param admin: the token with which the API server is asked, whatever token the module has."""
        self.admin, self.tls = admin, tls
        self.accepted = "first"
        """The token that a module must have."""
        self.effect: Effect | None = None
        self.seen: list[Request] = []
        self.on_request: Callable[[Request], None] = lambda request: None
        self._api_server = urlsplit(api_server)
        self._trusted = ssl.create_default_context(cafile=authority)
        self._lock = threading.Lock()
        self._connections: dict[Any, http.client.HTTPSConnection | None] = {}
        self._frozen: set[Any] = set()
        self._server = _server(self)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self.cut()
        self._server.shutdown()
        self._server.server_close()

    def heal(self, tls: ssl.SSLContext) -> None:
        """Nothing is wrong from now on; the next run begins with new connections."""
        self.effect, self.accepted, self.tls = None, "first", tls
        self.on_request = lambda request: None
        self.cut()
        self._frozen.clear()
        self.seen = []

    def cut(self) -> None:
        """Hang up on everybody."""
        for connection in self._now():
            self.hang_up(connection)

    def freeze(self) -> None:
        """No connection of now brings anything any more, and none is closed."""
        self._frozen.update(self._now())

    def hold_if_frozen(self, connection: Any) -> None:
        """Keep silent until the connection is gone."""
        deadline = time.monotonic() + GONE_SECONDS
        while connection in self._frozen and connection in self._connections and time.monotonic() < deadline:
            time.sleep(0.05)
        if connection in self._frozen:
            raise ConnectionAbortedError("frozen to its end")

    def hang_up(self, connection: Any) -> None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        self.forget(connection)

    def upstream(self, connection: Any) -> http.client.HTTPSConnection:
        """A connection of our own to the API server for each of the module's."""
        kept = self._connections.get(connection)
        if kept is None:
            host, port = self._api_server.hostname or "", self._api_server.port
            kept = http.client.HTTPSConnection(host, port, context=self._trusted, timeout=GONE_SECONDS)
            with self._lock:
                self._connections[connection] = kept
        return kept

    def note(self, connection: Any) -> None:
        with self._lock:
            self._connections.setdefault(connection, None)

    def forget(self, connection: Any) -> None:
        with self._lock:
            upstream = self._connections.pop(connection, None)
        if upstream is not None:
            with contextlib.suppress(OSError):
                if upstream.sock is not None:
                    upstream.sock.shutdown(socket.SHUT_RDWR)

    def _now(self) -> list[Any]:
        with self._lock:
            return list(self._connections)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up, on either side, is no error here."""
        if not isinstance(sys.exc_info()[1], (OSError, http.client.HTTPException, ValueError)):
            super().handle_error(request, client_address)


def _server(way: Way) -> _Server:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def setup(self) -> None:
            self.request.settimeout(10)
            self.request = way.tls.wrap_socket(self.request, server_side=True)
            self.request.settimeout(None)
            super().setup()
            way.note(self.connection)

        def finish(self) -> None:
            connection = self.connection
            try:
                super().finish()
            finally:
                way.forget(connection)
                connection.close()

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, parts.path, dict(parse_qsl(parts.query, True)), body)
            way.on_request(request)
            way.seen.append(request)
            passage = Passage(way, self, request)
            if self.headers["Authorization"] != f"Bearer {way.accepted}":
                passage.refuse(401, "Unauthorized", "Unauthorized")
            elif way.effect is None or not way.effect(passage):
                passage.pass_on()

        do_GET = do_POST = do_PATCH = handle_any

        def log_message(self, *_: Any) -> None:
            """Tests speak through their assertions."""

    return _Server(("127.0.0.1", 0), Handler)
