# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a sample that exist once in a cluster, as a settled cluster of the release would have them."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

from .. import releases, resources, versions
from .settings import Settings

Json = dict[str, Any]

_OPERATORS = (
    "authentication", "cloud-credential", "control-plane-machine-set", "dns", "etcd", "ingress", "kube-apiserver",
    "kube-controller-manager", "kube-scheduler", "machine-api", "machine-config", "monitoring", "network",
    "openshift-apiserver", "operator-lifecycle-manager", "storage",
)  # fmt: skip
_PAYLOAD = {"include.release.openshift.io/self-managed-high-availability": "true"}


def objects(settings: Settings) -> list[Json]:
    """Everything but machines and nodes, in an order in which it can be created."""
    return [
        _infrastructure(settings),
        _feature_gate(settings),
        _cluster_version(settings),
        _machine_configuration(),
        *(_cluster_operator(name, settings.release, settings.born) for name in _OPERATORS),
        *(_rendered_config(pool, settings.release) for pool in ("master", "worker")),
        *(_pool(pool, settings) for pool in ("master", "worker")),
        _config_map(resources.MCO, "coreos-bootimages", releases.boot_images_data(settings.release)),
        _config_map(resources.CONFIG_MANAGED, "admin-gates", settings.gates),
        _config_map(resources.CONFIG, "admin-acks", settings.acks),
        *(
            _user_data(name)
            for role in ("master", "worker")
            for name in (f"{role}-user-data", f"{role}-user-data-managed")
        ),
    ]


def condition(kind: str, status: str, reason: str, message: str, at: str) -> Json:
    """A condition as OpenShift's operators write it."""
    return {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": at}


def timestamp(version: str, hours: int = 0) -> str:
    """A time at which a cluster may have come to a release, some hours on."""
    built = dt.datetime.combine(versions.parse(version).built, dt.time(9)) + dt.timedelta(days=3, hours=hours)
    return f"{built.isoformat()}Z"


def _object(api_version: str, kind: str, name: str, **fields: Any) -> Json:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **fields}


def _infrastructure(settings: Settings) -> Json:
    platform, domain = settings.platform, "demo.example.com"
    status: Json = {"type": platform.type}
    spec: Json = {"type": platform.type}
    if platform.status:
        status[platform.key] = platform.status(settings.infra, settings.region)
    if platform.spec:
        spec[platform.key] = platform.spec(settings.region, settings.zones)
    return _object(
        "config.openshift.io/v1", "Infrastructure", "cluster",
        spec={"cloudConfig": {"name": ""}, "platformSpec": spec},
        status={
            "apiServerInternalURI": f"https://api-int.{domain}:6443",
            "apiServerURL": f"https://api.{domain}:6443",
            "controlPlaneTopology": "HighlyAvailable",
            "cpuPartitioning": "None",
            "etcdDiscoveryDomain": "",
            "infrastructureName": settings.infra,
            "infrastructureTopology": "HighlyAvailable",
            "platform": platform.type,
            "platformStatus": status,
        },
    )  # fmt: skip


def _feature_gate(settings: Settings) -> Json:
    spec = {} if settings.feature_set == "Default" else {"featureSet": settings.feature_set}
    status = {"featureGates": [{"version": settings.release, **_feature_gates(settings)}]}
    return _object("config.openshift.io/v1", "FeatureGate", "cluster", spec=spec, status=status)


def _feature_gates(settings: Settings) -> Json:
    """The gates of boot image management: by first default release, and gone from 4.22 on where they are default."""
    preview, minor = settings.feature_set != "Default", releases.minor(settings.release)
    gates = {
        "ManagedBootImages": ((4, 16), (4, 17), (4, 21)),
        "ManagedBootImagesAWS": ((4, 17), (4, 18), (4, 21)),
        "ManagedBootImagesvSphere": ((4, 20), (4, 21), (4, 21)),
        "ManagedBootImagesAzure": ((4, 21), (4, 21), (4, 21)),
        "ManagedBootImagesCPMS": ((4, 21), (4, 22), (9, 0)),
        "BootImageSkewEnforcement": ((4, 21), (4, 22), (9, 0)),
    }
    known = {name: default for name, (first, default, last) in gates.items() if first <= minor <= last}
    enabled = sorted(name for name, default in known.items() if preview or minor >= default)
    return {
        "enabled": [{"name": name} for name in enabled],
        "disabled": [{"name": name} for name in sorted(set(known) - set(enabled))],
    }


