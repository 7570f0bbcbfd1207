# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How values of an Ignition configuration are read: each reader answers spec 3's value, C(ABSENT), or refuses by the path of the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

Reader = Callable[[Any, str], Any]
"""Value of spec 2 and its path -> value of spec 3."""
ABSENT: Any = object()
_WORDS: set[str] = set()
"""Every field's name that some object knows."""


class NotConvertible(Exception):
    """I(path) names the field and I(why) what is wrong with it; neither has a byte of the configuration's values."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} {why}")
        self.path = path
        self.why = why


def text(value: Any, at: str) -> Any:
    if not isinstance(value, str):
        raise NotConvertible(at, "is no text")
    return value


def optional(value: Any, at: str) -> Any:
    return text(value, at) or ABSENT


def whole(value: Any, at: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise NotConvertible(at, "is no whole number")
    return value


def switch(value: Any, at: str) -> Any:
    if not isinstance(value, bool):
        raise NotConvertible(at, "is neither true nor false")
    return value


def flag(value: Any, at: str) -> Any:
    return switch(value, at) or ABSENT


def refused(value: Any, at: str) -> Any:
    raise NotConvertible(at, "has no equal in spec 3")


def nothing(value: Any, at: str) -> Any:
    """A section that spec 3 has no equal for, which may stand there as long as it is empty."""
    if not isinstance(value, Mapping):
        return ABSENT if value == [] else refused(value, at)
    for key, each in value.items():
        if each not in (None, [], {}):
            refused(each, below(at, key))
    return ABSENT


def list_of(item: Reader, key: str | None = None) -> Reader:
    """A list of which no two items (or, in objects, no two values of their field I(key)) are alike: spec 3 would refuse them."""

    def read(value: Any, at: str) -> Any:
        if not isinstance(value, list):
            raise NotConvertible(at, "is no list")
        items, seen = [], set()
        for index, each in enumerate(value):
            place = f"{at}[{index}]"
            items.append(item(each, place))
            name = items[-1] if key is None else items[-1][key]
            if name in seen:
                raise NotConvertible(place, "stands there twice")
            seen.add(name)
        return items

    return read


def object_of(required: tuple[str, ...] = (), **fields: Reader) -> Reader:
    """An object with these fields and no others; the I(required) ones have a value."""
    _WORDS.update(fields)

    def read(value: Any, at: str) -> Any:
        if not isinstance(value, Mapping):
            raise NotConvertible(at or "The configuration", "is no object")
        found = {}
        for key, each in value.items():
            if key not in fields:
                raise NotConvertible(below(at, key), "is not known to Ignition 2")
            answer = ABSENT if each is None else fields[key](each, below(at, key))
            if answer is not ABSENT:
                found[key] = answer
        for key in required:
            if found.get(key) in (None, ""):
                raise NotConvertible(below(at, key), "is missing")
        return found

    return read


def below(at: str, key: Any) -> str:
    """The path of a field. A key that is no word of Ignition's is not shown: it is content of the secret like any other."""
    shown = str(key) if key in _WORDS else "(name not shown)"
    return f"{at}.{shown}" if at else shown
