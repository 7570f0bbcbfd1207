# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Label selectors with the API's own semantics (metav1.LabelSelector)."""

from __future__ import annotations

import re
from typing import Any

from .errors import InvalidInput
from .objects import Json, dig, mapping, sequence

OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
_COMMA = re.compile(r",(?![^()]*\))")
_KEY = r"(?P<key>[^\s=!,()]+)"
_REQUIREMENTS = (
    (re.compile(rf"^{_KEY}\s+in\s*\((?P<values>[^()]*)\)$"), "In"),
    (re.compile(rf"^{_KEY}\s+notin\s*\((?P<values>[^()]*)\)$"), "NotIn"),
    (re.compile(rf"^{_KEY}\s*==?\s*(?P<values>[^\s=!,()]*)$"), "In"),
    (re.compile(rf"^{_KEY}\s*!=\s*(?P<values>[^\s=!,()]*)$"), "NotIn"),
    (re.compile(rf"^!\s*{_KEY}$"), "DoesNotExist"),
    (re.compile(rf"^{_KEY}$"), "Exists"),
)
_VALUE = re.compile(r"^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?\Z")
_PREFIX = re.compile(r"^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\Z")


def fault(selector: Any) -> str | None:
    """Why the operator could not use a selector, in words; None for a usable one.

    The API server stores several of these without complaint (observed on 4.17 to 4.22); the operator then degrades.
    """
    if not isinstance(selector, dict):
        return "the selector is no mapping"
    unknown = sorted(str(key) for key in set(selector) - {"matchLabels", "matchExpressions"})
    if unknown:
        return "unknown field {} (matchLabels and matchExpressions are known)".format(", ".join(unknown))
    labels = selector.get("matchLabels") or {}
    if not isinstance(labels, dict):
        return "matchLabels is no mapping"
    for key, value in labels.items():
        found = _key_fault(key) or _value_fault(key, value)
        if found:
            return found
    expressions = selector.get("matchExpressions") or []
    if not isinstance(expressions, list):
        return "matchExpressions is no list"
    return next((found for found in map(_expression_fault, expressions) if found), None)


def matches(selector: Json, labels: Json) -> bool:
    """Whether I(labels) satisfy every requirement; an empty selector matches everything."""
    if any(labels.get(key) != value for key, value in mapping(selector.get("matchLabels")).items()):
        return False
    return all(_satisfied(each, labels) for each in sequence(selector.get("matchExpressions")))


def parse(text: str) -> Json:
    """A selector written as one line, as kubectl and kubernetes.core take it: C(a=b,c!=d,e in (x,y),f notin (z),g,!h).

    :raises InvalidInput: the text is no selector.
    """
    expressions = [_requirement(part.strip()) for part in _COMMA.split(text)]
    selector = {"matchExpressions": expressions}
    wrong = fault(selector)
    if wrong:
        raise InvalidInput(f"The label selector {text!r} cannot be used: {wrong}.")
    return selector


def _requirement(part: str) -> Json:
    for pattern, operator in _REQUIREMENTS:
        match = pattern.match(part)
        if match:
            values = [value.strip() for value in (match.groupdict().get("values") or "").split(",")]
            listed = {"values": values} if operator in ("In", "NotIn") else {}
            return {"key": match.group("key"), "operator": operator, **listed}
    raise InvalidInput(
        f"{part!r} is no label requirement (write key=value, key!=value, key in (a,b), key notin (a,b), key or !key)."
    )


def is_empty(selector: Json) -> bool:
    return not selector.get("matchLabels") and not selector.get("matchExpressions")


def _satisfied(expression: Any, labels: Json) -> bool:
    key, operator, values = dig(expression, "key"), dig(expression, "operator"), sequence(dig(expression, "values"))
    if operator == "In":
        return key in labels and labels[key] in values
    if operator == "NotIn":
        return key not in labels or labels[key] not in values
    return bool((key in labels) == (operator == "Exists"))


def _expression_fault(expression: Any) -> str | None:
    key, operator, values = dig(expression, "key"), dig(expression, "operator"), dig(expression, "values")
    if operator not in OPERATORS:
        return "{!r} is not a valid label selector operator (use one of {})".format(operator, ", ".join(OPERATORS))
    if operator in ("In", "NotIn"):
        if not isinstance(values, list) or not values:
            return f"the operator {operator} on {key} needs values"
        return _key_fault(key) or next((found for found in (_value_fault(key, each) for each in values) if found), None)
    return f"the operator {operator} on {key} takes no values" if values else _key_fault(key)


def _key_fault(key: Any) -> str | None:
    prefix, _slash, name = str(key).rpartition("/")
    well_formed = isinstance(key, str) and name and _VALUE.match(name) and len(prefix) <= 253
    if not well_formed or ("/" in key and not _PREFIX.match(prefix)):
        return f"{key!r} is no label key"
    return None


def _value_fault(key: Any, value: Any) -> str | None:
    if not isinstance(value, str) or not _VALUE.match(value):
        return f"{value!r} is no label value (label {key})"
    return None
