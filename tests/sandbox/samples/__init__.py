# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The samples by name: which platform, which release it stands on, and which one it was born on."""

from __future__ import annotations

from dataclasses import dataclass

from . import aws, azure, baremetal, gcp, ibmcloud, none, nutanix, openstack, powervs, vsphere
from .platform import Platform


@dataclass(frozen=True)
class Sample:
    """The defaults of a sample; each can be overridden when it is loaded."""

    platform: Platform
    release: str
    born: str
    channel: str = ""  # empty: the release's own
    machine_sets: int = 1
    machines: int = 1  # of each machine set


SAMPLES = {
    "gcp": Sample(gcp.PLATFORM, "4.17.12", "4.12.30", "stable-4.18", machine_sets=3, machines=2),
    "aws": Sample(aws.PLATFORM, "4.18.6", "4.14.3", "stable-4.19", machine_sets=3, machines=2),
    "okd-gcp": Sample(gcp.PLATFORM, "4.18.0-okd-scos.5", "4.17.0-okd-scos.1", machine_sets=3, machines=2),
    "okd-aws": Sample(aws.PLATFORM, "4.18.0-okd-scos.5", "4.17.0-okd-scos.1", machine_sets=3, machines=2),
    "azure": Sample(azure.PLATFORM, "4.21.2", "4.14.3", "stable-4.22", machine_sets=2),
    "vsphere": Sample(vsphere.PLATFORM, "4.21.2", "4.14.3", "stable-4.22"),
    "openstack": Sample(openstack.PLATFORM, "4.18.6", "4.14.3"),
    "nutanix": Sample(nutanix.PLATFORM, "4.18.6", "4.14.3"),
    "ibmcloud": Sample(ibmcloud.PLATFORM, "4.18.6", "4.14.3", machine_sets=2),
    "powervs": Sample(powervs.PLATFORM, "4.18.6", "4.15.3"),
    "baremetal": Sample(baremetal.PLATFORM, "4.18.6", "4.12.30"),
    "none": Sample(none.PLATFORM, "4.18.6", "4.12.30", machine_sets=0, machines=0),
}
