# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the parts of the test suite, four at a time, and say at the end how each went.

    python tools/run_tests.py            all parts
    python tools/run_tests.py unit       one part, and first what it needs

Full logs stand in $OKD_BOOT_IMAGES_BUILD/logs. The last line reads `N passed, N failed`; the exit code is 0 when none failed.
A part that cannot do its work for want of something outside counts as neither, and is named in the line before.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from environment import CHECKOUT
from parts import PARTS, Part
from running import Run

ON_CLUSTERS = 3
"""One more than the cores that are counted on: tests on clusters wait a good part of their time."""
AT_ONCE = 4
"""The one beside them is nice and takes what they leave. While there are none, three run."""
HEAD_START = 3.0
"""Seconds for which a part that others need holds back those after them: where it has nothing to build, the longest parts start first."""
TAIL = 60


def chosen(names: list[str]) -> list[Part]:
    """The parts of these names and what they need; all without a name."""
    by_name = {part.name: part for part in PARTS}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(by_name)}")
    wanted = set(names or by_name)
    for name in list(wanted):
        wanted.update(by_name[name].needs)
    return [part for part in PARTS if part.name in wanted]


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


def report(run: Run) -> None:
    """Tell how a part ended; of a failed one also why, and how the output of each failed command ends."""
    if run.passed:
        say(f"ok      {run.part.name} ({run.seconds:.0f} s): {run.summary}")
        return
    if run.undone:
        say(f"NOT DONE {run.part.name} ({run.seconds:.0f} s): {run.undone}")
        return
    say(f"FAILED  {run.part.name} ({run.seconds:.0f} s): {'; '.join(run.failures)}")
    for output in run.failed_output:
        for line in output.splitlines()[-TAIL:]:
            say(f"    {line}")
    say(f"    (all of it: {run.log})")


class Schedule:
    """Which parts wait, run and are over."""

    def __init__(self, parts: list[Part], logs: Path) -> None:
        self.waiting = list(parts)
        self.logs = logs
        self.running: list[Run] = []
        self.over: dict[str, Run] = {}
        self.blocked: dict[str, str] = {}
        self.signalled = ""

    def run(self) -> None:
        """Work through all parts, or as far as a signal lets it come."""
        while self.waiting or self.running:
            if self.signalled:
                self._stop(f"ended by {self.signalled}")
            self._collect()
            self._start()
            time.sleep(0.1)

    def note_signal(self, number: int, _frame: FrameType | None) -> None:
        """A signal's handler. That it is one matters to the parts too: an ignored signal they would inherit."""
        self.signalled = signal.Signals(number).name

    def _stop(self, why: str) -> None:
        """End what runs and give up what waits."""
        say(f"{why}: ending what runs …")
        for run in self.running:
            run.stop(why)
            self.over[run.part.name] = run
        for part in self.waiting:
            self.blocked[part.name] = why
        self.running, self.waiting = [], []

    def _collect(self) -> None:
        for run in [run for run in self.running if run.poll()]:
            self.running.remove(run)
            self.over[run.part.name] = run
            report(run)

    def _start(self) -> None:
        for part in list(self.waiting):
            missing = [name for name in part.needs if name not in self.over or not self.over[name].passed]
            lost = [name for name in missing if name in self.over or name in self.blocked]
            if lost:
                self.waiting.remove(part)
                self.blocked[part.name] = f"not run: needs {', '.join(lost)}"
                say(f"FAILED  {part.name}: {self.blocked[part.name]}")
            elif any(run.part.name in missing and run.seconds < HEAD_START for run in self.running):
                break
            elif not missing and self._has_room(part):
                self.waiting.remove(part)
                say(f"start   {part.name}")
                self.running.append(Run(part, self.logs / f"{part.name}.log"))

    def _has_room(self, part: Part) -> bool:
        on_clusters = sum(run.part.on_clusters for run in self.running)
        if part.on_clusters:
            return on_clusters < ON_CLUSTERS and len(self.running) < AT_ONCE
        return len(self.running) - on_clusters < (1 if on_clusters else ON_CLUSTERS)


def print_table(parts: list[Part], schedule: Schedule) -> int:
    """Print the table and the closing line; the number of failures."""
    failed, undone = 0, []
    say(f"\n{'part':<14}{'seconds':>8}{'CPU':>8}  result")
    for part in parts:
        run = schedule.over.get(part.name)
        if run is not None and run.passed:
            say(f"{part.name:<14}{run.seconds:>8.1f}{run.cpu:>8.1f}  {run.summary}")
            continue
        if run is not None and run.undone:
            undone.append(part.name)
            say(f"{part.name:<14}{run.seconds:>8.1f}{run.cpu:>8.1f}  NOT DONE: {run.undone}")
            continue
        failed += 1
        why = "; ".join(run.failures) if run is not None else schedule.blocked[part.name]
        seconds, cpu = (run.seconds, run.cpu) if run is not None else (0.0, 0.0)
        say(f"{part.name:<14}{seconds:>8.1f}{cpu:>8.1f}  FAILED: {why}")
    if undone:
        say(f"\nnot done, and so neither passed nor failed: {', '.join(undone)}")
    say(f"\n{len(parts) - failed - len(undone)} passed, {failed} failed")
    return failed


def main(names: list[str]) -> int:
    """Run the parts; 0 when all passed."""
    parts = chosen(names)
    os.chdir(CHECKOUT)
    schedule = Schedule(parts, Path(os.environ["OKD_BOOT_IMAGES_BUILD"]) / "logs")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, schedule.note_signal)
    started = time.monotonic()
    schedule.run()
    cpu = sum(run.cpu for run in schedule.over.values())
    say(f"\nall of it took {time.monotonic() - started:.0f} seconds and {cpu:.0f} of processor time")
    return 1 if print_table(parts, schedule) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
