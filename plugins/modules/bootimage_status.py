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
  - okd.boot_images.aws
  - okd.boot_images.gcp
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
  verify_images:
    description:
      - Ask the cloud about the images that the sets boot and should boot; whether they exist, are ready, of the right architecture, and not deprecated.
        Known on AWS and Google Cloud; of other platforms C(not_checked) says that nobody was asked.
      - What could not be looked up (a region, for want of a right) is listed in C(not_checked), and judged as without this.
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

- name: Look whether the images exist, too, with the cluster's own credentials
  okd.boot_images.bootimage_status:
    verify_images: true
    aws: {cluster_credentials: true}
    gcp: {cluster_credentials: true}

- name: Insist on current images
  ansible.builtin.assert:
    that: boot_images.counts.drift == 0
"""

RETURN = r"""
cluster:
  description: The cluster.
  returned: success
  type: dict
  contains:
    version: {description: "The newest version that is completed; empty before the first one.", type: str, returned: success}
    history_version: {description: The newest version in ClusterVersion's history., type: str, returned: success}
    history_state: {description: "What became of it, V(Completed) or V(Partial).", type: str, returned: success}
    operator_version: {description: "The version of the Machine Config Operator that runs, which decides how it behaves.", type: str, returned: success}
    behaves_as:
      description: The release whose behaviour was assumed. It differs from RV(cluster.operator_version) only where that one is newer than every release
        that this collection knows, or cannot be read; RV(not_checked) and the table then say so.
      type: str
      returned: success
    channel: {description: The update channel., type: str, returned: success}
    platform: {description: "Infrastructure's word, as V(GCP).", type: str, returned: success}
    topology: {description: "Of the control plane, as V(HighlyAvailable).", type: str, returned: success}
    architecture:
      description: "Of the control plane, as V(amd64), or V(Multi); V(null) where neither ClusterVersion nor a node that was read tells."
      type: str
      returned: success
    distribution: {description: V(OKD) or V(OpenShift)., type: str, returned: success}
configuration:
  description: Boot image management.
  returned: success
  type: dict
  contains:
    spec: {description: C(spec.managedBootImages) of MachineConfiguration/cluster as it stands., type: dict, returned: success}
    status: {description: C(status.managedBootImagesStatus) as it stands., type: dict, returned: success}
    effective:
      description:
        - What holds per resource, V(machinesets) and V(controlplanemachinesets). C(mode) is V(All), V(Partial), V(None), V(unknown), or
          V(unsupported) where the operator manages no boot images of that resource on this platform in this release. C(selector) belongs to V(Partial).
        - C(source) says what told it, V(status), V(spec), V(gate) (a feature gate that is off) or V(default). C(observed) is V(false)
          while the operator has yet to take in the newest spec.
      type: dict
      returned: success
    skew:
      description: Boot image skew enforcement.
      type: dict
      returned: success
      contains:
        spec: {description: C(spec.bootImageSkewEnforcement) as it stands., type: dict, returned: success}
        status: {description: C(status.bootImageSkewEnforcementStatus) as it stands., type: dict, returned: success}
        mode: {description: "V(Automatic), V(Manual), V(None), or V(null) where nothing is enforced.", type: str, returned: success}
        ocp_version: {description: "The OpenShift version of the boot image on record, or V(null).", type: str, returned: success}
        rhcos_version: {description: "The CoreOS version of the boot image on record, or V(null).", type: str, returned: success}
        blocks: {description: Whether that version is too old for an upgrade., type: bool, returned: success}
    gates:
      description: Feature gates of boot image management that FeatureGate lists for the operator's version, and whether they are on. Those that
        have become part of the product are not listed any more.
      type: dict
      returned: success
conditions:
  description: The operator's two boot image conditions taken apart. They are evidence and no proof.
  returned: success
  type: dict
  contains:
    progressing: {description: "Whether a pass over the machine sets is under way; V(null) where the condition is missing.", type: bool, returned: success}
    degraded: {description: "Whether the last pass had errors; V(null) where the condition is missing.", type: bool, returned: success}
    stale: {description: "Whether no condition is written at this moment; V(null) without conditions.", type: bool, returned: success}
    written: {description: "When either last changed, or V(null).", type: str, returned: success}
    reconciled: {description: "By resource, with C(reconciled), C(total) and C(skipped).", type: dict, returned: success}
    degraded_counts: {description: How many of each resource are degraded., type: dict, returned: success}
    errors: {description: "By machine set, the operator's own text; under an empty name what names no set.", type: dict, returned: success}
    caveats:
      description: Why the conditions are not to be believed at this moment.
      type: list
      elements: dict
      returned: success
      contains:
        reason: {description: A code., type: str, returned: success}
        message: {description: The same in words., type: str, returned: success}
stream:
  description: The CoreOS stream that was judged against.
  returned: success
  type: dict
  contains:
    name: {description: "Its name, as V(rhcos-4.19).", type: str, returned: success}
    release: {description: "The version that brought it; V(null) where that is not known.", type: str, returned: success}
machine_sets:
  description: One entry for every machine set that was chosen.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: The set's name., type: str, returned: success}
    namespace: {description: Its namespace., type: str, returned: success}
    resource: {description: V(machinesets) or V(controlplanemachinesets)., type: str, returned: success}
    platform: {description: The cluster's platform., type: str, returned: success}
    region: {description: "Where its machines live, V(null) where the platform's providerSpec names no region.", type: str, returned: success}
    failure_domains:
      description: Those of a control plane machine set, empty for others. Nobody writes boot images into them.
      type: list
      elements: dict
      returned: success
      contains:
        name: {description: "Its name or zone, V(null) where it has none.", type: str, returned: success}
        image:
          description: The image that machines in it boot in place of the providerSpec's, on vSphere; V(null) where they boot the providerSpec's.
          type: str
          returned: success
    architecture: {description: "In Kubernetes' word, V(null) where it is unknown.", type: str, returned: success}
    replicas: {description: "How many machines it wants, V(null) where that is not set.", type: int, returned: success}
    current: {description: "The image it boots, V(null) where it names none.", type: str, returned: success}
    target: {description: "The image it should boot, V(null) where the stream has none for it.", type: str, returned: success}
    drift: {description: "Whether both differ; V(null) where either is unknown.", type: bool, returned: success}
    decision:
      description: What M(okd.boot_images.machineset_boot_image) would do, one of V(update), V(current), V(skip), V(failed), V(unsupported).
      type: str
      returned: success
    reason: {description: "The code of the reason where nothing would be written, else V(null).", type: str, returned: success}
    message: {description: The decision in words., type: str, returned: success}
    operator:
      description: What the Machine Config Operator will do at its next pass.
      type: dict
      returned: success
      contains:
        will:
          description: One of V(update), V(nothing), V(skip), V(fail), V(crash), V(not_managed), V(unknown).
          type: str
          returned: success
        reason: {description: A code., type: str, returned: success}
        message: {description: The same in words., type: str, returned: success}
        reported: {description: "The operator's own error on the set at its last pass, V(null) without one.", type: str, returned: success}
    managed_by:
      description: Who writes the set's image, V(nobody) or the operator, an owner, a GitOps tool, by kind and name.
      type: str
      returned: success
    risks:
      description: What the operator's management would do to the set besides updating its image.
      type: list
      elements: dict
      returned: success
      contains:
        reason: {description: The code to accept it by., type: str, returned: success}
        message: {description: The same in words., type: str, returned: success}
    user_data:
      description: What is known of the set's user data. Nothing else of it is shown.
      type: dict
      returned: success
      contains:
        secret: {description: "The secret's name, V(null) where the set names none.", type: str, returned: success}
        state:
          description: V(read), V(missing), V(not_json), V(not_object), V(no_version), or V(null) where the secret could not be read.
          type: str
          returned: success
        ignition: {description: "The version of the ignition configuration in it, or V(null).", type: str, returned: success}
    age:
      description: How old the current image is, as far as its name tells, or with O(verify_images) the cloud.
      type: dict
      returned: success
      contains:
        text: {description: "In words, as V(4.12, 970 days and 6 minor releases behind); V(unknown) where nothing is known.", type: str, returned: success}
        release: {description: "Its release, or the operating system's; V(null) is unknown.", type: str, returned: success}
        built: {description: "The day it was built, V(null) is unknown.", type: str, returned: success}
        days_behind: {description: "How many days it is older than the target, V(null) is unknown.", type: int, returned: success}
        minors_behind: {description: "How many minor releases it is behind the target, V(null) is unknown.", type: int, returned: success}
    verification:
      description: What the cloud says of the set's images, with O(verify_images).
      type: dict
      returned: success
      contains:
        state:
          description:
            - V(verified) where every image was looked up and machines start from it, as far as the cloud tells. V(refuted) where no machine starts from one
              of them. V(not_verified) where one could not be looked up. V(null) where nobody was asked, or the set names no image.
          type: str
          returned: success
        reason: {description: "A code, V(null) where all is well.", type: str, returned: success}
        message: {description: The same in words., type: str, returned: success}
        current:
          description: What the cloud says of the image it boots.
          type: list
          elements: dict
          returned: success
          contains:
            id: {description: "The image, as the providerSpec names it.", type: str, returned: success}
            exists: {description: "V(false) also for somebody's private image.", type: bool, returned: success}
            state: {description: "V(available), V(pending), V(failed), or the cloud's own word.", type: str, returned: success}
            architecture: {description: "In Kubernetes' word, V(null) where the image does not tell.", type: str, returned: success}
            kind: {description: "V(standard), V(marketplace), V(rosa), V(fedora_coreos), V(copy) or V(custom).", type: str, returned: success}
            owner: {description: The account or project that it belongs to., type: str, returned: success}
            name: {description: Its name in the cloud., type: str, returned: success}
            release: {description: "CoreOS' own release, as V(9.6.20250701-0).", type: str, returned: success}
            created: {description: "When it was made, or copied.", type: str, returned: success}
            deprecated: {description: Whether its owner has marked it deprecated., type: bool, returned: success}
            replacement: {description: "What the owner names in its place, on Google Cloud.", type: str, returned: success}
            source: {description: "Of a copy, the image that it was made from.", type: str, returned: success}
        target:
          description: What the cloud says of the image it should boot.
          type: list
          elements: dict
          returned: success
          contains:
            id: {description: "The image, as the providerSpec names it.", type: str, returned: success}
            exists: {description: "V(false) also for somebody's private image.", type: bool, returned: success}
            state: {description: "V(available), V(pending), V(failed), or the cloud's own word.", type: str, returned: success}
            architecture: {description: "In Kubernetes' word, V(null) where the image does not tell.", type: str, returned: success}
            kind: {description: "V(standard), V(marketplace), V(rosa), V(fedora_coreos), V(copy) or V(custom).", type: str, returned: success}
            owner: {description: The account or project that it belongs to., type: str, returned: success}
            name: {description: Its name in the cloud., type: str, returned: success}
            release: {description: "CoreOS' own release, as V(9.6.20250701-0).", type: str, returned: success}
            created: {description: "When it was made, or copied.", type: str, returned: success}
            deprecated: {description: Whether its owner has marked it deprecated., type: bool, returned: success}
            replacement: {description: "What the owner names in its place, on Google Cloud.", type: str, returned: success}
            source: {description: "Of a copy, the image that it was made from.", type: str, returned: success}
machines:
  description: The existing Machines. Empty without O(machines).
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: The machine's name., type: str, returned: success}
    machine_set: {description: "Its machine set, V(null) where it has none that exists.", type: str, returned: success}
    phase: {description: "As V(Running).", type: str, returned: success}
    node: {description: "Its node, V(null) where it has none.", type: str, returned: success}
    current: {description: "The image it was started from, V(null) is unknown.", type: str, returned: success}
    drift: {description: "Whether its set names another image by now; V(null) is unknown.", type: bool, returned: success}
    age:
      description: How old the image is, as far as its name tells, or with O(verify_images) the cloud.
      type: dict
      returned: success
      contains:
        text: {description: "In words, as V(4.12, 970 days and 6 minor releases behind); V(unknown) where nothing is known.", type: str, returned: success}
        release: {description: "Its release, or the operating system's; V(null) is unknown.", type: str, returned: success}
        built: {description: "The day it was built, V(null) is unknown.", type: str, returned: success}
        days_behind: {description: "How many days it is older than the target, V(null) is unknown.", type: int, returned: success}
        minors_behind: {description: "How many minor releases it is behind the target, V(null) is unknown.", type: int, returned: success}
blockers:
  description: What blocks an upgrade, or should be known before one.
  returned: success
  type: list
  elements: dict
  contains:
    severity: {description: V(blocker) or V(warning)., type: str, returned: success}
    object: {description: "What it is about, one entry for every machine set that the operator fails on.", type: str, returned: success}
    reason: {description: A code., type: str, returned: success}
    message: {description: The same in words., type: str, returned: success}
    remedy: {description: What to do., type: str, returned: success}
counts:
  description: How many sets there are.
  returned: success
  type: dict
  contains:
    to_update: {description: To be updated., type: int, returned: success}
    current: {description: At their image., type: int, returned: success}
    skip: {description: To be left alone., type: int, returned: success}
    failed: {description: That cannot be judged., type: int, returned: success}
    unsupported: {description: Of a platform that is not known., type: int, returned: success}
    total: {description: In all., type: int, returned: success}
    drift: {description: That boot another image than they should., type: int, returned: success}
settled:
  description: Whether nothing is left to wait for.
  returned: success
  type: bool
waiting_for:
  description: What is missing for that.
  returned: success
  type: list
  elements: dict
  contains:
    object: {description: What is waited for., type: str, returned: success}
    reason: {description: A code., type: str, returned: success}
    message: {description: The same in words., type: str, returned: success}
    state: {description: "V(pending), V(doubtful) (nobody can know), or V(stuck) (a person must do something).", type: str, returned: success}
    by_itself:
      description:
        - Whether it comes to rest without anybody's doing; V(null) where that cannot be known.
        - The operator tries again at no time of its own, only when something changes, and it does not notice secrets. V(false) with the reason
          V(operator_missed_it) means that nothing stands in its way any more and that nothing will make it look.
      type: bool
      returned: success
not_checked:
  description: What could not be read, and what was taken for true of a release that is not known yet.
  returned: success
  type: list
  elements: dict
  contains:
    what: {description: What was not checked., type: str, returned: success}
    why: {description: Why not., type: str, returned: success}
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
from ..module_utils.module import (
    CLOUDS,
    SELECTION,
    WAIT,
    Client,
    MustGather,
    Tell,
    asking,
    patience,
    run,
    selection,
)

ARGUMENTS = {
    **SELECTION,
    **WAIT,
    **CLOUDS,
    "resource": {"type": "str", "choices": ["machinesets", "controlplanemachinesets"]},
    "machines": {"type": "bool", "default": False},
    "stream_file": {"type": "path"},
    "must_gather": {"type": "path"},
    "display": {"type": "bool", "default": False},
}


def main() -> None:
    def work(source: Client | MustGather, params: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        stream = stream_file(params["stream_file"])
        return status(source, selection(params), stream, params["machines"], patience(params), tell, asking(params))

    run(ARGUMENTS, work, mutually_exclusive=[("must_gather", "wait")])


if __name__ == "__main__":
    main()
