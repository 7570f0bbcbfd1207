#!/usr/bin/python
# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_upgrade
short_description: Ask for a cluster upgrade and wait until control plane and nodes have it
version_added: 0.1.0
description:
  - Looks at everything that stops or endangers an upgrade (O(state=preflight)), asks for a version and waits until ClusterVersion and the
    MachineConfigPools have it (O(state=present)).
  - Goes on with an upgrade that is under way to that version, whoever began it. A call that was killed is finished by the same call; what it
    had decided stands in the cluster.
  - Never starts an upgrade with open blockers, on top of another one, or by force. A release whose signature does not verify is reported.
  - What it decided with O(version=latest) or O(control_plane_only) stands in the annotation C(okd-boot-images.io/upgrade) of ClusterVersion
    until it is done; pools that it paused carry C(okd-boot-images.io/paused-for-upgrade).
author:
  - okd.boot_images contributors (@okd-project)
extends_documentation_fragment:
  - okd.boot_images.auth
  - okd.boot_images.wait
attributes:
  check_mode:
    description: The API server validates and admits every write as a dry run. Nothing is waited for.
    support: full
  diff_mode:
    description: Shows the channel, the desired update, the acknowledgements, the pools and the annotations.
    support: full
options:
  state:
    description:
      - V(preflight) reports what stands in the way and writes nothing; V(present) upgrades, after the same judgement.
      - V(finished) takes away the note that O(keep_decision) has left on ClusterVersion, and does nothing else.
    type: str
    choices: [present, preflight, finished]
    default: present
  version:
    description:
      - The version to upgrade to. It must be on offer (C(status.availableUpdates)), unless O(image) is given.
      - V(latest) is the newest on offer in the channel, without known risks. OKD's early candidates count only for a cluster that runs one.
      - With O(state=preflight) it may be left out; then the next minor release is meant.
    type: str
  image:
    description:
      - The release image of O(version), by digest. Only needed for versions that are not on offer.
    type: str
  channel:
    description:
      - The update channel to set. OKD knows C(stable-scos-4) and its kin, and no C(eus-), C(fast-) or C(candidate-).
    type: str
  acknowledge:
    description:
      - Names of the admin gates to acknowledge, or V(all). Gates that are not open are left alone.
      - Gates about boot images (C(ack-4.18-boot-image-opt-out-in-4.19), C(ack-4.21-boot-image-opt-out-in-4.22)) are acknowledged by what is
        configured with M(okd.boot_images.managed_boot_images), on or off, and not at all as long as nothing is.
    type: list
    elements: str
    default: []
  accept:
    description:
      - Reason codes of blockers that do not keep the upgrade from being started.
    type: list
    elements: str
    default: []
  accept_risks:
    description:
      - Names of the known risks that are taken of a version that is on offer only with risks (C(status.conditionalUpdates)).
    type: list
    elements: str
    default: []
  retarget:
    description:
      - Ask for O(version) although the cluster is on its way to another one of the same minor release.
    type: bool
    default: false
  control_plane_only:
    description:
      - Pause all pools but the control plane's while it is upgraded, over the minor release in between where there is one, then let them go.
      - Leads from an even minor release to the next even one. The pools are let go in every outcome. Needs O(wait).
    type: bool
    default: false
  via:
    description:
      - With O(control_plane_only), the version of the minor release in between. Without it, the newest on offer.
    type: str
  foreseen_management:
    description:
      - In check mode, C(spec.managedBootImages) as a task before this one will have written it by then, RV(okd.boot_images.managed_boot_images#module:after).
        A gate about boot images is answered by that. Not looked at outside check mode.
    type: dict
  keep_decision:
    description:
      - What V(latest) was, and whether workers are paused, is noted on ClusterVersion, so that the same call goes on with it after it was killed.
        With this, the note also outlives the upgrade's end, for a playbook that has more to do afterwards and ends with O(state=finished).
      - A day after the upgrade was completed such a note is no longer followed.
    type: bool
    default: false
  wait_for_pools:
    description:
      - Wait for the workers' pools, too, which are updated after ClusterVersion is completed. Paused pools are not waited for.
    type: bool
    default: true
  accept_timeout:
    description:
      - How many seconds to wait for the Cluster Version Operator to accept the version, O(wait_timeout) being for the control plane.
    type: int
    default: 900
  pools_timeout:
    description:
      - How many seconds to wait for the pools after ClusterVersion is completed.
    type: int
    default: 10800
  on_timeout:
    description:
      - V(fail) fails when a wait takes too long; V(report) ends well with what was outstanding (RV(timed_out)) and a warning.
    type: str
    choices: [fail, report]
    default: fail
  quiet:
    description:
      - Show no progress lines while it waits.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: See what stands in the way of the next minor release
  okd.boot_images.cluster_upgrade:
    state: preflight

- name: Upgrade and wait for control plane and nodes
  okd.boot_images.cluster_upgrade:
    version: 4.18.0-okd-scos.5
    acknowledge:
      - ack-4.17-kube-1.31-api-removals-in-4.18
    wait: true
    wait_timeout: 10800

- name: From 4.18 to 4.20 with one restart of the workers
  okd.boot_images.cluster_upgrade:
    version: 4.20.5
    channel: eus-4.20
    control_plane_only: true
    acknowledge: [all]
    wait: true
    wait_timeout: 10800
"""

RETURN = r"""
state:
  description:
    - V(preflight), or how far the upgrade is. V(requested) is not accepted yet, V(under_way), V(completed); V(unchanged) where no version was
      asked for or nothing newer is on offer.
  returned: success
  type: str
from:
  description: The version the cluster was at when the upgrade was decided.
  returned: success
  type: str
version:
  description: The version that was asked for; of V(latest) the one it stands for. Null where there is none.
  returned: success
  type: str
hops:
  description: The versions on the way, V(version) last.
  returned: with state present
  type: list
  elements: str
resumed:
  description: Whether this call went on with what another had decided (V(latest), O(control_plane_only)).
  returned: with state present
  type: bool
newest:
  description: The newest version on offer without known risks.
  returned: with state preflight
  type: str
ready:
  description: Whether nothing blocks that is not accepted.
  returned: with state preflight
  type: bool
blockers:
  description:
    - What blocks or endangers the upgrade, blockers first. When it was refused, only what kept it from being started. Empty where nothing was
      to be started.
  returned: always
  type: list
  elements: dict
  contains:
    severity: {description: C(blocker) or C(warning)., type: str}
    object: {description: The object it is about., type: str}
    reason: {description: Stable code., type: str}
    message: {description: What is the matter., type: str}
    remedy: {description: What to do about it., type: str}
gates:
  description: Admin gates of the cluster's version.
  returned: always
  type: list
  elements: dict
  contains:
    name: {description: Its name., type: str}
    text: {description: What the person who acknowledges it must read., type: str}
    acknowledged: {description: Whether somebody has., type: bool}
offers:
  description: The versions on offer.
  returned: always
  type: list
  elements: dict
  contains:
    version: {description: The version., type: str}
    image: {description: Its image., type: str}
    risks: {description: 'Known risks, each with C(name), C(message) and C(url).', type: list, elements: dict}
pools:
  description: MachineConfigPools as last seen.
  returned: always
  type: list
  elements: dict
  contains:
    name: {description: Its name., type: str}
    updated: {description: Whether all its nodes have the newest configuration., type: bool}
    nodes_updated: {description: How many have., type: int}
    nodes: {description: Of how many., type: int}
    paused: {description: Whether it is paused., type: bool}
    paused_by_us: {description: Whether this module has paused it., type: bool}
not_checked:
  description: What could not be looked at, each with C(what) and C(why). It is not to be taken for well.
  returned: always
  type: list
  elements: dict
decision_kept:
  description: Whether there is a note to take away with O(state=finished).
  returned: with state present
  type: bool
acknowledged:
  description: Names of the gates that this call has acknowledged.
  returned: with state present
  type: list
  elements: str
upgrades:
  description: For each version on the way, C(state), C(started), C(completed) and C(verified) as ClusterVersion's history has them.
  returned: with state present
  type: list
  elements: dict
timings:
  description: Seconds that this call has waited, by phase (C(offer), C(acceptance), C(control_plane), C(pools)).
  returned: with state present
  type: dict
timed_out:
  description: The C(phase) that took too long, a C(message), and C(waiting_for), what was outstanding. Null where none did.
  returned: with state present
  type: dict
cluster:
  description: The cluster as it stands now, see M(okd.boot_images.bootimage_status).
  returned: success
  type: dict
"""

from collections.abc import Mapping
from typing import Any

from ..module_utils.flow.phases import Phases
from ..module_utils.flow.preflight import preflight
from ..module_utils.flow.upgrade import finish, upgrade
from ..module_utils.model.wish import UpgradeWish
from ..module_utils.module import WAIT, Client, Tell, run

LIST: dict[str, Any] = {"type": "list", "elements": "str", "default": []}
ARGUMENTS: dict[str, Any] = {
    **WAIT,
    **{name: {"type": "str"} for name in ("version", "image", "channel", "via")},
    "foreseen_management": {"type": "dict"},
    **{name: LIST for name in ("acknowledge", "accept", "accept_risks")},
    **{
        name: {"type": "bool", "default": False}
        for name in ("retarget", "control_plane_only", "keep_decision", "quiet")
    },
    "state": {"type": "str", "choices": ["present", "preflight", "finished"], "default": "present"},
    "wait_for_pools": {"type": "bool", "default": True},
    **{name: {"type": "int", "default": each} for name, each in (("accept_timeout", 900), ("pools_timeout", 10800))},
    "on_timeout": {"type": "str", "choices": ["fail", "report"], "default": "fail"},
}


def main() -> None:
    def work(client: Client, params: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        wish = UpgradeWish.of(params)
        told: Tell = (lambda line: None) if params["quiet"] else tell
        if params["state"] == "preflight":
            return preflight(client, wish, params["accept"], told)
        if params["state"] == "finished":
            return finish(client)
        return upgrade(client, wish, params["accept"], Phases.of(params), told)

    run(
        ARGUMENTS,
        work,
        required_by={"image": ["version"], "via": ["version"]},
        required_if=[("state", "present", ("version", "channel", "acknowledge"), True)],
    )


if __name__ == "__main__":
    main()
