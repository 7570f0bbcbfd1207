# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What machineset_boot_image would do with one machine set."""

from __future__ import annotations

from ..model import reasons
from ..model.history import Changes
from ..model.objects import value_at
from ..model.user_data import READ, UserData
from ..model.verdict import (
    CRASH,
    FAIL,
    NOT_MANAGED,
    SKIP,
    Change,
    Current,
    Decision,
    Failed,
    Outlook,
    Skip,
    Unsupported,
    Update,
)
from ..model.wish import ImageWish
from ..platforms.base import Offer, Target
from ..platforms.registry import PLATFORMS
from .cloud_images import mendable
from .operator import OS_ID, Case
from .ownership import NOBODY, owner


def decide(case: Case, wanted: Offer, will: Outlook, wish: ImageWish) -> Decision:
    """A set at its image is current, whoever put it there; any other set is ours unless somebody else claims it."""
    return _unfit(case) or (_bring_back if wish.recorded is not None else _bring_forward)(case, wanted, will, wish)


def restored(case: Case, wish: ImageWish) -> Offer | None:
    """The image that a set is to be brought back to; None where the wish is no restore, or the set cannot be judged at all."""
    platform, spec = case.platform, case.spec
    if wish.recorded is None or platform is None or not isinstance(spec, dict):
        return None
    kept = wish.recorded.get(case.machine_set.ref)
    if kept is None:
        return Skip(reasons.NOT_RECORDED, "The record says nothing of the set.")
    fields = platform.image_fields(spec)
    strange = next((each.path for each in kept if each.path not in fields), None)
    if strange is not None:
        field = ".".join(map(str, strange))
        message = f"The record has providerSpec.value.{field}, which is no field of the set's boot image."
        return Failed(reasons.RECORD_DOES_NOT_FIT, message)
    held = " ".join(dict.fromkeys(_words(each.old) for each in kept))
    return Target(held, None)


def _words(value: object) -> str:
    """An image field's value for people: its texts, one after the other."""
    if isinstance(value, dict):
        return ":".join(filter(None, (_words(each) for each in value.values())))
    return value if isinstance(value, str) else ""


def _unfit(case: Case) -> Decision | None:
    """Why nothing at all can be done with the set."""
    if case.platform is None:
        return Unsupported(
            reasons.PLATFORM_UNSUPPORTED,
            "This collection does not know boot images on the platform {}; it knows {}.".format(
                case.snapshot.platform, ", ".join(sorted(PLATFORMS))
            ),
        )
    machine_set = case.machine_set
    if not isinstance(machine_set.provider_spec, dict):
        return Failed(reasons.PROVIDER_SPEC_MISSING, "{} is not set.".format(".".join(machine_set.provider_spec_path)))
    if machine_set.template_labels.get(OS_ID) == "Windows":
        return Skip(reasons.WINDOWS, "Windows nodes boot no CoreOS image.")
    current = case.platform.current(machine_set.provider_spec)
    return current if isinstance(current, Failed) else None


def _bring_back(case: Case, wanted: Offer, will: Outlook, wish: ImageWish) -> Decision:
    """To a record. Only fields that name the image are written: who may write the ConfigMap may not therefore write machine sets."""
    if not isinstance(wanted, Target):
        return wanted
    recorded: Changes = wish.recorded or {}
    now = [(each, value_at(case.spec, each.path)) for each in recorded[case.machine_set.ref]]
    changes = tuple(Change(each.path, held, each.old) for each, held in now if held != each.old)
    if not changes:
        return Current(wanted.text)
    claim = None if wish.take_over else _claim(case, will)
    return claim or Update(_current(case), wanted.text, changes)


def _bring_forward(case: Case, wanted: Offer, will: Outlook, wish: ImageWish) -> Decision:
    platform, spec = PLATFORMS[case.snapshot.platform], case.spec
    current = platform.current(spec)
    unset = isinstance(current, Skip) and current.reason in (reasons.IMAGE_UNSET, reasons.AMI_FILTERS)
    if isinstance(current, Skip) and not (unset and wish.image) and not mendable(platform, spec, case.site):
        return current
    if not isinstance(wanted, Target):
        # Nobody need upload what the operator brings by itself.
        by_hand = wanted.reason in (reasons.IMAGE_NOT_IN_CLOUD, reasons.COPY_FAILED) and not wish.take_over
        return (_claim(case, will) if by_hand else None) or wanted
    changes = platform.changes(spec, wanted)
    if not changes:
        return Current(wanted.text)
    if not wish.take_over:
        claim = _claim(case, will)
        if claim:
            return claim
        foreign = None if wish.image else platform.custom(spec, case.site)
        if foreign:
            return Skip(reasons.CUSTOM_IMAGE, foreign)
    return _user_data_fault(case, wish) or Update(_current(case), wanted.text, changes)


def _current(case: Case) -> str | None:
    current = PLATFORMS[case.snapshot.platform].current(case.spec)
    return current if isinstance(current, str) else None


def _claim(case: Case, will: Outlook) -> Skip | None:
    """Another writer's claim. A set that the operator skips has no second writer, so it is ours to mend."""
    owned = owner(case.machine_set)
    if owned != NOBODY:
        return Skip(reasons.OWNED, f"{owned.name} writes the set.")
    if will.will in (NOT_MANAGED, SKIP):
        return None
    if will.will in (FAIL, CRASH):
        message = f"The operator manages the set and would write it once this is mended: {will.message}"
        return Skip(reasons.MANAGED_BY_OPERATOR, message)
    return Skip(reasons.MANAGED_BY_OPERATOR, "The Machine Config Operator manages the set's boot image.")


def _user_data_fault(case: Case, wish: ImageWish) -> Failed | None:
    """No image starts without user data that it reads. A secret that was not read is taken to be in order."""
    name = case.machine_set.user_data_secret
    facts: UserData | None = case.snapshot.user_data.get(name) if name else None
    if facts is None:
        return None
    if facts.state != READ:
        message = f"The set's user-data Secret {name} is of no use ({facts.state}); no new machine would start."
        return Failed(reasons.USER_DATA_UNUSABLE, message)
    if wish.upgrade_user_data or (facts.ignition or "").startswith("3"):
        return None
    message = f"The image does not read Ignition {facts.ignition}, of which the user data in Secret {name} is."
    return Failed(reasons.USER_DATA_TOO_OLD, message)
