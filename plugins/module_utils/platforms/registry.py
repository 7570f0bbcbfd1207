# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every platform the collection knows, by Infrastructure's own word. A new platform is one file and one line here."""

from __future__ import annotations

from .aws import AWS
from .azure import Azure
from .baremetal import BareMetal
from .base import Platform
from .gcp import GCP
from .ibmcloud import IBMCloud
from .none import WithoutMachines
from .nutanix import Nutanix
from .openstack import OpenStack
from .powervs import PowerVS
from .vsphere import VSphere

_ALL: tuple[Platform, ...] = (
    AWS(),
    Azure(),
    BareMetal(),
    GCP(),
    IBMCloud(),
    Nutanix(),
    OpenStack(),
    PowerVS(),
    VSphere(),
    WithoutMachines("External"),
    WithoutMachines("None"),
)
PLATFORMS: dict[str, Platform] = {platform.name: platform for platform in _ALL}
