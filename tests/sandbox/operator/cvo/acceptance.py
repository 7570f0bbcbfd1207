# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a request to an accepted payload: the retrieval's silence, what may be wrong, and when it is tried again."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .. import pace
from ..cluster import Cluster
from ..log import say
from ..pace import Clock
from . import faults, payload, preconditions
from .faults import Faults
from .request import Wanted, payload_version
from .status import Change
from .upgradeable import Blocker


@dataclass(frozen=True)
class Accepted:
    version: str
    image: str
    forced: bool


@dataclass(frozen=True)
class Refused:
    change: Change


class Acceptance:
    """Remembers when the request under way may be tried. A restart begins the silence anew."""

    def __init__(self, cluster: Cluster, clock: Clock, given: Faults) -> None:
        self._cluster = cluster
        self._clock = clock
        self._faults = given
        self._wanted: Wanted | None = None
        self._due = 0.0
        self._seen: object = None

    def forget(self) -> None:
        self._wanted = None

    def attempt(self, wanted: Wanted, blockers: list[Blocker]) -> Accepted | Refused | None:
        """None: nothing to be said yet. After a refusal it is tried again when its causes change, or every 3 min."""
        if wanted != self._wanted:
            self._wanted, self._seen = wanted, None
            self._due = time.monotonic() + pace.RETRIEVAL / self._clock.speed
            say("cvo", f"retrieving payload version={wanted.version!r} image={wanted.image!r}")
        causes = (blockers, self._cluster.cluster_version["metadata"].get("annotations"))
        changed = self._seen is not None and causes != self._seen
        if time.monotonic() < self._due and not changed:
            return None
        self._seen = causes
        self._due = time.monotonic() + pace.RETRY / self._clock.speed
        result = self._judge(wanted, blockers)
        if isinstance(result, Accepted):
            self._wanted = None
        return result

    def _judge(self, wanted: Wanted, blockers: list[Blocker]) -> Accepted | Refused:
        found = payload_version(wanted, self._cluster.cluster_version, payload.by_image())
        if found is None or found == self._faults.value(faults.PULL):
            why = "Unable to download and prepare the update: timed out waiting for the condition"
            return _refused("RetrievePayload", _retrieving(wanted, why))
        if not wanted.force and found == self._faults.value(faults.SIGNATURE):
            digest = wanted.image.rpartition("@")[2]
            why = f"The update cannot be verified: unable to verify {digest} against keyrings: verifier-public-key-ci"
            return _refused("RetrievePayload", _retrieving(wanted, why))
        if found == self._faults.value(faults.MISMATCH):
            found = f"{found}-other"
        if wanted.version and wanted.version != found:
            text = f"release image version {found} does not match the expected upstream version {wanted.version}"
            return _refused("VerifyPayloadVersion", _verifying(wanted, text))
        failed = [] if wanted.force else preconditions.failures(found, self._cluster.cluster_version, blockers)
        if failed:
            return _refused("PreconditionChecks", preconditions.message(failed, found, wanted.image))
        return Accepted(found, wanted.image, wanted.force)


def loaded(version: str, image: str) -> tuple[str, str, str]:
    """ReleaseAccepted of a payload that is in use."""
    return "True", "PayloadLoaded", f'Payload loaded version="{version}" image="{image}" architecture="amd64"'


def _retrieving(wanted: Wanted, why: str) -> str:
    return f'Retrieving payload failed version="{wanted.version}" image="{wanted.image}" failure={why}'


def _verifying(wanted: Wanted, why: str) -> str:
    return f'Verifying payload failed version="{wanted.version}" image="{wanted.image}" failure={why}'


def _refused(reason: str, text: str) -> Refused:
    return Refused(Change(set={"ReleaseAccepted": ("False", reason, text)}))
