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
from integration.support.playbooks import SHOWN, play
from integration.support.scenarios import unwell
from integration.test_playbook_upgrade import offered

Clusters = Callable[..., Cluster]
SPEED = 600.0
Json = dict[str, Any]


def run(made: Cluster, name: str, *arguments: str, **variables: Any) -> tuple[int, Json]:
    done = play(f"okd.boot_images.{name}", *arguments, kubeconfig=made.sandbox.kubeconfig(), env=SHOWN, **variables)
    found = done.outcome()
    assert found["action"] == name, done.output
    return done.code, found


def test_reconcile_rollback_and_the_looks_between(cluster: Clusters) -> None:
    made = cluster("gcp")
    release, total = made.loaded.release, len(made.names)
    code, told = run(made, "status")
    control_plane = told["machine_sets"]["total"] - total
    assert (code, told["changed"], told["failed"], told["version"]) == (0, False, False, release)
    assert (told["cluster"], told["clusters"]) == ("localhost", {"total": 1, "failed": 0, "untold": 0})
    assert told["machine_sets"]["drift"] - control_plane == total

    _code, planned = run(made, "reconcile", "--check")
    assert (planned["changed"], planned["record"]) == (True, None)
    code, told = run(made, "reconcile")
    counts = told["machine_sets"]
    assert (code, told["changed"], counts["written"], counts["to_update"], counts["drift"]) == (0, True, total, 0, 0)
    record = told["record"]
    assert record in made.client.get("configmaps", "boot-image-history", "openshift-machine-api")["data"]
    _code, again = run(made, "reconcile")
    assert (again["changed"], again["machine_sets"]["written"], again["record"]) == (False, 0, None)

    # A workflow's job before leaves its artefact as an extra variable, which must not be taken for this job's.
    left = {"boot_images_outcome": {**told, "version": "1.2.3"}, "boot_images_record": record}
    code, told = run(made, "rollback", **left)
    assert (code, told["changed"], told["version"], told["machine_sets"]["written"]) == (0, True, release, total)


@pytest.mark.long
def test_preflight_tells_its_blockers_as_codes(cluster: Clusters) -> None:
    made = cluster("gcp")
    code, told = run(made, "preflight")
    assert (code, told["failed"], told["blockers"]) == (0, False, [])
    unwell(made)
    code, told = run(made, "preflight")
    assert (code, told["failed"], told["blockers"]) == (2, True, ["operator_unhealthy"])
    assert told["failed_clusters"] == ["localhost"]
    code, told = run(made, "preflight", boot_images_accept="operator_unhealthy")
    assert (code, told["failed"], told["blockers"]) == (0, False, [])


@pytest.mark.long
def test_an_upgrade_that_is_refused_and_one_that_goes_through(cluster: Clusters, tmp_path: Path) -> None:
    made = cluster("gcp")
    target = offered(made, "4.18")
    made.sandbox.start_operator(SPEED)
    gate = {"ack-4.17-test": "Read this."}
    made.client.patch("configmaps", "admin-gates", {"data": gate}, "openshift-config-managed")
    asked = {"cluster_upgrade_version": target, "boot_images_report_dir": str(tmp_path)}
    code, told = run(made, "upgrade", **asked)
    assert (code, told["failed"], told["reason"]) == (2, True, "upgrade_refused")
    assert told["changed"] is True  # the record, and the operator's configuration
    assert "admin_ack_required" in told["blockers"]
    assert Path(told["report"]).is_file()

    code, told = run(made, "upgrade", cluster_upgrade_acknowledge="\n".join([*gate, ""]), **asked)
    assert (code, told["failed"], told["version"], told["settled"]) == (0, False, target, True)
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
