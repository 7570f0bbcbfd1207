# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EC2 to ask on 127.0.0.1: moto's server in a process of its own, and a front before it that makes up for where moto differs from EC2.

with Ec2.start(folder, [Ami("ami-0123456789abcdef0", name="rhcos-9.6.20250701-0-x86_64")]) as ec2:
    os.environ.update(ec2.environment())          # for boto3, here or in an ansible-playbook
    ec2.faults.throttle["DescribeImages"] = 2     # the next two are refused
    ec2.calls("DescribeImages")                   # who asked for what, in which region
"""

from __future__ import annotations

from .catalogue import ACCOUNT, MARKETPLACE_OWNER, RHCOS_OWNER, Ami
from .faults import Call, Faults
from .server import Ec2

__all__ = ["ACCOUNT", "MARKETPLACE_OWNER", "RHCOS_OWNER", "Ami", "Call", "Ec2", "Faults"]
