# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Try mutants against the tests, each in a process of its own that is forked from one in which the tests are collected already.

A fault in a function's body is put into the function where it is, and tried by the tests that reach its lines only, first by those that
noticed the last faults of that function: most are over in milliseconds. A fault in what runs on import wants everything imported anew.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import mmap
import os
import pickle
import signal
import struct
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import IO, Any

import pytest
from mutants import Mutant

OURS = ("ansible_collections", "tests", "unit")
"""Packages that import what is changed; everything else stays in memory."""
CPU_SECONDS, SECONDS = 60, 300
"""All tests take 15 s; a mutant that takes this long never ends, and counts as noticed."""
NOBODY = -1
QUIET = ["-o", "addopts=--import-mode=importlib", "-p", "no:terminal", "-p", "no:cacheprovider"]
"""Options of pytest, in place of the project's own: nothing is printed, and nothing is left behind."""


class Changed(MetaPathFinder, Loader):
    """Gives one module another content when it is imported."""

    def __init__(self, name: str, code: CodeType) -> None:
        self.name, self.code = name, code

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """A spec for the changed module only."""
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed content."""
        exec(self.code, module.__dict__)


def file_of(name: str) -> str:
    """The path of a module as its frames and functions have it."""
    return str(importlib.import_module(name).__file__)


def put_in_place(name: str, code: CodeType) -> None:
    """Give every function of an imported module the body that it has in I(code)."""
    bodies = {each.co_qualname: each for each in _nested(code)}
    for function in _functions(importlib.import_module(name)):
        function.__code__ = bodies[function.__code__.co_qualname]


def _nested(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested(constant)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """Functions and methods that stand in the module's own text."""
    for value in vars(module).values():
        members = vars(value).values() if isinstance(value, type) else [value]
        for member in members:
            for found in (member, getattr(member, "fget", None), getattr(member, "__func__", None)):
                if isinstance(found, FunctionType) and found.__code__.co_filename == module.__file__:
                    yield found


def imported_anew(name: str, code: CodeType, tests: list[str]) -> bool:
    """Whether all tests pass, when they and the collection are imported with the changed module."""
    for module in list(sys.modules):
        if module.split(".")[0] in OURS:
            del sys.modules[module]
    sys.meta_path.insert(0, Changed(name, code))
    ended = pytest.main([*QUIET, "-x", *tests], plugins=[RandomLast()])
    return ended == pytest.ExitCode.OK


class RandomLast:
    """A plugin of pytest: tests that draw random input run after the others, for they are slow."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort in place."""
        items.sort(key=lambda item: getattr(getattr(item, "obj", None), "is_hypothesis_test", False))


class Trials(RandomLast):
    """A plugin of pytest that tries mutants instead of running the tests once.

    :param every: the mutants, each with its module's name.
    :param notice: called with each mutant that no test noticed.
    """

    def __init__(
        self, tests: list[str], every: list[tuple[str, Mutant]], jobs: int, notice: Callable[[str, Mutant], None]
    ) -> None:
        self.tests, self.every, self.jobs, self.notice = tests, every, jobs, notice
        self.trouble = ""
        self.reached: dict[tuple[str, int], set[int]] = {}
        self.noticed_by = mmap.mmap(-1, 8 * (len(every) + 1))
        self.first: dict[tuple[str, str], list[int]] = defaultdict(list)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all, some at a time; the tests must pass without any fault first."""
        if session.testsfailed:
            self.trouble = "not every test can be collected"
            return True
        gc.freeze()
        files = {file_of(name) for name, _mutant in self.every}
        with tempfile.TemporaryFile() as told:
            self._start(len(self.every), lambda: self._look(session, files, told), timed=False)
            failed = os.wait()[1] != 0
            told.seek(0)
            if failed:
                self.trouble = told.read().decode() or "the tests could not be run to their end"
                return True
            self.reached = pickle.load(told)
        running: dict[int, int] = {}
        waiting = iter(range(len(self.every)))
        while True:
            number = next(waiting, None) if len(running) < self.jobs else None
            if number is not None:
                running[self._try(session, number)] = number
            elif not running:
                return True
            else:
                pid, status = os.wait()
                self._judge(running.pop(pid), status)

    def _judge(self, number: int, status: int) -> None:
        name, mutant = self.every[number]
        if status == 0:
            self.notice(name, mutant)
        (by,) = struct.unpack_from("q", self.noticed_by, 8 * number)
        if by != NOBODY:
            first = self.first[name, mutant.function]
            first[:] = [by, *(each for each in first if each != by)][:20]

    def _try(self, session: pytest.Session, number: int) -> int:
        name, mutant = self.every[number]
        first = self.first[name, mutant.function]
        reached = set[int]().union(*(self.reached.get((file_of(name), line), ()) for line in mutant.lines))
        order = [*(each for each in first if each in reached), *sorted(reached - set(first))]

        def judge() -> bool:
            if not mutant.inside:
                return imported_anew(name, mutant.code, self.tests)
            put_in_place(name, mutant.code)
            failed = self._run(session, order)
            if failed is not None:
                struct.pack_into("q", self.noticed_by, 8 * number, failed)
            return failed is None

        return self._start(number, judge)

    def _start(self, number: int, judge: Callable[[], bool], timed: bool = True) -> int:
        """A process that ends with 0 when every test passes; its id."""
        struct.pack_into("q", self.noticed_by, 8 * number, NOBODY)
        sys.stdout.flush()
        pid = os.fork()
        if pid:
            return pid
        silence = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silence, descriptor)
        if timed:
            signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
            signal.alarm(SECONDS)
        passed = False
        try:
            passed = judge()
        finally:
            os._exit(0 if passed else 1)

    def _look(self, session: pytest.Session, files: set[str], told: IO[bytes]) -> bool:
        """Run every test without any fault, and tell which of them reach which line of the files."""
        reached: dict[tuple[str, int], set[int]] = defaultdict(set)
        for position in range(len(session.items)):

            def note(frame: FrameType, event: str, _argument: object, position: int = position) -> Any:
                if frame.f_code.co_filename not in files:
                    return None
                if event == "line":
                    reached[frame.f_code.co_filename, frame.f_lineno].add(position)
                return note

            sys.settrace(note)
            failed = self._run(session, [position])
            sys.settrace(None)
            if failed is not None:
                told.write(f"{session.items[position].nodeid} fails without any fault".encode())
                told.flush()
                return False
        pickle.dump(dict(reached), told)
        told.flush()
        return True

    def _run(self, session: pytest.Session, order: list[int]) -> int | None:
        """The first of these tests that does not pass."""
        for position, following in zip(order, [*order[1:], None], strict=True):
            item = session.items[position]
            after = None if following is None else session.items[following]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if session.testsfailed:
                return position
        return None
