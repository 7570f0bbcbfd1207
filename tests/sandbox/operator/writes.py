# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller writes to machine sets and secrets."""

from __future__ import annotations

import base64

from . import paths
from .kube import Api, ApiError, JsonObject
from .log import say
from .pace import now
from .rules.outcome import SecretChange

_STUB = "machineconfiguration.openshift.io/stub-ignition-upgraded"


class SetWriter:
    def __init__(self, api: Api) -> None:
        self._api = api

    def secret(self, change: SecretChange) -> None:
        """The upgraded stub, and the two annotations that tell of it."""
        patch = {
            "metadata": {"annotations": {f"{_STUB}-to": change.upgraded_to, f"{_STUB}-at": now()}},
            "data": {"userData": base64.b64encode(change.user_data.encode()).decode()},
        }
        self._api.merge(f"{paths.SECRETS}/{change.name}", patch)
        say("controller", f"ignition stub of secret {change.name} upgraded to {change.upgraded_to}")

    def provider_spec(self, path: str, made: JsonObject, wanted: JsonObject, kind: str) -> str:
        """Merge patch of the providerSpec. The answer is the error's text, empty when there was none."""
        holder = ("machines_v1beta1_machine_openshift_io",) if kind == "ControlPlaneMachineSet" else ()
        template = made["spec"]["template"]
        for key in holder:
            template = template[key]
        patch: JsonObject = {"providerSpec": {"value": merge_patch(template["spec"]["providerSpec"]["value"], wanted)}}
        for key in ("spec", *holder, "template", "spec"):
            patch = {key: patch}
        try:
            self._api.merge(path, patch)
        except ApiError as error:
            return f"unable to patch new {kind}: {error}"
        return ""


def merge_patch(before: JsonObject, after: JsonObject) -> JsonObject:
    """The JSON merge patch (RFC 7396) that turns one object into the other."""
    patch: JsonObject = {key: None for key in before.keys() - after.keys()}
    for key, value in after.items():
        old = before.get(key)
        if key not in before or old != value:
            if isinstance(old, dict) and isinstance(value, dict):
                patch[key] = merge_patch(old, value)
            else:
                patch[key] = value
    return patch
