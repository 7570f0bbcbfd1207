# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A must-gather folder as a Source: what `oc adm must-gather` wrote of a cluster that cannot be reached.

What was not gathered is not the same as what does not exist: it raises C(NotGathered), and the reader notes it as not checked.
Nothing outside the folder is opened, whatever its links say, and what is read is bounded as a whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from ..model.errors import InvalidInput, NotFound, NotGathered, named
from ..model.objects import SECRET, Json, Kind, ObjectRef, dig, mapping
from ..model.selectors import matches, parse
from .yaml_file import load, shown

CLUSTER, NAMESPACES = "cluster-scoped-resources", "namespaces"
DEEPEST_ROOT = 4
"""Levels below the given folder at which the gathered tree begins: an image's folder, and with a node selector the node's."""
ENTRIES = 100_000
"""Names that are looked through, in one folder or on the way to the root; a cluster of 5,000 machines has as many files of them."""
TOTAL = 128 * 1024 * 1024
"""Bytes that are read in all; 5,000 machines have some 40 MiB."""


class MustGather:
    """Reads files only when they are asked for, and each at most once."""

    def __init__(self, folder: str) -> None:
        """:raises InvalidInput: there is no must-gather in the folder, or more than one."""
        self.root = _root(folder)
        self._loaded: dict[str, Json] = {}
        self._left = TOTAL

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
        folder = self._inside(os.path.join(self.root, *scope, kind.group or "core", kind.plural))
        if os.path.isdir(folder):
            names = [f"{name}.yaml"] if name else sorted(_listed(folder))
            paths = [os.path.join(folder, each) for each in names if each.endswith(".yaml")]
            return (each for path in paths if os.path.lexists(path) for each in _objects_of(path, self._load(path)))
        if os.path.lexists(folder + ".yaml"):
            return iter(_objects_of(folder + ".yaml", self._load(folder + ".yaml")))
        raise NotGathered(
            f"{kind.plural} are not in the must-gather: there is neither {shown(folder)} nor {shown(folder)}.yaml."
        )

    def _load(self, path: str) -> Json:
        if path not in self._loaded:
            real = os.path.realpath(self._inside(path))
            self._left -= os.stat(real).st_size if os.path.isfile(real) else 0
            if self._left < 0:
                raise InvalidInput(f"{shown(path)}: more than {TOTAL} bytes would be read with it; it is not read.")
            self._loaded[path] = load(path)
        return self._loaded[path]

    def _inside(self, path: str) -> str:
        """The path, if it stands in the must-gather, links followed."""
        real = os.path.realpath(path)
        if os.path.commonpath([real, self.root]) != self.root:
            raise InvalidInput(f"{shown(path)} leads out of the must-gather, to {shown(real)}; it is not read.")
        return path


def _objects_of(path: str, document: Json) -> list[Json]:
    """The objects of a file: of a list its items, else the one object that it holds."""
    items = document.get("items")
    if "items" not in document and dig(document, "metadata", "name"):
        return [document]
    if items is None and str(document.get("kind", "")).endswith("List"):
        return []
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise InvalidInput(f"{shown(path)} holds neither an object with a name nor a list of objects.")
    return items


def _listed(folder: str) -> list[str]:
    """The names in a folder, which may be anybody's."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                found.append(entry.name)
                if len(found) > ENTRIES:
                    raise InvalidInput(f"{shown(folder)} holds more than {ENTRIES} files; it is not read.")
    except OSError as error:
        raise InvalidInput(f"{shown(folder)} cannot be read: {error.strerror}.") from error
    return found


def _root(folder: str) -> str:
    top = os.path.realpath(os.path.expanduser(folder))
    if not os.path.isdir(top):
        raise InvalidInput(f"must_gather: {shown(folder)} is no folder.")
    found = sorted(_roots(top))
    if len(found) > 1:
        raise InvalidInput(
            f"must_gather: {shown(folder)} holds several must-gathers ({shown(named(found))}). Name one of them."
        )
    if not found:
        raise InvalidInput(
            f"must_gather: there is no folder {CLUSTER} in {shown(folder)} or below: this is no must-gather."
        )
    return found[0]


def _roots(top: str) -> Iterator[str]:
    """The folders that begin a gathered tree. Links are not followed."""
    waiting, seen = [(top, 0)], 0
    while waiting:
        here, depth = waiting.pop()
        names = _listed(here)
        seen += len(names)
        if seen > ENTRIES:
            raise InvalidInput(f"must_gather: {shown(top)} holds more than {ENTRIES} files above any must-gather.")
        if CLUSTER in names and os.path.isdir(os.path.join(here, CLUSTER)):
            yield here
        elif depth < DEEPEST_ROOT:
            below = (os.path.join(here, each) for each in names)
            waiting += [(each, depth + 1) for each in below if os.path.isdir(each) and not os.path.islink(each)]
