# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be asked of the API server: objects, paged lists, watches, and patches that are a dry run in check mode."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Callable

from ..model.errors import Forbidden, Gone, NotFound
from ..model.objects import SELF_SUBJECT_REVIEW, Json, Kind, ObjectRef, dig, sequence
from ..model.steps import Create, JsonPatch, Step
from .answers import Asked
from .connection import Options, Transport, connect
from .events import Events
from .exchange import AGENT, Exchange, Request

FIELD_MANAGER = AGENT
PAGE = 10000
"""Objects a list. The API server answers the first page from its cache and further ones from etcd, which costs it five times as much."""
LISTS = 4
"""How often a list is begun whose pages the server forgets (after five minutes, or when it restarts)."""
SILENT_SECONDS = 60.0
"""A watch on which nothing comes for so long is begun anew. A live one brings a bookmark each minute; a dead connection brings nothing."""


class Client:
    """One cluster. With I(dry_run) every write is validated and admitted by the server and then forgotten."""

    def __init__(self, exchange: Exchange, dry_run: bool = False) -> None:
        self.dry_run = dry_run
        self._exchange = exchange

    @classmethod
    def open(cls, options: Options, dry_run: bool = False, tell: Callable[[str], None] = lambda line: None) -> Client:
        """:param tell: told in one line when the API server is away and is waited for."""

        def connected() -> Transport:
            return connect(options)

        return cls(Exchange(connected(), connected, tell), dry_run)

    @property
    def host(self) -> str:
        return self._exchange.transport.host

    @property
    def verified(self) -> bool:
        """Whether the server's certificate is."""
        return self._exchange.transport.verified

    def until(self, deadline: float) -> AbstractContextManager[None]:
        """Within, no failure of the API server is borne beyond that moment of C(time.monotonic)."""
        return self._exchange.until(deadline)

    def get(self, ref: ObjectRef) -> Json:
        """:raises NotFound: and the other errors of kube.answers."""
        return self._ask(Asked("GET", ref.kind, ref.namespace or None, ref.name))

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
        for _begun in range(LISTS - 1):
            try:
                return self._pages(kind, namespace, query)
            except Gone:
                continue
        return self._pages(kind, namespace, query)

    def _pages(self, kind: Kind, namespace: str | None, query: dict[str, str]) -> tuple[list[Json], str]:
        found: list[Json] = []
        token: str | None = ""
        version = ""
        while token is not None:
            asked = dict(query, limit=str(PAGE), **{"continue": token} if token else {})
            page = self._ask(Asked("GET", kind, namespace, _only(query), "list"), asked, path=kind.path(namespace))
            found.extend(sequence(page.get("items")))
            version = str(dig(page, "metadata", "resourceVersion") or "")
            token = dig(page, "metadata", "continue") or None
        return found, version

    def document(self, path: str) -> Json:
        """A document that is no object, such as the OpenAPI schema of a group."""
        return self._ask(Asked("GET", Kind("", "", path, path), doing="get"), path=path)

    def write(self, step: Step) -> Json:
        """Carry out one step; answers the object as it is now (or would be, in a dry run)."""
        ref, query = step.ref, {"fieldManager": FIELD_MANAGER, "fieldValidation": "Strict"}
        if isinstance(step.request, Create):
            asked = Asked("POST", ref.kind, ref.namespace or None, ref.name)
            return self._ask(asked, query, step.request.body, path=ref.kind.path(asked.namespace))
        if isinstance(step.request, JsonPatch):
            body: Any = list(step.request.operations)
            media = "application/json-patch+json"
        else:
            body, media = step.request.body, "application/merge-patch+json"
        return self._ask(Asked("PATCH", ref.kind, ref.namespace or None, ref.name), query, body, media)

    def user(self) -> str:
        """The user as whom the API server sees us; empty where it does not tell."""
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        try:
            answer = self._ask(Asked("POST", SELF_SUBJECT_REVIEW), None, review)
        except (NotFound, Forbidden):
            return ""
        name = dig(answer, "status", "userInfo", "username")
        return name if isinstance(name, str) else ""

    def events(self, kind: Kind, namespace: str | None, seconds: float, **query: str) -> Events:
        """A watch of at most I(seconds).

        :raises ConnectionFailed: it could not be begun; and the other errors of kube.answers.
        """
        query = dict(query, watch="true", allowWatchBookmarks="true", timeoutSeconds=str(int(seconds)))
        asked = Asked("GET", kind, namespace, _only(query), "watch")
        request = Request(asked, kind.path(namespace), query)
        return Events(self._exchange.open(request, min(SILENT_SECONDS, seconds + 5)))

    def _ask(
        self,
        asked: Asked,
        query: dict[str, str] | None = None,
        body: Any = None,
        media: str = "application/json",
        path: str | None = None,
    ) -> Json:
        if self.dry_run and asked.method != "GET":
            query = dict(query or {}, dryRun="All")
        payload = None if body is None else json.dumps(body).encode()
        path = path or asked.kind.path(asked.namespace, asked.name)
        return self._exchange.ask(Request(asked, path, query, payload, media if payload else None))


def _only(query: Mapping[str, str]) -> str | None:
    """The one object that a list or a watch is about, if it is about one."""
    return query.get("fieldSelector", "").partition("metadata.name=")[2] or None
