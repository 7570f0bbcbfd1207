# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of waits and reconciles in one process: what it holds must not grow. python -m faults.soak [--rounds N] [--write], or make soak."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from integration.support.clusters import Cluster

from ansible_collections.okd.boot_images.plugins.module_utils.flow.common import Patience, Selection
from ansible_collections.okd.boot_images.plugins.module_utils.flow.configuration import manage
from ansible_collections.okd.boot_images.plugins.module_utils.flow.machine_sets import Limits, update_machine_sets
from ansible_collections.okd.boot_images.plugins.module_utils.kube.client import Client
from ansible_collections.okd.boot_images.plugins.module_utils.kube.connection import Options
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ConfigurationWish, ImageWish
from faults.table import PAGE
from sandbox import Sandbox
from sandbox.pages import fill_in

SAMPLES = 20
CALM_SECONDS = 10.0
GROWTH = 4 * 1024
"""KiB that memory may differ between the first quarter's end and the end: allocators breathe."""


@dataclass(frozen=True)
class Held:
    """What the process holds, between two rounds."""

    rounds: int
    memory: int
    files: int
    sockets: int
    threads: int

    def cells(self) -> tuple[str, ...]:
        return str(self.rounds), f"{self.memory / 1024:.1f} MiB", str(self.files), str(self.sockets), str(self.threads)


def soak(made: Cluster, rounds: int, samples: int = SAMPLES) -> Iterator[Held]:
    """A round is one wait of the operator's management and one reconcile; each tenth reconcile has an image to write."""
    options = Options(kubeconfig=str(made.sandbox.kubeconfig()))
    name, old = made.names[0], made.image(made.names[0])
    every = max(1, rounds // samples)
    for number in range(1, rounds + 1):
        if number % 10 == 0:
            made.set_image(name, old)
        told: list[str] = []
        client = Client.open(options, False, told.append)
        manage(client, ConfigurationWish("machinesets", "None"), (), Patience(True, 60), told.append)
        done = update_machine_sets(client, Selection("machinesets"), ImageWish(), None, Limits(), told.append)
        assert done["changed"] == (number % 10 == 0 or number == 1), done
        if number % every == 0:
            yield _held(number)


def grown(samples: Sequence[Held]) -> list[str]:
    """What the process holds more of in the end than after a quarter of the rounds."""
    early, late = samples[len(samples) // 4], samples[-1]
    found = [
        f"{what}: {before} after {early.rounds} rounds, {after} after {late.rounds}"
        for what, before, after in (
            ("files", early.files, late.files),
            ("sockets", early.sockets, late.sockets),
            ("threads", early.threads, late.threads),
        )
        if after > before
    ]
    if late.memory > early.memory + GROWTH:
        found.append(f"memory: {early.memory} KiB after {early.rounds} rounds, {late.memory} KiB after {late.rounds}")
    return found


def _held(rounds: int) -> Held:
    """Once the threads of the watches that were ended are gone."""
    _until(lambda: not any(each.name.startswith("watch ") for each in threading.enumerate()))
    gc.collect()
    links = [_link(each) for each in os.listdir("/proc/self/fd")]
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Held(
        rounds,
        pages * os.sysconf("SC_PAGE_SIZE") // 1024,
        len(links),
        sum(1 for each in links if each.startswith("socket:")),
        threading.active_count(),
    )


def _link(number: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except FileNotFoundError:
        return ""


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + CALM_SECONDS
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)


def prepared(sandbox: Sandbox) -> Cluster:
    """A cluster whose sets nobody else manages, with the operator beside it."""
    sandbox.load("gcp", release="4.20.3", machine_sets=3, machines=0)
    made = Cluster(sandbox)
    made.off()
    sandbox.start_operator(50)
    made.client.wait_for(
        lambda: (
            made.configuration().get("status", {}).get("observedGeneration")
            == made.configuration()["metadata"]["generation"]
        ),
        60,
        "the operator to take in the configuration",
    )
    return made


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when nothing grew."""
    parser = argparse.ArgumentParser(prog="make soak ARGS=…", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--write", action="store_true", help="write the figures into docs/reliability.md")
    asked = parser.parse_args(arguments)
    started, samples = time.monotonic(), []
    with Sandbox.start() as sandbox:
        for held in soak(prepared(sandbox), asked.rounds):
            samples.append(held)
            print(" | ".join(held.cells()), flush=True)
    wrong = grown(samples)
    text = _table(samples, time.monotonic() - started)
    print(text, *wrong, sep="\n")
    if asked.write and not wrong:
        fill_in(PAGE, "soak", text)
    return 1 if wrong else 0


def _table(samples: Sequence[Held], seconds: float) -> str:
    shown = [samples[len(samples) * part // 4 - 1 if part else 0] for part in range(5)]
    rows = ["| " + " | ".join(each.cells()) + " |" for each in dict.fromkeys(shown)]
    head = ["| rounds | memory | files | sockets | threads |", "| ---: | ---: | ---: | ---: | ---: |"]
    return "\n".join([f"The last run took {seconds:.0f} seconds.", "", *head, *rows]) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
