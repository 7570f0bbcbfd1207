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
    default, which may be on (4.19 and later). Where it does not (up to 4.18), the empty list is written, which is off there and stays off
    when the cluster is upgraded, while an absent list would mean on as soon as it is at 4.19.
  - Switching off neither rolls images back nor touches existing nodes. RV(msg) names the sets that nobody keeps current from then on.
  - From 4.22 on the API lets nobody limit or switch off the management of workers while skew enforcement (the guard that stops upgrades
    for which the boot images are too old) is C(Automatic). The module then writes two times, skew enforcement first, and waits in between
    until the operator has followed, also without O(wait). Where O(skew_enforcement) is not given, skew enforcement is set to C(None),
    B(which switches that guard off), and a warning says so. A call that was interrupted in between is finished by the same call again.
author:
  - okd.boot_images contributors (@okd-project)
extends_documentation_fragment:
  - okd.boot_images.auth
  - okd.boot_images.wait
attributes:
  check_mode:
    description:
      - The API server validates and admits every write as a dry run.
      - Of two writes that have to wait for the operator in between the second cannot be validated; RV(not_validated) and a warning say so.
    support: full
  diff_mode:
    description: >-
      Shows C(spec.managedBootImages), C(spec.bootImageSkewEnforcement) and the labels that are put on or taken off machine sets.
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
      - Which machine sets the operator manages. Required with O(state=present), unless only O(skew_enforcement) is meant.
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
      - Labels and selector are written in an order in which no set is enrolled for a moment that should not be.
    type: bool
    default: false
  skew_enforcement:
    description:
      - What C(spec.bootImageSkewEnforcement) should be (4.22 and later). Without it, it is left as it stands, except that limiting or
        switching off workers under C(Automatic) sets it to C(None).
    type: dict
    suboptions:
      mode:
        description:
          - V(Automatic) has the operator record the version of the boot images and guard upgrades by it; it needs O(mode=All), and is written
            as an absent stanza after the workers' entry.
          - V(Manual) guards upgrades by the version that is given here. It has to be recorded anew after every update of boot images by hand.
          - V(None) guards nothing.
        type: str
        choices: [Automatic, Manual, "None"]
        required: true
      ocp_version:
        description:
          - With V(Manual), the OpenShift release that the oldest boot images came with, as C(x.y.z).
          - Without it and O(skew_enforcement.rhcos_version) the version of the oldest image that a machine set boots at that moment is
            taken from the images' names and the release's stream. Where one tells nothing, the module fails and names the set.
        type: str
      rhcos_version:
        description:
          - With V(Manual), the version of CoreOS of the oldest boot images, as in C(9.6.20250701-0).
        type: str
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
  where_unsupported:
    description:
      - What to do with the part of the wish that this cluster cannot express, because its release or its platform knows no management of
        O(resource), or no skew enforcement. V(fail) writes nothing; V(skip) writes the rest, and RV(left_out) says what is missing and why.
    type: str
    choices: [fail, skip]
    default: fail
  nudge:
    description:
      - Whether a wait may cause one more pass of the operator where sets still drift, nothing is under way, and the operator will not look
        again by itself, because it missed an event or does not notice secrets. It does so once, by the annotation
        C(okd-boot-images.io/looked-at) on a machine set that nobody owns, and says so.
    type: bool
    default: true
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

- name: Off, with upgrades still guarded by the version of the oldest image in place (4.22 and later)
  okd.boot_images.managed_boot_images:
    mode: "None"
    skew_enforcement:
      mode: Manual

- name: Record the version after images were updated by hand
  okd.boot_images.managed_boot_images:
    skew_enforcement:
      mode: Manual
      ocp_version: 4.22.3

- name: Back to where everything is automatic
  okd.boot_images.managed_boot_images:
    mode: All
    skew_enforcement:
      mode: Automatic
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
skew:
  description: C(spec.bootImageSkewEnforcement), C(before) and C(after); V(null) where there is none.
  returned: success
  type: dict
msg:
  description: What is true of the management now, or would be in check mode, and which sets keep their image when it ends for them.
  returned: success
  type: str
left_out:
  description: With O(where_unsupported=skip), what this cluster cannot express, and what to do instead; V(null) where nothing is left out.
  returned: success
  type: str
not_validated:
  description: Objects of writes that were planned but that the API server could not validate in check mode.
  returned: success
  type: list
  elements: str
nudged:
  description: Whether the wait caused one more pass of the operator.
  returned: success, or failure while waiting
  type: bool
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
from ..module_utils.model.wish import AS_IT_IS, ConfigurationWish, SkewWish
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
    "where_unsupported": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
    "nudge": {"type": "bool", "default": True},
    "skew_enforcement": {
        "type": "dict",
        "options": {
            "mode": {"type": "str", "choices": ["Automatic", "Manual", "None"], "required": True},
            "ocp_version": {"type": "str"},
            "rhcos_version": {"type": "str"},
        },
    },
}


def wished(params: Mapping[str, Any]) -> ConfigurationWish:
    skew = params["skew_enforcement"]
    return ConfigurationWish(
        params["resource"],
        params["mode"] or AS_IT_IS if params["state"] == "present" else None,
        params["selector"],
        tuple(params["machine_sets"]),
        params["exclusive"],
        SkewWish(skew["mode"], skew["ocp_version"] or None, skew["rhcos_version"] or None) if skew else None,
        params["where_unsupported"] == "skip",
    )


def main() -> None:
    def work(client: Client, params: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        return manage(client, wished(params), params["accept"], patience(params), tell, params["nudge"])

    run(ARGUMENTS, work, required_if=[("state", "present", ["mode", "skew_enforcement"], True)])


if __name__ == "__main__":
    main()
