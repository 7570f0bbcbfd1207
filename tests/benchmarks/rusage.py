# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and writes what it cost, as JSON, into a file: python -I -S rusage.py FILE COMMAND…

A program of its own, because Linux counts what the starting process holds in memory into the started one's peak.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main(target: str, command: list[str]) -> int:
    """Start it with our own files and environment, and wait for its end."""
    started = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _pid, status, used = os.wait4(pid, 0)
    seconds = time.monotonic() - started
    cost = {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "mib": used.ru_maxrss / 1024}
    with open(target, "w", encoding="utf-8") as stream:
        json.dump(cost, stream)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
