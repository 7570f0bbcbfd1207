# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The link checker of the documentation site sees each kind of dead link."""

from __future__ import annotations

import pytest
from site_links import Site

FRONT = '<div role="main"><div>{}</div></div>'


def site(root, **pages):
    (root / "docs").mkdir()
    for name, text in pages.items():
        path = root / (name.replace("__", "/") + ".html")
        path.write_text(text, encoding="utf-8")
    return Site(root)


def test_a_sound_site_has_no_problems(tmp_path):
    found = site(
        tmp_path,
        index=FRONT.format('<a href="docs/a%20b.html#there">x</a> <a href="#here" id="here">y</a>'),
        **{"docs__a b": '<h1 id="there">A</h1><a href="https://example.org/gone">z</a>'},
    )
    assert found.problems() == []
    assert found.links == 3


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ('<a href="nowhere.html">', "there is no such file"),
        ('<a href="../../../../../../../../etc/hostname">', "there is no such file"),
        ('<a href="/index.html">', "there is no such file"),
        ('<a href="docs/">', "there is no such file"),
        ('<img src="picture.png">', "there is no such file"),
        ('<a href="#nowhere">', "the page has no such anchor"),
        ('<a href="index.html#nowhere">', "the page has no such anchor"),
        (
            '<a href="https://github.com/okd-project/okd.boot_images/blob/main/docs/gone.md">',
            "the repository has no such file",
        ),
    ],
)
def test_a_link_that_leads_nowhere_is_named(tmp_path, link, why):
    (problem,) = site(tmp_path, index=FRONT.format(link)).problems()
    assert problem.startswith("index.html: ") and problem.endswith(why)


def test_links_to_the_repository_s_own_files_are_followed(tmp_path):
    link = '<a href="https://github.com/okd-project/okd.boot_images/blob/main/README.md#two-commands">'
    assert site(tmp_path, index=FRONT.format(link)).problems() == []


def test_a_page_that_only_the_navigation_leads_to_is_lost(tmp_path):
    text = FRONT.format("") + '<nav><a href="docs/lost.html">lost</a></nav>'
    assert site(tmp_path, index=text, docs__lost="").problems() == [
        "docs/lost.html: no text leads here from index.html"
    ]


def test_pages_that_only_lead_to_each_other_are_lost(tmp_path):
    found = site(
        tmp_path,
        index=FRONT.format(""),
        docs__a=FRONT.format('<a href="b.html">'),
        docs__b=FRONT.format('<a href="a.html">'),
    )
    assert [problem.split(":")[0] for problem in found.problems()] == ["docs/a.html", "docs/b.html"]


def test_a_page_is_reached_through_others(tmp_path):
    found = site(
        tmp_path,
        index=FRONT.format('<a href="docs/a.html">'),
        docs__a=FRONT.format('<a href="b.html">'),
        docs__b="",
    )
    assert found.problems() == []


def test_a_folder_without_a_front_page_is_no_site(tmp_path):
    assert site(tmp_path).problems() == [f"{tmp_path} has no index.html"]
