# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks enable, disable, status and reconcile, and the ways in which plays say which cluster they mean."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.support.clusters import WORKERS, Cluster
from integration.support.playbooks import play
from integration.support.scenarios import unwell

from sandbox import Sandbox

Clusters = Callable[..., Cluster]
LABEL = "okd-boot-images.io/managed"
ALL = [{**WORKERS, "selection": {"mode": "All"}}]
NONE = [{**WORKERS, "selection": {"mode": "None"}}]
PARTIAL = [
    {
        **WORKERS,
        "selection": {"mode": "Partial", "partial": {"machineResourceSelector": {"matchLabels": {LABEL: "true"}}}},
    }
]
SPEED = 200.0


def test_status_shows_the_table_and_changes_nothing(cluster: Clusters) -> None:
    made = cluster("gcp")
    with made.untouched():
        done = play("okd.boot_images.status", kubeconfig=made.sandbox.kubeconfig())
    assert done.code == 0, done.output
    assert (done.recap()["changed"], done.recap()["failed"]) == (0, 0)
    assert f"OpenShift {made.loaded.release} on GCP" in done.output
    for name in made.names:
        assert name in done.output


def test_enable_then_disable(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.20.3")
    made.sandbox.start_operator(SPEED)
    kubeconfig = made.sandbox.kubeconfig()
    done = play("okd.boot_images.enable", kubeconfig=kubeconfig)
    assert done.code == 0, done.output
    assert done.recap()["changed"] == 1
    assert made.managers() == ALL
    assert made.images() == dict.fromkeys(made.names, made.target())

    done = play("okd.boot_images.disable", kubeconfig=kubeconfig)
    assert done.code == 0, done.output
    assert done.recap()["changed"] == 1
    assert made.managers() == NONE
    done = play("okd.boot_images.disable", kubeconfig=kubeconfig)
    assert (done.code, done.recap()["changed"]) == (0, 0), done.output


def test_enable_some(cluster: Clusters) -> None:
    made = cluster("gcp")
    old = made.images()
    chosen, *others = made.names
    made.sandbox.start_operator(SPEED)
    done = play("okd.boot_images.enable", kubeconfig=made.sandbox.kubeconfig(), boot_images_machine_sets=[chosen])
    assert done.code == 0, done.output
    assert made.managers() == PARTIAL
    assert made.images() == {chosen: made.target(), **{other: old[other] for other in others}}


def test_disable_ignores_what_was_chosen_for_enabling(cluster: Clusters, tmp_path: Path) -> None:
    """The variables may stand in the inventory for the playbook enable."""
    made = cluster("gcp")
    inventory = tmp_path / "hosts.yml"
    chosen = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "boot_images_machine_sets": made.names[:1],
        "boot_images_selector": {"matchLabels": {LABEL: "true"}},
        "boot_images_exclusive": True,
    }
    inventory.write_text(json.dumps({"all": {"hosts": {"localhost": chosen}}}))
    made.manage(*ALL)
    made.sandbox.start_operator(SPEED)
    done = play("okd.boot_images.disable", "-i", str(inventory), kubeconfig=made.sandbox.kubeconfig())
    assert done.code == 0, done.output
    assert made.managers() == []


def test_reconcile_fails_when_a_set_is_left_behind(cluster: Clusters) -> None:
    """A set that the operator fails on is nobody's success: verify names it."""
    made = cluster("gcp")
    name, *others = made.names
    annotation = {"capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=vax"}
    made.client.patch("machinesets", name, {"metadata": {"annotations": annotation}})
    done = play("okd.boot_images.reconcile", kubeconfig=made.sandbox.kubeconfig())
    assert done.code == 2
    assert name in done.text
    assert "vax" in done.text
    assert {made.image(other) for other in others} == {made.target()}


@pytest.mark.long
def test_module_defaults_of_the_action_group_reach_every_module(cluster: Clusters, tmp_path: Path) -> None:
    """And nothing else says which cluster: without them every task fails."""
    made = cluster("gcp")
    tasks = """
    - okd.boot_images.bootimage_status:
    - okd.boot_images.managed_boot_images: {mode: All}
    - okd.boot_images.machineset_boot_image:
    - okd.boot_images.cluster_upgrade: {channel: candidate-4.18}
"""
    head = "- hosts: localhost\n  connection: local\n  gather_facts: false\n"
    defaults = (
        f"  module_defaults:\n    group/okd.boot_images.boot_images:\n      kubeconfig: {made.sandbox.kubeconfig()}\n"
    )
    with_defaults, without = tmp_path / "with.yml", tmp_path / "without.yml"
    with_defaults.write_text(f"{head}{defaults}  tasks:{tasks}")
    without.write_text(f"{head}  ignore_errors: true\n  tasks:{tasks}")
    lost = play(without, env={"HOME": str(tmp_path)})
    assert lost.recap()["ignored"] == 4
    done = play(with_defaults, env={"HOME": str(tmp_path)})
    assert done.code == 0, done.output
    assert done.recap()["ok"] == 4
    assert made.managers() == ALL
    assert made.client.get("clusterversions", "version")["spec"]["channel"] == "candidate-4.18"


