# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup that cannot be made because of a conflict: whose it is decides what that means."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from unit.loopback import Answer, Request, serve
from unit.plan.spec2 import stub

from ansible_collections.okd.boot_images.plugins.module_utils.flow.user_data import upgrading, write
from ansible_collections.okd.boot_images.plugins.module_utils.kube.client import Client
from ansible_collections.okd.boot_images.plugins.module_utils.kube.connection import Options
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import Conflict
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import MACHINE_API, SECRET, ObjectRef
from ansible_collections.okd.boot_images.plugins.module_utils.plan.stubs import Stub

REF = ObjectRef(SECRET, MACHINE_API, "own-user-data")
DATA = {"userData": base64.b64encode(json.dumps(stub()).encode()).decode()}
ORIGINAL = {"metadata": {"name": REF.name, "namespace": MACHINE_API, "uid": "1", "resourceVersion": "5"}, "data": DATA}


def secret(name: str, data: Any) -> Any:
    return {"metadata": {"name": name, "namespace": MACHINE_API}, "immutable": True, "data": data}


@pytest.mark.parametrize(
    ("stands", "ends"),
    [
        (None, "conflict"),  # refused, and yet nothing is there: it may be made at the next try
        ({"userData": "e30="}, "conflict"),
        (DATA, "written"),  # a killed run has made it
    ],
)
def test_a_backup_that_meets_a_conflict(stands: Any, ends: str) -> None:
    patched: list[str] = []

    def api(request: Request) -> Answer:
        if request.method == "POST":
            return Answer({"reason": "AlreadyExists", "message": "it is there"}, 409)
        if request.method == "PATCH":
            patched.append(request.path)
            return Answer(ORIGINAL)
        if request.path == REF.path:
            return Answer(ORIGINAL)
        return Answer(status=404) if stands is None else Answer(secret(request.path.rpartition("/")[2], stands))

    with serve(api) as server:
        client = Client.open(Options(host=server.url, api_key="t"))
        planned = upgrading(client, [Stub(REF, "3.1.0")])
        assert len(planned.steps) == 2 and not planned.failed
        if ends == "conflict":
            with pytest.raises(Conflict):
                write(client, planned, lambda _step: None)
        else:
            assert write(client, planned, lambda _step: None) == {}
    assert patched == ([REF.path] if ends == "written" else [])
