# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What bootimage_status says of a cluster that the simulated operator plays with: the collection's whole walk, from objects to answer."""

from __future__ import annotations

from typing import Any

from unit.builders import capabilities
from unit.contract.play import Json, Memory, Play

from ansible_collections.okd.boot_images.plugins.module_utils.flow.common import Patience, Selection
from ansible_collections.okd.boot_images.plugins.module_utils.flow.status import status
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import NotFound


class Eyes:
    """A Source over the play's objects, with a CRD that expresses what the release's does."""

    def __init__(self, memory: Memory, release: str, preview: bool) -> None:
        self._served = memory.objects
        self._crd = _crd(release, preview)

    def get(self, ref: o.ObjectRef) -> Any:
        found = self.find(ref)
        if found is None:
            raise NotFound(str(ref))
        return found

    def find(self, ref: o.ObjectRef) -> Any:
        return self._crd if ref == o.THE_CONFIGURATION_CRD else self._served.get(ref.path)

    def list_all(self, kind: o.Kind, namespace: str | None = None, selector: str = "") -> list[Any]:
        if kind == o.NODE:
            return [{"status": {"nodeInfo": {"architecture": "amd64"}}}]
        return [each for path, each in self._served.items() if path.rpartition("/")[0] == kind.path(namespace)]

    def document(self, path: str) -> Any:
        raise NotFound(path)


def answer(play: Play) -> Json:
    """Of bootimage_status, with every machine set."""
    eyes: Any = Eyes(play.api, play.release, play.preview)
    return status(eyes, Selection(), None, False, Patience(), lambda *_: None)


def outlook(play: Play, name: str) -> tuple[str, str]:
    """What the collection says that the operator will do with a set, and why."""
    found = next(each for each in answer(play)["machine_sets"] if each["name"] == name)
    return found["operator"]["will"], found["operator"]["reason"]


def caveats(play: Play) -> list[str]:
    """Why the conditions are not to be believed."""
    return [each["reason"] for each in answer(play)["conditions"]["caveats"]]


def waiting_for(play: Play) -> list[str]:
    return [each["reason"] for each in answer(play)["waiting_for"]]


def _crd(release: str, preview: bool) -> Json:
    """The preview's schema of 4.21 is the stable one of 4.22, but for wording."""
    able = capabilities("4.22" if preview and release == "4.21" else release)
    mode = {"properties": {"mode": {"enum": sorted(able.modes)}}}
    entry = {"properties": {"resource": {"enum": sorted(able.resources)}, "selection": mode}}
    managers = {"properties": {"machineManagers": {"items": entry}}}
    spec: Json = {"managedBootImages": managers} if able.modes else {}
    seen: Json = {"managedBootImagesStatus": {}} if able.mirror else {}
    if able.skew:
        spec["bootImageSkewEnforcement"], seen["bootImageSkewEnforcementStatus"] = {}, {}
    schema = {"properties": {"spec": {"properties": spec}, "status": {"properties": seen}}}
    return {"spec": {"versions": [{"name": "v1", "schema": {"openAPIV3Schema": schema}}]}}
