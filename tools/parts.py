# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of `make test`: what each runs, what must have passed before it, and how its log shows that it tested something."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from environment import CHECKOUT

PYTEST_SUMMARY = re.compile(r"^=+ (?P<text>.*\b(?P<passed>\d+) passed\b.*) =+$", re.MULTILINE)
MODULE_UTILS = "ansible_collections.okd.boot_images.plugins"


class NothingTestedError(Exception):
    """A part ended well without having tested anything."""


class NotDoneError(Exception):
    """A part ended without doing its work, for want of something outside. That is no failure of the project, and it is not well either."""


def pytest_evidence(log: str) -> str:
    """pytest's closing line; skipped tests alone do not count."""
    found = PYTEST_SUMMARY.search(log)
    if not found or int(found["passed"]) == 0:
        raise NothingTestedError("no test passed")
    return found["text"]


def counted(pattern: str, what: str) -> Callable[[str], str]:
    """Evidence that is a number of lines in the log."""
    line = re.compile(pattern, re.MULTILINE)

    def evidence(log: str) -> str:
        number = len(line.findall(log))
        if not number:
            raise NothingTestedError(f"0 {what}")
        return f"{number} {what}"

    return evidence


def last_line(pattern: str) -> Callable[[str], str]:
    """Evidence that is one line which the part prints when it has done its work."""
    line = re.compile(pattern, re.MULTILINE)

    def evidence(log: str) -> str:
        found = line.findall(log)
        if not found:
            raise NothingTestedError("its closing line is missing")
        return str(found[-1])

    return evidence


def audited(log: str) -> str:
    """The audit's closing line, where there was one."""
    undone = re.search(r"^not audited: .*$", log, re.MULTILINE)
    if undone:
        raise NotDoneError(undone[0])
    return last_line(r"^\d+ packages without .*$")(log)


@dataclass(frozen=True)
class Part:
    """One row of the table. All its commands run, also after one has failed; the part passes when all did."""

    name: str
    commands: list[list[str]]
    evidence: Callable[[str], str]
    needs: list[str] = field(default_factory=list)
    seconds: int = 1200
    """How long it may take before it is ended."""

    @property
    def on_clusters(self) -> bool:
        """Whether it works on control planes: it waits a good part of its time, and what it waits for has a deadline."""
        return "controlplane" in self.needs

    @property
    def nice(self) -> bool:
        """Whether it takes what time others leave: nothing waits for it, and nothing in it is over after so many seconds."""
        return not self.on_clusters and self.name != "controlplane"


def python(*arguments: str) -> list[str]:
    """A command for the environment's interpreter, the first on PATH."""
    return ["python", *arguments]


# Named, because .ansible-lint, which Galaxy reads too, leaves them out.
WRAPPERS = sorted(str(path.relative_to(CHECKOUT)) for path in CHECKOUT.glob("extensions/patterns/*/playbooks/*.yml"))
# antsibull-docs copies the collection once more, and is not to find it anywhere else: then its links lead over paths of this machine, which
# are no valid reStructuredText where the copy's random name ends in "_".
ALONE = ["env", "-u", "ANSIBLE_COLLECTIONS_PATH", "-u", "PYTHONPATH"]
LINT = [
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy", "-p", MODULE_UTILS],
    ["mypy", "-p", "sandbox", "-p", "benchmarks", "-p", "faults", "-p", "guided"],
    ["mypy", "tools"],
    ["yamllint", "--strict", "."],
    python("tools/in_copy.py", "ansible-lint", "ansible-lint", "--nocolor"),
    python("tools/in_copy.py", "ansible-lint", "ansible-lint", "--nocolor", *WRAPPERS),
    ["antsibull-changelog", "lint"],
    python("tools/in_copy.py", "docs", *ALONE, "antsibull-docs", "lint-collection-docs", "--plugin-docs", "."),
]

# Four parts, each with a control plane of its own, of about the same length, so that they run beside one another.
INTEGRATION = {str(path.relative_to(CHECKOUT)): path for path in sorted(CHECKOUT.glob("tests/integration/test_*.py"))}
SANDBOX_TESTS = [name for name, path in INTEGRATION.items() if path.name.startswith(("test_sandbox", "test_operator"))]
PLAYBOOK_TESTS = [
    name
    for name, path in INTEGRATION.items()
    if name not in SANDBOX_TESTS and "support.playbooks import" in path.read_text(encoding="utf-8")
]
UPGRADE_TESTS = [name for name in PLAYBOOK_TESTS if re.search(r"upgrade|wait|waves", name)]
MODULE_TESTS = [name for name in INTEGRATION if name not in (*SANDBOX_TESTS, *PLAYBOOK_TESTS)]
SLOWEST = ("-m", "pytest", "--durations=40")

# In the order in which they start when they may: the control plane first, since building it takes minutes the first time; then
# those on clusters, the longest first; then those that take the time which these leave.
PARTS = [
    Part(
        "controlplane",
        [python("-m", "sandbox", "build")],
        lambda log: "kube-apiserver and etcd are built",
        seconds=2400,
    ),
    Part(
        "integration",
        [python(*SLOWEST, *MODULE_TESTS, "tests/faults")],
        pytest_evidence,
        ["controlplane"],
        seconds=3000,
    ),
    Part("upgrades", [python(*SLOWEST, *UPGRADE_TESTS)], pytest_evidence, ["controlplane"], seconds=3000),
    Part(
        "playbooks",
        [python(*SLOWEST, *(name for name in PLAYBOOK_TESTS if name not in UPGRADE_TESTS))],
        pytest_evidence,
        ["controlplane"],
        seconds=3000,
    ),
    Part("molecule", [python("tools/run_molecule.py")], last_line(r"^(\d+ scenarios) conv.*$"), ["controlplane"]),
    Part("operators", [python(*SLOWEST, *SANDBOX_TESTS)], pytest_evidence, ["controlplane"], seconds=3000),
    Part("unit", [python("-m", "pytest", "tests/unit")], pytest_evidence),
    Part("oldest", [python("tools/run_oldest.py")], pytest_evidence),
    Part("lint", LINT, lambda log: f"{len(LINT)} linters"),
    Part("sanity", [python("tools/run_sanity.py", "--shipped")], counted(r"^Running sanity test ", "sanity tests")),
    Part("build", [python("tools/build.py")], last_line(r"^.*tar\.gz: (\d+ files.*)$")),
    Part(
        "release",
        [python("-m", "pytest", "tests/release"), python("tools/galaxy_import.py")],
        last_line(r"^.*tar\.gz: (\d+ pieces of content imported .*)$"),
        ["build"],
    ),
    Part("docs", [python("tools/docs_site.py")], last_line(r"^.*: (\d+ pages, \d+ links).*$")),
    Part("audit", [python("tools/audit.py")], audited),
]
