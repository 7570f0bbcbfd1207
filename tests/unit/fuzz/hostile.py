# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Input as nobody should write it: sound documents with something wrong at random places, and plain junk.

`make fuzz` tries 100,000 inputs a property (FUZZ_EXAMPLES); without that variable a few fixed ones are tried.
"""

from __future__ import annotations

import copy
import os
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
FUZZ = settings(
    max_examples=EXAMPLES or 200,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
RANDOM = st.randoms(use_true_random=True)
"""A seed each, which a failure prints: drawing every choice through hypothesis would take ten times as long."""

ATOMS: list[Any] = [
    None, True, False, 0, -1, 3, 10**30, 1.5, float("inf"), float("nan"), "", " ", "x", "\x00", "\n", "\ud800", "Ω" * 70, "x" * 300, "None",
    "All", "Partial", "Completed", "Multi", "a=b", "4.19.0", "99999.1.2", "-", "/", "ami-1", "projects/a/global/images/b", "é", "%s", "{0}",
]  # fmt: skip
PIECES = [
    "", " ", "\t", "\n", ",", "=", "==", "!=", "!", "(", ")", " in ", " notin ", "[", "]", "{", "}", '"', ":", "|", "Error(s): ", "\\", "\x00",
    "\ud800", "é", "0", "99999999999", "-", ".", "/", "x" * 70, "null", "NaN", "kubernetes.io/arch=", "error syncing MAPI MachineSet x: ",
]  # fmt: skip


def junk(random: Random, depth: int = 3) -> Any:
    """Any JSON, small."""
    kind = random.randrange(4 if depth else 2)
    if kind < 2:
        return random.choice(ATOMS)
    if kind == 2:
        return [junk(random, depth - 1) for _each in range(random.randrange(3))]
    return {str(random.choice(ATOMS)): junk(random, depth - 1) for _each in range(random.randrange(3))}


def spoiled(random: Random, sound: Any, times: int = 3) -> Any:
    """A copy of a JSON value, with up to that many values replaced, taken away, renamed or doubled, at any depth."""
    holder = [copy.deepcopy(sound)]
    for _time in range(random.randint(1, times)):
        _spoil(random, *random.choice(_places(holder)))
    return holder[0]


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        parent = waiting.pop()
        items = parent.items() if isinstance(parent, dict) else enumerate(parent) if isinstance(parent, list) else ()
        for key, child in items:
            found.append((parent, key))
            waiting.append(child)
    return found


def _spoil(random: Random, parent: Any, key: Any) -> None:
    deed = random.randrange(5)
    if isinstance(parent, dict) and deed == 0:
        del parent[key]
    elif isinstance(parent, dict) and deed == 1:
        parent[str(random.choice(ATOMS))] = parent.pop(key)
    elif isinstance(parent, list) and deed == 2 and len(parent) < 5:
        parent.append(copy.deepcopy(parent[key]))
    elif isinstance(parent[key], str) and deed == 3:
        parent[key] = garbled(random, parent[key])
    else:
        parent[key] = junk(random)


def garbled(random: Random, text: str) -> str:
    """A text with pieces put in, cut out and doubled."""
    for _time in range(random.randint(1, 4)):
        at, until = sorted((random.randint(0, len(text)), random.randint(0, len(text))))
        cut = random.choice(["", text[at:until], text[at:until] * 2, random.choice(PIECES)])
        text = text[:at] + cut + (text[until:] if random.random() < 0.7 else text[at:])
    return text[:20_000]
