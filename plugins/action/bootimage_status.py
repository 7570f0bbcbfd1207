# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.display import Display

from ansible_collections.okd.boot_images.plugins.plugin_utils.progress import ProgressAction, margin


class ActionModule(ProgressAction):
    """Shows the progress lines of its module, and its table where O(display) asks for it."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        if boolean(self._task.args.get("display", False)) and not result.get("failed"):
            for line in result.get("table") or []:
                Display().display(margin(task_vars or {}) + line)
        return result
