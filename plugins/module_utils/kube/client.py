# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to the API server: paged lists, patches that are a dry run in check mode, retries. Nobody else speaks HTTP to it."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from ..model.errors import Forbidden, NotFound, ServerFailed
from ..model.objects import SELF_SUBJECT_REVIEW, Json, Kind, ObjectRef, dig, sequence
from ..model.steps import Create, JsonPatch, Step
from . import answers
from .connection import Options, Transport, connect

FIELD_MANAGER = "okd.boot_images"
PAGE = 10000
"""Objects a list. The API server answers the first page from its cache and further ones from etcd, which costs it five times as much."""
TRIES = 6
CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
LONGEST_PAUSE = 30.0
RETRIED = (429, 500, 502, 503, 504)
"""Statuses worth another try. A write that took effect although its answer was lost is told by its C(test) operations or
resourceVersion: the second try conflicts, and the caller looks afresh."""


class Client:
    """One cluster. With I(dry_run) every write is validated and admitted by the server and then forgotten."""

    def __init__(self, transport: Transport, dry_run: bool = False) -> None:
        self.host = transport.host
        self.verified = transport.verified
        self.dry_run = dry_run
        self._transport = transport
        self._auth = threading.Lock()

    @classmethod
    def open(cls, options: Options, dry_run: bool = False) -> Client:
        return cls(connect(options), dry_run)

    def get(self, ref: ObjectRef) -> Json:
        """:raises NotFound: and the other errors of kube.answers."""
        return self._ask("GET", ref.kind, ref.namespace or None, ref.name)

    def find(self, ref: ObjectRef) -> Json | None:
        """The object, or None where it, or its kind, does not exist."""
        try:
            return self.get(ref)
        except NotFound:
            return None

    def list_all(self, kind: Kind, namespace: str | None = None, selector: str = "") -> list[Json]:
        """Every object of I(kind) that a label selector matches, read in pages."""
        return self.list_with_version(kind, namespace, **({"labelSelector": selector} if selector else {}))[0]

    def list_with_version(self, kind: Kind, namespace: str | None = None, **query: str) -> tuple[list[Json], str]:
        """All objects and the resourceVersion to watch from."""
        found: list[Json] = []
        token: str | None = ""
        version = ""
        while token is not None:
            page = self._ask(
                "GET", kind, namespace, None, dict(query, limit=str(PAGE), **{"continue": token} if token else {})
            )
            found.extend(sequence(page.get("items")))
            version = str(dig(page, "metadata", "resourceVersion") or "")
            token = dig(page, "metadata", "continue") or None
        return found, version

    def document(self, path: str) -> Json:
        """A document that is no object, such as the OpenAPI schema of a group."""
        return self._ask("GET", Kind("", "", path, path), None, None, path=path)

    def write(self, step: Step) -> Json:
        """Carry out one step; answers the object as it is now (or would be, in a dry run)."""
        ref, query = step.ref, {"fieldManager": FIELD_MANAGER, "fieldValidation": "Strict"}
        if isinstance(step.request, Create):
            return self._ask(
                "POST", ref.kind, ref.namespace or None, None, query, step.request.body, "application/json"
            )
        if isinstance(step.request, JsonPatch):
            body: Any = list(step.request.operations)
            media = "application/json-patch+json"
        else:
            body, media = step.request.body, "application/merge-patch+json"
        return self._ask("PATCH", ref.kind, ref.namespace or None, ref.name, query, body, media)

    def user(self) -> str:
        """The user as whom the API server sees us; empty where it does not tell."""
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        try:
            answer = self._ask("POST", SELF_SUBJECT_REVIEW, None, None, None, review, "application/json")
        except (NotFound, Forbidden):
            return ""
        name = dig(answer, "status", "userInfo", "username")
        return name if isinstance(name, str) else ""

    def events(self, kind: Kind, namespace: str | None, seconds: float, **query: str) -> Iterator[Json]:
        """A watch of at most I(seconds); ends quietly when the server or the network ends it.

        :raises ConnectionFailed: it could not be begun; and the other errors of kube.answers.
        """
        import urllib3

        query = dict(query, watch="true", allowWatchBookmarks="true", timeoutSeconds=str(int(seconds)))
        try:
            response = self._send("GET", kind.path(namespace), query, None, None, read_timeout=seconds + 5, stream=True)
        except urllib3.exceptions.HTTPError as error:
            raise answers.unreachable(self.host, error) from error
        try:
            if response.status >= 400:
                raise answers.refused("GET", kind, namespace, None, response.status, response.read())
            pending = b""
            for chunk in response.stream(65536, decode_content=True):
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    if line.strip():
                        yield json.loads(line)
        except (urllib3.exceptions.HTTPError, ValueError, OSError):
            return
        finally:
            # A watch is never read to its end, so its connection must not go back into the pool.
            response.close()

    def _ask(
        self,
        method: str,
        kind: Kind,
        namespace: str | None,
        name: str | None,
        query: dict[str, str] | None = None,
        body: Any = None,
        media: str | None = None,
        path: str | None = None,
    ) -> Json:
        import urllib3

        if self.dry_run and method != "GET":
            query = dict(query or {}, dryRun="All")
        payload = None if body is None else json.dumps(body).encode()
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                response = self._send(method, path or kind.path(namespace, name), query, payload, media, READ_SECONDS)
            except urllib3.exceptions.HTTPError as error:
                if last or isinstance(error, urllib3.exceptions.SSLError):
                    raise answers.unreachable(self.host, error) from error
                time.sleep(_pause(attempt, None))
                continue
            if response.status in RETRIED and not last:
                time.sleep(_pause(attempt, response.headers.get("Retry-After")))
                continue
            if response.status >= 400:
                raise answers.refused(method, kind, namespace, name, response.status, response.data)
            try:
                parsed = json.loads(response.data)
            except (ValueError, RecursionError) as error:
                raise ServerFailed(f"The answer of {self.host} is no JSON: {error}") from error
            if not isinstance(parsed, dict):
                raise ServerFailed(f"The answer of {self.host} is no JSON object.")
            return parsed
        raise ServerFailed(f"No answer from {self.host}.")

    def _send(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None,
        payload: bytes | None,
        media: str | None,
        read_timeout: float,
        stream: bool = False,
    ) -> Any:
        import urllib3

        headers = urllib3.HTTPHeaderDict({"Accept": "application/json", "User-Agent": FIELD_MANAGER})
        with self._auth:
            for name, value in self._transport.headers():
                headers.add(name, value)
        if media:
            headers["Content-Type"] = media
        url = self.host + path + ("?" + urlencode(query) if query else "")
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=read_timeout)
        return self._transport.pool.request(
            method,
            url,
            body=payload,
            headers=headers,
            timeout=timeout,
            retries=False,
            redirect=False,
            preload_content=not stream,
        )


def _pause(attempt: int, retry_after: str | None) -> float:
    """Seconds to the next try: what the server asks for, else doubling with jitter."""
    if retry_after and retry_after.isdigit():
        return min(float(retry_after), LONGEST_PAUSE)
    return float(min(0.2 * 2**attempt, LONGEST_PAUSE)) * (0.5 + random.random())
