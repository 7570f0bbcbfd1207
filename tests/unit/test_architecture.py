# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house rules that a reader of docs/architecture.md relies on, each checked on the sources and on a source that breaks it."""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.platforms.registry import PLATFORMS

PLUGINS = Path(__file__).parents[2] / "plugins"
PACKAGE = "ansible_collections.okd.boot_images.plugins"
STEPS = {"read", "assess", "plan", "apply", "settle", "report"}
PURE = {"assess", "plan", "settle", "report", "platforms", "model"}
HANDS = {"platforms", "clouds", "kube"}
TOP = {"module", "flow", "waiting", "inputs", "refusals"}
MAY = {
    "modules": {"module", "flow", "inputs", "model"},
    **dict.fromkeys(TOP, TOP | STEPS | HANDS | {"model"}),
    **dict.fromkeys(STEPS, HANDS | {"model"}),
    **{hand: {hand, "model"} for hand in HANDS},
    "model": {"model"},
    "plugin_utils": {"plugin_utils", "model"},
    "action": {"plugin_utils", "report", "model"},
    "filter": {"report", "model"},
    "doc_fragments": set(),
}
HOMES = {
    "kubernetes": "kube/",
    "urllib3": "kube/",
    "boto3": "clouds/aws",
    "botocore": "clouds/aws",
    "google": "clouds/gcp",
    "requests": "clouds/gcp",
}
STANDARD = {"__future__", "ansible", "ansible_collections"}
DOCUMENTS = {"DOCUMENTATION", "EXAMPLES", "RETURN"}


def sources() -> list[tuple[str, str]]:
    """Every plugin file's path below plugins/ and its text."""
    return [(path.relative_to(PLUGINS).as_posix(), path.read_text()) for path in sorted(PLUGINS.rglob("*.py"))]


def room(path: str) -> str:
    """C(assess) for module_utils/assess/stream.py, C(flow) for module_utils/flow/status.py, else the first folder."""
    parts = path.removesuffix(".py").split("/")
    return parts[1] if parts[0] == "module_utils" and len(parts) > 1 else parts[0]


def absolute(path: str, node: ast.ImportFrom) -> str:
    """The module an import names, relative ones resolved to a dotted path below plugins."""
    if not node.level:
        return node.module or ""
    base = path.split("/")[: -node.level]
    return ".".join([PACKAGE, *base, *((node.module or "").split(".") if node.module else [])])


def imports(path: str, text: str) -> Iterator[tuple[ast.stmt, str]]:
    """Every import in a file, with the full name of each module (or member) it names."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{absolute(path, node)}.{alias.name}") for alias in node.names)


def directions(path: str, text: str) -> list[str]:
    """Imports of a room that this file's room may not know."""
    mine, wrong = room(path), []
    for _node, name in imports(path, text):
        if not name.startswith(PACKAGE + "."):
            continue
        parts = name.removeprefix(PACKAGE + ".").split(".")
        theirs = parts[1] if parts[0] == "module_utils" and len(parts) > 1 else parts[0]
        if theirs != mine and theirs not in MAY[mine]:
            wrong.append(f"{path}: {mine} imports {theirs}")
        if mine in PURE and theirs in {"kube", "clouds"}:
            wrong.append(f"{path}: {mine} is pure and imports {theirs}")
    return wrong


def homes(path: str, text: str) -> list[str]:
    """Third parties outside their only home."""
    below = path.removeprefix("module_utils/")
    return [
        f"{path}: {name} belongs under {HOMES[name.split('.')[0]]}"
        for _node, name in imports(path, text)
        if not below.startswith(HOMES.get(name.split(".")[0], ""))
    ]


def top_level(path: str, text: str) -> list[str]:
    """Third parties imported when the file is: ansible-test imports modules where nothing is installed."""
    found, queue = [], list(ast.parse(text).body)
    while queue:
        node = queue.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        known = STANDARD | sys.stdlib_module_names
        found += [f"{path}: {name} at the top" for name in names if name.split(".")[0] not in known]
        queue += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
        queue += [each for handler in getattr(node, "handlers", []) for each in handler.body]
    return found


def relative(path: str, text: str) -> list[str]:
    """Full collection paths where a relative import belongs; action plugins run from elsewhere and need them."""
    if room(path) in {"action", "filter", "plugin_utils"}:
        return []
    return [
        f"{path}: {node.module} is not relative"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ansible_collections") and not node.level
    ]


def syntax(path: str, text: str) -> list[str]:
    """What Python 3.9 or ansible-test does not take."""
    wrong = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Match):
            wrong.append(f"{path}:{node.lineno}: match")
        if isinstance(node, ast.Assert):
            wrong.append(f"{path}:{node.lineno}: assert")
        if isinstance(node, ast.keyword) and node.arg == "slots":
            wrong.append(f"{path}:{node.value.lineno}: slots=")
    return wrong


