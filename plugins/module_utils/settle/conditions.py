# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of the operator's two boot image conditions, taken apart.

They are evidence, not proof: skipped sets count as reconciled up to 4.21, a closed gate reports everything reconciled, and no condition is
written at all while ClusterVersion is Partial from 4.20 on. Reasons are those of the last event, so they are never looked at.
"""

from __future__ import annotations

import re

from ..model.objects import Json, dig, mapping, sequence
from ..model.verdict import Conditions

PROGRESSING, DEGRADED = "BootImageUpdateProgressing", "BootImageUpdateDegraded"
_RECONCILED = re.compile(r"Reconciled (\d{1,9}) of (\d{1,9}) ([A-Za-z][A-Za-z ]*[a-z])(?: \((\d{1,9}) skipped\))?")
_DEGRADED = re.compile(r"^(\d{1,9})(?: Degraded)? ([A-Za-z][A-Za-z ]*[a-z])$")
_ERROR = re.compile(r"error syncing (?:MAPI MachineSet|ControlPlaneMachineSet) ([a-z0-9][-a-z0-9.]*): ")


def parse(configuration: Json | None) -> Conditions:
    """Both conditions of MachineConfiguration/cluster; a text of another shape gives empty counts, never an error."""
    found: dict[str, Json] = {
        str(dig(each, "type")): mapping(each) for each in sequence(dig(configuration, "status", "conditions"))
    }
    progressing, degraded = found.get(PROGRESSING), found.get(DEGRADED)
    counts, errors = _degraded(_message(degraded))
    return Conditions(_status(progressing), _status(degraded), _reconciled(_message(progressing)), counts, errors)


def _status(condition: Json | None) -> bool | None:
    return {"True": True, "False": False}.get(str(dig(condition, "status")))


def _message(condition: Json | None) -> str:
    message = dig(condition, "message")
    return message if isinstance(message, str) else ""


def _reconciled(message: str) -> dict[str, tuple[int, int, int]]:
    return {
        resource: (int(done), int(total), int(skipped or 0))
        for done, total, resource, skipped in _RECONCILED.findall(message)
    }


def _degraded(message: str) -> tuple[dict[str, int], dict[str, str]]:
    head, _mark, tail = message.partition("Error(s): ")
    counts = {}
    for part in head.split("|"):
        match = _DEGRADED.match(part.strip())
        if match:
            counts[match.group(2)] = int(match.group(1))
    return counts, _errors(tail)


def _errors(text: str) -> dict[str, str]:
    """Several errors stand in brackets, in random order; one stands alone."""
    text = text.strip()
    starts = [(match.start(), match.end(), match.group(1)) for match in _ERROR.finditer(text)]
    if not starts:
        return {"": text} if text else {}
    if len(starts) > 1 and text.startswith("[") and text.endswith("]"):
        text = text[:-1]
    ends = [start for start, _end, _name in starts[1:]] + [len(text)]
    return {name: text[end:until].rstrip().rstrip(",") for (_start, end, name), until in zip(starts, ends)}
