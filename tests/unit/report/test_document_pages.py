# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report's pages: whole, readable by machines for people, and proof against what strangers have put into names and messages."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt
from unit.reports import BEGUN, ENDED, HOSTILE, REGISTERED, hostile, report

from ansible_collections.okd.boot_images.plugins.module_utils.report import words as wording
from ansible_collections.okd.boot_images.plugins.module_utils.report.document import document
from ansible_collections.okd.boot_images.plugins.module_utils.report.facts import Facts, Times
from ansible_collections.okd.boot_images.plugins.module_utils.report.fleet import fleet
from ansible_collections.okd.boot_images.plugins.module_utils.report.markdown import escaped, markdown
from ansible_collections.okd.boot_images.plugins.module_utils.report.page import cluster
from ansible_collections.okd.boot_images.plugins.module_utils.report.style import CSS, DARK, LIGHT
from ansible_collections.okd.boot_images.plugins.module_utils.report.text import plain

INLINE = {"span", "strong", "code", "a"}
VOID = {"meta", "br", "link", "img", "hr", "input"}
FAILURE = {"task": "Upgrade", "result": {"msg": "It took too long.", "reason": "wait_timed_out"}}
NOW = "2026-11-22T03:00:00Z"


class Page(HTMLParser):
    """A page taken apart: tags with attributes in order, the text, and whether every tag was closed in turn."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.inside: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in INLINE:
            self.texts.append(" ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.inside.setdefault(self.open[-1] if self.open else "", []).append(data)
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def failed() -> dict[str, Any]:
    return report(after={}, failure=FAILURE)


def begun() -> dict[str, Any]:
    return document("prod", Facts(before=REGISTERED["before"], version="4.18.0"), Times(BEGUN, None))


def evil() -> dict[str, Any]:
    """A run in which every text of the cluster is hostile, and every list has something."""
    ours = frozenset({"resource", "decision", "severity", "state", "will"})
    found = {name: hostile(value, ours) for name, value in REGISTERED.items()}
    found["after"]["waiting_for"] = [
        {"object": HOSTILE, "reason": HOSTILE, "message": HOSTILE, "state": "stuck", "by_itself": False}
    ]
    found["before"]["blockers"] = found["after"]["blockers"]
    found["upgrade"].update(acknowledged=[HOSTILE], gates=[{"name": HOSTILE, "text": HOSTILE}], timings={HOSTILE: 3})
    found["configured"]["warnings"] = [HOSTILE]
    failure = {"task": HOSTILE, "result": {"msg": HOSTILE, "reason": HOSTILE}}
    return document(HOSTILE, Facts(**found, failure=failure, version=HOSTILE), Times(BEGUN, ENDED))


def pages() -> Iterator[tuple[str, str]]:
    for name, told in (("ok", report()), ("failed", failed()), ("begun", begun()), ("evil", evil())):
        yield name, cluster(told, "prod")
    yield "fleet", fleet({"a": report("a"), "b": failed(), "c": begun(), "d": evil(), "e": None}, ["a", "f"], NOW)


PAGES = dict(pages())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_needs_nothing_else(name: str) -> None:
    page = Page(PAGES[name])
    assert PAGES[name].startswith("<!DOCTYPE html>")
    assert page.all("html") == [{"lang": "en"}]
    assert all("".join(page.inside["title"]).strip() for _each in page.all("title")) and page.all("title")
    tags = {tag for tag, _attributes in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "svg", "video"}
    attributes = {attribute for _tag, attributes in page.tags for attribute in attributes}
    assert not {each for each in attributes if each.startswith("on") or each in ("style", "src", "srcset", "action")}
    links = {str(each["href"]) for each in page.all("a")}
    assert links
    assert all(re.fullmatch(r"[A-Za-z0-9._%-]+\.(html|md|json)", link) for link in links)
    assert "url(" not in CSS and "@import" not in CSS


@pytest.mark.parametrize("name", PAGES)
def test_a_page_lets_no_browser_load_or_run_anything(name: str) -> None:
    page = Page(PAGES[name])
    (policy,) = [each["content"] for each in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256("".join(page.inside["style"]).encode()).digest()).decode()
    assert policy and policy.startswith("default-src 'none'; ") and f"style-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("name", PAGES)
def test_headings_and_tables_can_be_followed_by_ear(name: str) -> None:
    page = Page(PAGES[name])
    levels = [int(tag[1]) for tag, _attributes in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))
    assert {each.get("scope") for each in page.all("th")} == {"col", "row"}
    assert len(page.all("caption")) == len(page.all("table")) == PAGES[name].count('role="table"')
    assert {each.get("role") for each in page.all("tr")} == {"row"}
    assert len(page.all("main")) == 1
    for each in page.all("td"):
        assert each["data-title"]  # what stands before the cell on a phone


def test_on_a_phone_a_row_is_a_card_and_nothing_is_wider_than_the_screen() -> None:
    narrow = CSS.split("@media screen and (max-width:44rem){")[1].split("@media")[0]
    assert "table,table.short{display:block;min-width:0}" in narrow
    everywhere = re.sub(r"@media.*?\}\}", "", CSS)
    wide = set(re.findall(r"([^{}]+)\{[^{}]*min-width:(?!0)", everywhere)) | set(re.findall(r"min-width:[1-9]", narrow))
    assert wide == {"table.short"}  # which the narrow rules take back
    assert CSS.count("{") == CSS.count("}")


def luminance(colour: str) -> float:
    """WCAG 2's relative luminance of C(#rrggbb)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAIRS = [(text, back) for text in ("text", "soft", "link") for back in ("page", "card")]
