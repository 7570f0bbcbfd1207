# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as Markdown, to be read as it stands or rendered. Texts of the cluster are escaped: none of them becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ..model.objects import Json, mapping, sequence
from . import words
from .text import plain

MOST = 200
"""How many machines are named; the JSON has all of them."""
_MARKUP = re.compile(r"([\\`*\[\]|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^[-+=:>#])")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")


def escaped(text: Any) -> str:
    """I(text) on one line, so that every Markdown shows it as it is; with underscores inside of words left alone.

    What begins a tag becomes an entity: not every Markdown knows a backslash before it.
    """
    marked = _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", plain(words.or_none(text))))
    return marked.replace("&", "&amp;").replace("<", "&lt;")


def markdown(document: Json) -> str:
    """The report of one cluster."""
    return "\n\n".join("\n".join(block) for block in _blocks(document)) + "\n"


def _blocks(document: Json) -> Iterator[list[str]]:
    yield ["# Boot images of {}: {}".format(escaped(document["name"]), words.STATES[document["state"]])]
    yield [f"- {name}: {escaped(value)}" for name, value in words.head(document)]
    if document["state"] == "running":
        yield [words.NOT_FINISHED]
    elif document["counts"] is None:
        yield [words.NOT_LOOKED]
    failure = document["failure"]
    if failure:
        yield ["## What went wrong"]
        yield ["Task **{}** failed:".format(escaped(failure["task"]))]
        yield ["> " + escaped(failure["message"])]
    for heading, groups in words.to_do(document):
        yield ["## " + heading]
        yield list(_to_do(groups)) or ["Nothing."]
    yield ["## Before and after"]
    yield _table(("", "before", "after"), words.compared(document))
    yield ["## Machine sets"]
    yield _table(("name", "before", "after", "state", "age", "managed by", "why"), map(_set, document["machine_sets"]))
    yield from _machines(document["machines"])
    yield ["## Blockers and warnings met"]
    yield [*map(_finding, document["blockers"]), *("- " + escaped(each) for each in document["warnings"])] or ["None."]
    yield from _rest(document)


def _to_do(groups: Sequence[Json]) -> Iterator[str]:
    for group in groups:
        yield "- **{}**{}".format(escaped(group["remedy"]), f" (`{_code(group)}`)" if group["reason"] else "")
        yield from ("  - {}: {}".format(escaped(each["object"]), escaped(each["message"])) for each in group["objects"])


def _set(each: Json) -> tuple[Any, ...]:
    # In full, so that it can be searched for.
    ages = " → ".join(dict.fromkeys(words.or_none(each[key]) for key in ("before_age", "after_age")))
    told = (each["name"], each["before"], each["after"], each["state"], ages, each["managed_by"])
    return (*told, words.why(each))


def _machines(found: Any) -> Iterator[list[str]]:
    yield ["## Machines on old images"]
    yield [words.machines(found)]
    old = sequence(mapping(found).get("old"))
    if old:
        yield [words.EXISTING]
        keys = ("name", "machine_set", "node", "current", "age")
        yield _table(
            ("machine", "machine set", "node", "started from", "age"),
            ([each[key] for key in keys] for each in old[:MOST]),
        )
    if len(old) > MOST:
        yield [f"And {len(old) - MOST} more, which the JSON names."]


def _finding(each: Json) -> str:
    code = f" (`{_code(each)}`)" if each["reason"] else ""
    return "- {}: {}: {}{}".format(*(escaped(each[key]) for key in ("severity", "object", "message")), code)


def _rest(document: Json) -> Iterator[list[str]]:
    yield ["## Admin gates acknowledged"]
    gates = document["acknowledged"]
    if gates is None:
        yield [words.UNKNOWN]
    else:
        yield ["- {}: {}".format(escaped(each["gate"]), escaped(each["text"])) for each in gates] or ["None."]
    yield ["## Timings"]
    phases = document["phases"]
    if phases is None:
        yield [words.UNKNOWN]
    else:
        yield _table(("phase", "took"), ((words.phase(each["name"]), words.span(each["seconds"])) for each in phases))
    if document["pools"]:
        yield ["## Machine config pools"]
        yield _table(("pool", "nodes updated", "paused"), map(words.pool, document["pools"]))
    yield ["## Not checked"]
    told = ("- {}: {}".format(escaped(each.get("what")), escaped(each.get("why"))) for each in document["not_checked"])
    yield list(told) or ["Everything was."]
    if document["record"]:
        yield ["## The way back"]
        yield [escaped(words.back(document["record"]))]


def _code(each: Json) -> str:
    """A reason code is ours; what else would stand in its place loses its backquotes."""
    return plain(each["reason"]).replace("`", "")


def _table(titles: Sequence[str], rows: Any) -> list[str]:
    lines = [titles, ["---"] * len(titles), *([escaped(cell) for cell in row] for row in rows)]
    return ["| {} |".format(" | ".join(line)) for line in lines]
