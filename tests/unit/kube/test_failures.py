# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests without an answer: what is told, and what is tried again; the errors are those that urllib3 raises, caught in the act."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, NewConnectionError, ProtocolError, ProxyError, SSLError

from ansible_collections.okd.boot_images.plugins.module_utils.kube.failures import nameless, passes, unreachable
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import (
    BootImageError,
    CertificateRefused,
    ConnectionFailed,
    ProxyRefused,
)


@contextmanager
def port(reply: bytes) -> Iterator[int]:
    """A port that answers the first thing it hears with I(reply) and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _address = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(reply)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)


def asked(url: str, proxy: str = "") -> HTTPError:
    """What urllib3 raises for that address."""
    pool = urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()
    with pytest.raises(HTTPError) as caught:
        pool.request("GET", url, retries=False, timeout=5)
    return caught.value


@pytest.mark.parametrize(
    ("answer", "error", "again"),
    [(407, ProxyRefused, False), (403, ProxyRefused, False), (502, ConnectionFailed, True)],
)
def test_a_proxy_is_told_from_the_api_server(answer: int, error: type[BootImageError], again: bool) -> None:
    with port(f"HTTP/1.1 {answer} Whatever\r\n\r\n".encode()) as number:
        raised = asked("https://api.example.com:6443", f"http://127.0.0.1:{number}")
    told = unreachable("https://api.example.com:6443", raised)
    assert (told.__class__, passes(raised)) == (error, again)
    assert str(answer) in str(told) and "roxy" in str(told)


def test_a_server_that_hangs_up_in_the_handshake_is_asked_again() -> None:
    with port(b"") as number:
        raised = asked(f"https://127.0.0.1:{number}")
    assert passes(raised) and unreachable("h", raised).__class__ is ConnectionFailed


def test_a_server_that_speaks_no_tls_is_not() -> None:
    with port(b"HTTP/1.1 400 Bad Request\r\n\r\n") as number:
        raised = asked(f"https://127.0.0.1:{number}")
    assert isinstance(raised, SSLError) and not passes(raised)


def test_a_name_that_nobody_knows() -> None:
    raised = asked("http://nowhere.invalid")
    assert passes(raised) and nameless(raised)
    assert not nameless(ProtocolError("Connection aborted.", OSError("reset")))


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed", "Give the right ca_cert"),
        ("certificate verify failed: certificate is not yet valid", "Compare this machine's clock"),
        ("certificate verify failed: certificate has expired", "Compare this machine's clock"),
        (
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Missing Authority Key Identifier",
            "an older Python",
        ),
        ("certificate verify failed: Basic Constraints of CA cert not marked critical", "an older Python"),
        ("certificate verify failed: IP address mismatch", "none of those that the certificate is for"),
    ],
)
def test_a_certificate_that_is_not_to_be_trusted(error: str, says: str) -> None:
    raised = SSLError(ssl.SSLCertVerificationError(error))
    told = unreachable("https://api", raised)
    assert told.__class__ is CertificateRefused and not passes(raised)
    assert says in str(told) and error in str(told) and "https://api" in str(told)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (SSLError("[X509] no certificate or crl found"), "holds no PEM data"),
        (SSLError("[SSL] PEM lib (_ssl.c:3932)"), "holds no PEM data"),
        (NewConnectionError(None, "Connection refused"), "Check the address, the network and the proxy"),  # type: ignore[arg-type]
    ],
)
def test_other_causes(error: Exception, says: str) -> None:
    assert says in str(unreachable("https://api", error))


def test_an_address_that_is_none_stays_none() -> None:
    assert not passes(LocationParseError("x")) and passes(ProxyError("Unable to connect to proxy", OSError("refused")))
