# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading: what is required, what may be missing, what may be forbidden."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import pytest
from unit.builders import ARCH, config_map, configuration, control_plane, machine_set

from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import (
    Forbidden,
    NotFound,
    NotOpenShift,
    NotServed,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import READ, UserData
from ansible_collections.okd.boot_images.plugins.module_utils.read.cluster import read

NODE_PATH = o.NODE.path(None)
OPENAPI = "/openapi/v3/apis/operator.openshift.io/v1"
USER_DATA = o.ObjectRef(o.SECRET, o.MACHINE_API, "worker-user-data").path


def crd(schema: Any) -> dict[str, Any]:
    versions = [{"name": "v1alpha1", "schema": {}}, {"name": "v1", "schema": {"openAPIV3Schema": schema}}]
    return {"spec": {"versions": versions}}


SCHEMA = {
    "properties": {
        "spec": {
            "properties": {
                "managedBootImages": {
                    "properties": {
                        "machineManagers": {
                            "items": {
                                "properties": {
                                    "resource": {"enum": ["machinesets"]},
                                    "selection": {"properties": {"mode": {"enum": ["All", "Partial", "None"]}}},
                                }
                            }
                        }
                    }
                }
            }
        },
        "status": {"properties": {"managedBootImagesStatus": {}}},
    }
}


@dataclass
class Memory:
    """A Source over a dictionary: path -> object, or list of objects for a collection."""

    served: dict[str, Any]
    forbidden: set[str] = field(default_factory=set)
    unserved: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def _at(self, path: str) -> Any:
        self.asked.append(path)
        if path in self.forbidden:
            raise Forbidden(f"may not get {path}")
        if path in self.unserved:
            raise NotServed(path)
        if path not in self.served:
            raise NotFound(path)
        return self.served[path]

    def get(self, ref: o.ObjectRef) -> Any:
        return self._at(ref.path)

    def find(self, ref: o.ObjectRef) -> Any:
        try:
            return self.get(ref)
        except NotFound:
            return None

    def list_all(self, kind: o.Kind, namespace: str | None = None, selector: str = "") -> Any:
        return self._at(kind.path(namespace) + (f"?{selector}" if selector else ""))

    def document(self, path: str) -> Any:
        return self._at(path)


MASTERS = NODE_PATH + "?node-role.kubernetes.io/master"
SETS, CPMS = o.MACHINE_SET.path(o.MACHINE_API), o.CONTROL_PLANE_MACHINE_SET.path(o.MACHINE_API)
POOLS, MACHINES = o.MACHINE_CONFIG_POOL.path(None), o.MACHINE.path(o.MACHINE_API)


def cluster(**without: Any) -> Memory:
    secret = {"data": {"userData": base64.b64encode(b'{"ignition":{"version":"3.2.0"}}').decode()}}
    return Memory(
        {
            o.THE_INFRASTRUCTURE.path: {"status": {"platformStatus": {"type": "GCP"}}},
            o.THE_CLUSTER_VERSION.path: {"status": {}},
            o.THE_CONFIGURATION.path: configuration(),
            o.THE_CONFIGURATION_CRD.path: crd(SCHEMA),
            o.THE_STREAM.path: config_map(),
            o.THE_OPERATOR.path: {"status": {}},
            o.ADMIN_GATES.path: {"data": {"ack-4.18-x": "text"}},
            o.ADMIN_ACKS.path: {"data": {}},
            SETS: [machine_set("b", arch=None).object, machine_set("a").object],
            CPMS: [control_plane().object],
            POOLS: [{"metadata": {"name": "worker"}}],
            MACHINES: [{"metadata": {"name": "m"}}],
            MASTERS: [{"status": {}}, {"status": {"nodeInfo": {"architecture": "arm64"}}}],
            USER_DATA: secret,
            **without,
        }
    )


def test_one_look() -> None:
    seen = read(cluster(), user_data=True)
    assert [(each.kind.plural, each.name) for each in seen.machine_sets] == [
        ("controlplanemachinesets", "cluster"), ("machinesets", "a"), ("machinesets", "b"),
    ]  # fmt: skip
    assert seen.platform == "GCP"
    assert seen.control_plane_architecture == "arm64"
    assert seen.user_data == {"worker-user-data": UserData(READ, "3.2.0")}
    assert seen.capabilities.modes == {"All", "Partial", "None"}
    assert (seen.capabilities.mirror, seen.capabilities.skew, seen.capabilities.source) == (True, False, "crd")
    assert (len(seen.pools), seen.machines, seen.not_checked) == (1, (), ())


def test_machines_and_user_data_are_read_only_when_asked_for() -> None:
    source = cluster()
    assert read(source).user_data == {}
    assert USER_DATA not in source.asked and MACHINES not in source.asked
    assert len(read(source, machines=True).machines) == 1


def test_nodes_are_read_only_where_a_set_needs_them() -> None:
    source = cluster()
    source.served.update({SETS: [machine_set().object], CPMS: []})
    assert ARCH in machine_set().annotations
    assert read(source).control_plane_architecture is None
    assert MASTERS not in source.asked


@pytest.mark.parametrize("path", [o.THE_INFRASTRUCTURE.path, o.THE_CLUSTER_VERSION.path])
def test_a_cluster_without_openshifts_own_objects(path: str) -> None:
    source = cluster()
    del source.served[path]
    with pytest.raises(NotOpenShift, match="is not an OpenShift or OKD cluster"):
        read(source)


@pytest.mark.parametrize("path", [o.THE_INFRASTRUCTURE.path, o.THE_CLUSTER_VERSION.path, o.THE_STREAM.path, SETS])
def test_a_missing_right_that_nothing_can_do_without(path: str) -> None:
    source = cluster()
    source.forbidden = {path}
    with pytest.raises(Forbidden):
        read(source)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (o.THE_CONFIGURATION.path, "MachineConfiguration"),
        (o.THE_OPERATOR.path, "ClusterOperator machine-config"),
        (o.ADMIN_GATES.path, "admin gates"),
        (o.ADMIN_ACKS.path, "admin acknowledgements"),
        (POOLS, "MachineConfigPools"),
        (o.THE_FEATURE_GATE.path, "FeatureGate"),
        (CPMS, "ControlPlaneMachineSet"),
        (MASTERS, "control plane nodes"),
        (USER_DATA, "user data worker-user-data"),
    ],
)
def test_a_missing_right_that_leaves_a_gap(path: str, what: str) -> None:
    source = cluster()
    source.forbidden = {path}
    seen = read(source, user_data=True)
    assert [(each.what, each.why) for each in seen.not_checked] == [(what, f"may not get {path}")]


