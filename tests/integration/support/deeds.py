# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of a flow: foretold in check mode, done, done again; and what must hold of any of them, whatever it was called with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from integration.support import world as w
from integration.support.clusters import Cluster
from integration.support.world import Json, World

from ansible_collections.okd.boot_images.plugins.module_utils.kube.client import Client
from ansible_collections.okd.boot_images.plugins.module_utils.kube.connection import Options
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import BootImageError, SetsFailed
from ansible_collections.okd.boot_images.plugins.module_utils.model.steps import Create, Step

Call = Callable[[Client], dict[str, Any]]
KEEP = 20
"""Records that the history has at most."""


@dataclass(frozen=True)
class Answer:
    """What a call answered; I(refused) is the reason of an error that came before any writing."""

    result: dict[str, Any]
    refused: str = ""

    @property
    def told(self) -> Any:
        """What check mode must foretell."""
        entries = [{key: each[key] for key in ("name", "decision", "reason", "updated")} for each in self.sets()]
        return self.refused, self.result.get("changed"), self.result.get("diff"), entries

    def sets(self) -> list[dict[str, Any]]:
        return [{"updated": False, **each} for each in self.result.get("machine_sets", [])]

    def ours(self) -> set[str]:
        """The sets that ended as they were meant to."""
        return {each["name"] for each in self.sets() if each["decision"] in ("update", "current")}


class Witness(Client):
    """A client that looks, before each write, whether the history in the cluster tells of it."""

    cluster: Cluster
    unrecorded: list[str]

    def write(self, step: Step) -> Json:
        if not self.dry_run and not isinstance(step.request, Create):
            self.unrecorded += [] if self._recorded(step) else [str(step.ref)]
        return dict(super().write(step))

    def _recorded(self, step: Step) -> bool:
        client, kind = self.cluster.client, step.ref.kind.plural
        if kind == "configmaps":
            return True
        records = w.records(client.get("configmaps", w.HISTORY[2], w.MACHINE_API)).values()
        if kind == "secrets":
            kept = [each["before"] for one in records for each in one["user_data"] if each["secret"] == step.ref.name]
            now = client.get("secrets", step.ref.name, w.MACHINE_API)["data"]
            return any(client.get("secrets", name, w.MACHINE_API)["data"] == now for name in kept)
        wanted = {(step.ref.name, path): (old, step.after[path]) for path, old in step.before.items()}
        plain = [{key: _plain(change) for key, change in w.explained(one).items()} for one in records]
        return any(wanted.items() <= one.items() for one in plain)


def perform(made: Cluster, call: Call) -> tuple[World, Answer, World]:
    """Foretell it, do it, do it again; the world before and after, with everything checked that holds of any call."""
    before = w.world(made)
    foretold = _answer(made, call, dry_run=True)
    assert w.versions(w.world(made)) == w.versions(before), "check mode wrote"
    done = _answer(made, call, dry_run=False)
    after = w.world(made)
    assert done.told == foretold.told, "check mode foretold something else"
    only_what_may_change(made.loaded.platform, before, after, done)
    again = _answer(made, call, dry_run=False)
    assert w.versions(w.world(made)) == w.versions(after), "a second run wrote"
    assert not again.result.get("changed")
    assert again.refused == done.refused
    return before, done, after


def only_what_may_change(platform: str, before: World, after: World, done: Answer) -> None:
    updated = {each["name"] for each in done.sets() if each["updated"]}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if key == w.HISTORY:
            _history(old, new)
        elif key[0] == "machinesets":
            assert old is not None and new is not None
            assert w.all_but_image(platform, new) == w.all_but_image(platform, old), f"{key}: more than the image"
            assert key[2] in updated, f"{key} changed, and the answer does not say so"
        else:
            assert key[0] == "secrets" and new is not None, f"{key} was touched"
            _secret(old, new, before)
    same = {
        name
        for name in updated
        if before["machinesets", w.MACHINE_API, name] == after["machinesets", w.MACHINE_API, name]
    }
    assert not same, f"said to be updated, and are not: {same}"
    assert bool(updated) <= bool(done.result.get("changed"))


def _secret(old: Json | None, new: Json, before: World) -> None:
    if old is not None:
        assert not w.is_backup(old) and w.all_but_stub(new) == w.all_but_stub(old)
        return
    assert w.is_backup(new), f"a Secret nobody asked for: {new['metadata']['name']}"
    original = before["secrets", w.MACHINE_API, new["metadata"]["labels"][w.BACKUP_OF]]
    assert (new["data"], new["immutable"]) == (original["data"], True)


def _history(old: Json | None, new: Json | None) -> None:
    """Every record can be read, the others stay as they are or go as the oldest, and whatever else stands there stays."""
    assert new is not None, "the history is gone"
    now, then = w.records(new), w.records(old)
    assert now and all(each["finished"] for each in now.values()) and len(now) <= KEEP
    left = {key: then[key] for key in then if key in now}
    assert list(left) == list(then)[len(then) - len(left) :], "not the oldest went"
    assert len(left) == len(then) or len(now) == KEEP
    assert {key: now[key] for key in left} == left, "another run's record changed"
    for part in ("labels", "annotations"):
        mine = (old or new)["metadata"].get(part, {})
        assert mine.items() <= new["metadata"].get(part, {}).items()
    strange = {key: text for key, text in ((old or {}).get("data") or {}).items() if key not in then}
    assert strange.items() <= (new.get("data") or {}).items()


def _answer(made: Cluster, call: Call, dry_run: bool) -> Answer:
    client = Witness.open(Options(kubeconfig=str(made.sandbox.kubeconfig())), dry_run=dry_run)
    client.cluster, client.unrecorded = made, []
    try:
        answer = Answer(call(client))
    except SetsFailed as error:
        answer = Answer(error.result)
    except BootImageError as error:
        answer = Answer({}, error.reason)
    assert client.unrecorded == [], "written before it was on record"
    return answer


def _plain(change: tuple[Any, Any]) -> tuple[Any, ...]:
    """As steps show it: a field that is not there is None."""
    return tuple(None if each is w.UNSET else each for each in change)
