#!/usr/bin/python
# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: machineset_boot_image
short_description: Bring machine sets that nobody else manages to their boot image
version_added: 0.1.0
description:
  - Writes the boot image of machine sets that the Machine Config Operator does not update, and only the field that names the image.
  - Refuses sets that somebody else writes, be it the operator by its effective selection, an owner, a GitOps tool or Hive.
  - One call does the whole cluster. A set that fails does not stop the others; the module fails at the end and reports every set.
author:
  - okd.boot_images contributors (@okd-project)
extends_documentation_fragment:
  - okd.boot_images.auth
  - okd.boot_images.selection
attributes:
  check_mode:
    description: The API server validates and admits every write as a dry run.
    support: full
  diff_mode:
    description: Shows the fields that name the image.
    support: full
options:
  state:
    description:
      - With V(current), the sets are brought to the image of the cluster's release, or to O(image).
    type: str
    choices: [current]
    default: current
  resource:
    description:
      - Which kind of machine sets is meant.
    type: str
    choices: [machinesets, controlplanemachinesets]
    default: machinesets
  image:
    description:
      - The image to write instead of the stream's, as the platform names it, such as V(ami-0123456789abcdef0) or
        V(projects/PROJECT/global/images/NAME). Also replaces images that are none of the stream's.
    type: str
  take_over:
    description:
      - Write sets although another writer claims them. That writer will write its own image back sooner or later; the Machine Config
        Operator degrades when that goes on.
    type: bool
    default: false
  concurrency:
    description:
      - How many machine sets are written at once.
    type: int
    default: 8
  progress_file:
    description:
      - A file, where the module runs, to which one line is appended for each machine set that was written.
      - On local connections the module's action plugin sets it and shows the lines while the task runs.
    type: path
"""

EXAMPLES = r"""
- name: Update whatever the operator does not
  okd.boot_images.machineset_boot_image:

- name: Bring two sets to an image of our own
  okd.boot_images.machineset_boot_image:
    names: [gpu-a, gpu-b]
    image: projects/acme/global/images/rhcos-gpu-2026-11
"""

RETURN = r"""
machine_sets:
  description:
    - One entry for every machine set that was chosen, as M(okd.boot_images.bootimage_status) describes it, judged before the writing.
    - C(updated) tells whether it was written; C(decision) is V(failed) with C(reason) and C(message) where the write failed.
  returned: success or partial failure
  type: list
  elements: dict
counts:
  description: How many sets there were of each decision.
  returned: success or partial failure
  type: dict
"""

from collections.abc import Mapping
from typing import Any

from ..module_utils.flow.machine_sets import update_machine_sets
from ..module_utils.model.wish import ImageWish
from ..module_utils.module import SELECTION, Client, Tell, run, selection

ARGUMENTS = {
    **SELECTION,
    "state": {"type": "str", "choices": ["current"], "default": "current"},
    "resource": {"type": "str", "choices": ["machinesets", "controlplanemachinesets"], "default": "machinesets"},
    "image": {"type": "str"},
    "take_over": {"type": "bool", "default": False},
    "concurrency": {"type": "int", "default": 8},
    "progress_file": {"type": "path"},
}


def main() -> None:
    def work(client: Client, params: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        wish = ImageWish(params["image"], params["take_over"])
        return update_machine_sets(client, selection(params), wish, max(1, params["concurrency"]), tell)

    run(ARGUMENTS, work)


if __name__ == "__main__":
    main()
