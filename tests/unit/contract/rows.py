# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract by rows: what upstream says of boot images and what was observed of the operator, and which test proves each.

A test takes a row upon itself with `@pytest.mark.contract("O1.7")`, or, one parameter a row, with `row("O1.7", …)`. Both are found by
reading the test files, so that neither collection nor its order plays a part.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

TESTS = Path(__file__).parents[2]
_MARKER, _PARAMETER = "contract", "row"


@cache
def rows() -> dict[str, str]:
    """Id -> the fact, of every row that needs a test. Raises ValueError where two rows have one id."""
    found: dict[str, str] = {}
    for section in _file()["sections"]:
        for key, fact in section["rows"].items():
            name = f"{section['id']}.{key}"
            if name in found:
                raise ValueError(f"two rows have the id {name}")
            found[name] = str(fact)
    return found


@cache
def untested() -> dict[str, str]:
    """What no test can reach here -> why."""
    return {str(fact): str(why) for fact, why in _file()["untested"].items()}


def row(name: str, *values: Any) -> Any:
    """A parameter set that proves a row, named after it."""
    return pytest.param(*values, id=name, marks=pytest.mark.contract(name))


@cache
def claims() -> dict[str, list[str]]:
    """Row id -> the tests that claim to prove it, as `path::test`."""
    found: dict[str, list[str]] = {}
    for file in sorted(TESTS.glob("**/test_*.py")):
        for test, name in claimed(file.read_text(encoding="utf-8")):
            found.setdefault(name, []).append(f"{file.relative_to(TESTS)}::{test}")
    return found


def claimed(source: str) -> Iterator[tuple[str, str]]:
    """Test and row id, for each claim in the decorators of a test module's functions and classes."""
    for parent, made in _definitions(ast.parse(source), ""):
        if any(_shirks(decorator) for decorator in made.decorator_list):
            continue
        for decorator in made.decorator_list:
            for name in _names(decorator):
                yield parent + made.name, name


def _definitions(body: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef]]:
    """Those that pytest runs; what a class claims holds for its tests."""
    for made in body.body:
        if isinstance(made, ast.FunctionDef) and made.name.startswith("test_"):
            yield prefix, made
        elif isinstance(made, ast.ClassDef) and made.name.startswith("Test"):
            yield prefix, made
            yield from _definitions(made, f"{prefix}{made.name}::")


def _shirks(decorator: ast.expr) -> bool:
    """A test that is skipped or expected to fail proves nothing."""
    return any(isinstance(each, ast.Attribute) and each.attr in ("skip", "xfail") for each in ast.walk(decorator))


def _names(decorator: ast.expr) -> Iterator[str]:
    for call in ast.walk(decorator):
        if not isinstance(call, ast.Call):
            continue
        if isinstance(call.func, ast.Attribute) and call.func.attr == _MARKER:
            yield from (_text(argument) for argument in call.args)
        elif isinstance(call.func, ast.Name) and call.func.id == _PARAMETER:
            yield _text(call.args[0])


def _text(argument: ast.expr) -> str:
    """Ids stand there as they are, or nobody could search for them."""
    if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
        raise ValueError(f"line {argument.lineno}: a row's id must be written out")
    return argument.value


def _file() -> Any:
    return yaml.safe_load((Path(__file__).parent / "rows.yml").read_text(encoding="utf-8"))
