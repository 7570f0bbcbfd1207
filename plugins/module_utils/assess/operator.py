# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator will do with one machine set at its next pass: its own checks, in its own order.

The order is the one watched at work (two faults combined): owner, osstream, Windows, architecture, providerSpec, stream, image, secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..model import reasons
from ..model.cluster import MachineSet, Snapshot
from ..model.objects import dig
from ..model.selectors import fault, matches
from ..model.user_data import MISSING, READ
from ..model.verdict import CRASH, FAIL, NOT_MANAGED, NOTHING, SKIP, UPDATE, Failed, Management, Outlook, Skip
from ..platforms.base import Platform, Target

OS_STREAM = "machineconfiguration.openshift.io/osstream"
OPERATORS_OS_STREAM = "rhel-9"
OS_ID = "machine.openshift.io/os-id"
MANAGED_USER_DATA = "worker-user-data-managed"
DEFAULT_USER_DATA = "worker-user-data"


@dataclass(frozen=True)
class Case:
    """One machine set with everything its outlook depends on."""

    machine_set: MachineSet
    snapshot: Snapshot
    management: Management
    behaves: frozenset[str]
    platform: Platform | None
    architecture: str | Failed
    offer: Target | Skip | Failed
    known_images: frozenset[str]

    @property
    def spec(self) -> Any:
        return self.machine_set.provider_spec


def outlook(case: Case) -> Outlook:
    """The operator's next deed for this set; C(not_managed) when the set is none of its business."""
    return enrolment(case) or _before_the_image(case) or _the_image(case)


def enrolment(case: Case) -> Outlook | None:
    """Why the operator does not look at the set at all; None when it does."""
    mode = case.management.mode
    if mode == "unsupported":
        message = f"The operator of {case.snapshot.operator_version} manages no boot images of {case.machine_set.kind.plural} on {case.snapshot.platform}."
        return Outlook(NOT_MANAGED, reasons.PLATFORM_NOT_MANAGED, message)
    if mode == "Partial":
        selector = case.management.selector or {}
        wrong = fault(selector)
        if wrong:
            return Outlook(FAIL, reasons.SELECTOR_INVALID, f"The operator cannot use its selector: {wrong}.")
        if not matches(selector, case.machine_set.labels):
            return Outlook(
                NOT_MANAGED,
                reasons.NOT_ENROLLED,
                "The selector of the operator's management does not match the set's labels.",
            )
    elif mode != "All":
        return Outlook(
            NOT_MANAGED,
            reasons.MANAGEMENT_OFF,
            f"The operator's boot image management is off for {case.machine_set.kind.plural}.",
        )
    return None


def _before_the_image(case: Case) -> Outlook | None:
    machine_set, behaves = case.machine_set, case.behaves
    if machine_set.owners:
        owner = machine_set.owners[0]
        text = "{}/{} owns the set".format(dig(owner, "kind"), dig(owner, "name"))
        will = FAIL if "errors_on_owner" in behaves else SKIP
        return Outlook(
            will, reasons.OWNED, "The operator {} the set: {}.".format("fails on" if will == FAIL else "skips", text)
        )
    stream = machine_set.labels.get(OS_STREAM)
    if "skips_other_os_streams" in behaves and stream is not None and stream != OPERATORS_OS_STREAM:
        return Outlook(
            SKIP, reasons.OTHER_OS_STREAM, f"The operator skips the set: its label {OS_STREAM} is {stream!r}."
        )
    if machine_set.template_labels.get(OS_ID) == "Windows":
        return Outlook(SKIP, reasons.WINDOWS, "The operator skips Windows sets.")
    if isinstance(case.architecture, Failed):
        return Outlook(FAIL, case.architecture.reason, f"The operator fails on the set: {case.architecture.message}")
    return None


def _the_image(case: Case) -> Outlook:
    spec, platform = case.spec, case.platform
    if not isinstance(spec, dict) or platform is None:
        return Outlook(FAIL, reasons.PROVIDER_SPEC_MISSING, "The operator fails on the set: it has no providerSpec.")
    if case.machine_set.user_data_secret is None:
        return _without_user_data(case)
    current = platform.current(spec)
    if isinstance(current, Failed):
        return Outlook(FAIL, current.reason, f"The operator fails on the set: {current.message}")
    if isinstance(current, Skip) and current.reason is reasons.IMAGE_UNSET:
        return Outlook(SKIP, current.reason, f"The operator skips the set: {current.message}")
    if isinstance(case.offer, Failed):
        return Outlook(FAIL, case.offer.reason, f"The operator fails on the set: {case.offer.message}")
    if isinstance(case.offer, Skip):
        return platform.without_target(str(case.architecture))
    special = platform.outlook(spec, case.offer, case.known_images, case.behaves)
    if special:
        return special
    if platform.changes(spec, case.offer):
        return _user_data_fault(case) or Outlook(UPDATE, reasons.UPDATES, f"The operator will write {case.offer.text}.")
    if "repoints_user_data" in case.behaves and case.machine_set.user_data_secret != MANAGED_USER_DATA:
        message = f"The image is current, but the operator will set userDataSecret to {MANAGED_USER_DATA}."
        return Outlook(UPDATE, reasons.REPOINTS_USER_DATA, message)
    return Outlook(NOTHING, reasons.UP_TO_DATE, "The set boots the release's image.")


def _without_user_data(case: Case) -> Outlook:
    """A providerSpec without userDataSecret ends the controller: always up to 4.18, later once a patch is due (observed)."""
    due = (
        isinstance(case.offer, Target)
        and case.platform is not None
        and bool(case.platform.changes(case.spec, case.offer))
    )
    if due or "repoints_user_data" in case.behaves:
        message = "providerSpec.value.userDataSecret is not set: the operator's controller would end on it."
        return Outlook(CRASH, reasons.WOULD_KILL_CONTROLLER, message)
    return Outlook(NOTHING, reasons.UP_TO_DATE, "The operator has nothing to write.")


def _user_data_fault(case: Case) -> Outlook | None:
    """From 4.19 the secret is read before a patch. Secrets that were not read are taken to be in order."""
    facts = case.snapshot.user_data.get(case.machine_set.user_data_secret or "")
    if "reads_user_data" not in case.behaves or facts is None or facts.state == READ:
        return None
    if facts.state == "not_object":
        message = "The user data in Secret {0} is no JSON object: the operator's controller would end on it."
        return Outlook(CRASH, reasons.WOULD_KILL_CONTROLLER, message.format(case.machine_set.user_data_secret))
    why = "does not exist" if facts.state == MISSING else "holds no ignition configuration"
    message = f"The operator fails on the set: its user-data Secret {case.machine_set.user_data_secret} {why}."
    return Outlook(FAIL, reasons.USER_DATA_UNUSABLE, message)
