# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the API server and of the way to it, in words that say what to do."""

from __future__ import annotations

import json

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.kube.answers import refused, server_message, unreachable
from ansible_collections.okd.boot_images.plugins.module_utils.model import errors as e
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import (
    CLUSTER_VERSION,
    CONFIG_MAP,
    MACHINE_SET,
)


def said(message: str) -> bytes:
    return json.dumps({"kind": "Status", "message": message}).encode()


@pytest.mark.parametrize(
    ("status", "message", "error", "says"),
    [
        (
            400,
            "x is invalid",
            e.Rejected,
            "refused to patch machinesets.machine.openshift.io a in namespace n: x is invalid",
        ),
        (401, "Unauthorized", e.Unauthorized, "Log in anew"),
        (
            403,
            "no",
            e.Forbidden,
            "may not patch machinesets.machine.openshift.io a in namespace n. Grant the verb patch",
        ),
        (404, "no", e.NotFound, "machinesets.machine.openshift.io a in namespace n does not exist"),
        (
            409,
            "the object has been modified",
            e.Conflict,
            "changed by somebody else meanwhile: the object has been modified",
        ),
        (422, "ValidatingAdmissionPolicy denied request", e.Rejected, "denied request"),
        (422, "the server rejected our request due to an error in our request", e.Conflict, "no longer as it was read"),
        (422, "testing value /spec failed", e.Conflict, "no longer as it was read"),
        (429, "slow down", e.ServerFailed, "answered 429"),
        (500, "boom", e.ServerFailed, "answered 500 to patch machinesets.machine.openshift.io a in namespace n: boom"),
    ],
)
def test_an_answer(status: int, message: str, error: type[e.BootImageError], says: str) -> None:
    found = refused("PATCH", MACHINE_SET, "n", "a", status, said(message))
    assert found.__class__ is error
    assert says in str(found)


def test_the_verb_is_rbacs() -> None:
    assert "Grant the verb list on configmaps" in str(refused("GET", CONFIG_MAP, "n", None, 403, b""))
    assert "Grant the verb get on configmaps" in str(refused("GET", CONFIG_MAP, "n", "a", 403, b""))
    assert "in namespace" not in str(refused("GET", CLUSTER_VERSION, None, "version", 403, b""))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (said("x"), "x"),
        (b"{}", "(no message)"),
        (b'{"message": 3}', "(no message)"),
        (b"[]", "(no message)"),
        (b" <html>\xff", "<html>\ufffd"),
        (b"y" * 500, "y" * 200),
        (b"[" * 100_000, "[" * 200),
        (b"", ""),
    ],
)
def test_what_the_server_said(body: bytes, expected: str) -> None:
    assert server_message(body) == expected


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError("[SSL: CERTIFICATE_VERIFY_FAILED] self signed"), "Give the right ca_cert"),
        (OSError("[X509] no certificate or crl found"), "holds no PEM data"),
        (OSError("[SSL] PEM lib (_ssl.c:3932)"), "holds no PEM data"),
        (OSError("Connection refused"), "Check the address, the network and the proxy"),
    ],
)
def test_no_answer(error: Exception, says: str) -> None:
    wrapped = RuntimeError("outer")
    wrapped.reason = error  # type: ignore[attr-defined]
    for each in (error, wrapped):
        found = unreachable("https://api", each)
        assert says in str(found) and str(error) in str(found) and "https://api" in str(found)
