# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a sample cluster into an API server, in the place of what was there before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from . import crds, policies, releases
from .client import ApiError, Client
from .inventory import Inventory
from .paths import SandboxError
from .samples import SAMPLES, cluster, machines
from .samples.settings import Settings

INFRA = "demo-7xq4k"
_VISIBLE_SECONDS = 30.0
_POLICY_SECONDS = 90.0
_CONFIGURING = "failed to configure"
_NO_PARAMETER = "no params found"
_MACHINE_CONFIGURATION = {"apiVersion": "operator.openshift.io/v1", "kind": "MachineConfiguration"}
Json = dict[str, Any]


@dataclass(frozen=True)
class Loaded:
    """What a load put there."""

    sample: str
    platform: str
    release: str
    born: str
    channel: str
    infra: str
    machine_sets: tuple[str, ...]
    machines: int


def settle(
    sample: str, *, release: str | None = None, born: str | None = None, machine_sets: int | None = None,
    machines: int | None = None, region: str | None = None, zones: Sequence[str] | None = None, arch: str | None = None,
    channel: str | None = None, available_updates: Sequence[str] | str | None = "channel",
    gates: dict[str, str] | None = None, acks: dict[str, str] | None = None, nodes: bool = True,
    feature_set: str = "Default",
) -> Settings:  # fmt: skip
    """A sample's settings with the overrides applied; raises SandboxError for what cannot be.

    release: the version the cluster stands on. born: the version it was installed with: its images are in the sets.
    machine_sets: how many. machines: how many in each. arch: as in the stream (x86_64, aarch64). channel: default the
    sample's own, or the release's if the release was overridden. available_updates: a list, None for null, default
    what the update service offers on the channel. gates, acks: data of admin-gates and admin-acks.
    """
    if sample not in SAMPLES:
        raise SandboxError(f"no sample {sample!r}; there are {', '.join(SAMPLES)}")
    chosen = SAMPLES[sample]
    stands, minor = release or chosen.release, releases.minor(release or chosen.release)
    crds.pin_for(minor)
    origin = born or _origin(chosen.born, stands)
    _check_route(origin, stands)
    if channel is None:
        channel = releases.default_channel(stands) if release or not chosen.channel else chosen.channel
    updates = releases.available_updates(stands, channel) if available_updates == "channel" else available_updates
    count = chosen.machine_sets if machine_sets is None else machine_sets
    place = region or chosen.platform.region
    return Settings(
        name=sample, platform=chosen.platform, release=stands, born=origin, channel=channel, infra=INFRA, region=place,
        zones=tuple(zones or _zones(chosen.platform.region, chosen.platform.zones, place)),
        arch=arch or chosen.platform.arch, machine_sets=count,
        machines=chosen.machines if machines is None else machines,
        available_updates=None if updates is None else tuple(updates),
        gates=gates or {}, acks=acks or {}, nodes=nodes, feature_set=feature_set,
    )  # fmt: skip


def _origin(default: str, release: str) -> str:
    """Where a cluster of that release was born if nobody says: the sample's birth, if it can lead there."""
    return default if releases.is_okd(default) == releases.is_okd(release) else release


def _check_route(born: str, release: str) -> None:
    try:
        releases.path(born, release)
    except ValueError as error:
        raise SandboxError(str(error)) from None


def _zones(own_region: str, zones: Sequence[str], region: str) -> list[str]:
    """The platform's zones moved to another region: us-east-1a → eu-west-1a."""
    return [
        region + zone.removeprefix(own_region) if own_region and zone.startswith(own_region) else zone for zone in zones
    ]


def load(client: Client, inventory: Inventory, settings: Settings) -> Loaded:
    """Make the cluster the sample, over all connections at once where the number of objects may be large."""
    infrastructure, *others = cluster.objects(settings)
    machine_sets, masters = machines.machine_sets(settings), machines.control_plane(settings)
    workers = _machines_of([inventory.keep(each) or each for each in machine_sets], settings)
    with_node = [*(each for each in masters if each["kind"] == "Machine"), *workers] if settings.nodes else []
    nodes = machines.nodes_of(with_node, settings)
    same_place = inventory.keep(infrastructure) is not None
    for obj in (*others, *masters, *workers, *nodes):
        inventory.keep(obj)
    inventory.clear()
    if not same_place:
        _put_in_place(client, inventory, infrastructure)
    for obj in others:
        inventory.make(obj)
    workers = _machines_of(client.each(inventory.make, machine_sets), settings)
    client.each(inventory.make, [*masters, *workers, *nodes])
    _wait_for_policies(client, settings)
    names = tuple(machine_set["metadata"]["name"] for machine_set in machine_sets)
    return Loaded(
        settings.name, settings.platform.type, settings.release, settings.born, settings.channel, settings.infra,
        names, len(workers),
    )  # fmt: skip


def _machines_of(machine_sets: Sequence[Json], settings: Settings) -> list[Json]:
    return [machine for machine_set in machine_sets for machine in machines.machines_of(machine_set, settings)]


