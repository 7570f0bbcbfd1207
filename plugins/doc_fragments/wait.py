# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Waiting for the operators."""

    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the operators have done their part. Nothing is waited for in check mode.
      - The wait watches the cluster and does not poll it.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to wait at most. When they are over, the module fails and says what it was waiting for; nothing is undone.
    type: int
    default: 1800
  progress_file:
    description:
      - A file, where the module runs, to which one line is appended for each change that is noticed while waiting.
      - On local connections the module's action plugin sets it and shows the lines while the task runs.
    type: path
"""
