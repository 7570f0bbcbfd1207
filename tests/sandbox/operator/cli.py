# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line: which cluster, how fast, what goes wrong."""

from __future__ import annotations

import argparse
import os
import signal
import threading
import time
from typing import Protocol

from .cluster import Cluster
from .controller import BootImageController
from .cvo import faults
from .cvo.faults import Faults
from .cvo.loop import ClusterVersionLoop
from .ec2 import Ec2Images
from .kube import Api
from .log import say
from .operator_loop import OperatorLoop
from .pace import Clock
from .pools import PoolLoop
from .vcenter import Templates
from .worlds import Worlds, released_amis

_GRACE = 2.0
"""Seconds running threads get to finish their request after SIGTERM."""


class Part(Protocol):
    """One of the operators, in a thread of its own until the play is over."""

    def run(self) -> None: ...


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    clock = Clock(options.speed, over)
    upgrade_clock = Clock(options.upgrade_speed or options.speed, over)
    cluster = Cluster(Api(options.kubeconfig), over)
    ec2 = Ec2Images(released_amis, options.ec2).of_region
    worlds = Worlds(cluster, frozenset(options.known_ami), ec2, Templates(options.vcenter))
    parts: list[Part] = [BootImageController(cluster, clock, worlds), OperatorLoop(cluster, clock)]
    if not options.no_cvo:
        given = Faults(cluster, _given(options))
        parts.append(ClusterVersionLoop(cluster, upgrade_clock, given))
        parts += [PoolLoop(cluster, upgrade_clock, pool, given) for pool in ("master", "worker")]
    say("operator", f"starting at speed {options.speed:g}, upgrades at {upgrade_clock.speed:g}, pid {os.getpid()}")
    cluster.start()
    threads = [threading.Thread(target=part.run, daemon=True, name=type(part).__name__) for part in parts]
    for thread in threads:
        thread.start()
    say("operator", "ready")
    while not over.wait(0.5):
        if not all(thread.is_alive() for thread in threads):
            say("operator", "a part of the play died: " + ", ".join(t.name for t in threads if not t.is_alive()))
            return 1
    deadline = time.monotonic() + _GRACE
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    say("operator", "stopped")
    return 0


def _given(options: argparse.Namespace) -> dict[str, str]:
    """--fault, and the two of them that have options of their own."""
    found = {faults.SIGNATURE: options.fail_signature, faults.STALL: options.stall_at}
    return {name: value for name, value in {**found, **dict(options.fault)}.items() if value}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.operator", description=__doc__)
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--speed", type=float, default=1.0, help="how many times quicker than a real cluster")
    parser.add_argument("--upgrade-speed", type=float, help="the same for the upgrade alone (default: --speed)")
    parser.add_argument("--no-cvo", action="store_true", help="play the Machine Config Operator only")
    parser.add_argument("--fail-signature", default="", metavar="VERSION", help="its signature cannot be verified")
    parser.add_argument(
        "--stall-at", default="", metavar="OPERATOR", help="this ClusterOperator never reaches a new version"
    )
    parser.add_argument(
        "--fault",
        action="append",
        type=faults.parse,
        default=[],
        metavar="NAME=VALUE",
        help="repeatable: " + "; ".join(f"{name}={what}" for name, what in faults.KNOWN.items()),
    )
    parser.add_argument(
        "--known-ami", action="append", default=[], metavar="AMI", help="one more on the allow list; repeatable"
    )
    parser.add_argument(
        "--ec2", default="", metavar="FILE", help="more images EC2 has (moto's format), for operators of 4.23 and later"
    )
    parser.add_argument(
        "--vcenter",
        default="",
        metavar="FILE",
        help="JSON, server/datacenter/template -> product version; kept current",
    )
    return parser
