# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running ansible-playbook as a user does, and reading what it printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integration.support.modules import environment

SECONDS = 180
SHOWN = {"ANSIBLE_SHOW_CUSTOM_STATS": "1"}
"""In the environment of a run that is to show the artefact it leaves."""

_RECAP = re.compile(r"^(?P<host>\S+)\s+: (?P<counts>ok=\d.*)$", re.MULTILINE)
CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Play:
    """An ended ansible-playbook."""

    output: str
    code: int

    def recap(self, host: str = "localhost") -> dict[str, int]:
        """The counts of PLAY RECAP for one host."""
        for found in _RECAP.finditer(self.output):
            if found["host"] == host:
                return {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", found["counts"])}
        raise AssertionError(f"no recap of {host} in:\n{self.output}")

    def outcome(self) -> dict[str, Any]:
        """The artefact of a run with SHOWN in its environment, from below the recap."""
        found: dict[str, Any] = json.loads(self.output.partition("RUN: ")[2])["boot_images_outcome"]
        return found

    @property
    def text(self) -> str:
        """The output with line breaks made blanks: Ansible wraps messages at the terminal's width."""
        return re.sub(r"\s+", " ", self.output)


def command(playbook: str | Path, *arguments: str, **variables: Any) -> list[str]:
    """The command line; variables go as JSON, so that lists and booleans stay what they are."""
    extra = ["-e", json.dumps(variables)] if variables else []
    return ["ansible-playbook", str(playbook), *arguments, *extra]


def surroundings(kubeconfig: Path | None, env: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a user who has set K8S_AUTH_KUBECONFIG; uncoloured and unbuffered."""
    named = {"K8S_AUTH_KUBECONFIG": str(kubeconfig)} if kubeconfig else {}
    plain = {"ANSIBLE_NOCOLOR": "1", "PYTHONUNBUFFERED": "1", "ANSIBLE_LOCALHOST_WARNING": "false"}
    return environment(**plain, **named, **(env or {}))


def folder() -> Path:
    """Where playbooks are run: not in the checkout, whose files they might find by a relative path."""
    made = Path(os.environ["OKD_BOOT_IMAGES_BUILD"])
    made.mkdir(parents=True, exist_ok=True)
    return made


def play(
    playbook: str | Path,
    *arguments: str,
    kubeconfig: Path | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    seconds: float = SECONDS,
    before: Callable[[], None] | None = None,
    **variables: Any,
) -> Play:
    """Run a playbook to its end.

    :param before: called in its process before anything of Ansible is.
    """
    done = subprocess.run(
        command(playbook, *arguments, **variables),
        env=surroundings(kubeconfig, env),
        cwd=cwd or folder(),
        preexec_fn=before,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Play(done.stdout, done.returncode)