PAIRS += [(kind, kind + "-back") for kind in ("ok", "warn", "bad", "rest")]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "back"), PAIRS)
def test_contrast(colours: dict[str, str], text: str, back: str) -> None:
    assert contrast(colours[text], colours[back]) >= 4.5


def test_contrast_is_computed_as_wcag_does() -> None:
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert set(LIGHT) == set(DARK)


@pytest.mark.parametrize("name", ["evil", "fleet"])
def test_no_text_of_the_cluster_becomes_markup_in_html(name: str) -> None:
    page = Page(PAGES[name])
    shown = plain(HOSTILE)
    assert shown in page.text
    assert "<script>alert(1)</script>" in page.text  # as text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", PAGES[name])
    assert "{{ 7*7 }}" in page.text


def test_no_text_of_the_cluster_becomes_markup_in_markdown() -> None:
    text = markdown(evil())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    page = Page(html)
    tags = {tag for tag, _attributes in page.tags}
    assert tags <= {
        "h1",
        "h2",
        "p",
        "ul",
        "li",
        "strong",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "blockquote",
    }
    assert page.inside["strong"] and all(attributes == {} for _tag, attributes in page.tags)
    assert page.text.count("<script>alert(1)</script>") > 20
    cells = {cell for cell in page.inside["td"] if "script" in cell}
    assert plain(HOSTILE) in cells
    columns = [len(re.findall("<t[hd]>", row)) for row in re.findall("<tr>.*?</tr>", html, re.DOTALL)]
    assert set(columns) == {2, 3, 5, 7}  # of the five tables, in which no pipe has made one more


@pytest.mark.parametrize(
    "text",
    [
        "# h",
        "- l",
        "+ l",
        "1. l",
        "123) l",
        "> q",
        "=====",
        "--",
        "a_b _c_ __d__",
        "~~s~~",
        "&lt;b&gt;",
        "<b>",
        "![i](x)",
        "\\",
        "`c`",
        "a|b",
        "***",
    ],
)
def test_markdown_shows_a_text_as_it_is(text: str) -> None:
    page = Page(
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render("- " + escaped(text))
    )
    assert page.text == text
    assert {tag for tag, _attributes in page.tags} == {"ul", "li"}


def test_markdown_leaves_harmless_texts_alone() -> None:
    for text in (
        "4.18.0-okd-scos.5",
        "demo-7xq4k-worker-a",
        "operator_missed_it",
        "A -> B",
        "rhcos-418-94-202501290304-0",
    ):
        assert escaped(text) == text


def test_the_page_says_what_a_person_wants_to_know() -> None:
    text = Page(PAGES["ok"]).text
    for words in (
        "Boot images of prod done", "4.17.12 → 4.18.0", "1 h 45 min", "What a person must still do Nothing.", "Before the next upgrade",
        "3 of 4 current, the control plane's not Updated in this run 3", "Updated by operator machine-config.",
        "6 of 9 machines were started from another image",
        "The playbook rollback with boot_images_record=", "a backup of etcd", "control plane 10 s",
    ):  # fmt: skip
        assert words in text, words
    assert "4.17.12 → 4.18.0 (whether reached is not known)" in Page(PAGES["failed"]).text
    stopped = report(after=REGISTERED["before"], failure=FAILURE)
    assert "4.17.12 → 4.18.0 (not reached)" in Page(cluster(stopped, "prod")).text
    assert "Task Upgrade" not in text
    assert "under way, or it was ended from outside" in Page(PAGES["begun"]).text


