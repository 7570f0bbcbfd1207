# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real kube-apiserver and etcd with OpenShift's CRDs and policies, a sample cluster, and a simulated operator.

with Sandbox.start() as sandbox:
    sandbox.load("gcp", release="4.18.6")
    sandbox.start_operator(speed=20)
    sandbox.client.get("machinesets", "demo-7xq4k-worker-a")
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from . import crds, processes, registry, releases, resources, sample, users
from .client import ApiError, Client
from .control_plane import ControlPlane
from .inventory import Inventory
from .paths import SandboxError
from .sample import Loaded

__all__ = ["ApiError", "Client", "Loaded", "Sandbox", "SandboxError", "releases"]

_TESTS = Path(__file__).parent.parent


class Sandbox:
    """One running sandbox. Make it with `start` or find it with `attach`."""

    def __init__(self, record: registry.Record, plane: ControlPlane) -> None:
        self._record, self._plane = record, plane
        self._installed: tuple[tuple[int, int], str] | None = None
        self.loaded: Loaded | None = None
        self.client: Client = plane.client()
        self._inventory = Inventory(self.client)

    @classmethod
    def start(cls, name: str | None = None, *, tied: bool = True, fsync: bool = False, audit: bool = False) -> Sandbox:
        """Start etcd and kube-apiserver, ready for `load`; raises SandboxError.

        name: default one of its own, so that any number stand side by side. tied: everything dies with this process,
        however that dies. fsync: etcd writes through to the disk, as crash tests need. audit: keep an audit log.
        """
        record = registry.claim(name or f"test-{uuid.uuid4().hex[:10]}")
        try:
            plane = ControlPlane(record.folder, tied=tied, fsync=fsync, audit=audit)
            plane.on_spawn = lambda: record.update(control_plane=plane.state())
            plane.start()
            sandbox = cls(record, plane)
            sandbox._prepare()
        except BaseException:
            record.remove()
            raise
        if not tied:
            record.update(owner=None)
        return sandbox

    @classmethod
    def attach(cls, name: str) -> Sandbox:
        """The running sandbox of that name, started by whichever process."""
        record = registry.read(name)
        if record is None or not record.running():
            there = ", ".join(registry.names()) or "none"
            raise SandboxError(f"no sandbox {name!r} is up; there are: {there}")
        plane = ControlPlane.attach(record.folder, record.control_plane)
        plane.on_spawn = lambda: record.update(control_plane=plane.state())
        sandbox = cls(record, plane)
        sandbox.loaded = Loaded(**record.loaded) if record.loaded.get("release") else None
        return sandbox

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def name(self) -> str:
        """Its name."""
        return self._record.name

    @property
    def folder(self) -> Path:
        """Where its data, logs and kubeconfigs are."""
        return self._record.folder

    @property
    def server(self) -> str:
        """The API server's URL."""
        return self._plane.server

    @property
    def control_plane(self) -> ControlPlane:
        """For faults: kill_apiserver(), start_apiserver()."""
        return self._plane

    def kubeconfig(self, user: str = "admin") -> Path:
        """The kubeconfig of a user: admin, reader, operator or upgrader (the roles of docs/rbac), or nobody (no rights at all)."""
        return self._plane.kubeconfig(user)

    def client_of(self, user: str) -> Client:
        """A client with another user's rights."""
        return self._plane.client(user)

    def load(self, name: str = "gcp", **overrides: Any) -> Loaded:
        """Make the cluster this sample, whatever is there; for the overrides see `sample.settle`. Stops the operator first."""
        settings = sample.settle(name, **overrides)
        self.kill_operator()
        release = (releases.minor(settings.release), settings.feature_set)
        if self._record.loaded:
            if self._upgraded():
                self._installed = None
            if self._installed != release:
                self._inventory.forget()
            self._inventory.look()
        if self._installed != release:
            self._inventory.clear()
            found = crds.load(settings.release, settings.feature_set)
            self._installed, self._record.loaded = None, {"sample": name}  # from here on there is something to look for
            sample.install_release(self.client, release[0], found)
            self._installed = release
        self.loaded = sample.load(self.client, self._inventory, settings)
        self._record.update(loaded=asdict(self.loaded))
        return self.loaded

    def start_operator(self, speed: float = 20.0, *options: str) -> int:
        """Start the simulated operator in a process of its own and return its pid.

        speed: how many times as fast as a real one it works. options: further ones of its command line, see its README.
        """
        self.kill_operator()
        arguments = ["--kubeconfig", str(self.kubeconfig("mco")), "--speed", str(speed), *options]
        command = [sys.executable, "-m", "sandbox.operator", *arguments]
        path = os.pathsep.join(filter(None, [str(_TESTS), os.environ.get("PYTHONPATH")]))
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
        operator = processes.spawn(command, self.folder / "operator.log", self._plane.tied, environment)
        self._record.update(operator=operator)
        return operator.pid

    def operator_running(self) -> bool:
        """Whether the simulated operator is alive."""
        return self._record.operator is not None and self._record.operator.alive()

    def kill_operator(self) -> None:
        """kill -9 the simulated operator, if one runs."""
        if self._record.operator is not None:
            self._record.operator.end()
            self._record.update(operator=None)

    def audit_events(self) -> Iterator[dict[str, Any]]:
        """The API server's audit log, one event a finished request; needs `start(audit=True)`."""
        return self._plane.audit_events()

    def stop(self) -> None:
        """End everything at once and delete the folder."""
        self.client.close()
        self._record.remove()

    def _upgraded(self) -> bool:
        """Whether the cluster has begun to become another minor release since it was loaded, which brings CRDs and policies along."""
        if self._installed is None:
            return False
        history = [entry for each in self.client.list("clusterversions") for entry in each["status"].get("history", [])]
        return any(releases.minor(entry["version"]) > self._installed[0] for entry in history)

    def _prepare(self) -> None:
        for namespace in resources.NAMESPACES:
            self.client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        for obj in users.objects():
            self.client.create(obj)
