# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for the operator: that it ends when it should, says what it waits for, shows progress, and does not poll."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from integration.support.clusters import WORKERS, Cluster
from integration.support.playbooks import command, surroundings

from sandbox import Sandbox

Clusters = Callable[..., Cluster]
SPEED = 100.0
MODULE = "managed_boot_images"
ARCHITECTURE = "capacity.cluster-autoscaler.kubernetes.io/labels"


@pytest.mark.parametrize(("sample", "release"), [("gcp", "4.17.12"), ("gcp", "4.22.1"), ("aws", "4.18.6")])
def test_the_wait_ends_when_every_set_is_on_its_image(cluster: Clusters, sample: str, release: str) -> None:
    made = cluster(sample, release=release)
    made.sandbox.start_operator(SPEED)
    answer = made.module(MODULE, mode="All", wait=True, wait_timeout=90)
    images = made.images()  # at once: the wait must not end before
    assert not answer.failed, answer.message
    assert images == dict.fromkeys(made.names, made.target())
    assert (answer.result["settled"], answer.result["waiting_for"]) == (True, [])
    assert {name: each["current"] for name, each in answer.sets().items() if name in images} == images


def test_without_wait_the_module_does_not_stay(cluster: Clusters) -> None:
    made = cluster("gcp")
    answer = made.module(MODULE, mode="All")
    assert answer.result["changed"]
    assert (answer.result["settled"], answer.result["machine_sets"]) == (None, [])


def test_in_check_mode_nothing_is_waited_for(cluster: Clusters) -> None:
    made = cluster("gcp")  # no operator runs
    answer = made.check(MODULE, mode="All", wait=True, wait_timeout=60)
    assert (answer.failed, answer.result["changed"], answer.result["settled"]) == (False, True, None)


def test_a_wait_without_news_does_not_poll_and_says_what_is_missing(cluster: Clusters) -> None:
    """The operator was killed. After that the wait is picked up where it was."""
    made = cluster("gcp", release="4.20.3")
    made.sandbox.start_operator(SPEED)
    made.sandbox.kill_operator()
    started = time.monotonic()
    with made.requests() as requests:
        answer = made.module(MODULE, mode="All", wait=True, wait_timeout=16)
    assert 16 <= time.monotonic() - started < 25
    assert answer.failed
    assert answer.result["reason"] == "wait_timed_out"
    assert "After 16 seconds still waiting for MachineConfiguration cluster" in answer.message
    assert "The Machine Config Operator has observed generation" in answer.message
    assert "is it running?" in answer.message
    assert "Nothing was undone; run it again to go on waiting" in answer.message
    waiting_for = {each["object"]: each["state"] for each in answer.result["waiting_for"]}
    assert waiting_for["MachineConfiguration cluster"] == "pending"
    watches = [each for each in requests if each["verb"] == "watch"]
    assert 3 <= len(watches) <= 6
    # One look of some 16 requests, which serves the wait as well, one write, one watch a kind.
    assert len(requests) < 28, [each["requestURI"] for each in requests]
    ended = max(each["requestReceivedTimestamp"] for each in requests)
    began = min(each["requestReceivedTimestamp"] for each in requests)
    assert (_seconds(ended) - _seconds(began)) % 86400 < 5  # all of them at the beginning

    made.sandbox.start_operator(SPEED)
    answer = made.module(MODULE, mode="All", wait=True, wait_timeout=60)
    assert (answer.failed, answer.result["changed"], answer.result["settled"]) == (False, False, True)
    assert made.images() == dict.fromkeys(made.names, made.target())


