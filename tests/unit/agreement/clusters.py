# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random clusters: one picture that both readings of the contract are given. The same Random gives the same cluster."""

from __future__ import annotations

import base64
import copy
import json
from dataclasses import dataclass
from random import Random
from typing import Any

from unit.agreement import images, sets
from unit.builders import MIRRORED, manager, minor
from unit.operator import recorded

from sandbox.operator.rules import configuration as mirroring
from sandbox.operator.rules.behaviour import Behaviour, behaviour
from sandbox.operator.rules.feature_gates import feature_gates
from sandbox.operator.rules.world import platform_of

Json = dict[str, Any]
RELEASES = ["4.17", "4.18", "4.19", "4.20", "4.21", "4.22", "5.0"]
PLATFORMS = ["GCP", "GCP", "GCP", "AWS", "AWS", "Azure", "Azure", "VSphere", "OpenStack"]
PREVIEWS = ((4, 17), (4, 20), (4, 21))
"""Where the preview's feature set makes a difference."""
GATES = {
    "ManagedBootImages": ((4, 16), (4, 17), (4, 21)), "ManagedBootImagesAWS": ((4, 17), (4, 18), (4, 21)),
    "ManagedBootImagesvSphere": ((4, 20), (4, 21), (4, 21)), "ManagedBootImagesAzure": ((4, 21), (4, 21), (4, 21)),
    "ManagedBootImagesCPMS": ((4, 21), (4, 22), (9, 0)), "BootImageSkewEnforcement": ((4, 21), (4, 22), (9, 0)),
}  # fmt: skip
"""Name -> the first release that lists it, the first that has it on, and the last that lists it."""
HASH = "abc"
SELECTORS: list[Json] = [
    {}, {"matchLabels": {}}, {"matchLabels": {"pool": "a"}}, {"matchLabels": {"pool": "a", "tier": "x"}}, {"matchLabels": {"pool": ""}},
    {"matchLabels": {"example.com/pool": "a"}}, {"matchExpressions": []},
    *({"matchExpressions": [each]} for each in (
        {"key": "pool", "operator": "In", "values": ["a", "b"]}, {"key": "pool", "operator": "NotIn", "values": ["a"]},
        {"key": "pool", "operator": "Exists"}, {"key": "tier", "operator": "DoesNotExist", "values": []},
    )),
    {"matchLabels": {"pool": "a"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]},
]  # fmt: skip
BROKEN_SELECTORS: list[Json] = [
    {"matchLabels": {"pool": "-"}}, {"matchLabels": {"pool": "x" * 64}}, {"matchLabels": {"": "a"}}, {"matchLabels": {"/pool": "a"}},
    {"matchLabels": {"Example.com/pool": "a"}}, {"matchLabels": {"a/b/c": "x"}}, {"matchLabels": {"x" * 64: "a"}},
    *({"matchExpressions": [each]} for each in (
        {"key": "pool", "operator": "Is", "values": ["a"]}, {"key": "pool", "operator": "In", "values": []},
        {"key": "pool", "operator": "NotIn"}, {"key": "pool", "operator": "Exists", "values": ["a"]},
        {"key": "", "operator": "Exists"}, {"key": "pool", "operator": "In", "values": ["a b"]}, {"key": "pool", "operator": ""},
    )),
]  # fmt: skip
"""The API server stores all of these."""
BROKEN_STREAMS = [
    None, "", "{nonsense", "[]", "null", '"x"', "{}", '{"architectures": null}', '{"architectures": []}', '{"architectures": {}} x',
    '{"architectures": {}, "x": NaN}', '{"architectures": {}, "x": "\t"}', '{"architectures": {"x86_64": null}',
]  # fmt: skip
USER_DATA = {
    **recorded.USER_DATA, "empty": "", "list": "[]", "null": "null", "text": '"x"', "number": "3", "nan": "NaN", "broken-utf8": None,
    "utf-16": None, "tab": '{"ignition":{"version":"3.2.0"},"x":"\t"}', "no-object": '{"ignition":[]}', "null-ignition": '{"ignition":null}',
    "ign-2-1-0": '{"ignition":{"version":"2.1.0"}}', "ign-empty": '{"ignition":{"version":""}}', "ign-3": '{"ignition":{"version":"3"}}',
    "ign-2": '{"ignition":{"version":"2"}}', "ign-4": '{"ignition":{"version":"4.0.0"}}',
}  # fmt: skip
BYTES = {
    "broken-utf8": b'{"ignition":{"version":"3.2.0"},"x":"\xff"}',
    "utf-16": '{"ignition":{"version":"3.2.0"}}'.encode("utf-16"),
}
SECRETS = sorted(USER_DATA)


