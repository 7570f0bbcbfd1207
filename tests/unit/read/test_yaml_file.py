# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML from strangers: what is read, and what is refused before anything is built from it."""

from __future__ import annotations

import builtins
import gzip
import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidInput, MissingLibrary
from ansible_collections.okd.boot_images.plugins.module_utils.read import yaml_file
from ansible_collections.okd.boot_images.plugins.module_utils.read.yaml_file import DEEPEST, MOST, load, shown


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
        ("a: !!python/object/apply:os.getcwd []\n", "YAML tags"),
        ("a: !secret x\n", "YAML tags"),
        ("a: !!bool x\n", "YAML tags"),
        ('a: !!int ""\n', "YAML tags"),
        ("a: !!timestamp x\n", "YAML tags"),
        ("!!map {a: b}\n", "YAML tags"),
        ("!!str a: b\n", "YAML tags"),
        ("a: b\na: c\n", "has the key 'a' twice"),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", "YAML directives"),
        ("a: 1\n---\n", "no readable YAML"),
        ("? [a]\n: b\n", "no readable YAML"),
        (b"a: \xff\n", "cannot be read"),
        ("a: 1\n".encode("utf-16"), "cannot be read"),
        (gzip.compress(b"a: 1\n"), "cannot be read"),
        (b"", "holds no object"),
        (b"a: {b: c", "no readable YAML"),
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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("-7", -7), ("18446744073709551615", 18446744073709551615), ("1.5", 1.5), ("1e3", 1000.0), ("~", None), ("", None),
        ("null", None), ("true", True), ("False", False), ("'1'", "1"), ('"true"', "true"), ('"\\x41"', "A"), ("|\n  1\n", "1\n"),
        pytest.param("9" * 5000, "9" * 5000, id="5,000 digits"), ("1:30", "1:30"), ("0x1F", "0x1F"), ("010", "010"), ("1_000", "1_000"), (".inf", ".inf"),
        ("1e999", "1e999"), ("yes", "yes"), ("=", "="), ("<<", "<<"), ("é\u2028", "é"), ("${HOME}", "${HOME}"),
    ],
)  # fmt: skip
def test_a_plain_value_is_what_json_has_of_it(write: Any, text: str, value: Any) -> None:
    found = load(write(f"a: {text}\n"))["a"]
    assert found == value and type(found) is type(value)


def test_keys_are_text_and_merges_are_keys(write: Any) -> None:
    assert load(write("1: a\ntrue: b\n~: c\n<<: {d: e}\n")) == {"1": "a", "true": "b", "~": "c", "<<": {"d": "e"}}


@pytest.mark.parametrize(
    "content",
    ["a: 1" + ":30" * 2_000_000, "a: " + "9" * 8_000_000, "a: &x" + "y" * 8_000_000 + " 1"],
    ids=["base 60", "digits", "an anchor"],
)
def test_numbers_and_names_without_end_take_no_time(write: Any, content: str) -> None:
    begun = time.monotonic()
    assert load(write(content))
    assert time.monotonic() - begun < 5


def test_a_file_of_too_many_values(write: Any) -> None:
    with pytest.raises(InvalidInput, match=f"more than {MOST} values"):
        load(write("a: [" + "1," * MOST + "]"))


def test_nothing_is_run(write: Any, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for tag in (
        "!!python/object/apply:os.mkdir",
        "!!python/object/new:os.mkdir",
        "!<tag:yaml.org,2002:python/object/apply:os.mkdir>",
    ):
        with pytest.raises(InvalidInput, match="YAML tags"):
            load(write(f"a: {tag} ['{mark}']\n"))
    assert not mark.exists()


def test_what_is_no_ordinary_file_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for path in (str(pipe), "/dev/null", "/dev/zero"):
        with pytest.raises(InvalidInput, match=f"{path} is no ordinary file"):
            load(path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        with pytest.raises(InvalidInput, match="cannot be read"):
            load(str(tmp_path / "s"))


def test_a_path_is_shown_on_one_line_and_without_commands_for_the_terminal() -> None:
    assert shown("/é/a b.yaml") == "/é/a b.yaml"
    assert shown("/a\nb\x1b[31m\u202e\udcff") == "/a\\nb\\x1b[31m\\u202e\\udcff"


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
