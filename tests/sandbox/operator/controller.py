# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The boot image controller: one pass over all enrolled sets for every event."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from . import pace, paths
from .cluster import Cluster
from .conditions_writer import ConditionsWriter
from .events import Events, is_stable
from .kube import ApiError, JsonObject
from .log import say
from .pace import Clock
from .rules import configuration, skew
from .rules.behaviour import Behaviour
from .rules.conditions import Stats, aggregate
from .rules.hot_loop import HotLoops, refusal
from .rules.outcome import Dies, Error, Outcome, Patched, Skipped, TemplateRebuilt
from .rules.reconcile import CONFIG_MAP_MISSING, reconcile, reconcile_control_plane
from .rules.selector import SelectorError
from .rules.world import World
from .work_queue import WorkQueue
from .worlds import Worlds
from .writes import SetWriter


class ProcessDied(Exception):
    """The real process would have ended here, with exit code 2."""


class BootImageController:
    """Runs in a thread of its own. What it remembers (hot loops, counts) is gone when it dies or restarts."""

    def __init__(self, cluster: Cluster, clock: Clock, worlds: Worlds) -> None:
        self._cluster = cluster
        self._clock = clock
        self._worlds = worlds
        self._queue = WorkQueue()
        self._events = Events(cluster, self._queue)
        self._writer = SetWriter(cluster.api)
        self._fresh()

    def _fresh(self) -> None:
        self._conditions = ConditionsWriter(self._cluster)
        self._hot = HotLoops()
        self._hot_control_plane = HotLoops()

    def run(self) -> None:
        back_off = pace.CRASH_BACK_OFF
        while not self._clock.over.is_set():
            reason = self._queue.take(timeout=0.5)
            if reason is None:
                continue
            try:
                self._pass(reason)
                back_off = pace.CRASH_BACK_OFF
            except ProcessDied as died:
                say("controller", f"process died: {died}; restarts in {back_off:.0f} s of the cluster's time")
                self._clock.sleep(back_off)
                back_off = min(back_off * 2, pace.CRASH_BACK_OFF_LIMIT)
                self._fresh()
                self._queue.clear()
                self._events.everything_anew()
            except ApiError as error:
                say("controller", f"pass {reason} failed: {error}; again")
                self._clock.over.wait(0.5)
                self._queue.add(reason, collapse=True)

    def _pass(self, reason: str) -> None:
        rules = self._cluster.behaviour
        if rules is None or self._cluster.platform not in rules.supported:
            return
        if rules.waits_for_generation and not self._generation_observed(reason, rules):
            return
        if rules.cluster_version_gate and not is_stable(self._cluster.cluster_version):
            say("controller", f"{reason}: cluster install or upgrade in progress, deferring boot image reconciliation")
            return
        world = self._worlds.now(rules)
        if rules.knows_cpms:
            self._control_plane(reason, world, rules)
        self._machine_sets(reason, world, rules)

    def _generation_observed(self, reason: str, rules: Behaviour) -> bool:
        """Polls every 5 s, gives up after 2 min with an error in Degraded."""
        for attempt in range(int(pace.GENERATION_PATIENCE / pace.GENERATION_POLL)):
            if attempt and not self._clock.sleep(pace.GENERATION_POLL):
                return False
            found = self._cluster.machine_configurations.get("cluster")
            if found and found["metadata"]["generation"] == found.get("status", {}).get("observedGeneration"):
                return True
            if not attempt:
                say("controller", "MachineConfiguration.Status is not up to date.")
        text = "MachineConfiguration was not ready: MachineConfiguration.Status is not up to date"
        self._conditions.degraded(reason, text, rules)
        return False

    def _machine_sets(self, reason: str, world: World, rules: Behaviour) -> None:
        enrolled = self._enrolled(reason, configuration.MACHINE_SETS, self._cluster.machine_sets.all(), rules)
        if enrolled is None:
            return
        if not enrolled:
            self._hot.forget()
        elif self._config_map_missing(reason, world, rules):
            return
        stats = self._conditions.mapi = Stats(total=len(enrolled))
        say("controller", f"pass {reason}: {len(enrolled)} MAPI MachineSets enrolled, rules of {_release(rules)}")

        def work(made: JsonObject) -> str:
            outcome = reconcile(made, world, rules)
            path = f"{paths.MACHINE_SETS}/{made['metadata']['name']}"
            return self._carry_out(made, path, outcome, self._hot, stats, "machineset")

        self._each(enrolled, work, stats, "MAPI MachineSet", reason, rules)
        if rules.skew_enforcement:
            self._record_boot_image(world, stats)

    def _control_plane(self, reason: str, world: World, rules: Behaviour) -> None:
        """Its Degraded is overwritten by the pass over the MachineSets that follows; only the number stays."""
        sets = self._cluster.control_plane_machine_sets.all()
        enrolled = self._enrolled(reason, configuration.CONTROL_PLANE, sets, rules)
        if enrolled is None:
            return
        if not enrolled:
            self._hot_control_plane.forget()
        elif self._config_map_missing(reason, world, rules):
            return
        stats = self._conditions.control_plane = Stats(total=len(enrolled))

        def work(made: JsonObject) -> str:
            outcome = reconcile_control_plane(made, world, rules)
            path = f"{paths.CONTROL_PLANE_MACHINE_SETS}/{made['metadata']['name']}"
            return self._carry_out(made, path, outcome, self._hot_control_plane, stats, "ControlPlaneMachineSet")

        self._each(enrolled, work, stats, "ControlPlaneMachineSet", reason, rules)

    def _config_map_missing(self, reason: str, world: World, rules: Behaviour) -> bool:
        """From 4.22 that is one error, written before any set is looked at; the counts stay."""
        if not rules.config_map_error_once or world.config_map is not None:
            return False
        error = f"failed to fetch coreos-bootimages config map: {CONFIG_MAP_MISSING}"
        self._conditions.degraded(reason, error, rules)
        return True

    def _enrolled(
        self, reason: str, resource: str, sets: list[JsonObject], rules: Behaviour
    ) -> list[JsonObject] | None:
        """In random order; None when the pass ends here."""
        found = self._cluster.machine_configurations.get("cluster")
        if found is None:
            say("controller", "Failed to get MachineConfiguration")
            return None
        try:
            matches = configuration.enrolled(found, resource, rules)
        except SelectorError as error:
            kind = "MAPI machineset" if resource == configuration.MACHINE_SETS else "ControlPlaneMachineSet"
            text = f"failed to create a machineset selector while enqueueing {kind} {error}"
            self._conditions.degraded(reason, text, rules)
            return None
        enrolled = [made for made in sets if matches(made["metadata"].get("labels") or {})]
        random.shuffle(enrolled)
        return enrolled

    def _each(
        self, enrolled: list[JsonObject], work: Callable[[JsonObject], str], stats: Stats, kind: str, reason: str,
        rules: Behaviour,
    ) -> None:  # fmt: skip
        errors = []
        self._conditions.progressing(reason, rules)
        for made in enrolled:
            if not self._clock.sleep(pace.MACHINE_SET):
                return
            error = work(made)
            if error:
                errors.append(f"error syncing {kind} {made['metadata']['name']}: {error}")
                say("controller", errors[-1])
                stats.errored += 1
            else:
                stats.synced += 1
            self._conditions.progressing(reason, rules)
        self._conditions.degraded(reason, aggregate(errors), rules)

    def _carry_out(self, made: JsonObject, path: str, outcome: Outcome, hot: HotLoops, stats: Stats, kind: str) -> str:
        """Do what was decided; the answer is the error's text, empty when there was none."""
        name = made["metadata"]["name"]
        if isinstance(outcome, Dies):
            raise ProcessDied(f"{kind} {name}: {outcome.why}")
        if isinstance(outcome, Error):
            return outcome.text
        if isinstance(outcome, TemplateRebuilt):
            self._rebuild(outcome)
            return ""
        if not isinstance(outcome, Patched):
            stats.skipped += isinstance(outcome, Skipped)
            say("controller", f"{kind} {name}: {outcome.note}{', skipped' * isinstance(outcome, Skipped)}")
            return ""
        if outcome.secret:
            self._writer.secret(outcome.secret)
        if hot.refuses(name, outcome.provider_spec):
            return refusal(name, kind)
        error = self._writer.provider_spec(path, made, outcome.provider_spec, kind)
        if not error:
            hot.record(name, outcome.provider_spec)
            say("controller", f"patched {kind} {name}")
        return error

    def _rebuild(self, wanted: TemplateRebuilt) -> None:
        if self._clock.sleep(pace.TEMPLATE_IMPORT):
            self._worlds.templates.rebuild(wanted.server, wanted.datacenter, wanted.template, wanted.release)
            say("controller", f"template {wanted.template} of {wanted.server} rebuilt in place from {wanted.release}")

    def _record_boot_image(self, world: World, stats: Stats) -> None:
        found = self._cluster.api.get(paths.MACHINE_CONFIGURATION)
        stands = found.get("status", {}).get("bootImageSkewEnforcementStatus") or {}
        version = self._cluster.cluster_version
        wanted = skew.recorded(stands, world.config_map, version, stats.skipped, stats.errored)
        if wanted != stands:
            say("controller", f"cluster boot image record: {json.dumps(wanted)}")
            self._conditions.status("bootImageSkewEnforcementStatus", wanted)


def _release(rules: Behaviour) -> str:
    return f"{rules.minor[0]}.{rules.minor[1]}"
