# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What bootimage_status foretells of random machine sets on a real API server, and what the simulated operator then does.

The pure test of the same name (tests/unit/agreement) looks at thousands of clusters; here a handful prove that nothing is lost on the
way: defaulting, pruning and validation by the API server, the client, the module, the operator's own requests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

import pytest
from integration.operator_play import Load, boot_image, quiet
from integration.support.clusters import Cluster
from unit.agreement import clusters
from unit.agreement.clusters import Drawn
from unit.agreement.readings import assumed, operators
from unit.agreement.test_agreement import readable

from sandbox import ApiError, Sandbox, releases
from sandbox.operator.operator_loop import NO_STAMP
from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.outcome import Dies, Patched

SPEED = 300.0
SAMPLES = {"GCP": "gcp", "Azure": "azure"}
"""On AWS the allow list decides, which differs between the sandbox and the random clusters."""
NAME = re.compile(r"error syncing MAPI MachineSet ([-a-z0-9]+): ")
Json = dict[str, Any]


def suitable(release: str) -> Iterator[Drawn]:
    """Random clusters of a release with work for the operator, and without what would end its process half-way."""
    for seed in range(100_000):
        drawn = clusters.draw(Random(seed))
        if drawn.release != release or drawn.platform not in SAMPLES or drawn.tech_preview or not readable(drawn):
            continue
        if not drawn.configuration or "AzureStack" in json.dumps(drawn.infrastructure) or len(drawn.machine_sets) < 5:
            continue
        if drawn.rules != behaviour(drawn.version):  # the samples have the gates of their release
            continue
        done = {"status": {"history": [{"state": "Completed", "version": drawn.version}], "desired": {}}}
        drawn = replace(drawn, cluster_version=done, control_plane=[], unread_secrets=False)
        deeds = operators(drawn, assumed(drawn))
        living = [
            each for each in drawn.machine_sets if not isinstance(deeds["machinesets", each["metadata"]["name"]], Dies)
        ]
        kinds = {type(deed) for deed in deeds.values()} - {Dies}
        if len(living) > 3 and Patched in kinds and len(kinds) > 2:
            yield replace(drawn, machine_sets=living)


def build(made: Sandbox, drawn: Drawn, version: str) -> list[str]:
    """Put the drawn cluster into the API server; the names of the sets that it stored."""
    made.client.patch("clusterversions", "version", {"metadata": {"annotations": {NO_STAMP: ""}}})
    stamps = {
        "releaseVersion": version,
        "MCOReleaseImageVersion": version,
        "MCOVersionHash": releases.mco_hash(version),
    }
    data = (drawn.config_map or {})["data"]
    sound = {"releaseVersion": drawn.version, "MCOReleaseImageVersion": drawn.version, "MCOVersionHash": clusters.HASH}
    keys = {key: stamps[key] if data.get(key) == sound[key] else data.get(key) for key in stamps}
    made.client.patch("configmaps", "coreos-bootimages", {"data": {**keys, "stream": data["stream"]}})
    for name in clusters.SECRETS:
        _secret(made, name)
    stored = [each["metadata"]["name"] for each in drawn.machine_sets if _machine_set(made, each)]
    spec = (drawn.configuration or {})["spec"]
    made.client.patch(
        "machineconfigurations", "cluster", {"spec": {"managedBootImages": spec.get("managedBootImages")}}
    )
    return stored


def _secret(made: Sandbox, name: str) -> None:
    body = {**(clusters.secret(name) or {}), "type": "Opaque"}
    body["metadata"] = {"name": name, "namespace": "openshift-machine-api"}
    if made.client.exists("secrets", name):
        made.client.patch("secrets", name, {"data": body["data"]})
    else:
        made.client.create(body)


def _machine_set(made: Sandbox, drawn: Json) -> bool:
    """False where the API server does not store it."""
    labels = {"machine.openshift.io/cluster-api-machineset": drawn["metadata"]["name"]}
    template = drawn["spec"]["template"]
    body = {
        "apiVersion": "machine.openshift.io/v1beta1",
        "kind": "MachineSet",
        "metadata": {**drawn["metadata"], "namespace": "openshift-machine-api"},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {**template, "metadata": {"labels": {**template["metadata"]["labels"], **labels}}},
        },
    }
    try:
        made.client.create(body)
    except ApiError as error:
        assert error.status == 422, error
        return False
    return True


def deeds(made: Sandbox, before: dict[str, Json]) -> dict[str, str]:
    """What the operator did to each set: C(update), C(fail), or C(nothing)."""
    degraded = boot_image(made, "Degraded")
    message = degraded["message"] if degraded["status"] == "True" else ""
    failed = set(before) if "machineset selector" in message else set(NAME.findall(message))
    after = {each["metadata"]["name"]: _spec(each) for each in made.client.list("machinesets")}
    return {
        name: "update" if _written(after[name]) != _written(spec) else "fail" if name in failed else "nothing"
        for name, spec in before.items()
    }


def _spec(machine_set: Json) -> Any:
    return machine_set["spec"]["template"]["spec"].get("providerSpec", {}).get("value")


def _written(spec: Any) -> Any:
    """What a patch of the operator is about; the rest of it are zero values of its types."""
    if not isinstance(spec, dict):
        return spec
    disks = spec.get("disks")
    boot = [each.get("image") for each in disks if isinstance(each, dict)] if isinstance(disks, list) else disks
    image = spec.get("image")
    parts = {key: value for key, value in image.items() if value} if isinstance(image, dict) else image
    return boot, parts, spec.get("userDataSecret")


@pytest.mark.parametrize("version", ["4.18.6", "4.19.4", "4.21.2", "4.22.1"])
def test_what_is_foretold_comes_to_pass(sandbox: Load, version: str) -> None:
    release = ".".join(version.split(".")[:2])
    drawn = next(islice(suitable(release), 2, None))
    made = sandbox(SAMPLES[drawn.platform], release=version, machine_sets=0)
    names = build(made, drawn, version)
    assert len(names) > 3
    answer = Cluster(made).module("bootimage_status")
    assert not answer.failed, answer.message
    foretold = {name: told["operator"] for name, told in answer.sets().items() if name in names}
    before = {each["metadata"]["name"]: _spec(each) for each in made.client.list("machinesets")}

    made.start_operator(speed=SPEED)
    made.client.wait_for(lambda: boot_image(made, "Degraded").get("reason", "NA") != "NA", 20, "a first pass")
    quiet(made)

    done = deeds(made, before)
    wills = {"update": "update", "fail": "fail", "skip": "nothing", "nothing": "nothing", "not_managed": "nothing"}
    expected = {name: wills[told["will"]] for name, told in foretold.items()}
    assert {name: done[name] for name in expected} == expected, json.dumps(foretold, indent=1)
    assert len(set(expected.values())) > 1, "the API server kept nothing of what makes these sets differ"
