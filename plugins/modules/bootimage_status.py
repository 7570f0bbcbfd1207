#!/usr/bin/python
# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bootimage_status
short_description: Tell what every machine set boots, what it should boot, and who will update it
version_added: 0.1.0
description:
  - Judges the boot image of every machine set of an OKD or OpenShift cluster against the CoreOS stream of the cluster's release.
  - Tells apart what M(okd.boot_images.machineset_boot_image) would do with a set and what the Machine Config Operator will do with it.
  - Reads only.
author:
  - okd.boot_images contributors (@okd-project)
extends_documentation_fragment:
  - okd.boot_images.auth
  - okd.boot_images.selection
  - okd.boot_images.wait
attributes:
  check_mode:
    description: Runs the same in check mode, without waiting.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: none
options:
  resource:
    description:
      - Which kind of machine sets is meant; both by default.
    type: str
    choices: [machinesets, controlplanemachinesets]
  stream_file:
    description:
      - CoreOS stream metadata to judge against instead of the cluster's own, as C(openshift-install coreos print-stream-json) of another release
        prints it,
        or a saved ConfigMap coreos-bootimages; answers what that release would change.
    type: path
  machines:
    description:
      - Also report the existing Machines, and which of them were started from another image than their machine set names now.
    type: bool
    default: false
  must_gather:
    description:
      - A folder that C(oc adm must-gather) wrote, to judge a cluster that cannot be reached. Connection options are not looked at.
      - What was not gathered is listed in C(not_checked). Needs the Python package pyyaml.
    type: path
  display:
    description:
      - Whether to print the answer as a table to Ansible's screen, besides returning it.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Look at every machine set
  okd.boot_images.bootimage_status:
    display: true
  register: boot_images

- name: Judge a cluster from what its administrator sent
  okd.boot_images.bootimage_status:
    must_gather: ~/case-123/must-gather.local.456
    machines: true
    display: true

- name: Insist on current images
  ansible.builtin.assert:
    that: boot_images.counts.drift == 0
"""

RETURN = r"""
cluster:
  description: The cluster, with C(version), C(history_version), C(history_state), C(operator_version), C(channel), C(platform), C(topology), C(distribution).
  returned: success
  type: dict
configuration:
  description:
    - C(spec) and C(status) of the boot image management as they stand in MachineConfiguration/cluster, and C(effective), what holds per
      resource, with C(mode), C(selector), C(source), C(observed). C(skew) has C(spec) and C(status) of boot image skew enforcement.
    - The mode V(unsupported) means that the operator manages no boot images on this platform in this release.
  returned: success
  type: dict
conditions:
  description:
    - The operator's conditions taken apart, with C(progressing), C(degraded), C(reconciled) and C(degraded_counts) per resource, and C(errors) per machine set.
    - They are evidence and no proof. C(caveats) say why they are not to be believed at this moment, each with C(reason) and C(message).
  returned: success
  type: dict
stream:
  description: The CoreOS stream that was judged against, with its C(name) and the C(release) that brought it.
  returned: success
  type: dict
machine_sets:
  description: One entry for every machine set that was chosen.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The set's name; C(namespace) and C(resource) stand beside it.
      type: str
      returned: success
    current:
      description: The image it boots, V(null) where it names none. C(region), C(architecture), C(replicas) stand beside it.
      type: str
      returned: success
    target:
      description: The image it should boot, V(null) where the stream has none for it.
      type: str
      returned: success
    drift:
      description: Whether both differ; V(null) where either is unknown.
      type: bool
      returned: success
    decision:
      description: What M(okd.boot_images.machineset_boot_image) would do, one of V(update), V(current), V(skip), V(failed), V(unsupported).
      type: str
      returned: success
    reason:
      description: The code of the reason where nothing would be written, else V(null). The C(message) beside it is for people.
      type: str
      returned: success
    operator:
      description: What the operator will do at its next pass. C(will) is one of V(update), V(nothing), V(skip), V(fail), V(crash),
        V(not_managed), V(unknown); C(reason) and C(message) say why.
      type: dict
      returned: success
    managed_by:
      description: Who writes the set's image, V(nobody) or the operator, an owner, a GitOps tool, by kind and name.
      type: str
      returned: success
    risks:
      description: What the operator's management would do to the set besides updating its image, each with C(reason) and C(message).
      type: list
      elements: dict
      returned: success
    user_data:
      description:
        - C(secret) is the name of the user-data secret. C(state) is V(read), V(missing), V(not_json), V(not_object), V(no_version), or V(null)
          where the secret could not be read. C(ignition) is the version of the ignition configuration in it. Nothing else of it is shown.
      type: dict
      returned: success
    age:
      description: C(release) and C(built) of the current image as its name tells them, C(days_behind) and C(minors_behind) the target; V(null) is unknown.
      type: dict
      returned: success
machines:
  description:
    - The existing Machines, each with C(name), C(machine_set), C(phase), C(node), C(current), C(age) and C(drift), whether its set names
      another image by now. Empty without O(machines).
  returned: success
  type: list
  elements: dict
blockers:
  description: What blocks an upgrade (C(severity) V(blocker)) or should be known (V(warning)), each with C(object), C(reason), C(message), C(remedy).
  returned: success
  type: list
  elements: dict
counts:
  description: How many sets there are of each decision, in C(total), and how many in C(drift).
  returned: success
  type: dict
settled:
  description: Whether nothing is left to wait for.
  returned: success
  type: bool
waiting_for:
  description: What is missing for that, each with C(object), C(reason), C(message) and C(state), one of V(pending), V(doubtful), V(stuck).
  returned: success
  type: list
  elements: dict
not_checked:
  description: What could not be read, C(what), and C(why).
  returned: success
  type: list
  elements: dict
table:
  description: The answer as lines of text, at most 120 columns wide.
  returned: success
  type: list
  elements: str
"""

from collections.abc import Mapping
from typing import Any

from ..module_utils.flow.status import status
from ..module_utils.inputs import stream_file
from ..module_utils.module import SELECTION, WAIT, Client, MustGather, Tell, patience, run, selection

ARGUMENTS = {
    **SELECTION,
    **WAIT,
    "resource": {"type": "str", "choices": ["machinesets", "controlplanemachinesets"]},
    "machines": {"type": "bool", "default": False},
    "stream_file": {"type": "path"},
    "must_gather": {"type": "path"},
    "display": {"type": "bool", "default": False},
}


def main() -> None:
    def work(source: Client | MustGather, params: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        stream = stream_file(params["stream_file"])
        return status(source, selection(params), stream, params["machines"], patience(params), tell)

    run(ARGUMENTS, work, mutually_exclusive=[("must_gather", "wait")])


if __name__ == "__main__":
    main()
