# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One watch while it goes on: its events, and an end that another thread can put to it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ..model.objects import Json


class Events:
    """Ends quietly when the server, the network or C(end) ends it."""

    def __init__(self, response: Any) -> None:
        """:param response: urllib3's, of a watch that was accepted."""
        self._response = response
        self._socket = getattr(getattr(response, "connection", None), "sock", None)

    def __iter__(self) -> Iterator[Json]:
        import urllib3

        try:
            pending = b""
            for chunk in self._response.stream(65536, decode_content=True):
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    if line.strip():
                        yield json.loads(line)
        except (urllib3.exceptions.HTTPError, ValueError, OSError):
            return
        finally:
            # A watch is never read to its end, so its connection must not go back into the pool.
            self._response.close()

    def end(self) -> None:
        """Wake whoever waits for the next event; closing alone would wait for it."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
