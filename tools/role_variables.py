# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the table of variables into each role's README from its argument_specs.yml; tests/unit/test_roles.py holds the two together."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

ROLES = Path(__file__).resolve().parent.parent / "roles"
BEGIN, END = "<!-- The table is made by `make role-variables`. -->\n", "<!-- End of the table. -->\n"
HEAD = "| variable | type | default | |\n|---|---|---|---|\n"
MARKUP = re.compile(r"\b(?P<kind>[BCEILMOPRUV])\((?P<text>(?:[^()\\]|\\.|\([^()]*\))*)\)")


def variables(role: str) -> dict[str, dict[str, Any]]:
    """Every variable that an entry point of the role has, by name; lists with the default that the role gives them."""
    specs = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    given = yaml.safe_load((ROLES / role / "defaults" / "main.yml").read_text(encoding="utf-8"))
    lists = {name: {"default": value} for name, value in given.items() if isinstance(value, list)}
    return {
        name: {**lists.get(name, {}), **option} for entry in specs.values() for name, option in entry["options"].items()
    }


def plain(text: str) -> str:
    """Ansible's markup as Markdown; of C(name#kind) and C(name,url) the name."""

    def replaced(found: re.Match[str]) -> str:
        words = found["text"]
        if found["kind"] in "LMOPR":
            words = re.split(r"[,#]", words)[0] if found["kind"] != "O" else words.rsplit(":", 1)[-1]
        return words if found["kind"] in "BIU" else f"`{words}`"

    return MARKUP.sub(replaced, text)


def shown(option: dict[str, Any]) -> tuple[str, str]:
    """Type and default as they stand in the table."""
    kind = f"list of {option['elements']}" if option["type"] == "list" else option["type"]
    if "choices" in option:
        kind = ", ".join(f"`{choice}`" for choice in option["choices"])
    default = option.get("default")
    told = default if isinstance(default, str) else json.dumps(default)
    return kind, "**required**" if option.get("required") else "" if default is None else f"`{told}`"


def table(role: str) -> str:
    """The table between its marks."""
    rows = []
    for name, option in sorted(variables(role).items()):
        told = option["description"]
        text = " ".join(told if isinstance(told, list) else [told])
        rows.append("| " + " | ".join([f"`{name}`", *shown(option), plain(text).replace("|", "\\|")]) + " |\n")
    return BEGIN + HEAD + "".join(rows) + END


def readme(role: str) -> str:
    """The role's README with the table as it should be."""
    text = (ROLES / role / "README.md").read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{role}/README.md has no marks for the table")
    return before + table(role) + after


def roles() -> list[str]:
    """The roles by name."""
    return sorted(path.name for path in ROLES.iterdir() if path.is_dir())


if __name__ == "__main__":
    for each in roles():
        (ROLES / each / "README.md").write_text(readme(each), encoding="utf-8")
