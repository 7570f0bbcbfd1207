#!/usr/bin/python
# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: upgrade_report
short_description: Write what a run did to a cluster, and a page over all clusters
version_added: 0.1.0
description:
  - Writes a report of one cluster as Markdown, as one HTML page that needs no other file, and as JSON, and rebuilds C(index.html) in the
    same folder from the JSON of all reports there.
  - What was registered by the tasks of a run is given to it; whatever is missing, of tasks that failed or were skipped, is told as not known.
  - Files are written as a whole or not at all, and any number of writers may do so at once.
author:
  - okd.boot_images contributors (@okd-project)
attributes:
  action:
    description: Runs on the controller, so that nothing of the results leaves Ansible's memory but into the report.
    support: full
  check_mode:
    description: Makes the report and writes nothing.
    support: full
  diff_mode:
    description: A report is not what is kept in order.
    support: none
options:
  dir:
    description:
      - The folder, on the controller. It is made with mode 0755, the files with mode 0644.
    type: path
    required: true
  name:
    description:
      - The cluster's name, which names its files, too.
    type: str
    required: true
  state:
    description:
      - V(begun) says that a run has begun, so that one that never ends is known by its report; V(ended) tells how it ended.
    type: str
    choices: [begun, ended]
    default: ended
  started:
    description:
      - When the run began, as RV(started) of the task with O(state=begun) has it.
    type: str
  version:
    description:
      - The version that was asked for.
    type: str
  clusters:
    description:
      - Names of clusters that are to stand on the page over all clusters although they may have no report yet.
    type: list
    elements: str
    default: []
  before:
    description:
      - What M(okd.boot_images.bootimage_status) told before the run.
    type: dict
  after:
    description:
      - What M(okd.boot_images.bootimage_status) told after the run, with O(okd.boot_images.bootimage_status#module:machines) for existing machines.
    type: dict
  recorded:
    description:
      - What M(okd.boot_images.machineset_boot_image) told when it recorded the images.
    type: dict
  configured:
    description:
      - What M(okd.boot_images.managed_boot_images) told.
    type: dict
  upgrade:
    description:
      - What M(okd.boot_images.cluster_upgrade) told.
    type: dict
  reconciled:
    description:
      - What M(okd.boot_images.machineset_boot_image) told when it updated machine sets.
    type: dict
  skew:
    description:
      - What M(okd.boot_images.managed_boot_images) told when it recorded the version of the images for skew enforcement.
    type: dict
  failure:
    description:
      - What failed, with C(task), the name of the task, and C(result), its result. A report with it is one of a failed run.
    type: dict
"""

EXAMPLES = r"""
- name: Look after the boot images, and report in any case
  block:
    - name: Look before anything is changed
      okd.boot_images.bootimage_status:
      register: before

    - name: Update the machine sets
      okd.boot_images.machineset_boot_image:
      register: reconciled

    - name: Look again
      okd.boot_images.bootimage_status:
        machines: true
      register: after

    - name: Report
      okd.boot_images.upgrade_report:
        dir: /var/www/html/boot-images
        name: "{{ inventory_hostname }}"
        before: "{{ before }}"
        reconciled: "{{ reconciled }}"
        after: "{{ after }}"
  rescue:
    - name: Report the failure
      okd.boot_images.upgrade_report:
        dir: /var/www/html/boot-images
        name: "{{ inventory_hostname }}"
        before: "{{ before | default({}) }}"
        reconciled: "{{ reconciled | default({}) }}"
        failure:
          task: "{{ ansible_failed_task.name }}"
          result: "{{ ansible_failed_result }}"
"""

RETURN = r"""
paths:
  description: The files, in check mode where they would be.
  returned: success
  type: dict
  contains:
    markdown: {description: The report as Markdown., type: str, returned: success}
    html: {description: The report as a page., type: str, returned: success}
    json: {description: "The report as JSON, described in docs/guides/report.md.", type: str, returned: success}
    fleet: {description: The page over all clusters., type: str, returned: when written}
started:
  description: "When the run began, in UTC; V(null) where that is not known."
  returned: success
  type: str
state:
  description:
    - V(running), V(ok), V(attention) where the run came to its end and something is left to a person, or V(failed).
  returned: success
  type: str
"""
