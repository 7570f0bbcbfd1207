# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documents say of the code is what the code says."""

from __future__ import annotations

import re

import playbook_page
import pytest
import reason_codes
import role_variables
import yaml
from unit.documented import CHECKOUT, PAGES

LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def test_each_roles_readme_has_every_variable_of_its_argument_specs():
    for role in role_variables.roles():
        text = (CHECKOUT / "roles" / role / "README.md").read_text(encoding="utf-8")
        assert role_variables.variables(role), role
        assert all(f"| `{name}` |" in text for name in role_variables.variables(role)), "run make role-variables"
        assert text == role_variables.readme(role), "run make role-variables"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("V(a) and O(b), C(c) of M(x.y.z)", "`a` and `b`, `c` of `x.y.z`"),
        ("P(x.y.z#filter) and O(x.y.z#role:main:v)", "`x.y.z` and `v`"),
        ("I(a) B(b), plain (text)", "a b, plain (text)"),
    ],
)
def test_ansibles_markup_becomes_markdown(markup, text):
    assert role_variables.plain(markup) == text


def test_the_page_of_reason_codes_is_the_codes_own():
    assert reason_codes.TARGET.read_text(encoding="utf-8") == reason_codes.page(), "run make reason-codes"


def test_the_page_of_playbooks_is_the_playbooks_own():
    assert {*playbook_page.ORDER, "awx_setup"} == {path.stem for path in CHECKOUT.glob("playbooks/*.yml")}
    assert playbook_page.TARGET.read_text(encoding="utf-8") == playbook_page.page(), "run make playbook-page"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_lead_to_files(page):
    """Not to folders, which are no pages of the site."""
    dead = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / target).is_file()]
    assert not dead


def test_the_readme_names_every_module_role_and_playbook():
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    named = [path.stem for path in CHECKOUT.glob("plugins/modules/*.py") if path.stem != "__init__"]
    named += [path.name for path in CHECKOUT.glob("roles/*")]
    named += [path.stem for path in CHECKOUT.glob("playbooks/*.yml")]
    assert [name for name in named if f"`{name}`" not in text] == []


RIGHT = re.compile(
    r"^\| (?P<verbs>[a-z, ]+) \| `(?P<resource>[^`]+)`(?P<names>( `[^`]+`,?)*)( in `(?P<namespace>[^`]+)`)? \|",
    re.MULTILINE,
)


@pytest.mark.parametrize("role", ["reader", "operator", "upgrader"])
def test_the_table_of_rights_is_the_role(role):
    text = (CHECKOUT / "docs/rbac/README.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {role}.yml\n")[2].partition("\n## ")[0]
    told = {
        (verb, found["resource"], name, found["namespace"] or "")
        for found in RIGHT.finditer(section)
        for verb in found["verbs"].split(", ")
        for name in re.findall("`([^`]+)`", found["names"]) or [""]
    }
    objects = yaml.safe_load((CHECKOUT / f"docs/rbac/{role}.yml").read_text(encoding="utf-8"))["items"]
    granted = {
        (verb, f"{resource}.{group}".rstrip("."), name, each["metadata"].get("namespace", ""))
        for each in objects
        for rule in each.get("rules", ())
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for name in rule.get("resourceNames", [""])
        for verb in rule["verbs"]
    }
    assert told == granted


def test_every_page_stands_on_the_front_page_of_the_site():
    front = (CHECKOUT / "tools" / "site" / "index.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^(?:[^<\n]+<)?([\w/-]+)>?$", front, re.MULTILINE))
    pages = {path.relative_to(CHECKOUT).with_suffix("").as_posix() for path in PAGES}
    assert sorted(pages - listed) == [], "add it to tools/site/index.md"
