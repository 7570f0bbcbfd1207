# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines on Ansible's screen while a module waits: the module writes them to a file, and this shows them as they come."""

from __future__ import annotations

import os
import tempfile
import threading
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

LOOK_SECONDS = 0.5


class ProgressAction(ActionBase):
    """Runs the module of its own name; all judgement is the module's."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        # The file must be one that both sides see; on other connections the module stays silent until it ends.
        if arguments.get("progress_file") or self._connection.transport != "local":
            result.update(self._module(arguments, task_vars))
            return result
        handle, path = tempfile.mkstemp(prefix="okd-boot-images-")
        os.close(handle)
        ended = threading.Event()
        reader = threading.Thread(target=_follow, args=(path, ended, margin(task_vars or {})), daemon=True)
        reader.start()
        try:
            result.update(self._module(dict(arguments, progress_file=path), task_vars))
        finally:
            ended.set()
            reader.join()
            os.unlink(path)
        return result

    def _module(self, arguments: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        done: dict[str, Any] = self._execute_module(
            module_name=self._task.action, module_args=arguments, task_vars=task_vars
        )
        return done


def margin(task_vars: dict[str, Any]) -> str:
    """Before each line; with more than one host in the play it tells whose the line is."""
    host = task_vars.get("inventory_hostname")
    return f"    [{host}] " if len(task_vars.get("ansible_play_hosts_all") or ()) > 1 else "    "


def _follow(path: str, ended: threading.Event, start: str) -> None:
    """Show what is appended to the file until the module has ended, and then the rest."""
    display = Display()
    with open(path, encoding="utf-8", errors="replace") as stream:
        while True:
            last = ended.is_set()
            for line in stream:
                display.display(start + line.rstrip("\n"))
            if last:
                return
            ended.wait(LOOK_SECONDS)
