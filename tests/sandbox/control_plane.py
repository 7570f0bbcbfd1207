# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One etcd and one kube-apiserver on free ports of 127.0.0.1, everything they need in one folder."""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import urllib3
import yaml

from . import binaries, credentials
from .client import ApiError, Client
from .paths import SandboxError
from .processes import Process, spawn

READY_SECONDS = 60.0
_PORTS = range(20_000, 30_000)
_ATTEMPTS = 3  # a port found free may be taken before it is bound
_AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "None", "users": ["system:apiserver"]}, {"level": "Metadata"}],
}


class ControlPlane:
    """etcd and kube-apiserver in a folder.

    tied: they die with this process. fsync: etcd writes through, as crash tests need. audit: log every request.
    """

    def __init__(self, folder: Path, *, tied: bool = True, fsync: bool = False, audit: bool = False) -> None:
        self.folder, self.tied, self.fsync, self.audit = folder, tied, fsync, audit
        self.on_spawn: Callable[[], None] = lambda: None  # so that a process is on record as soon as it runs
        self.processes: dict[str, Process] = {}
        self.port = 0
        self._etcd_ports: tuple[int, int] = (0, 0)
        self._programs = binaries.find_or_build()

    @property
    def server(self) -> str:
        """The URL of the API server."""
        return f"https://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start both and wait until the API server is ready; raises SandboxError with the end of the logs."""
        credentials.prepare(self.folder)
        if self.audit:
            (self.folder / "audit-policy.yaml").write_text(yaml.safe_dump(_AUDIT_POLICY), encoding="utf-8")
        for attempt in range(1, _ATTEMPTS + 1):
            self.port, *etcd_ports = _free_ports(3)
            self._etcd_ports = (etcd_ports[0], etcd_ports[1])
            self._start_etcd()
            try:
                self.start_apiserver()
                return
            except SandboxError:
                self.stop()
                if attempt == _ATTEMPTS or "address already in use" not in self._logs_tail():
                    raise

    def start_apiserver(self) -> None:
        """Start the API server, on the same port as before, and wait until it is ready."""
        cert = self.folder / "pki"
        command = [
            str(self._programs.kube_apiserver),
            f"--etcd-servers=http://127.0.0.1:{self._etcd_ports[0]}",
            f"--secure-port={self.port}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",
            f"--cert-dir={cert}",
            f"--service-account-key-file={cert}/service-account.key",
            f"--service-account-signing-key-file={cert}/service-account.key",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--token-auth-file={self.folder}/tokens.csv",
            "--authorization-mode=RBAC",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--disable-admission-plugins=ServiceAccount",
            "--delete-collection-workers=8",
            "--profiling=false",
        ]
        if self.audit:
            command += [
                f"--audit-log-path={self.folder}/audit.log",
                f"--audit-policy-file={self.folder}/audit-policy.yaml",
            ]
        self._spawn("kube-apiserver", command)
        self._wait_until_ready()

    def kill_apiserver(self) -> None:
        """kill -9 the API server; etcd stays. `start_apiserver` brings it back."""
        self.processes["kube-apiserver"].end()

    def stop(self) -> None:
        """End both at once: draining takes the API server long, and there is nothing to drain."""
        for name in ("kube-apiserver", "etcd"):
            if name in self.processes:
                self.processes.pop(name).end()

    def kubeconfig(self, user: str = "admin") -> Path:
        """The kubeconfig of a user."""
        return credentials.kubeconfig(self.folder, user)

    def client(self, user: str = "admin") -> Client:
        """A client for a user."""
        return Client(self.server, self.folder / "ca.crt", credentials.tokens(self.folder)[user])

    def audit_events(self) -> Iterator[dict[str, Any]]:
        """The audit log so far, one event a finished request."""
        log = self.folder / "audit.log"
        if not self.audit:
            raise SandboxError("no audit log: start the sandbox with audit=True")
        for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else ():
            yield json.loads(line)

    def state(self) -> dict[str, Any]:
        """What another process needs to `attach`."""
        return {
            "port": self.port, "etcd_ports": self._etcd_ports, "fsync": self.fsync, "audit": self.audit,
            "processes": {name: [process.pid, process.started] for name, process in self.processes.items()},
        }  # fmt: skip

    @classmethod
    def attach(cls, folder: Path, state: dict[str, Any]) -> ControlPlane:
        """The control plane that another process started."""
        plane = cls(folder, tied=False, fsync=state["fsync"], audit=state["audit"])
        plane.port, plane._etcd_ports = state["port"], tuple(state["etcd_ports"])
        plane.processes = {name: Process(*entry) for name, entry in state["processes"].items()}
        return plane

    def _start_etcd(self) -> None:
        client, peer = (f"http://127.0.0.1:{port}" for port in self._etcd_ports)
        command = [
            str(self._programs.etcd), "--name=sandbox", f"--data-dir={self.folder}/etcd", "--log-level=warn",
            f"--listen-client-urls={client}", f"--advertise-client-urls={client}", f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=sandbox={peer}",
            *([] if self.fsync else ["--unsafe-no-fsync"]),
        ]  # fmt: skip
        self._spawn("etcd", command)

    def _spawn(self, name: str, command: Sequence[str]) -> None:
        # Collecting garbage takes a sixth of an API server's time in tests. Done a quarter as often, for more memory; etcd hardly notices.
        environment = {"GOGC": "400", **os.environ}
        self.processes[name] = spawn(command, self.folder / f"{name}.log", self.tied, environment)
        self.on_spawn()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._ready():
            dead = [name for name, process in self.processes.items() if not process.alive()]
            if dead or time.monotonic() > deadline:
                fault = f"{' and '.join(dead)} ended" if dead else f"not ready within {READY_SECONDS:.0f} s"
                raise SandboxError(f"{fault}, see the logs in {self.folder}:\n{self._logs_tail()}")
            time.sleep(0.05)

    def _ready(self) -> bool:
        if not credentials.write_kubeconfigs(self.folder, self.server):
            return False
        with contextlib.closing(self.client()) as client:
            try:
                return client.request("GET", "/readyz") == "ok"
            except (ApiError, urllib3.exceptions.HTTPError):
                return False

    def _logs_tail(self) -> str:
        logs = (self.folder / f"{name}.log" for name in ("etcd", "kube-apiserver"))
        return "\n".join("\n".join(log.read_text(errors="replace").splitlines()[-5:]) for log in logs if log.exists())


def _free_ports(count: int) -> list[int]:
    """Ports nobody listens on, all different: they are held open together while they are picked.

    Not from those which the kernel gives to clients: while a server is down, one of them might get its port.
    """
    found: list[int] = []
    with contextlib.ExitStack() as held:
        while len(found) < count:
            each = held.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                each.bind(("127.0.0.1", random.SystemRandom().choice(_PORTS)))
                found.append(each.getsockname()[1])
    return found
