# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was judged of one machine set and of the cluster: decisions are types, not strings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Union

from .cluster import MachineSet, NotChecked
from .conditions import Conditions, Reported
from .images import ImageFacts
from .reasons import Reason
from .user_data import UserData


@dataclass(frozen=True)
class Change:
    """One edit below the providerSpec: I(path) to the field, its old and its new value (C(ABSENT): no such field)."""

    path: tuple[Any, ...]
    old: Any
    new: Any


@dataclass(frozen=True)
class Update:
    """The set boots I(current) and should boot I(target); I(changes) are what to write."""

    current: str | None
    target: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Current:
    """The set boots the image it should."""

    image: str


@dataclass(frozen=True)
class Skip:
    """Nothing is written, for a reason that is no fault."""

    reason: Reason
    message: str


@dataclass(frozen=True)
class Failed:
    """The set cannot be judged or written; something is wrong with it."""

    reason: Reason
    message: str


@dataclass(frozen=True)
class Unsupported:
    """Nobody taught the collection this platform."""

    reason: Reason
    message: str


Decision = Union[Update, Current, Skip, Failed, Unsupported]

UPDATE, NOTHING, SKIP, FAIL, CRASH, NOT_MANAGED, UNKNOWN = (
    "update", "nothing", "skip", "fail", "crash", "not_managed", "unknown",
)  # fmt: skip


@dataclass(frozen=True)
class Outlook:
    """What the operator will do with the set at its next pass.

    I(will) is C(update), C(nothing), C(skip), C(fail), C(crash), C(not_managed) or C(unknown).
    I(then) is what comes once the gate opens at which the operator waits; None where it waits at none.
    """

    will: str
    reason: Reason
    message: str
    then: Outlook | None = None

    @property
    def lasting(self) -> Outlook:
        """What the operator will do in the end, with every gate open: what risks, claims and waits are judged by."""
        return self.then or self


@dataclass(frozen=True)
class Manager:
    """Who writes the set's boot image: I(kind) is C(operator), C(owner), C(gitops) or C(nobody); I(name) says which."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" if self.name else self.kind


@dataclass(frozen=True)
class Risk:
    """Harm that the operator's management would do to the set; I(reason) is the code to accept it by."""

    reason: Reason
    message: str


@dataclass(frozen=True)
class Age:
    """Release and build date that an image's name tells, and how far it is behind the target; None is unknown."""

    release: str | None
    built: str | None
    days_behind: int | None
    minors_behind: int | None


@dataclass(frozen=True)
class FailureDomain:
    """One of a control plane's failure domains.

    I(decides): its machines boot what it says, and not what the providerSpec says. That is I(image), where it is known.
    """

    name: str | None
    image: str | None = None
    decides: bool = False


VERIFIED, REFUTED, NOT_VERIFIED = "verified", "refuted", "not_verified"


@dataclass(frozen=True)
class Verification:
    """What the cloud says of a set's images.

    I(state): C(verified) where every image was looked up and machines start from it, C(refuted) where they do not from one of them (I(reason)),
    C(not_verified) where one could not be looked up.
    """

    state: str
    message: str
    reason: Reason | None = None
    current: tuple[ImageFacts, ...] = ()
    target: tuple[ImageFacts, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Everything that is true of one machine set."""

    machine_set: MachineSet
    region: str | None
    architecture: str | None
    current: str | None
    target: str | None
    decision: Decision
    operator: Outlook
    managed_by: Manager
    risks: tuple[Risk, ...]
    age: Age
    user_data: UserData | None = None
    """What is known of the set's user-data secret; None where it names none or the secret was not read."""
    platform: str = ""
    failure_domains: tuple[FailureDomain, ...] = ()
    """Those of a ControlPlaneMachineSet; nobody writes boot images into them."""
    reported: Reported | None = None
    """The operator's own error on the set, as its conditions have it."""
    verification: Verification | None = None
    """None where the cloud was not asked, or there is no image to ask for."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """By region, the images that the stream has for the set in other regions, where it has none in the set's own and images can be copied."""

    @property
    def drift(self) -> bool | None:
        """Whether the set boots another image than its target; None where either is unknown."""
        if isinstance(self.decision, Current):
            return False
        if self.current is None or self.target is None:
            return None
        return self.current != self.target or isinstance(self.decision, Update)


@dataclass(frozen=True)
class MachineVerdict:
    """An existing Machine: what it was started from, and whether its machine set names another image by now.

    I(drift) is None where either image, or the set, is unknown.
    """

    name: str
    machine_set: str | None
    phase: str | None
    node: str | None
    region: str | None
    current: str | None
    drift: bool | None
    age: Age


@dataclass(frozen=True)
class Finding:
    """Something that blocks an upgrade (I(severity) C(blocker)) or that a person should know (C(warning))."""

    severity: str
    object: str
    reason: Reason
    message: str
    remedy: str


@dataclass(frozen=True)
class Management:
    """What the operator manages of one kind of machine set.

    I(mode) is C(All), C(Partial), C(None), C(unsupported) or C(unknown); I(selector) belongs to C(Partial); I(source) is C(status), C(spec) or C(default);
    I(observed) is false while the operator has not taken in the newest spec, so that the mode is foretold and not read.
    """

    mode: str
    source: str
    observed: bool = True
    selector: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Skew:
    """Boot image skew enforcement as the operator's status has it; I(blocks): the version on record is below the limit for upgrades."""

    mode: str | None = None
    ocp_version: str | None = None
    rhcos_version: str | None = None
    blocks: bool = False


@dataclass(frozen=True)
class Assessment:
    """The judgement of one Snapshot."""

    platform: str
    version: str
    operator_version: str
    stream_name: str | None
    stream_version: str | None
    management: Mapping[str, Management]
    """By resource: C(machinesets), C(controlplanemachinesets)."""
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    behaves: frozenset[str] = frozenset()
    """Names of the operator's behaviours in this release (assess/release.py)."""
    behaves_as: str | None = None
    """The release that those are of: the operator's own, or the newest known where that is newer or cannot be read."""
    architecture: str | None = None
    """Of the control plane, in Kubernetes' word; C(Multi) of a multi-arch cluster."""
    gates: Mapping[str, bool] = field(default_factory=dict)
    """Feature gates of boot image management that FeatureGate lists for the operator's version, and whether they are on."""
    skew: Skew = field(default_factory=Skew)
    conditions: Conditions = field(default_factory=Conditions)
    machines: tuple[MachineVerdict, ...] = ()
    not_checked: tuple[NotChecked, ...] = field(default=())

    def named(self, name: str) -> Verdict | None:
        return next((v for v in self.verdicts if v.machine_set.name == name), None)


PENDING, DOUBTFUL, STUCK = "pending", "doubtful", "stuck"


@dataclass(frozen=True)
class Awaited:
    """One thing that is not as it should be yet.

    I(state) is C(pending) while it will come by itself, C(doubtful) where nobody can know, C(stuck) when a person must do something.
    I(by_itself) is whether the operator comes back to it without anybody's doing; None where that cannot be known.
    """

    object: str
    reason: Reason
    message: str
    state: str = PENDING
    by_itself: bool | None = None


@dataclass(frozen=True)
class Caveat:
    """Why the operator's conditions are not to be believed at this moment."""

    reason: Reason
    message: str
