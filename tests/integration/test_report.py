# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report, as the roles write it: of runs that end well, that fail, that are killed, and of many at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.support.clusters import Cluster
from integration.support.playbooks import SHOWN, command, play, surroundings

Clusters = Callable[..., Cluster]
UPGRADE = "okd.boot_images.upgrade"
SPEED = 600.0
EVIL = "<script>alert(1)</script> {{ 7*7 }} a|b \x1b[31m"


def offered(made: Cluster, minor: str) -> str:
    updates = made.client.get("clusterversions", "version")["status"]["availableUpdates"]
    return str(next(each["version"] for each in updates if each["version"].startswith(minor + ".")))


def told(folder: Path, name: str = "localhost") -> dict[str, Any]:
    return dict(json.loads((folder / f"{name}.json").read_text()))


def texts(folder: Path, name: str = "localhost") -> tuple[str, str, str]:
    """HTML, Markdown, and the page over all."""
    return tuple((folder / each).read_text() for each in (f"{name}.html", f"{name}.md", "index.html"))  # type: ignore[return-value]


@pytest.mark.long
def test_an_upgrade_that_is_refused_and_then_goes_well(cluster: Clusters, tmp_path: Path) -> None:
    made = cluster("gcp")
    before, target = made.images(), offered(made, "4.18")
    made.sandbox.start_operator(SPEED)
    made.client.patch("configmaps", "admin-gates", {"data": {"ack-4.17-test": EVIL}}, "openshift-config-managed")
    kubeconfig, arguments = (
        made.sandbox.kubeconfig(),
        {"cluster_upgrade_version": target, "boot_images_report_dir": str(tmp_path)},
    )

    refused = play(UPGRADE, kubeconfig=kubeconfig, **arguments)
    assert refused.code == 2, refused.output
    assert (refused.recap()["failed"], refused.recap()["rescued"]) == (1, 1)
    assert "ack-4.17-test" in refused.output.split("Fail as the task did that failed")[1]
    report = told(tmp_path)
    assert (report["state"], report["version"]) == (
        "failed",
        {"before": made.loaded.release, "wanted": target, "after": made.loaded.release},
    )
    assert "ack-4.17-test" in report["failure"]["message"]
    assert [
        each for each in report["blockers"] if "ack-4.17-test" in each["object"] and EVIL.strip() in each["message"]
    ]
    assert [each for each in report["to_do"] if each["when"] == "now" and each["reason"] == "admin_ack_required"]
    assert {each["state"] for each in report["machine_sets"] if each["resource"] == "machinesets"} == {"updated"}
    for page in texts(tmp_path):
        assert "<script>" not in page and "\x1b" not in page
        assert "{{ 7" in page and "49" not in page.split("{{ 7", 1)[1][:20]
    assert "1 failed." in texts(tmp_path)[2]

    done = play(UPGRADE, kubeconfig=kubeconfig, cluster_upgrade_acknowledge=["ack-4.17-test"], **arguments)
    assert done.code == 0, done.output
    report = told(tmp_path)
    assert (report["state"], report["failure"]) == ("ok", None)
    assert [each["gate"] for each in report["acknowledged"]] == ["ack-4.17-test"]
    assert report["version"] == {"before": made.loaded.release, "wanted": target, "after": target}
    sets = {each["name"]: each for each in report["machine_sets"]}
    assert {sets[name]["after"] for name in made.names} == {made.target(target)}
    assert before[made.names[0]] not in {
        sets[name]["before"] for name in made.names
    }  # the first run has moved them already
    assert report["machines"]["total"] == len(made.client.list("machines"))
    assert report["run"]["seconds"] > 0 and {each["name"] for each in report["phases"]} >= {"control_plane"}
    html, markdown, index = texts(tmp_path)
    for name in made.names:
        assert name in html and name in markdown
    assert f"{made.loaded.release} → {target}" in index
    assert f"Report: {tmp_path}/localhost.html" in done.text
    assert sorted(os.listdir(tmp_path)) == ["index.html", "localhost.html", "localhost.json", "localhost.md"]
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in os.listdir(tmp_path)} == {0o644}


