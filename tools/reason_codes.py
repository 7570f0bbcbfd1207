# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/reason-codes.md from the code's own table; tests/unit/test_docs.py holds the two together."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.okd.boot_images.plugins.module_utils.model import errors, reasons

TARGET = Path(__file__).resolve().parent.parent / "docs" / "reason-codes.md"
HEAD = """\
# Reason codes

A closed set: a code never changes its meaning, so playbooks can `assert` on it. Made by `make reason-codes` from
`plugins/module_utils/model`.

## Of machine sets, findings and waits

| code | meaning | what to do |
|---|---|---|
"""
ERRORS = """
## Of failed modules

The `reason` beside `msg` in a failed result.

| code | meaning |
|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = [f"| `{each.code}` | {each.meaning} | {each.remedy or '-'} |" for each in reasons.ALL.values()]
    classes = sorted(errors.BootImageError.__subclasses__(), key=lambda each: each.reason)
    failures = [f"| `{each.reason}` | {(each.__doc__ or '').strip()} |" for each in classes]
    return HEAD + "\n".join(rows) + "\n" + ERRORS + "\n".join(failures) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
