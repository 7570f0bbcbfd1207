# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs all benchmarks and prints one table: python -m benchmarks [--write], or make bench."""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sandbox import Sandbox
from sandbox.pages import DOCS, fill_in
from sandbox.paths import say

from . import clusters, peers
from .contestants import Contestants
from .growing import growing
from .reading import reading
from .rows import Row, table
from .waiting import waiting
from .writing import writing

PAGE = DOCS / "performance.md"
PARTS = ("reading", "writing", "waiting", "growing")


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when every goal that was looked at is met."""
    asked = _asked(arguments)
    rows: list[Row] = []
    with _sandbox(asked.sandbox) as sandbox, tempfile.TemporaryDirectory() as folder:
        for row in _rows(Contestants(sandbox, Path(folder)), asked):
            say(" | ".join(row.cells()))
            rows.append(row)
    text = f"{_where(asked)}\n\n{table(rows)}"
    print(text)
    if asked.write:
        fill_in(PAGE, "table", text)
    return 1 if any(row.met is False for row in rows) else 0


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--sets", type=int, default=1000, help="machine sets")
    parser.add_argument("--machines", type=int, default=5, help="Machines in each")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contestant, of which the fastest counts")
    parser.add_argument("--wait", type=int, default=60, help="seconds of a wait")
    parser.add_argument("--changes", type=int, default=30, help="changes in the course of a wait")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10000], help="for the growth")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--sandbox", default="", help="one that is up, with an audit log, in place of one of our own")
    parser.add_argument("--loaded", action="store_true", help="it holds the machine sets of an earlier run already")
    parser.add_argument("--no-peers", action="store_true", help="nothing that has to be fetched")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    return parser.parse_args(arguments)


@contextlib.contextmanager
def _sandbox(name: str) -> Iterator[Sandbox]:
    """One of our own, or the named one, which is left as it was: up."""
    if name:
        yield Sandbox.attach(name)
    else:
        with Sandbox.start(audit=True) as sandbox:
            yield sandbox


def _rows(on: Contestants, asked: argparse.Namespace) -> Iterator[Row]:
    others = None if asked.no_peers or not {"reading", "writing"} & set(asked.only) else peers.find_or_fetch()
    if not asked.loaded and set(asked.only) != {"growing"}:
        say(f"loading {asked.sets} machine sets with {asked.machines} Machines each …")
        clusters.load(on.sandbox, asked.sets, asked.machines)
    if "reading" in asked.only:
        yield from reading(on, others, asked.rounds)
    if "writing" in asked.only:
        yield from writing(on, others, asked.rounds)
    if "waiting" in asked.only:
        yield from waiting(on, asked.wait, asked.changes)
    if "growing" in asked.only:
        yield from growing(on, asked.sizes, asked.rounds)


def _where(asked: argparse.Namespace) -> str:
    """What the figures hold for."""
    load = f"{os.getloadavg()[1]:.1f}"
    return (
        f"{time.strftime('%Y-%m-%d')}: {asked.sets} machine sets, {asked.sets * asked.machines} Machines; "
        f"{os.cpu_count()} processors for everything, API server included (mean load {load}); "
        f"Python {platform.python_version()}; the fastest of {asked.rounds} runs each."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
