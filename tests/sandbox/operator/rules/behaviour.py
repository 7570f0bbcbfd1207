# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the operator behaves by release: one named flag a difference, and the range of releases it holds in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .feature_gates import FeatureGates

Minor = tuple[int, int]

FIRST_OPERATOR = (4, 16)
"""Before this release nothing manages boot images."""


def minor_of(version: str) -> Minor:
    """`4.18.0-okd-scos.5` -> (4, 18). Raises ValueError when the text starts with no x.y."""
    found = re.match(r"v?(\d+)\.(\d+)", version)
    if found is None:
        raise ValueError(f"{version!r} does not start with a release like 4.18")
    return int(found[1]), int(found[2])


@dataclass(frozen=True)
class Behaviour:
    """The flags of one release. What cannot be seen at the API (log texts) is left out."""

    minor: Minor
    supported: frozenset[str]
    """Platforms the release can manage, in Infrastructure's spelling."""
    default_on: frozenset[str]
    """Platforms managed without an opinion in spec (4.19+)."""
    writes_conditions: bool
    """4.16 has none; its only voice is an alert."""
    has_mirror: bool
    """status.managedBootImagesStatus is kept, and read instead of spec."""
    gate_keys: tuple[str, ...]
    """Keys of coreos-bootimages that must equal the operator's own before a set is touched."""
    cluster_version_gate: bool
    """Nothing happens, and nothing is written, until history[0] is Completed."""
    waits_for_generation: bool
    """A pass first waits until observedGeneration has caught up."""
    one_pass_per_event: bool
    """Up to 4.19 events queue up one by one; later equal reasons collapse."""
    only_boot_disks: bool
    """4.16 rewrote every disk of a GCP set."""
    owner_is_error: bool
    osstream_skip: bool
    multi_arch_skip: bool
    rewrites_user_data: bool
    """userDataSecret.name becomes worker-user-data-managed; no secret is read."""
    upgrades_stub: bool
    ignition_separator: str
    """Between the versions in ignition's `Supported spec versions`."""
    shows_skips: bool
    """`(n skipped)`; before, a skip counts as reconciled."""
    knows_cpms: bool
    config_map_error_once: bool
    """A missing ConfigMap is one error for the pass, and the counts stay."""
    skew_enforcement: bool
    ec2_decides: bool
    """The AMI's owner in EC2 decides, no allow list."""
    reason_prefix: str
    """MAPIMachineset (small s) up to 4.19."""


def behaviour(version: str, *, tech_preview: bool = False, gates: FeatureGates | None = None) -> Behaviour:
    """Flags of the release a version belongs to; releases after the last known one behave like it.

    `tech_preview`: FeatureGate `cluster` has a preview's feature set. `gates`: what its status names, which goes first.
    """
    named = gates or FeatureGates()
    at = minor_of(version)

    def since(*minor: int) -> bool:
        return at >= minor

    keys: tuple[str, ...] = ()
    if not since(4, 22):
        keys = ("MCOVersionHash", "releaseVersion" if since(4, 19) else "MCOReleaseImageVersion")
    return Behaviour(
        minor=at,
        supported=_supported(at, tech_preview, named),
        default_on=_default_on(at),
        writes_conditions=since(4, 17),
        has_mirror=since(4, 19),
        gate_keys=keys,
        cluster_version_gate=since(4, 20),
        waits_for_generation=since(4, 19),
        one_pass_per_event=not since(4, 20),
        only_boot_disks=since(4, 17),
        owner_is_error=not since(4, 19),
        osstream_skip=since(4, 22),
        multi_arch_skip=since(4, 20),
        rewrites_user_data=not since(4, 19),
        upgrades_stub=since(4, 19),
        ignition_separator="," if since(4, 20) else ", ",
        shows_skips=since(4, 22),
        knows_cpms=since(4, 21) and named.on("ManagedBootImagesCPMS", since(4, 22) or tech_preview),
        config_map_error_once=since(4, 22),
        skew_enforcement=since(4, 21) and named.on("BootImageSkewEnforcement", since(4, 22) or tech_preview),
        ec2_decides=since(4, 23),
        reason_prefix="MAPIMachineSet" if since(4, 20) else "MAPIMachineset",
    )


_PLATFORMS: dict[str, tuple[str, Minor, Minor]] = {
    "GCP": ("ManagedBootImages", (4, 16), (4, 17)),
    "AWS": ("ManagedBootImagesAWS", (4, 17), (4, 18)),
    "VSphere": ("ManagedBootImagesvSphere", (4, 20), (4, 21)),
    "Azure": ("ManagedBootImagesAzure", (4, 21), (4, 21)),
}
"""Platform -> its gate, the first release that has it as a preview, and the first that has it by default."""


def _supported(at: Minor, tech_preview: bool, gates: FeatureGates) -> frozenset[str]:
    """What the gates let through, each platform's own."""
    return frozenset(
        platform
        for platform, (gate, preview, first) in _PLATFORMS.items()
        if at >= preview and gates.on(gate, tech_preview or at >= first)
    )


def _default_on(at: Minor) -> frozenset[str]:
    platforms: set[str] = set()
    if at >= (4, 19):
        platforms |= {"GCP", "AWS"}
    if at >= (4, 22):
        platforms |= {"VSphere", "Azure"}
    return frozenset(platforms)
