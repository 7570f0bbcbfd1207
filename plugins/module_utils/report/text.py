# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer as people read it: a table of at most 120 columns, then what to do next."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..model.reasons import ALL
from ..model.verdict import DOUBTFUL

WIDTH = 120
MACHINES = 20
"""How many old machines the table names."""
COLUMNS = (("MACHINE SET", 25), ("BOOTS", 29), ("BEHIND", 22), ("OPERATOR", 11), ("VERDICT", 25))
_SUFFIX = re.compile(r"-gcp-(?:x86-64|aarch64)$")


def table(answer: Mapping[str, Any]) -> list[str]:
    """Lines for a terminal, from the stable answer of C(report.data.status)."""
    return [*_head(answer), "", *_rows(answer["machine_sets"]), "", *_next_steps(answer)]


def _head(answer: Mapping[str, Any]) -> Iterator[str]:
    cluster, effective = answer["cluster"], answer["configuration"]["effective"]["machinesets"]
    state = (
        ""
        if cluster["history_state"] == "Completed"
        else " (upgrade to {} under way)".format(cluster["history_version"])
    )
    yield fit("{distribution} {version} on {platform}".format(**cluster) + state, WIDTH)
    if not str(cluster["operator_version"]).startswith(cluster["behaves_as"] + "."):
        told = cluster["operator_version"] or "an unknown version"
        yield fit(
            f"Judged as {cluster['behaves_as']}: the operator is of {told}, which this collection does not know.", WIDTH
        )
    stream = answer["stream"]
    yield fit(
        "Stream {} of release {}; the operator manages machine sets: {}".format(
            stream["name"], stream["release"], effective["mode"]
        ),
        WIDTH,
    )


def _rows(machine_sets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "  ".join(title.ljust(width) for title, width in COLUMNS).rstrip()
    for each in machine_sets:
        cells = (each["name"], short(each["current"]), age(each["age"]), each["operator"]["will"], verdict(each))
        yield "  ".join(_cell(cell, width) for cell, (_title, width) in zip(cells, COLUMNS)).rstrip()
    if not machine_sets:
        yield "(no machine sets)"


def verdict(each: Mapping[str, Any]) -> str:
    """The decision in one or two words."""
    return str(each["decision"]) if not each["reason"] else "{}: {}".format(each["decision"], each["reason"])


def age(found: Mapping[str, Any]) -> str:
    """C(4.12, 5 minors, 970 d), or what of it is known."""
    minors, days = found["minors_behind"], found["days_behind"]
    parts = [found["release"], f"{minors} minors" if minors else None, f"{days} d" if days else None]
    return ", ".join(part for part in parts if part) or "unknown"


def short(image: str | None) -> str:
    """The part of an image's path that differs from image to image."""
    return "-" if image is None else _SUFFIX.sub("", image.rsplit("/", 1)[-1])


def _next_steps(answer: Mapping[str, Any]) -> Iterator[str]:
    for each in answer["blockers"]:
        yield fit("{severity}: {object}: {message}".format(**each), WIDTH)
        if each["remedy"]:
            yield "  -> " + fit(each["remedy"], WIDTH - 5)
    for each in answer["conditions"]["caveats"]:
        yield fit("The operator's conditions: {message}".format(**each), WIDTH)
    codes = {each["reason"] for each in answer["machine_sets"] if each["reason"] and each["drift"] is not False}
    for code in sorted(codes):
        yield fit(f"{code}: {ALL[code].meaning}", WIDTH)
        if ALL[code].remedy:
            yield "  -> " + fit(ALL[code].remedy, WIDTH - 5)
    old = [each for each in answer["machines"] if each["drift"]]
    if old:
        yield f"{len(old)} of {len(answer['machines'])} machines were started from another image than their set names now:"
        for each in old[:MACHINES]:
            yield "  " + fit(f"{each['name']} boots {short(each['current'])} ({age(each['age'])})", WIDTH - 2)
        if len(old) > MACHINES:
            yield f"  and {len(old) - MACHINES} more"
    # Upstream supports no manual updates of the control plane, so only workers are suggested.
    ours = sum(
        1 for each in answer["machine_sets"] if each["decision"] == "update" and each["resource"] == "machinesets"
    )
    if ours:
        yield f"{ours} machine set{'s' if ours > 1 else ''} can be updated with machineset_boot_image (playbook reconcile)."
    for each in answer["not_checked"]:
        yield fit("Not checked: {what}: {why}".format(**each), WIDTH)
    if answer["settled"]:
        yield "Settled: nothing is left to wait for."
    for each in answer["waiting_for"]:
        yield fit("Waiting for {object}: {message}".format(**each), WIDTH)
        if each["state"] == DOUBTFUL and each["by_itself"] is False:
            yield "  -> " + fit(ALL[each["reason"]].remedy, WIDTH - 5)


def plain(text: Any) -> str:
    """I(text) on one line, free of characters that are not to be seen: escape codes, marks that turn the direction of writing, halves of pairs."""
    seen = "".join(each for each in " ".join(str(text).split()) if not unicodedata.category(each).startswith("C"))
    return " ".join(seen.split())


def fit(text: Any, width: int) -> str:
    """I(text) as C(plain) gives it, on at most I(width) columns."""
    line = plain(text)
    if _columns(line) <= width:
        return line
    kept = line[: width - 1]
    while _columns(kept) > width - 1:
        kept = kept[:-1]
    return kept + "…"


def _cell(text: Any, width: int) -> str:
    line = fit(text, width)
    return line + " " * (width - _columns(line))


def _columns(line: str) -> int:
    """How many columns a terminal needs at most: East Asian wide characters take two."""
    return len(line) + sum(unicodedata.east_asian_width(each) in "WF" for each in line)
