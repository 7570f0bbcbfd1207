# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/playbooks.md from the comments and tasks of the playbooks; tests/unit/test_docs.py holds the two together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from environment import CHECKOUT

TARGET = CHECKOUT / "docs" / "playbooks.md"
ORDER = ("status", "preflight", "upgrade", "enable", "disable", "reconcile", "rollback")
HEAD = """\
# Playbooks

Each runs by its name, and takes `--check --diff`. `boot_images_hosts` says for which hosts of the inventory, `localhost` without it, and
`boot_images_connection` how each one's cluster is reached ([guides/fleet.md](guides/fleet.md)).
Every other variable is one of the roles [boot_images](../roles/boot_images/README.md) and [cluster_upgrade](../roles/cluster_upgrade/README.md);
here are those that matter most. `awx_setup` is described in [guides/awx.md](guides/awx.md). Made by `make playbook-page` from `playbooks/`.
"""
ROW = re.compile(r"^  +(?P<names>[\w=]+(?:(?:, | or )[\w=]+)*) +(?P<text>\S.*)$")
CODE = re.compile(r"--check --diff|\b(?:boot_images|cluster_upgrade)_[\w=]+|\{[^}]*\}")
POINTER = re.compile(r" ?Variables \([^)]*\):")


def comment(text: str) -> tuple[str, list[tuple[str, str]]]:
    """What the head of a playbook says in sentences, and its rows of variables."""
    head = re.match(r"---\n((?:#.*\n)+)", text)
    if not head:
        raise ValueError("A playbook begins with a comment that says what it does.")
    prose, rows = [], []
    for line in head[1].splitlines():
        found = ROW.match(line[1:])
        if found:
            rows.append((found["names"], found["text"]))
        else:
            prose.append(line[1:].strip())
    return POINTER.sub("", " ".join(prose)), rows


def steps(tasks: list[dict[str, Any]]) -> Iterator[str]:
    """The names of the tasks, of blocks those inside; what follows a failure is no step."""
    for task in tasks:
        if "block" in task:
            yield from steps(task["block"])
        else:
            yield task["name"]


def as_code(text: str) -> str:
    """Variables, values and options in backticks."""
    return CODE.sub(r"`\g<0>`", text)


def section(name: str) -> str:
    """What stands about one playbook."""
    text = (CHECKOUT / "playbooks" / f"{name}.yml").read_text(encoding="utf-8")
    prose, rows = comment(text)
    (play,) = yaml.safe_load(text)
    lines = [
        f"## {name}",
        "",
        as_code(prose),
        "",
        "```console",
        f"$ ansible-playbook okd.boot_images.{name}",
        "```",
        "",
    ]
    if rows:
        lines += ["| variable | says |", "|---|---|"]
        lines += [f"| {as_code(names)} | {as_code(says)} |" for names, says in rows]
        lines.append("")
    lines += [f"{number}. {step}" for number, step in enumerate(steps(play["tasks"]), 1)]
    return "\n".join(lines) + "\n"


def page() -> str:
    """The whole page."""
    return HEAD + "".join("\n" + section(name) for name in ORDER)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
