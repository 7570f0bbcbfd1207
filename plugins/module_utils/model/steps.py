# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be written: steps that a client carries out in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import BootImageError
from .objects import Json, ObjectRef, dig, mapping


@dataclass(frozen=True)
class MergePatch:
    """An RFC 7386 patch; a C(metadata.resourceVersion) in I(body) makes the server refuse it after a concurrent change."""

    body: Json


@dataclass(frozen=True)
class JsonPatch:
    """An RFC 6902 patch; its C(test) operations name what must still be true."""

    operations: Sequence[Json] = field(repr=False)


@dataclass(frozen=True)
class Create:
    """A new object, whole; a Conflict means that it exists already."""

    body: Json = field(repr=False)


@dataclass(frozen=True)
class Step:
    """One write: the object, the request, and the fields it owns before and after (for the diff and the result)."""

    ref: ObjectRef
    request: MergePatch | JsonPatch | Create
    before: Any = field(default=None)
    after: Any = field(default=None)


@dataclass(frozen=True)
class Outcome:
    """What became of a step: I(error) is None when the server took it, and I(answer) is the object as it then was."""

    step: Step
    error: BootImageError | None = None
    answer: Json | None = field(default=None, repr=False)


def write_spec(current: Json, fields: Json) -> JsonPatch:
    """Set fields of an object's spec (None takes one away, if it stands), provided that nobody has changed spec since it was read.

    The generation tells that, and a resourceVersion would not: operators rewrite status all the time, which changes the one and not the
    other. Fields are replaced whole.
    """
    operations: list[Json] = [
        {"op": "test", "path": "/metadata/uid", "value": dig(current, "metadata", "uid")},
        {"op": "test", "path": "/metadata/generation", "value": dig(current, "metadata", "generation")},
    ]
    for name, value in fields.items():
        if value is not None:
            operations.append({"op": "add", "path": f"/spec/{name}", "value": value})
        elif name in mapping(current.get("spec")):
            operations.append({"op": "remove", "path": f"/spec/{name}"})
    return JsonPatch(operations)
