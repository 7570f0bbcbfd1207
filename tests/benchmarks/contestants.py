# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that are compared."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox import Sandbox, resources

from .measure import Cost, run
from .peers import Peers

MODULES = "ansible_collections.okd.boot_images.plugins.modules"
Task = dict[str, Any]


class Contestants:
    """Runs them on one sandbox; a folder takes the files that they need."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox, self.folder = sandbox, folder

    def module(self, name: str, fails: bool = False, **arguments: Any) -> Cost:
        """A module as a process of its own, without Ansible around it."""
        return run(self.sandbox, self.module_command(name, **arguments), fails=fails)

    def module_command(self, name: str, **arguments: Any) -> list[str]:
        """The same, not started."""
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}), encoding="utf-8")
        return [sys.executable, "-m", f"{MODULES}.{name}", str(path)]

    def play(self, *tasks: Task, collections: Path | None = None) -> Cost:
        """ansible-playbook with these tasks on localhost."""
        play = {
            "name": "Benchmark", "hosts": "localhost", "connection": "local", "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable}, "tasks": list(tasks),
        }  # fmt: skip
        path = self.folder / "play.yml"
        path.write_text(json.dumps([play]), encoding="utf-8")  # JSON is YAML
        places = [os.environ.get("ANSIBLE_COLLECTIONS_PATH", ""), str(collections or "")]
        env = {"ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(filter(None, places))}
        return run(self.sandbox, ["ansible-playbook", str(path)], env)

    def start_up(self) -> Cost:
        """What any task of one module costs before it does anything."""
        return self.play({"name": "Nothing", "ansible.builtin.ping": {}})

    def kubectl(self, peers: Peers) -> Cost:
        """What somebody would look at the same objects with."""
        return run(self.sandbox, [str(peers.kubectl), "get", "machinesets,machines", "-A", "-o", "json"])

    def k8s_info(self, peers: Peers) -> Cost:
        """What a playbook without this collection would begin with."""
        kinds = ("MachineSet", "Machine")
        return self.play(*(_k8s_info(kind) for kind in kinds), collections=peers.collections)

    def k8s_loop(self, peers: Peers, sets: Sequence[Mapping[str, Any]]) -> Cost:
        """What a playbook without this collection would write with: a task of kubernetes.core a set. sets: name, disks."""
        value = {"disks": "{{ item.disks }}"}
        patch = {"spec": {"template": {"spec": {"providerSpec": {"value": value}}}}}
        arguments = {
            "state": "patched", "api_version": "machine.openshift.io/v1beta1", "kind": "MachineSet",
            "namespace": resources.MACHINE_API, "name": "{{ item.name }}", "definition": patch,
        }  # fmt: skip
        control = {"label": "{{ item.name }}"}
        loop = {"name": "Patch", "kubernetes.core.k8s": arguments, "loop": list(sets), "loop_control": control}
        return self.play(loop, collections=peers.collections)

    def bare(self, patches: Sequence[Mapping[str, Any]], connections: int) -> Cost:
        """Nothing but the patches (path, operations), over so many connections."""
        path = self.folder / "patches.json"
        path.write_text(json.dumps(patches), encoding="utf-8")
        return run(self.sandbox, [sys.executable, "-m", "benchmarks.bare", str(path), str(connections)])


def _k8s_info(kind: str) -> Task:
    arguments = {"api_version": "machine.openshift.io/v1beta1", "kind": kind, "namespace": resources.MACHINE_API}
    return {"name": kind, "kubernetes.core.k8s_info": arguments, "register": kind.lower()}
