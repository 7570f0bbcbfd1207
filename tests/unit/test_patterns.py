# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job templates and surveys as code: extensions/patterns/boot_images agrees with the playbooks and roles, and with AWX's rules."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

CHECKOUT = Path(__file__).resolve().parents[2]
PATTERN = CHECKOUT / "extensions/patterns/boot_images"
DEFINITION = json.loads((PATTERN / "meta/pattern.json").read_text())
RESOURCES = DEFINITION["aap_resources"]
TEMPLATES = {each["playbook"]: each for each in RESOURCES["controller_job_templates"]}
QUESTIONS = [(name, each) for name, template in TEMPLATES.items() for each in template["survey"]["spec"]]
every_question = pytest.mark.parametrize(
    ("playbook", "question"), QUESTIONS, ids=[f"{name}-{each['variable']}" for name, each in QUESTIONS]
)
TYPE = {"str": {"text", "multiplechoice"}, "list": {"textarea"}, "bool": {"multiplechoice"}, "int": {"integer"}}


def options(playbook: str) -> dict[str, dict[str, Any]]:
    """The options of the roles that the collection's playbook of this name imports."""
    text = (CHECKOUT / "playbooks" / playbook).read_text()
    found = {}
    for role in set(re.findall(r"name: okd\.boot_images\.(\w+)", text)):
        specs = yaml.safe_load((CHECKOUT / "roles" / role / "meta/argument_specs.yml").read_text())["argument_specs"]
        found.update({name: option for entry in specs.values() for name, option in entry["options"].items()})
    return found


def answers(question: dict[str, Any]) -> list[Any]:
    """What AWX may hand over: a choice, what somebody may write, and an empty text, which ansible-core from 2.19 on reads as null."""
    if question["type"] == "multiplechoice":
        return list(question["choices"])
    if question["type"] == "integer":
        return [1, 3600]
    return ["", None, "one", "one\ntwo"] if question["type"] == "textarea" else ["", None, "one"]


def test_the_definition_keeps_the_rules_of_patterns() -> None:
    assert DEFINITION["schema_version"] == "3.0.0"
    assert DEFINITION["name"] == PATTERN.name
    assert re.fullmatch(r"[a-z0-9_]{1,64}", DEFINITION["name"])
    assert len(DEFINITION["title"]) <= 64
    assert not DEFINITION["short_description"].endswith(".")
    assert (PATTERN / "README.md").is_file()
    environment = RESOURCES["controller_execution_environment"]
    assert environment["pull"] in {"always", "missing", "never"}
    for each in TEMPLATES.values():
        assert each["execution_environment"] == environment["name"]
        assert set(each["labels"]) <= set(RESOURCES["controller_labels"])
        assert len(each["name"]) <= 200
    assert len({each["name"] for each in TEMPLATES.values()}) == len(TEMPLATES) == 7
    assert [each["playbook"] for each in TEMPLATES.values() if each["primary"]] == ["upgrade.yml"]


def test_every_playbook_has_a_template_and_a_wrapper_of_its_name() -> None:
    playbooks = {path.name for path in CHECKOUT.glob("playbooks/*.yml")} - {"awx_setup.yml"}
    assert set(TEMPLATES) == playbooks == {path.name for path in PATTERN.glob("playbooks/*")}
    for name in playbooks:
        (play,) = yaml.safe_load((PATTERN / "playbooks" / name).read_text())
        assert play["ansible.builtin.import_playbook"] == f"okd.boot_images.{name.removesuffix('.yml')}"


@every_question
def test_questions_keep_the_rules_of_surveys(playbook: str, question: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9_]{1,64}", question["variable"])
    assert question["question_name"] and question["question_description"].endswith(".")
    default = question.get("default")
    # AWX wants an integer as the default of an integer, and patterns want a text.
    assert default is None if question["type"] == "integer" else default is None or isinstance(default, str)
    assert ("choices" in question) is (question["type"] == "multiplechoice")
    if "choices" in question:
        # Without an answer AWX hands over an empty text, which is neither a boolean nor a choice.
        assert question["required"] is True
        assert default in question["choices"]
    else:
        assert question["required"] is False


@every_question
def test_every_question_asks_for_a_variable_of_its_playbooks_roles(playbook: str, question: dict[str, Any]) -> None:
    option = options(playbook)[question["variable"]]
    assert question["type"] in TYPE[option["type"]]
    if option["type"] == "bool":
        assert (question["choices"], question["default"]) == (["true", "false"], str(option["default"]).lower())
    elif "choices" in option:
        assert set(question["choices"]) <= set(option["choices"])
        assert question["default"] == option["default"]


@every_question
def test_every_answer_is_one_that_the_role_takes(playbook: str, question: dict[str, Any]) -> None:
    name = question["variable"]
    told = ("type", "elements", "choices", "default")
    option = {key: value for key, value in options(playbook)[name].items() if key in told}
    validator = ArgumentSpecValidator({name: option})
    for answer in answers(question):
        assert validator.validate({name: answer}).error_messages == [], answer


def test_no_variable_is_asked_for_twice() -> None:
    for template in TEMPLATES.values():
        names = [each["variable"] for each in template["survey"]["spec"]]
        assert len(names) == len(set(names))


def test_the_readme_names_every_template() -> None:
    text = (PATTERN / "README.md").read_text()
    assert [each["name"] for each in TEMPLATES.values() if f"| {each['name']} |" not in text] == []
