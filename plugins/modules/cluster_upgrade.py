#!/usr/bin/python
# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_upgrade
short_description: Ask for a cluster upgrade and wait until it is completed
version_added: 0.1.0
description:
  - Sets C(spec.desiredUpdate) of ClusterVersion/version, and goes on with an upgrade to that version that is under way.
  - Never starts an upgrade with open blockers, on top of another one, or by force.
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
    description: Shows the channel, the desired update and the acknowledgements.
    support: full
options:
  version:
    description:
      - The version to upgrade to. It must be on offer (C(status.availableUpdates)), unless O(image) is given.
    type: str
  image:
    description:
      - The release image of O(version), by digest. Only needed for versions that are not on offer.
    type: str
  channel:
    description:
      - The update channel to set.
    type: str
  acknowledge:
    description:
      - Keys of the admin gates to acknowledge, or V(all). Gates that are not open are left alone.
    type: list
    elements: str
    default: []
  accept:
    description:
      - Reason codes of blockers that do not keep the upgrade from being started.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Upgrade and wait
  okd.boot_images.cluster_upgrade:
    version: 4.18.0-okd-scos.5
    wait: true
    wait_timeout: 10800
"""

RETURN = r"""
from:
  description: The version the cluster was at.
  returned: success
  type: str
cluster:
  description: The cluster as it stands now, see M(okd.boot_images.bootimage_status).
  returned: success
  type: dict
blockers:
  description: What kept the upgrade from being started, each with C(object), C(reason), C(message), C(remedy).
  returned: when it was not started
  type: list
  elements: dict
"""

from collections.abc import Mapping
from typing import Any

from ..module_utils.flow.upgrade import upgrade
from ..module_utils.model.wish import UpgradeWish
from ..module_utils.module import WAIT, Client, Tell, patience, run

ARGUMENTS = {
    **WAIT,
    "version": {"type": "str"},
    "image": {"type": "str"},
    "channel": {"type": "str"},
    "acknowledge": {"type": "list", "elements": "str", "default": []},
    "accept": {"type": "list", "elements": "str", "default": []},
}


def main() -> None:
    def work(client: Client, params: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        wish = UpgradeWish(params["version"], params["image"], params["channel"], tuple(params["acknowledge"]))
        return upgrade(client, wish, params["accept"], patience(params), tell)

    run(ARGUMENTS, work, required_by={"image": ["version"]}, required_one_of=[("version", "channel", "acknowledge")])


if __name__ == "__main__":
    main()
