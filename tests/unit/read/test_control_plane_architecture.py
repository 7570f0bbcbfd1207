# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the control plane's nodes are asked for their architecture: only where a set depends on it."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import ARCH, control_plane, machine_set
from unit.tiny_api import api

from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.read.cluster import read

NODE = {"metadata": {"name": "m0"}, "status": {"nodeInfo": {"architecture": "arm64"}}}
ANNOTATED = {ARCH: "kubernetes.io/arch=amd64"}


@pytest.mark.parametrize(
    ("sets", "architecture"),
    [
        ([machine_set("a")], None),
        ([machine_set("a"), machine_set("b", arch=None)], "arm64"),
        ([machine_set("a"), control_plane()], "arm64"),
        ([machine_set("a"), control_plane(annotations=ANNOTATED)], "arm64"),
    ],
)
def test_nodes_are_read_where_a_set_depends_on_them(sets: Any, architecture: str | None) -> None:
    with api(sets) as made:
        made.objects[o.ObjectRef(o.NODE, "", "m0").path] = NODE
        assert read(made.client()).control_plane_architecture == architecture
