# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""User-data Secrets on their way to another Ignition specification and back. Their content passes through here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Callable

from ..kube.client import Client
from ..model import reasons
from ..model.errors import BootImageError, Conflict
from ..model.objects import MACHINE_API, SECRET, Json, ObjectRef, dig
from ..model.steps import Create, Step
from ..model.verdict import Failed
from ..plan.stubs import Stub
from ..plan.user_data import backup_of, keeps, restore, upgrade
from .ledger import now


@dataclass(frozen=True)
class UserData:
    """What is to be written, and what cannot be: nothing is, before the record is."""

    steps: tuple[Step, ...] = ()
    originals: Mapping[str, Json] = field(default_factory=dict, repr=False)
    backups: Mapping[str, str] = field(default_factory=dict)
    """Secret -> the Secret that keeps its content."""
    failed: Mapping[str, Failed] = field(default_factory=dict)


def upgrading(client: Client, stubs: Iterable[Stub]) -> UserData:
    """Read the Secrets, and plan their conversion."""
    steps: list[Step] = []
    originals, backups, failed = {}, {}, {}
    for stub in stubs:
        try:
            secret = client.get(stub.ref)
        except BootImageError as error:
            failed[stub.ref.name] = Failed(reasons.USER_DATA_UNUSABLE, str(error))
            continue
        found = upgrade(secret, now(), stub.spec)
        if isinstance(found, Failed):
            failed[stub.ref.name] = found
        elif found:
            steps += found
            kept = next(each.ref.name for each in found if isinstance(each.request, Create))
            originals[kept], backups[stub.ref.name] = secret, kept
    return UserData(tuple(steps), originals, backups, failed)


def restoring(client: Client, kept: Mapping[str, str]) -> UserData:
    """Read the Secrets and their backups, and plan to put the old content back; what stands there now is kept in its turn."""
    steps: list[Step] = []
    originals, backups, failed = {}, {}, {}
    for name, backup in kept.items():
        try:
            old = client.get(ObjectRef(SECRET, MACHINE_API, backup))
            secret = client.get(ObjectRef(SECRET, MACHINE_API, name))
            found = restore(secret, old)
        except BootImageError as error:
            failed[name] = Failed(reasons.USER_DATA_UNUSABLE, str(error))
            continue
        if isinstance(found, Failed):
            failed[name] = found
        elif found:
            keep = backup_of(secret, now())
            steps += [keep, *found] if keep.ref.name != backup else found
            originals[keep.ref.name], backups[name] = secret, keep.ref.name
    return UserData(tuple(steps), originals, backups, failed)


def write(client: Client, user_data: UserData, done: Callable[[Step], None]) -> Mapping[str, Failed]:
    """Backups first. One that a killed run has made already is told by its content.

    :param done: told of every Secret that was changed, also where another one conflicts.
    :returns: by Secret, why it could not be written.
    :raises Conflict: Secrets changed meanwhile; the others are done.
    """
    failed: dict[str, Failed] = {}
    conflicts: dict[str, Conflict] = {}
    for step in user_data.steps:
        name = str(dig(user_data.originals.get(step.ref.name), "metadata", "name") or step.ref.name)
        if name in failed or name in conflicts:
            continue
        try:
            _write(client, step, user_data)
            if not isinstance(step.request, Create):
                done(step)
        except Conflict as error:
            conflicts[name] = error
        except BootImageError as error:
            failed[name] = Failed(reasons.USER_DATA_UNUSABLE, str(error))
    for conflict in conflicts.values():
        raise conflict
    return failed


def _write(client: Client, step: Step, user_data: UserData) -> None:
    try:
        client.write(step)
    except Conflict:
        found = client.find(step.ref) if isinstance(step.request, Create) else None
        if found is None or not keeps(found, user_data.originals[step.ref.name]):
            raise
