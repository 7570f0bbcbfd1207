# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several sandboxes at once, as the hosts of one inventory, and what it costs the controller to go over them."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from integration.support.clusters import Cluster
from integration.support.playbooks import Play, command, folder, surroundings

from sandbox import Sandbox

STARTING_AT_ONCE = 2
"""Starting an API server keeps a processor busy."""


@dataclass(frozen=True)
class Wanted:
    """One cluster of a fleet: a sample with overrides, and variables of its host."""

    name: str
    sample: str = "gcp"
    overrides: Mapping[str, Any] | None = None


@contextmanager
def fleet(wanted: list[Wanted]) -> Iterator[dict[str, Cluster]]:
    """The clusters by name, each with a control plane of its own."""
    with ExitStack() as stack, ThreadPoolExecutor(STARTING_AT_ONCE) as starters:

        def start(one: Wanted) -> Cluster:
            sandbox = Sandbox.start()
            stack.callback(_stop, sandbox)
            sandbox.load(one.sample, **(one.overrides or {}))
            return Cluster(sandbox)

        yield dict(zip([each.name for each in wanted], starters.map(start, wanted), strict=True))


def _stop(sandbox: Sandbox) -> None:
    thaw(sandbox)
    sandbox.stop()


def freeze(sandbox: Sandbox) -> None:
    """From now on the API server accepts connections and answers none."""
    os.kill(sandbox.control_plane.processes["kube-apiserver"].pid, signal.SIGSTOP)


def thaw(sandbox: Sandbox) -> None:
    """The API server answers again, if it is alive."""
    process = sandbox.control_plane.processes.get("kube-apiserver")
    if process is not None and process.alive():
        os.kill(process.pid, signal.SIGCONT)


def inventory(file: Path, clusters: Mapping[str, Cluster], variables: Mapping[str, Mapping[str, Any]]) -> Path:
    """An inventory with one group C(clusters), each host knowing the way to its cluster."""
    hosts = {
        name: {"boot_images_connection": {"kubeconfig": str(made.sandbox.kubeconfig())}, **variables.get(name, {})}
        for name, made in clusters.items()
    }
    common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    file.write_text(yaml.safe_dump({"all": {"children": {"clusters": {"vars": common, "hosts": hosts}}}}))
    return file


@dataclass
class Cost:
    """What a run took. mib: the most memory that all its processes held together, shared pages counted once."""

    seconds: float = 0.0
    cpu: float = 0.0
    mib: float = 0.0


class Run:
    """A playbook under way, its memory watched."""

    def __init__(self, playbook: str, *arguments: str, **variables: Any) -> None:
        self.cost = Cost()
        self._began, self._before = time.monotonic(), os.times()
        self.process = subprocess.Popen(
            command(playbook, *arguments, **variables),
            env=surroundings(None),
            cwd=folder(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def end(self, seconds: float) -> Play:
        """Wait for its end; it is killed if it takes longer."""
        try:
            output = self.process.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            self.kill()
            said = self.process.communicate()[0]
            raise AssertionError(
                f"not at its end after {seconds:.0f} s; the last that it said:\n{said[-6000:]}"
            ) from None
        finally:
            self.kill()
        now = os.times()
        self.cost.seconds = time.monotonic() - self._began
        self.cost.cpu = now.children_user + now.children_system
        self.cost.cpu -= self._before.children_user + self._before.children_system
        self._watcher.join()
        return Play(output, self.process.returncode)

    def kill(self) -> None:
        """kill -9, with all that it has started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _watch(self) -> None:
        while self.process.poll() is None:
            self.cost.mib = max(self.cost.mib, sum(map(memory, tree(self.process.pid))))
            time.sleep(0.5)


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for each in found:
        tasks = Path(f"/proc/{each}/task")
        try:
            found += [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def memory(pid: int) -> float:
    """MiB of a process, its share of shared pages; 0 for one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
