# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command, variable, code and message that a page names exists: a runbook is read when there is no time to find out."""

from __future__ import annotations

import itertools
import re

import pytest
from unit.documented import (
    CHECKOUT,
    PAGES,
    code,
    column,
    commands,
    make_targets,
    module_options,
    playbook_variables,
    role_variables,
    variables,
)

from ansible_collections.okd.boot_images.plugins.module_utils.model import errors, reasons

RUNBOOK = CHECKOUT / "docs" / "runbook.md"
PLAYBOOKS = {path.stem: path for path in CHECKOUT.glob("playbooks/*.yml")}
MODULES = {path.stem: path for path in CHECKOUT.glob("plugins/modules/*.py") if path.stem != "__init__"}
OURS = "okd.boot_images."
VARIABLE = re.compile(r"(?<![\w.-])(?:boot_images|cluster_upgrade)_[a-z_]*[a-z](?![\w-])")
CODES = set(reasons.ALL) | {error.reason for error in vars(errors).values() if hasattr(error, "reason")}


@pytest.fixture(params=PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def text(request):
    return request.param.read_text(encoding="utf-8")


def test_playbooks_that_are_called_exist_and_take_what_is_set(text):
    for words in commands(text):
        if words[0] == "ansible-playbook" and len(words) > 1 and words[1].startswith(OURS):
            name = words[1].removeprefix(OURS)
            assert name in PLAYBOOKS, words
            assert set(variables(words)) <= playbook_variables(PLAYBOOKS[name]), words


def test_variables_that_are_set_alone_are_a_role_s(text):
    known = set().union(*map(playbook_variables, PLAYBOOKS.values()))
    assert {name for words in commands(text) if words[0] == "-e" for name in variables(words)} <= known


def test_modules_that_are_called_exist_and_take_what_is_given(text):
    for words in commands(text):
        if words[0] == "ansible" and "-m" in words:
            name = words[words.index("-m") + 1].removeprefix(OURS)
            assert name in MODULES, words
            given = words[words.index("-a") + 1].split() if "-a" in words else []
            assert {each.split("=")[0] for each in given} <= module_options(MODULES[name]), words


def test_targets_that_are_made_exist(text):
    for words in commands(text):
        if words[0] == "make":
            named = itertools.takewhile(lambda word: not word.startswith("#"), words[1:])
            assert {word for word in named if "=" not in word} <= make_targets(), words


def test_variables_that_are_named_exist(text):
    registered = set()
    for path in CHECKOUT.glob("roles/*/tasks/*.yml"):
        tasks = path.read_text(encoding="utf-8")
        registered |= set(re.findall(r"register: (\w+)", tasks))
        registered |= set(re.findall(r"set_stats:.*?data:\s+(\w+):", tasks, re.DOTALL))
    known = (
        role_variables("boot_images") | role_variables("cluster_upgrade") | registered | CODES | {"boot_images_hosts"}
    )
    assert {name for piece in code(text) for name in VARIABLE.findall(piece)} <= known


def test_codes_that_are_looked_up_in_a_table_exist(text):
    cells = column(text, "code") + column(text, "`reason`")
    assert {name for cell in cells for name in re.findall(r"`(\w+)`", cell)} <= CODES


def test_messages_of_the_runbook_are_said_by_the_code():
    said = [
        path.read_text(encoding="utf-8")
        for pattern in ("plugins/**/*.py", "playbooks/*.yml", "roles/*/tasks/*.yml")
        for path in CHECKOUT.glob(pattern)
    ]
    messages = [
        piece.strip()
        for cell in column(RUNBOOK.read_text(encoding="utf-8"), "the message says")
        for message in re.findall(r"`([^`]+)`", cell)
        for piece in message.split("…")
        if piece.strip()
    ]
    assert len(messages) > 10
    assert [message for message in messages if not any(message in source for source in said)] == []


def test_the_runbook_is_read_as_commands():
    """Else the tests above would pass because nothing is found in it."""
    found = commands(RUNBOOK.read_text(encoding="utf-8"))
    assert {words[1].removeprefix(OURS) for words in found if words[0] == "ansible-playbook"} == (
        set(PLAYBOOKS) - {"awx_setup"}  # it has nothing to do with a night
    )
    assert len({name for words in found for name in variables(words)}) > 8
