# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands, tables and code as they stand in Markdown pages, and the names that the checkout really has."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = sorted([CHECKOUT / "README.md", *CHECKOUT.glob("docs/**/*.md"), *CHECKOUT.glob("roles/*/README.md")])
PAGES += [CHECKOUT / "tests" / "sandbox" / "README.md"]
BLOCK = re.compile(r"^ *```(?P<language>\w*)\n(?P<text>.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
PROMPT = "$ "


def code(text: str) -> Iterator[str]:
    """Every piece of code of a page: the lines of its blocks, then what stands between backticks in its text."""
    for block in BLOCK.finditer(text):
        yield from (line.strip() for line in block["text"].splitlines())
    yield from INLINE.findall(BLOCK.sub("", text))


def commands(text: str) -> list[list[str]]:
    """The words of every command; several on one line are several."""
    found = []
    for piece in code(text):
        try:
            lexer = shlex.shlex(piece.removeprefix(PROMPT), posix=True, punctuation_chars="&;|")
            lexer.whitespace_split = True
            words = list(lexer)
        except ValueError:  # an apostrophe in something that is no command
            continue
        start = 0
        for end, word in enumerate([*words, ";"]):
            if set(word) <= set("&;|"):
                found.append(words[start:end])
                start = end + 1
    return [each for each in found if each]


def variables(words: list[str]) -> list[str]:
    """Names of the variables that `-e` sets, as NAME=VALUE or as JSON; not those of a file."""
    values = [value for option, value in pairwise(words) if option == "-e" and not value.startswith("@")]
    return [
        name
        for value in values
        for name in (json.loads(value) if value.startswith("{") else [part.split("=")[0] for part in value.split()])
    ]


def column(text: str, title: str) -> list[str]:
    """The cells of every column that is headed so."""
    cells, place = [], None
    for line in [*text.splitlines(), ""]:
        row = [cell.strip() for cell in line.strip().strip("|").split(" | ")] if line.startswith("|") else None
        if row is None:
            place = None
        elif place is None:
            place = row.index(title) if title in row else -1
        elif place >= 0 and not set(line) <= set("|- "):
            cells.append(row[place])
    return cells


@cache
def role_variables(role: str) -> set[str]:
    """The options of all entry points of a role."""
    specs = yaml.safe_load((CHECKOUT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return {name for entry in specs["argument_specs"].values() for name in entry["options"]}


@cache
def playbook_variables(path: Path) -> set[str]:
    """What a playbook takes: the variables of its roles, and those that it has a default for itself, or that begin with its name."""
    text = path.read_text(encoding="utf-8")
    own = {*re.findall(r"\b(\w+) \| default\(", text), *re.findall(rf"\b{path.stem}_\w+", text)}
    return own.union(*(role_variables(role) for role in re.findall(r"name: okd\.boot_images\.(\w+)", text)))


@cache
def module_options(path: Path) -> set[str]:
    """The options of a module, those of its documentation fragments included."""
    documentation = _yaml_of(path, "DOCUMENTATION")
    names = set(documentation["options"])
    for fragment in documentation.get("extends_documentation_fragment", []):
        source = CHECKOUT / "plugins" / "doc_fragments" / (fragment.rpartition(".")[2] + ".py")
        names |= set(_yaml_of(source, "DOCUMENTATION").get("options", {}))
    return names


@cache
def make_targets() -> set[str]:
    """What can be made."""
    text = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))


def _yaml_of(path: Path, name: str) -> dict:
    found = re.search(rf'^ *{name} = r"""\n(.*?)"""', path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"{path} has no {name}"
    return yaml.safe_load(found[1])
