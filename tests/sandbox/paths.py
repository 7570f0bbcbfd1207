# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the sandbox keeps things, and locks that no killed process can leave behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROGRESS_SECONDS = 10.0


class SandboxError(Exception):
    """Something the user has to know, said in words that tell what to do."""


def say(text: str) -> None:
    """A line of progress, on stderr: stdout is for answers."""
    print(text, file=sys.stderr, flush=True)


def cache_root() -> Path:
    """Where binaries, CRDs and running sandboxes are, never in the checkout.

    `$OKD_BOOT_IMAGES_CACHE`, or `~/.cache/okd-boot-images`.
    """
    chosen = os.environ.get("OKD_BOOT_IMAGES_CACHE")
    root = Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "okd-boot-images"
    root.mkdir(parents=True, exist_ok=True)
    return root.resolve()


def sandboxes_root() -> Path:
    """The folder with one folder a sandbox."""
    root = cache_root() / "sandboxes"
    root.mkdir(exist_ok=True)
    return root


@contextlib.contextmanager
def locked(name: str, waiting_for: str) -> Iterator[None]:
    """Hold a lock of this cache. The kernel lets go of it when its holder dies, so it is never left behind."""
    folder = cache_root() / "locks"
    folder.mkdir(exist_ok=True)
    with open(folder / f"{name}.lock", "w", encoding="ascii") as handle:
        _acquire(handle.fileno(), waiting_for)
        yield


def _acquire(descriptor: int, waiting_for: str) -> None:
    started = reported = time.monotonic()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            now = time.monotonic()
            if now - reported >= PROGRESS_SECONDS:
                reported = now
                say(f"waiting for another process: {waiting_for} ({now - started:.0f} s)")
            time.sleep(0.1)
