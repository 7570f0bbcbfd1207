# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cluster read twice: by the sandbox's operator, which says what one pass does, and by the collection, which foretells it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from unit.agreement import images
from unit.agreement.clusters import HASH, Drawn, secret
from unit.builders import capabilities

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet, NotChecked, Snapshot
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import UserData
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Verdict
from sandbox.operator.events import is_stable
from sandbox.operator.rules import configuration as mirroring
from sandbox.operator.rules.architecture import RPM_NAMES
from sandbox.operator.rules.behaviour import Behaviour
from sandbox.operator.rules.outcome import Error, Outcome
from sandbox.operator.rules.reconcile import reconcile, reconcile_control_plane
from sandbox.operator.rules.selector import SelectorError
from sandbox.operator.rules.world import Payload, World

Json = dict[str, Any]
Key = tuple[str, str]
"""Plural of the kind, and name."""


@dataclass(frozen=True)
class NotEnrolled:
    """The pass does not come to the set."""


@dataclass(frozen=True)
class NoPass:
    """Enrolled, but there is no pass until ClusterVersion is Completed."""


Deed = Outcome | NotEnrolled | NoPass
NO_SELECTOR = Error("failed to create a machineset selector")


def world(drawn: Drawn, **changes: Any) -> World:
    """What the operator knows, as far as the drawn cluster settles it; `changes` replace fields of World."""
    given = World(
        infrastructure=drawn.infrastructure,
        cluster_version=drawn.cluster_version,
        config_map=drawn.config_map,
        secret=secret,
        payload=Payload(drawn.version, hash=HASH),
        architecture=RPM_NAMES[drawn.architecture],
        known_amis=frozenset([images.ALLOWED, images.TARGET_AMI, images.ARM_AMI, images.GOV_AMI]),
        ec2=images.Ec2(),
        vcenter=images.VCenter(),
    )
    return replace(given, **changes)


def assumed(drawn: Drawn) -> World:
    """The world as the collection takes it for where it cannot look: unread secrets in order, a hash that is there the right one."""
    found = world(drawn)
    if drawn.unread_secrets:
        found = replace(found, secret=lambda name: secret("worker-user-data") if name else None)
    if drawn.config_map and drawn.config_map["data"].get("MCOVersionHash"):
        data = {**drawn.config_map["data"], "MCOVersionHash": HASH}
        found = replace(found, config_map={"data": data})
    return found


def other_worlds(drawn: Drawn, ami: str) -> Iterator[World]:
    """The assumed world with every standing that a client cannot see one AMI to have."""
    found = assumed(drawn)
    yield replace(found, known_amis=found.known_amis | {ami}, ec2=images.Ec2({ami: images.Ec2.STANDARD}))
    yield replace(found, known_amis=found.known_amis - {ami}, ec2=images.Ec2({ami: "123456789012"}))


def operators(drawn: Drawn, seen: World) -> dict[Key, Deed]:
    """What one pass does to each set, after the operator's own loop has taken in the configuration."""
    rules = drawn.rules
    resources = [(mirroring.MACHINE_SETS, drawn.machine_sets, reconcile)]
    resources.append((mirroring.CONTROL_PLANE, drawn.control_plane, reconcile_control_plane))
    found: dict[Key, Deed] = {}
    for resource, sets, work in resources:
        for made in sets:
            found[resource, made["metadata"]["name"]] = NotEnrolled()
        looks = resource == mirroring.MACHINE_SETS or rules.knows_cpms
        if drawn.configuration is None or seen.platform not in rules.supported or not looks:
            continue
        try:
            matches = mirroring.enrolled(_mirrored(drawn.configuration, seen, rules), resource, rules)
        except SelectorError:
            closed = rules.cluster_version_gate and not is_stable(drawn.cluster_version)
            found |= {(resource, made["metadata"]["name"]): NoPass() if closed else NO_SELECTOR for made in sets}
            continue
        for made in sets:
            if matches(made["metadata"].get("labels") or {}):
                found[resource, made["metadata"]["name"]] = _deed(made, seen, rules, work)
    return found


def _mirrored(configuration: Json, seen: World, rules: Behaviour) -> Json:
    mirror = mirroring.mirror(configuration, seen.platform, rules)
    if mirror is None:
        return configuration
    return {**configuration, "status": {**configuration["status"], "managedBootImagesStatus": mirror.status}}


def _deed(made: Json, seen: World, rules: Behaviour, work: Any) -> Deed:
    if rules.cluster_version_gate and not is_stable(seen.cluster_version):
        return NoPass()
    if rules.config_map_error_once and seen.config_map is None:
        return Error("failed to fetch coreos-bootimages config map")
    found: Outcome = work(made, seen, rules)
    return found


def collections(drawn: Drawn) -> dict[Key, Verdict]:
    """What the collection foretells. Raises InvalidStream."""
    return {(each.machine_set.kind.plural, each.machine_set.name): each for each in assess(snapshot(drawn)).verdicts}


def snapshot(drawn: Drawn) -> Snapshot:
    """The cluster as a client sees it that lacks the rights drawn."""
    plain = json.loads(json.dumps([drawn.machine_sets, drawn.control_plane]))
    kinds = (o.MACHINE_SET, o.CONTROL_PLANE_MACHINE_SET)
    made = tuple(MachineSet(kind, each) for kind, found in zip(kinds, plain, strict=True) for each in found)
    names = {each.user_data_secret for each in made if each.user_data_secret}
    able = capabilities(drawn.release)
    if drawn.rules.knows_cpms:
        able = replace(able, resources=frozenset({"machinesets", "controlplanemachinesets"}))
    return Snapshot(
        infrastructure=drawn.infrastructure,
        cluster_version=drawn.cluster_version,
        configuration=None if drawn.unread_configuration else drawn.configuration,
        configuration_known=not drawn.unread_configuration,
        capabilities=able,
        machine_sets=made,
        stream=drawn.config_map,
        feature_gate=None if drawn.unread_gates else drawn.feature_gate,
        operator={"status": {"versions": [{"name": "operator", "version": drawn.version}]}},
        user_data={} if drawn.unread_secrets else {name: UserData.of(secret(name)) for name in names},
        not_checked=(NotChecked("MachineConfiguration", "forbidden"),) if drawn.unread_configuration else (),
        control_plane_architecture=None if drawn.unread_nodes else drawn.architecture,
    )
