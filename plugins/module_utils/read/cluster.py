# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads everything the judgement needs into one Snapshot, from whatever source stands behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Callable, TypeVar

from ..model import objects as o
from ..model.cluster import Capabilities, MachineSet, NotChecked, Snapshot
from ..model.errors import Forbidden, NotFound, NotGathered, NotOpenShift, NotServed
from ..model.objects import Json, dig, sequence
from ..model.source import Source
from ..model.user_data import UserData
from .schema import capabilities, of_cluster

ARCHITECTURE_ANNOTATION = "capacity.cluster-autoscaler.kubernetes.io/labels"
T = TypeVar("T")


def read(source: Source, machines: bool = False, user_data: bool = False, operators: bool = False) -> Snapshot:
    """One look at the cluster.

    :param machines: also the existing Machines.
    :param user_data: also the user-data secrets that machine sets name, reduced to facts at once.
    :param operators: also all ClusterOperators.
    :raises NotOpenShift: the cluster does not serve OpenShift's configuration API.
    :raises Forbidden: a right is missing on something that no answer can do without.
    """
    return _Reader(source).snapshot(machines, user_data, operators)


def read_for_writing(source: Source, kind: o.Kind | None) -> Snapshot:
    """As little as judging the machine sets of one kind takes, for what is to be written to them: nothing about upgrades.

    Where the operator says in status what it manages, neither the schema nor FeatureGate is asked. User data is read when something is to be
    written (C(read_user_data)).

    :param kind: None for both.
    """
    return _Reader(source).little(kind)


def read_user_data(source: Source, snapshot: Snapshot, sets: Iterable[MachineSet]) -> Snapshot:
    """The same look, with the facts of the user-data secrets that I(sets) name."""
    reader = _Reader(source)
    facts = reader.user_data(sets)
    return replace(snapshot, user_data=facts, not_checked=(*snapshot.not_checked, *reader.not_checked))


