# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin gates that the Machine Config Operator writes at run time, before boot images become managed by default."""

from __future__ import annotations

from .behaviour import Behaviour
from .configuration import MACHINE_SETS
from .world import JsonObject

_TEXT = (
    "{platform} platform with no boot image configuration detected. In OCP {following}, boot image updates are enabled "
    "by default on this platform. To opt out of them, set managedBootImages in MachineConfiguration/cluster before "
    "upgrading, then acknowledge."
)


def gate_keys() -> tuple[str, ...]:
    return "ack-4.18-boot-image-opt-out-in-4.19", "ack-4.21-boot-image-opt-out-in-4.22"


def open_gates(
    machine_configuration: JsonObject, infrastructure: JsonObject, platform: str, rules: Behaviour
) -> JsonObject:
    """Key -> text of the gates this release wants now."""
    managers = (machine_configuration.get("spec", {}).get("managedBootImages") or {}).get("machineManagers")
    if rules.minor == (4, 18) and platform in ("GCP", "AWS") and managers is None:
        return {gate_keys()[0]: _TEXT.format(platform=platform, following="4.19")}
    azure = ((infrastructure.get("status", {}).get("platformStatus") or {}).get("azure") or {}).get("cloudName")
    affected = platform == "VSphere" or (platform == "Azure" and azure != "AzureStackCloud")
    explicit = any(manager["resource"] == MACHINE_SETS for manager in managers or [])
    if rules.minor == (4, 21) and affected and not explicit:
        return {gate_keys()[1]: _TEXT.format(platform=platform, following="4.22")}
    return {}
