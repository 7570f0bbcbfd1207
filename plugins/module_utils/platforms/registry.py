# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every platform the collection knows, by Infrastructure's own word. A new platform is one file and one line here."""

from __future__ import annotations

from .aws import AWS
from .base import Platform
from .gcp import GCP

PLATFORMS: dict[str, Platform] = {platform.name: platform for platform in (AWS(), GCP())}