def _cluster_version(settings: Settings) -> Json:
    route, current = releases.path(settings.born, settings.release), settings.release
    now, done = timestamp(current, hours=1), f"Done applying {current}"
    history = [
        {
            "state": "Completed",
            "version": version,
            "image": releases.release_image(version),
            "startedTime": timestamp(version),
            "completionTime": timestamp(version, hours=1),
            "verified": version != settings.born,
        }
        for version in reversed(route)
    ]
    conditions = [
        condition("RetrievedUpdates", "True", "", "", now),
        condition("ImplicitlyEnabledCapabilities", "False", "AsExpected", "Capabilities match configured spec", now),
        condition("ReleaseAccepted", "True", "PayloadLoaded", _accepted(current), now),
        condition("Available", "True", "", done, timestamp(settings.born, hours=1)),
        condition("Failing", "False", "", "", now),
        condition("Progressing", "False", "", f"Cluster version is {current}", now),
    ]
    updates = settings.available_updates
    made = _object(
        "config.openshift.io/v1", "ClusterVersion", "version",
        spec={"channel": settings.channel, "clusterID": "9b588d65-7c5b-4a5e-8c2c-1f5d5d3c7f10"},
        status={
            "desired": releases.update(current),
            "history": history,
            "observedGeneration": 1,
            "versionHash": releases.mco_hash(current)[:12],
            "conditions": conditions,
            "availableUpdates": None if updates is None else [releases.update(version) for version in updates],
        },
    )  # fmt: skip
    # Which channel the list is of; the simulated operator fetches anew for any other.
    made["metadata"]["annotations"] = {"sandbox.test/fetched-for": settings.channel}
    return made


def _accepted(version: str) -> str:
    return f'Payload loaded version="{version}" image="{releases.release_image(version)}" architecture="amd64"'


def _machine_configuration() -> Json:
    """As the installer makes it: managed, without an opinion on boot images; its status is the operator's to fill."""
    return _object(
        "operator.openshift.io/v1", "MachineConfiguration", "cluster",
        spec={"managementState": "Managed", "logLevel": "Normal", "operatorLogLevel": "Normal"},
    )  # fmt: skip


def _cluster_operator(name: str, release: str, born: str) -> Json:
    first, at = timestamp(born, hours=1), timestamp(release, hours=1)
    conditions = [
        condition("Available", "True", "AsExpected", f"Cluster has deployed [{{operator {release}}}]", first),
        condition("Progressing", "False", "AsExpected", f"Cluster version is {release}", at),
        condition("Degraded", "False", "AsExpected", "", at),
        condition("Upgradeable", "True", "AsExpected", "", at),
    ]
    status = {"conditions": conditions, "versions": [{"name": "operator", "version": release}]}
    operator = _object("config.openshift.io/v1", "ClusterOperator", name, spec={}, status=status)
    operator["metadata"]["annotations"] = dict(_PAYLOAD)
    return operator


def _rendered_config(pool: str, release: str) -> Json:
    config = _object(
        "machineconfiguration.openshift.io/v1", "MachineConfig", releases.rendered_config(pool, release),
        spec={"config": {"ignition": {"version": "3.4.0"}}},
    )  # fmt: skip
    config["metadata"]["annotations"] = {"machineconfiguration.openshift.io/release-image-version": release}
    return config


def _pool(name: str, settings: Settings) -> Json:
    count = 3 if name == "master" else settings.machine_sets * settings.machines
    configuration = {"name": releases.rendered_config(name, settings.release), "source": []}
    at = timestamp(settings.release, hours=1)
    conditions = [
        condition("Updated", "True", "", f"All nodes are updated with MachineConfig {configuration['name']}", at),
        *(condition(kind, "False", "", "", at) for kind in ("Updating", "Degraded", "NodeDegraded", "RenderDegraded")),
    ]
    pool = _object(
        "machineconfiguration.openshift.io/v1", "MachineConfigPool", name,
        spec={
            "configuration": configuration,
            "machineConfigSelector": {"matchLabels": {"machineconfiguration.openshift.io/role": name}},
            "nodeSelector": {"matchLabels": {f"node-role.kubernetes.io/{name}": ""}},
            "paused": False,
        },
        status={
            "observedGeneration": 1,
            "configuration": configuration,
            "machineCount": count,
            "updatedMachineCount": count,
            "readyMachineCount": count,
            "unavailableMachineCount": 0,
            "degradedMachineCount": 0,
            "conditions": conditions,
        },
    )  # fmt: skip
    if name == "master":
        pool["metadata"]["labels"] = {"operator.machineconfiguration.openshift.io/required-for-upgrade": ""}
    return pool


def _config_map(namespace: str, name: str, data: dict[str, str]) -> Json:
    config_map = _object("v1", "ConfigMap", name, data=data)
    config_map["metadata"]["namespace"] = namespace
    return config_map


def _user_data(name: str) -> Json:
    """The ignition stub that points a new machine to the Machine Config Server."""
    role = name.split("-")[0]
    source = f"https://api-int.demo.example.com:22623/config/{role}"
    authority = "data:text/plain;charset=utf-8;base64," + base64.b64encode(b"sandbox certificate authority").decode()
    stub = {
        "ignition": {
            "config": {"merge": [{"source": source}]},
            "security": {"tls": {"certificateAuthorities": [{"source": authority}]}},
            "version": "3.2.0",
        }
    }
    return secret(name, {"userData": json.dumps(stub), "disableTemplating": "true"})


def secret(name: str, data: dict[str, str]) -> Json:
    """A Secret in the Machine API's namespace, from plain texts."""
    encoded = {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}
    found = _object("v1", "Secret", name, type="Opaque", data=encoded)
    found["metadata"]["namespace"] = resources.MACHINE_API
    return found
