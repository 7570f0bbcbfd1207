# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Boot image skew enforcement (4.22+): the status, the recorded version, the upgrade guard."""

from __future__ import annotations

import re

from .behaviour import Behaviour
from .configuration import mode
from .world import JsonObject

_MINIMUM_OCP = (4, 13, 0)
_MINIMUM_RHEL = (9, 2)
_ADVICE = (
    "To enable upgrades, please update your boot images or disable boot image skew enforcement by following the "
    "documentation at https://docs.redhat.com/en/documentation/openshift_container_platform/{release}/html/"
    "machine_configuration/mco-update-boot-skew-mgmt"
)


def semver(version: str) -> str | None:
    """x.y.z of a longer version, None when there is none."""
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    return ".".join(found.groups()) if found else None


def install_version(cluster_version: JsonObject) -> str:
    """Of the oldest Completed entry of the history; 0.0.0 with none."""
    history = cluster_version.get("status", {}).get("history") or []
    completed = [entry["version"] for entry in history if entry.get("state") == "Completed"]
    return (semver(completed[-1]) if completed else None) or "0.0.0"


def status(
    machine_configuration: JsonObject, infrastructure: JsonObject, cluster_version: JsonObject,
    platform: str, behaviour: Behaviour, provisioning: JsonObject | None = None,
) -> JsonObject | None:  # fmt: skip
    """status.bootImageSkewEnforcementStatus, given an up-to-date mirror; None where the release has none.

    `provisioning`: the Provisioning object of bare metal.
    """
    if not behaviour.skew_enforcement:
        return None
    wanted = machine_configuration.get("spec", {}).get("bootImageSkewEnforcement") or {}
    if wanted.get("mode") == "Manual":
        return {"mode": "Manual", "manual": wanted["manual"]}
    if wanted.get("mode") == "None" or _unaffected(infrastructure, platform, provisioning):
        return {"mode": "None"}
    installed = install_version(cluster_version)
    if platform not in behaviour.supported or mode(machine_configuration) != "All":
        return {"mode": "Manual", "manual": {"mode": "OCPVersion", "ocpVersion": installed}}
    before = machine_configuration.get("status", {}).get("bootImageSkewEnforcementStatus") or {}
    recorded = before.get("automatic") if before.get("mode") == "Automatic" else None
    return {"mode": "Automatic", "automatic": recorded or {"ocpVersion": installed}}


def _unaffected(infrastructure: JsonObject, platform: str, provisioning: JsonObject | None) -> bool:
    """Single node, and bare metal unless it boots an image of its own (upstream's text, not seen running)."""
    topology = infrastructure.get("status", {}).get("controlPlaneTopology")
    legacy = (provisioning or {}).get("spec", {}).get("provisioningOSDownloadURL")
    return topology == "SingleReplica" or (platform == "BareMetal" and not legacy)


def recorded(
    skew_status: JsonObject, config_map: JsonObject | None, cluster_version: JsonObject, skipped: int, errored: int
) -> JsonObject:
    """The status after a pass: the stream's release after a clean one, the install version after a skip."""
    if skew_status.get("mode") != "Automatic" or errored:
        return skew_status
    if skipped:
        return {**skew_status, "automatic": {"ocpVersion": install_version(cluster_version)}}
    version = semver(((config_map or {}).get("data") or {}).get("releaseVersion", ""))
    return {**skew_status, "automatic": {"ocpVersion": version}} if version else skew_status


def guard(skew_status: JsonObject, degraded_message: str, behaviour: Behaviour) -> str:
    """The text of Upgradeable=False, empty when upgrades may go on. `degraded_message` empty when not degraded."""
    if skew_status.get("mode") == "Automatic":
        if degraded_message:
            return (
                "Upgrades have been disabled due to boot image update failures: Boot image controller is degraded: "
                + degraded_message
            )
        image = skew_status.get("automatic") or {}
    elif skew_status.get("mode") == "Manual":
        image = skew_status.get("manual") or {}
    else:
        return ""
    return _below_ocp(image.get("ocpVersion"), behaviour) or _below_rhcos(image.get("rhcosVersion"), behaviour)


def _below_ocp(version: str | None, behaviour: Behaviour) -> str:
    if not version or tuple(int(part) for part in version.split(".")[:3]) >= _MINIMUM_OCP:
        return ""
    return _disabled(f"OCP boot image version {version}, which is below the minimum required version 4.13.0", behaviour)


def _below_rhcos(version: str | None, behaviour: Behaviour) -> str:
    if not version:
        return ""
    rhel = _rhel(version)
    if rhel >= _MINIMUM_RHEL:
        return ""
    return _disabled(
        f"RHCOS boot image version {version}(RHEL version: {rhel[0]}.{rhel[1]}), "
        "which is below the minimum required RHEL version 9.2",
        behaviour,
    )


def _rhel(version: str) -> tuple[int, int]:
    """`412.86.202301311551-0` -> (8, 6), `9.6.20250701-0` -> (9, 6)."""
    first, second = version.split(".")[:2]
    return (int(second[0]), int(second[1:] or 0)) if len(first) >= 3 else (int(first), int(second))


def _disabled(what: str, behaviour: Behaviour) -> str:
    release = f"{behaviour.minor[0]}.{behaviour.minor[1]}"
    return f"Upgrades have been disabled because the cluster is using {what}. {_ADVICE.format(release=release)}"
