# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The repository agrees with itself: what is said in one file about another is so."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import audit
import lock
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCK_LINE = re.compile(r"^(?P<requirement>[^\s#][^\\\n]*?)\s*\\$", re.MULTILINE)
HEADER = (
    "Copyright (c) 2026, the okd.boot_images contributors",
    "GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)",
    "SPDX-License-Identifier: GPL-3.0-or-later",
)
WITHOUT_SUFFIX = {"Makefile", "tools/run", ".ci/run"}


@cache
def files() -> list[str]:
    """What git tracks or would track, relative to the root."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted({path for path in listed if path and (ROOT / path).is_file()})


def text(path: str) -> str:
    """A file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def loaded(path: str) -> Any:
    """A YAML file of the repository."""
    return yaml.safe_load(text(path))


def requirements(path: str) -> dict[str, list[Requirement]]:
    """The requirements of a file by name; one package may stand there once for each Python."""
    found: dict[str, list[Requirement]] = {}
    for line in text(path).splitlines():
        if line.strip() and not line.startswith("#"):
            requirement = Requirement(line)
            found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def locked(path: str = "requirements/dev.txt") -> dict[str, list[Requirement]]:
    """The packages of a lock file by name."""
    found: dict[str, list[Requirement]] = {}
    for match in LOCK_LINE.finditer(text(path)):
        requirement = Requirement(match["requirement"])
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def version_of(requirement: Requirement) -> str:
    """The one version that a locked requirement allows."""
    (specifier,) = requirement.specifier
    assert specifier.operator == "==", requirement
    return specifier.version


