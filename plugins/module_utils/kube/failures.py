# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that got no answer: which of these failures pass by themselves, and what a person does about the others."""

from __future__ import annotations

import re
from typing import Any

from ..model.errors import BootImageError, CertificateRefused, ConnectionFailed
from .answers import proxy_refused

_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
_PROXY_REFUSES = (401, 403, 407)
_CUT_OFF = ("EOF", "timed out", "reset by peer")
"""What a TLS handshake ends with when the server goes away in its midst; anything else about TLS stays as it is."""

_NAMELESS = (
    "Failed to resolve",
    "Name or service not known",
    "nodename nor servname",
    "Temporary failure in name resolution",
)

_TOO_STRICT = ("Key Identifier", "Basic Constraints of CA", "key usage extension", "not marked critical")
"""What OpenSSL says of certificates that pass without VERIFY_X509_STRICT, which Python's default contexts have from 3.13 on."""


def unreachable(host: str, error: Exception) -> BootImageError:
    """The error for a request that got no answer."""
    text = _text(error)
    tunnel = _TUNNEL.search(text)
    if tunnel and int(tunnel.group(1)) in _PROXY_REFUSES:
        return proxy_refused(int(tunnel.group(1)))
    if "certificate verify failed" in text.lower() or "CERTIFICATE_VERIFY_FAILED" in text:
        return CertificateRefused(f"The API server {host} is not to be trusted: {text}. {_certificate_remedy(text)}")
    if "no certificate or crl found" in text.lower() or "PEM lib" in text:
        remedy = "A certificate or key file holds no PEM data. Check ca_cert, client_cert and client_key."
    else:
        remedy = "Check the address, the network and the proxy, and that the API server runs."
    return ConnectionFailed(f"The API server {host} cannot be reached: {text}. {remedy}")


def passes(error: Exception) -> bool:
    """Whether another try may go better."""
    import urllib3

    text = _text(error)
    tunnel = _TUNNEL.search(text)
    if tunnel:
        return int(tunnel.group(1)) not in _PROXY_REFUSES
    if isinstance(error, urllib3.exceptions.SSLError):
        return any(each in text for each in _CUT_OFF)
    return not isinstance(error, urllib3.exceptions.LocationValueError)


def nameless(error: Exception) -> bool:
    """Whether the host's name cannot be resolved: a mistyped one rather than a server that restarts."""
    text = _text(error)
    return any(each in text for each in _NAMELESS)


def _text(error: Exception) -> str:
    cause: Any = getattr(error, "reason", None) or error
    inner = getattr(cause, "original_error", None)
    return f"{cause} ({inner})" if inner and str(inner) not in str(cause) else str(cause)


def _certificate_remedy(text: str) -> str:
    if "not yet valid" in text or "expired" in text:
        return (
            "Compare this machine's clock with the server's; if it is right, the server's certificate must be renewed."
        )
    if "mismatch" in text or "not valid for" in text:
        return "The address is none of those that the certificate is for: use one that is."
    if any(each in text for each in _TOO_STRICT):
        return (
            "Since Python 3.13 a certificate must have all that RFC 5280 demands, and this one or its CA's has not. Have it issued anew, "
            "or run with an older Python (ansible_python_interpreter)."
        )
    return "The server's certificate is not signed by the CA in use. Give the right ca_cert (or certificate-authority in the kubeconfig)."
