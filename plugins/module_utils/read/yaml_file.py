# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML files from strangers: bounded in size, depth and number of values, without aliases (whose expansion is unbounded), and data only.

A value is built straight from the parser's events, and nothing but JSON comes of it: no tag is followed, so that no constructor can be named.
"""

from __future__ import annotations

import os
import re
import stat
from typing import Any

from ..model.errors import InvalidInput, MissingLibrary
from ..model.objects import Json

LARGEST = 8 * 1024 * 1024
"""Bytes; the ConfigMaps of a namespace, the largest file that is read, have some hundred KiB."""
DEEPEST = 64
"""Levels; Kubernetes objects have some fifteen."""
MOST = 1_000_000
"""Values in one file; a list of a thousand nodes has half as many."""
_DIRECTIVE = re.compile("^%", re.MULTILINE)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,19})")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,19})(?:\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,2})?")
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True, "TRUE": True,
          "false": False, "False": False, "FALSE": False}  # fmt: skip


def load(path: str) -> Json:
    """The mapping that a file holds.

    :raises InvalidInput: it cannot be read, is beyond the bounds, or is no YAML mapping. The message names the path.
    """
    try:
        import yaml
    except ImportError as error:
        raise MissingLibrary(f"The Python package pyyaml is not installed where this module runs: {error}.") from error
    text = _read(path)
    fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = _Builder(path, yaml).document(yaml.parse(text, Loader=fast))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InvalidInput(f"{shown(path)} is no readable YAML: {reason}.") from error
    if not isinstance(found, dict):
        raise InvalidInput(f"{shown(path)} holds no object.")
    return found


def shown(path: str) -> str:
    """A path for a message: on one line, and without what a terminal would obey or could not print."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in path)


def _read(path: str) -> str:
    """The file's text. Opened without waiting, since a named pipe would wait for a writer for ever."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise InvalidInput(f"{shown(path)} is no ordinary file; it is not read.")
            raw = stream.read(LARGEST + 1)
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else error
        raise InvalidInput(f"{shown(path)} cannot be read: {told}.") from error
    if len(raw) > LARGEST:
        raise InvalidInput(f"{shown(path)} has more than {LARGEST} bytes; it is not read.")
    if _DIRECTIVE.search(text):  # libyaml compares each with all before it
        raise InvalidInput(f"{shown(path)} has YAML directives, which no must-gather has; it is not read.")
    return text


class _Builder:
    """Builds the values of one document while it is parsed, and ends with the first that is out of bounds."""

    def __init__(self, path: str, yaml: Any) -> None:
        self._shown = shown(path)
        self._yaml = yaml
        self._left = MOST

    def document(self, events: Any) -> Any:
        found: list[Any] = []
        for event in events:
            if isinstance(event, self._yaml.DocumentStartEvent) and found:
                raise ValueError("it holds more than one document")
            if isinstance(event, self._yaml.NodeEvent):
                found.append(self._value(event, events, 1))
        return found[0] if found else None

    def _value(self, event: Any, events: Any, depth: int) -> Any:
        self._admit(event, depth)
        if isinstance(event, self._yaml.ScalarEvent):
            return _scalar(event.value) if event.style in (None, "") else event.value
        if isinstance(event, self._yaml.SequenceStartEvent):
            return [self._value(each, events, depth + 1) for each in self._until(events, self._yaml.SequenceEndEvent)]
        return self._mapping(events, depth)

    def _mapping(self, events: Any, depth: int) -> Json:
        found: dict[str, Any] = {}
        for key in self._until(events, self._yaml.MappingEndEvent):
            self._admit(key, depth)
            if not isinstance(key, self._yaml.ScalarEvent):
                raise ValueError("a key is no text")
            if key.value in found:
                raise ValueError(f"it has the key {key.value[:50]!r} twice")
            found[key.value] = self._value(next(events), events, depth + 1)
        return found

    def _until(self, events: Any, end: Any) -> Any:
        for event in events:
            if isinstance(event, end):
                return
            yield event

    def _admit(self, event: Any, depth: int) -> None:
        """Refuse what no must-gather has, before anything is built from it."""
        self._left -= 1
        if isinstance(event, self._yaml.AliasEvent):
            raise InvalidInput(f"{self._shown} has YAML aliases, which no must-gather has; it is not read.")
        if event.tag is not None:
            raise InvalidInput(f"{self._shown} has YAML tags, which no must-gather has; it is not read.")
        if isinstance(event, self._yaml.CollectionStartEvent) and depth > DEEPEST:
            raise InvalidInput(f"{self._shown} is nested more than {DEEPEST} levels deep; it is not read.")
        if self._left < 0:
            raise InvalidInput(f"{self._shown} holds more than {MOST} values; it is not read.")


def _scalar(text: str) -> Any:
    """A plain scalar as JSON has it: times, other bases, and numbers beyond 64 bits stay text, and there is no infinity."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
