# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: joint_outcome
short_description: What a run came to over several clusters
version_added: "0.1.0"
author: okd.boot_images contributors (@okd-project)
description:
  - Puts outcomes of clusters together into one of the same form, because a job has one artefact and not one for every host.
positional: _input, clusters
options:
  _input:
    description: Outcomes of the filter P(okd.boot_images.outcome#filter), one for each cluster that left word.
    type: list
    elements: dict
    required: true
  clusters:
    description: How many clusters were to be played.
    type: int
    required: true
seealso:
  - plugin: okd.boot_images.outcome
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Leave word of all clusters
  ansible.builtin.set_stats:
    aggregate: false
    data:
      boot_images_outcome: "{{ outcomes | okd.boot_images.joint_outcome(ansible_play_hosts_all | length) }}"
"""

RETURN = r"""
_value:
  description:
    - As the outcome of one cluster. C(failed) and C(changed) are V(true) where they are for any, C(settled) where it is for all; the numbers are sums, the
      C(blockers) those of all. C(action), C(cluster), C(reason), C(version), C(record) and C(report) are what all have in common, else V(null).
  type: dict
  contains:
    clusters: {description: "How many clusters there were, as C(total), C(failed), and C(untold) that left no word.", type: dict}
    failed_clusters: {description: Names of the clusters that failed., type: list, elements: str}
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.okd.boot_images.plugins.module_utils.report.outcome import joint


def of_clusters(outcomes: list[dict[str, Any]], clusters: int) -> dict[str, Any]:
    """See the documentation above."""
    return joint(outcomes, clusters)


class FilterModule:
    """Ansible asks for this class by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"joint_outcome": of_clusters}
