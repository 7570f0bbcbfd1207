# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The upgrade of a user-data stub to Ignition spec 3.5.0 (4.19+)."""

from __future__ import annotations

import re
from typing import Any

from . import gojson

TARGET = "3.5.0"
_CONVERTIBLE = ("2.0.0", "2.1.0", "2.2.0")
_SUPPORTED = ("2.2", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5")
_SEMVER = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


class IgnitionError(ValueError):
    """`str()` is what follows `converting ignition stub failed: `."""


def convert(config: dict[str, Any], version: str, separator: str) -> str:
    """The stub as text of spec 3.5.0. Raises IgnitionError for a version that cannot be converted."""
    if version not in _CONVERTIBLE:
        word = "unknown" if _SEMVER.fullmatch(version) else "invalid"
        raise IgnitionError(
            "failed to parse Ignition config: parsing Ignition config failed: "
            f"{word} version. Supported spec versions: {separator.join(_SUPPORTED)}"
        )
    return gojson.compact(_translated(config, version))


def _translated(config: dict[str, Any], version: str) -> dict[str, Any]:
    ignition = config.get("ignition") or {}
    references = ignition.get("config") or {}
    authorities: list[dict[str, Any]] = []
    if version == "2.2.0":  # security.tls came with 2.2.0 and is unknown to the parsers of earlier versions
        authorities = ((ignition.get("security") or {}).get("tls") or {}).get("certificateAuthorities") or []
    tls = {"certificateAuthorities": [_resource(authority) for authority in authorities]} if authorities else {}
    appended = references.get("append") or []
    merge = {"merge": [_resource(reference) for reference in appended]} if appended else {}
    return {
        "ignition": {
            "config": {**merge, "replace": _resource(references.get("replace") or {})},
            "proxy": {},
            "security": {"tls": tls},
            "timeouts": ignition.get("timeouts") or {},
            "version": TARGET,
        },
        "kernelArguments": {},
        "passwd": _passwd(config.get("passwd") or {}),
        "storage": {},
        "systemd": _systemd(config.get("systemd") or {}),
    }


def _resource(given: dict[str, Any]) -> dict[str, Any]:
    source = {"source": given["source"]} if given.get("source") else {}
    checksum = (given.get("verification") or {}).get("hash")
    return {**source, "verification": {"hash": checksum} if checksum else {}}


def _passwd(given: dict[str, Any]) -> dict[str, Any]:
    users = [
        {key: user[key] for key in ("name", "sshAuthorizedKeys") if key in user} for user in given.get("users") or []
    ]
    return {"users": users} if users else {}


def _systemd(given: dict[str, Any]) -> dict[str, Any]:
    units = []
    for unit in given.get("units") or []:
        kept = {key: unit[key] for key in ("contents", "enabled", "mask", "name") if key in unit}
        if unit.get("enable"):
            kept["enabled"] = True
        units.append(kept)
    return {"units": units} if units else {}
