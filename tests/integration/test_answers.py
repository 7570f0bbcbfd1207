# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables as a survey of AWX or `-e name=value` give them: texts, also where a role wants a list, a boolean or a number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from integration.support.clusters import Cluster
from integration.support.playbooks import Play, play
from integration.support.scenarios import unwell

Clusters = Callable[..., Cluster]


@pytest.mark.long
def test_a_text_of_accepted_codes_is_no_text_to_search_in(cluster: Clusters) -> None:
    made = cluster("gcp")
    unwell(made)

    def preflight(accept: str, **more: str) -> Play:
        kubeconfig = made.sandbox.kubeconfig()
        return play("okd.boot_images.preflight", "-e", f"boot_images_accept={accept}", kubeconfig=kubeconfig, **more)

    part = preflight("not_operator_unhealthy_but_longer")
    assert (part.code, "In the way of an upgrade: ClusterOperator machine-config" in part.text) == (2, True), (
        part.output
    )
    for accept in ("etcd_unhealthy,operator_unhealthy", '["operator_unhealthy"]'):
        done = preflight(f"'{accept}'", cluster_upgrade_accept="")
        assert done.code == 0, done.output
    done = preflight("", cluster_upgrade_accept="etcd_unhealthy\noperator_unhealthy\n")
    assert done.code == 0, done.output


def test_names_of_machine_sets_on_several_lines(cluster: Clusters) -> None:
    made = cluster("gcp")
    old, target = made.images(), made.target()
    chosen, left = made.names[:-1], made.names[-1]
    assert len(chosen) > 1
    answers = {
        "boot_images_names": "\n".join(chosen) + "\n",
        "boot_images_concurrency": "2",
        "boot_images_take_over": "false",
    }
    reconciled = play("okd.boot_images.reconcile", kubeconfig=made.sandbox.kubeconfig(), **answers)
    assert "Not on their image: " + left in reconciled.text  # verify looks at all sets
    assert made.images() == {**dict.fromkeys(chosen, target), left: old[left]}


PLAY = """
- name: Verify, and tell whether the cloud was asked
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.import_role: {name: okd.boot_images.boot_images, tasks_from: verify}
      ignore_errors: true
    - ansible.builtin.debug:
        msg: "asked: {{ boot_images_after.machine_sets | map(attribute='verification') | map(attribute='state') | reject('none') | list }}"
"""


@pytest.mark.parametrize(
    ("verify", "copy", "asked"), [("false", "false", False), ("false", "true", True), ("True", "no", True)]
)
def test_the_cloud_is_asked_where_one_of_two_texts_says_so(
    cluster: Clusters, tmp_path: Path, verify: str, copy: str, asked: bool
) -> None:
    made = cluster("gcp")
    playbook = tmp_path / "verify.yml"
    playbook.write_text(PLAY)
    nobody = tmp_path / "no-credentials.json"
    answers: dict[str, Any] = {"boot_images_verify_images": verify, "boot_images_copy_missing_images": copy}
    env = {"GOOGLE_APPLICATION_CREDENTIALS": str(nobody), "HOME": str(tmp_path)}
    done = play(playbook, kubeconfig=made.sandbox.kubeconfig(), env=env, **answers)
    assert ("asked: ['not_verified'" in done.text) is asked, done.output
    assert ("asked: []" in done.text) is not asked, done.output
