# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small faults to put into Python source: what is replaced by what.

Left alone, because nothing is decided there: docstrings, annotations and aliases of types, imports, decorators, and the wording of texts. A
text is emptied as a whole, and each value in it is taken out, so that a test must look at what it names, not at how it says it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from types import CodeType

OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "startswith": "endswith", "endswith": "startswith"}
NEEDLESS = {"str", "sorted", "strip", "rstrip", "lower", "mapping", "sequence"}
"""Calls that may be unnecessary: they are replaced by what they are called on or with."""
NOT_VISITED = {"annotation", "returns", "decorator_list", "ctx"}
TYPES = {"tuple", "dict", "list", "frozenset"}
SENTENCE = re.compile(r"\S \S.*( \S|[.:]\s*\Z)", re.DOTALL)
PATTERN = re.compile(r"\^|\$|\\b|(?<!\()[*+?](?!:)|\{\d[\d,]*\}|\[[-.]\]|\\\.")
NONE = ast.Constant(None)


@dataclass(frozen=True)
class Where:
    """The function or class around a place, whether it is in a function's body, and the lines of its statement."""

    function: str
    inside: bool
    lines: range


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is, what it replaces, and the whole module compiled with it.

    I(lines) are those of the statement around it. I(inside) is false for what runs when the module is imported: tables, defaults of arguments.
    """

    line: int
    lines: range
    function: str
    inside: bool
    before: str
    after: str
    code: CodeType


def mutants(source: str, path: str) -> Iterator[Mutant]:
    """Every fault of I(source), one at a time."""
    tree = ast.parse(source)
    for node, where, put in _places(tree, Where("", False, range(0))):
        seen = {ast.dump(node)}
        for fault in map(deepcopy, _faults(node)):
            if ast.dump(fault) in seen:
                continue
            seen.add(ast.dump(fault))
            put(ast.fix_missing_locations(ast.copy_location(fault, node)))
            code = compile(tree, path, "exec")
            put(node)
            line = getattr(node, "lineno", where.lines.start)
            yield Mutant(line, where.lines, where.function, where.inside, _text(node), _text(fault), code)


def _lines(statement: ast.stmt) -> range:
    """Of a statement with a body only its head."""
    body = getattr(statement, "body", None)
    return range(statement.lineno, body[0].lineno if body else (statement.end_lineno or statement.lineno) + 1)


def _text(node: ast.AST) -> str:
    """One line that tells the fault; of a statement with a body only its head."""
    return ast.unparse(node).split("\n", maxsplit=1)[0]


def _places(node: ast.AST, where: Where) -> Iterator[tuple[ast.AST, Where, Callable[[ast.AST], None]]]:
    """Every node below I(node), the function or class around it, and what puts another into its place."""
    for field, value in ast.iter_fields(node):
        if field in NOT_VISITED:
            continue
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            inside = isinstance(node, ast.FunctionDef) and field == "body"
            where = Where(node.name, inside, range(0))
        for position, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _decides_nothing(child, node):
                continue

            def put(other: ast.AST, field: str = field, value: object = value, position: int = position) -> None:
                if isinstance(value, list):
                    value[position] = other
                else:
                    setattr(node, field, other)

            here = replace(where, lines=_lines(child)) if isinstance(child, ast.stmt) else where
            yield child, here, put
            yield from _places(child, here)


def _decides_nothing(node: ast.AST, parent: ast.AST) -> bool:
    wording = isinstance(node, ast.Constant) and isinstance(parent, ast.JoinedStr)
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    of_types = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in TYPES
    return wording or docstring or of_types or isinstance(node, (ast.Import, ast.ImportFrom))


def _with(node: ast.AST, field: str, value: object) -> ast.AST:
    """A copy of the node with another value in one field."""
    copy = deepcopy(node)
    setattr(copy, field, value)
    return copy


def _without(node: ast.AST, *fields: str) -> Iterator[ast.AST]:
    """Copies of the node, each with one element less."""
    for position in range(len(getattr(node, fields[0]))):
        copy = deepcopy(node)
        for field in fields:
            del getattr(copy, field)[position]
        yield copy


def _faults(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of this node."""
    match node:
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=str() as value):
            # A sentence is wording; any other text is a name that something is compared with or looked up by.
            yield ast.Constant("" if SENTENCE.search(value) else "XX")
        case ast.JoinedStr():
            yield ast.Constant("")
            yield from (
                _with(node, "values", [*node.values[:i], ast.Constant("…"), *node.values[i + 1 :]])
                for i in _values(node)
            )
        case ast.BoolOp(op=operator, values=values):
            yield from (_with(node, "op", other()) for other in OPERATORS[type(operator)])
            yield from values if len(values) == 2 else _without(node, "values")
        case ast.BinOp(op=operator, left=left, right=right):
            yield from (_with(node, "op", other()) for other in OPERATORS.get(type(operator), ()))
            yield from (left, right)
        case ast.Compare(ops=[operator]):
            yield from (_with(node, "ops", [other()]) for other in OPERATORS[type(operator)])
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.If() | ast.IfExp() | ast.While():
            yield from (_with(node, "test", ast.Constant(value)) for value in (True, False))
        case ast.For() | ast.comprehension():
            yield _with(node, "iter", ast.Tuple([], ast.Load()))
            if isinstance(node, ast.comprehension):
                yield from _without(node, "ifs")
        case ast.Dict():
            yield from _without(node, "keys", "values")
        case ast.List() | ast.Tuple() | ast.Set():
            if isinstance(getattr(node, "ctx", None), (ast.Load, type(None))) and node.elts:
                yield from _without(node, "elts")
        case ast.Slice(lower=lower, upper=upper):
            yield from (_with(node, field, None) for field, bound in (("lower", lower), ("upper", upper)) if bound)
        case ast.Return(value=value) if value is not None:
            yield ast.Return(NONE)
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            yield ast.Expr(ast.YieldFrom(ast.Tuple([], ast.Load())))
        case ast.Raise():
            yield ast.Pass()
        case ast.Call():
            yield from _calls(node)


def _values(node: ast.JoinedStr) -> list[int]:
    return [i for i, each in enumerate(node.values) if isinstance(each, ast.FormattedValue)]


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    """Another function, no call, no argument, a looser or stricter pattern."""
    match node.func:
        case ast.Name(id=name) if name in NAMES:
            yield _with(node, "func", ast.Name(NAMES[name], ast.Load()))
        case ast.Attribute(attr=name, value=value) if name in NAMES:
            yield _with(node, "func", ast.Attribute(value, NAMES[name], ast.Load()))
        case ast.Name(id=name) if name in NEEDLESS and node.args:
            yield node.args[0]
        case ast.Attribute(attr=name, value=value) if name in NEEDLESS:
            yield value
        case ast.Attribute(attr="compile") if isinstance(node.args[0], ast.Constant):
            pattern = str(node.args[0].value)
            for found in PATTERN.finditer(pattern):
                for other in {"[-.]": ["-", "[.]"], "\\.": ["."]}.get(found.group(), [""]):
                    text = pattern[: found.start()] + other + pattern[found.end() :]
                    yield _with(node, "args", [ast.Constant(text)])
    for position, argument in enumerate(node.args):
        if not isinstance(argument, (ast.Constant, ast.Starred)):
            yield _with(node, "args", [*node.args[:position], NONE, *node.args[position + 1 :]])
    yield from _without(node, "keywords")
