# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook awx_setup through the real modules of awx.awx, into something that answers as AWX's API does."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.support.controller import SECRETS, TOKEN, Controller, running
from integration.support.playbooks import CHECKOUT, Play, play

from sandbox.wheels import collection, unpacked

PINS = Path(__file__).parent / "support/awx.txt"
PATTERN = CHECKOUT / "extensions/patterns/boot_images"
RESOURCES = json.loads((PATTERN / "meta/pattern.json").read_text())["aap_resources"]
STATUS = "Boot images: status"
FULL = {"host": "https://api.east:6443", "bearer_token": "sha256~full", "verify_ssl": True, "ssl_ca_cert": "PEM"}
EAST = {"name": "east", "credential": FULL, "read_only_credential": {**FULL, "bearer_token": "sha256~read"}}
TRUSTING = {**FULL, "verify_ssl": False}
TRUSTING.pop("ssl_ca_cert")
LAB = {"name": "lab", "credential": TRUSTING}
WEST = {"name": "west", "credential": {"kubeconfig": "kind: Config # secret-kubeconfig"}}


@pytest.fixture
def controller() -> Iterator[Controller]:
    with running() as made:
        yield made


def setup(controller: Controller, *arguments: str, clusters: Any = (EAST, LAB, WEST), token: str = TOKEN) -> Play:
    known = os.environ["ANSIBLE_COLLECTIONS_PATH"]
    awx = unpacked("awx.awx", PINS, collection("awx.awx"))
    env = {"CONTROLLER_HOST": controller.url, "CONTROLLER_OAUTH_TOKEN": token}
    given = {"awx_setup_clusters": list(clusters), "awx_setup_image": "registry.example/okd/boot_images_ee:1"}
    paths = {"ANSIBLE_COLLECTIONS_PATH": f"{known}{os.pathsep}{awx}", **env}
    return play("okd.boot_images.awx_setup", *arguments, env=paths, **given)


@pytest.mark.long
def test_everything_is_made_once_and_a_second_run_changes_nothing(controller: Controller) -> None:
    done = setup(controller)
    assert (done.code, done.recap()["failed"]) == (0, 0), done.output
    assert done.recap()["changed"] == 10, done.output  # all but the organization, which was there
    templates(controller)
    credentials(controller)
    schedule(controller)
    host = controller.named("hosts", "localhost")
    assert json.loads(host["variables"])["ansible_python_interpreter"] == "{{ ansible_playbook_python }}"
    environment = controller.named("execution_environments", "OKD boot images")
    assert environment["image"] == "registry.example/okd/boot_images_ee:1"
    for secret in ("sha256~full", "sha256~read", "secret-kubeconfig"):
        assert secret not in done.output

    controller.writes.clear()
    again = setup(controller)
    assert (again.code, again.recap()["changed"], controller.writes) == (0, 0, []), again.output


def templates(controller: Controller) -> None:
    """The templates are those of the pattern, with surveys and labels, and their playbooks are files of the project."""
    project = controller.named("projects", "OKD boot images")
    assert (project["scm_type"], project["scm_branch"]) == ("git", "main")
    for wanted in RESOURCES["controller_job_templates"]:
        made = controller.named("job_templates", wanted["name"])
        assert (CHECKOUT / made["playbook"]).is_file()
        assert Path(made["playbook"]).name == wanted["playbook"]
        assert (made["project"], made["survey_enabled"], made["allow_simultaneous"]) == (project["id"], True, True)
        assert controller.related["job_templates", made["id"], "survey_spec"] == wanted["survey"]
        assert len(controller.related["job_templates", made["id"], "labels"]) == len(wanted["labels"])
    assert len(controller.objects["job_templates"]) == len(RESOURCES["controller_job_templates"])


def credentials(controller: Controller) -> None:
    kinds = {number: each["name"] for number, each in controller.objects["credential_types"].items()}
    made = {each["name"]: each for each in controller.objects["credentials"].values()}
    assert {name: kinds[each["credential_type"]] for name, each in made.items()} == {
        "east": "OpenShift or Kubernetes API Bearer Token",
        "east (read only)": "OpenShift or Kubernetes API Bearer Token",
        "lab": "OpenShift or Kubernetes API Bearer Token",
        "west": "OKD kubeconfig",
    }
    assert made["east (read only)"]["inputs"] == EAST["read_only_credential"]
    assert made["lab"]["inputs"]["verify_ssl"] is False  # by saying so
    injectors = controller.named("credential_types", "OKD kubeconfig")["injectors"]
    assert injectors["env"] == {"K8S_AUTH_KUBECONFIG": "{{ tower.filename.kubeconfig }}"}
    assert injectors["file"] == {"template.kubeconfig": "{{ kubeconfig }}"}


def schedule(controller: Controller) -> None:
    """One a cluster that has a credential for it, and with no other credential."""
    (made,) = controller.objects["schedules"].values()
    assert made["name"] == f"{STATUS} of east"
    assert made["unified_job_template"] == controller.named("job_templates", STATUS)["id"]
    reader = controller.named("credentials", "east (read only)")["id"]
    assert controller.related["schedules", made["id"], "credentials"] == [reader]
    assert made["extra_data"] == {"boot_images_verify_images": "false"}
    assert made["rrule"].startswith("DTSTART:")


@pytest.mark.parametrize("missing", ["bearer_token", "verify_ssl", "ssl_ca_cert"])
def test_a_credential_that_would_not_do_is_refused_and_not_shown(controller: Controller, missing: str) -> None:
    lacking = {key: value for key, value in EAST["read_only_credential"].items() if key != missing}
    done = setup(controller, clusters=[WEST, {**EAST, "read_only_credential": lacking}])
    assert done.code == 2
    assert "A credential of east needs kubeconfig, or host, bearer_token, verify_ssl and ssl_ca_cert" in done.text
    assert controller.writes == []
    for secret in ("sha256~full", "sha256~read", "secret-kubeconfig"):
        assert secret not in done.output


def test_a_token_that_awx_does_not_know(controller: Controller) -> None:
    done = setup(controller, token="another")
    assert (done.code, controller.writes) == (2, [])
    assert "Invalid authentication credentials" in done.text


def test_the_secrets_of_the_tests_are_those_that_awx_hides() -> None:
    assert {"bearer_token", "kubeconfig"} == SECRETS
