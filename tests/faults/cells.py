# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell: a run in which something goes wrong at its moment, how it ended, and one more run that ends as if nothing had been wrong."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

from faults.catalogue import Fault
from faults.phases import Phase, Work
from faults.stage import Stage
from faults.way import Request

CARRIED_ON = "carried on"
WATCH_PAUSE = 0.02
SOME = Request("GET", "/apis/machine.openshift.io/v1beta1/machinesets", {}, b"")
"""What an effect is about that begins between two requests."""


@dataclass(frozen=True)
class Cell:
    """I(outcome) is C(carried on) or the reason of the failure; I(wrong) is empty where everything is as it must be."""

    fault: str
    phase: str
    outcome: str
    seconds: float
    wrong: str = ""

    @property
    def text(self) -> str:
        """As it stands in the table."""
        return f"**RED** {self.outcome}" if self.wrong else self.outcome


class Cells:
    """Runs them on one stage, and knows how each work ends undisturbed."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._calm: dict[int, Any] = {}

    def run(self, fault: Fault, phase: Phase) -> Cell:
        """The cluster is loaded anew, so that no cell depends on another."""
        calm = self.undisturbed(phase.work)
        started = time.monotonic()
        self.stage.heal()
        scene = phase.work.load(self.stage)
        trap = _Trap(self.stage, fault, phase)
        try:
            ended = phase.work.run(self.stage, fault.credentials)
        finally:
            trap.disarm()
            self.stage.heal()
        wrong = [] if trap.sprung else ["nothing went wrong: its moment never came"]
        if ended.reason:
            wrong += [] if ended.reason in fault.ends else [f"failed: {ended.message}"]
            wrong += [] if fault.says in ended.message else [f"does not say {fault.says!r}: {ended.message}"]
            wrong += [f"half done: {each}" for each in phase.work.broken(self.stage.made, scene)]
        again = phase.work.run(self.stage, fault.credentials)
        wrong += [f"one more run failed: {again.message}"] if again.reason else []
        state = phase.work.state(self.stage.made, scene)
        wrong += [] if state == calm else [f"ends elsewhere: {_difference(calm, state)}"]
        seconds = time.monotonic() - started
        return Cell(fault.name, phase.name, ended.reason or CARRIED_ON, seconds, "; ".join(wrong))

    def undisturbed(self, work: Work) -> Any:
        """The state after a run in which nothing is wrong, and one more."""
        if id(work) not in self._calm:
            self.stage.heal()
            scene = work.load(self.stage)
            for _run in range(2):
                ended = work.run(self.stage, "token")
                assert not ended.reason, f"an undisturbed run failed: {ended.message}"
            self._calm[id(work)] = work.state(self.stage.made, scene)
        return self._calm[id(work)]


class _Trap:
    """Waits for the phase's moment and lets the fault begin, once."""

    def __init__(self, stage: Stage, fault: Fault, phase: Phase) -> None:
        self.sprung = False
        self._stage, self._fault, self._phase = stage, fault, phase
        self._lock, self._over = threading.Lock(), threading.Event()
        if phase.now:
            stage.way.on_request = self._each
        else:
            threading.Thread(target=self._look, daemon=True).start()

    def disarm(self) -> None:
        self._over.set()
        self._stage.way.on_request = lambda request: None

    def _each(self, request: Request) -> None:
        assert self._phase.now
        with self._lock:
            if not self.sprung and self._phase.now(request, self._stage.way.seen):
                self.sprung = True
                self._stage.way.effect = self._fault.begin(self._stage, request)

    def _look(self) -> None:
        """Between two requests; watches are cut off, so that what is asked next meets the fault."""
        assert self._phase.after
        while not self._over.wait(WATCH_PAUSE):
            if self._phase.after(self._stage.made, list(self._stage.way.seen)):
                self.sprung = True
                self._stage.way.effect = self._fault.begin(self._stage, SOME)
                if self._fault.cuts:
                    self._stage.way.cut()
                return


def _difference(calm: Any, state: Any) -> str:
    """The parts that differ, short enough to be read."""
    if isinstance(calm, tuple) and isinstance(state, tuple) and len(calm) == len(state):
        return "; ".join(_difference(one, other) for one, other in zip(calm, state, strict=True) if one != other)
    if isinstance(calm, dict) and isinstance(state, dict):
        keys = [key for key in {*calm, *state} if calm.get(key) != state.get(key)]
        return "; ".join(f"{key}: {calm.get(key)} != {state.get(key)}" for key in keys[:3])[:1500]
    return f"{calm} != {state}"[:1500]