def _seconds(timestamp: str) -> float:
    """The time of day of an audit event."""
    hours, minutes, seconds = timestamp[11:-1].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def test_an_operator_that_comes_late_is_noticed_at_once(cluster: Clusters) -> None:
    made = cluster("gcp")
    running = made.start_module(MODULE, mode="All", wait=True, wait_timeout=90)
    made.client.wait_for(lambda: made.managers() is not None, 30, "the module's write")
    time.sleep(2)
    assert running.running()
    made.sandbox.start_operator(SPEED)
    wanted = dict.fromkeys(made.names, made.target())
    made.client.wait_for(lambda: made.images() == wanted, 60, "the operator's work")
    followed = time.monotonic()
    answer = running.finish()
    assert time.monotonic() - followed < 10
    assert (answer.failed, answer.result["settled"]) == (False, True)


def test_a_set_that_the_operator_cannot_update_ends_the_wait(cluster: Clusters) -> None:
    """It will not come by itself, so it is not waited for; the others are done."""
    made = cluster("gcp", release="4.19.2")
    name, *others = made.names
    made.client.patch("machinesets", name, {"metadata": {"annotations": {ARCHITECTURE: "kubernetes.io/arch=vax"}}})
    made.sandbox.start_operator(SPEED)
    answer = made.module(MODULE, mode="All", wait=True, wait_timeout=90)
    assert answer.failed
    assert answer.result["reason"] == "machine_sets_failed"
    assert name in answer.message
    assert "vax" in answer.message
    assert answer.result["changed"]
    assert {made.image(other) for other in others} == {made.target()}
    assert made.managers() == [{**WORKERS, "selection": {"mode": "All"}}]


def test_an_api_server_that_goes_away_and_comes_back_is_waited_out() -> None:
    """On a control plane of its own: a new API server is slow to enforce policies, which the next test would pay for."""
    with Sandbox.start(audit=True) as own:
        own.load("gcp")
        made = Cluster(own)
        running = made.start_module(MODULE, mode="All", wait=True, wait_timeout=90)
        made.client.wait_for(lambda: made.managers() is not None, 30, "the module's write")
        time.sleep(1)
        own.control_plane.kill_apiserver()
        time.sleep(1)
        assert running.running()
        own.control_plane.start_apiserver()
        own.start_operator(SPEED)
        answer = running.finish()
        assert not answer.failed, answer.message
        assert made.images() == dict.fromkeys(made.names, made.target())


PLAYBOOK = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Wait
      okd.boot_images.managed_boot_images:
        mode: All
        wait: true
        wait_timeout: 90
"""


class Lines:
    """What a process writes into its pipe, as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.lines: list[str] = []
        self._process = process
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self.lines.append(line.rstrip("\n"))

    def end(self) -> str:
        self._process.wait(timeout=90)
        self._reader.join()
        return "\n".join(self.lines)


def test_progress_is_shown_while_the_task_still_runs(cluster: Clusters, tmp_path: Path) -> None:
    """In a pipe. The test plays the operator for the first set, so the wait cannot be over when its line is seen."""
    made = cluster("gcp")
    playbook = tmp_path / "wait.yml"
    playbook.write_text(PLAYBOOK)
    process = subprocess.Popen(
        command(playbook),
        env=surroundings(made.sandbox.kubeconfig()),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        shown = Lines(process)
        made.client.wait_for(lambda: made.managers() is not None, 30, "the module's write")
        first = made.names[0]
        short = made.target().rsplit("/", 1)[-1].removesuffix("-gcp-x86-64")
        line = f"    machine set {first} -> {short} (1/3 current)"
        assert line not in shown.lines
        made.set_image(first, made.target())
        made.client.wait_for(lambda: line in shown.lines, 15, f"{line!r} among {shown.lines}")
        assert process.poll() is None
        assert not any(each.startswith("changed:") for each in shown.lines)
        made.sandbox.start_operator(SPEED)
        output = shown.end()
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, output
    for name in made.names[1:]:
        assert f"    machine set {name} -> {short} (" in output
    assert "(3/3 current)" in output
    assert output.index(line) < output.index("changed: [localhost]")
    assert made.images() == dict.fromkeys(made.names, made.target())
