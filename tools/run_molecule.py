# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every Molecule scenario, and fail where one passed without having done anything.

Molecule calls a scenario successful when its plays matched no host and when its verify playbook is missing. So its output is
read: every playbook that it ran must name a host that did something, and every scenario must have converged and verified.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from copy_tree import copy_checkout

ACTION = re.compile(r"^INFO\s+\[(?P<scenario>\S+) > (?P<action>\S+)\] Executing$")
MISSING = re.compile(r"^WARNING\s+\[(?P<scenario>\S+) > (?P<action>\S+)\] Executed: Missing playbook")
HOST_WORKED = re.compile(r"^\S+\s+: ok=[1-9]")

# Plain lines without frames or colours, wide enough that a host's recap is not broken in two.
PLAIN = {"NO_COLOR": "1", "COLUMNS": "200", "MOLECULE_COMMAND_BORDERS": "false"}


def scenarios(collection: Path) -> list[str]:
    """The scenarios that must converge and verify: all, save a `default` that only makes what the others share."""
    found = sorted(path.parent.name for path in collection.glob("extensions/molecule/*/molecule.yml"))
    shared = collection / "extensions" / "molecule" / "default"
    return [name for name in found if name != "default" or (shared / "converge.yml").exists()]


def run_molecule(collection: Path, arguments: list[str]) -> tuple[int, list[str]]:
    """Run Molecule, passing its output on line by line; its exit code and that output."""
    command = ["molecule", "test", *(arguments or ["--all"]), "--report"]
    environment = dict(os.environ, **PLAIN)
    lines = []
    with subprocess.Popen(
        command,
        cwd=collection,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    return process.returncode, lines


def actions_with_work(lines: list[str]) -> dict[tuple[str, str], bool]:
    """For each (scenario, action) that ran a playbook, whether a host did something in it."""
    worked: dict[tuple[str, str], bool] = {}
    current: tuple[str, str] | None = None
    for line in lines:
        started = ACTION.match(line)
        if started:
            current = (started["scenario"], started["action"])
        elif current and line.startswith("PLAY RECAP"):
            worked.setdefault(current, False)
        elif current and HOST_WORKED.match(line):
            worked[current] = True
    return worked


def complaints(names: list[str], lines: list[str]) -> list[str]:
    """What passed without having done anything."""
    worked = actions_with_work(lines)
    found = [f"{scenario}: {action} ran on no host" for (scenario, action), work in worked.items() if not work]
    found += [f"{gone['scenario']}: no playbook for {gone['action']}" for gone in map(MISSING.match, lines) if gone]
    for name in names:
        found += [f"{name}: no {action}" for action in ("converge", "verify") if (name, action) not in worked]
    return found


def main(arguments: list[str]) -> int:
    """Run all scenarios, or what `arguments` tell Molecule to run."""
    collection = copy_checkout("molecule")
    names = scenarios(collection)
    if not names:
        print("extensions/molecule holds no scenario")
        return 1
    code, lines = run_molecule(collection, arguments)
    if code or arguments:
        return code
    found = complaints(names, lines)
    for complaint in found:
        print(f"ERROR: {complaint}")
    if not found:
        print(f"{len(names)} scenarios converged and verified: {', '.join(names)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
