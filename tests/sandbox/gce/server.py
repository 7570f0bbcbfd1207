# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One server for all of Google's hosts that are needed; paths tell them apart."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from . import tokens
from .catalogue import OWN_PROJECT, PUBLIC, Catalogue, Image
from .faults import Call, Faults, Refused, check, detailed, refused
from .principals import Account, Principals, Token

_IMAGE = re.compile(r"/compute/v1/projects/([^/]+)/global/images/(family/)?([^/]+)\Z")
_GENERATE = re.compile(r"/v1/projects/-/serviceAccounts/([^/]+):generateAccessToken\Z")
_READ = {"https://www.googleapis.com/auth/" + each for each in ("compute.readonly", "compute", "cloud-platform")}


class Gce:
    """A running Compute Engine with all that gives tokens for it. Make it with `start`."""

    def __init__(self, images: Sequence[Image]) -> None:
        self.faults = Faults()
        self.principals = Principals()
        self._images = list(images)
        self._catalogue = Catalogue(images)
        self._calls: list[Call] = []
        self._lock = threading.Lock()
        self._now = 0
        self.most_at_once = 0
        """So many requests for images were under way side by side."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @classmethod
    def start(cls, images: Sequence[Image]) -> Gce:
        return cls(images)

    def __enter__(self) -> Gce:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def host(self) -> str:
        """What GCE_METADATA_HOST and GCE_METADATA_IP should be."""
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """What gcp.endpoint_url and gcp.iam_endpoint_url should be."""
        return "http://" + self.host

    @property
    def token_url(self) -> str:
        return self.url + "/token"

    def add_account(self, name: str, *rights: tuple[str, str]) -> Account:
        """A service account of the cluster's project, with these permissions there or elsewhere."""
        made = Account(f"{name}@{OWN_PROJECT}.iam.gserviceaccount.com", self.token_url, set(rights))
        self.principals.accounts[made.email] = made
        return made

    def federation(self, account: Account, token_file: str) -> dict[str, Any]:
        """What ccoctl puts into a cluster's secret: how a pod becomes I(account)."""
        return {
            "type": "external_account",
            "audience": "//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/infra/providers/infra",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": self.url + "/sts/v1/token",
            "service_account_impersonation_url": f"{self.url}/v1/projects/-/serviceAccounts/{account.email}:generateAccessToken",
            "credential_source": {"file": token_file, "format": {"type": "text"}},
        }

    def calls(self, api: str = "") -> list[Call]:
        """What was asked since the last reset, retries included."""
        return [each for each in list(self._calls) if api in ("", each.api)]

    def reset(self) -> None:
        """As at the start: no calls, no faults; accounts stay, because keys take long to make."""
        self.faults.__dict__.update(Faults().__dict__)
        self._catalogue = Catalogue(self._images)
        self._calls.clear()
        self.most_at_once = 0

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body for one request."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        found = self.principals.tokens.get(str(headers.get("Authorization", "")).removeprefix("Bearer "))
        api, subject, who, status = "unknown", parts.path, found.email if found else "", 200
        try:
            image = _IMAGE.match(parts.path)
            generate = _GENERATE.match(parts.path)
            if method == "GET" and image:
                api, subject = "images.getFromFamily" if image[2] else "images.get", f"{image[1]}/{image[3]}"
                with self._counted():
                    return 200, {}, self._image(found, image[1], image[3], bool(image[2]), query)
            if method == "POST" and parts.path == "/token":
                form = dict(parse_qsl(body.decode()))
                api, subject = "token", form.get("grant_type", "").rpartition(":")[2]
                self._may_fail()
                who, told = tokens.grant(self.principals, self.faults, form)
                return 200, {}, told
            if method == "POST" and generate:
                api, subject = "generateAccessToken", generate[1]
                self._may_fail()
                _who, told = tokens.impersonate(self.principals, self.faults, found, generate[1], json.loads(body))
                return 200, {}, told
            if method == "POST" and parts.path == "/sts/v1/token":
                api, subject = "sts", ""
                who, told = tokens.exchange(self.principals, dict(parse_qsl(body.decode())))
                return 200, {}, told
            if headers.get("Metadata-Flavor") == "Google":
                api = "metadata"
                return 200, {"Metadata-Flavor": "Google"}, tokens.metadata(self.principals, parts.path, query)
            raise Refused(404, "<html>Not Found</html>")
        except Refused as refusal:
            status = refusal.status
            return status, refusal.headers, refusal.body
        finally:
            self._calls.append(Call(api, subject, who, query, status))

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            yield
        finally:
            with self._lock:
                self._now -= 1

    def _may_fail(self) -> None:
        if self.faults.unavailable_tokens > 0:
            self.faults.unavailable_tokens -= 1
            raise Refused(503, {"error": "internal_failure"})

    def _image(self, token: Token | None, project: str, name: str, family: bool, query: dict[str, str]) -> Any:
        if self.faults.slow is not None:
            self.faults.slow.wait(20)
        if self.faults.cut > 0:
            self.faults.cut -= 1
            raise ConnectionAbortedError
        if token is None or self.faults.refused_tokens > 0:
            self.faults.refused_tokens -= 1 if token else 0
            message = (
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication "
                "credential."
            )
            raise refused(401, message, "authError", status="UNAUTHENTICATED")
        if not token.scopes & _READ:
            message = "Request had insufficient authentication scopes."
            raise detailed(403, message, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
        check(self.faults, project)
        if self.faults.garbage is not None:
            return self.faults.garbage
        if project not in self._catalogue.projects:
            raise refused(404, f"The resource 'projects/{project}' was not found", "notFound")
        right, place = ("compute.images.getFromFamily", "family/") if family else ("compute.images.get", "")
        if project not in PUBLIC and not self.principals.may(token.email, right, project):
            path = f"projects/{project}/global/images/{place}{name}"
            raise refused(403, f"Required '{right}' permission for '{path}'", "forbidden")
        found = self._catalogue.newest(project, name) if family else self._catalogue.get(project, name)
        if found is None:
            path = f"projects/{project}/global/images/{place}{name}"
            raise refused(404, f"The resource '{path}' was not found", "notFound")
        wanted = query["fields"].split(",") if "fields" in query else None
        return {key: value for key, value in found.resource().items() if wanted is None or key in wanted}


def _handler(gce: Gce) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                status, headers, told = gce.answer(self.command, self.path, self.headers, body)
                content = (
                    told
                    if isinstance(told, bytes)
                    else told.encode()
                    if isinstance(told, str)
                    else json.dumps(told).encode()
                )
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json" if isinstance(told, dict) else "text/html")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                self.wfile.flush()
            except OSError:
                self.close_connection = True  # told to, or whoever asked is gone

        do_GET = do_POST = handle_any

        def log_message(self, *_: object) -> None:
            """Tests look at the calls."""

    return Handler
