# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A value's round trip through a Go type: decoded into the struct, encoded again.

Unknown fields vanish, empty optional ones too, and fields without omitempty appear with their zero value: that is
what a patch of the controller does to a providerSpec. Kubernetes' YAML decoder (sigs.k8s.io/yaml) is in front,
which turns numbers and booleans into text where the field is text.
"""

from __future__ import annotations

from typing import Any

from . import gojson
from .behaviour import Minor
from .schemas import EXTERNAL, STRUCTS

_ABSENT = object()
_BOOLEAN = {True: "true", False: "false"}


class GoTypeError(ValueError):
    """`str()` is the text of Go's json.UnmarshalTypeError."""


def round_trip(struct: str, value: Any, minor: Minor) -> dict[str, Any]:
    """`value` after the trip through `struct` of that release. Nulls are dropped, as a merge patch would drop them.

    Raises GoTypeError.
    """
    if not isinstance(value, dict):
        raise GoTypeError(f"json: cannot unmarshal {gojson.kind(value)} into Go value of type {_shown(struct)}")
    return _struct(struct, value, minor, [])


def _struct(struct: str, value: dict[str, Any], minor: Minor, path: list[str]) -> dict[str, Any]:
    encoded: dict[str, Any] = {}
    for name, field in STRUCTS[struct].items():
        if field.since > minor:
            continue
        result = _field(field.type, _given(value, name), minor, [*path, name], struct)
        if result is _ABSENT or (field.omitempty and _is_zero(result, field.type)) or result is None:
            continue
        encoded[name] = result
    return encoded


def _given(value: dict[str, Any], name: str) -> Any:
    """Go matches keys without regard to case; an exact match wins here, the last one there."""
    if name in value:
        return value[name]
    return next((found for key, found in value.items() if key.casefold() == name.casefold()), None)


def _is_zero(result: Any, type_: str) -> bool:
    """Of a struct, or of a pointer that is set, omitempty omits nothing."""
    return not type_.startswith("*") and type_ not in STRUCTS and not result


def _field(type_: str, value: Any, minor: Minor, path: list[str], struct: str) -> Any:
    if value is None:
        return _zero(type_, minor, path)
    if type_.startswith("*"):
        return _field(type_[1:], value, minor, path, struct)
    if type_.startswith("[]"):
        return [_field(type_[2:], item, minor, path, struct) for item in _expect(list, value, type_, path, struct)]
    if type_.startswith("map[string]"):
        items = _expect(dict, value, type_, path, struct).items()
        return {key: _field(type_[11:], item, minor, path, struct) for key, item in items}
    if type_ in STRUCTS:
        return _struct(type_, _expect(dict, value, type_, path, struct), minor, path)
    return _scalar(type_, value, path, struct)


def _scalar(type_: str, value: Any, path: list[str], struct: str) -> Any:
    if type_ == "any":
        return value
    if type_ == "string":
        if isinstance(value, bool):
            return _BOOLEAN[value]
        if isinstance(value, (int, float)):
            return str(value)
        return _expect(str, value, type_, path, struct)
    if type_ == "bool":
        return _expect(bool, value, type_, path, struct)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _mismatch(value, type_, path, struct)
    return value


def _expect(wanted: type, value: Any, type_: str, path: list[str], struct: str) -> Any:
    if not isinstance(value, wanted):
        raise _mismatch(value, type_, path, struct)
    return value


def _mismatch(value: Any, type_: str, path: list[str], struct: str) -> GoTypeError:
    given = gojson.kind(value)
    if isinstance(value, float):
        given = f"number {value}"
    field = f"{struct}.{'.'.join(path)}"
    return GoTypeError(f"json: cannot unmarshal {given} into Go struct field {field} of type {_shown(type_)}")


def _zero(type_: str, minor: Minor, path: list[str]) -> Any:
    if type_.startswith(("*", "[]", "map[")):
        return None
    if type_ in STRUCTS:
        return _struct(type_, {}, minor, path)
    return {"string": "", "bool": False}.get(type_, 0) if type_ != "any" else None


def _shown(type_: str) -> str:
    for prefix in ("*", "[]", "map[string]"):
        if type_.startswith(prefix):
            return prefix + _shown(type_[len(prefix) :])
    if type_ in EXTERNAL:
        return f"v1.{type_}"
    return f"v1beta1.{type_}" if type_ in STRUCTS else type_
