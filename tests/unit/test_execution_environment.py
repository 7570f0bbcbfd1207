# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Execution environments: what ansible-builder makes of the guide's definition, and what it finds that the collection needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

CHECKOUT = Path(__file__).resolve().parents[2]
DEFINITION = CHECKOUT / "docs/guides/execution-environment.yml"
NEEDED = {"kubernetes", "boto3", "google-auth", "requests"}


def builder(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("ansible-builder")), *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What ansible-builder finds in a folder of collections that holds this one, as it does inside the image."""
    tree = os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)[0]
    done = builder("introspect", tree)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = yaml.safe_load(done.stdout)
    return told


def test_the_python_packages_of_the_modules_get_in(found: dict[str, Any]) -> None:
    assert {Requirement(line.partition("#")[0]).name for line in found["python"]} == NEEDED
    assert all("from collection okd.boot_images" in line for line in found["python"])


def test_no_system_package_is_needed(found: dict[str, Any]) -> None:
    """All of these packages are wheels; without that a bindep.txt would have to name compilers."""
    assert not found["system"]
    assert not (CHECKOUT / "bindep.txt").exists()


def test_the_build_context_of_the_guide_s_definition(tmp_path: Path) -> None:
    done = builder(
        "create", "--file", str(DEFINITION), "--context", str(tmp_path), "--output-filename", "Containerfile"
    )
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "Containerfile").read_text().splitlines()
    base = yaml.safe_load(DEFINITION.read_text())["images"]["base_image"]["name"]
    assert f'ARG EE_BASE_IMAGE="{base}"' in lines
    assert any("ansible-runner" in line for line in lines if line.startswith("ARG ANSIBLE_INSTALL_REFS"))
    # A collection of type git is installed with git, so it must be there before.
    git = next(place for place, line in enumerate(lines) if "install -y git-core" in line)
    assert git < next(place for place, line in enumerate(lines) if "ansible-galaxy collection install" in line)
    (collection,) = yaml.safe_load((tmp_path / "_build/requirements.yml").read_text())["collections"]
    repository = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text())["repository"]
    assert collection == {"name": repository, "type": "git"}


def test_a_definition_with_a_mistake_is_refused(tmp_path: Path) -> None:
    """The counterpart: it was looked at."""
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(DEFINITION.read_text().replace("base_image:", "bass_image:"))
    assert builder("create", "--file", str(wrong), "--context", str(tmp_path / "context")).returncode != 0
