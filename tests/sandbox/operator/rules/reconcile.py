# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One machine set, the checks in the observed order.

owner -> osstream -> Windows -> architecture -> stamps of the ConfigMap -> providerSpec -> stream -> image -> secret.
What comes after (the hot loop, the patch) needs memory and a client, and is the controller's.
"""

from __future__ import annotations

import copy
from types import ModuleType

from . import aws, azure, gcp, gojson, vsphere
from .architecture import architecture
from .behaviour import Behaviour
from .gotypes import GoTypeError, round_trip
from .outcome import Error, Outcome, Patched, Skipped, Stop, Unchanged
from .user_data import SecretError, repoint, secret_name, upgraded_stub
from .world import JsonObject, World

PLATFORMS: dict[str, ModuleType] = {"GCP": gcp, "AWS": aws, "Azure": azure, "VSphere": vsphere}
OSSTREAM = "machineconfiguration.openshift.io/osstream"
OS_ID = "machine.openshift.io/os-id"
CONFIG_MAP_MISSING = 'configmap "coreos-bootimages" not found'
_ERRORS = (aws.AwsError, azure.AzureError, vsphere.VSphereError, SecretError)


def reconcile(machine_set: JsonObject, world: World, behaviour: Behaviour) -> Outcome:
    """What the controller of that release does with a MachineSet."""
    try:
        _exclusions(machine_set, machine_set["spec"]["template"].get("metadata") or {}, behaviour)
        arch = architecture(machine_set, world, behaviour)
        _stamps(world, behaviour)
    except Stop as stop:
        return stop.outcome
    holder = machine_set["spec"]["template"].get("spec") or {}
    return _provider_spec(machine_set["metadata"]["name"], holder, arch, world, behaviour, "machineset")


def reconcile_control_plane(machine_set: JsonObject, world: World, behaviour: Behaviour) -> Outcome:
    """What the controller does with a ControlPlaneMachineSet: no annotation is read, vSphere is left alone."""
    machine = machine_set["spec"]["template"].get("machines_v1beta1_machine_openshift_io") or {}
    try:
        _exclusions(machine_set, machine.get("spec", {}).get("metadata") or {}, behaviour)
        _stamps(world, behaviour)
    except Stop as stop:
        return stop.outcome
    if world.platform == "VSphere":
        return Unchanged("unsupported platform VSphere")
    name = machine_set["metadata"]["name"]
    return _provider_spec(
        name, machine.get("spec") or {}, world.architecture, world, behaviour, "ControlPlaneMachineSet"
    )


def _exclusions(machine_set: JsonObject, template: JsonObject, behaviour: Behaviour) -> None:
    metadata = machine_set["metadata"]
    owners = metadata.get("ownerReferences") or []
    if owners:
        owner = f"{owners[0]['kind']}/{owners[0]['name']}"
        if behaviour.owner_is_error:
            raise Stop(Error(
                f"unexpected OwnerReference: {owner}. Please remove this machineset from boot image management "
                "to avoid errors"
            ))  # fmt: skip
        raise Stop(Skipped(f"has OwnerReference: {owner}"))
    stream = (metadata.get("labels") or {}).get(OSSTREAM)
    if behaviour.osstream_skip and stream not in (None, "rhel-9"):
        raise Stop(Unchanged(f"unsupported stream: {stream}"))
    if (template.get("labels") or {}).get(OS_ID) == "Windows":
        raise Stop(Unchanged("has a windows os label"))


def _stamps(world: World, behaviour: Behaviour) -> None:
    """Up to 4.21: wait until the ConfigMap was stamped by this very operator."""
    if world.config_map is None:
        raise Stop(Error(f"failed to fetch coreos-bootimages config map during machineset sync: {CONFIG_MAP_MISSING}"))
    data = world.config_map.get("data") or {}
    for key in behaviour.gate_keys:
        if data.get(key) != world.payload.stamp(key):
            raise Stop(
                Unchanged(f"{key} in the configmap is not the operator's; waiting for the MCO upgrade to complete")
            )


def _provider_spec(name: str, holder: JsonObject, arch: str, world: World, behaviour: Behaviour, kind: str) -> Outcome:
    platform = PLATFORMS.get(world.platform)
    if platform is None:
        return Unchanged(f"unsupported platform {world.platform}")
    failed = f"failed to reconcile {kind} {name}, err: "
    given = (holder.get("providerSpec") or {}).get("value")
    if given is None:
        return Error(f"{failed}providerSpec field was empty")
    try:
        spec = round_trip(platform.SPEC, given, behaviour.minor)
    except GoTypeError as error:
        text = f"error unmarshaling JSON: while decoding JSON: {error}"
        return Error(f"{failed}unmarshal into providerSpec failed {text}")
    try:
        stream = _stream(world)
        return _patched(spec, stream, arch, platform, world, behaviour)
    except Stop as stop:
        return stop.outcome
    except (gojson.GoJSONError, GoTypeError) as error:
        return Error(f"{failed}failed to parse CoreOS stream metadata: {error}")
    except _ERRORS as error:
        return Error(f"{failed}{error}")


def _patched(
    spec: JsonObject, stream: JsonObject, arch: str, platform: ModuleType, world: World, behaviour: Behaviour
) -> Outcome:
    new = copy.deepcopy(spec)
    changed = platform.rewrite(new, stream, arch, world, behaviour)
    changed = repoint(new, behaviour) or changed
    if not changed:
        return Unchanged()
    change = upgraded_stub(secret_name(spec), world, behaviour)
    return Patched(round_trip(platform.SPEC, new, behaviour.minor), change)


def _stream(world: World) -> JsonObject:
    """Only `stream` is read, in every release; `streams` is ignored."""
    data = (world.config_map or {}).get("data") or {}
    parsed = gojson.loads(data.get("stream", ""))
    if parsed is None:
        return {}
    if not isinstance(parsed, dict):
        raise GoTypeError(f"json: cannot unmarshal {gojson.kind(parsed)} into Go value of type stream.Stream")
    architectures = parsed.get("architectures")
    if architectures is not None and not isinstance(architectures, dict):
        raise GoTypeError(
            f"json: cannot unmarshal {gojson.kind(architectures)} into Go struct field "
            "Stream.architectures of type map[string]stream.Arch"
        )
    return parsed