def clocks(path: str, text: str) -> list[str]:
    """A clock in a pure room: these are told the time."""
    if room(path) not in PURE:
        return []
    tree = ast.parse(text)
    found = [f"{path}:{node.lineno}: {name}" for node, name in imports(path, text) if name.split(".")[0] == "time"]
    origins = [each for each in ast.walk(tree) if isinstance(each, ast.ImportFrom) and each.module == "datetime"]
    dates = {"datetime", "date", *(alias.asname for each in origins for alias in each.names)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            owner = ast.unparse(node.value)
            found += [f"{path}:{node.lineno}: {owner}.{node.attr}"] if owner.rpartition(".")[2] in dates else []
    return found


def code_lines(text: str) -> int:
    """Lines that are not blank, not comment and not documentation."""
    documents: set[int] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and {getattr(each, "id", None) for each in node.targets} & DOCUMENTS:
            documents.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(
        1 for number, line in lines if number not in documents and line.strip() and not line.strip().startswith("#")
    )


@pytest.mark.parametrize("check", [directions, homes, top_level, relative, syntax])
def test_every_plugin_keeps_the_rule(check) -> None:
    assert [wrong for path, text in sources() for wrong in check(path, text)] == []


def test_the_pure_rooms_have_no_clock() -> None:
    assert [wrong for path, text in sources() for wrong in clocks(path, text)] == []


def test_there_is_something_to_check() -> None:
    rooms = {room(path) for path, _text in sources()}
    assert rooms >= {"modules", "flow", "module", "model", "kube", "platforms", "action"} | STEPS


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (directions, "module_utils/assess/x.py", "from ..plan.machine_sets import updates"),
        (directions, "module_utils/assess/x.py", "from .. import flow"),
        (directions, "module_utils/settle/x.py", "def f():\n    from ..kube.client import Client"),
        (directions, "module_utils/model/x.py", "from ..platforms.base import Target"),
        (directions, "module_utils/kube/x.py", "from ..assess import stream"),
        (directions, "module_utils/platforms/x.py", "from ..kube.client import Client"),
        (directions, "modules/x.py", "from ..module_utils.kube.client import Client"),
        (directions, "module_utils/plan/x.py", f"import {PACKAGE}.module_utils.apply.writer"),
        (homes, "module_utils/read/x.py", "def f():\n    import kubernetes.client"),
        (homes, "module_utils/refusals.py", "from urllib3 import Retry"),
        (homes, "module_utils/clouds/gcp.py", "import boto3"),
        (homes, "module_utils/kube/x.py", "from google.auth import default"),
        (top_level, "module_utils/kube/x.py", "import kubernetes"),
        (top_level, "module_utils/kube/x.py", "try:\n    from yaml import safe_load\nexcept ImportError:\n    pass"),
        (top_level, "module_utils/kube/x.py", "try:\n    pass\nexcept ImportError:\n    import yaml"),
        (top_level, "module_utils/kube/x.py", "class A:\n    import yaml"),
        (relative, "module_utils/refusals.py", f"from {PACKAGE}.module_utils.model import errors"),
        (syntax, "module_utils/refusals.py", "match 1:\n    case 1:\n        pass"),
        (syntax, "module_utils/refusals.py", "assert True"),
        (syntax, "module_utils/refusals.py", "@dataclass(frozen=True, slots=True)\nclass A:\n    pass"),
        (clocks, "module_utils/plan/x.py", "from datetime import datetime\ndatetime.now(timezone.utc)"),
        (clocks, "module_utils/report/x.py", "import datetime as dt\ndef f(day=dt.date.today): pass"),
        (clocks, "module_utils/assess/x.py", "def f():\n    from datetime import datetime as dt\n    dt.utcnow()"),
        (clocks, "module_utils/model/x.py", "import time\nx = time.monotonic()"),
        (clocks, "module_utils/settle/x.py", "def f():\n    from time import sleep"),
    ],
)
def test_the_check_sees_a_breach(check, path: str, text: str) -> None:
    assert check(path, text)


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (directions, "module_utils/flow/upgrade.py", "from ..kube.client import Client"),
        (directions, "module_utils/assess/x.py", "from .stream import Stream\nfrom ..model import reasons"),
        (homes, "module_utils/clouds/aws.py", "def f():\n    import boto3, botocore.session"),
        (top_level, "module_utils/kube/x.py", "import json\ndef f():\n    import kubernetes"),
        (relative, "action/x.py", f"from {PACKAGE}.plugin_utils.progress import ProgressAction"),
        (clocks, "module_utils/flow/x.py", "import time\nx = datetime.now()"),
        (clocks, "module_utils/plan/x.py", "from .time import x\ndef f(now): return datetime.fromisoformat(x) < now"),
        (clocks, "module_utils/plan/x.py", "from datetime import datetime\nx = plan.now"),
    ],
)
def test_the_check_lets_the_rest_be(check, path: str, text: str) -> None:
    assert check(path, text) == []


def test_every_platform_file_is_in_the_registry() -> None:
    files = {path.stem for path in (PLUGINS / "module_utils/platforms").glob("*.py")} - {
        "__init__",
        "base",
        "registry",
        "shapes",
        "uploads",
    }
    assert {type(each).__module__.rsplit(".", 1)[-1] for each in PLATFORMS.values()} == files
    assert all(name == platform.name for name, platform in PLATFORMS.items())


def test_code_lines_are_counted_without_documentation() -> None:
    text = '# comment\nDOCUMENTATION = r"""\nmodule: x\n"""\nEXAMPLES = ""\n\nimport json\nTEXT = """\nx\n"""\n'
    assert code_lines(text) == 4


def test_module_files_are_documentation_and_little_else() -> None:
    counts = {path: code_lines(text) for path, text in sources() if room(path) == "modules"}
    assert counts
    assert max(counts.values()) <= 80, counts
    assert statistics.median(counts.values()) <= 40, counts
