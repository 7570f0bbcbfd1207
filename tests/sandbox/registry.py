# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandboxes of this cache: a folder each, and in it who runs. Whatever a killed process left is recognised here."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .paths import SandboxError, locked, sandboxes_root
from .processes import Process, myself

_NAME = re.compile(r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")
_STATE = "sandbox.json"


@dataclass
class Record:
    """What is written down about a sandbox.

    owner: the process that it dies with, or that is still starting it; None once it was set free.
    """

    name: str
    owner: Process | None = None
    control_plane: dict[str, Any] = field(default_factory=dict)
    operator: Process | None = None
    loaded: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where everything of it is."""
        return sandboxes_root() / self.name

    def processes(self) -> dict[str, Process]:
        """All its processes by name, alive or not."""
        found = {name: Process(*entry) for name, entry in self.control_plane.get("processes", {}).items()}
        return found | ({"operator": self.operator} if self.operator else {})

    def running(self) -> bool:
        """Whether its API server is alive."""
        server = self.processes().get("kube-apiserver")
        return server is not None and server.alive()

    def write(self) -> None:
        """Save it, whole or not at all."""
        scratch = self.folder / f"{_STATE}.new"
        scratch.write_text(json.dumps(self, default=lambda value: value.__dict__, indent=1), encoding="utf-8")
        scratch.replace(self.folder / _STATE)

    def update(self, **changes: Any) -> None:
        """Change fields and save."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.write()

    def remove(self) -> None:
        """End its processes, newest first, and delete its folder."""
        for process in reversed(self.processes().values()):
            process.end()
        shutil.rmtree(self.folder, ignore_errors=True)


def read(name: str) -> Record | None:
    """The record of a sandbox, or None if there is none of that name."""
    try:
        raw = json.loads((sandboxes_root() / name / _STATE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    for key in ("owner", "operator"):
        raw[key] = Process(**raw[key]) if raw[key] else None
    return Record(**raw)


def names() -> list[str]:
    """The names of all sandboxes."""
    return sorted(file.parent.name for file in sandboxes_root().glob(f"*/{_STATE}"))


def claim(name: str) -> Record:
    """A new sandbox of that name; raises SandboxError if one is up. A dead one of the same name is swept away."""
    if not _NAME.match(name):
        raise SandboxError(f"{name!r} is no name for a sandbox: up to 40 of a-z, 0-9 and -, as in my-demo")
    with locked("registry", "it starts or stops a sandbox"):
        _sweep()
        found = read(name)
        if found and (found.running() or (found.owner and found.owner.alive())):
            raise SandboxError(f"sandbox {name!r} is up already ({found.folder}): choose another name or take it down")
        if found:
            found.remove()
        record = Record(name, owner=myself())
        record.folder.mkdir(exist_ok=True)
        record.write()
        return record


def take_down(name: str) -> None:
    """End a sandbox and delete its data, whoever started it; raises SandboxError if there is none of that name."""
    with locked("registry", "it starts or stops a sandbox"):
        record = read(name)
        if record is None:
            raise SandboxError(f"no sandbox {name!r}; there are: {', '.join(names()) or 'none'}")
        record.remove()


def _sweep() -> None:
    """Remove the sandboxes whose owner died without taking them down."""
    for name in names():
        record = read(name)
        if record and record.owner and not record.owner.alive():
            record.remove()
