# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.okd.boot_images.plugins.plugin_utils.progress import ProgressAction


class ActionModule(ProgressAction):
    """Shows the progress lines of its module."""
