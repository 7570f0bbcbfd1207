# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user-data secret of a set that is about to be patched."""

from __future__ import annotations

import base64
from typing import Any

from . import gojson
from .behaviour import Behaviour
from .ignition import TARGET, IgnitionError, convert
from .outcome import Dies, SecretChange, Stop
from .world import JsonObject, World

MANAGED = "worker-user-data-managed"


class SecretError(ValueError):
    """`str()` is what follows `failed to reconcile machineset <name>, err: `."""


def secret_name(provider_spec: JsonObject) -> str:
    """Of userDataSecret; the real controller dereferences the pointer without a look."""
    if provider_spec.get("userDataSecret") is None:
        raise Stop(Dies("nil pointer dereference: providerSpec has no userDataSecret"))
    return provider_spec["userDataSecret"].get("name", "")


def repoint(provider_spec: JsonObject, behaviour: Behaviour) -> bool:
    """Up to 4.18: let the set use the managed secret. True when that is a change."""
    if not behaviour.rewrites_user_data or secret_name(provider_spec) == MANAGED:
        return False
    provider_spec["userDataSecret"]["name"] = MANAGED
    return True


def upgraded_stub(name: str, world: World, behaviour: Behaviour) -> SecretChange | None:
    """4.19+: what the Secret has to become before a newer boot image can read it. Raises SecretError, Stop."""
    if not behaviour.upgrades_stub:
        return None
    secret = world.secret(name)
    if secret is None:
        raise SecretError(f'error grabbing user data secret referenced in machineset: secrets "{name}" not found')
    text = base64.b64decode((secret.get("data") or {}).get("userData", "")).decode("utf-8", "replace")
    try:
        config = gojson.loads(text)
    except gojson.GoJSONError as error:  # the trailing t is theirs: "%wt"
        raise SecretError(f"failed to unmarshal decoded user-data to json (secret {name}): {error}t") from None
    if not isinstance(config, dict):
        raise Stop(Dies(f"interface conversion: user data of secret {name} is no JSON object"))
    version = _version(config, name)
    if version.startswith("3"):
        return None
    try:
        return SecretChange(name, convert(config, version, behaviour.ignition_separator), TARGET)
    except IgnitionError as error:
        raise SecretError(f"converting ignition stub failed: {error}") from None


def _version(config: JsonObject, name: str) -> str:
    ignition = config.get("ignition", {})
    if not isinstance(ignition, dict):
        raise _accessor(ignition, "map[string]interface {}", name)
    version = ignition.get("version", "")
    if not isinstance(version, str):
        raise _accessor(version, "string", name)
    return version


def _accessor(value: Any, wanted: str, name: str) -> SecretError:
    types = {"number": "float64", "array": "[]interface {}", "object": "map[string]interface {}", "null": "<nil>"}
    given = gojson.kind(value)
    shown = {"null": "<nil>", "bool": str(value).lower()}.get(given, value)
    return SecretError(
        f"failed to find version field in ignition (user data secret {name}): .ignition.version accessor error: "
        f"{shown} is of the type {types.get(given, given)}, expected {wanted}"
    )
