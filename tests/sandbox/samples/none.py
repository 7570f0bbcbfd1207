# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No platform: user-provisioned, without machine sets."""

from __future__ import annotations

from .platform import Platform

PLATFORM = Platform(type="None", control_plane_set=False)
