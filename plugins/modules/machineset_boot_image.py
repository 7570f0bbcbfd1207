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
  - Writes the boot image of machine sets that the Machine Config Operator does not update, and only the fields that name the image.
  - Refuses sets that somebody else writes, be it the operator by its effective selection, an owner, a GitOps tool or Hive.
  - One call does the whole cluster. A set that fails does not stop the others; the module fails at the end and reports every set.
  - Before the first write, what is about to change is recorded in the ConfigMap C(boot-image-history) of C(openshift-machine-api), with
    which O(state=restored) brings the sets back. A run that was killed is gone on with by the same call.
  - After the writing every set is read back. One that holds another image again is reported with who wrote it.
author:
  - okd.boot_images contributors (@okd-project)
extends_documentation_fragment:
  - okd.boot_images.auth
  - okd.boot_images.aws
  - okd.boot_images.gcp
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
      - With V(recorded), a record of the images as they are is taken, unless the newest record says the same already.
      - With V(restored), the sets are brought back to O(record), and their user data to how it was then. The restore is on record, too.
    type: str
    choices: [current, recorded, restored]
    default: current
  record:
    description:
      - With O(state=restored), the id of the record, a key of the ConfigMap C(boot-image-history). By default the newest one that does not
        tell of a restore.
    type: str
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
  stream_file:
    description:
      - Bring the sets to the images of this CoreOS stream instead of the cluster's own, a file where the module runs that holds the output of
        C(openshift-install coreos print-stream-json) or a saved ConfigMap C(coreos-bootimages).
    type: path
  take_over:
    description:
      - Write sets although another writer claims them. That writer will write its own image back sooner or later; the Machine Config
        Operator degrades when that goes on. A warning says of each such set what will happen next.
    type: bool
    default: false
  upgrade_user_data:
    description:
      - Bring user data of Ignition specification 2 to specification 3 where the new image reads no other, as the operator does. The content
        as it was is kept in a Secret beside it. Such images start with no other user data, so without this their sets fail.
    type: bool
    default: true
  verify_images:
    description:
      - Write no image before the cloud has said that machines start from it. A set whose image does not exist, is not ready or of another architecture
        fails; so does one whose image could not be looked up (V(image_not_verified)). The others are written.
      - Known on AWS and Google Cloud. On other platforms nobody can be asked; a warning says so, and the sets are written.
    type: bool
    default: false
  copy_missing_images:
    description:
      - On AWS, where the stream has no AMI for a set's region, copy one from a region that has, wait for it, and bring the set to the copy. SCOS of OKD
        has AMIs in two regions only. The next run finds the copy by its tags, and so does a run after one that was killed.
      - A copy belongs to the account of the credentials and costs its snapshot's storage. Check mode tells what would be copied. Implies O(verify_images).
    type: bool
    default: false
  copy:
    description:
      - How O(copy_missing_images) copies.
    type: dict
    suboptions:
      encrypted:
        description:
          - Encrypt the copies. Without it they are as the source is and as the account's default says. A copy that is not encrypted then counts as none.
        type: bool
        default: false
      kms_key_id:
        description:
          - The KMS key to encrypt with, which must exist in each region that is copied to (an alias may); the account's default key for EBS without it.
        type: str
      wait_timeout:
        description:
          - How many seconds to wait for all copies together. One that takes longer goes on, and the next run finds it.
        type: int
        default: 1800
  prune_copies:
    description:
      - What becomes of this collection's copies, in the regions of the cluster's machine sets, that no machine set, machine or record names any more.
      - V(list) returns them as C(pruned); V(delete) deregisters them with their snapshots; V(keep) does not look.
    type: str
    choices: [keep, list, delete]
    default: keep
  concurrency:
    description:
      - How many machine sets are written at once. The server's own limits (priority and fairness, C(Retry-After)) are kept besides.
    type: int
    default: 8
  max_failures:
    description:
      - Begin no further write once this many have failed. By default every set is tried.
    type: int
  progress_file:
    description:
      - A file, where the module runs, to which one line is appended for each machine set that was written.
      - On local connections the module's action plugin sets it and shows the lines while the task runs.
    type: path
"""

EXAMPLES = r"""
- name: Update whatever the operator does not
  okd.boot_images.machineset_boot_image:

- name: Bring OKD outside us-east-1 to an image of its own region
  okd.boot_images.machineset_boot_image:
    copy_missing_images: true

- name: Take a record before something risky
  okd.boot_images.machineset_boot_image:
    state: recorded

- name: Bring the sets back to where they were
  okd.boot_images.machineset_boot_image:
    state: restored

- name: Bring two sets to an image of our own
  okd.boot_images.machineset_boot_image:
    names: [gpu-a, gpu-b]
    image: projects/acme/global/images/rhcos-gpu-2026-11
