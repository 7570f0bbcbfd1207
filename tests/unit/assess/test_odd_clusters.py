# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd sets and odd clusters: what is missing or of a wrong shape is said as unknown, and never taken for something else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.builders import (
    OLD,
    TARGET,
    condition,
    control_plane,
    gcp_spec,
    judged,
    machine_set,
    manager,
    snapshot,
)
from unit.platforms import places

from ansible_collections.okd.boot_images.plugins.module_utils.assess.architecture import clusters_architecture
from ansible_collections.okd.boot_images.plugins.module_utils.assess.features import gates
from ansible_collections.okd.boot_images.plugins.module_utils.assess.machines import machines
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import MISSING, READ, UserData
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Site

OFF = {"managers": [manager("None")]}
NEWER = "projects/rhcos-cloud/global/images/rhcos-9-8-20260701-0-gcp-x86-64"


def machine(name: Any, labels: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels}, "spec": {"providerSpec": {"value": gcp_spec(OLD)}}}


def test_a_worker_of_the_control_planes_name_is_not_of_the_control_plane() -> None:
    of_set = "machine.openshift.io/cluster-api-machineset"
    seen = snapshot([control_plane()], machines=(machine("m", {of_set: "cluster"}),))
    assert [each.machine_set for each in machines(seen, Site())] == [None]
    named_so = snapshot([machine_set("cluster"), control_plane()], machines=(machine("m", {of_set: "cluster"}),))
    assert [each.machine_set for each in machines(named_so, Site())] == ["cluster"]


@pytest.mark.parametrize("labels", ["text", None, {"machine.openshift.io/cluster-api-machineset": []}])
def test_labels_of_any_shape_name_no_set(labels: Any) -> None:
    seen = snapshot([machine_set()], machines=(machine("m", labels),))
    assert [each.machine_set for each in machines(seen, Site())] == [None]


@pytest.mark.parametrize(("name", "told"), [(3, "3"), (None, ""), ("m", "m")])
def test_a_machines_name_is_text(name: Any, told: str) -> None:
    assert [each.name for each in machines(snapshot(machines=(machine(name, {}),)), Site())] == [told]


@pytest.mark.parametrize("spec", [None, "text", []])
def test_a_machine_without_a_provider_spec_boots_nothing_known(spec: Any) -> None:
    found = {"metadata": {"name": "m"}, "spec": {"providerSpec": {"value": spec}}}
    assert [each.current for each in machines(snapshot(machines=(found,)), Site())] == [None]


def test_a_machine_set_has_no_failure_domains_whatever_it_says() -> None:
    bare = machine_set(spec=gcp_spec())
    template = {**bare.object["spec"]["template"], "failureDomains": {"gcp": [{"zone": "a"}]}}
    template["spec"] = {**template["spec"], "failureDomains": {"gcp": [{"zone": "a"}]}}
    odd = MachineSet(bare.kind, {**bare.object, "spec": {"template": template}})
    assert judged(odd).failure_domains == ()


def test_failure_domains_of_an_unknown_platform() -> None:
    bare = control_plane()
    domains = {"machines_v1beta1_machine_openshift_io": {"failureDomains": {"kubevirt": [{"zone": "a"}]}}}
    odd = MachineSet(bare.kind, {**bare.object, "spec": {"template": domains}})
    assert judged(odd, platform="KubeVirt").failure_domains == ()


def test_an_explicit_image_on_a_platform_that_nobody_knows() -> None:
    told = judged(machine_set(), platform="KubeVirt", wish=ImageWish(image="x"), managers=None)
    assert told.decision.reason.code == "platform_unsupported"


def test_a_verdict_tells_architecture_age_and_user_data() -> None:
    facts = {"worker-user-data": UserData(READ, "3.2.0"), "": UserData(MISSING), "XX": UserData(MISSING)}
    told = judged(machine_set(), user_data=facts)
    assert (told.architecture, told.age.days_behind, told.user_data) == ("amd64", 1201, UserData(READ, "3.2.0"))
    wrong = judged(machine_set(arch="foo"), user_data=facts)
    assert (wrong.architecture, wrong.target, wrong.age.days_behind) == (None, None, None)
    unnamed = machine_set(spec=gcp_spec(userDataSecret=None))
    assert judged(unnamed, user_data={"worker-user-data": UserData(MISSING)}, **OFF).user_data is None


@pytest.mark.parametrize("image", [TARGET, NEWER])
def test_an_image_that_is_not_older_is_no_day_behind(image: str) -> None:
    age = judged(machine_set(spec=gcp_spec(image))).age
    assert (age.days_behind, age.minors_behind) == (0, None)


def test_the_operator_that_manages_a_set_is_named() -> None:
    assert str(judged(machine_set()).managed_by) == "operator machine-config"


def test_images_that_somebody_must_upload_are_nobodys_task_where_another_writes_the_set() -> None:
    spec = places.provider_spec("OpenStack")
    owned = machine_set(spec=spec, owners=[{"kind": "ConfigMap", "name": "owner"}])
    stream = {
        "data": {
            "stream": json.dumps({"architectures": {"x86_64": {"artifacts": {"openstack": {"release": "9.6.1-0"}}}}})
        }
    }
    given = {"platform": "OpenStack", "stream": stream, **OFF}
    assert judged(machine_set(spec=spec), **given).decision.reason.code == "image_not_in_cloud"
    assert judged(owned, **given).decision.reason.code == "owned"
    assert judged(owned, wish=ImageWish(take_over=True), **given).decision.reason.code == "image_not_in_cloud"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ('Payload loaded version="4.19.0" image="x" architecture="arm64"', "arm64"),
        ('Payload loaded version="4.19.0" image="x" architecture="Multi"', "Multi"),
        ('Payload loaded version="4.19.0" image="x" architecture="riscv64"', None),
        ('Not: Payload loaded version="4.19.0" image="x" architecture="arm64"', None),
        (3, None),
    ],
)
def test_the_clusters_architecture_by_the_payload(message: Any, told: str | None) -> None:
    version = {"status": {"conditions": [{**condition("ReleaseAccepted", "True"), "message": message}]}}
    assert clusters_architecture(snapshot(cluster_version=version, control_plane_architecture=None)) == told


def test_feature_gates_are_listed_in_order() -> None:
    names = ["ManagedBootImagesvSphere", "ManagedBootImages", "ManagedBootImagesCPMS", "BootImageSkewEnforcement",
             "ManagedBootImagesAWS", "ManagedBootImagesAzure"]  # fmt: skip
    listed = {"version": "4.19.0", "enabled": [{"name": each} for each in names]}
    found = gates(snapshot(feature_gate={"status": {"featureGates": [listed]}}))
    assert list(found.items()) == [(each, True) for each in sorted(names)]


def test_the_gate_of_gcp() -> None:
    off = {"status": {"featureGates": [{"version": "4.19.0", "disabled": [{"name": "ManagedBootImages"}]}]}}
    told = judged(machine_set(), feature_gate=off).operator
    assert (told.will, told.reason.code) == ("not_managed", "platform_not_managed")
