# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue: what goes wrong, and how a run may end in which it does."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from faults.stage import Stage
from faults.way import Effect, Passage, Request
from sandbox import SandboxError

SHORT = 8.0
"""Seconds for what is there again after a while: longer than a blink, and shorter than any patience."""
RESTARTS = 3
SETS_FAILED = "machine_sets_failed"


@dataclass(frozen=True)
class Fault:
    """I(begin) is called at the moment at which it begins, with the request that is on its way then; where that is asked of the API
    server, I(Effect) says what becomes of it and of those after it.

    :param ends: the reasons with which a run may fail; without any it must carry on.
    :param says: what the message of a run that failed must have in it.
    :param credentials: how the module is given its token: C(token), C(plugin), or by way of C(proxy).
    """

    name: str
    begin: Callable[[Stage, Request], Effect]
    ends: tuple[str, ...] = ()
    says: str = ""
    credentials: str = "token"
    cuts: bool = True
    """Whether watches are cut off where it begins between two requests, so that the next request meets it."""


def nothing(_passage: Passage) -> bool:
    return False


def times(count: int, act: Effect, which: Callable[[Request], bool] = lambda request: True) -> Effect:
    """The first I(count) requests of a kind, whichever thread asks them."""
    left, lock = [count], threading.Lock()

    def effect(passage: Passage) -> bool:
        with lock:
            struck = left[0] > 0 and which(passage.request)
            left[0] -= struck
        return struck and act(passage)

    return effect


def lasting(seconds: float, act: Effect, which: Callable[[Request], bool]) -> Effect:
    over = time.monotonic() + seconds
    return lambda passage: time.monotonic() < over and which(passage.request) and act(passage)


def alike(request: Request) -> Callable[[Request], bool]:
    """Of the same kind of objects."""
    plural = next(
        (
            each
            for each in ("machinesets", "machineconfigurations", "clusterversions", "configmaps", "secrets", "nodes")
            if request.about(each)
        ),
        "machinesets",
    )
    return lambda other: other.about(plural)


def writing(request: Request) -> bool:
    return request.writes


# What happens to a single answer


def cut_off(passage: Passage) -> bool:
    """Half of the body, and a reset; a write was taken."""
    if passage.request.watches:
        return passage.reset()
    status, headers, body = passage.whole()
    return passage.half(status, headers, body)


