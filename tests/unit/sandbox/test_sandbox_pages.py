# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables are put into pages where they belong, and every page has the place that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.pages import DOCS, fill_in, filled_in, standing

PAGE = "# Page\n<!-- one -->\n| old |\n<!-- end of one -->\nText.\n<!-- two -->\n| old |\n<!-- end of two -->\n"


def test_only_the_named_table_changes() -> None:
    text = filled_in(PAGE, "two", "| \\1 new |\n")
    assert (standing(text, "one"), standing(text, "two")) == ("| old |\n", "| \\1 new |\n")
    assert filled_in(text, "two", "| old |\n") == PAGE
    assert filled_in(PAGE, "three", "x") == PAGE and standing(PAGE, "three") == ""


def test_a_file_is_filled_in(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    fill_in(page, "one", "")
    assert page.read_text(encoding="utf-8") == PAGE.replace("| old |\n", "", 1)


@pytest.mark.parametrize(
    ("page", "name"), [("performance.md", "table"), ("reliability.md", "faults"), ("reliability.md", "soak")]
)
def test_the_pages_have_their_places(page: str, name: str) -> None:
    assert "|" in standing((DOCS / page).read_text(encoding="utf-8"), name)
