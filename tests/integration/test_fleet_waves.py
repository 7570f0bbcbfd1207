# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waves, the threshold that stops a fleet, and which cluster a host's tasks speak to. Several hosts stand for one cluster here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.support.clusters import Cluster
from integration.support.playbooks import Play, play

Clusters = Callable[..., Cluster]
UPGRADE = "okd.boot_images.upgrade"
LOST = {"boot_images_connection": {"kubeconfig": "/nonexistent/kubeconfig"}}
ONLY_BEGIN = """
- hosts: all
  gather_facts: false
  strategy: ansible.builtin.host_pinned
  tasks:
    - import_role: {name: okd.boot_images.boot_images, tasks_from: begin}
    - block:
        - fail:
          when: inventory_hostname.startswith("lost")
      rescue:
        - fail: {msg: as the upgrade does}
"""


def inventory(folder: Path, hosts: dict[str, dict[str, Any]]) -> str:
    common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    file = folder / "hosts.yml"
    file.write_text(yaml.safe_dump({"all": {"vars": common, "hosts": hosts}}, sort_keys=False))
    return str(file)


def ways(made: Cluster, names: list[str]) -> dict[str, dict[str, Any]]:
    """Hosts of one cluster; those that are called lost have no kubeconfig."""
    found = {"boot_images_connection": {"kubeconfig": str(made.sandbox.kubeconfig())}}
    return {name: LOST if name.startswith("lost") else found for name in names}


def ended(done: Play, hosts: list[str], well: int) -> list[str]:
    """How each host ended: well (with so many tasks at least), failed, not begun, or not in a wave that was begun."""
    found = []
    for name in hosts:
        try:
            recap = done.recap(name)
        except AssertionError:
            found.append("no wave")
            continue
        found.append("failed" if recap["failed"] else "well" if recap["ok"] + recap["skipped"] >= well else "not begun")
    return found


@pytest.mark.parametrize(
    ("hosts", "variables", "expected"),
    [
        # One whole wave has failed, which ends the run by Ansible's own rule.
        (["lost", "a"], {"boot_images_serial": 1}, ["failed", "no wave"]),
        (["lost", "a", "b"], {"boot_images_serial": "2, 100%", "boot_images_max_fail_percentage": "33"}, ["failed", "well", "not begun"]),
        pytest.param(
            ["lost", "a", "b"], {"boot_images_serial": ["2", 1], "boot_images_max_fail_percentage": 34}, ["failed", "well", "well"],
            marks=pytest.mark.long,
        ),
    ],
)  # fmt: skip
def test_waves(
    cluster: Clusters, tmp_path: Path, hosts: list[str], variables: dict[str, Any], expected: list[str]
) -> None:
    made = cluster("gcp", release="4.20.3", machine_sets=1, machines=0)
    with made.untouched():
        done = play(
            UPGRADE, "-i", inventory(tmp_path, ways(made, hosts)), "--check", "--forks", "2",
            boot_images_hosts="all", boot_images_report_dir="", **variables,
        )  # fmt: skip
    assert done.code == 2, done.output
    assert ended(done, hosts, 20) == expected, done.output


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        ("", ["failed", "well", "failed", "well", "well"]),
        (0, ["failed", "not begun", "not begun", "not begun", "not begun"]),
        ("20", ["failed", "well", "failed", "not begun", "not begun"]),
        (40, ["failed", "well", "failed", "well", "well"]),
    ],
)
def test_the_threshold_is_asked_whenever_one_begins(tmp_path: Path, allowed: Any, expected: list[str]) -> None:
    """One at a time, without waves; those that did not begin do not count as failed."""
    hosts = ["lost", "a", "lost-too", "b", "c"]
    (tmp_path / "play.yml").write_text(ONLY_BEGIN)
    listed = inventory(tmp_path, {name: {} for name in hosts})
    done = play(tmp_path / "play.yml", "-i", listed, "--forks", "1", boot_images_max_fail_percentage=allowed)
    # Its three tasks, the check of its variables, and the one in the block.
    assert ended(done, hosts, 4) == expected, done.output
    assert done.text.count("Not begun: lost") == expected.count("not begun")
    if allowed == "20":
        assert done.text.count("Not begun: lost, lost-too failed, more than 20 % of 5 clusters.") == 2


def test_those_that_did_not_begin_stand_on_the_page(cluster: Clusters, tmp_path: Path) -> None:
    made = cluster("gcp", release="4.20.3", machine_sets=1, machines=0)
    with made.untouched():
        done = play(
            UPGRADE, "-i", inventory(tmp_path, ways(made, ["lost", "late"])), "--forks", "1",
            boot_images_hosts="all", boot_images_report_dir=str(tmp_path), boot_images_max_fail_percentage=0,
        )  # fmt: skip
    assert done.code == 2, done.output
    assert json.loads((tmp_path / "lost.json").read_text())["state"] == "failed"
    assert not (tmp_path / "late.json").exists()
    index = (tmp_path / "index.html").read_text()
    assert "1 failed, 1 not begun." in index and ">late<" in index
