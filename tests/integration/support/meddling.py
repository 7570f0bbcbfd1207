# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody else does to a machine set, its user data or our history; each deed names the Secret that it wrote, if any."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

from integration.support import images
from integration.support import world as w
from integration.support.clusters import Cluster
from integration.support.scenarios import OWNER, stub

SECRETS = ("stub-a", "stub-b", "worker-user-data")
THIRD = json.dumps({"ignition": {"version": "3.2.0"}})
LOSSY = json.dumps({"ignition": {"version": "2.2.0"}, "networkd": {"units": [{"name": "x"}]}})
CONTENTS = (stub("2.2.0"), stub("2.0.0"), stub("2.2.0"), THIRD, LOSSY, "#!/bin/sh", stub("2.1.0"))
Deed = Callable[[Cluster, str, int], "str | None"]
"""Done to the set of that name; a number chooses how."""


def put_image(made: Cluster, name: str, draw: int) -> None:
    images.put(made, name, pick(images.held(made.loaded.platform), draw))


def label(made: Cluster, name: str, draw: int) -> None:
    labels = pick([{"pool": "a"}, {"pool": "b"}, {"pool": None}, {"tier": "a"}], draw)
    made.client.patch("machinesets", name, {"metadata": {"labels": labels}})


def claim(made: Cluster, name: str, draw: int) -> None:
    tool = {"argocd.argoproj.io/tracking-id": pick([None, None, "app"], draw)}
    patch = {"metadata": {"ownerReferences": pick([[], [], [], [OWNER]], draw), "annotations": tool}}
    made.client.patch("machinesets", name, patch)


def write_user_data(made: Cluster, name: str, draw: int) -> str:
    """Give the set a Secret with some content, whoever else has it."""
    secret, content = pick(SECRETS, draw // len(CONTENTS)), pick(CONTENTS, draw)
    data = {"userData": base64.b64encode(content.encode()).decode(), "disableTemplating": "dHJ1ZQ=="}
    if not made.client.exists("secrets", secret, w.MACHINE_API):
        metadata = {"name": secret, "namespace": w.MACHINE_API}
        made.client.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data})
    else:
        made.client.patch("secrets", secret, {"data": data}, w.MACHINE_API)
    made.provider_spec(name, {"userDataSecret": {"name": secret}})
    return secret


def delete_user_data(made: Cluster, _name: str, draw: int) -> str:
    secret: str = pick(SECRETS[:2], draw)
    made.client.delete("secrets", secret, w.MACHINE_API)
    return secret


def delete(made: Cluster, name: str, draw: int) -> None:
    """Mostly to make it anew: another object of the same name."""
    old = w.lasting(made.machine_set(name))
    made.client.delete("machinesets", name)
    if draw % 4:
        old.pop("status", None)
        made.client.create(old)


def write_into_history(made: Cluster, _name: str, draw: int) -> None:
    theirs = {"theirs": str(draw)}
    patch = {"metadata": {"labels": theirs, "annotations": theirs}, "data": {"0-note": str(draw)}}
    if made.client.exists("configmaps", w.HISTORY[2], w.MACHINE_API):
        made.client.patch("configmaps", w.HISTORY[2], patch, w.MACHINE_API)


def pick(among: Sequence[Any], draw: int) -> Any:
    return among[draw % len(among)]


DEEDS: tuple[Deed, ...] = (
    put_image,
    put_image,
    label,
    claim,
    write_user_data,
    write_user_data,
    delete_user_data,
    delete,
    write_into_history,
)
"""The weightier ones twice."""
