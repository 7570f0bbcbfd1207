# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment that holds pip-audit and galaxy-importer, and something that speaks like OSV."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from environment import RELEASE_LOCK_FILE, cache_root, ensure_venv
from packaging.version import Version


class Osv(ThreadingHTTPServer):
    """Answers the one question of pip-audit from `known`; with `broken`, it answers nothing but 503 about these packages."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.known = {"pip": ("PYSEC-2021-437", "21.1")}
        """By package a vulnerability, and the version that it is mended in."""
        self.broken: set[str] = set()
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """What to ask."""
        return f"http://127.0.0.1:{self.server_port}/v1/query"


class Answering(BaseHTTPRequestHandler):
    """One question."""

    server: Osv

    def do_POST(self) -> None:
        """Answer as https://google.github.io/osv.dev/post-v1-query/ has it."""
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = question["package"]["name"]
        self.server.asked.append(name)
        known, mended = self.server.known.get(name, ("", "0"))
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": mended}]}]
        vulnerability = {"id": known, "affected": [{"package": {"name": name, "ecosystem": "PyPI"}, "ranges": ranges}]}
        found = Version(question["version"]) < Version(mended)
        body = json.dumps({"vulns": [vulnerability]} if found else {}).encode()
        self.send_response(503 if name in self.server.broken else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def osv() -> Iterator[Osv]:
    with Osv() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="session")
def release_environment() -> Path:
    return ensure_venv(cache_root(), RELEASE_LOCK_FILE)
