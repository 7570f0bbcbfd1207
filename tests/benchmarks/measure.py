# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command costs: time, processor, memory, requests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox import Sandbox

_RUSAGE = Path(__file__).with_name("rusage.py")
_TICKS = os.sysconf("SC_CLK_TCK")
_OWN_AGENT = "python-urllib3"
"""The sandbox's own client; it may prepare and look while something is measured."""


@dataclass(frozen=True)
class Cost:
    """What one run took. seconds: on the wall. cpu: of it and all it started. mib: peak of its largest process."""

    seconds: float
    cpu: float
    mib: float
    server_cpu: float
    requests: Counter[str] = field(default_factory=Counter)
    """By verb, as the API server's audit log has them; bare requests of this package are not in it."""
    output: str = ""

    @property
    def work(self) -> float:
        """Processor time of both sides: what it comes to on a machine that is busy with other things, too."""
        return self.cpu + self.server_cpu

    @property
    def reads(self) -> int:
        """Requests that cannot change anything."""
        return sum(number for verb, number in self.requests.items() if verb in ("get", "list", "watch"))

    @property
    def writes(self) -> int:
        """Requests that can; asking who one is (SelfSubjectReview) is none."""
        return sum(self.requests.values()) - self.reads - self.requests["review"]


class Failed(Exception):
    """A measured command did not end well."""


def run(sandbox: Sandbox, command: Sequence[str], env: Mapping[str, str] | None = None, fails: bool = False) -> Cost:
    """Run a command to its end. fails: it is meant to end with an error (a wait that times out)."""
    marks = Marks(sandbox)
    with tempfile.TemporaryDirectory() as folder:
        report, out = Path(folder, "cost"), Path(folder, "out")
        with out.open("wb") as stream:
            done = subprocess.run(
                wrapped(command, report), env=environment(sandbox, env), stdin=subprocess.DEVNULL, stdout=stream,
                stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
        output = out.read_text(encoding="utf-8", errors="replace")
        if bool(done.returncode) != fails:
            raise Failed(f"`{' '.join(command)}` ended with {done.returncode}:\n{output[-3000:]}")
        return marks.cost(report, output)


def wrapped(command: Sequence[str], report: Path) -> list[str]:
    """The command so that it leaves its cost in a file."""
    return [sys.executable, "-I", "-S", str(_RUSAGE), str(report), *command]


def environment(sandbox: Sandbox, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """For every contestant the same: its cluster, and an Ansible that says as little as can be."""
    cluster = {name: str(sandbox.kubeconfig()) for name in ("KUBECONFIG", "K8S_AUTH_KUBECONFIG")}
    quiet = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "false", "PYTHONHASHSEED": "0"}
    return {**os.environ, **cluster, **quiet, **(more or {})}


class Marks:
    """Where the API server's processor time and audit log stood when something began."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._log = sandbox.folder / "audit.log"
        self._pid = sandbox.control_plane.processes["kube-apiserver"].pid
        self._offset, self._cpu = self._log.stat().st_size, cpu_seconds(self._pid)

    def cost(self, report: Path, output: str = "") -> Cost:
        """What has happened since, with what rusage.py wrote."""
        used: dict[str, float] = json.loads(report.read_text(encoding="utf-8"))
        server_cpu = cpu_seconds(self._pid) - self._cpu
        return Cost(used["seconds"], used["cpu"], used["mib"], server_cpu, self.requests(), output)

    def requests(self) -> Counter[str]:
        """The requests since, by verb, each counted once.

        A watch is logged when it starts and when it ends; the end of one of the run before, logged late, must not look like a new one.
        """
        with self._log.open("rb") as stream:
            stream.seek(self._offset)
            lines = stream.read().splitlines(keepends=True)
        events = [json.loads(line) for line in lines if line.endswith(b"\n")]
        begun = (each for each in events if each["verb"] != "watch" or each["stage"] == "ResponseStarted")
        theirs = {each["auditID"]: _verb(each) for each in begun if _OWN_AGENT not in each.get("userAgent", "")}
        return Counter(theirs.values())


def _verb(event: Mapping[str, Any]) -> str:
    review = event.get("objectRef", {}).get("resource") == "selfsubjectreviews"
    return "review" if review else str(event["verb"])


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
