# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A frozen picture of one cluster, as far as boot images are concerned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .objects import CONTROL_PLANE_MACHINE_SET, MACHINE_API, MACHINE_SET, Json, Kind, ObjectRef, dig, mapping, sequence
from .user_data import UserData
from .version import Version

PROVIDER_SPEC = {
    MACHINE_SET: ("spec", "template", "spec", "providerSpec", "value"),
    CONTROL_PLANE_MACHINE_SET: (
        "spec", "template", "machines_v1beta1_machine_openshift_io", "spec", "providerSpec", "value",
    ),
}  # fmt: skip
"""Where the providerSpec stands in each kind of machine set."""


@dataclass(frozen=True)
class MachineSet:
    """A MachineSet or ControlPlaneMachineSet, as served; I(object) is never changed."""

    kind: Kind
    object: Json = field(repr=False)

    @property
    def name(self) -> str:
        return str(dig(self.object, "metadata", "name") or "")

    @property
    def namespace(self) -> str:
        return str(dig(self.object, "metadata", "namespace") or MACHINE_API)

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef(self.kind, self.namespace, self.name)

    @property
    def uid(self) -> str:
        return str(dig(self.object, "metadata", "uid") or "")

    @property
    def labels(self) -> Json:
        return mapping(dig(self.object, "metadata", "labels"))

    @property
    def annotations(self) -> Json:
        return mapping(dig(self.object, "metadata", "annotations"))

    @property
    def owners(self) -> list[Any]:
        return sequence(dig(self.object, "metadata", "ownerReferences"))

    @property
    def template_labels(self) -> Json:
        """Labels of the machines to be; of a control plane those of its machine's spec, where the operator looks (cpms_helpers.go)."""
        holder = self.provider_spec_path[: -2 if self.kind == CONTROL_PLANE_MACHINE_SET else -3]
        return mapping(dig(self.object, *holder, "metadata", "labels"))

    @property
    def replicas(self) -> int | None:
        value = dig(self.object, "spec", "replicas")
        return value if isinstance(value, int) else None

    @property
    def provider_spec_path(self) -> tuple[str, ...]:
        return PROVIDER_SPEC[self.kind]

    @cached_property
    def provider_spec(self) -> Any:
        return dig(self.object, *self.provider_spec_path)

    @property
    def user_data_secret(self) -> str | None:
        name = dig(self.provider_spec, "userDataSecret", "name")
        if isinstance(name, (dict, list)) or not name:
            return None
        return str(name)  # the operator reads a number as its text


@dataclass(frozen=True)
class Capabilities:
    """What this cluster's API can express, read from its own schema and never from a version number."""

    modes: frozenset[str]
    """Selection modes the server accepts, e.g. C(All), C(Partial), C(None); empty where the API has no managedBootImages."""
    resources: frozenset[str]
    """Values accepted for C(machineManagers[].resource)."""
    mirror: bool
    """Whether C(status.managedBootImagesStatus) exists (4.19+)."""
    skew: bool
    """Whether C(spec.bootImageSkewEnforcement) exists (4.22+)."""
    source: str = "crd"
    """C(crd) or C(openapi): which document told."""


@dataclass(frozen=True)
class NotChecked:
    """Something the answer would have used, and why it could not be read."""

    what: str
    why: str


@dataclass(frozen=True)
class Snapshot:
    """One look at a cluster. Absent optional objects are None and stand in I(not_checked) when a right was missing."""

    infrastructure: Json = field(repr=False)
    cluster_version: Json = field(repr=False)
    configuration: Json | None = field(repr=False)
    capabilities: Capabilities
    machine_sets: tuple[MachineSet, ...] = field(repr=False)
    stream: Json | None = field(repr=False)
    operator: Json | None = field(repr=False)
    """ClusterOperator C(machine-config)."""
    operators: tuple[Json, ...] = field(default=(), repr=False)
    """All ClusterOperators, where they were asked for: an upgrade's preflight and progress need them."""
    feature_gate: Json | None = field(default=None, repr=False)
    """FeatureGate C(cluster), which tells tech preview up to 4.21."""
    provisioning: Json | None = field(default=None, repr=False)
    """Metal3's Provisioning, read on bare metal only."""
    gates: Json | None = field(default=None, repr=False)
    acks: Json | None = field(default=None, repr=False)
    pools: tuple[Json, ...] = field(default=(), repr=False)
    machines: tuple[Json, ...] = field(default=(), repr=False)
    user_data: Mapping[str, UserData] = field(default_factory=dict)
    """What is known of each user-data secret that a machine set names, by its name. Never its bytes."""
    control_plane_architecture: str | None = None
    """Kubernetes' word (amd64, arm64, …) from a control plane node; None when it could not be told."""
    configuration_known: bool = True
    """False when MachineConfiguration could not be read, so that its being None does not mean that there is none."""
    not_checked: tuple[NotChecked, ...] = ()

    @property
    def platform(self) -> str:
        """C(AWS), C(GCP), …: Infrastructure's own word; C(None) is a platform without a cloud."""
        status = mapping(self.infrastructure.get("status"))
        value = dig(status, "platformStatus", "type") or status.get("platform")
        return value if isinstance(value, str) else "Unknown"

    @property
    def current_version(self) -> str:
        """The version the cluster is at: the newest Completed entry of the history; empty before the first one."""
        for entry in sequence(dig(self.cluster_version, "status", "history")):
            if dig(entry, "state") == "Completed":
                return str(dig(entry, "version") or "")
        return ""

    @property
    def operator_version(self) -> str:
        """The version the machine-config operator itself runs, which is what decides how it behaves.

        During an upgrade it differs from the cluster's. Falls back to the cluster's version where it cannot be read.
        """
        for entry in sequence(dig(self.operator, "status", "versions")):
            if dig(entry, "name") == "operator":
                return str(dig(entry, "version") or "") or self.current_version
        return self.current_version

    @property
    def release(self) -> Version:
        return Version.of(self.operator_version)
