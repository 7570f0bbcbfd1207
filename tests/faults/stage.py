# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a cell plays: a loaded sandbox, the way to it with its CA, a proxy before the way, and the credentials of a module."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from integration.support.clusters import Cluster

from faults.pki import Authority
from faults.proxy import Proxy
from faults.way import Way
from sandbox import Sandbox

PLUGIN = """#!{python}
import json, pathlib
token = pathlib.Path(__file__).with_suffix(".token").read_text()
print(json.dumps({{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {{"token": token}}}}))
"""
MEANWHILE_SECONDS = 120


class Stage:
    """One for all cells; each loads its own cluster."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox, self._folder = sandbox, folder
        self.authority, self.stranger = Authority(folder, "authority"), Authority(folder, "stranger")
        self._sound = self.authority.server()
        self.way = Way(sandbox.server, str(sandbox.folder / "ca.crt"), sandbox.client.token, self._sound)
        self.proxy = Proxy()
        self._threads: list[threading.Thread] = []
        self._plugin = folder / "plugin.py"
        self._plugin.write_text(PLUGIN.format(python=sys.executable), encoding="utf-8")
        self._plugin.chmod(0o700)
        self._cluster: Cluster | None = None

    @property
    def made(self) -> Cluster:
        """The cluster that was loaded last."""
        assert self._cluster is not None
        return self._cluster

    def load(self, sample: str, **overrides: Any) -> Cluster:
        self.sandbox.load(sample, **overrides)
        self._cluster = Cluster(self.sandbox)
        return self._cluster

    def meanwhile(self, work: Callable[[], Any]) -> None:
        """Do it beside the module; the cell waits for it."""
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def heal(self) -> None:
        """Everything is as it should be from now on."""
        for thread in self._threads:
            thread.join(MEANWHILE_SECONDS)
            assert not thread.is_alive(), "what went wrong did not end"
        self._threads.clear()
        self.proxy.demanding = False
        self.proxy.cut()
        self.way.heal(self._sound)
        self.give_plugin("first")

    def give_plugin(self, token: str) -> None:
        self._plugin.with_suffix(".token").write_text(token, encoding="utf-8")

    def access(self, credentials: str) -> dict[str, Any]:
        """How a module is told to come this way."""
        user: dict[str, Any] = {"token": "first"}
        if credentials == "plugin":
            api = "client.authentication.k8s.io/v1"
            user = {"exec": {"apiVersion": api, "command": str(self._plugin), "interactiveMode": "Never"}}
        cluster = {"server": self.way.url, "certificate-authority": str(self.authority.path)}
        path = self._folder / f"{credentials}.kubeconfig"
        path.write_text(
            yaml.safe_dump(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "clusters": [{"name": "c", "cluster": cluster}],
                    "users": [{"name": "u", "user": user}],
                    "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
                    "current-context": "x",
                }
            ),
            encoding="utf-8",
        )
        return {"kubeconfig": str(path), **({"proxy": self.proxy.url} if credentials == "proxy" else {})}

    def close(self) -> None:
        self.proxy.close()
        self.way.close()


@contextmanager
def stage(sandbox: Sandbox, folder: Path) -> Iterator[Stage]:
    found = Stage(sandbox, folder)
    found.give_plugin("first")
    try:
        yield found
    finally:
        found.close()
