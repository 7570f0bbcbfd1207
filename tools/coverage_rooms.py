# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which share of each pure room the tests have reached, and fail where it is too little.

    python -m pytest tests/unit --cov --cov-report=json:.coverage.json
    python tools/coverage_rooms.py .coverage.json

Branches alone decide, not mixed with lines: most lines are reached by whatever passes by.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

ROOMS = ("assess", "plan", "settle", "report", "platforms")
LEAST = 95
"""Per cent of a room's branches."""
NUMBERS = ("covered_lines", "num_statements", "covered_branches", "num_branches")


def sums(report: dict[str, dict[str, dict[str, dict[str, int]]]]) -> dict[str, Counter[str]]:
    """The numbers of each room's files, added up."""
    found = {room: Counter[str]() for room in ROOMS}
    for path, told in report["files"].items():
        room = Path(path).parent
        if room.parent.as_posix() == "plugins/module_utils" and room.name in ROOMS:
            found[room.name].update({name: told["summary"][name] for name in NUMBERS})
    return found


def share(reached: int, every: int) -> str:
    """In per cent; never rounded up, for 94.96 is not 95."""
    tenths = reached * 1000 // every if every else 0
    return f"{tenths // 10}.{tenths % 10} %"


def line(room: str, found: Counter[str]) -> str:
    """One room's line."""
    lines, branches = share(*(found[name] for name in NUMBERS[:2])), share(*(found[name] for name in NUMBERS[2:]))
    counts = f"{found['covered_branches']} of {found['num_branches']}"
    return f"{room:10} lines {lines:>7}   branches {branches:>7}  ({counts})" + ("" if enough(found) else "  too few")


def enough(found: Counter[str]) -> bool:
    """Whether a room passes; one of which nothing was measured does not."""
    return found["num_branches"] > 0 and found["covered_branches"] * 100 >= LEAST * found["num_branches"]


def main(path: str) -> int:
    """Print the table; 1 where a room has too little."""
    found = sums(json.loads(Path(path).read_text(encoding="utf-8")))
    for room, numbers in found.items():
        print(line(room, numbers))
    return 0 if all(map(enough, found.values())) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
