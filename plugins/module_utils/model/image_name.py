# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an image's name tells of its release and build date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_OCP = re.compile(r"\b(?:rhcos|scos)-(4)(\d{1,2})[-.](\d{2,3})[-.](\d{8})\d{4}-\d+\b")
"""Up to 4.18: rhcos-<OCP>-<RHEL>-<timestamp>-<n>, e.g. rhcos-412-85-202203181601-0-gcp-x86-64; in the names of files with dots."""
_RHEL = re.compile(r"\b(rhcos|scos)-(\d{1,2})[-.](\d{1,2})[-.](\d{8})(?:\d{4})?-\d+\b")
"""From 4.19: rhcos-<RHEL major>-<minor>-<date>-<n>; the name says nothing of OpenShift's release."""
_FCOS = re.compile(r"\bfedora-coreos-(\d{2})[-.](\d{8})[-.]\d+[-.]\d+\b")
_AZURE = re.compile(r"(?:^[^:]+:[^:]+:[^:]+:|/versions/)4\.?(\d{1,2})\.(?:\d{1,3}\.)?(\d{8})(?:\d{2}){0,2}$")
"""Azure's versions, of publisher:offer:sku:version or in a gallery: 419.6.20250523 (unpaid), 4.18.2025031114 (paid), 414.92.202311142105."""


@dataclass(frozen=True)
class ImageName:
    """I(release) is OpenShift's minor release where the name has it; I(os) is the operating system's, e.g. C(RHEL 9.6)."""

    release: str | None
    os: str
    built: date | None

    @property
    def minor(self) -> int | None:
        return int(self.release.split(".")[1]) if self.release else None


def parse(image: str | None) -> ImageName | None:
    """Take an image's name apart; None where it tells nothing (AMI ids, custom images)."""
    text = image or ""
    match = _OCP.search(text)
    if match:
        major, minor, rhel, stamp = match.groups()
        return ImageName(f"{major}.{int(minor)}", f"RHEL {rhel[0]}.{rhel[1:]}", _date(stamp))
    match = _RHEL.search(text)
    if match:
        kind, major, minor, stamp = match.groups()
        name = "CentOS Stream" if kind == "scos" else "RHEL"
        return ImageName(None, f"{name} {major}.{minor}", _date(stamp))
    match = _FCOS.search(text)
    if match:
        return ImageName(None, f"Fedora {match.group(1)}", _date(match.group(2)))
    match = _AZURE.search(text)
    if match:
        return ImageName(f"4.{int(match.group(1))}", "CoreOS", _date(match.group(2)))
    return None


def _date(stamp: str) -> date | None:
    try:
        return date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]))
    except ValueError:
        return None
