# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is still to be done: reasons of passes, in order."""

from __future__ import annotations

import threading
from collections import deque


class WorkQueue:
    def __init__(self) -> None:
        self._reasons: deque[str] = deque()
        self._filled = threading.Condition()

    def add(self, reason: str, *, collapse: bool) -> None:
        """`collapse`: equal reasons that wait already are one (4.20+); else each is a pass of its own."""
        with self._filled:
            if not (collapse and reason in self._reasons):
                self._reasons.append(reason)
            self._filled.notify()

    def take(self, timeout: float) -> str | None:
        with self._filled:
            if not self._reasons:
                self._filled.wait(timeout)
            return self._reasons.popleft() if self._reasons else None

    def clear(self) -> None:
        with self._filled:
            self._reasons.clear()
