# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy that tunnels (CONNECT) until it demands authentication."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from typing import Any


class Proxy:
    """On 127.0.0.1."""

    def __init__(self) -> None:
        self.demanding = False
        self._open: set[socket.socket] = set()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def cut(self) -> None:
        """Hang up on everybody."""
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut()
        self._server.shutdown()
        self._server.server_close()

    def tunnel(self, client: socket.socket, target: str) -> None:
        host, _colon, port = target.rpartition(":")
        with socket.create_connection((host, int(port))) as server:
            self._open.update((client, server))
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_copy, args=(server, client), daemon=True)
            back.start()
            _copy(client, server)
            back.join()
            self._open.difference_update((client, server))


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    for each in (source, sink):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def _handler(proxy: Proxy) -> Any:
    class Handler(socketserver.StreamRequestHandler):
        rbufsize = 0

        def handle(self) -> None:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                piece = self.connection.recv(1)
                if not piece:
                    return
                head += piece
            if proxy.demanding:
                self.connection.sendall(
                    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
                )
                return
            proxy.tunnel(self.connection, head.split()[1].decode())

    return Handler
