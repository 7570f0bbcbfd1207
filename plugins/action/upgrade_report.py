# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.okd.boot_images.plugins.module_utils.report.document import document
from ansible_collections.okd.boot_images.plugins.module_utils.report.facts import FACTS, Facts, Times
from ansible_collections.okd.boot_images.plugins.module_utils.report.fleet import fleet
from ansible_collections.okd.boot_images.plugins.module_utils.report.markdown import markdown
from ansible_collections.okd.boot_images.plugins.module_utils.report.page import cluster
from ansible_collections.okd.boot_images.plugins.plugin_utils.report_files import put, rebuild, stem

ARGUMENTS = {
    "dir": {"type": "path", "required": True},
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["begun", "ended"], "default": "ended"},
    "started": {"type": "str"},
    "version": {"type": "str"},
    "clusters": {"type": "list", "elements": "str", "default": []},
    **{fact: {"type": "dict"} for fact in FACTS},
}
TIME = "%Y-%m-%dT%H:%M:%SZ"


class ActionModule(ActionBase):
    """Writes on the controller, where the results are: nothing of them goes through a module's arguments, temporary files or the syslog."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validated, given = self.validate_argument_spec(argument_spec=ARGUMENTS)
        now = datetime.now(timezone.utc).replace(microsecond=0)
        begun = given["state"] == "begun"
        times = Times(_time(given["started"]) or (now if begun else None), None if begun else now)
        facts = Facts(version=given["version"] or "", **{fact: given[fact] or {} for fact in FACTS})
        report = document(given["name"], facts, times)
        folder, base = os.path.abspath(given["dir"]), stem(given["name"])
        texts = {
            "json": json.dumps(report, indent=2) + "\n",
            "markdown": markdown(report),
            "html": cluster(report, base),
        }
        ends = {"json": ".json", "markdown": ".md", "html": ".html"}
        paths = {kind: os.path.join(folder, base + end) for kind, end in ends.items()}
        if not self._task.check_mode:
            try:
                # The JSON first: it is what the page over all clusters is made of.
                for kind, text in texts.items():
                    put(folder, base + ends[kind], text)
                paths["fleet"] = rebuild(folder, lambda found: fleet(found, given["clusters"], now.strftime(TIME)))
            except OSError as error:
                raise AnsibleActionFail(
                    f"The report could not be written to {folder}: {error.strerror or error}. The cluster has nothing to do with that."
                ) from error
        return {
            **result,
            "changed": not self._task.check_mode,
            "paths": paths,
            "started": report["run"]["started"],
            "state": report["state"],
        }


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text, TIME).replace(tzinfo=timezone.utc) if text else None
    except ValueError as error:
        raise AnsibleActionFail(f"started is {text}; it must be a time as 2026-11-22T20:16:00Z.") from error
