# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports on disk: whole files or none, and a page over all of them that many writers may rebuild at once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

LARGEST = 64 * 1024 * 1024
"""Bytes of a report's JSON that are read; 1,000 machine sets and 5,000 machines make about 3 MB."""
INDEX = "index"
_HARMLESS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")


def stem(name: str) -> str:
    """The name of a cluster's files: its own, or one that no folder, no other cluster and no page takes offence at."""
    if _HARMLESS.fullmatch(name) and name != INDEX:
        return name
    kept = re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:60].strip("._-") or "cluster"
    return f"{kept}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def put(folder: str, name: str, text: str) -> str:
    """Write a file as a whole, readable for everybody, and return its path; what stood there stays until the new one is complete.

    :raises OSError: the folder cannot be written to, or the disk is full. No half file is left.
    """
    os.makedirs(folder, mode=0o755, exist_ok=True)
    path = os.path.join(folder, name)
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return path


def rebuild(folder: str, render: Callable[[Mapping[str, Any]], str]) -> str:
    """Write the page over all reports of a folder, and return its path.

    Without a lock: whoever wrote last looks once more, and begins anew when a report has come meanwhile. So the page that remains in the
    end has all reports, whatever the order was.
    """
    while True:
        seen = _listing(folder)
        path = put(folder, INDEX + ".html", render({name: _load(folder, name) for name in sorted(seen)}))
        if _listing(folder) == seen:
            return path


def _listing(folder: str) -> dict[str, tuple[int, int, int]]:
    """What tells one version of each report from the next: every one is a file of its own."""
    found = {}
    for entry in os.scandir(folder):
        base, end = os.path.splitext(entry.name)
        if end != ".json" or base.startswith("."):
            continue
        with contextlib.suppress(FileNotFoundError):
            about = entry.stat()
            if stat.S_ISREG(about.st_mode):
                found[base] = (about.st_ino, about.st_mtime_ns, about.st_size)
    return found


def _load(folder: str, name: str) -> Any:
    """What a report says; None where it cannot be read, which is told on the page and keeps nobody else's report from it."""
    try:
        with open(os.path.join(folder, name + ".json"), encoding="utf-8") as stream:
            text = stream.read(LARGEST + 1)
        return json.loads(text) if len(text) <= LARGEST else None
    except (OSError, ValueError, RecursionError):
        return None
