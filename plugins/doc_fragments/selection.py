# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Which machine sets are meant."""

    DOCUMENTATION = r"""
options:
  names:
    description:
      - Names of the machine sets that are meant. A name that does not exist is an error.
      - Without O(names) and O(label_selectors) all are meant.
    type: list
    elements: str
    default: []
  label_selectors:
    description:
      - Label selectors as the API server takes them, such as V(zone=a) or V(zone in (a,b)); all must match.
    type: list
    elements: str
    default: []
"""
