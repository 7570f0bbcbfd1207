# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feature gates of boot image management, which tell tech preview where a release alone does not.

Those of the workers' platforms are gone from FeatureGate in 4.22 (what they guarded is always on there), so that a gate that is not listed
tells nothing.
"""

from __future__ import annotations

from ..model.cluster import Snapshot
from ..model.objects import dig, sequence
from ..model.version import Version

PLATFORMS = {
    "AWS": "ManagedBootImagesAWS",
    "Azure": "ManagedBootImagesAzure",
    "GCP": "ManagedBootImages",
    "VSphere": "ManagedBootImagesvSphere",
}
"""The gate of each platform's machine sets."""
CONTROL_PLANE, SKEW = "ManagedBootImagesCPMS", "BootImageSkewEnforcement"
_NAMES = {*PLATFORMS.values(), CONTROL_PLANE, SKEW}


def gates(snapshot: Snapshot) -> dict[str, bool]:
    """Each gate that FeatureGate lists for the operator's version, and whether it is on; none where that could not be read."""
    entries = sequence(dig(snapshot.feature_gate, "status", "featureGates"))
    version = Version.of(snapshot.operator_version)
    own = next((each for each in entries if version.same_as(str(dig(each, "version")))), None)
    listed = {on: sequence(dig(own, "enabled" if on else "disabled")) for on in (False, True)}
    named = {str(dig(each, "name")): on for on, found in listed.items() for each in found}
    return {name: named[name] for name in sorted(_NAMES) if name in named}
