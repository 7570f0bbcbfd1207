# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow a built site link by link: every file and anchor exists, and every page can be read to from the front page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from environment import CHECKOUT

FRONT = "index.html"
# What the theme's form and Sphinx itself make beside the pages.
NO_PAGES = {"search.html", "genindex.html"}
OURS = re.compile(r"https://github\.com/okd-project/okd\.boot_images/(?:blob|edit|tree)/main/(?P<path>[^#?]*)")


class Page(HTMLParser):
    """The anchors of a page, and its links with whether they stand in the text and not in the navigation around it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[tuple[str, bool]] = []
        self._depth = 0
        """How many div are open, counted from the one that holds the text."""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect."""
        given = {name: value for name, value in attrs if value is not None}
        if tag == "div" and (self._depth or given.get("role") == "main"):
            self._depth += 1
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.links += [(given[name], self._depth > 0) for name in ("href", "src") if name in given]

    def handle_endtag(self, tag: str) -> None:
        """Notice where the text ends."""
        if tag == "div" and self._depth:
            self._depth -= 1


@dataclass
class Site:
    """All pages of a folder."""

    root: Path
    links: int = 0
    reached_from: dict[str, set[str]] = field(default_factory=dict)
    """For each page, the pages that link to it in their text."""

    @cached_property
    def pages(self) -> dict[str, Page]:
        """By path from the root."""
        found = sorted(self.root.rglob("*.html"))
        return {path.relative_to(self.root).as_posix(): Page(path.read_text(encoding="utf-8")) for path in found}

    def problems(self) -> list[str]:
        """One line for each link that leads nowhere and each page that no text leads to."""
        if FRONT not in self.pages:
            return [f"{self.root} has no {FRONT}"]
        dead = [
            f"{name}: {link}: {why}"
            for name, page in self.pages.items()
            for link, in_text in page.links
            for why in self._wrong(name, link, in_text)
        ]
        lost = set(self.pages) - self._reached() - NO_PAGES
        return dead + [f"{name}: no text leads here from {FRONT}" for name in sorted(lost)]

    def _wrong(self, name: str, link: str, in_text: bool) -> Iterator[str]:
        self.links += 1
        parts = urlsplit(link)
        ours = OURS.match(link)
        if ours and not (CHECKOUT / unquote(ours["path"])).exists():
            yield "the repository has no such file"
        if parts.scheme or parts.netloc:
            return
        target = (self.root / name).parent / unquote(parts.path) if parts.path else self.root / name
        if not target.resolve().is_relative_to(self.root.resolve()) or not target.is_file():
            yield "there is no such file"
            return
        found = target.resolve().relative_to(self.root.resolve()).as_posix()
        if found in self.pages and in_text:
            self.reached_from.setdefault(found, set()).add(name)
        if parts.fragment and found in self.pages and unquote(parts.fragment) not in self.pages[found].anchors:
            yield "the page has no such anchor"

    def _reached(self) -> set[str]:
        reached: set[str] = set()
        fresh = {FRONT}
        while fresh:
            reached |= fresh
            fresh = {name for name, sources in self.reached_from.items() if sources & reached} - reached
        return reached
