#!/usr/bin/python
# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: managed_boot_images
short_description: Have the Machine Config Operator keep boot images current, for all machine sets, some, or none
version_added: 0.1.0
description:
  - Sets C(spec.managedBootImages) of MachineConfiguration/cluster for one kind of machine set. Entries for other kinds are kept.
  - Off means off on every release. Where the API knows the mode C(None) it is written, because there an absent entry means the release's
    default, which may be on (4.19 and later); where it does not, the entry is removed.
  - Switching off neither rolls images back nor touches existing nodes.
author:
  - okd.boot_images contributors (@okd-project)
extends_documentation_fragment:
  - okd.boot_images.auth
  - okd.boot_images.wait
attributes:
  check_mode:
    description: The API server validates and admits every write as a dry run.
    support: full
  diff_mode:
    description: Shows C(spec.managedBootImages) and the labels that are put on or taken off machine sets.
    support: full
options:
  state:
    description:
      - V(present) writes O(mode).
      - V(absent) removes the entry of O(resource), so that the release's default holds. From 4.19 on that is V(All) on AWS and GCP.
    type: str
    choices: [present, absent]
    default: present
  mode:
    description:
      - Which machine sets the operator manages. Required with O(state=present).
    type: str
    choices: [All, Partial, "None"]
  resource:
    description:
      - Which kind of machine sets is meant. C(controlplanemachinesets) know the modes V(All) and V(None) only.
    type: str
    choices: [machinesets, controlplanemachinesets]
    default: machinesets
  selector:
    description:
      - With O(mode=Partial), the labels of the machine sets to manage, as the API has them, in C(matchLabels) and C(matchExpressions).
        An empty one is refused, because it would match every set.
    type: dict
  machine_sets:
    description:
      - With O(mode=Partial), names of machine sets to label so that the selector finds them. Without O(selector) the label is
        C(okd-boot-images.io/managed=true).
    type: list
    elements: str
    default: []
  exclusive:
    description:
      - Take the selector's labels off all machine sets that O(machine_sets) does not name.
    type: bool
    default: false
  accept:
    description:
      - Codes of the risks that are taken with open eyes, see the collection's list of reason codes. V(custom_user_data) lets operators
        up to 4.18 replace a machine set's own user-data secret, V(own_images) lets them replace images of your own on Azure,
        V(downgrades) lets them set a newer image back, V(wrong_stream) lets operators up to 4.21 write a rhel-9 image into a set of another
        stream, V(dropped_fields) lets them drop fields that their types do not know.
    type: list
    elements: str
    choices: [custom_user_data, own_images, downgrades, wrong_stream, dropped_fields]
    default: []
"""

EXAMPLES = r"""
- name: Keep every machine set current
  okd.boot_images.managed_boot_images:
    mode: All
    wait: true

- name: Only two machine sets
  okd.boot_images.managed_boot_images:
    mode: Partial
    machine_sets: [worker-a, worker-b]
    exclusive: true

- name: Off, on whatever release
  okd.boot_images.managed_boot_images:
    mode: "None"
"""

RETURN = r"""
before:
  description: C(spec.managedBootImages) as it stood.
  returned: success
  type: dict
after:
  description: C(spec.managedBootImages) as it stands now, or would in check mode.
  returned: success
  type: dict
machine_sets:
  description: Every machine set after the wait, as M(okd.boot_images.bootimage_status) describes it; empty without O(wait).
  returned: success or timeout
  type: list
  elements: dict
settled:
  description: Whether nothing was left to wait for; V(null) without O(wait).
  returned: success
  type: bool
waiting_for:
  description: What will not come by itself, each with C(object), C(reason), C(message), C(state).
  returned: success or timeout
  type: list
  elements: dict
"""

from collections.abc import Mapping
from typing import Any

from ..module_utils.flow.configuration import manage
from ..module_utils.model.wish import ConfigurationWish
from ..module_utils.module import WAIT, Client, Tell, patience, run

RISKS = ["custom_user_data", "own_images", "downgrades", "wrong_stream", "dropped_fields"]
ARGUMENTS = {
    **WAIT,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "mode": {"type": "str", "choices": ["All", "Partial", "None"]},
    "resource": {"type": "str", "choices": ["machinesets", "controlplanemachinesets"], "default": "machinesets"},
    "selector": {"type": "dict"},
    "machine_sets": {"type": "list", "elements": "str", "default": []},
    "exclusive": {"type": "bool", "default": False},
    "accept": {"type": "list", "elements": "str", "choices": RISKS, "default": []},
}


def main() -> None:
    def work(client: Client, params: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        mode = params["mode"] if params["state"] == "present" else None
        wish = ConfigurationWish(
            params["resource"], mode, params["selector"], tuple(params["machine_sets"]), params["exclusive"]
        )
        return manage(client, wish, params["accept"], patience(params), tell)

    run(ARGUMENTS, work, required_if=[("state", "present", ["mode"])])


if __name__ == "__main__":
    main()