def test_a_collections_module_defaults_reach_roles_too(cluster: Clusters, tmp_path: Path) -> None:
    made = cluster("gcp")
    playbook = tmp_path / "role.yml"
    playbook.write_text(f"""
- hosts: localhost
  connection: local
  gather_facts: false
  module_defaults:
    group/okd.boot_images.boot_images:
      kubeconfig: {made.sandbox.kubeconfig()}
  tasks:
    - ansible.builtin.include_role:
        name: okd.boot_images.boot_images
        tasks_from: preflight
""")
    done = play(playbook, env={"HOME": str(tmp_path)})
    assert done.code == 0, done.output
    assert made.names[0] in done.output


def test_a_role_variable_of_the_wrong_kind_is_refused(cluster: Clusters) -> None:
    made = cluster("gcp")
    with made.untouched():
        done = play("okd.boot_images.enable", kubeconfig=made.sandbox.kubeconfig(), boot_images_wait_timeout="soon")
    assert done.code == 2
    assert "boot_images_wait_timeout" in done.text


# Two clusters


@pytest.fixture(scope="module")
def second() -> Iterator[Sandbox]:
    """A second API server; at first one without any of OpenShift's kinds."""
    with Sandbox.start() as sandbox:
        yield sandbox


def test_an_api_server_without_openshift(second: Sandbox) -> None:
    done = play("okd.boot_images.status", kubeconfig=second.kubeconfig())
    assert done.code == 2
    assert "this is not an OpenShift or OKD cluster" in done.text


INVENTORY = """
all:
  vars:
    ansible_connection: local
    ansible_python_interpreter: "{{{{ ansible_playbook_python }}}}"
  hosts:
    east:
      cluster_kubeconfig: {east}
    west:
      cluster_kubeconfig: {west}
"""
TWO_CLUSTERS = """
- name: Two clusters in one run
  hosts: all
  gather_facts: false
  module_defaults:
    group/okd.boot_images.boot_images:
      kubeconfig: "{{ cluster_kubeconfig }}"
  tasks:
    - ansible.builtin.include_role:
        name: okd.boot_images.boot_images
"""


@pytest.mark.long
def test_two_clusters_in_one_run(cluster: Clusters, second: Sandbox, tmp_path: Path) -> None:
    """One manages its sets and one has a fault: each gets its own judgement, and the fault stays where it is."""
    east = cluster("gcp")
    second.load("aws", machine_sets=2)
    west = Cluster(second)
    inventory, playbook = tmp_path / "inventory.yml", tmp_path / "two.yml"
    inventory.write_text(INVENTORY.format(east=east.sandbox.kubeconfig(), west=second.kubeconfig()))
    playbook.write_text(TWO_CLUSTERS)
    east.sandbox.start_operator(SPEED)
    second.start_operator(SPEED)
    done = play(playbook, "-i", str(inventory))
    assert done.code == 0, done.output
    for host, made in (("east", east), ("west", west)):
        assert (done.recap(host)["failed"], done.recap(host)["changed"]) == (0, 2), done.output  # the record is one
        assert made.managers() == ALL
        assert made.images() == dict.fromkeys(made.names, made.target())
        assert re.search(rf"^ +\[{host}\] machine set {made.names[0]} -> ", done.output, re.MULTILINE), done.output


@pytest.mark.long
def test_one_failing_cluster_leaves_the_other_alone(cluster: Clusters, second: Sandbox, tmp_path: Path) -> None:
    east = cluster("gcp")
    second.load("aws", machine_sets=2)
    west = Cluster(second)
    east.client.delete("configmaps", "coreos-bootimages")
    inventory, playbook = tmp_path / "inventory.yml", tmp_path / "two.yml"
    inventory.write_text(INVENTORY.format(east=east.sandbox.kubeconfig(), west=second.kubeconfig()))
    playbook.write_text(TWO_CLUSTERS)
    second.start_operator(SPEED)
    with east.untouched():
        done = play(playbook, "-i", str(inventory))
    assert done.code == 2
    assert done.recap("east")["failed"] == 1
    assert "coreos-bootimages" in done.text
    assert done.recap("west")["failed"] == 0
    assert west.images() == dict.fromkeys(west.names, west.target())


