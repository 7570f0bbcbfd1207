# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change of the operator's management means, in a sentence or two for people."""

from __future__ import annotations

from ..model.errors import named
from ..model.objects import dig
from ..model.verdict import NOT_MANAGED, Assessment
from ..model.wish import AS_IT_IS, ConfigurationWish

IMPLIED_NONE = (
    "Skew enforcement is Automatic, under which the API lets nobody limit or switch off the management of workers, so it is set to None "
    "first. That switches the upgrade guard off: nothing stops an upgrade for which the boot images are too old. Give skew_enforcement, "
    "None or Manual with a version, to say what you want; mode All with skew_enforcement mode Automatic is the way back."
)
STAYS_NONE = (
    "Skew enforcement stays {mode}, although all workers are managed: give skew_enforcement mode Automatic to have the operator record "
    "the boot images' version and guard upgrades again."
)
NOT_VALIDATED = (
    "The API server cannot validate the change of spec.managedBootImages before its status has left Automatic skew enforcement: of the two "
    "writes only the first was tried in check mode."
)


def summary(wish: ConfigurationWish, before: Assessment | None, after: Assessment | None, changed: bool) -> str:
    """What is true of the management now, or will be, and what stays as it is.

    :param before: the judgement before, and I(after) of the cluster as foreseen; None where it could not be judged.
    """
    if wish.mode == AS_IT_IS:
        return "Skew enforcement is as asked for; the management of boot images is left as it stands."
    words = _words(wish, after)
    left = _released(wish, before, after) if changed else []
    if not left:
        return words
    return (
        f"{words} The images of {named(left)} stay as they are: nothing is rolled back, existing nodes are not touched, and from now on "
        "nobody keeps these sets current. machineset_boot_image does so on request."
    )


def _words(wish: ConfigurationWish, after: Assessment | None) -> str:
    managed = after.management[wish.resource].mode if after else wish.mode
    if wish.mode is None:
        return f"Nothing is said of {wish.resource}, so that the release's default holds ({managed})."
    if wish.mode == "None":
        return f"The operator manages no boot images of {wish.resource}."
    if managed == "unsupported":
        return f"The API takes mode {wish.mode}, but the operator manages no boot images of {wish.resource} on this platform in this release."
    if wish.mode == "All":
        return f"The operator manages the boot images of all {wish.resource}."
    return f"The operator manages the boot images of the {wish.resource} that the selector finds: {_enrolled(wish, after)}."


def _enrolled(wish: ConfigurationWish, judged: Assessment | None) -> str:
    return named(_managed(wish, judged)) or "none at this time"


def _managed(wish: ConfigurationWish, judged: Assessment | None) -> list[str]:
    return [
        each.machine_set.name
        for each in (judged.verdicts if judged else ())
        if each.machine_set.kind.plural == wish.resource and each.operator.lasting.will != NOT_MANAGED
    ]


def _released(wish: ConfigurationWish, before: Assessment | None, after: Assessment | None) -> list[str]:
    kept = set(_managed(wish, after))
    return [name for name in _managed(wish, before) if name not in kept]


def stays_off(wish: ConfigurationWish, spec: object) -> str:
    """Said when all workers come under management while the upgrade guard remains off; else empty."""
    mode = dig(spec, "mode")
    if wish.mode == "All" and wish.resource == "machinesets" and wish.skew is None and mode:
        return STAYS_NONE.format(mode=mode)
    return ""
