# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the API server and of the way to it, in words that say what to do."""

from __future__ import annotations

import json

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.kube.answers import (
    Asked,
    passes,
    refused,
    server_message,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model import errors as e
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import (
    CLUSTER_VERSION,
    CONFIG_MAP,
    MACHINE_SET,
)

SET = Asked("PATCH", MACHINE_SET, "n", "a")


def said(message: str, name: str = "a") -> bytes:
    return json.dumps({"kind": "Status", "message": message, "details": {"name": name}}).encode()


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
        (407, "", e.ProxyRefused, "The proxy, not the API server, demands authentication (407)"),
        (410, "too old", e.Gone, "has forgotten the state from which to patch"),
        (422, "ValidatingAdmissionPolicy denied request", e.Rejected, "denied request"),
        (422, "the server rejected our request due to an error in our request", e.Conflict, "no longer as it was read"),
        (422, "testing value /spec failed", e.Conflict, "no longer as it was read"),
        (429, "slow down", e.ServerFailed, "answered 429"),
        (500, "boom", e.ServerFailed, "answered 500 to patch machinesets.machine.openshift.io a in namespace n: boom"),
    ],
)
def test_an_answer(status: int, message: str, error: type[e.BootImageError], says: str) -> None:
    found = refused(SET, status, said(message))
    assert found.__class__ is error
    assert says in str(found)


def test_the_verb_is_rbacs() -> None:
    assert "Grant the verb list on configmaps" in str(refused(Asked("GET", CONFIG_MAP, "n"), 403, b""))
    assert "Grant the verb get on configmaps" in str(refused(Asked("GET", CONFIG_MAP, "n", "a"), 403, b""))
    assert "may not watch configmaps a in namespace n" in str(
        refused(Asked("GET", CONFIG_MAP, "n", "a", "watch"), 403, b"")
    )
    assert "in namespace" not in str(refused(Asked("GET", CLUSTER_VERSION, None, "version"), 403, b""))


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
    ("asked", "body"),
    [
        (SET, b"404 page not found"),
        (SET, b'{"details": {}, "message": "the server could not find the requested resource"}'),
        (Asked("GET", MACHINE_SET, "n"), said("not found", "a")),
    ],
)
def test_a_kind_that_is_not_served_is_no_missing_object(asked: Asked, body: bytes) -> None:
    found = refused(asked, 404, body)
    assert found.__class__ is e.NotServed
    assert "does not serve machinesets.machine.openshift.io (404" in str(found)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        *((status, said("x"), True) for status in (429, 500, 502, 503, 504)),
        *((status, said("x"), False) for status in (400, 401, 403, 404, 409, 410, 422)),
        *((status, b'{"kind": "Status", "mess', True) for status in (400, 409, 422)),
        (403, b"<html>", False),
        (404, b"404 page not found", False),
        (422, said("failed to configure binding: failed to find resource referenced by paramKind: 'x'"), True),
        (403, said('machinesets "a" is forbidden: not yet ready to handle request'), True),
    ],
)
def test_what_may_be_answered_otherwise_in_a_moment(status: int, body: bytes, expected: bool) -> None:
    assert passes(status, body) is expected
    assert isinstance(refused(SET, status, body), e.ServerFailed) is (expected or status == 410)
