# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps written in order, and side by side."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.apply.writer import in_order, side_by_side
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import Conflict, NotTried, ServerFailed
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import MACHINE_SET, ObjectRef
from ansible_collections.okd.boot_images.plugins.module_utils.model.steps import MergePatch, Outcome, Step


def step(name: str) -> Step:
    return Step(ObjectRef(MACHINE_SET, "n", name), MergePatch({}))


class Recorder:
    """Takes steps; those named I(bad) conflict. I(together) writers must meet before any goes on."""

    def __init__(self, bad: str = "", together: int = 1) -> None:
        self.bad, self.written = bad, []
        self.meeting = threading.Barrier(together, timeout=10)
        self.at_once = self.most = 0
        self.lock = threading.Lock()

    def write(self, step: Step) -> dict[str, str]:
        with self.lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        self.meeting.wait()
        with self.lock:
            self.at_once -= 1
            self.written.append(step.ref.name)
        if step.ref.name in self.bad:
            raise Conflict(step.ref.name)
        return {"name": step.ref.name}


def test_in_order() -> None:
    writer = Recorder()
    assert in_order(writer, map(step, "cab")) == [{"name": "c"}, {"name": "a"}, {"name": "b"}]
    assert writer.written == ["c", "a", "b"]


def test_in_order_ends_with_the_first_error() -> None:
    writer = Recorder(bad="a")
    with pytest.raises(Conflict):
        in_order(writer, map(step, "cab"))
    assert writer.written == ["c", "a"]


def test_side_by_side_writes_all_and_tells_each() -> None:
    writer, told = Recorder(bad="bd", together=3), []
    outcomes = side_by_side(writer, [step(name) for name in "abcdef"], 3, told.append)
    assert [(each.step.ref.name, type(each.error)) for each in outcomes] == [
        (name, Conflict if name in "bd" else type(None)) for name in "abcdef"
    ]
    assert sorted(told, key=lambda each: each.step.ref.name) == outcomes
    assert writer.most == 3


@pytest.mark.parametrize(("failed_before", "written"), [(0, "ab"), (1, "a"), (2, "")])
def test_failures_of_earlier_rounds_count(failed_before: int, written: str) -> None:
    class Failing(Recorder):
        def write(self, step: Step) -> dict[str, str]:
            self.written.append(step.ref.name)
            raise ServerFailed(step.ref.name)

    writer = Failing()
    outcomes = side_by_side(writer, [step(name) for name in "abc"], 1, lambda outcome: None, 2, failed_before)
    assert "".join(writer.written) == written
    assert all(isinstance(each.error, NotTried) for each in outcomes[len(written) :])
    assert str(outcomes[2].error) == "Not tried: 2 machine sets had failed before (max_failures)."


def test_nothing_to_write() -> None:
    told: list[Outcome] = []
    assert side_by_side(Recorder(), [], 8, told.append) == told == []