def truncated(passage: Passage) -> bool:
    """Half of the body as if it were all of it."""
    if passage.request.watches:
        return passage.reply(200, b'{"type": "MODIFIED", "obj')
    status, headers, body = passage.whole()
    return passage.reply(status, body[: len(body) // 2], **headers)


def trickling(passage: Passage) -> bool:
    if passage.request.watches:
        return False
    status, headers, body = passage.whole()
    return passage.drip(status, headers, body, pieces=40, pause=SHORT / 40)


def stalling(passage: Passage) -> bool:
    if passage.request.watches:
        return False
    status, headers, body = passage.whole()
    time.sleep(30)
    return passage.reply(status, body, **headers)


def too_late(passage: Passage) -> bool:
    """The server behind the balancer has taken it, and the balancer does not wait."""
    if not passage.request.watches:
        passage.whole()
    return passage.reply(504, b"<html>Gateway Time-out</html>", Content_Type="text/html")


def refusal(status: int, message: str, reason: str = "", **headers: str) -> Effect:
    return lambda passage: passage.refuse(status, message, reason, **headers)


def not_served(passage: Passage) -> bool:
    return passage.reply(404, b"404 page not found\n", Content_Type="text/plain")


def gone(passage: Passage) -> bool:
    told = {
        "kind": "Status",
        "status": "Failure",
        "reason": "Expired",
        "code": 410,
        "message": "too old resource version",
    }
    return passage.reply(200, json.dumps({"type": "ERROR", "object": told}).encode() + b"\n")


# What happens to the world


def api_server_restarts(stage: Stage, _request: Request) -> Effect:
    plane = stage.made.sandbox.control_plane
    plane.kill_apiserver()
    stage.way.cut()

    def comes_back() -> None:
        for _attempt in range(RESTARTS - 1):
            try:
                return plane.start_apiserver()
            except SandboxError:  # its port may be somebody's for a moment, while nobody listens on it
                time.sleep(1)
        return plane.start_apiserver()

    stage.meanwhile(comes_back)
    return nothing


def etcd_stops(stage: Stage, _request: Request) -> Effect:
    pid = stage.made.sandbox.control_plane.processes["etcd"].pid
    os.kill(pid, signal.SIGSTOP)

    def goes_on() -> None:
        time.sleep(20)
        os.kill(pid, signal.SIGCONT)

    stage.meanwhile(goes_on)
    return nothing


def half_open(stage: Stage, _request: Request) -> Effect:
    stage.way.freeze()
    return nothing


def new_token(stage: Stage, _request: Request) -> Effect:
    """The old one is refused from now on, and connections that stand are no longer those of somebody who is known."""
    stage.way.accepted = "second"
    stage.give_plugin("second")
    stage.way.cut()
    return nothing


def new_certificate(stage: Stage, _request: Request) -> Effect:
    stage.way.tls = stage.authority.server()
    stage.way.cut()
    return nothing


def certificate_of_tomorrow(stage: Stage, _request: Request) -> Effect:
    stage.way.tls = stage.authority.server(ahead=dt.timedelta(days=1))
    stage.way.cut()
    return nothing


def certificate_of_somebody_else(stage: Stage, _request: Request) -> Effect:
    stage.way.tls = stage.stranger.server()
    stage.way.cut()
    return nothing


def proxy_asks(stage: Stage, _request: Request) -> Effect:
    stage.proxy.demanding = True
    stage.proxy.cut()
    return nothing


def forgotten_pages(_stage: Stage, _request: Request) -> Effect:
    """Pages of one object, of which the second is never there the first time."""
    forgotten = times(
        1,
        refusal(410, "The provided continue parameter is too old", "Expired"),
        lambda request: "continue" in request.query,
    )

    def effect(passage: Passage) -> bool:
        if passage.request.query.get("limit"):
            passage.request.query["limit"] = "1"
        return forgotten(passage)

    return effect


FAULTS = (
    Fault("API server killed and restarted", api_server_restarts),
    Fault("etcd stopped for 20 s", etcd_stops),
    Fault("connection reset mid-body", lambda *_: times(2, cut_off)),
    Fault("half-open connection", half_open, cuts=False),
    Fault("30 s stall", lambda *_: times(1, stalling)),
    Fault("slow trickle", lambda *_: times(2, trickling)),
    Fault("truncated JSON", lambda *_: times(2, truncated)),
    Fault("401, plugin has a new token", new_token, credentials="plugin"),
    Fault("401, static token", new_token, ("unauthorized", SETS_FAILED), "(401)"),
    Fault(
        "403 on one kind",
        lambda _stage, request: lasting(600, refusal(403, "not allowed here", "Forbidden"), alike(request)),
        ("forbidden", SETS_FAILED),
        "Grant the verb",
    ),
    Fault(
        "404 of a CRD for 8 s",
        lambda _stage, request: lasting(SHORT, not_served, alike(request)),
        ("not_found", SETS_FAILED),
        "does not serve",
    ),
    Fault("409 twice", lambda *_: times(2, refusal(409, "the object has been modified", "Conflict"), writing)),
    Fault(
        "409 storm",
        lambda *_: times(10_000, refusal(409, "the object has been modified", "Conflict"), writing),
        ("conflict", SETS_FAILED),
        "changed by somebody else",
    ),
    Fault("410 on a continue token", forgotten_pages),
    Fault("410 on a watch", lambda *_: times(3, gone, lambda request: request.watches)),
    Fault("429 with Retry-After", lambda *_: times(3, refusal(429, "too many requests", Retry_After="2"))),
    Fault("500", lambda *_: times(3, refusal(500, "etcdserver: leader changed"))),
    Fault("503", lambda *_: times(3, refusal(503, "the server is currently unable to handle the request"))),
    Fault("504, taken all the same", lambda *_: times(2, too_late)),
    Fault(
        "storage is (re)initializing",
        lambda *_: times(4, refusal(429, "storage is (re)initializing", "TooManyRequests", Retry_After="1")),
    ),
    Fault(
        "policies not read yet",
        lambda *_: times(
            3, refusal(422, "denied request: failed to find resource referenced by paramKind", "Invalid"), writing
        ),
    ),
    Fault("certificate rotated", new_certificate),
    Fault("clock skew", certificate_of_tomorrow, ("certificate_refused", SETS_FAILED), "Compare this machine's clock"),
    Fault(
        "certificate of another CA",
        certificate_of_somebody_else,
        ("certificate_refused", SETS_FAILED),
        "Give the right ca_cert",
    ),
    Fault(
        "proxy demands authentication",
        proxy_asks,
        ("proxy_refused", SETS_FAILED),
        "The proxy, not the API server",
        "proxy",
    ),
    Fault(
        "aggregated API down",
        lambda *_: lasting(
            600,
            refusal(503, "error trying to reach service: connection refused", "ServiceUnavailable"),
            lambda request: (
                request.path.startswith(("/openapi", "/apis/packages", "/apis/route")) or request.path == "/apis"
            ),
        ),
    ),
)
