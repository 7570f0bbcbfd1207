# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP server on 127.0.0.1 that answers as a test has told it to, and remembers what it was asked."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """I(body) is JSON, bytes, or a list of chunks to send one by one; None in the list waits until the server is closed."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Server:
    url: str
    requests: list[Request]
    closing: threading.Event


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away (a killed module) is no error of the server's."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve(answer: Callable[[Request], Answer]) -> Iterator[Server]:
    """Serve until the block ends; I(answer) is called in the connections' threads."""
    seen: list[Request] = []
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer: with more, the client's delayed acknowledgement costs 40 ms each time

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, parts.path, dict(parse_qsl(parts.query, True)), self.headers, body)
            seen.append(request)
            _send(self, answer(request), closing)

        do_GET = do_POST = do_PATCH = handle_any

        def log_message(self, *_: Any) -> None:
            """Tests speak through their assertions."""

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}", seen, closing)
    finally:
        closing.set()
        server.shutdown()
        server.server_close()


def _send(handler: BaseHTTPRequestHandler, told: Answer, closing: threading.Event) -> None:
    handler.send_response(told.status)
    for name, value in told.headers.items():
        handler.send_header(name, value)
    if not isinstance(told.body, list):
        body = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        return
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    try:
        for chunk in told.body:
            if chunk is None:
                closing.wait(20)
                return
            handler.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
            handler.wfile.flush()
        handler.wfile.write(b"0\r\n\r\n")
        handler.wfile.flush()
    except OSError:
        return