"""

RETURN = r"""
copies:
  description: The images that O(copy_missing_images) copied, or found on their way, one entry for each.
  returned: success or partial failure
  type: list
  elements: dict
  contains:
    region: {description: Where to., type: str, returned: success}
    source: {description: The image that was copied., type: str, returned: success}
    source_region: {description: Where from., type: str, returned: success}
    image: {description: "The copy; V(null) where it could not be made, and in check mode.", type: str, returned: success}
    state: {description: "V(available), V(failed), or in check mode V(planned).", type: str, returned: success}
    message: {description: "Why it failed, else V(null).", type: str, returned: success}
pruned:
  description: The copies that nobody names any more, with O(prune_copies).
  returned: success
  type: list
  elements: dict
  contains:
    region: {description: Where it is., type: str, returned: success}
    image: {description: The copy., type: str, returned: success}
    source: {description: What it was made from., type: str, returned: success}
    version: {description: "The release that it was made for, V(null) is unknown.", type: str, returned: success}
    snapshots: {description: The snapshots behind it., type: list, elements: str, returned: success}
    deleted: {description: Whether it is gone., type: bool, returned: success}
    left: {description: "Snapshots that could not be deleted, each with why.", type: list, elements: str, returned: success}
    message: {description: "Why it could not be deregistered, else V(null).", type: str, returned: success}
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
record:
  description: The id of the record of what was written or, with O(state=recorded), of how the images are; V(null) where nothing was.
  returned: success or partial failure
  type: str
restored:
  description: With O(state=restored), the id of the record that the sets were brought back to.
  returned: success
  type: str
"""

from collections.abc import Mapping
from typing import Any

from ..module_utils.flow.machine_sets import Limits, record_machine_sets, restore_machine_sets, update_machine_sets
from ..module_utils.inputs import stream_file
from ..module_utils.model.errors import InvalidInput
from ..module_utils.model.wish import ImageWish
from ..module_utils.module import CLOUDS, SELECTION, Client, Tell, asking, run, selection

COPY = {
    "encrypted": {"type": "bool", "default": False},
    "kms_key_id": {"type": "str", "no_log": False},
    "wait_timeout": {"type": "int", "default": 1800},
}
ARGUMENTS = {
    **SELECTION,
    **CLOUDS,
    "copy_missing_images": {"type": "bool", "default": False},
    "copy": {"type": "dict", "options": COPY},
    "prune_copies": {"type": "str", "choices": ["keep", "list", "delete"], "default": "keep"},
    "state": {"type": "str", "choices": ["current", "recorded", "restored"], "default": "current"},
    "record": {"type": "str"},
    "resource": {"type": "str", "choices": ["machinesets", "controlplanemachinesets"], "default": "machinesets"},
    "image": {"type": "str"},
    "stream_file": {"type": "path"},
    "take_over": {"type": "bool", "default": False},
    "upgrade_user_data": {"type": "bool", "default": True},
    "concurrency": {"type": "int", "default": 8},
    "max_failures": {"type": "int"},
    "progress_file": {"type": "path"},
}
CURRENT_ONLY = ("image", "stream_file", "copy_missing_images", "copy")


def work(client: Client, params: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    state, limits = params["state"], _limits(params)
    _check(params)
    if state == "recorded":
        return record_machine_sets(client, selection(params))
    if state == "restored":
        record, take_over = params["record"], params["take_over"]
        return restore_machine_sets(client, selection(params), record, take_over, limits, tell, asking(params))
    wish = ImageWish(params["image"], params["take_over"], params["upgrade_user_data"])
    stream = stream_file(params["stream_file"])
    return update_machine_sets(client, selection(params), wish, stream, limits, tell, asking(params))


def _limits(params: Mapping[str, Any]) -> Limits:
    for name in ("concurrency", "max_failures"):
        if params[name] is not None and params[name] < 1:
            raise InvalidInput(f"{name} is {params[name]}; it must be 1 or more.")
    return Limits(params["concurrency"], params["max_failures"])


def _check(params: Mapping[str, Any]) -> None:
    strange = [name for name in CURRENT_ONLY if params[name] and params["state"] != "current"]
    if params["prune_copies"] != "keep" and params["state"] != "current":
        strange.append("prune_copies")
    if params["record"] and params["state"] != "restored":
        raise InvalidInput("record belongs to state restored; state is {}.".format(params["state"]))
    if strange:
        raise InvalidInput("{} belongs to state current; state is {}.".format(strange[0], params["state"]))


def main() -> None:
    run(ARGUMENTS, work, mutually_exclusive=[("image", "stream_file"), ("image", "copy_missing_images")])


if __name__ == "__main__":
    main()
