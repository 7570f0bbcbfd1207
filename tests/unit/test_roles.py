# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles' variables: what is used is specified, and what is specified is used with the default that it has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
ROLES = sorted(path.name for path in (CHECKOUT / "roles").iterdir() if path.is_dir())
SET_BY_TASKS = re.compile(r"^\s*(?:register: (\w+)|(boot_images_\w+|cluster_upgrade_\w+):)", re.MULTILINE)
NAME = re.compile(r"(?<![\w.'\"])(?:boot_images|cluster_upgrade)_\w+")


def specified(role: str) -> dict[str, dict[str, Any]]:
    """The options of all entry points by name."""
    specs = yaml.safe_load((CHECKOUT / "roles" / role / "meta/argument_specs.yml").read_text())["argument_specs"]
    return {name: option for entry in specs.values() for name, option in entry["options"].items()}


def defaults(role: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CHECKOUT / "roles" / role / "defaults/main.yml").read_text())
    return found


def code(folder: str) -> str:
    """All YAML of a folder without comments."""
    texts = [path.read_text() for path in sorted((CHECKOUT / folder).glob("*.yml"))]
    assert texts
    return re.sub(r"(?m)^\s*#.*$", "", "\n".join(texts))


@pytest.mark.parametrize("role", ROLES)
def test_defaults_are_those_of_the_specification(role: str) -> None:
    options = specified(role)
    computed = {name for name, value in defaults(role).items() if isinstance(value, str) and "{{" in value}
    lists = {name for name, value in defaults(role).items() if isinstance(value, list)}
    plain = {name: value for name, value in defaults(role).items() if name not in computed | lists}
    assert plain == {name: option["default"] for name, option in options.items() if name in plain}
    assert set(options) >= computed | lists
    # AWX hands an empty answer over as null, which is refused as a list where there is a default.
    assert lists and all(options[name]["type"] == "list" and "default" not in options[name] for name in lists)
    # What an entry point is given by a playbook needs no default of the role.
    told = {name for name, option in options.items() if "default" in option} - set(defaults(role))
    assert told <= {"boot_images_changed_already"}


def test_every_variable_that_is_used_is_specified_or_made() -> None:
    known = {name for role in ROLES for name in specified(role)} | {"boot_images_hosts"}
    everywhere = [code(f"roles/{role}/tasks") for role in ROLES] + [code("playbooks")]
    made = {name for text in everywhere for pair in SET_BY_TASKS.findall(text) for name in pair if name}
    for text in everywhere:
        assert sorted(set(NAME.findall(text)) - known - made) == []


@pytest.mark.parametrize("role", ROLES)
def test_every_variable_that_is_specified_is_used(role: str) -> None:
    text = code(f"roles/{role}/tasks") + code("playbooks")
    assert [name for name in specified(role) if not re.search(rf"\b{name}\b", text)] == []
