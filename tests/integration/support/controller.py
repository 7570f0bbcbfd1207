# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of AWX's API as the modules of awx.awx use: objects by kind, looked up by name, with associations and surveys."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Json = dict[str, Any]
TOKEN = "controller-token"
ENCRYPTED = "$encrypted$"
SECRETS = {"bearer_token", "kubeconfig"}
UNIFIED = ("job_templates", "workflow_job_templates", "projects", "inventory_sources")
KINDS = {
    *("organizations", "credential_types", "credentials", "labels", "execution_environments", "inventories"),
    *("hosts", "schedules", *UNIFIED),
}
PATH = re.compile(r"/api/v2/(?P<kind>\w+)/(?:(?P<number>\d+)/(?:(?P<below>\w+)/)?)?")


@dataclass
class Controller:
    """What is in it. Objects are as they were posted; secrets among a credential's inputs are kept beside them."""

    objects: dict[str, dict[int, Json]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    related: dict[tuple[str, int, str], Any] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    url: str = ""
    next_number: int = 0

    def named(self, kind: str, name: str) -> Json:
        """The one object of this kind and name."""
        (found,) = [each for each in self.objects[kind].values() if each["name"] == name]
        return found

    def add(self, kind: str, content: Json) -> Json:
        self.next_number += 1
        url = f"/api/v2/{kind}/{self.next_number}/"
        made = {**content, "id": self.next_number, "url": url, "type": kind.removesuffix("s")}
        if kind == "job_templates":
            made["related"] = {"survey_spec": url + "survey_spec/"}
        if kind == "projects":
            made.update(status="successful", scm_revision="0" * 40, summary_fields={})
        self.objects[kind][self.next_number] = made
        return made

    def search(self, kind: str, query: Json) -> list[Json]:
        """As Django's filters: all keys count, and of those with or__ any."""
        kinds = UNIFIED if kind == "unified_job_templates" else (kind,)
        either = {key.removeprefix("or__"): value for key, value in query.items() if key.startswith("or__")}
        every = {key: value for key, value in query.items() if not key.startswith("or__")}
        return [
            each
            for name in kinds
            for each in self.objects[name].values()
            if all(str(each.get(key)) == value for key, value in every.items())
            and (not either or any(str(each.get(key)) == value for key, value in either.items()))
        ]


def shown(kind: str, made: Json) -> Json:
    """An object as the API shows it: no secrets."""
    if kind != "credentials":
        return made
    inputs = {key: ENCRYPTED if key in SECRETS else value for key, value in made.get("inputs", {}).items()}
    return {**made, "inputs": inputs}


def _handler(controller: Controller) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve("GET")

        def do_POST(self) -> None:
            self._serve("POST")

        def do_PATCH(self) -> None:
            self._serve("PATCH")

        def log_message(self, *_arguments: Any) -> None:
            pass

        def _serve(self, method: str) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            parts = urlsplit(self.path)
            found = PATH.fullmatch(parts.path)
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return self._answer(401, {"detail": "who are you?"})
            if not found or found["kind"] not in KINDS | {"unified_job_templates"}:
                return self._answer(404, {"detail": parts.path})
            if method != "GET":
                controller.writes.append(f"{method} {parts.path}")
            kind, number = found["kind"], int(found["number"] or 0)
            if found["below"]:
                return self._below(method, (kind, number, found["below"]), body)
            if method == "POST":
                return self._answer(201, shown(kind, controller.add(kind, body)))
            if not number:
                return self._list([shown(kind, each) for each in controller.search(kind, dict(parse_qsl(parts.query)))])
            if method == "PATCH":
                controller.objects[kind][number].update(body)
            return self._answer(200, shown(kind, controller.objects[kind][number]))

        def _below(self, method: str, key: tuple[str, int, str], body: Json) -> None:
            if key[2] == "survey_spec":
                if method == "POST":
                    controller.related[key] = body
                return self._answer(200, controller.related.get(key, {}))
            numbers = controller.related.setdefault(key, [])
            if method == "POST":
                (numbers.remove if body.get("disassociate") else numbers.append)(body["id"])
                return self._answer(204, None)
            return self._list([{"id": number} for number in numbers])

        def _list(self, results: list[Json]) -> None:
            self._answer(200, {"count": len(results), "next": None, "results": results})

        def _answer(self, status: int, content: Any) -> None:
            text = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("X-API-Product-Name", "AWX")
            self.send_header("X-API-Product-Version", "24.6.1")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    return Handler


@contextmanager
def running() -> Iterator[Controller]:
    """A controller that knows what every AWX has: an organization, and the credential type of a cluster's token."""
    controller = Controller()
    controller.add("organizations", {"name": "Default"})
    controller.add("credential_types", {"name": "OpenShift or Kubernetes API Bearer Token", "kind": "kubernetes"})
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(controller))
    controller.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield controller
    finally:
        server.shutdown()
        server.server_close()