def _put_in_place(client: Client, inventory: Inventory, infrastructure: Json) -> None:
    """Create the Infrastructure. The policies judge by it as their cache has it: that of the sample before must have left it."""
    client.wait_for(
        lambda: _NO_PARAMETER in _opinion(client), _POLICY_SECONDS, "the admission policies without parameter"
    )
    inventory.make(infrastructure)
    client.wait_for(lambda: _CONFIGURING not in _opinion(client), _POLICY_SECONDS, "the admission policies' parameter")


def install_release(client: Client, minor: tuple[int, int], found: Sequence[crds.Crd]) -> None:
    """Bring CRDs and admission policies to a release, and wait until they are served.

    CRDs are replaced in place: what is stored must be wiped before.
    """
    live = _by_name(client.list("CustomResourceDefinition"))
    pairs = [(crd, live.get(name)) for name, crd in _by_name(found).items()]
    client.each(lambda pair: _apply(client, *pair), [pair for pair in pairs if not crds.alike(*pair)])
    for crd in found:
        _wait_until_served(client, crd)
    for kind in ("ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicy"):
        live = _by_name(client.list(kind))
        wanted = _by_name([obj for obj in policies.policies(minor) if obj["kind"] == kind])
        for name, obj in wanted.items():
            _apply(client, obj, live.get(name))
        for name in live.keys() - wanted.keys():
            client.delete(kind, name)


def _by_name(objs: Sequence[Json]) -> dict[str, Json]:
    return {obj["metadata"]["name"]: obj for obj in objs}


def _apply(client: Client, obj: Json, live: Json | None) -> None:
    """Create an object, or put it in the place of the one that is there."""
    if live is None:
        client.create(obj, strict=False)
    else:
        version = live["metadata"]["resourceVersion"]
        client.replace({**obj, "metadata": {**obj["metadata"], "resourceVersion": version}})


def _wait_until_served(client: Client, crd: Json) -> None:
    name, plural = crd["metadata"]["name"], crd["spec"]["names"]["plural"]

    def established() -> bool:
        found = client.get("customresourcedefinitions", name).get("status", {}).get("conditions")
        return any(each["type"] == "Established" and each["status"] == "True" for each in found or [])

    client.wait_for(established, _VISIBLE_SECONDS, f"CRD {name} established")
    client.wait_for(lambda: client.list(plural, "*") is not None, _VISIBLE_SECONDS, f"{plural} served")


def _opinion(client: Client) -> str:
    """What the policies say to a MachineConfiguration: the API server's discovery and caches lag behind what is written."""
    wanted = {**_MACHINE_CONFIGURATION, "metadata": {"name": "cluster"}, "spec": {"managementState": "Managed"}}
    return _refusal(lambda: client.create(wanted, dry_run=True))


def _wait_for_policies(client: Client, settings: Settings) -> None:
    """Wait until the policies of the release hold: they are compiled and cached some moments after they are written.

    Asked in dry runs, and the answer must be the release's own to the letter: the policies of the release before may
    still be at work.
    """
    crd = client.get("customresourcedefinitions", "machineconfigurations.operator.openshift.io")
    spec = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    minor, platform = releases.minor(settings.release), settings.platform.type
    second = {**_MACHINE_CONFIGURATION, "metadata": {"name": "second"}, "spec": {"managementState": "Managed"}}

    def refuses_a_second() -> bool:
        return policies.GUARDS in _refusal(lambda: client.create(second, dry_run=True))

    def judges_as_the_release() -> bool:
        patch: Json = {"spec": {"managedBootImages": {}}}
        refusal = _refusal(lambda: client.patch("machineconfigurations", "cluster", patch, dry_run=True))
        allowed = platform in policies.managed_platforms(minor)
        return not refusal if allowed else refusal.endswith(policies.platform_message(minor))

    def refuses_control_planes() -> bool:
        manager = {
            "resource": "controlplanemachinesets",
            "apiGroup": "machine.openshift.io",
            "selection": {"mode": "All"},
        }
        patch = {"spec": {"managedBootImages": {"machineManagers": [manager]}}}
        return bool(_refusal(lambda: client.patch("machineconfigurations", "cluster", patch, dry_run=True)))

    client.wait_for(refuses_a_second, _POLICY_SECONDS, "the policy on a second MachineConfiguration")
    if "managedBootImages" in spec:  # no part of 4.16's default CRD
        client.wait_for(judges_as_the_release, _POLICY_SECONDS, "the policy on managedBootImages")
    if minor >= (4, 22) and platform not in policies.CPMS_PLATFORMS:
        client.wait_for(refuses_control_planes, _POLICY_SECONDS, "the policy on control plane machine sets")


def _refusal(request: Callable[[], object]) -> str:
    """Why the API server refuses a request; empty if it does not."""
    try:
        request()
    except ApiError as error:
        if error.status in (404, 429, 503):
            raise
        return error.message
    return ""
