# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Skew enforcement (4.22+): what spec.bootImageSkewEnforcement should be, and what the API would refuse.

Spec knows the modes Manual and None. Automatic is what the operator makes of a missing stanza, provided that all workers are managed.
"""

from __future__ import annotations

import re

from ..model.cluster import Capabilities
from ..model.errors import InvalidInput, Unsupported
from ..model.objects import Json, dig
from ..model.wish import ConfigurationWish, SkewWish

STANZA = "bootImageSkewEnforcement"
AUTOMATIC, MANUAL, NONE = "Automatic", "Manual", "None"
OFF: Json = {"mode": NONE}
UNKNOWN = "This cluster's MachineConfiguration has no bootImageSkewEnforcement: its release (up to 4.21) enforces no boot image skew."
_OCP = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_RHCOS = re.compile(r"[0-9]+\.[0-9]+\.([0-9]{8}|[0-9]{12})-[0-9]+")


def check(capabilities: Capabilities, wish: ConfigurationWish) -> None:
    """Refuse in our words what the API would refuse, before anything is written.

    :raises Unsupported: the API knows no skew enforcement.
    :raises InvalidInput: the wish contradicts itself or the API's rules.
    """
    skew = wish.skew
    if skew is None:
        return
    if not capabilities.skew:
        raise Unsupported(f"{UNKNOWN} Leave skew_enforcement out.")
    versions = [each for each in (skew.ocp_version, skew.rhcos_version) if each is not None]
    if versions and skew.mode != MANUAL:
        raise InvalidInput(
            f"skew_enforcement: ocp_version and rhcos_version belong to mode Manual; mode is {skew.mode}."
        )
    if len(versions) > 1:
        raise InvalidInput("skew_enforcement: give ocp_version or rhcos_version, not both.")
    _check_version("ocp_version", skew.ocp_version, _OCP, (5, 10), "x.y.z, as in 4.18.3")
    _check_version(
        "rhcos_version", skew.rhcos_version, _RHCOS, (14, 21), "as in 9.6.20250701-0 or 412.86.202301311551-0"
    )
    if skew.mode == AUTOMATIC and wish.resource == "machinesets" and wish.mode in ("Partial", NONE):
        raise InvalidInput(
            f"skew_enforcement mode Automatic needs all workers managed, so it goes with mode All; mode is {wish.mode}."
        )


def _check_version(
    name: str, version: str | None, pattern: re.Pattern[str], length: tuple[int, int], form: str
) -> None:
    """The API's pattern and length, both ends included."""
    if version is None:
        return
    if not pattern.fullmatch(version) or not length[0] <= len(version) <= length[1]:
        raise InvalidInput(
            f"skew_enforcement: {name} {version!r} is no version that the API takes: {form}, {length[0]} to {length[1]} characters."
        )


def stanza(wish: SkewWish) -> Json | None:
    """What should stand in spec; None means no stanza. Manual needs a version here: where none was given, it is derived before."""
    if wish.mode == AUTOMATIC:
        return None
    if wish.mode == NONE:
        return OFF
    if wish.ocp_version is not None:
        return {"mode": MANUAL, "manual": {"mode": "OCPVersion", "ocpVersion": wish.ocp_version}}
    return {"mode": MANUAL, "manual": {"mode": "RHCOSVersion", "rhcosVersion": wish.rhcos_version}}


def standing(configuration_object: Json | None) -> Json | None:
    """The stanza as it stands in spec."""
    found = dig(configuration_object, "spec", STANZA)
    return found if isinstance(found, dict) else None


def automatic(configuration_object: Json | None) -> bool:
    """Whether the stored status says Automatic: then the API takes no limited, switched off or empty management of workers."""
    return bool(dig(configuration_object, "status", f"{STANZA}Status", "mode") == AUTOMATIC)


def wanted(configuration_object: Json, wish: ConfigurationWish, limits: bool) -> Json | None:
    """The stanza that should stand beside the managers that should.

    Where management is to be limited under Automatic and the wish says nothing of skew, that is None, or off could not mean off.

    :param limits: whether the API refuses those managers under Automatic.
    :raises InvalidInput: Automatic is wished for, but the workers would not all be managed.
    """
    now = standing(configuration_object)
    if wish.skew is None:
        return OFF if limits and now is None and automatic(configuration_object) else now
    if wish.skew.mode == AUTOMATIC and limits:
        raise InvalidInput(
            "skew_enforcement mode Automatic needs all workers managed, and as things stand they are not: "
            "give mode All for resource machinesets along with it."
        )
    return stanza(wish.skew)
