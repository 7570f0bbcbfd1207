# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The artefact that every playbook leaves for a workflow, as ansible-playbook shows it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from integration.support.clusters import Cluster
from integration.support.playbooks import SHOWN, Play, play
from integration.support.scenarios import unwell
from integration.test_playbook_upgrade import offered

Clusters = Callable[..., Cluster]
SPEED = 600.0
Json = dict[str, Any]


def run(made: Cluster, name: str, *arguments: str, **variables: Any) -> tuple[Play, Json]:
    done = play(f"okd.boot_images.{name}", *arguments, kubeconfig=made.sandbox.kubeconfig(), env=SHOWN, **variables)
    found = done.outcome()
    assert found["action"] == name, done.output
    return done, found


def ended(done: Play) -> tuple[int, int]:
    return done.code, done.recap()["changed"]


@pytest.mark.parametrize("sample", ["gcp", pytest.param("aws", marks=pytest.mark.long)])
def test_reconcile_and_back_and_the_looks_between(cluster: Clusters, sample: str) -> None:
    made = cluster(sample, release="4.17.12")
    old, release, total = made.images(), made.loaded.release, len(made.names)
    with made.untouched():
        done, told = run(made, "status")
        control_plane = told["machine_sets"]["total"] - total
        assert (ended(done), told["changed"], told["failed"], told["version"]) == ((0, 0), False, False, release)
        assert (told["cluster"], told["clusters"]) == ("localhost", {"total": 1, "failed": 0, "untold": 0})
        assert told["machine_sets"]["drift"] - control_plane == total

        done, planned = run(made, "reconcile", "--check", "--diff")
        assert (ended(done), planned["changed"], planned["record"]) == ((0, 1), True, None)

    done, told = run(made, "reconcile")
    counts = told["machine_sets"]
    assert (ended(done), told["changed"]) == ((0, 1), True), done.output
    assert (counts["written"], counts["to_update"], counts["drift"]) == (total, 0, 0)
    assert made.images() == dict.fromkeys(made.names, made.target())
    record = told["record"]
    assert record in made.client.get("configmaps", "boot-image-history", "openshift-machine-api")["data"]
    with made.untouched():
        done, again = run(made, "reconcile")
    assert (ended(done), again["changed"], again["machine_sets"]["written"], again["record"]) == (
        (0, 0),
        False,
        0,
        None,
    )

    # A workflow's job before leaves its artefact as an extra variable, which must not be taken for this job's.
    left = {"boot_images_outcome": {**told, "version": "1.2.3"}, "boot_images_record": record}
    done, told = run(made, "rollback", "--diff", **left)
    assert (ended(done), told["changed"], told["version"]) == ((0, 1), True, release), done.output
    assert told["machine_sets"]["written"] == total
    assert made.images() == old
    with made.untouched():
        done, again = run(made, "rollback")
    assert (ended(done), again["changed"]) == ((0, 0), False), done.output


@pytest.mark.long
def test_preflight_tells_its_blockers_as_codes(cluster: Clusters) -> None:
    made = cluster("gcp")
    done, told = run(made, "preflight")
    assert (done.code, told["failed"], told["blockers"]) == (0, False, [])
    unwell(made)
    done, told = run(made, "preflight")
    assert (done.code, told["failed"], told["blockers"]) == (2, True, ["operator_unhealthy"])
    assert told["failed_clusters"] == ["localhost"]
    done, told = run(made, "preflight", boot_images_accept="operator_unhealthy")
    assert (done.code, told["failed"], told["blockers"]) == (0, False, [])


@pytest.mark.long
def test_an_upgrade_that_is_refused_and_one_that_goes_through(cluster: Clusters, tmp_path: Path) -> None:
    made = cluster("gcp")
    target = offered(made, "4.18")
    made.sandbox.start_operator(SPEED)
    gate = {"ack-4.17-test": "Read this."}
    made.client.patch("configmaps", "admin-gates", {"data": gate}, "openshift-config-managed")
    asked = {"cluster_upgrade_version": target, "boot_images_report_dir": str(tmp_path)}
    done, told = run(made, "upgrade", **asked)
    assert (done.code, told["failed"], told["reason"]) == (2, True, "upgrade_refused")
    assert told["changed"] is True  # the record, and the operator's configuration
    assert "admin_ack_required" in told["blockers"]
    assert Path(told["report"]).is_file()

    done, told = run(made, "upgrade", cluster_upgrade_acknowledge="\n".join([*gate, ""]), **asked)
    assert (done.code, told["failed"], told["version"], told["settled"]) == (0, False, target, True)
    assert (told["changed"], told["report"]) == (True, str(tmp_path / "localhost.html"))


@pytest.mark.parametrize("name", ["status", "upgrade"])
def test_clusters_without_credentials_leave_word_all_the_same(tmp_path: Path, name: str) -> None:
    """One artefact for both, whether each host runs at its own pace or not."""
    host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"east": host, "west": host}}}))
    given = {"boot_images_report_dir": "", "boot_images_hosts": "all"}
    done = play(
        f"okd.boot_images.{name}", "-i", str(inventory), env={"K8S_AUTH_HOST": "https://127.0.0.1:1", **SHOWN}, **given
    )
    told = done.outcome()
    assert done.code == 2, done.output
    assert (told["action"], told["failed"], told["reason"]) == (name, True, "invalid_input")
    assert (told["changed"], told["settled"], told["cluster"]) == (False, None, None)
    assert (told["failed_clusters"], told["clusters"]["untold"]) == (["east", "west"], 0)
