# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user without the right to read CRDs learns from the OpenAPI document exactly what the CRD says, on every release's own CRD."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.kube.client import Client
from ansible_collections.okd.boot_images.plugins.module_utils.kube.connection import Options
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import Capabilities
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import Json
from ansible_collections.okd.boot_images.plugins.module_utils.read.schema import OPENAPI, of_cluster
from sandbox import Sandbox, crds

NAME = "machineconfigurations.operator.openshift.io"
RELEASES = ["4.16.1", "4.18.1", "4.20.1", "4.21.1", "4.22.1"]
"""One for each version of the API that the sandbox serves; 4.22's holds for 5.0 too."""


@pytest.fixture(scope="module")
def api_server() -> Iterator[Sandbox]:
    """One of its own: the tests exchange the CRD beneath whatever stands in it."""
    with Sandbox.start() as started:
        yield started


def put(api_server: Sandbox, release: str, feature_set: str) -> Json:
    """The release's CRD on the API server, once its OpenAPI document has it: a mark in a description tells."""
    found = next(each for each in crds.load(release, feature_set) if each["metadata"]["name"] == NAME)
    (version,) = [each for each in found["spec"]["versions"] if each["name"] == "v1"]
    mark = uuid.uuid4().hex
    version["schema"]["openAPIV3Schema"]["description"] = mark
    client = api_server.client
    if client.exists("customresourcedefinitions", NAME):
        found["metadata"]["resourceVersion"] = client.get("customresourcedefinitions", NAME)["metadata"][
            "resourceVersion"
        ]
        client.replace(found)
    else:
        client.create(found)

    def published() -> bool:
        return mark in str(client.request("GET", OPENAPI))

    client.wait_for(lambda: client.exists("customresourcedefinitions", NAME) and _served(client), 60, "the kind")
    client.wait_for(published, 60, "the OpenAPI document")
    return found


def _served(client: Any) -> bool:
    conditions = client.get("customresourcedefinitions", NAME).get("status", {}).get("conditions")
    # null at first
    return any((each["type"], each["status"]) == ("Established", "True") for each in conditions or [])


def reads(api_server: Sandbox, user: str) -> Capabilities:
    client = Client.open(Options(kubeconfig=str(api_server.kubeconfig(user))))
    found, gap = of_cluster(client)
    assert gap is None
    return found


@pytest.mark.parametrize("feature_set", crds.FEATURE_SETS)
@pytest.mark.parametrize("release", RELEASES)
def test_both_documents_say_the_same(api_server: Sandbox, release: str, feature_set: str) -> None:
    put(api_server, release, feature_set)
    admin, nobody = reads(api_server, "admin"), reads(api_server, "nobody")
    assert (admin.source, nobody.source) == ("crd", "openapi")
    assert (nobody.modes, nobody.resources, nobody.mirror, nobody.skew) == (
        admin.modes,
        admin.resources,
        admin.mirror,
        admin.skew,
    )
    minor = tuple(map(int, release.split(".")[:2]))
    preview = feature_set != "Default"
    modes = (
        {"All", "Partial", "None"} if minor >= (4, 19) else {"All", "Partial"} if minor >= (4, 17) or preview else set()
    )
    assert admin.modes == modes
    assert ("controlplanemachinesets" in admin.resources) == (minor >= (4, 22) or (minor == (4, 21) and preview))
    assert (admin.mirror, admin.skew) == (minor >= (4, 19), minor >= (4, 22) or (minor == (4, 21) and preview))


def test_the_user_may_indeed_not_read_crds(api_server: Sandbox) -> None:
    with pytest.raises(Exception, match="403"):
        api_server.client_of("nobody").get("customresourcedefinitions", NAME)
