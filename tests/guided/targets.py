# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes bytes from strangers, each with seeds to begin from. A target may raise the errors of our own that it names, and nothing else."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from unit.agreement import images
from unit.builders import ARCH, condition, configuration, judged, machine_set, manager, snapshot, stream_data

from ansible_collections.okd.boot_images.plugins.module_utils.assess.architecture import architecture
from ansible_collections.okd.boot_images.plugins.module_utils.assess.stream import parse as parse_stream
from ansible_collections.okd.boot_images.plugins.module_utils.flow.admission import explained
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.conditions import parse as parse_conditions
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import BootImageError, InvalidInput, Rejected
from ansible_collections.okd.boot_images.plugins.module_utils.model.image_name import parse as parse_image
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import MACHINE_SET
from ansible_collections.okd.boot_images.plugins.module_utils.model.selectors import fault, matches
from ansible_collections.okd.boot_images.plugins.module_utils.model.selectors import parse as parse_selector
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import UserData
from ansible_collections.okd.boot_images.plugins.module_utils.model.version import Version
from ansible_collections.okd.boot_images.plugins.module_utils.plan.ignition import convert
from ansible_collections.okd.boot_images.plugins.module_utils.plan.ignition_fields import NotConvertible
from ansible_collections.okd.boot_images.plugins.module_utils.read.yaml_file import load
from ansible_collections.okd.boot_images.plugins.module_utils.report import data
from ansible_collections.okd.boot_images.plugins.module_utils.report.text import plain

PLATFORMS = ("AWS", "Azure", "GCP", "IBMCloud", "Nutanix", "OpenStack", "PowerVS", "VSphere", "BareMetal", "None", "X")


@dataclass(frozen=True)
class Target:
    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _json(raw: bytes) -> Any:
    try:
        return json.loads(_text(raw))
    except (ValueError, RecursionError):
        return None


def stream(raw: bytes) -> None:
    with suppress(BootImageError):
        parse_stream(_text(raw), "here", None)


def provider_spec(raw: bytes) -> None:
    platform, spec = PLATFORMS[raw[0] % len(PLATFORMS) if raw else 0], _json(raw[1:])
    made = machine_set().object
    made["spec"]["template"]["spec"]["providerSpec"]["value"] = spec
    json.dumps(data.machine_set(judged(MachineSet(MACHINE_SET, made), "4.22", platform)))


def annotation(raw: bytes) -> None:
    made = machine_set(annotations={ARCH: _text(raw)})
    architecture(made, snapshot([made]))


def selector(raw: bytes) -> None:
    with suppress(InvalidInput):
        found = parse_selector(_text(raw))
        assert fault(found) is None
        matches(found, {"a": "b"})
    given = _json(raw)
    if fault(given) is None:
        assert matches(given, {"a": "b"}) in (True, False)


def conditions(raw: bytes) -> None:
    first, _end, second = _text(raw).partition("\0")
    told = [
        condition("BootImageUpdateProgressing", "True", first),
        condition("BootImageUpdateDegraded", "True", second),
    ]
    parse_conditions(configuration("4.21", [manager()], conditions=told))


def admission(raw: bytes) -> None:
    assert _text(raw) in str(explained(Rejected(_text(raw))))


def user_data(raw: bytes) -> None:
    UserData.of({"data": {"userData": base64.b64encode(raw).decode()}})
    document = _json(raw)
    if isinstance(document, dict):
        with suppress(NotConvertible):
            json.dumps(convert(document))


def must_gather_file(raw: bytes) -> None:
    _FILE.write_bytes(raw)
    with suppress(InvalidInput):
        json.dumps(load(str(_FILE)), allow_nan=False)


def names(raw: bytes) -> None:
    text = _text(raw)
    parse_image(text)
    Version.of(text)
    assert plain(text).isprintable()


_FILE = Path(tempfile.gettempdir()) / f"okd-boot-images-guided-{__name__}.yaml"


def _seed(value: Any, front: bytes = b"") -> bytes:
    return front + json.dumps(value).encode()


TARGETS = {
    "stream": Target(stream, (_seed(stream_data()),)),
    "provider_spec": Target(
        provider_spec,
        tuple(_seed(images.provider_spec(Random(n), p), bytes([n])) for n, p in enumerate(PLATFORMS[:9])),
    ),
    "annotation": Target(annotation, (b"kubernetes.io/arch=arm64", b"a=b, kubernetes.io/arch=amd64,topology/zone=x")),
    "selector": Target(
        selector,
        (b"a=b,c!=d", b"e in (x,y),f notin (z)", b"g,!h", _seed({"matchLabels": {"a": "b"}}),
         _seed({"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]})),
    ),
    "conditions": Target(
        conditions,
        (b"Reconciled 1 of 2 MAPI MachineSets (1 skipped) | Reconciled 0 of 0 CAPI MachineSets\0"
         b"1 Degraded MAPI MachineSets | 0 CAPI MachineDeployments | Error(s): [error syncing MAPI MachineSet a: x]",),
    ),
    "admission": Target(admission, (b"Duplicate value", b"Unsupported value: \"x\": supported values: \"All\", \"None\"")),
    "user_data": Target(
        user_data,
        (_seed({"ignition": {"version": "2.2.0", "config": {"append": [{"source": "https://api-int/config/worker"}]}}}),
         _seed({"ignition": {"version": "3.2.0"}})),
    ),
    "must_gather_file": Target(must_gather_file, (b"a: [1, {b: c}]\nd: &x {e: *x}\n", b"---\nkind: List\nitems:\n- metadata: {name: a}\n")),
    "names": Target(
        names, (b"projects/rhcos-cloud/global/images/rhcos-412-85-202203181601-0-gcp-x86-64", b"4.18.0-okd-scos.5", b"\x1b[31m")
    ),
}  # fmt: skip
