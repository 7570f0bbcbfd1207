# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, tokens, the CA and kubeconfigs of one control plane, as files in its folder, readable by their owner only."""

from __future__ import annotations

import base64
import csv
import os
import re
import secrets
from pathlib import Path
from typing import TextIO

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from . import users
from .paths import SandboxError

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n", re.DOTALL)


def prepare(folder: Path) -> None:
    """What the API server wants to read at its start: the key of service accounts and a token for each user."""
    pki = folder / "pki"
    pki.mkdir(parents=True, exist_ok=True)
    _write_private(pki / "service-account.key", _new_key())
    with _private(folder / "tokens.csv") as file:
        for user, groups in users.USERS.items():
            csv.writer(file).writerow([secrets.token_urlsafe(24), user, user, ",".join(groups)])


def tokens(folder: Path) -> dict[str, str]:
    """Token by user."""
    with open(folder / "tokens.csv", encoding="utf-8", newline="") as file:
        return {user: token for token, user, *_ignored in csv.reader(file)}


def write_kubeconfigs(folder: Path, server: str) -> bool:
    """A kubeconfig a user, with the CA in it. False as long as the API server has not made its certificate."""
    chain = folder / "pki" / "apiserver.crt"
    found = _CERTIFICATE.findall(chain.read_text(encoding="ascii")) if chain.exists() else []
    if len(found) < 2:
        return False
    (folder / "ca.crt").write_text(
        found[-1], encoding="ascii"
    )  # the server's own certificate stands first, its CA last
    for user, token in tokens(folder).items():
        _write_private(kubeconfig(folder, user), _kubeconfig_text(folder, server, user, token))
    return True


def kubeconfig(folder: Path, user: str) -> Path:
    """Where a user's kubeconfig is."""
    if user not in users.USERS:
        raise SandboxError(f"no user {user!r} in the sandbox; there are {', '.join(users.USERS)}")
    return folder / f"{user}.kubeconfig"


def _kubeconfig_text(folder: Path, server: str, user: str, token: str) -> str:
    name = folder.name
    cluster = {"server": server, "certificate-authority-data": _base64(folder / "ca.crt")}
    return yaml.safe_dump({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": user, "namespace": "default"}}],
        "current-context": name,
    })  # fmt: skip


def _base64(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()


def _new_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain).decode()


def _private(file: Path) -> TextIO:
    return open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="")


def _write_private(file: Path, text: str) -> None:
    with _private(file) as handle:
        handle.write(text)