@dataclass(frozen=True)
class Drawn:
    """One cluster, objects as an API server has them, and what a client is not shown of it."""

    release: str
    tech_preview: bool
    feature_gate: Json
    platform: str
    infrastructure: Json
    cluster_version: Json
    configuration: Json | None
    config_map: Json | None
    machine_sets: list[Json]
    control_plane: list[Json]
    unread_secrets: bool
    """The client may not read Secrets."""
    unread_nodes: bool
    """The client may not read Nodes, so that it does not know the operator's own architecture."""
    unread_configuration: bool
    unread_gates: bool
    """The client may not read FeatureGate; drawn only where the release or a mirror tells the same."""
    architecture: str
    """Of the control plane, Kubernetes' word."""

    @property
    def version(self) -> str:
        return self.release + ".0"

    @property
    def rules(self) -> Behaviour:
        return rules(self.release, self.tech_preview, self.feature_gate)


def rules(release: str, tech_preview: bool, feature_gate: Json) -> Behaviour:
    """As the operator works on a release with these gates."""
    version = release + ".0"
    return behaviour(version, tech_preview=tech_preview, gates=feature_gates(feature_gate, version))


def secret(name: str) -> Json | None:
    if name not in USER_DATA:
        return None
    text = USER_DATA[name]
    raw = BYTES.get(name, None if text is None else text.encode())
    data = {} if raw is None else {"userData": base64.b64encode(raw).decode()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data}


def draw(random: Random) -> Drawn:
    release, platform = random.choice(RELEASES), random.choice(PLATFORMS)
    tech_preview = minor(release) in PREVIEWS and random.random() < 0.5
    gate, usual = _feature_gate(random, release, tech_preview)
    infrastructure = _infrastructure(random, platform)
    return Drawn(
        release=release,
        tech_preview=tech_preview,
        feature_gate=gate,
        platform=platform,
        infrastructure=infrastructure,
        cluster_version=_cluster_version(random, release),
        configuration=_configuration(random, release, platform_of(infrastructure), rules(release, tech_preview, gate)),
        config_map=_config_map(random, release),
        machine_sets=[sets.draw(random, f"set-{each}", platform, SECRETS) for each in range(random.randint(1, 6))],
        control_plane=[_control_plane(random, platform)] if random.random() < 0.4 else [],
        unread_secrets=random.random() < 0.1,
        unread_nodes=random.random() < 0.1,
        unread_configuration=random.random() < 0.03,
        unread_gates=usual and not (tech_preview and minor(release) < MIRRORED) and random.random() < 0.3,
        architecture=random.choice(["amd64", "amd64", "amd64", "arm64"]),
    )


def _feature_gate(random: Random, release: str, tech_preview: bool) -> tuple[Json, bool]:
    """As the feature set has it, or with one gate another way; and whether it is as usual."""
    at = minor(release)
    known = {name: default for name, (first, default, last) in GATES.items() if first <= at <= last}
    on = {name: tech_preview or at >= default for name, default in known.items()}
    usual = not known or random.random() < 0.8
    if not usual:
        odd = random.choice(sorted(known))
        on[odd] = not on[odd]
    named = {state: [{"name": name} for name, each in on.items() if each is state] for state in (True, False)}
    entries = [{"version": release + ".0", "enabled": named[True], "disabled": named[False]}]
    others = {"version": "4.15.9", "enabled": [], "disabled": [{"name": name} for name in GATES]}
    return {"spec": {}, "status": {"featureGates": random.choice([entries, [others, *entries]])}}, usual


def _infrastructure(random: Random, platform: str) -> Json:
    status: Json = {"type": platform}
    spec: Json = {"type": platform}
    if platform == "Azure":
        status["azure"] = {"cloudName": random.choice(["AzurePublicCloud"] * 5 + ["AzureStackCloud"])}
    if platform == "VSphere" and random.random() < 0.9:
        spec["vsphere"] = {
            "failureDomains": random.choices(images.FAILURE_DOMAINS, [12, *[1] * 8], k=random.choice([0, 1, 1, 2]))
        }
    return {"spec": {"platformSpec": spec}, "status": {"platformStatus": status, "infrastructureName": "x"}}


