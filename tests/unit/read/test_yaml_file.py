# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML from strangers: what is read, and what is refused before anything is built from it."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidInput, MissingLibrary
from ansible_collections.okd.boot_images.plugins.module_utils.read import yaml_file
from ansible_collections.okd.boot_images.plugins.module_utils.read.yaml_file import DEEPEST, load


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(content: str | bytes) -> str:
        path = tmp_path / "object.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return written


def test_an_object(write: Any) -> None:
    assert load(write("---\nmetadata:\n  name: a\nspec: [1, true, null, 'x']\n")) == {
        "metadata": {"name": "a"},
        "spec": [1, True, None, "x"],
    }


@pytest.mark.parametrize("text", ["2025-01-01T00:00:00Z", "2025-01-01", "2025-01-01 10:00:00 +01:00"])
def test_times_stay_text_as_the_api_server_has_them(write: Any, text: str) -> None:
    assert load(write(f"at: {text}\n")) == {"at": text}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "holds no object"),
        ("- a\n", "holds no object"),
        ("text\n", "holds no object"),
        ("a: [1\n", "no readable YAML"),
        ("a: b: c\n", "no readable YAML"),
        ("a: 1\n---\nb: 2\n", "no readable YAML"),
        ("a: !!python/object/apply:os.getcwd []\n", "no readable YAML"),
        ("a: !secret x\n", "no readable YAML"),
        ("? [a]\n: b\n", "no readable YAML"),
        (b"a: \xff\n", "cannot be read"),
        ("a: \x00\n", "no readable YAML"),
        ("a: &x [1]\nb: *x\n", "YAML aliases"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), f"more than {DEEPEST} levels"),
        ("".join(" " * n + "a:\n" for n in range(DEEPEST + 1)), f"more than {DEEPEST} levels"),
        ("{x: " * (DEEPEST + 1), f"more than {DEEPEST} levels"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(write: Any, content: str | bytes, says: str) -> None:
    path = write(content)
    with pytest.raises(InvalidInput, match=says) as refused:
        load(path)
    assert path in str(refused.value)
    assert len(str(refused.value)) < len(path) + 260


def test_the_deepest_that_is_read(write: Any) -> None:
    depth = DEEPEST - 1
    assert load(write("a: " + "[" * depth + "]" * depth))["a"] is not None


def test_laughs_are_refused_without_expanding_them(write: Any) -> None:
    lines = ['a0: &a0 ["lol"]'] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    with pytest.raises(InvalidInput, match="YAML aliases"):
        load(write("\n".join(lines)))


def test_a_file_that_is_too_large_is_not_parsed(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_file, "LARGEST", 100)
    assert load(write("a: " + "x" * 90)) == {"a": "x" * 90}
    with pytest.raises(InvalidInput, match="more than 100 bytes"):
        load(write("a: [" + "x" * 100))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        load(str(tmp_path / "none.yaml"))
    with pytest.raises(InvalidInput, match="cannot be read"):
        load(str(tmp_path))


def test_without_pyyaml(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name == "yaml":
            raise ImportError("No module named 'yaml'")
        return real(name, *rest)

    path = write("a: 1")
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingLibrary, match="pyyaml is not installed"):
        load(path)
