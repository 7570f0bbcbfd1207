# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Child processes: tied to their parent or set free, and known again later by pid and start time."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
# The parent-death signal comes when the *thread* that forked ends: children get a thread that lasts as long as we do.
_SPAWNER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-spawner")


@dataclass(frozen=True)
class Process:
    """A process on this machine.

    started: clock ticks since boot; it tells the process from a later one with the same pid.
    """

    pid: int
    started: int

    def alive(self) -> bool:
        """Whether it still runs; a zombie does not."""
        return _started(self.pid) == self.started

    def end(self, grace: float = 0.0) -> None:
        """SIGTERM, and SIGKILL after `grace` seconds. Waits until it is gone."""
        if grace > 0 and self._signal(signal.SIGTERM):
            self._gone_within(grace)
        if self._signal(signal.SIGKILL) and not self._gone_within(10):
            raise TimeoutError(f"process {self.pid} does not die")

    def _signal(self, number: signal.Signals) -> bool:
        if not self.alive():
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)
        return True

    def _gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True


def die_with_parent() -> None:
    """For `preexec_fn`: have the kernel kill this child when its parent dies, however that dies (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def spawn(command: Sequence[str], log: Path, tied: bool, environment: Mapping[str, str] | None = None) -> Process:
    """Start a process that writes to a log.

    tied: it dies with this process; else it goes on in a session of its own.
    """

    def start() -> subprocess.Popen[bytes]:
        before_exec: Callable[[], None] | None = die_with_parent if tied else None
        with open(log, "ab") as output:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=log.parent,
                env=environment, preexec_fn=before_exec, start_new_session=True,
            )  # fmt: skip

    child = _SPAWNER.submit(start).result()
    _CHILDREN.append(child)
    return Process(child.pid, _started(child.pid) or 0)


def myself() -> Process:
    """This process."""
    return Process(os.getpid(), _started(os.getpid()) or 0)


_CHILDREN: list[subprocess.Popen[bytes]] = []  # kept, so that Popen does not warn of those that outlive us


def _started(pid: int) -> int | None:
    """Field 22 of /proc/<pid>/stat, or None if there is no such process, or only its zombie.

    A zombie whose other threads (field 20) are not through yet still holds its files and ports.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    state, *rest = text.rpartition(")")[2].split()  # the name in brackets may hold blanks
    dead = state in "ZX" and int(rest[16]) <= 1
    return None if dead else int(rest[18])
