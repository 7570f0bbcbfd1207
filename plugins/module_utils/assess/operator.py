# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator will do with one machine set at its next pass: its own checks, in its own order.

The order is the one watched at work (two faults combined): ClusterVersion, owner, osstream, Windows, architecture, the ConfigMap's stamps,
providerSpec, stream, image, secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..model import reasons
from ..model.cluster import MachineSet, Snapshot
from ..model.objects import MACHINE_SET, Json, dig
from ..model.selectors import fault, matches
from ..model.user_data import MISSING, NOT_OBJECT, READ, UserData
from ..model.verdict import CRASH, FAIL, NOT_MANAGED, NOTHING, SKIP, UNKNOWN, UPDATE, Failed, Management, Outlook, Skip
from ..platforms.base import Entry, Offer, Platform, Site
from ..platforms.shapes import fault as shape_fault
from ..platforms.shapes import shapes
from .architecture import multi_arch
from .gates import cluster_gate, stream_gate

OS_STREAM = "machineconfiguration.openshift.io/osstream"
OPERATORS_OS_STREAM = "rhel-9"
OS_ID = "machine.openshift.io/os-id"
MANAGED_USER_DATA = "worker-user-data-managed"
DEFAULT_USER_DATA = "worker-user-data"
CONVERTIBLE = ("2.0.0", "2.1.0", "2.2.0")
"""Ignition versions below 3 that the operator rewrites to 3.5.0."""
_SECRET = shapes(mapping="userDataSecret", text="userDataSecret.name")


@dataclass(frozen=True)
class Case:
    """One machine set with everything its outlook depends on."""

    machine_set: MachineSet
    snapshot: Snapshot
    management: Management
    behaves: frozenset[str]
    platform: Platform | None
    architecture: str | Failed
    entry: Entry
    offer: Offer
    site: Site

    @property
    def spec(self) -> Any:
        return self.machine_set.provider_spec


def outlook(case: Case) -> Outlook:
    """The operator's next deed for this set; C(not_managed) when the set is none of its business."""
    barred = enrolment(case)
    if barred and barred.will != FAIL:
        return barred
    then = barred or once_enrolled(case)
    waits = cluster_gate(case.snapshot, case.behaves)
    before = barred or _before_the_image(case)
    if not waits and (before is None or before.will == UNKNOWN):
        waits = stream_gate(case.snapshot, case.behaves)
    return Outlook(NOTHING, reasons.GATED, waits, then) if waits else then


def once_enrolled(case: Case) -> Outlook:
    """The same, were the set enrolled and every gate open: for weighing that before it is done."""
    return _before_the_image(case) or _the_image(case)


def enrolment(case: Case) -> Outlook | None:
    """Why the operator does not look at the set at all; None when it does."""
    mode = case.management.mode
    if mode == "unsupported":
        message = f"The operator of {case.snapshot.operator_version} manages no boot images of {case.machine_set.kind.plural} on {case.snapshot.platform}."
        return Outlook(NOT_MANAGED, reasons.PLATFORM_NOT_MANAGED, message)
    if mode == "unknown":
        unread = (
            "FeatureGate, which tells whether the tech preview is on,"
            if case.management.source == "gate"
            else "MachineConfiguration"
        )
        return Outlook(UNKNOWN, reasons.NOT_READ, f"{unread} could not be read.")
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
        return _without_architecture(case, case.architecture)
    return None


def _without_architecture(case: Case, why: Failed) -> Outlook:
    if why.reason is not reasons.ARCHITECTURE_UNKNOWN:
        return Outlook(FAIL, why.reason, f"The operator fails on the set: {why.message}")
    annotated = case.machine_set.kind == MACHINE_SET  # of a control plane the annotation is not asked for
    if annotated and multi_arch(case.snapshot) and "skips_unannotated_multi_arch" in case.behaves:
        return Outlook(SKIP, why.reason, f"The operator skips the set: {why.message}")
    return Outlook(
        UNKNOWN, why.reason, f"The operator knows its own architecture, which could not be read. {why.message}"
    )