def modules() -> set[str]:
    """The collection's modules."""
    return {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")} - {"__init__"}


def test_every_module_that_reaches_a_cluster_is_in_the_action_group() -> None:
    """And no other: the group's defaults are options of the connection, which another module would refuse."""
    reach = {name for name in modules() if "okd.boot_images.auth" in text(f"plugins/modules/{name}.py")}
    assert reach
    assert set(loaded("meta/runtime.yml")["action_groups"]["boot_images"]) == reach


def test_every_source_file_says_whose_it_is() -> None:
    named = [path for path in files() if path.endswith((".py", ".go", ".sh")) or path in WITHOUT_SUFFIX]
    sources = [path for path in named if (ROOT / path).stat().st_size > 0]
    assert len(sources) > 20
    lacking = []
    for path in sources:
        beginning = text(path).splitlines()[:6]
        if not all(any(line.endswith(words) for line in beginning) for words in HEADER):
            lacking.append(path)
    assert lacking == []


def test_no_finding_of_a_linter_is_ignored_by_a_list() -> None:
    lists = [
        path for path in files() if re.search(r"(^|/)(ignore-[\d.]+\.txt|\.ansible-lint-ignore|\.pylintrc)$", path)
    ]
    assert lists == []


def test_no_binary_and_no_large_file_is_in_the_repository() -> None:
    large = [path for path in files() if (ROOT / path).stat().st_size > 500_000]
    binary = [path for path in files() if b"\0" in (ROOT / path).read_bytes()]
    assert (large, binary) == ([], [])


def test_galaxy_describes_this_collection() -> None:
    galaxy = loaded("galaxy.yml")
    assert (galaxy["namespace"], galaxy["name"]) == ("okd", "boot_images")
    assert galaxy["license"] == ["GPL-3.0-or-later"]
    assert galaxy["dependencies"] == {}
    assert re.fullmatch(r"\d+\.\d+\.\d+", galaxy["version"])
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", tag) for tag in galaxy["tags"])
    assert all(galaxy[name].startswith("https://") for name in ("repository", "documentation", "homepage", "issues"))
    assert (ROOT / galaxy["readme"]).is_file()
    assert text("COPYING").lstrip().startswith("GNU GENERAL PUBLIC LICENSE")


def test_modules_and_roles_were_added_in_a_version_that_exists() -> None:
    released = tuple(int(number) for number in loaded("galaxy.yml")["version"].split("."))
    for name in modules():
        (said,) = re.findall(
            r"^version_added: ['\"]?(\d+\.\d+\.\d+)['\"]?$", text(f"plugins/modules/{name}.py"), re.MULTILINE
        )
        assert tuple(int(number) for number in said.split(".")) <= released, name


def test_every_role_has_what_galaxy_asks_for() -> None:
    roles = [path.name for path in (ROOT / "roles").iterdir() if path.is_dir()]
    assert roles
    lacking = [
        f"{role}/{name}"
        for role in roles
        for name in ("README.md", "meta/main.yml", "meta/argument_specs.yml")
        if not (ROOT / "roles" / role / name).is_file()
    ]
    assert lacking == []


LISTS = (
    "requirements/dev.in",
    "requirements/release.in",
    "requirements/oldest.in",
    "tests/sandbox/go-toolchain.in",
)


def test_every_list_is_locked_and_audited() -> None:
    assert [str(path.relative_to(ROOT)) for path in lock.LOCK_FILES] == [name.replace(".in", ".txt") for name in LISTS]
    assert sorted(LISTS) == [path for path in files() if path.endswith(".in")]
    pins = {path for path in files() if path.endswith(".txt") and "--hash=" in text(path)}
    assert {str(path.relative_to(ROOT)) for path in audit.AUDITED} == pins - {"requirements/oldest.txt"}


def test_the_oldest_libraries_are_the_ones_that_users_are_told() -> None:
    told = requirements("meta/ee-requirements.txt")
    oldest = {name: version_of(pins[0]) for name, pins in locked("requirements/oldest.txt").items()}
    for name, (asked,) in told.items():
        bounds = [each.version for each in asked.specifier if each.operator == ">="]
        assert [Version(each) for each in bounds] in ([], [Version(oldest[name])]), name


@pytest.mark.parametrize("path", LISTS)
def test_the_lock_file_covers_what_is_asked_for(path: str) -> None:
    pinned = locked(path.replace(".in", ".txt"))
    for name, wanted in requirements(path).items():
        versions = [version_of(each) for each in pinned.get(name, [])]
        assert versions, f"{name} is not locked: run `make lock`"
        assert all(any(asked.specifier.contains(version) for version in versions) for asked in wanted), name
        assert all(any(asked.specifier.contains(version) for asked in wanted) for version in versions), name


@pytest.mark.parametrize(("path", "least"), list(zip(LISTS, (100, 50, 20, 1), strict=True)))
def test_every_locked_package_has_a_hash(path: str, least: int) -> None:
    blocks = re.split(r"\n(?=[a-z])", text(path.replace(".in", ".txt")).partition("\n")[2])
    assert len(blocks) >= least
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_whatever_is_installed_is_held_to_hashes() -> None:
    """A line of ours that has pip install or download something, and the few lines around it that hold its options."""
    found = []
    for path in (
        path for path in files() if path.startswith(("tools/", "tests/")) and not path.startswith("tests/unit/")
    ):
        lines = text(path).splitlines()
        for number, line in enumerate(lines):
            if path.endswith(".py") and re.search(r"""["'](?:install|download)["']""", line):
                found.append((path, "--require-hashes" in "\n".join(lines[max(0, number - 8) : number + 2])))
    assert {path for path, held in found if held} == {
        "tests/sandbox/golang.py",
        "tests/sandbox/wheels.py",
        "tools/environment.py",
    }
    assert {path for path, held in found if not held} == {
        "tests/sandbox/crds.py",  # go, which holds modules to go.sum and a pinned checksum
        "tools/build.py",  # ansible-galaxy, of the tarball that it has just made
    }


def test_the_tests_run_with_the_locked_versions() -> None:
    different = {}
    for name, locks in locked().items():
        wanted = [version_of(each) for each in locks if each.marker is None or each.marker.evaluate()]
        if wanted and importlib.metadata.version(name) not in wanted:
            different[name] = (importlib.metadata.version(name), wanted)
    assert different == {}


def test_execution_environments_get_what_the_modules_are_tested_with() -> None:
    definition = loaded("meta/execution-environment.yml")
    asked = requirements(definition["dependencies"]["python"])
    tested = requirements("requirements/dev.in")
    assert {"kubernetes", "boto3", "google-auth", "requests"} == set(asked)
    for name, (requirement,) in asked.items():
        assert requirement.specifier == tested[name][0].specifier


def test_every_dependency_is_explained() -> None:
    table = text("docs/dependencies.md")
    named = [name for path in LISTS for name in requirements(path)]
    lacking = [name for name in named if f"| {name} |" not in table.lower()]
    assert lacking == []


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_opens_with_the_two_commands(command: str) -> None:
    assert command in "\n".join(text("README.md").splitlines()[:40])


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    parts = re.search(r"^PARTS := (.*)$", text("Makefile"), re.MULTILINE)
    assert parts
    assert set(parts[1].split()) <= targets
    for path in files():
        if path.endswith((".md", ".rst")) or path.startswith((".github/", ".ci/")):
            named = set(re.findall(r"(?:^|`|run: |exec )make ([a-z-]+)", text(path), re.MULTILINE))
            assert named <= targets, path


def test_every_file_that_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text("README.md"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_ci_runs_what_everybody_runs() -> None:
    commands = [line for line in text(".ci/run").splitlines() if line and not line.startswith("#")]
    assert commands == ["set -eu", 'cd -- "$(dirname -- "$0")/.."', "exec make test </dev/null"]
