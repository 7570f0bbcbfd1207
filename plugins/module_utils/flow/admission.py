# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API server's own rules refuse of MachineConfiguration, in our words, with what to do and the server's text attached.

Most of it never comes to pass, because it is refused before; but the server has the last word, and rules of its own on each release.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model.errors import Rejected


@dataclass(frozen=True)
class Rule:
    """I(text) is what the server's answer has in it, I(meaning) what it says, I(remedy) what a person does about it."""

    text: str
    meaning: str
    remedy: str


PLATFORM = Rule(
    "This feature is only supported on these platforms",
    "This release's API takes no opinion on boot images on this cluster's platform: the operator does not manage them here.",
    "Update the machine sets with machineset_boot_image.",
)
AUTOMATIC = Rule(
    "when skew enforcement is in Automatic mode",
    "The operator's status says that skew enforcement is Automatic, under which all workers have to be managed.",
    "Run it again once MachineConfiguration's status has followed, or give skew_enforcement.",
)
CONTROL_PLANE = Rule(
    "The control plane machineset boot image update feature is only supported on these platforms",
    "This release's operator does not manage boot images of control plane machine sets on this cluster's platform.",
    "Update the control plane with machineset_boot_image, resource controlplanemachinesets.",
)
RULES = (
    PLATFORM,
    CONTROL_PLANE,
    AUTOMATIC,
    Rule(
        "Only All or None selection mode is permitted for ControlPlaneMachineSets",
        "The control plane's machine set is managed or not; it cannot be selected.",
        "Use mode All or None for resource controlplanemachinesets.",
    ),
    Rule(
        "Partial is required when type is partial",
        "A selector belongs to mode Partial, and to no other mode.",
        "Correct the entry of another resource in spec.managedBootImages.machineManagers.",
    ),
    Rule(
        "manual is required when mode is Manual",
        "In spec.bootImageSkewEnforcement a version belongs to mode Manual, and to no other mode.",
        "Give skew_enforcement as a whole.",
    ),
    Rule(
        "ocpVersion must match the OCP semver compatible format",
        "The version of OpenShift is none that the API takes.",
        "Give skew_enforcement.ocp_version as x.y.z.",
    ),
    Rule(
        "rhcosVersion must match format",
        "The version of RHCOS is none that the API takes.",
        "Give skew_enforcement.rhcos_version as in 9.6.20250701-0.",
    ),
    Rule(
        "Duplicate value",
        "The list of machineManagers would have a resource twice.",
        "Correct spec.managedBootImages.machineManagers by hand.",
    ),
    Rule(
        "Unsupported value",
        "This release's API does not know a value that was to be written.",
        "Compare it with the values that the server names.",
    ),
)


def breaks(error: Rejected, rule: Rule) -> bool:
    """Whether the server refused for that rule."""
    return rule.text in str(error)


def unmanaged(error: Rejected) -> str:
    """What it means and what to do where the server refused because this release's operator manages nothing here; else empty."""
    return next((f"{each.meaning} {each.remedy}" for each in (PLATFORM, CONTROL_PLANE) if breaks(error, each)), "")


def explained(error: Rejected) -> Rejected:
    """The error in our words; as it is where the server's rule is none that we know."""
    rule = next((each for each in RULES if breaks(error, each)), None)
    if rule is None:
        return error
    return Rejected(
        f"{rule.meaning} {rule.remedy} The server's own words: {error}", {**error.result, "server_message": str(error)}
    )