def _the_image(case: Case) -> Outlook:
    spec, platform = case.spec, case.platform
    if platform is None:
        message = f"This collection does not know how the operator treats sets on {case.snapshot.platform}."
        return Outlook(UNKNOWN, reasons.PLATFORM_UNSUPPORTED, message)
    if not isinstance(spec, dict):
        return Outlook(FAIL, reasons.PROVIDER_SPEC_MISSING, "The operator fails on the set: it has no providerSpec.")
    current = platform.current(spec)
    for wrong in (current, _secret_reference_fault(spec)):
        if isinstance(wrong, Failed):
            return Outlook(FAIL, wrong.reason, f"The operator fails on the set: {wrong.message}")
    special = platform.outlook(spec, case.entry, case.offer, case.site)
    if special:
        return special
    if isinstance(case.offer, Failed):
        return Outlook(FAIL, case.offer.reason, f"The operator fails on the set: {case.offer.message}")
    if isinstance(case.offer, Skip):
        return Outlook(SKIP, case.offer.reason, f"The operator skips the set: {case.offer.message}")
    if isinstance(current, Skip) and current.reason in (reasons.IMAGE_UNSET, reasons.AMI_FILTERS):
        return Outlook(SKIP, current.reason, f"The operator skips the set: {current.message}")
    if platform.changes(spec, case.offer):
        update = Outlook(UPDATE, reasons.UPDATES, f"The operator will write {case.offer.text}.")
        return _without_user_data(spec) or _user_data_fault(case) or update
    if "repoints_user_data" in case.behaves:
        return _without_user_data(spec) or _repointing(case)
    return Outlook(NOTHING, reasons.UP_TO_DATE, "The set boots the release's image.")


def _secret_reference_fault(spec: Json) -> Failed | None:
    wrong = shape_fault(spec, _SECRET)
    return Failed(reasons.PROVIDER_SPEC_INVALID, f"providerSpec.value.{wrong}.") if wrong else None


def _without_user_data(spec: Json) -> Outlook | None:
    """A providerSpec without userDataSecret ends the controller once a patch is due; up to 4.18 one always is (observed)."""
    if spec.get("userDataSecret") is not None:
        return None
    message = "providerSpec.value.userDataSecret is not set: the operator's controller would end on it."
    return Outlook(CRASH, reasons.WOULD_KILL_CONTROLLER, message)


def _repointing(case: Case) -> Outlook:
    if case.machine_set.user_data_secret == MANAGED_USER_DATA:
        return Outlook(NOTHING, reasons.UP_TO_DATE, "The set boots the release's image.")
    message = f"The image is current, but the operator will set userDataSecret to {MANAGED_USER_DATA}."
    return Outlook(UPDATE, reasons.REPOINTS_USER_DATA, message)


def _user_data_fault(case: Case) -> Outlook | None:
    """From 4.19 the secret is read before a patch. Secrets that were not read are taken to be in order."""
    if "reads_user_data" not in case.behaves:
        return None
    name = case.machine_set.user_data_secret
    facts = case.snapshot.user_data.get(name) if name else UserData(MISSING)
    if facts is None or _bootable(facts):
        return None
    if facts.state == NOT_OBJECT:
        message = f"The user data in Secret {name} is no JSON object: the operator's controller would end on it."
        return Outlook(CRASH, reasons.WOULD_KILL_CONTROLLER, message)
    why = {
        MISSING: "does not exist",
        READ: f"holds Ignition {facts.ignition}, which the operator cannot convert",
    }.get(facts.state, "holds no ignition configuration")
    message = f"The operator fails on the set: its user-data Secret {name} {why}."
    return Outlook(FAIL, reasons.USER_DATA_UNUSABLE, message)


def _bootable(facts: UserData) -> bool:
    """Anything that starts with 3 passes unread; of spec 2 only what its converter knows (2.4.0 is refused, as observed)."""
    version = facts.ignition or ""
    return facts.state == READ and (version.startswith("3") or version in CONVERTIBLE)
