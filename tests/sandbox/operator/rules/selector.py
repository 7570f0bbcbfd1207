# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A LabelSelector as apimachinery reads it."""

from __future__ import annotations

import re
from collections.abc import Callable

from .world import JsonObject

Matcher = Callable[[dict[str, str]], bool]
_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_LONGEST_NAME = 63
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LONGEST_SUBDOMAIN = 253
_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


class SelectorError(ValueError):
    """`str()` is apimachinery's text."""


def matcher(selector: JsonObject | None) -> Matcher:
    """None selects nothing, an empty selector everything. Raises SelectorError."""
    if selector is None:
        return lambda labels: False
    tests = [_requirement(key, "In", [value]) for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for expression in selector.get("matchExpressions") or []:
        tests.append(_requirement(expression["key"], expression["operator"], expression.get("values") or []))
    return lambda labels: all(test(labels) for test in tests)


def _requirement(key: str, operator: str, values: list[str]) -> Matcher:
    if operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
        raise SelectorError(f'"{operator}" is not a valid label selector operator')
    if not _is_qualified_name(key):
        raise SelectorError(f'key: Invalid value: "{key}": name part must be a qualified name')
    if operator in ("In", "NotIn") and not values:
        raise SelectorError("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty")
    if operator in ("Exists", "DoesNotExist") and values:
        shown = "[" + ", ".join(f'"{value}"' for value in values) + "]"
        raise SelectorError(f"values: Invalid value: {shown}: values set must be empty for exists and does not exist")
    for index, value in enumerate(values):
        if len(value) > _LONGEST_NAME:
            raise SelectorError(f'values[{index}][{key}]: Invalid value: "{value}": must be no more than 63 characters')
        if not _VALUE.fullmatch(value):
            raise SelectorError(f'values[{index}][{key}]: Invalid value: "{value}": {_RULE}')
    wanted = frozenset(values)
    return {
        "In": lambda labels: labels.get(key) in wanted,
        "NotIn": lambda labels: labels.get(key) not in wanted,
        "Exists": lambda labels: key in labels,
        "DoesNotExist": lambda labels: key not in labels,
    }[operator]


def _is_qualified_name(key: str) -> bool:
    """apimachinery, labels.NewRequirement: a label's key, of which the API server's schema says nothing."""
    prefix, slash, name = key.rpartition("/")
    if slash and not (_SUBDOMAIN.fullmatch(prefix) and len(prefix) <= _LONGEST_SUBDOMAIN):
        return False
    return bool(name) and len(name) <= _LONGEST_NAME and _VALUE.fullmatch(name) is not None