def sections(text: str) -> dict[str, str]:
    """What stands in Markdown below each heading; that of the report below its name."""
    parts = (part.split("\n\n", 1) for part in text.replace("## ", "# ").split("# ")[1:])
    return {heading: body.strip() for heading, body in parts}


def test_markdown_says_what_is_not_known_and_leaves_out_what_is_not_there() -> None:
    done, gone, on = (sections(markdown(each)) for each in (report(), failed(), begun()))
    for told, note in ((gone, wording.NOT_LOOKED), (on, wording.NOT_FINISHED)):
        top = told["Boot images of prod: " + wording.STATES["failed" if told is gone else "running"]]
        assert [each in top for each in (wording.NOT_LOOKED, wording.NOT_FINISHED)] == [
            note == wording.NOT_LOOKED,
            note == wording.NOT_FINISHED,
        ]
    assert (done["Admin gates acknowledged"], on["Admin gates acknowledged"]) == ("None.", wording.UNKNOWN)
    assert on["Timings"] == wording.UNKNOWN and "control plane" in done["Timings"]
    assert {"Machine config pools", "The way back"} <= done.keys()
    assert not {"Machine config pools", "The way back", "What a person must still do"} & on.keys()
    assert on["Machines on old images"] == gone["Machines on old images"] == wording.UNKNOWN


def test_where_no_machine_is_old_none_is_named() -> None:
    new = [{**each, "drift": False} for each in REGISTERED["after"]["machines"]]
    told = report(after={**REGISTERED["after"], "machines": new})
    assert sections(markdown(told))["Machines on old images"].startswith("0 of 9 machines ")
    assert "machine set | node" not in markdown(told)
    assert wording.EXISTING not in markdown(told) and wording.EXISTING in markdown(report())


def test_a_cluster_without_a_channel_has_no_line_for_it() -> None:
    for channel, lines in (("stable-4.18", ["- Channel: stable-4.18"]), ("", []), (None, [])):
        newest = {**REGISTERED["after"], "cluster": {**REGISTERED["after"]["cluster"], "channel": channel}}
        found = markdown(report(after=newest)).splitlines()
        assert [line for line in found if line.startswith("- Channel")] == lines


def test_many_machines_are_named_up_to_a_number() -> None:
    machine = REGISTERED["after"]["machines"][-1]
    many = [{**machine, "name": f"machine-{number}", "drift": True} for number in range(205)]
    told = report(after={**REGISTERED["after"], "machines": many})
    for text in (cluster(told, "prod"), markdown(told)):
        assert "machine-199" in text and "machine-200" not in text
        assert "And 5 more, which the JSON names." in text
    assert len(told["machines"]["old"]) == 205


def test_the_fleet_page_has_a_row_for_every_cluster_and_the_worst_first() -> None:
    page = Page(PAGES["fleet"])
    assert "Boot images of 6 clusters" in page.text
    states = [str(each["class"]).split()[-1] for each in page.all("span") if str(each.get("class")).startswith("pill")]
    assert states == ["failed", "failed", "unreadable", "running", "waiting", "ok"]
    assert {each["href"] for each in page.all("a")} >= {"a.html", "b.json", "c.md"}
    assert "2 failed, 1 unreadable, 1 not finished, 1 not begun, 1 done." in page.text
    assert "It took too long." in page.text
    assert "1 before the next upgrade" not in page.text and "2 before the next upgrade" in page.text


@pytest.mark.parametrize(
    "junk", [{}, [], 3, {"format": 2, "state": "ok"}, {"format": 1, "state": []}, {"format": 1, "state": "<b>"}]
)
def test_a_strange_report_has_a_row_and_harms_no_other(junk: Any) -> None:
    page = Page(fleet({"a": report("a"), "x": junk}, [], NOW))
    assert "1 unreadable, 1 done." in page.text


def test_a_report_of_our_format_with_strange_insides() -> None:
    for key in ("run", "counts", "version", "failure", "to_do", "name"):
        for junk in (3, "x", [], {}, [3], None):
            assert Page(fleet({"a": {**report("a"), key: junk}}, [], NOW)).all("tr")
