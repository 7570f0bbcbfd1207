# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CoreOS stream metadata: what the release offers, from ConfigMap coreos-bootimages or from a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ..model.errors import InvalidStream
from ..model.objects import Json, dig, mapping
from ..model.user_data import no_constant

ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64", "ppc64le": "ppc64le", "s390x": "s390x"}
"""Kubernetes' word for an architecture, and the stream's."""
REMEDY = "Delete the ConfigMap: the Cluster Version Operator writes it anew."
LARGEST = 8 * 1024 * 1024
"""Bytes; real stream metadata has some 100 KiB, and etcd stores no object above 1.5 MiB."""


@dataclass(frozen=True)
class Stream:
    """Parsed stream metadata; I(release) is the OpenShift version that brought it, where that is known."""

    name: str | None
    release: str | None
    data: Json = field(repr=False)

    def entry(self, architecture: str) -> Json | None:
        """The part for one architecture, in Kubernetes' word; None where the stream has none."""
        found = dig(self.data, "architectures", ARCHITECTURES.get(architecture))
        return found if isinstance(found, dict) else None


def from_config_map(config_map: Json | None) -> Stream:
    """The stream that the operator reads: key C(stream), also where newer releases add C(streams).

    :raises InvalidStream: the ConfigMap, the key or readable metadata in it is missing.
    """
    if config_map is None:
        raise InvalidStream(
            "ConfigMap openshift-machine-config-operator/coreos-bootimages does not exist, so nothing says which boot image "
            "this release brings. The Cluster Version Operator creates it; check ClusterOperator machine-config."
        )
    text = dig(config_map, "data", "stream")
    if not isinstance(text, str) or not text.strip():
        raise InvalidStream("ConfigMap coreos-bootimages has no data.stream. " + REMEDY)
    return parse(
        text, "ConfigMap coreos-bootimages, data.stream", str(dig(config_map, "data", "releaseVersion") or "") or None
    )


def others(config_map: Json | None) -> dict[str, Stream]:
    """The streams by name that newer releases add beside the operator's own; none where the key is missing or unreadable.

    The operator does not read them (observed on 4.22 and main), so that an unreadable one is no fault of the cluster.
    """
    text = dig(config_map, "data", "streams")
    if not isinstance(text, str) or len(text) > LARGEST:
        return {}
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    release = str(dig(config_map, "data", "releaseVersion") or "") or None
    return {
        str(name): Stream(str(dig(data, "stream") or name), release, mapping(data))
        for name, data in mapping(found).items()
        if isinstance(dig(data, "architectures"), dict)
    }


def parse(text: str, where: str, release: str | None) -> Stream:
    """Parse stream metadata.

    :param where: names the source in the error.
    :raises InvalidStream: I(text) is no JSON object with C(architectures), or larger than 8 MiB.
    """
    if len(text) > LARGEST:
        raise InvalidStream(f"{where} has {len(text)} bytes; stream metadata has some 100 KiB.")
    try:
        data: Any = json.loads(text, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidStream(f"{where} is not JSON: {error}. {REMEDY}") from error
    if not isinstance(data, dict) or not isinstance(data.get("architectures"), dict):
        raise InvalidStream(f"{where} is no CoreOS stream metadata: it has no mapping architectures. {REMEDY}")
    name = data.get("stream")
    return Stream(name if isinstance(name, str) else None, release, mapping(data))
