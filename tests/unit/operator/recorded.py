# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded cases rebuilt: machine sets, secrets and streams as they stood when the real controller ran."""

from __future__ import annotations

import base64
import copy
import json
from pathlib import Path
from typing import Any

from sandbox.operator.rules.world import Payload, World

CASES: dict[str, Any] = json.loads((Path(__file__).parents[2] / "fixtures" / "observed-cases.json").read_text())

OLD = "projects/rhcos-cloud/global/images/rhcos-412-85-202203181601-0-gcp-x86-64"
TARGET = "projects/rhcos-cloud/global/images/rhcos-9-6-20250701-0-gcp-x86-64"
TARGET_ARM = "projects/rhcos-cloud/global/images/rhcos-9-6-20250701-0-gcp-aarch64"
_TOKENS = {"<old>": OLD, "<target>": TARGET, "<target arm64>": TARGET_ARM}


def filled(value: Any) -> Any:
    """The recording's <old>, <target> and <target arm64> made images."""
    text = json.dumps(value)
    for token, image in _TOKENS.items():
        text = text.replace(token, image)
    return json.loads(text)


def machine_set(platform: str, case: str) -> dict[str, Any]:
    cases = CASES[platform]["cases"]
    made = filled(cases["plain"]["differs_from_plain"])
    made["metadata"]["name"] = case
    if case == "plain":
        return made
    differs = filled(cases[case]["differs_from_plain"])
    metadata, template = made["metadata"], made["spec"]["template"]
    metadata["labels"] |= differs.get("labels", {})
    metadata["annotations"] = differs.get("annotations", metadata["annotations"])
    if "owner" in differs:
        metadata["ownerReferences"] = [differs["owner"]]
    template["metadata"]["labels"] |= differs.get("tlabels", {})
    spec = template["spec"]["providerSpec"]["value"]
    if "secret" in differs:
        spec["userDataSecret"] = {"name": differs["secret"]}
    if "image" in differs and platform == "gcp":
        spec["disks"][0]["image"] = differs["image"]
    elif "image" in differs:
        spec["image"] = differs["image"]
    for key, value in differs.get("spec", {}).items():
        spec.pop(key, None)
        if value is not None:
            spec[key] = value
    return merged(made, differs.get("raw", {}))


def merged(into: Any, patch: Any) -> Any:
    """A JSON merge patch, except that null stays null: the recording means the value."""
    if not isinstance(into, dict) or not isinstance(patch, dict):
        return patch
    return {**into, **{key: merged(into.get(key), value) for key, value in patch.items()}}


def _stub(version: str) -> str:
    return json.dumps({
        "ignition": {
            "version": version,
            "config": {"append": [{"source": "https://api-int.lab:22623/config/worker", "verification": {}}]},
            "security": {"tls": {"certificateAuthorities": [
                {"source": "data:text/plain;charset=utf-8;base64,QUJD", "verification": {}}
            ]}},
        }
    })  # fmt: skip


USER_DATA = {
    "worker-user-data": '{"ignition":{"version":"3.2.0"}}',
    "worker-user-data-managed": '{"ignition":{"version":"3.2.0"}}',
    "custom-user-data": '{"ignition":{"version":"3.2.0"}}',
    "not-json": "#!/bin/sh\n",
    "no-userdata-key": None,
    "ign-no-version": '{"ignition":{}}',
    "ign-number": '{"ignition":{"version":3}}',
    **{f"ign-{name}": _stub(version) for name, version in [
        ("2-2-0", "2.2.0"), ("2-2-0-b", "2.2.0"), ("2-2-0-c", "2.2.0"), ("2-4-0", "2.4.0"), ("2-0-0", "2.0.0"),
        ("1-2-0", "1.2.0"), ("3-1-0", "3.1.0"), ("3-99-0", "3.99.0"),
    ]},
}  # fmt: skip


def secret(name: str) -> dict[str, Any] | None:
    if name not in USER_DATA:
        return None
    text = USER_DATA[name]
    data = {} if text is None else {"userData": base64.b64encode(text.encode()).decode()}
    return {"metadata": {"name": name}, "data": data}


def _azure(sku: str, version: str, publisher: str = "azureopenshift", offer: str = "aro4") -> dict[str, str]:
    return {"publisher": publisher, "offer": offer, "sku": sku, "version": version}


def _paid(publisher: str, product: str) -> dict[str, Any]:
    offer = f"rh-{product}-worker"
    return {
        "hyperVGen1": _azure(f"{offer}-gen1", "4.18.2025031114", publisher, offer),
        "hyperVGen2": _azure(offer, "4.18.2025031114", publisher, offer),
    }


def stream() -> dict[str, Any]:
    def architecture(name: str, marketplace: dict[str, Any]) -> dict[str, Any]:
        return {
            "images": {"gcp": {"project": "rhcos-cloud", "name": f"rhcos-9-6-20250701-0-gcp-{name}"}},
            "rhel-coreos-extensions": {"marketplace": {"azure": marketplace}},
        }

    version = "419.6.20250523"
    x86 = {"no-purchase-plan": {"hyperVGen1": _azure("419", version), "hyperVGen2": _azure("419-v2", version)}}
    for product in ("ocp", "opp", "oke"):
        x86 |= {product: _paid("redhat", product), f"{product}-emea": _paid("redhat-limited", product)}
    arm = {"no-purchase-plan": {"hyperVGen2": _azure("419-arm", version)}}
    return {
        "stream": "rhcos-4.19",
        "architectures": {"x86_64": architecture("x86-64", x86), "aarch64": architecture("aarch64", arm)},
    }


def world(platform: str, release: str, **changes: Any) -> World:
    """A cluster at rest on that release; `changes` replace fields of World."""
    payload = Payload(f"{release}.0", hash="abc")
    data = {
        "stream": json.dumps(stream()), "releaseVersion": payload.version,
        "MCOVersionHash": "abc", "MCOReleaseImageVersion": payload.version,
    }  # fmt: skip
    given = {
        "infrastructure": {
            "spec": {},
            "status": {"platformStatus": {"type": {"gcp": "GCP", "azure": "Azure"}[platform]}},
        },
        "cluster_version": {"status": {"desired": {}, "history": [{"state": "Completed", "version": payload.version}]}},
        "config_map": {"data": data},
        "secret": secret,
        "payload": payload,
    }
    return World(**{**given, **changes})


def difference(before: Any, after: Any, path: str) -> dict[str, list[Any]]:
    """Path -> [before, after], as the recording writes it."""
    if isinstance(before, dict) and isinstance(after, dict):
        found: dict[str, list[Any]] = {}
        for key in sorted(before.keys() | after.keys()):
            found |= difference(before.get(key, _ABSENT), after.get(key, _ABSENT), f"{path}.{key}")
        return found
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        found = {}
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            found |= difference(one, other, f"{path}[{index}]")
        return found
    return {} if before == after else {path: [_shown(before), _shown(after)]}


_ABSENT = object()


def _shown(value: Any) -> Any:
    if value is _ABSENT:
        return "<absent>"
    return json.dumps(value, separators=(",", ":")) if isinstance(value, (dict, list)) else value


def provider_spec(made: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(made["spec"]["template"]["spec"]["providerSpec"]["value"])
