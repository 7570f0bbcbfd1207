# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API server's answers turned into our errors: what was tried, on what, what to do, and the server's own words."""

from __future__ import annotations

import json
from typing import Any

from ..model.errors import (
    BootImageError,
    Conflict,
    ConnectionFailed,
    Forbidden,
    NotFound,
    Rejected,
    ServerFailed,
    Unauthorized,
)
from ..model.objects import Kind, dig

VERBS = {"GET": "get", "PATCH": "patch", "POST": "create", "DELETE": "delete", "PUT": "update"}


def refused(
    method: str, kind: Kind, namespace: str | None, name: str | None, status: int, body: bytes
) -> BootImageError:
    """The error for an answer of 400 and above."""
    verb = VERBS[method] if name or method != "GET" else "list"
    what = kind.resource if not name else f"{kind.resource} {name}"
    where = f" in namespace {namespace}" if namespace else ""
    said = server_message(body)
    if status == 401:
        return Unauthorized(
            "The API server does not accept these credentials (401): the token or certificate is wrong or has expired. "
            "Log in anew and give the new token or kubeconfig."
        )
    if status == 403:
        return Forbidden(
            f"The user may not {verb} {what}{where}. Grant the verb {verb} on {kind.resource} to it. The server said: {said}"
        )
    if status == 404:
        return NotFound(f"{what}{where} does not exist on this cluster (could not {verb} it).")
    if status == 409:
        return Conflict(f"{what}{where} was changed by somebody else meanwhile: {said}")
    if status in (400, 422):
        if "the server rejected our request due to an error in our request" in said or "testing value" in said:
            return Conflict(f"{what}{where} is no longer as it was read: {said}")
        return Rejected(f"The API server refused to {verb} {what}{where}: {said}")
    return ServerFailed(f"The API server answered {status} to {verb} {what}{where}: {said}")


def unreachable(host: str, error: Exception) -> ConnectionFailed:
    """The error for a request that got no answer."""
    cause: Any = getattr(error, "reason", None) or error
    text = str(cause)
    if "CERTIFICATE_VERIFY_FAILED" in text or "certificate verify failed" in text:
        remedy = "The server's certificate is not signed by the CA in use. Give the right ca_cert (or certificate-authority in the kubeconfig)."
    elif "no certificate or crl found" in text.lower() or "PEM lib" in text:
        remedy = "A certificate or key file holds no PEM data. Check ca_cert, client_cert and client_key."
    else:
        remedy = "Check the address, the network and the proxy, and that the API server runs."
    return ConnectionFailed(f"The API server {host} cannot be reached: {text}. {remedy}")


def server_message(body: bytes) -> str:
    """The message of a Status object, or the start of whatever else came back."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return body[:200].decode("utf-8", "replace").strip()
    message = dig(parsed, "message")
    return message if isinstance(message, str) else "(no message)"
