# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits: what a minute without news costs, what news costs, and how soon it is noticed."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from . import clusters
from .contestants import Contestants
from .measure import Cost, Failed, Marks, environment, wrapped
from .rows import Row, below

SOON = 30.0
"""How long at most until a wait has begun; it tells when it times out, so this is no sleep."""


def waiting(on: Contestants, seconds: int, changes: int) -> Iterator[Row]:
    """All sets but one are settled, and an operator is expected to write that one.

    seconds: how long a wait lasts. changes: how many sets somebody touches in the course of the busy one.
    """
    clusters.bring(on.sandbox, clusters.target())
    clusters.manage(on.sandbox)
    name = on.sandbox.loaded.machine_sets[-1] if on.sandbox.loaded else ""
    _write(on, name, clusters.origin())
    look = on.module("bootimage_status")
    quiet = on.module("bootimage_status", wait=True, wait_timeout=seconds, fails=True)
    busy = _busy(on, seconds, changes)
    for what, cost in ((f"a wait of {seconds} s without news", quiet), (f"the same, {changes} sets touched", busy)):
        took = f"{cost.cpu - look.cpu:.2f} s CPU more than one look ({look.cpu:.2f} s)"
        yield Row(what, took, "one look", f"{sum(cost.requests.values()) - sum(look.requests.values())} requests more")
    each = (busy.cpu - quiet.cpu) / changes
    yield Row("a change while waiting", f"{each:.3f} s CPU, {each / look.cpu:.2f} of one look")
    yield below("seconds until news is noticed", _noticed(on, name), "s", 1)


def _write(on: Contestants, name: str, image: str) -> None:
    found = on.sandbox.client.get("machinesets", name)
    value = {"disks": clusters.disks(found, image)}
    on.sandbox.client.patch("machinesets", name, {"spec": {"template": {"spec": {"providerSpec": {"value": value}}}}})


def _busy(on: Contestants, seconds: int, changes: int) -> Cost:
    """A wait in the course of which sets are touched at even distances, in ways that change no judgement."""
    names = on.sandbox.loaded.machine_sets if on.sandbox.loaded else ()

    def touch() -> None:
        for number in range(changes):
            patch = {"metadata": {"annotations": {"benchmark": str(number)}}}
            on.sandbox.client.patch("machinesets", names[number % len(names)], patch)
            time.sleep((seconds - 1) / changes * 0.9)

    return _meanwhile(on, seconds, touch, fails=True)


def _noticed(on: Contestants, name: str) -> float:
    """Seconds between the answer to a write and the wait's word on it."""
    lines = on.folder / "progress"
    lines.write_text("")
    moments: dict[str, float] = {}

    def write() -> None:
        _write(on, name, clusters.target())
        written = time.monotonic()
        while name not in lines.read_text(encoding="utf-8"):
            if time.monotonic() - written > SOON:
                raise TimeoutError(f"no word on {name} within {SOON:.0f} s")
            time.sleep(0.01)
        moments["noticed"] = time.monotonic() - written

    _meanwhile(on, 60, write, progress_file=str(lines))
    return moments["noticed"]


def _meanwhile(on: Contestants, seconds: int, work: Callable[[], None], fails: bool = False, **more: str) -> Cost:
    """The cost of a wait while something is done; that begins when the wait holds its watches."""
    arguments = on.module_command("bootimage_status", wait=True, wait_timeout=seconds, **more)
    report, out = on.folder / "cost", on.folder / "out"
    marks = Marks(on.sandbox)
    with Path(out).open("wb") as stream:
        process = subprocess.Popen(
            wrapped(arguments, report), env=environment(on.sandbox), stdin=subprocess.DEVNULL, stdout=stream,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            _begun(marks)
            work()
            code = process.wait(seconds + SOON)
        except BaseException:
            os.killpg(process.pid, 9)
            raise
    if bool(code) != fails:
        raise Failed(f"the wait ended with {code}:\n{out.read_text(encoding='utf-8', errors='replace')[-3000:]}")
    return marks.cost(report)


def _begun(marks: Marks) -> None:
    """The watches are there, and the first look, which asks for more, is over: what is written before it is no news."""
    deadline, before = time.monotonic() + SOON, 0
    while True:
        found = marks.requests()
        if found["watch"] >= 6 and sum(found.values()) == before:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"no watches within {SOON:.0f} s")
        before = sum(found.values())
        time.sleep(0.5)