class _Reader:
    """Collects what could not be read while the rest is read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.not_checked: list[NotChecked] = []
        self.infrastructure: Json = {}
        self.cluster_version: Json = {}

    def snapshot(self, machines: bool, user_data: bool, operators: bool) -> Snapshot:
        self.infrastructure = infrastructure = self._required(o.THE_INFRASTRUCTURE)
        self.cluster_version = cluster_version = self._required(o.THE_CLUSTER_VERSION)
        sets = self._machine_sets()
        configuration = self._optional("MachineConfiguration", lambda: (self._configuration(),), None)
        listed: list[Json] = []
        if operators:
            listed = self._optional("ClusterOperators", lambda: self._list(o.CLUSTER_OPERATOR, None), listed)
        return Snapshot(
            infrastructure=infrastructure,
            cluster_version=cluster_version,
            configuration=configuration[0] if configuration else None,
            configuration_known=configuration is not None,
            capabilities=self._capabilities(),
            machine_sets=sets,
            stream=self.source.find(o.THE_STREAM),
            operator=self._machine_config(listed),
            operators=tuple(listed),
            feature_gate=self._feature_gate(),
            provisioning=self._provisioning(infrastructure),
            gates=self._optional("admin gates", lambda: self.source.find(o.ADMIN_GATES), None),
            acks=self._optional("admin acknowledgements", lambda: self.source.find(o.ADMIN_ACKS), None),
            pools=tuple(self._optional("MachineConfigPools", lambda: self._list(o.MACHINE_CONFIG_POOL, None), [])),
            machines=tuple(
                self._optional("Machines", lambda: self._list(o.MACHINE, o.MACHINE_API), []) if machines else ()
            ),
            user_data=self.user_data(sets) if user_data else {},
            control_plane_architecture=self._control_plane_architecture(sets),
            not_checked=tuple(self.not_checked),
        )

    def little(self, kind: o.Kind | None) -> Snapshot:
        self.infrastructure = infrastructure = self._required(o.THE_INFRASTRUCTURE)
        self.cluster_version = cluster_version = self._required(o.THE_CLUSTER_VERSION)
        sets = self._machine_sets(kind)
        configuration = self._optional("MachineConfiguration", lambda: (self._configuration(),), None)
        found = configuration[0] if configuration else None
        told = dig(found, "status", "managedBootImagesStatus") is not None and (
            dig(found, "metadata", "generation") == dig(found, "status", "observedGeneration")
        )
        return Snapshot(
            infrastructure=infrastructure,
            cluster_version=cluster_version,
            configuration=found,
            configuration_known=configuration is not None,
            capabilities=capabilities(None, "unknown") if told else self._capabilities(),
            machine_sets=sets,
            stream=self.source.find(o.THE_STREAM),
            operator=self._optional("ClusterOperator machine-config", lambda: self.source.find(o.THE_OPERATOR), None),
            feature_gate=None if told else self._feature_gate(),
            provisioning=self._provisioning(infrastructure),
            control_plane_architecture=self._control_plane_architecture(sets),
            not_checked=tuple(self.not_checked),
        )

    def _machine_config(self, listed: list[Json]) -> Json | None:
        """ClusterOperator machine-config, of those that were listed if they were."""
        if listed:
            return next((each for each in listed if dig(each, "metadata", "name") == o.THE_OPERATOR.name), None)
        return self._optional("ClusterOperator machine-config", lambda: self.source.find(o.THE_OPERATOR), None)

    def _feature_gate(self) -> Json | None:
        return self._optional("FeatureGate", lambda: self.source.find(o.THE_FEATURE_GATE), None)

    def _required(self, ref: o.ObjectRef) -> Json:
        try:
            return self.source.get(ref)
        except NotFound as error:
            raise NotOpenShift(
                f"{ref} does not exist: this is not an OpenShift or OKD cluster, or not one of its own API server. "
                "Check which cluster the connection options name."
            ) from error

    def _provisioning(self, infrastructure: Json) -> Json | None:
        if dig(infrastructure, "status", "platformStatus", "type") != "BareMetal":
            return None
        return self._optional("Provisioning", lambda: self.source.find(o.THE_PROVISIONING), None)

    def _optional(self, what: str, fetch: Callable[[], T], otherwise: T) -> T:
        try:
            return fetch()
        except (Forbidden, NotGathered) as error:
            self.not_checked.append(NotChecked(what, str(error)))
            return otherwise

    def _gathered(self, what: str, fetch: Callable[[], T], otherwise: T) -> T:
        """For what no answer can do without, unless a must-gather simply lacks it."""
        try:
            return fetch()
        except NotGathered as error:
            self.not_checked.append(NotChecked(what, str(error)))
            return otherwise

    def _list(self, kind: o.Kind, namespace: str | None, selector: str = "") -> list[Json]:
        """:raises NotServed: the cluster should serve the kind, so that nobody knows what there is of it."""
        try:
            return self.source.list_all(kind, namespace, selector)
        except NotServed:
            if _may_lack(kind, self.infrastructure, self.cluster_version):
                return []
            raise

    def _configuration(self) -> Json | None:
        """A release whose API has no boot images may have no MachineConfiguration either; any other serves it."""
        try:
            return self.source.get(o.THE_CONFIGURATION)
        except NotServed:
            if of_cluster(self.source)[0].modes:
                raise
        except NotFound:
            pass
        return None

    def _machine_sets(self, kind: o.Kind | None = None) -> tuple[MachineSet, ...]:
        found: list[MachineSet] = []
        if kind in (None, o.MACHINE_SET):
            workers: list[Json] = self._gathered("MachineSets", lambda: self._list(o.MACHINE_SET, o.MACHINE_API), [])
            found += [MachineSet(o.MACHINE_SET, item) for item in workers]
        if kind in (None, o.CONTROL_PLANE_MACHINE_SET):
            control_plane: list[Json] = self._optional(
                "ControlPlaneMachineSet", lambda: self._list(o.CONTROL_PLANE_MACHINE_SET, o.MACHINE_API), []
            )
            found += [MachineSet(o.CONTROL_PLANE_MACHINE_SET, item) for item in control_plane]
        return tuple(sorted(found, key=lambda each: (each.kind.plural, each.name)))

    def _capabilities(self) -> Capabilities:
        found, gap = of_cluster(self.source)
        self.not_checked += [gap] if gap else []
        return found

    def user_data(self, sets: Iterable[MachineSet]) -> dict[str, UserData]:
        facts: dict[str, UserData] = {}
        for name in sorted({each.user_data_secret for each in sets if each.user_data_secret}):
            ref = o.ObjectRef(o.SECRET, o.MACHINE_API, name)
            secret = self._optional(f"user data {name}", lambda ref=ref: UserData.of(self.source.find(ref)), None)  # type: ignore[misc]
            if secret is not None:
                facts[name] = secret
        return facts

    def _control_plane_architecture(self, sets: tuple[MachineSet, ...]) -> str | None:
        """The operator takes its own architecture for sets without the annotation; it runs on a control plane node."""
        # Of a control plane machine set the operator reads no annotation.
        if all(each.kind == o.MACHINE_SET and ARCHITECTURE_ANNOTATION in each.annotations for each in sets):
            return None
        nodes: list[Any] = self._optional(
            "control plane nodes", lambda: self._list(o.NODE, None, "node-role.kubernetes.io/master"), []
        )
        return next((a for a in (dig(node, "status", "nodeInfo", "architecture") for node in nodes) if a), None)


def _may_lack(kind: o.Kind, infrastructure: Json, cluster_version: Json) -> bool:
    """Machines are a capability that a cluster can be installed without; of a hosted cluster's, somebody else has charge."""
    if dig(infrastructure, "status", "controlPlaneTopology") == "External":
        return True
    known, enabled = (
        sequence(dig(cluster_version, "status", "capabilities", each))
        for each in ("knownCapabilities", "enabledCapabilities")
    )
    return kind.group == o.MACHINE_SET.group and "MachineAPI" in known and "MachineAPI" not in enabled
