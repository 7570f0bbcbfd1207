# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON as Go's encoding/json reads it: the same values, and its error texts to the letter."""

from __future__ import annotations

import json
from typing import Any

_SPACE = " \t\r\n"
_ESCAPES = '"\\/bfnrt'


class GoJSONError(ValueError):
    """`str()` is the text Go's json.Unmarshal would give."""


def kind(value: Any) -> str:
    """Go's word for a JSON value in `cannot unmarshal <kind> into …`."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    if value is None:
        return "null"
    return "array" if isinstance(value, list) else "object"


def loads(text: str) -> Any:
    """Parse text. Raises GoJSONError.

    What Python's parser takes Go's takes too, but for Infinity and NaN; what it refuses is read once more, slowly, for Go's words.
    """
    try:
        return json.loads(text, parse_constant=_no_number)
    except ValueError:
        check(text)
    return json.loads(text)


def _no_number(name: str) -> None:
    raise ValueError(name)


def check(text: str) -> None:
    """Raises GoJSONError for what is no JSON."""
    scanner = _Scanner(text)
    scanner.value()
    scanner.space()
    if scanner.at < len(text):
        scanner.invalid("after top-level value")


def compact(value: Any) -> str:
    """As json.Marshal writes it: no blanks, HTML characters escaped, order as given."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def invalid(self, context: str) -> None:
        if self.at >= len(self.text):
            raise GoJSONError("unexpected end of JSON input")
        character = self.text[self.at]
        shown = {"'": "'\\''", '"': "'\"'"}.get(character, f"'{character}'")
        if character in "\n\t\r":
            shown = repr(character)
        raise GoJSONError(f"invalid character {shown} {context}")

    def space(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1

    def peek(self) -> str:
        self.space()
        return self.text[self.at] if self.at < len(self.text) else ""

    def value(self) -> None:
        first = self.peek()
        if first == "{":
            self._object()
        elif first == "[":
            self._array()
        elif first == '"':
            self._string()
        elif first and first in "-0123456789":
            self._number()
        elif first in ("t", "f", "n"):
            self._literal({"t": "true", "f": "false", "n": "null"}[first])
        else:
            self.invalid("looking for beginning of value")

    def _object(self) -> None:
        self.at += 1
        if self.peek() == "}":
            self.at += 1
            return
        while True:
            if self.peek() != '"':
                self.invalid("looking for beginning of object key string")
            self._string()
            if self.peek() != ":":
                self.invalid("after object key")
            self.at += 1
            self.value()
            following = self.peek()
            if following not in (",", "}"):
                self.invalid("after object key:value pair")
            self.at += 1
            if following == "}":
                return

    def _array(self) -> None:
        self.at += 1
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            self.value()
            following = self.peek()
            if following not in (",", "]"):
                self.invalid("after array element")
            self.at += 1
            if following == "]":
                return

    def _string(self) -> None:
        self.at += 1
        while True:
            if self.at >= len(self.text) or self.text[self.at] < " ":
                self.invalid("in string literal")
            character = self.text[self.at]
            self.at += 1
            if character == '"':
                return
            if character == "\\":
                self._escape()

    def _escape(self) -> None:
        if self.at < len(self.text) and self.text[self.at] == "u":
            for _ignored in range(4):
                self.at += 1
                if self.at >= len(self.text) or self.text[self.at] not in "0123456789abcdefABCDEF":
                    self.invalid("in \\u hexadecimal character escape")
        elif self.at >= len(self.text) or self.text[self.at] not in _ESCAPES:
            self.invalid("in string escape code")
        self.at += 1

    def _digits(self, context: str) -> None:
        if self.at >= len(self.text) or not "0" <= self.text[self.at] <= "9":
            self.invalid(context)
        while self.at < len(self.text) and "0" <= self.text[self.at] <= "9":
            self.at += 1

    def _number(self) -> None:
        if self.text[self.at] == "-":
            self.at += 1
        if self.text[self.at : self.at + 1] == "0":
            self.at += 1
        else:
            self._digits("in numeric literal")
        if self.text[self.at : self.at + 1] == ".":
            self.at += 1
            self._digits("after decimal point in numeric literal")
        if self.text[self.at : self.at + 1] in ("e", "E"):
            self.at += 1
            if self.text[self.at : self.at + 1] in ("+", "-"):
                self.at += 1
            self._digits("in exponent of numeric literal")

    def _literal(self, word: str) -> None:
        for expected in word:
            if self.text[self.at : self.at + 1] != expected:
                self.invalid(f"in literal {word} (expecting '{expected}')")
            self.at += 1
