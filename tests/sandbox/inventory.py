# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in an API server, and what of it the next sample can take over as it is.

A sample is loaded for almost every test, and most tests touch a handful of its objects. So a load takes away what is not
exactly as the load before made it, and makes what is missing. Every write gives an object another resourceVersion, and every
object made anew another uid: one with both unchanged is untouched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import resources
from .client import Client

Json = dict[str, Any]
Key = tuple[str, str, str]


@dataclass(frozen=True)
class _Made:
    wanted: Json
    live: Json

    def untouched(self, live: Json) -> bool:
        return all(live["metadata"][name] == self.live["metadata"][name] for name in ("uid", "resourceVersion"))


class Inventory:
    """The objects of one API server in the kinds that a load answers for: `look`, `keep` each, `clear`, `make` each."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._made: dict[Key, _Made] = {}
        self._there: dict[Key, Json] = {}
        self._kept: set[Key] = set()

    def forget(self) -> None:
        """Let nothing stay: CRDs are about to be replaced, which does not touch what is stored."""
        self._made = {}

    def look(self) -> None:
        """List what is there, of whichever origin. Until then nothing is."""
        listed = self._client.each(lambda resource: self._client.list(resource.plural, "*"), resources.WIPED)
        found = {
            _key(obj, resource.plural): obj
            for resource, objs in zip(resources.WIPED, listed, strict=True)
            for obj in objs
        }
        own = ("", *resources.NAMESPACES)
        self._there = {key: obj for key, obj in found.items() if key[1] in own}
        self._made = {
            key: made for key, made in self._made.items() if key in self._there and made.untouched(self._there[key])
        }

    def keep(self, wanted: Json) -> Json | None:
        """The object as it stands, if it was made of just this and nobody touched it; `clear` leaves it alone."""
        key = _key(wanted)
        made = self._made.get(key)
        if made is None or made.wanted != wanted:
            return None
        self._kept.add(key)
        return made.live

    def clear(self) -> None:
        """Delete what is not kept, in one request where all of a kind in a namespace goes."""
        kept_places = {key[:2] for key in self._kept}
        doomed = [key for key in self._there if key not in self._kept]
        whole = sorted({key[:2] for key in doomed} - kept_places)
        single = [key for key in doomed if key[:2] in kept_places]
        self._client.each(lambda place: self._client.delete_all(place[0], place[1] or None), whole)
        self._client.each(self._delete, single)
        self._made = {key: self._made[key] for key in self._kept}
        self._there, self._kept = {}, set()

    def make(self, wanted: Json) -> Json:
        """Create an object, or take over the one that was kept."""
        key = _key(wanted)
        if key not in self._made:
            self._made[key] = _Made(wanted, self._client.create(wanted))
        return self._made[key].live

    def _delete(self, key: Key) -> None:
        plural, namespace, name = key
        where = namespace or None
        if self._there[key]["metadata"].get("finalizers"):
            self._client.patch(plural, name, {"metadata": {"finalizers": None}}, where)
        self._client.delete(plural, name, where)


def _key(obj: Json, plural: str = "") -> Key:
    metadata = obj["metadata"]
    return plural or resources.find(obj["kind"]).plural, metadata.get("namespace", ""), metadata["name"]
