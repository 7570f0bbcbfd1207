# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""moto's server as a process, and the front that clients speak to."""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qsl, urlencode
from xml.sax.saxutils import escape

import urllib3

from sandbox.processes import Process, spawn

from . import catalogue
from .catalogue import Ami
from .copies import Copies
from .faults import Call, Faults, Refused, check
from .images import Images, Parameters

READY_SECONDS = 60.0
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/(ec2|sts)/")
_ERROR = "<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors><RequestID>sandbox</RequestID></Response>"


class Ec2:
    """A running EC2 (and STS). Make it with `start`."""

    def __init__(self, moto: Process, moto_url: str, images: Sequence[Ami]) -> None:
        self.faults = Faults()
        self._moto, self._moto_url = moto, moto_url
        self._pool = urllib3.PoolManager(maxsize=16)
        self._catalogue = {each.id: each for each in images}
        self._calls: list[Call] = []
        self.reset()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @classmethod
    def start(cls, folder: Path, images: Sequence[Ami]) -> Ec2:
        """Start moto with these images, its log in the folder, and the front in this process; moto dies with it."""
        file = folder / "amis.json"
        catalogue.write(images, file)
        environment = {**os.environ, "MOTO_AMIS_PATH": str(file)}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        moto = spawn(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port], folder / "moto.log", True, environment
        )
        _wait_until_ready(moto, int(port), folder / "moto.log")
        return cls(moto, f"http://127.0.0.1:{port}/", images)

    def __enter__(self) -> Ec2:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """What AWS_ENDPOINT_URL_EC2 and AWS_ENDPOINT_URL_STS should be."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def environment(self, folder: Path | None = None) -> dict[str, str]:
        """Variables for a client: where EC2 is and keys for it, and nothing of this machine's own accounts."""
        nowhere = str(folder / "none") if folder else os.devnull
        return {
            "AWS_ENDPOINT_URL_EC2": self.url,
            "AWS_ENDPOINT_URL_STS": self.url,
            "AWS_ACCESS_KEY_ID": "AKIASANDBOX",
            "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key",
            "AWS_CONFIG_FILE": nowhere,
            "AWS_SHARED_CREDENTIALS_FILE": nowhere,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
        }

    def calls(self, action: str = "", region: str = "") -> list[Call]:
        """What was asked since the last reset, retries included."""
        return [each for each in list(self._calls) if action in ("", each.action) and region in ("", each.region)]

    def reset(self) -> None:
        """As at the start: no copies, no calls, no faults."""
        self._pool.request("POST", self._moto_url + "moto-api/reset")
        self.faults.__dict__.update(Faults().__dict__)
        self._images = Images(self._catalogue, self.faults)
        self._copies = Copies(self._images, self.faults)
        self._calls.clear()

    def forget_tokens(self) -> None:
        """As EC2 does with client tokens after a day."""
        self._copies.tokens.clear()

    def stop(self) -> None:
        """End both."""
        self._server.shutdown()
        self._server.server_close()
        self._moto.end()

    def answer(self, headers: dict[str, str], parameters: Parameters) -> tuple[int, bytes]:
        """Status and XML for one request."""
        found = _CREDENTIAL.search(headers.get("Authorization", ""))
        key, region = (found[1], found[2]) if found else ("", "")
        action, outcome = parameters.get("Action", ""), "ok"
        try:
            check(self.faults, action, region, key)
            return 200, self._act(action, region, headers, dict(parameters))
        except Refused as refused:
            outcome = refused.code
            return refused.status, _ERROR.format(refused.code, escape(refused.message)).encode()
        finally:
            self._calls.append(Call(action, region, key, headers.get("X-Amz-Security-Token", ""), parameters, outcome))

    def _act(self, action: str, region: str, headers: dict[str, str], parameters: Parameters) -> bytes:
        def ask(these: Parameters) -> bytes:
            return self._forward(headers, these)

        if action == "CopyImage":
            return self._copies.copy(region, parameters, ask)
        if parameters.get("DryRun") == "true":
            return ask(parameters)
        if action == "DescribeImages":
            return self._images.describe(region, parameters, ask)
        if action == "DeregisterImage":
            return self._copies.deregister(region, parameters, ask)
        return ask(parameters)

    def _forward(self, headers: dict[str, str], parameters: Parameters) -> bytes:
        kept = {name: value for name, value in headers.items() if name in ("Authorization", "X-Amz-Date", "Host")}
        kept["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        done = self._pool.request("POST", self._moto_url, body=urlencode(parameters), headers=kept, retries=False)
        if done.status >= 400:
            said = done.data.decode()
            code, message = (
                re.search(r"<Code>(.*?)</Code>", said),
                re.search(r"<Message>(.*?)</Message>", said, re.DOTALL),
            )
            raise Refused(code[1] if code else "InternalError", message[1] if message else said[:500], done.status)
        return done.data


def _handler(ec2: Ec2) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parameters = dict(parse_qsl(body.decode(), keep_blank_values=True))
            status, content = ec2.answer(dict(self.headers.items()), parameters)
            try:
                self.send_response(status)
                self.send_header("Content-Type", "text/xml;charset=UTF-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                self.wfile.flush()
            except OSError:
                self.close_connection = True  # whoever asked was killed

        def log_message(self, *_: object) -> None:
            """Tests look at the calls."""

    return Handler


def _wait_until_ready(moto: Process, port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and moto.alive():
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    moto.end()
    raise TimeoutError(f"moto does not answer: {log.read_text(encoding='utf-8')[-2000:]}")
