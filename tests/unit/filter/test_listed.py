# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that were answered as texts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.okd.boot_images.plugins.filter.listed import FilterModule, listed

ROLES = Path(__file__).resolve().parents[3] / "roles"
TASKS = sorted(ROLES.glob("*/tasks/*.yml"))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("", []),
        (" \n ,", []),
        (None, []),
        ([], []),
        ("one", ["one"]),
        ("one,two", ["one", "two"]),
        (" one , two ,", ["one", "two"]),
        ("one\ntwo\r\n\nthree, four\n", ["one", "two", "three", "four"]),
        ('["one", "two, three"]', ["one", "two, three"]),
        (["one, two", "three"], ["one, two", "three"]),
        (("one",), ["one"]),
        (7, [7]),
    ],
)
def test_listed(given: Any, found: list[Any]) -> None:
    assert listed(given) == found


@pytest.mark.parametrize("given", ["[one", {"one": 1}])
def test_what_is_no_list_is_refused(given: Any) -> None:
    with pytest.raises(ValueError):
        listed(given)


def test_ansible_finds_it() -> None:
    assert FilterModule().filters() == {"listed": listed}


def variables(kind: str) -> set[str]:
    """The variables of this type in all roles."""
    found = set()
    for path in ROLES.glob("*/meta/argument_specs.yml"):
        for entry in yaml.safe_load(path.read_text())["argument_specs"].values():
            found |= {name for name, option in entry["options"].items() if option["type"] == kind}
    return found


@pytest.mark.parametrize("path", TASKS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_every_list_of_a_role_may_be_a_text(path: Path) -> None:
    lists = variables("list")
    assert lists
    used = re.findall(r"\b(\w+)\b(?! *:)([^,}\n]*)", path.read_text())
    assert [name for name, rest in used if name in lists and "okd.boot_images.listed" not in rest] == []


@pytest.mark.parametrize("path", TASKS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_no_text_is_taken_for_true(path: Path) -> None:
    """A module's option reads C(false) as a text too; Jinja takes it for true."""
    truths = variables("bool")
    assert truths
    alone = [re.compile(rf'^\s*\w+: "{{{{ {name} }}}}"$', re.MULTILINE) for name in truths]
    text = path.read_text()
    for pattern in alone:
        text = pattern.sub("", text)
    assert [
        found for found in re.findall(r"\b(\w+)\b(?! *:)(?! \| (?:default\(false\) \| )?bool)", text) if found in truths
    ] == []
