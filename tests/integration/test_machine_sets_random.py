# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random operations on random clusters on a real API server: what holds of every one of them, and of restores in particular.

`make random` draws RANDOM_EXAMPLES new ones on three releases; without that variable a few fixed ones on one release.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from integration.support import deeds, images, meddling
from integration.support import world as w
from integration.support.clusters import WORKERS, Cluster
from integration.support.world import World

from ansible_collections.okd.boot_images.plugins.module_utils.assess.stream import Stream
from ansible_collections.okd.boot_images.plugins.module_utils.flow.common import Selection
from ansible_collections.okd.boot_images.plugins.module_utils.flow.machine_sets import (
    Limits,
    record_machine_sets,
    restore_machine_sets,
    update_machine_sets,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from sandbox import Sandbox, releases

EXAMPLES = int(os.environ.get("RANDOM_EXAMPLES", "0"))
RANDOM = settings(
    max_examples=EXAMPLES or 6,
    stateful_step_count=20 if EXAMPLES else 8,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
    print_blob=True,
)
SAMPLES = ("gcp", "aws", "azure", "openstack")
ALL = {"selection": {"mode": "All"}}
SOME = {"selection": {"mode": "Partial", "partial": {"machineResourceSelector": {"matchLabels": {"pool": "a"}}}}}
NONE = {"selection": {"mode": "None"}}
INDEX = st.integers(0, 5)
CHOICE = st.integers(0, 20)


@dataclass(frozen=True)
class Remembered:
    """What a record must bring back, by set: its image, the name of its Secret, and the Secret's content then."""

    at: int
    sets: dict[str, tuple[Any, str, Any]]


class MachineSets(RuleBasedStateMachine):
    """Somebody's changes and ours in turn."""

    sandbox: Sandbox
    release: str
    seen: Counter[str]

    @initialize(sample=st.sampled_from(SAMPLES), count=st.integers(3, 6))
    def a_cluster(self, sample: str, count: int) -> None:
        self.sandbox.load(sample, release=self.release, machine_sets=count, machines=0, nodes=False)
        self.made = Cluster(self.sandbox)
        self.platform = self.made.loaded.platform
        self.remembered: dict[str, Remembered] = {}
        self.time = 0
        self.meddled: dict[str, int] = {}
        if self.platform in ("GCP", "AWS"):
            self._configure(NONE, True)
        for number, name in enumerate(self.made.names[:3]):
            self._meddle(
                meddling.write_user_data, name, number // 2 * len(meddling.CONTENTS)
            )  # two share the one, the third has the other

    # Somebody else

    @rule(deed=st.sampled_from(meddling.DEEDS), which=INDEX, draw=CHOICE)
    def somebody(self, deed: meddling.Deed, which: int, draw: int) -> None:
        """One rule for all of it, so that ours are drawn as often."""
        if name := self._name(which):
            self._meddle(deed, name, draw)

    def _meddle(self, deed: meddling.Deed, name: str, draw: int) -> None:
        if secret := deed(self.made, name, draw):
            self.meddled[secret] = self.time

    @precondition(lambda self: self.platform in ("GCP", "AWS"))
    @rule(mode=st.sampled_from([NONE, None, ALL, SOME]), followed=st.booleans())
    def configures_the_operator(self, mode: Any, followed: bool) -> None:
        self._configure(mode, followed)

    def _configure(self, mode: Any, followed: bool) -> None:
        absent = mode is None or (mode == NONE and self.release.startswith("4.17."))  # which knows no such mode
        self.made.manage(*([] if absent else [{**WORKERS, **mode}]))
        if followed and not self.release.startswith("4.17."):  # nor a status of it
            self.made.follow()

    # We

    @rule(
        which=st.lists(INDEX, max_size=3),
        pool=st.sampled_from(["", "", "", "pool!=a", "pool in (a,b)"]),
        image=st.none() | CHOICE,
        take_over=st.booleans(),
        release=st.sampled_from([None, None, *images.RELEASES]),
        upgrade=st.sampled_from([True, True, False]),
    )
    def updates(
        self, which: list[int], pool: str, image: int | None, take_over: bool, release: str | None, upgrade: bool
    ) -> None:
        named = None if image is None else meddling.pick(images.NAMED[self.platform], image)
        stream = Stream("rhcos", release, releases.stream(release)) if release and not named else None
        wish, selection = ImageWish(named, take_over, upgrade), self._selection(which, pool)
        self._perform(lambda client: update_machine_sets(client, selection, wish, stream, Limits(3), _nobody))

    @rule(
        image=CHOICE,
        taken=st.booleans(),
        deed=st.none() | st.sampled_from(meddling.DEEDS),
        which=INDEX,
        forth=st.booleans(),
    )
    def goes_there_and_back(self, image: int, taken: bool, deed: meddling.Deed | None, which: int, forth: bool) -> None:
        """To another image and back, to a record that was taken before or to the newest, and forth again by the restore's own record."""
        if taken:
            self.records([])
        before = sorted(self.remembered)
        self.updates([], "", image, True, None, True)
        if deed:
            self.somebody(deed, which, image)
        if self.remembered:
            self.restores([], len(before) - 1 if taken and before else None, True)
        if forth and self.remembered:
            self.restores([], len(self.remembered) - 1, True)

    @rule(which=st.lists(INDEX, max_size=1))
    def records(self, which: list[int]) -> None:
        selection = self._selection(which)
        self._perform(lambda client: record_machine_sets(client, selection))

    @precondition(lambda self: self.remembered)
    @rule(which=st.lists(INDEX, max_size=2), record=st.none() | CHOICE, take_over=st.sampled_from([True, True, False]))
    def restores(self, which: list[int], record: int | None, take_over: bool) -> None:
        known = sorted(self.remembered)
        wanted = known[record % len(known)] if known and record is not None else None
        selection = self._selection(which)
        done, after = self._perform(
            lambda client: restore_machine_sets(client, selection, wanted, take_over, Limits(3), _nobody)
        )
        if not done.refused and "restored" in done.result:
            assert wanted in (None, done.result["restored"])
            self._is_as_it_was(self.remembered[done.result["restored"]], done, after)

    # What we remember

    def _perform(self, call: deeds.Call) -> tuple[deeds.Answer, World]:
        self.time += 1
        before, done, after = deeds.perform(self.made, call)
        self.seen[_kind(done)] += 1
        key = done.result.get("record")
        if key and key not in self.remembered:
            record = w.records(after[w.HISTORY])[key]
            sets = {name: self._memory(before, name) for name, _path in w.explained(record)}
            self.remembered[key] = Remembered(self.time, sets)
        there = w.records(after.get(w.HISTORY))
        self.remembered = {key: each for key, each in self.remembered.items() if key in there}
        assert there.keys() == self.remembered.keys()
        return done, after

    def _memory(self, objects: World, name: str) -> tuple[Any, str, Any]:
        found = objects["machinesets", w.MACHINE_API, name]
        secret = w.provider_spec(found)["userDataSecret"]["name"]
        return w.image_part(self.platform, found), secret, self._content(objects, secret)

    def _content(self, objects: World, secret: str) -> Any:
        return objects.get(("secrets", w.MACHINE_API, secret), {}).get("data")

    def _is_as_it_was(self, then: Remembered, done: deeds.Answer, after: World) -> None:
        ours = done.ours()
        for name in ours:
            image, secret, content = then.sets[name]
            now = self._memory(after, name)
            assert now[0] == image, f"{name} is not back at its image"
            sharing = [key[2] for key in after if key[0] == "machinesets" and self._memory(after, key[2])[1] == secret]
            if now[1] == secret and set(sharing) <= ours and self.meddled.get(secret, -1) < then.at:
                assert now[2] == content, f"{name} is not back at its user data"

    def _selection(self, which: list[int], pool: str = "") -> Selection:
        names = {self._name(each) for each in which} - {None}
        return Selection("machinesets", tuple(sorted(map(str, names))), (pool,) if pool else ())

    def _name(self, which: int) -> str | None:
        there = sorted(each["metadata"]["name"] for each in self.made.client.list("machinesets"))
        return there[which % len(there)] if there else None


def _kind(done: deeds.Answer) -> str:
    """What became of a call, for the count at the end."""
    if done.refused or not done.result["changed"]:
        return "refused" if done.refused else "nothing to do"
    if not any("updated" in each for each in done.result["machine_sets"]):
        return "recorded"
    secrets = any(each["before_header"].startswith("Secret") for each in done.result["diff"])
    return ("restored" if "restored" in done.result else "updated") + " sets" + (" and user data" if secrets else "")


def _nobody(line: str) -> None:
    """Progress that nobody watches."""


@pytest.mark.parametrize("release", ["4.22.1", "4.19.2", "4.17.12"] if EXAMPLES else ["4.22.1"])
def test_random_operations(control_plane: Sandbox, release: str) -> None:
    seen: Counter[str] = Counter()
    machine = type("MachineSets", (MachineSets,), {"sandbox": control_plane, "release": release, "seen": seen})
    run_state_machine_as_test(machine, settings=RANDOM)
    print(release, dict(seen))
    for kind in (
        "updated sets",
        "updated sets and user data",
        "restored sets",
        "restored sets and user data",
        "recorded",
    ):
        assert seen[kind], f"no operation {kind}: the draw proves less than it says"
