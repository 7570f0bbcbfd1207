# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a module the cheap way: as Ansible would start it on the target, without Ansible around it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGE = "ansible_collections.okd.boot_images.plugins.modules"
SECONDS = 120


@dataclass(frozen=True)
class Answer:
    """What a module printed, and its exit code."""

    result: dict[str, Any]
    code: int

    @property
    def failed(self) -> bool:
        """Whether Ansible would call the task failed."""
        return bool(self.result.get("failed")) or self.code != 0

    @property
    def message(self) -> str:
        """Why it failed."""
        return str(self.result.get("msg", ""))

    @property
    def warnings(self) -> str:
        """All warnings in one text."""
        return " ".join(str(each) for each in self.result.get("warnings", []))

    def sets(self) -> dict[str, dict[str, Any]]:
        """The answer's machine sets by name."""
        return {each["name"]: each for each in self.result["machine_sets"]}


def environment(**given: str) -> dict[str, str]:
    """This process's environment without anything that names a cluster, and what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("K8S_AUTH_")}
    kept.pop("KUBECONFIG", None)
    return {**kept, **given}


def start(name: str, arguments: Mapping[str, Any], env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a module in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"{PACKAGE}.{name}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(env or environment()),
        cwd=Path(__file__).parent,
    )
    assert process.stdin
    process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": dict(arguments)}))
    process.stdin.close()
    process.stdin = None
    return process


def finish(process: subprocess.Popen[str]) -> Answer:
    """Wait for a module and read its answer; anything but one JSON object on stdout is an error of the test."""
    out, err = process.communicate(timeout=SECONDS)
    try:
        found = json.loads(out)
    except ValueError as error:
        raise AssertionError(f"no module result: {out!r}\n{err}") from error
    return Answer(found, process.returncode)


def run(name: str, arguments: Mapping[str, Any], env: Mapping[str, str] | None = None) -> Answer:
    """Run a module to its end."""
    return finish(start(name, arguments, env))
