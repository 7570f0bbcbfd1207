# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A must-gather folder as a Source: what `oc adm must-gather` wrote of a cluster that cannot be reached.

What was not gathered is not the same as what does not exist: it raises C(NotGathered), and the reader notes it as not checked.
Nothing outside the folder is opened, whatever its links say.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from ..model.errors import InvalidInput, NotFound, NotGathered
from ..model.objects import SECRET, Json, Kind, ObjectRef, dig, mapping, sequence
from ..model.selectors import matches, parse
from .yaml_file import load

CLUSTER, NAMESPACES = "cluster-scoped-resources", "namespaces"
DEEPEST_ROOT = 4
"""Levels below the given folder at which the gathered tree begins: an image's folder, and with a node selector the node's."""


class MustGather:
    """Reads files only when they are asked for, and each at most once."""

    def __init__(self, folder: str) -> None:
        """:raises InvalidInput: there is no must-gather in the folder, or more than one."""
        self.root = _root(folder)
        self._loaded: dict[str, Json] = {}

    def get(self, ref: ObjectRef) -> Json:
        found = self.find(ref)
        if found is None:
            raise NotFound(f"{ref} is not in the must-gather {self.root}.")
        return found

    def find(self, ref: ObjectRef) -> Json | None:
        objects = self._objects(ref.kind, ref.namespace or None, ref.name)
        return next((each for each in objects if dig(each, "metadata", "name") == ref.name), None)

    def list_all(self, kind: Kind, namespace: str | None = None, selector: str = "") -> list[Json]:
        wanted = parse(selector) if selector else {}
        objects = self._objects(kind, namespace, None)
        return [each for each in objects if matches(wanted, mapping(dig(each, "metadata", "labels")))]

    def document(self, path: str) -> Json:
        raise NotGathered(f"A must-gather holds no document {path}.")

    def _objects(self, kind: Kind, namespace: str | None, name: str | None) -> Iterator[Json]:
        """The objects of a kind, from one file an object, or from one file for all."""
        if kind == SECRET:
            raise NotGathered("A must-gather holds no contents of secrets.")
        scope = [NAMESPACES, namespace] if namespace else [CLUSTER]
        folder = os.path.join(self.root, *scope, kind.group or "core", kind.plural)
        if os.path.isdir(folder):
            names = [f"{name}.yaml"] if name else sorted(os.listdir(folder))
            paths = [os.path.join(folder, each) for each in names if each.endswith(".yaml")]
            return (self._load(path) for path in paths if os.path.exists(path))
        if os.path.isfile(folder + ".yaml"):
            return (mapping(each) for each in sequence(self._load(folder + ".yaml").get("items")))
        raise NotGathered(f"{kind.plural} are not in the must-gather: there is neither {folder} nor {folder}.yaml.")

    def _load(self, path: str) -> Json:
        if path not in self._loaded:
            real = os.path.realpath(path)
            if os.path.commonpath([real, self.root]) != self.root:
                raise InvalidInput(f"{path} leads out of the must-gather, to {real}; it is not read.")
            self._loaded[path] = load(real)
        return self._loaded[path]


def _root(folder: str) -> str:
    top = os.path.realpath(os.path.expanduser(folder))
    if not os.path.isdir(top):
        raise InvalidInput(f"must_gather: {folder} is no folder.")
    found = []
    for here, folders, _files in os.walk(top):
        if CLUSTER in folders:
            found.append(here)
            folders.clear()
        elif here[len(top) :].count(os.sep) >= DEEPEST_ROOT:
            folders.clear()
    if len(found) > 1:
        raise InvalidInput(
            "must_gather: {} holds several must-gathers ({}). Name one of them.".format(
                folder, ", ".join(sorted(found))
            )
        )
    if not found:
        raise InvalidInput(f"must_gather: there is no folder {CLUSTER} in {folder} or below: this is no must-gather.")
    return found[0]
