# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All clusters on one page, made of the reports that each one left: it needs no run that saw them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ..model.objects import Json, dig, mapping, sequence
from . import words
from .document import FORMAT
from .markup import Cell, Part, node, page, pill, table
from .todo import MUST, NEXT, NOW

ORDER = ("failed", "unreadable", "running", "attention", "waiting", "ok")
"""What needs a look stands first."""


@dataclass(frozen=True)
class Row:
    """One cluster. I(stem) is the name of its files, empty where there are none."""

    name: str
    stem: str
    state: str
    version: str = words.NONE
    sets: str = words.NONE
    to_do: str = words.NONE
    time: str = words.NONE
    problem: str = ""


def fleet(reports: Mapping[str, Any], names: Iterable[str], now: str) -> str:
    """The page.

    :param reports: what was read of each report's JSON, by the name of its file without ending; None where it could not be read.
    :param names: clusters that are to stand on the page also when they have no report yet.
    :param now: an ISO 8601 time in UTC.
    """
    rows = [_row(stem, report) for stem, report in reports.items()]
    there = {row.name for row in rows}
    rows += [Row(name, "", "waiting") for name in dict.fromkeys(names) if name not in there]
    rows.sort(key=lambda row: (ORDER.index(row.state), row.name))
    counted = Counter(row.state for row in rows)
    told = ", ".join(f"{counted[state]} {words.STATES[state]}" for state in ORDER if counted[state])
    titles = ("Cluster", "State", "Version", "Machine sets", "To do", "When", "Also as")
    body = node(
        "main",
        node("h1", "Boot images of {} cluster{}".format(len(rows), "" if len(rows) == 1 else "s")),
        node("p", told + "."),
        table("All clusters; what needs a look stands first", titles, map(_cells, rows), "fleet"),
    )
    foot = node("footer", f"Written by okd.boot_images, {words.moment(now)}. It does not renew itself.")
    return page("Boot images of all clusters", body, foot)


def _row(stem: str, report: Any) -> Row:
    if dig(report, "format") != FORMAT or dig(report, "state") not in list(words.STATES):
        return Row(
            stem, stem, "unreadable", problem="Its JSON cannot be read, or is of another version of okd.boot_images."
        )
    counts, run = mapping(report.get("counts")), mapping(report.get("run"))
    return Row(
        str(report.get("name")),
        stem,
        report["state"],
        words.way(report),
        words.tally(counts) if counts else words.NONE,
        _count(report),
        _time(run),
        str(dig(report, "failure", "message") or ""),
    )


def _count(report: Json) -> str:
    """How many remedies a person has before them."""
    groups = [mapping(each) for each in sequence(report.get("to_do"))]
    now = sum(1 for each in groups if each.get("when") == NOW and each.get("severity") == MUST)
    later = sum(1 for each in groups if each.get("when") == NEXT)
    told = [f"{now} now" if now else "", f"{later} before the next upgrade" if later else ""]
    return ", ".join(each for each in told if each) or ("nothing" if report["state"] != "running" else words.NONE)


def _time(run: Json) -> str:
    if run.get("ended"):
        took = words.span(run.get("seconds"))
        return words.moment(run["ended"]) + (f", took {took}" if took != words.NONE else "")
    return "begun " + words.moment(run.get("started"))


def _cells(row: Row) -> tuple[Cell, ...]:
    name: Cell = row.name
    files: Cell = words.NONE
    if row.stem:
        name = node("a", row.name, href=quote(row.stem + ".html"))
        ends = (("Markdown", ".md"), ("JSON", ".json"))
        files = tuple(
            node("a", text, href=quote(row.stem + end), aria_label=f"{row.name}: {text}") for text, end in ends
        )
        files = (files[0], " ", files[1])
    state: tuple[Part, ...] = (pill(row.state),)
    if row.problem:
        state += (node("span", row.problem[:300], class_="block small soft"),)
    return (name, state, row.version, row.sets, row.to_do, row.time, files)