def test_a_run_that_is_killed_is_told_by_its_report(cluster: Clusters, tmp_path: Path) -> None:
    made = cluster("gcp")
    target = offered(made, "4.18")
    made.sandbox.start_operator(100)
    arguments = {"cluster_upgrade_version": target, "boot_images_report_dir": str(tmp_path)}
    process = subprocess.Popen(
        command(UPGRADE, **arguments),
        env=surroundings(made.sandbox.kubeconfig()),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        begun = tmp_path / "index.html"
        made.client.wait_for(lambda: begun.exists() and told(tmp_path)["version"]["before"], 60, "the report's begin")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    report = told(tmp_path)
    assert (report["state"], report["run"]["ended"]) == ("running", None)
    assert report["version"] == {"before": made.loaded.release, "wanted": target, "after": None}
    html, markdown, index = texts(tmp_path)
    assert "run the same command again" in html and "run the same command again" in markdown
    assert "1 not finished." in index


@pytest.mark.long
def test_a_report_that_cannot_be_written_harms_no_cluster(cluster: Clusters, tmp_path: Path) -> None:
    made = cluster("gcp")
    made.sandbox.start_operator(SPEED)
    (tmp_path / "file").write_text("in the way")
    done = play(UPGRADE, kubeconfig=made.sandbox.kubeconfig(), env=SHOWN, boot_images_report_dir=str(tmp_path / "file"))
    assert done.code == 2
    assert done.text.count("The report could not be written") >= 2
    assert "There is no report of this run" in done.text
    left = done.outcome()
    assert (left["failed"], left["failed_clusters"], left["machine_sets"]["drift"]) == (True, ["localhost"], 1), left
    assert made.images() == dict.fromkeys(made.names, made.target())
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_cluster_that_cannot_be_reached_has_a_report(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    server = {"name": "c", "cluster": {"server": "https://api.nowhere.invalid", "insecure-skip-tls-verify": True}}
    user = {"name": "u", "user": {"token": "canary-token"}}
    context = {"name": "x", "context": {"cluster": "c", "user": "u"}}
    kubeconfig.write_text(
        yaml.safe_dump({"clusters": [server], "users": [user], "contexts": [context], "current-context": "x"})
    )
    folder = tmp_path / "reports"
    done = play(UPGRADE, kubeconfig=kubeconfig, boot_images_report_dir=str(folder))
    assert done.code == 2
    report = told(folder)
    assert (report["state"], report["failure"]["reason"], report["counts"]) == ("failed", "connection_failed", None)
    for page in (*texts(folder), json.dumps(report)):
        assert "canary-token" not in page


def test_check_mode_writes_no_report(tmp_path: Path) -> None:
    done = play(_play(tmp_path, {"dir": str(tmp_path / "r"), "name": "x"}), "--check")
    assert done.code == 0, done.output
    assert done.recap()["changed"] == 0
    assert not (tmp_path / "r").exists()


def test_many_clusters_at_once_and_those_that_never_began(tmp_path: Path) -> None:
    names = [f"cluster-{number}" for number in range(12)]
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": {name: {} for name in names}}}))
    task = {
        "dir": "{{ playbook_dir }}/r",
        "name": "{{ inventory_hostname }}",
        "clusters": "{{ ansible_play_hosts_all }}",
    }
    failing = {**task, "failure": {"task": "t", "result": {"msg": "{{ inventory_hostname }} failed"}}}
    done = play(_play(tmp_path, task), "-i", str(inventory), "-f", "6", "--limit", "all:!cluster-11")
    assert done.code == 0, done.output
    done = play(_play(tmp_path, failing), "-i", str(inventory), "--limit", "cluster-3")
    assert done.code == 0, done.output
    index = (tmp_path / "r/index.html").read_text()
    for name in names[:11]:
        assert f'href="{name}.html"' in index
    assert "cluster-11" not in index  # it was no host of the play
    assert told(tmp_path / "r", "cluster-3")["state"] == "failed"
    assert index.index("cluster-3 failed") < index.index('href="cluster-0.html"')
    first = play(
        _play(tmp_path, {**task, "state": "begun"}, serial=1), "-i", str(inventory), "--limit", "cluster-1,cluster-11"
    )
    assert first.code == 0, first.output
    assert "1 failed, 2 not finished, 9 done, with work left." in _text(tmp_path / "r/index.html")


def test_what_stands_in_texts_is_never_evaluated(tmp_path: Path) -> None:
    """Results come from a command here, as from a module: Ansible must not take them for templates."""
    (tmp_path / "facts.json").write_text(json.dumps({"machine_sets": [{"name": EVIL, "resource": "machinesets"}]}))
    task = {"dir": str(tmp_path / "r"), "name": "x", "after": "{{ read.stdout | from_json }}"}
    done = play(_play(tmp_path, task))
    assert done.code == 0, done.output
    assert told(tmp_path / "r", "x")["machine_sets"][0]["name"] == EVIL
    assert "{{ 7*7 }}" in (tmp_path / "r/x.html").read_text()


def test_wrong_arguments_are_refused(tmp_path: Path) -> None:
    for wrong, word in (
        ({"name": "x"}, "dir"),
        ({"started": "yesterday"}, "yesterday"),
        ({"kubeconfig": "x"}, "kubeconfig"),
    ):
        task = {"dir": str(tmp_path / "r"), "name": "x", **wrong}
        if "started" not in wrong and "kubeconfig" not in wrong:
            del task["dir"]
        done = play(_play(tmp_path, task))
        assert done.code == 2 and word in done.text, done.output


def _play(folder: Path, task: dict[str, Any], **more: Any) -> Path:
    """A playbook that writes a report and nothing else."""
    path = folder / "play.yml"
    read = {
        "ansible.builtin.command": f"cat {folder}/facts.json",
        "register": "read",
        "changed_when": False,
        "failed_when": False,
    }
    tasks = [read, {"okd.boot_images.upgrade_report": task, "changed_when": False}]
    start = {"hosts": "{{ 'all' if groups['all'] else 'localhost' }}", "connection": "local", "gather_facts": False}
    path.write_text(yaml.safe_dump([{**start, **more, "tasks": tasks}]))
    return path


def _text(path: Path) -> str:
    return " ".join(path.read_text().split())
