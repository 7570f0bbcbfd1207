# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTML as a tree, so that nothing is escaped by hand: whatever is put in as text comes out as text."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from typing import Union
from xml.etree.ElementTree import Element, SubElement, tostring

from .style import CSS
from .text import plain
from .words import STATES

Part = Union[str, Element]
Cell = Union[Part, "tuple[Part, ...]"]

_HASH = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
"""No browser may load or run anything for the page: should a text ever come out as markup, it stays dead."""


def node(tag: str, *parts: Part, **attributes: str) -> Element:
    """An element; C(class_) stands for C(class), other underscores for dashes."""
    made = Element(tag, {name.rstrip("_").replace("_", "-"): plain(value) for name, value in attributes.items()})
    last: Element | None = None
    for part in parts:
        if not isinstance(part, str):
            made.append(part)
            last = part
        elif last is None:
            made.text = (made.text or "") + _kept(part)
        else:
            last.tail = (last.tail or "") + _kept(part)
    return made


def _kept(text: str) -> str:
    """Without what is not to be seen; a blank at either end is kept, because more text follows."""
    return " " * text[:1].isspace() + plain(text) + " " * (text[-1:].isspace() and bool(text.strip()))


def table(caption: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]], class_: str = "") -> Element:
    """A table whose rows begin with their own heading.

    On narrow screens a row becomes a card. Browsers forget then that it is a table, hence the roles; C(data-title) is the heading of a cell.
    """
    made = node("table", node("caption", caption), role="table", **({"class_": class_} if class_ else {}))
    heads = (node("th", title, scope="col", role="columnheader") for title in titles)
    made.append(node("thead", node("tr", *heads, role="row"), role="rowgroup"))
    body = SubElement(made, "tbody", {"role": "rowgroup"})
    for first, *rest in rows:
        row = SubElement(body, "tr", {"role": "row"})
        row.append(node("th", *_parts(first), scope="row", role="rowheader"))
        row.extend(node("td", *_parts(cell), role="cell", data_title=title) for title, cell in zip(titles[1:], rest))
    return made


def _parts(cell: Cell) -> tuple[Part, ...]:
    """What a cell holds is one element or one text: on a phone a cell is a grid, and would put its parts side by side."""
    return (node("span", *cell),) if isinstance(cell, tuple) else (cell,)


def pill(state: str) -> Element:
    """A state as a word with a colour; the word alone says it, too."""
    return node("span", STATES.get(state, state), class_="pill " + state)


def page(title: str, *body: Element) -> str:
    """A whole document that needs nothing else."""
    head = node(
        "head",
        node("meta", charset="utf-8"),
        node("meta", http_equiv="Content-Security-Policy", content=POLICY),
        node("meta", name="viewport", content="width=device-width, initial-scale=1"),
        node("meta", name="color-scheme", content="light dark"),
        node("meta", name="referrer", content="no-referrer"),
        node("title", title),
    )
    style = SubElement(head, "style")
    style.text = CSS
    whole = node("html", head, node("body", *body), lang="en")
    return "<!DOCTYPE html>\n" + tostring(whole, encoding="unicode", method="html") + "\n"
