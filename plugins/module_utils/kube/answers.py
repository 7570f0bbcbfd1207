# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API server's answers turned into our errors: what was tried, on what, what to do, and the server's own words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..model.errors import (
    BootImageError,
    Conflict,
    Forbidden,
    Gone,
    NotFound,
    NotServed,
    ProxyRefused,
    Rejected,
    ServerFailed,
    Unauthorized,
)
from ..model.objects import Kind, dig

VERBS = {"GET": "get", "PATCH": "patch", "POST": "create", "DELETE": "delete", "PUT": "update"}
BUSY = (429, 500, 502, 503, 504)
"""Statuses worth another try. A write that took effect although its answer was lost is told by its C(test) operations or
resourceVersion: the second try conflicts, and the caller looks afresh."""
STARTING = (
    "not yet ready to handle request",
    "failed to find resource referenced by paramKind",
    "failed to configure policy",
    "failed to configure binding",
)
"""Refusals of an API server that has just started and has not read its own policies yet. A caller cannot tell them by their status."""


@dataclass(frozen=True)
class Asked:
    """What was asked, for the messages and for telling one object from its kind; the name also of a list or a watch of one object."""

    method: str
    kind: Kind
    namespace: str | None = None
    name: str | None = None
    doing: str = ""
    """The verb, as RBAC has it, where the method and the name do not tell it."""

    @property
    def verb(self) -> str:
        if self.doing:
            return self.doing
        return VERBS[self.method] if self.name or self.method != "GET" else "list"

    def __str__(self) -> str:
        what = self.kind.resource if not self.name else f"{self.kind.resource} {self.name}"
        return what + (f" in namespace {self.namespace}" if self.namespace else "")


def passes(status: int, body: bytes) -> bool:
    """Whether an answer of 300 and above is worth another try: the same request may be answered otherwise in a moment.

    A refusal whose reason is cut off is no refusal yet: the API server always gives one.
    """
    if status in BUSY:
        return True
    if status in (400, 409, 422) and not isinstance(_parsed(body), dict):
        return True
    return status in (400, 403, 422) and any(text in server_message(body) for text in STARTING)


def refused(asked: Asked, status: int, body: bytes) -> BootImageError:
    """The error for an answer of 300 and above; a redirect is not followed, because the credentials are for this host only."""
    said = server_message(body)
    if status == 401:
        return Unauthorized(
            "The API server does not accept these credentials (401): the token or certificate is wrong or has expired. "
            "Log in anew and give the new token or kubeconfig."
        )
    if status == 407:
        return proxy_refused(status)
    if passes(status, body):
        return ServerFailed(f"The API server answered {status} to {asked.verb} {asked}: {said}")
    if status == 403:
        return Forbidden(
            f"The user may not {asked.verb} {asked}. Grant the verb {asked.verb} on {asked.kind.resource} to it. The server said: {said}"
        )
    if status == 404:
        return _missing(asked, body)
    if status == 409:
        return Conflict(f"{asked} was changed by somebody else meanwhile: {said}")
    if status == 410:
        return Gone(f"The API server has forgotten the state from which to {asked.verb} {asked}: {said}")
    if status in (400, 422):
        if "the server rejected our request due to an error in our request" in said or "testing value" in said:
            return Conflict(f"{asked} is no longer as it was read: {said}")
        return Rejected(f"The API server refused to {asked.verb} {asked}: {said}")
    return ServerFailed(f"The API server answered {status} to {asked.verb} {asked}: {said}")


def _missing(asked: Asked, body: bytes) -> NotFound:
    """The server names the object that it does not have; where it names none, it has no such kind."""
    if asked.name and dig(_parsed(body), "details", "name") == asked.name:
        return NotFound(f"{asked} does not exist on this cluster (could not {asked.verb} it).")
    return NotServed(
        f"The API server does not serve {asked.kind.resource} (404, could not {asked.verb} {asked}): "
        "it is not installed on this cluster, or not there for the moment."
    )


def proxy_refused(status: int) -> ProxyRefused:
    """The error for a proxy that answers in the API server's place."""
    if status == 407:
        return ProxyRefused(
            "The proxy, not the API server, demands authentication (407). "
            "Give its credentials in the option proxy (http://user:password@host:port), or name the API server in no_proxy."
        )
    return ProxyRefused(
        f"The proxy, not the API server, refuses the connection ({status}). "
        "Have the proxy let connections to the API server through, or name the API server in no_proxy."
    )


def server_message(body: bytes) -> str:
    """The message of a Status object, or the start of whatever else came back."""
    parsed = _parsed(body)
    if parsed is None:
        return body[:200].decode("utf-8", "replace").strip()
    message = dig(parsed, "message")
    return message if isinstance(message, str) else "(no message)"


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
