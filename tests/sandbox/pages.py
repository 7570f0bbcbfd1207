# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables that a run writes into a page of docs, between C(<!-- name -->) and C(<!-- end of name -->)."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def standing(text: str, name: str) -> str:
    """What the page has there now."""
    found = _place(name).search(text)
    return found.group() if found else ""


def filled_in(text: str, name: str, table: str) -> str:
    """The page with another table."""
    return _place(name).sub(lambda _found: table, text, count=1)


def fill_in(page: Path, name: str, table: str) -> None:
    """Write it into the file."""
    page.write_text(filled_in(page.read_text(encoding="utf-8"), name, table), encoding="utf-8")


def _place(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", re.DOTALL)