def _cluster_version(random: Random, release: str) -> Json:
    version = release + ".0"
    done, under_way = {"state": "Completed", "version": version}, {"state": "Partial", "version": version}
    history = random.choice([[done]] * 7 + [[under_way, {"state": "Completed", "version": "4.16.9"}], [under_way], []])
    desired: Json = {"version": version}
    if random.random() < 0.25:
        desired["architecture"] = random.choice(["Multi", "Multi", ""])
    return {"metadata": {}, "status": {"history": history, "desired": desired}}


def _configuration(random: Random, release: str, platform: str, rules: Behaviour) -> Json | None:
    if random.random() < 0.02:
        return None
    observed = random.random() < 0.8
    found: Json = {
        "metadata": {"name": "cluster", "generation": 3},
        "spec": _spec(random, release, platform, rules),
        "status": {"observedGeneration": 3 if observed else 2},
    }
    if minor(release) >= MIRRORED:
        before = {**found, "spec": found["spec"] if observed else _spec(random, release, platform, rules)}
        mirror = mirroring.mirror(before, platform, rules)
        if mirror:
            found["status"]["managedBootImagesStatus"] = mirror.status
    return found


def _spec(random: Random, release: str, platform: str, rules: Behaviour) -> Json:
    modes = ["All", "All", "Partial", "Partial", "Partial"] + (["None"] if minor(release) >= MIRRORED else [])
    kind = random.choice(["absent", "absent", "stanza", "list", "entries", "entries", "entries", "entries", "entries"])
    if platform == "OpenStack" or kind == "absent":
        return {}
    if kind == "stanza":
        return {"managedBootImages": {}}
    entries = []
    if kind == "entries" and random.random() < 0.9:
        mode = random.choice(modes)
        selector = random.choice(BROKEN_SELECTORS if random.random() < 0.15 else SELECTORS)
        entries.append(manager(mode, copy.deepcopy(selector) if mode == "Partial" else None))
    if kind == "entries" and rules.knows_cpms and platform != "VSphere" and random.random() < 0.5:
        entries.append(manager(random.choice(["All", "All", "None"]), resource="controlplanemachinesets"))
    return {"managedBootImages": {"machineManagers": entries}}


def _config_map(random: Random, release: str) -> Json | None:
    if random.random() < 0.02:
        return None
    version = release + ".0"
    data: Json = {
        "stream": json.dumps(_stream(random)), "releaseVersion": version, "MCOVersionHash": HASH, "MCOReleaseImageVersion": version,
    }  # fmt: skip
    if random.random() < 0.06:
        data["stream"] = random.choice(BROKEN_STREAMS)
    if random.random() < 0.25:
        data[random.choice(["releaseVersion", "MCOVersionHash", "MCOReleaseImageVersion"])] = random.choice(
            ["other", "", None]
        )
    return {"data": {key: value for key, value in data.items() if value is not None}}


def _stream(random: Random) -> Json:
    made = images.stream()
    architectures = made["architectures"]
    arch = random.choice(["x86_64", "aarch64"])
    entry = architectures[arch]
    lacking = random.choice(
        [*["nothing"] * 6, "architecture", "images", "gcp", "extensions", "marketplace", "azure", "plan", "artifacts"]
    )
    if lacking == "architecture":
        del architectures[arch]
    elif lacking == "images":
        entry["images"] = {}
    elif lacking == "gcp":
        del entry["images"]["gcp"]
    elif lacking == "extensions":
        del entry["rhel-coreos-extensions"]
    elif lacking == "marketplace":
        entry["rhel-coreos-extensions"] = {"azure-disk": {"release": "x", "url": "https://x"}}
    elif lacking == "azure":
        entry["rhel-coreos-extensions"] = {"marketplace": {}}
    elif lacking == "plan":
        plans = entry["rhel-coreos-extensions"]["marketplace"]["azure"]
        plans.pop(random.choice(sorted(plans)))
    elif lacking == "artifacts":
        entry["artifacts"] = {}
    return made


def _control_plane(random: Random, platform: str) -> Json:
    """As a MachineSet, with the machine below another key."""
    made = sets.draw(random, "cluster", platform, SECRETS)
    template = made["spec"]["template"]
    labels = template["metadata"]["labels"]
    machine = {"metadata": {"labels": {}}, "spec": {"metadata": {"labels": labels}, **template["spec"]}}
    return {"metadata": made["metadata"], "spec": {"template": {"machines_v1beta1_machine_openshift_io": machine}}}
