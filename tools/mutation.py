# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put small faults into the judgement, one at a time, and name those that no test notices.

    python tools/mutation.py                                 all of assess and settle
    python tools/mutation.py assess/gates.py settle          some of it

A fault that docs/mutation.md argues for does not count. The exit code is 1 when another one survived, or when an argued one did not.
The run works on a copy of the checkout, so that editing goes on beside it.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from copy_tree import copy_checkout
from mutants import Mutant, mutants
from trial import QUIET, Trials

JUDGEMENT = ("assess", "settle", "model/conditions.py", "model/image_name.py")
UTILS = Path("plugins/module_utils")
PACKAGE = "ansible_collections.okd.boot_images.plugins.module_utils"
TESTS = [
    *("tests/unit/assess", "tests/unit/settle", "tests/unit/model", "tests/unit/agreement/test_found.py"),
    *("tests/unit/platforms", "tests/unit/plan", "tests/unit/report", "tests/unit/test_flow.py"),
]
"""Not the long ones: what only random clusters notice has no test that says what is wrong."""
ARGUED = re.compile(r"^- `(?P<place>[^`]+)`: `(?P<before>[^`]+)` → `(?P<after>[^`]*)`", re.MULTILINE)


class Account:
    """What became of the mutants: survivors are shown as they are found."""

    def __init__(self, argued: set[tuple[str, str, str]]) -> None:
        self.argued, self.unused = argued, set(argued)
        self.left, self.excused = Counter[str](), Counter[str]()

    def survived(self, module: str, mutant: Mutant) -> None:
        """Note a mutant that no test noticed."""
        name = short(module)
        key = f"{name} {mutant.function}".rstrip(), mutant.before, mutant.after
        self.unused.discard(key)
        if key in self.argued:
            self.excused[name] += 1
            return
        self.left[name] += 1
        print(f"survived  {name}:{mutant.line} {mutant.function}: `{mutant.before}` → `{mutant.after}`", flush=True)

    def close(self, total: Counter[str]) -> int:
        """Show the sums; the exit code."""
        for key in sorted(self.unused):
            print("argued for, but noticed or gone: {}: `{}` → `{}`".format(*key))
        for name, number in sorted(total.items()):
            print(f"{name:28} {number:5} mutants {self.left[name]:4} survived {self.excused[name]:4} argued")
        print(f"{total.total()} mutants, {self.left.total()} survived, {self.excused.total()} argued")
        return 1 if self.left or self.unused else 0


def short(module: str) -> str:
    """A module's file below module_utils."""
    return module.removeprefix(PACKAGE + ".").replace(".", "/") + ".py"


def faults(chosen: list[str]) -> Iterator[tuple[str, Mutant]]:
    """Every mutant of the chosen files or folders, with its module."""
    for choice in chosen:
        path = UTILS / choice
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            module = ".".join([PACKAGE, *file.relative_to(UTILS).with_suffix("").parts])
            yield from ((module, mutant) for mutant in mutants(file.read_text(encoding="utf-8"), str(file)))


def run(chosen: list[str], jobs: int) -> int:
    """Judge, report, and give the exit code."""
    # The same examples each time, and no search for a smaller one: that a test fails is all there is to know.
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile("mutation", derandomize=True, database=None, deadline=None, phases=phases)
    hypothesis.settings.load_profile("mutation")
    every = list(faults(chosen))
    total = Counter(short(module) for module, _mutant in every)
    argued = {(m["place"], m["before"], m["after"]) for m in ARGUED.finditer(Path("docs/mutation.md").read_text())}
    account = Account({each for each in argued if each[0].split()[0] in total})
    print(f"{len(every)} mutants", flush=True)
    trials = Trials(TESTS, every, jobs, account.survived)
    ended = pytest.main([*QUIET, *TESTS], plugins=[trials])
    if trials.trouble or ended != pytest.ExitCode.OK:
        sys.exit(trials.trouble or f"pytest ended with {ended!r}")
    return account.close(total)


def main() -> int:
    """Read the command line; first start again in a copy of the checkout."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="mutants at a time")
    parser.add_argument("--here", action="store_true", help="not in a copy: this is one")
    parser.add_argument("files", nargs="*", default=list(JUDGEMENT), help="below plugins/module_utils")
    given = parser.parse_args()
    if given.here:
        return run(given.files, given.jobs)
    copy = copy_checkout("mutation")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(copy.parents[2]), str(copy / "tests")])
    os.environ["PYTHONHASHSEED"] = "0"  # the order of a set must not decide who survives
    os.chdir(copy)
    os.execv(sys.executable, [sys.executable, "tools/mutation.py", "--here", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
