# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: listed
short_description: A list, also of a text that names several things
version_added: "0.1.0"
author: okd.boot_images contributors (@okd-project)
description:
  - An answer to a survey of AWX, and C(-e name=value) on the command line, are texts, also where a variable is a list. To look for something in a text
    finds parts of words.
  - A text is taken apart at commas and line ends, or read as JSON where it begins with C([).
positional: _input
options:
  _input:
    description: A list, a text, or nothing.
    type: raw
    required: true
seealso:
  - plugin: ansible.builtin.split
    plugin_type: filter
"""

EXAMPLES = r"""
# The answer "operator_unhealthy, pool_paused" gives ['operator_unhealthy', 'pool_paused']. A list stays as it is, and an empty text gives [].
- name: Write only these machine sets
  okd.boot_images.machineset_boot_image:
    names: "{{ answer | okd.boot_images.listed }}"
"""

RETURN = r"""
_value:
  description: The list. What is empty is left out of a text.
  type: list
  elements: raw
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any


def listed(value: Any) -> list[Any]:
    """I(value) as a list, see the documentation above."""
    if value is None:
        return []
    if isinstance(value, str):
        return _of_json(value) if value.lstrip().startswith("[") else _of_text(value)
    if isinstance(value, Mapping):
        raise ValueError("A list is wanted here, or a text with commas, and not a dictionary.")
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]


def _of_text(text: str) -> list[Any]:
    return [part.strip() for part in re.split(r"[,\r\n]", text) if part.strip()]


def _of_json(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ValueError(f"This begins as a JSON list and is none: {error}") from error
    return list(found)


class FilterModule:
    """Ansible asks for this class by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"listed": listed}
