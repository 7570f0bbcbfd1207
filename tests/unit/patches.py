# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches applied to documents: the operations that the collection sends, and no others."""

from __future__ import annotations

import copy
from typing import Any


class TestFailedError(Exception):
    """A C(test) operation did not find its value: the API server answers 422."""

    __test__ = False


def json_patch(operations: Any, to: Any) -> Any:
    """RFC 6902: test, replace, add to and remove from a mapping."""
    document = copy.deepcopy(to)
    for operation in operations:
        *way, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
        parent = document
        for part in way:
            parent = parent[int(part)] if isinstance(parent, list) else parent[part]
        key: Any = int(last) if isinstance(parent, list) else last
        if operation["op"] == "test":
            if parent[key] != operation["value"]:
                raise TestFailedError(f"testing value {operation['path']} failed")
        elif operation["op"] == "replace":
            assert isinstance(parent, list) or key in parent
            parent[key] = copy.deepcopy(operation["value"])
        elif operation["op"] == "remove":
            del parent[key]
        else:
            assert operation["op"] == "add" and isinstance(parent, dict)
            parent[key] = copy.deepcopy(operation["value"])
    return document


def merge_patch(patch: Any, to: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    kept = copy.deepcopy(to) if isinstance(to, dict) else {}
    for key, value in patch.items():
        if value is None:
            kept.pop(key, None)
        else:
            kept[key] = merge_patch(value, kept.get(key))
    return kept
