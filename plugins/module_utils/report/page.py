# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of one cluster as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from ..model.objects import CONTROL_PLANE_MACHINE_SET, MACHINE_SET, Json, mapping, sequence
from . import words
from .markdown import MOST
from .markup import Part, node, page, pill, table
from .words import or_none

KIND_WORDS = {CONTROL_PLANE_MACHINE_SET.plural: "control plane"}


def cluster(document: Json, stem: str) -> str:
    """The page.

    :param stem: the name of the report's files, without their endings, for the links to them.
    """
    name, state = str(document["name"]), str(document["state"])
    body = node("main", node("h1", f"Boot images of {name} ", pill(state)), *_sections(document))
    links = [node("a", text, href=quote(stem + end)) for text, end in (("Markdown", ".md"), ("JSON", ".json"))]
    foot = node("footer", "Written by okd.boot_images. The same as ", links[0], " and as ", links[1], ".")
    fleet = node("nav", node("a", "All clusters", href="index.html"), aria_label="Reports")
    return page(f"{name}: {words.STATES[state]} (boot images)", fleet, body, foot)


def _sections(document: Json) -> Iterator[Element]:
    yield node(
        "dl",
        *(node("div", node("dt", name), node("dd", value)) for name, value in words.head(document)),
        class_="facts",
    )
    if document["state"] == "running":
        yield node("p", words.NOT_FINISHED, class_="box running")
    elif document["counts"] is None:
        yield node("p", words.NOT_LOOKED, class_="box warning")
    if document["failure"]:
        yield node("h2", "What went wrong")
        yield node(
            "div",
            node("h3", document["failure"]["task"]),
            node("p", document["failure"]["message"]),
            class_="box failed",
        )
    for heading, groups in words.to_do(document):
        yield node("h2", heading)
        yield from (list(_to_do(groups)) or [node("p", "Nothing.", class_="box ok")])
    yield node("h2", "Machine sets")
    yield _machine_sets(document)
    yield node("h2", "Before and after")
    yield table("The cluster before and after this run", ("What", "Before", "After"), words.compared(document), "short")
    yield from _machines(document["machines"])
    yield from _met(document)
    yield from _rest(document)


def _to_do(groups: Sequence[Json]) -> Iterator[Element]:
    for group in groups:
        objects = [node("li", node("strong", each["object"]), ": " + str(each["message"])) for each in group["objects"]]
        code: tuple[Part, ...] = (" ", node("code", group["reason"], class_="soft")) if group["reason"] else ()
        yield node(
            "div", node("h3", group["remedy"], *code), node("ul", *objects), class_="box " + _known(group["severity"])
        )


def _known(severity: Any) -> str:
    return severity if severity in ("blocker", "warning") else "warning"


def _machine_sets(document: Json) -> Element:
    def row(each: Json) -> tuple[Any, ...]:
        before, after = words.images(each["before"], each["after"])
        kind: tuple[Part, ...] = ()
        if each["resource"] != MACHINE_SET.plural:
            words_for_it = KIND_WORDS.get(str(each["resource"]), str(each["resource"]))
            kind = (node("span", words_for_it, class_="block small soft"),)
        return (
            (or_none(each["name"]), *kind),
            _image(before, each["before_age"]),
            _image(after, each["after_age"]),
            (pill(str(each["state"])),),
            or_none(each["managed_by"]),
            words.why(each),
        )

    titles = ("Machine set", "Before", "After", "State", "Managed by", "Why")
    return table("What each machine set boots, and how old that is", titles, map(row, document["machine_sets"]), "sets")


def _image(image: str, age: Any) -> tuple[Part, ...]:
    told = (node("span", str(age), class_="block small soft"),) if age else ()
    return (node("code", image), *told)


def _machines(found: Any) -> Iterator[Element]:
    yield node("h2", "Machines on old images")
    yield node("p", words.machines(found))
    old = sequence(mapping(found).get("old"))
    if not old:
        return
    yield node("p", words.EXISTING)
    rows = (
        (
            or_none(each["name"]),
            or_none(each["machine_set"]),
            or_none(each["node"]),
            _image(words.images(each["current"], None)[0], each["age"]),
        )
        for each in old[:MOST]
    )
    yield table(
        "Machines that were started from another image", ("Machine", "Machine set", "Node", "Started from"), rows
    )
    if len(old) > MOST:
        yield node("p", f"And {len(old) - MOST} more, which the JSON names.")


def _met(document: Json) -> Iterator[Element]:
    yield node("h2", "Blockers and warnings met")
    rows = [
        (
            each["object"],
            pill(each["severity"]),
            (each["message"], " ", node("code", or_none(each["reason"]), class_="soft")),
        )
        for each in document["blockers"]
    ]
    if rows:
        yield table("What was in the way, or should be known", ("Object", "Kind", "What"), rows)
    if document["warnings"]:
        yield node("ul", *(node("li", str(each)) for each in document["warnings"]))
    if not rows and not document["warnings"]:
        yield node("p", "None.")


def _rest(document: Json) -> Iterator[Element]:
    yield node("h2", "Admin gates acknowledged")
    gates = document["acknowledged"]
    items = [node("li", node("code", or_none(each["gate"])), ": ", or_none(each["text"])) for each in gates or ()]
    yield node("ul", *items) if items else node("p", words.UNKNOWN if gates is None else "None.")
    yield node("h2", "Timings")
    phases = [(words.phase(each["name"]), words.span(each["seconds"])) for each in document["phases"] or ()]
    if phases:
        yield table("How long each phase of the upgrade took", ("Phase", "Took"), phases, "short")
    else:
        yield node("p", words.UNKNOWN)
    if document["pools"]:
        yield node("h2", "Machine config pools")
        yield table(
            "How far the nodes are", ("Pool", "Nodes updated", "Paused"), map(words.pool, document["pools"]), "short"
        )
    yield node("h2", "Not checked")
    told = [node("li", or_none(each.get("what")), ": ", or_none(each.get("why"))) for each in document["not_checked"]]
    yield node("ul", *told) if told else node("p", "Everything was.")
    if document["record"]:
        yield node("h2", "The way back")
        yield node("p", words.back(document["record"]))
