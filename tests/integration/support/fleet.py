# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of drifting machine sets, some with spec-2 stubs of their own and some with a shared one: what a killed run must not spoil."""

from __future__ import annotations

import base64
import json
from typing import Any

from integration.support import world as w
from integration.support.clusters import Cluster, image_of
from integration.support.scenarios import stub
from integration.support.world import Json

OWN, SHARED = 5, 8
"""How many sets have a Secret of their own, and how many share one."""


class Fleet:
    """Its state, what its history explains, and the way back to the beginning for the next run."""

    def __init__(self, made: Cluster) -> None:
        self.made = made
        own, shared = made.names[:OWN], made.names[OWN : OWN + SHARED]
        secrets = {**{name: f"{name}-user-data" for name in own}, **dict.fromkeys(shared, "shared-user-data")}
        made.client.each(made.client.create, [_secret(name) for name in sorted(set(secrets.values()))])
        made.client.each(self._point, list(secrets.items()))
        self.stubs = set(secrets.values())
        self.first = self.sets_and_secrets()
        self.images = made.images()
        self.kept = {name: self._secrets()[name]["data"] for name in self.stubs}

    def sets_and_secrets(self) -> dict[str, Json]:
        """Machine sets and Secrets, backups left out, without what differs from run to run."""
        found = {f"machinesets/{each['metadata']['name']}": w.lasting(each) for each in self._sets()}
        secrets = {name: each for name, each in self._secrets().items() if not w.is_backup(each)}
        return {**found, **{f"secrets/{name}": w.timeless(each) for name, each in secrets.items()}}

    def backups(self) -> dict[str, Json]:
        return {name: w.timeless(each) for name, each in self._secrets().items() if w.is_backup(each)}

    def records(self) -> list[Json]:
        """Oldest first."""
        client = self.made.client
        there = client.exists("configmaps", w.HISTORY[2], w.MACHINE_API)
        return list(w.records(client.get("configmaps", w.HISTORY[2], w.MACHINE_API) if there else None).values())

    def unexplained(self) -> list[str]:
        """What is no longer as it was at first, although no record says so, or no backup keeps what was there."""
        told: dict[str, tuple[Any, Any]] = {}
        kept: dict[str, str] = {}
        for record in self.records():
            told.update({name: change for (name, _path), change in w.explained(record).items()})
            kept.update({each["secret"]: each["before"] for each in record["user_data"]})
        sets = {each["metadata"]["name"]: image_of(each) for each in self._sets()}
        secrets = self._secrets()
        wrong = [
            name
            for name, now in sets.items()
            if now != self.images[name] and told.get(name) != (self.images[name], now)
        ]
        for name in self.stubs:
            backup = secrets.get(kept.get(name, ""), {})
            if secrets[name]["data"] != self.kept[name] and backup.get("data") != self.kept[name]:
                wrong.append(f"Secret {name}")
        return wrong

    def unexplained_on_the_way_back(self) -> list[str]:
        """The same in the midst of a restore: what is not back yet is as some record says, and what was kept is still kept."""
        told = {(name, change) for each in self.records() for (name, _path), change in w.explained(each).items()}
        wrong = [
            name
            for name, now in self.made.images().items()
            if now != self.images[name] and (name, (self.images[name], now)) not in told
        ]
        backups = [each["data"] for each in self.backups().values()]
        for name in self.stubs:
            kept = self.kept[name]
            wrong += [] if self._secrets()[name]["data"] == kept or kept in backups else [f"Secret {name}"]
        return wrong

    def forget(self) -> None:
        """Take history and backups away, so that the next run is a first one."""
        client = self.made.client
        client.delete("configmaps", w.HISTORY[2], w.MACHINE_API)
        client.each(lambda name: client.delete("secrets", name, w.MACHINE_API), list(self.backups()))

    def _sets(self) -> list[Json]:
        return self.made.client.list("machinesets")

    def _secrets(self) -> dict[str, Json]:
        return {each["metadata"]["name"]: each for each in self.made.client.list("secrets", w.MACHINE_API)}

    def _point(self, pair: tuple[str, str]) -> None:
        self.made.provider_spec(pair[0], {"userDataSecret": {"name": pair[1]}})


def _secret(name: str) -> Json:
    body = json.loads(stub("2.2.0"))
    body["ignition"]["config"]["append"][0]["source"] += name
    return {
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": w.MACHINE_API},
        "data": {"userData": base64.b64encode(json.dumps(body).encode()).decode(), "disableTemplating": "dHJ1ZQ=="},
    }  # fmt: skip