def test_objects_that_are_not_there() -> None:
    source = cluster()
    for path in (o.THE_CONFIGURATION.path, o.THE_CONFIGURATION_CRD.path, o.THE_STREAM.path):
        del source.served[path]
    seen = read(source, machines=True, user_data=True)
    assert (seen.configuration, seen.stream) == (None, None)
    assert seen.capabilities.modes == frozenset()
    assert seen.not_checked == ()


@pytest.mark.parametrize("path", [SETS, CPMS, POOLS, MACHINES, MASTERS, o.THE_CONFIGURATION.path])
def test_a_kind_that_the_cluster_should_serve_is_not_taken_for_empty(path: str) -> None:
    """It may be there again in a moment, with all that was in it; no set would otherwise mean no drift."""
    source = cluster()
    source.unserved = {path}
    with pytest.raises(NotServed):
        read(source, machines=True)


def test_a_cluster_that_was_installed_without_machines_serves_none() -> None:
    source = cluster()
    source.unserved = {SETS, CPMS, MACHINES}
    known = {"knownCapabilities": ["Build", "MachineAPI"], "enabledCapabilities": ["Build"]}
    source.served[o.THE_CLUSTER_VERSION.path] = {"status": {"capabilities": known}}
    seen = read(source, machines=True)
    assert (seen.machine_sets, seen.machines, len(seen.pools), seen.not_checked) == ((), (), 1, ())
    known["enabledCapabilities"].append("MachineAPI")
    with pytest.raises(NotServed):
        read(source)


def test_a_hosted_cluster_has_neither_sets_nor_pools() -> None:
    source = cluster()
    source.unserved = {SETS, CPMS, POOLS, MACHINES}
    source.served[o.THE_INFRASTRUCTURE.path] = {"status": {"controlPlaneTopology": "External"}}
    assert (read(source).machine_sets, read(source).pools) == ((), ())


def test_a_release_before_boot_images_may_lack_machine_configuration() -> None:
    source = cluster()
    source.unserved = {o.THE_CONFIGURATION.path}
    del source.served[o.THE_CONFIGURATION_CRD.path]
    assert (read(source).configuration, read(source).configuration_known) == (None, True)


def test_a_secret_that_does_not_exist_is_a_fact() -> None:
    source = cluster()
    del source.served[USER_DATA]
    assert read(source, user_data=True).user_data["worker-user-data"].state == "missing"


def test_the_openapi_document_stands_in_for_the_crd() -> None:
    schemas = {
        "com.github.openshift.api.X": {"x-kubernetes-group-version-kind": [{"kind": "Etcd"}]},
        "com.github.openshift.api.Y": {**SCHEMA, "x-kubernetes-group-version-kind": [{"kind": "MachineConfiguration"}]},
    }
    source = cluster(**{OPENAPI: {"components": {"schemas": schemas}}})
    source.forbidden = {o.THE_CONFIGURATION_CRD.path}
    found = read(source).capabilities
    assert (found.modes, found.mirror, found.source) == ({"All", "Partial", "None"}, True, "openapi")


@pytest.mark.parametrize("document", [None, {}, {"components": {"schemas": []}}])
def test_neither_document(document: Any) -> None:
    source = cluster(**({} if document is None else {OPENAPI: document}))
    source.forbidden = {o.THE_CONFIGURATION_CRD.path}
    seen = read(source)
    assert seen.capabilities.modes == frozenset()
    assert [each.what for each in seen.not_checked] == (
        [] if document is not None else ["schema of MachineConfiguration"]
    )


def test_a_configuration_that_is_forbidden_is_not_one_that_is_missing() -> None:
    source = cluster()
    source.forbidden = {o.THE_CONFIGURATION.path}
    assert (read(source).configuration_known, read(source).configuration) == (False, None)
    del source.served[o.THE_CONFIGURATION.path]
    source.forbidden = set()
    assert (read(source).configuration_known, read(source).configuration) == (True, None)


def test_feature_gates_are_read_with_one_request() -> None:
    source = cluster(**{o.THE_FEATURE_GATE.path: {"status": {"featureGates": []}}})
    assert read(source).feature_gate == {"status": {"featureGates": []}}
    assert source.asked.count(o.THE_FEATURE_GATE.path) == 1
    assert read(cluster()).feature_gate is None


def test_provisioning_is_read_on_bare_metal_only() -> None:
    infrastructure = {"status": {"platformStatus": {"type": "BareMetal"}}}
    source = cluster(**{o.THE_PROVISIONING.path: {"spec": {}}})
    assert read(source).provisioning is None
    source.served[o.THE_INFRASTRUCTURE.path] = infrastructure
    assert read(source).provisioning == {"spec": {}}
