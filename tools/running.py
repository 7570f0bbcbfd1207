# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One part of the test run as a process that can be ended with everything it started."""

from __future__ import annotations

import contextlib
import os
import resource
import shlex
import signal
import subprocess
import time
from pathlib import Path

from parts import NotDoneError, NothingTestedError, Part

# What pytest, ansible-playbook and the sandbox take to stop their servers, then what is left is ended without asking.
PATIENCE = ((signal.SIGINT, 20.0), (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))

# What such a part's commands are begun with.
NICE = ("nice", "-n", "5")

# Marks in a log where the next command starts.
PROMPT = "$$ "


class Run:
    """A part under way: its commands one after the other, all their output in one log."""

    def __init__(self, part: Part, log: Path) -> None:
        self.part = part
        self.log = log
        self.started = time.monotonic()
        self.ended: float | None = None
        self.failures: list[str] = []
        self.failed_output: list[str] = []
        """Of each command that failed, what it wrote."""
        self.summary = ""
        self.undone = ""
        """Why its work could not be done, where that is nobody's failure."""
        self.cpu = 0.0
        """Seconds of processor time of its commands so far, with all they started and saw the end of."""
        self._commands = list(part.commands)
        self._command: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        self._next()

    @property
    def passed(self) -> bool:
        """Whether all commands ended well and the log shows that they tested something."""
        return self.ended is not None and not self.failures and not self.undone

    @property
    def seconds(self) -> float:
        """How long it took, or has taken so far."""
        return (self.ended or time.monotonic()) - self.started

    def poll(self) -> bool:
        """See what has become of it; True when it is over."""
        if self.ended is None and self._process is not None:
            before = _cpu_of_children()
            code = self._process.poll()
            if code is not None:
                self.cpu += _cpu_of_children() - before  # one child has ended, and it is this one
                if code:
                    self.failures.append(f"`{shlex.join(self._command)}` ended with {code}")
                    self.failed_output.append(self.text().rpartition(f"\n{PROMPT}")[2])
                self._next()
            elif self.seconds > self.part.seconds:
                self.stop(f"took longer than {self.part.seconds} seconds")
        return self.ended is not None

    def stop(self, why: str) -> None:
        """End it and all that it started, politely first."""
        self.failures.append(why)
        self.failed_output.append(self.text())
        self._commands = []
        process = self._process
        if process is not None and process.poll() is None:
            for number, patience in PATIENCE:
                _signal(process.pid, number)
                try:
                    process.wait(patience)
                    break
                except subprocess.TimeoutExpired:
                    continue
            # The leader may be gone before those it started.
            _signal(process.pid, signal.SIGKILL)
        self._finish()

    def text(self) -> str:
        """The log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _next(self) -> None:
        if not self._commands:
            self._finish()
            return
        self._command = self._commands.pop(0)
        with self.log.open("ab") as output:
            output.write(f"\n{PROMPT}{shlex.join(self._command)}\n".encode())
            output.flush()
            self._process = subprocess.Popen(
                [*(NICE if self.part.nice else ()), *self._command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "NO_COLOR": "1"},
                # A group of its own: it can be ended as a whole, and Ctrl-C reaches only the runner.
                start_new_session=True,
            )

    def _finish(self) -> None:
        self.ended = time.monotonic()
        if self.failures:
            return
        try:
            self.summary = self.part.evidence(self.text())
        except NotDoneError as error:
            self.undone = str(error)
        except NothingTestedError as error:
            self.failures.append(f"tested nothing: {error}")
            self.failed_output.append(self.text())


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