@pytest.mark.long
def test_reconcile_records_the_version_where_skew_enforcement_is_manual(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    kubeconfig = made.sandbox.kubeconfig()
    stands = {"mode": "None", "skew_enforcement": {"mode": "Manual", "ocp_version": "4.12.3"}}
    assert not made.module("managed_boot_images", **stands).failed

    def recorded() -> dict[str, Any]:
        return dict(made.client.get("machineconfigurations", "cluster")["spec"]["bootImageSkewEnforcement"]["manual"])

    given = {"boot_images_resource": "controlplanemachinesets"}
    assert play("okd.boot_images.reconcile", kubeconfig=kubeconfig, **given).code == 0
    done = play("okd.boot_images.reconcile", kubeconfig=kubeconfig)
    assert (done.code, done.recap()["changed"]) == (0, 2), done.output
    version = recorded()["rhcosVersion"]
    assert version.replace(".", "-") in made.target()
    again = play("okd.boot_images.reconcile", kubeconfig=kubeconfig)
    assert (again.code, again.recap()["changed"]) == (0, 0), again.output

    # The second as on a command line. The playbook enable writes that, not this one.
    for asked in ({"mode": "Manual", "ocp_version": "4.21.0"}, "mode=Manual ocp_version=4.21.0"):
        assert play("okd.boot_images.reconcile", kubeconfig=kubeconfig, boot_images_skew_enforcement=asked).code == 0
        assert recorded() == {"mode": "RHCOSVersion", "rhcosVersion": version}


@pytest.mark.long
def test_reconcile_where_the_version_cannot_be_told_says_so_and_ends_well(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    stands = {"mode": "None", "skew_enforcement": {"mode": "Manual", "ocp_version": "4.12.3"}}
    assert not made.module("managed_boot_images", **stands).failed
    made.set_image(made.names[0], "projects/mine/global/images/golden")
    done = play("okd.boot_images.reconcile", kubeconfig=made.sandbox.kubeconfig(), boot_images_names=made.names[1:])
    assert done.code == 0, done.output
    assert "Skew enforcement was left as it stood" in done.output and made.names[0] in done.output
    spec = made.client.get("machineconfigurations", "cluster")["spec"]
    assert spec["bootImageSkewEnforcement"]["manual"]["ocpVersion"] == "4.12.3"


def test_rollback_of_one_set_by_the_records_id(cluster: Clusters) -> None:
    made = cluster("gcp")
    old = made.images()
    taken = made.module("machineset_boot_image", state="recorded").result["record"]
    assert not made.module("machineset_boot_image").failed
    given = {"boot_images_record": taken, "boot_images_names": made.names[:1]}
    done = play("okd.boot_images.rollback", kubeconfig=made.sandbox.kubeconfig(), **given)
    assert done.code == 0, done.output
    assert made.images() == {**dict.fromkeys(made.names, made.target()), made.names[0]: old[made.names[0]]}


def test_rollback_names_the_sets_that_it_leaves_to_the_operator(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.18.3")
    assert not made.module("machineset_boot_image").failed
    assert not made.module("managed_boot_images", mode="All").failed
    with made.untouched():
        done = play("okd.boot_images.rollback", kubeconfig=made.sandbox.kubeconfig())
    assert done.code == 0, done.output
    for name in made.names:
        assert f"{name} was not brought back: " in done.text


def test_rollback_with_nothing_on_record_says_so(cluster: Clusters) -> None:
    made = cluster("gcp")
    done = play("okd.boot_images.rollback", kubeconfig=made.sandbox.kubeconfig())
    assert done.code != 0
    assert "has no record to go back to" in done.text


def test_preflight_fails_where_something_blocks(cluster: Clusters) -> None:
    made = cluster("gcp")
    kubeconfig = made.sandbox.kubeconfig()
    unwell(made)
    with made.untouched():
        done = play("okd.boot_images.preflight", kubeconfig=kubeconfig)
    assert done.code != 0
    assert "In the way of an upgrade: ClusterOperator machine-config" in done.text
    done = play("okd.boot_images.preflight", kubeconfig=kubeconfig, boot_images_accept=["operator_unhealthy"])
    assert done.code == 0, done.output
    assert "Nothing is in the way of an upgrade." in done.text
