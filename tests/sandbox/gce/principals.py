# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may ask: service accounts with real keys, people, workloads of a cluster; and the tokens that they were given."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .catalogue import OWN_PROJECT


@dataclass
class Account:
    """A service account. I(rights) are pairs of a permission and the project, or the account, that it holds for."""

    email: str
    token_uri: str
    rights: set[tuple[str, str]] = field(default_factory=set)
    deleted: bool = False
    key_deleted: bool = False

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def info(self, **more: str) -> dict[str, str]:
        """What a key's file holds; AWX leaves out private_key_id."""
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "type": "service_account",
            "project_id": OWN_PROJECT,
            "private_key": pem.decode(),
            "client_email": self.email,
            "token_uri": self.token_uri,
            **more,
        }

    def claims(self, assertion: str) -> dict[str, Any] | None:
        """What a JWT claims, if this account's key has signed it."""
        signed, _dot, signature = assertion.rpartition(".")
        try:
            self.key.public_key().verify(decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return None
        claims: dict[str, Any] = json.loads(decoded(signed.partition(".")[2]))
        return claims


@dataclass(frozen=True)
class Token:
    """An access token: whose, and for what."""

    email: str
    scopes: frozenset[str]


class Principals:
    """All who may ask, and all tokens given out."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.refresh_tokens: dict[str, str] = {}
        """Of people who logged in with gcloud, by token."""
        self.subject_tokens: dict[str, str] = {}
        """Of pods, by token: what Google's Security Token Service trusts."""
        self.tokens: dict[str, Token] = {}
        self.rights: dict[str, set[tuple[str, str]]] = {}

    def issue(self, email: str, scopes: str) -> str:
        token = "ya29." + secrets.token_urlsafe(24)
        self.tokens[token] = Token(email, frozenset(scopes.split()))
        return token

    def may(self, email: str, permission: str, where: str) -> bool:
        held = self.accounts[email].rights if email in self.accounts else self.rights.get(email, set())
        return (permission, where) in held

    def issuer(self, assertion: str) -> Account | None:
        """Whom a JWT says that it is of."""
        try:
            claims = json.loads(decoded(assertion.split(".")[1]))
        except (IndexError, ValueError):
            return None
        return self.accounts.get(claims.get("iss", ""))


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
