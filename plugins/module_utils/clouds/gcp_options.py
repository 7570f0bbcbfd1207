# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach Google Cloud, in google.cloud's words, and what the cluster's own secret holds. Nothing is kept, nothing can be printed."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..model.errors import InvalidInput
from ..model.objects import MACHINE_API, SECRET, Json, ObjectRef, dig, mapping

THE_SECRET = ObjectRef(SECRET, MACHINE_API, "gcp-cloud-credentials")
KEY = "service_account.json"
READ_ONLY = "https://www.googleapis.com/auth/compute.readonly"

APPLICATION, SERVICE_ACCOUNT, MACHINE, TOKEN = "application", "serviceaccount", "machineaccount", "accesstoken"
KINDS = (APPLICATION, SERVICE_ACCOUNT, MACHINE, TOKEN)
"""google.cloud's auth_kind."""

ARGUMENTS: dict[str, dict[str, Any]] = {
    "auth_kind": {"type": "str", "choices": list(KINDS)},
    "service_account_file": {"type": "path"},
    "service_account_contents": {"type": "raw", "no_log": True},
    "service_account_email": {"type": "str"},
    "access_token": {"type": "str", "no_log": True},
    "scopes": {"type": "list", "elements": "str"},
    "impersonate_service_account": {"type": "str"},
    "impersonation_delegates": {"type": "list", "elements": "str"},
    "cluster_credentials": {"type": "bool", "default": False},
    "endpoint_url": {"type": "str"},
    "token_url": {"type": "str", "no_log": False},
    "iam_endpoint_url": {"type": "str"},
    "universe_domain": {"type": "str"},
}
"""Suboptions of the modules' option I(gcp); doc_fragments/gcp.py says the same."""


@dataclass(frozen=True)
class Options:
    """In google.cloud's words as far as it has them; an empty text counts as not given. Without any of them Google's own chain counts."""

    auth_kind: str | None = None
    service_account_file: str | None = None
    service_account_contents: Any = field(default=None, repr=False)
    """JSON, or what it decodes to, because Ansible decodes what looks like it."""
    service_account_email: str | None = None
    """Which of a virtual machine's service accounts; its default one without."""
    access_token: str | None = field(default=None, repr=False)
    scopes: tuple[str, ...] = (READ_ONLY,)
    impersonate_service_account: str | None = None
    impersonation_delegates: tuple[str, ...] = ()
    project: str | None = None
    """The machines' own, for images that are named without one."""
    endpoint_url: str | None = None
    token_url: str | None = None
    iam_endpoint_url: str | None = None
    universe_domain: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> Options:
        """From the suboptions of a module's option I(gcp)."""
        known: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in (given or {}).items()
            if name in cls.__dataclass_fields__ and value not in (None, "", [])
        }
        return cls(**known)

    @property
    def kind(self) -> str:
        """What I(auth_kind) says, or else what is given."""
        if self.auth_kind:
            return self.auth_kind
        if self.access_token:
            return TOKEN
        if self.service_account_file or self.service_account_contents:
            return SERVICE_ACCOUNT
        return MACHINE if self.service_account_email else APPLICATION

    def check(self) -> None:
        """:raises InvalidInput: the options contradict each other."""
        if self.kind not in KINDS:
            raise InvalidInput(f"gcp.auth_kind: {self.kind!r} is none of {', '.join(KINDS)}.")
        if self.service_account_file and self.service_account_contents:
            raise InvalidInput(
                "gcp.service_account_file and gcp.service_account_contents exclude each other: which of them is meant?"
            )
        has_account = bool(self.service_account_file or self.service_account_contents)
        if self.access_token and has_account:
            raise InvalidInput("gcp.access_token and gcp.service_account_* exclude each other: which of them is meant?")
        if has_account != (self.kind == SERVICE_ACCOUNT):
            raise InvalidInput(
                f"gcp.auth_kind {self.kind} "
                + ("does not go with" if has_account else "needs")
                + " gcp.service_account_file or gcp.service_account_contents."
            )
        if bool(self.access_token) != (self.kind == TOKEN):
            raise InvalidInput(
                f"gcp.auth_kind {self.kind} {'does not go with' if self.access_token else 'needs'} gcp.access_token."
            )
        if self.access_token and not _printable(self.access_token):
            raise InvalidInput("gcp.access_token holds a space, a line break or something else that no token has.")
        if self.impersonation_delegates and not self.impersonate_service_account:
            raise InvalidInput("gcp.impersonation_delegates needs gcp.impersonate_service_account.")

    def account(self) -> Json:
        """The service account's key that the options give.

        :raises InvalidInput: it cannot be read; the message never shows what is in it.
        """
        if self.service_account_contents:
            return decoded(self.service_account_contents, "gcp.service_account_contents")
        path = os.path.expanduser(self.service_account_file or "")
        try:
            with open(path, encoding="utf-8") as file:
                return decoded(file.read(), f"gcp.service_account_file {path}")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"gcp.service_account_file: {path} cannot be read: {type(error).__name__}.") from None


@dataclass(frozen=True)
class Given:
    """What stands in Secret gcp-cloud-credentials: a service account's key, or how to have a token for one (workload identity)."""

    info: Json = field(repr=False)

    @property
    def federated(self) -> bool:
        return self.info.get("type") == "external_account"

    @property
    def token_file(self) -> str:
        """Where a pod of the cluster has the token that Google trusts."""
        return str(dig(self.info, "credential_source", "file") or "")


def from_secret(secret: Json) -> Given:
    """The credentials in Secret gcp-cloud-credentials, minted, or of ccoctl.

    :raises InvalidInput: it holds none that we use; the message names keys and types, never values.
    """
    data = mapping(secret.get("data"))
    if KEY not in data:
        held = ", ".join(sorted(str(each) for each in data)) or "nothing"
        raise InvalidInput(f"{THE_SECRET} holds {held}, but no {KEY}. Give other credentials in the option gcp.")
    try:
        text = base64.b64decode(data[KEY], validate=True).decode()
    except (binascii.Error, TypeError, ValueError):
        raise InvalidInput(f"{THE_SECRET}: {KEY} is no base64 text.") from None
    given = Given(decoded(text, f"{THE_SECRET}, {KEY}"))
    kind = given.info.get("type")
    if kind != "service_account" and not (given.federated and given.token_file):
        raise InvalidInput(
            f"{THE_SECRET}: {KEY} is of type {kind!r}, and is neither a service account's key nor a workload identity that reads its token from "
            "a file. Give other credentials in the option gcp."
        )
    return given


def decoded(given: Any, where: str) -> Json:
    """JSON that may have been decoded on its way.

    :raises InvalidInput: it is none; the message does not show it.
    """
    if isinstance(given, (str, bytes)):
        try:
            given = json.loads(given)
        except ValueError:
            raise InvalidInput(f"{where} is no JSON.") from None
    if not isinstance(given, Mapping):
        raise InvalidInput(f"{where} is no JSON object.")
    return given


def _printable(token: str) -> bool:
    """Whether it can stand in a header; what cannot, requests would show in its error."""
    return token.isascii() and token.isprintable() and " " not in token
