# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: outcome
short_description: What a run came to in one cluster, for a workflow to branch on
version_added: "0.1.0"
author: okd.boot_images contributors (@okd-project)
description:
  - Makes a small dictionary of the results that the tasks of a run have registered. It holds numbers and reason codes, no messages and no lists
    that grow with the cluster.
  - The role P(okd.boot_images.boot_images#role) does this in its task file C(outcome), which hands the dictionary to C(set_stats).
positional: _input, action, name
options:
  _input:
    description:
      - Registered results. C(judged) is the newest look of M(okd.boot_images.bootimage_status). C(recorded), C(reconciled) and C(restored) are results of
        M(okd.boot_images.machineset_boot_image), C(configured) and C(skew) of M(okd.boot_images.managed_boot_images), C(upgrade) of
        M(okd.boot_images.cluster_upgrade), C(report) of M(okd.boot_images.upgrade_report). What is missing is not known.
      - C(failure) is the failed task's name and result, as C(task) and C(result). C(blocking) are the findings that count in place of those of
        C(judged). C(already) tells that something was changed whose result is lost.
    type: dict
    required: true
  action:
    description: What was run, as V(upgrade).
    type: str
    required: true
  name:
    description: The cluster's name in the inventory.
    type: str
    required: true
seealso:
  - plugin: okd.boot_images.joint_outcome
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Look at the cluster
  okd.boot_images.bootimage_status:
  register: look

- name: Leave word of it
  ansible.builtin.set_stats:
    data:
      boot_images_outcome: "{{ {'judged': look} | okd.boot_images.outcome('look', inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: The outcome.
  type: dict
  contains:
    action: {description: What was run., type: str}
    cluster: {description: The cluster's name., type: str}
    failed: {description: Whether a task failed., type: bool}
    reason: {description: "The reason code of that, V(null) where it has none.", type: str}
    changed: {description: "Whether something was changed, or would be in check mode.", type: bool}
    settled: {description: "Whether nothing is left to wait for; V(null) where nobody has looked.", type: bool}
    version: {description: "The cluster's version as last seen, or V(null).", type: str}
    machine_sets:
      description:
        - How many machine sets there are by decision, as C(to_update), C(current), C(skip), C(failed), C(unsupported) and C(total). C(drift) counts those that
          boot another image than they should, C(written) those that this run has written.
      type: dict
    blockers: {description: "Reason codes of what is in the way of an upgrade, each once.", type: list, elements: str}
    record: {description: "The record of the images as they were, for the playbook rollback, or V(null).", type: str}
    report: {description: "The path of the report's page, or V(null).", type: str}
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.okd.boot_images.plugins.module_utils.report.outcome import outcome


def of_results(results: dict[str, Any], action: str, name: str) -> dict[str, Any]:
    """See the documentation above."""
    return outcome(str(action), str(name), results)


class FilterModule:
    """Ansible asks for this class by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"outcome": of_results}
