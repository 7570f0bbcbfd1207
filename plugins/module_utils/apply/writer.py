# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes steps: one after the other where their order counts, side by side where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Protocol

from ..model.errors import BootImageError, Conflict, NotTried
from ..model.objects import Json
from ..model.steps import Outcome, Step


class Writer(Protocol):
    """What can carry out a step; a dry run is the writer's own affair."""

    def write(self, step: Step) -> Json:
        """Raises the errors of C(model.errors)."""


def in_order(writer: Writer, steps: Iterable[Step]) -> list[Json]:
    """Carry out every step; the first error ends it, with the steps before it done."""
    return [writer.write(step) for step in steps]


def side_by_side(
    writer: Writer,
    steps: Sequence[Step],
    at_once: int,
    done: Callable[[Outcome], None],
    max_failures: int | None = None,
    failed_before: int = 0,
) -> list[Outcome]:
    """Carry out every step, I(at_once) at a time; one that fails does not stop the others, until I(max_failures) have.

    :param done: told each outcome as it comes (from the writing threads).
    :param failed_before: failures of earlier rounds of the same call, which count towards I(max_failures).
    :returns: an outcome for every step, in their order; those not begun any more end in NotTried.
    """
    failures: list[Step] = []

    def attempt(step: Step) -> Outcome:
        failed = failed_before + len(failures)
        if max_failures is not None and failed >= max_failures:
            return Outcome(step, NotTried(f"Not tried: {failed} machine sets had failed before (max_failures)."))
        try:
            outcome = Outcome(step, answer=writer.write(step))
        except Conflict as error:  # somebody else was faster: the caller looks afresh
            outcome = Outcome(step, error)
        except BootImageError as error:
            failures.append(step)
            outcome = Outcome(step, error)
        done(outcome)
        return outcome

    if not steps:
        return []
    with ThreadPoolExecutor(max_workers=min(at_once, len(steps))) as pool:
        return list(pool.map(attempt, steps))
