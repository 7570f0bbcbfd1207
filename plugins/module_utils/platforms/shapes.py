# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator's Go types can hold. It reads a whole providerSpec at once, so that a wrong shape anywhere is an error to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import reasons
from ..model.objects import Json, dig
from ..model.verdict import FAIL, Outlook

Shapes = Mapping[tuple[str, ...], str]
"""Path -> C(text), C(boolean), C(number), C(mapping) or C(list)."""
_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str, bool, int, float),
    "boolean": (bool,),
    "number": (int,),
    "mapping": (dict,),
    "list": (list,),
}
"""The decoder (sigs.k8s.io/yaml) writes numbers and booleans as text where the field is text."""


def shapes(**fields: str) -> Shapes:
    """I(fields) by shape, their dotted paths with blanks between: C(shapes(text="region zone", list="image.tags"))."""
    return {tuple(path.split(".")): shape for shape, paths in fields.items() for path in paths.split()}


def holds(shape: str, value: Any) -> bool:
    """Whether a field of that shape takes the value; null is no value."""
    if value is None:
        return True
    return isinstance(value, _TYPES[shape]) and not (shape == "number" and isinstance(value, bool))


def fault(spec: Json, wanted: Shapes) -> str | None:
    """The first field that its type cannot hold, as C(image.sku is no text)."""
    for path, shape in wanted.items():
        if not holds(shape, dig(spec, *path)):
            return "{} is no {}".format(".".join(path), shape)
    return None


def unreadable(spec: Json, wanted: Shapes) -> Outlook | None:
    """The outlook of a providerSpec that the operator cannot read; None for one that it can."""
    wrong = fault(spec, wanted)
    if wrong is None:
        return None
    message = f"The operator fails on the set: providerSpec.value.{wrong}."
    return Outlook(FAIL, reasons.PROVIDER_SPEC_INVALID, message)


def text(value: Any) -> str:
    """A text field's value as the operator has it; an absent one is empty."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
