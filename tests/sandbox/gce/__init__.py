# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute Engine's images to ask for on 127.0.0.1, and everything that gives tokens for it: the OAuth endpoint, IAM Service Account Credentials,
the Security Token Service, a virtual machine's metadata server.

with Gce.start([Image("rhcos-9-6-20250701-0-gcp-x86-64")]) as gce:
    account = gce.add_account("ansible")                 # with a real key: google-auth signs with it, the token endpoint checks it
    gce.faults.throttle = [Throttled(429, "1")]           # the next request is refused: Retry-After 1
    gce.calls("images.get")                               # who asked for what
"""

from __future__ import annotations

from .catalogue import OWN_PROJECT, Image
from .faults import Call, Faults, Throttled
from .principals import Account
from .server import Gce

__all__ = ["OWN_PROJECT", "Account", "Call", "Faults", "Gce", "Image", "Throttled"]
