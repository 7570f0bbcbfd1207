# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of the operator's two boot image conditions, taken apart.

They are evidence, not proof: skipped sets count as reconciled up to 4.21, a closed gate reports everything reconciled, and no condition is
written at all while ClusterVersion is Partial from 4.20 on. Reasons are those of the last event, so they are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from . import reasons
from .objects import Json, condition
from .reasons import Reason

PROGRESSING, DEGRADED = "BootImageUpdateProgressing", "BootImageUpdateDegraded"
_RECONCILED = re.compile(r"Reconciled (\d{1,9}) of (\d{1,9}) ([A-Za-z][A-Za-z ]*[a-z])(?: \((\d{1,9}) skipped\))?")
_DEGRADED = re.compile(r"^(\d{1,9})(?: Degraded)? ([A-Za-z][A-Za-z ]*[a-z])$")
_ERROR = re.compile(r"error syncing (?:MAPI )?(MachineSet|ControlPlaneMachineSet) ([a-z0-9][-a-z0-9.]*): ")
_INNER = re.compile(r"^failed to reconcile (?:machineset|ControlPlaneMachineSet) [a-z0-9][-a-z0-9.]*, err: ")
_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$")
_KINDS = (
    ("hot loop detected", reasons.HOT_LOOP),
    ("unexpected OwnerReference", reasons.OWNED),
    ("invalid architecture value", reasons.ARCHITECTURE_INVALID),
    ("arch label not found", reasons.ARCHITECTURE_INVALID),
    ("user-data to json", reasons.USER_DATA_UNUSABLE),
    ("user data secret", reasons.USER_DATA_UNUSABLE),
    ("converting ignition stub failed", reasons.USER_DATA_UNUSABLE),
    ("providerSpec field was empty", reasons.PROVIDER_SPEC_MISSING),
    ("unmarshal into providerSpec failed", reasons.PROVIDER_SPEC_INVALID),
    ("failed to parse CoreOS stream metadata", reasons.STREAM_INVALID),
    ("failed to fetch coreos-bootimages config map", reasons.STREAM_MISSING),
    ("failed to create a machineset selector", reasons.SELECTOR_INVALID),
    ("failed to find a failure domain", reasons.NO_FAILURE_DOMAIN),
    ("could not determine azure marketplace variant", reasons.CUSTOM_IMAGE),
    ("marketplace image", reasons.NO_TARGET),
    ("does not have architecture", reasons.NO_TARGET),
    ("DescribeImages failed", reasons.UNKNOWN_IMAGE),
    ("MachineConfiguration was not ready", reasons.CONFIGURATION_NOT_OBSERVED),
)
"""What an error's text has in it, and what kind of error that is. Texts of 4.17 to 5.0, as watched; the first that fits."""


@dataclass(frozen=True)
class Reported:
    """One error of the operator's: I(resource) and I(name) of the set (both empty where it names none), and its own text."""

    resource: str
    name: str
    text: str

    @property
    def reason(self) -> Reason:
        """The kind of error; C(operator_degraded) for a text of another kind."""
        return next((reason for words, reason in _KINDS if words in self.text), reasons.DEGRADED)


@dataclass(frozen=True)
class Conditions:
    """The operator's two boot image conditions, taken apart. None where a condition or its text is missing."""

    progressing: bool | None = None
    degraded: bool | None = None
    reconciled: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    """By resource, e.g. C(MAPI MachineSets): reconciled, total, skipped."""
    degraded_counts: Mapping[str, int] = field(default_factory=dict)
    reported: tuple[Reported, ...] = ()
    written: str | None = None
    """When either last changed (RFC 3339, UTC): the operator has worked until then at least. None where that does not stand there."""

    @property
    def errors(self) -> dict[str, str]:
        """By machine set's name; errors that name no set stand under the empty name."""
        return {each.name: each.text for each in self.reported}

    def error(self, resource: str, name: str) -> Reported | None:
        """The error on one machine set, I(resource) in its plural."""
        found = (each for each in self.reported if (each.resource, each.name) == (resource, name))
        return next(found, None)


def parse(configuration: Json | None) -> Conditions:
    """Both conditions of MachineConfiguration/cluster; a text of another shape gives empty counts, never an error."""
    progressing, degraded = condition(configuration, PROGRESSING), condition(configuration, DEGRADED)
    times = [each for each in (instant(found.get("lastTransitionTime")) for found in (progressing, degraded)) if each]
    counts, reported = _degraded(_message(degraded))
    return Conditions(
        progressing=_status(progressing),
        degraded=_status(degraded),
        reconciled=_reconciled(_message(progressing)),
        degraded_counts=counts,
        reported=reported,
        written=max(times, default=None),
    )


def instant(value: object) -> str | None:
    """A time as Kubernetes writes it, to the second, so that texts compare as times do; None for anything else."""
    return f"{value[:19]}Z" if isinstance(value, str) and _TIME.match(value) else None


def _status(found: Json) -> bool | None:
    return {"True": True, "False": False}.get(str(found.get("status")))


def _message(found: Json) -> str:
    message = found.get("message")
    return message if isinstance(message, str) else ""


def _reconciled(message: str) -> dict[str, tuple[int, int, int]]:
    return {
        resource: (int(done), int(total), int(skipped or 0))
        for done, total, resource, skipped in _RECONCILED.findall(message)
    }


def _degraded(message: str) -> tuple[dict[str, int], tuple[Reported, ...]]:
    head, _mark, tail = message.partition("Error(s): ")
    counts = {}
    for part in head.split("|"):
        match = _DEGRADED.match(part.strip())
        if match:
            counts[match.group(2)] = int(match.group(1))
    return counts, tuple(_errors(tail.strip()))


def _errors(text: str) -> Iterator[Reported]:
    """Several errors stand in brackets, in random order; one stands alone."""
    starts = list(_ERROR.finditer(text))
    if not starts:
        if text:
            yield Reported("", "", text)
        return
    if len(starts) > 1 and text.startswith("[") and text.endswith("]"):
        text = text[:-1]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for match, until in zip(starts, ends):
        error = text[match.end() : until].rstrip().rstrip(",")
        yield Reported(match.group(1).lower() + "s", match.group(2), _INNER.sub("", error))
