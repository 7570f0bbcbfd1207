# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CoreOS stream metadata for a release, in the shape of `openshift-install coreos print-stream-json`.

Names and releases follow the installer's data/data/coreos/{rhcos,scos,fcos}.json and its marketplace files:
`418.94.202502121215-0` up to 4.18, `9.6.20250701-0` after it, `10.0.20250628-0` on CentOS Stream,
`41.20250315.3.0` on Fedora.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from .versions import Version

RHCOS_REGIONS = (
    "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1",
    "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-gov-west-1", "us-west-1", "us-west-2",
)  # fmt: skip
SCOS_REGIONS = ("us-east-1", "us-gov-west-1")  # okd-project/okd#2223
POWERVS_REGIONS = ("au-syd", "eu-de", "eu-gb", "jp-tok", "us-east", "us-south")

_RHEL = {(4, 10): "84", (4, 11): "85", (4, 12): "85", (4, 13): "92", (4, 14): "92", (4, 15): "92"}
_FORMATS = {
    "aws": "vmdk.gz", "azure": "vhd.gz", "gcp": "tar.gz", "ibmcloud": "qcow2.gz", "metal": "raw.gz",
    "nutanix": "qcow2", "openstack": "qcow2.gz", "powervs": "ova.gz", "vmware": "ova",
}  # fmt: skip
_ARTIFACTS = {
    "x86_64": ("aws", "azure", "gcp", "ibmcloud", "metal", "nutanix", "openstack", "vmware"),
    "aarch64": ("aws", "azure", "gcp", "metal", "openstack"),
    "ppc64le": ("metal", "openstack", "powervs"),
    "s390x": ("ibmcloud", "metal", "openstack"),
}


def stream(version: Version, osstream: str = "rhel-9") -> dict[str, Any]:
    """The stream metadata of a release; `osstream` names one of OpenShift's OS streams (rhel-9, rhel-10)."""
    release = _release(version, osstream)
    return {
        "stream": _name(version, osstream),
        "metadata": {"last-modified": f"{version.built.isoformat()}T12:00:00Z", "generator": "okd.boot_images sandbox"},
        "architectures": {arch: _architecture(version, release, arch) for arch in _ARTIFACTS},
    }


def _name(version: Version, osstream: str) -> str:
    if version.distribution == "fcos":
        return "stable"
    if version.distribution == "scos":
        return "c10s" if version.minor >= (4, 20) else "c9s"
    major, y = version.minor
    return f"rhcos-{major}.{y}" if osstream == "rhel-9" else f"rhcos-{major}.{y}-{osstream}"


def _release(version: Version, osstream: str) -> str:
    """The CoreOS build: a function of the release, but one build for all of 4.12, as its real stream had."""
    if version.minor == (4, 12) and version.distribution == "rhcos":
        return "412.85.202203181601-0"
    day, time = f"{version.built:%Y%m%d}", _digest("time", version.text)
    stamp = f"{day}{int(time[:4], 16) % 24:02d}{int(time[4:8], 16) % 60:02d}"
    number = "".join(str(part) for part in version.minor)
    if version.distribution == "fcos":
        built = version.built - dt.timedelta(days=14)
        half_years = (built.year - 2023) * 2 + (built.month >= 4) + (built.month >= 11) - 1
        return f"{38 + half_years}.{built:%Y%m%d}.3.0"
    early = int(version.early)  # a candidate and a release may be built on one day
    if version.distribution == "scos":
        if version.minor <= (4, 18):
            return f"{number}.9.{stamp}-{early}"
        return f"{'10' if version.minor >= (4, 20) else '9'}.0.{day}-{early}"
    if version.minor <= (4, 18):
        return f"{number}.{_RHEL.get(version.minor, '94')}.{stamp}-{early}"
    rhel9 = "9.6" if version.minor <= (4, 21) else "9.8"
    return f"{rhel9 if osstream == 'rhel-9' else '10.2'}.{day}-{early}"


def _architecture(version: Version, release: str, arch: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "artifacts": {platform: _artifact(version, release, arch, platform) for platform in _ARTIFACTS[arch]},
        "images": _images(version, release, arch),
    }
    if arch in ("x86_64", "aarch64") and version.distribution != "fcos":
        entry["rhel-coreos-extensions"] = _extensions(version, release, arch)
    return entry


def _artifact(version: Version, release: str, arch: str, platform: str) -> dict[str, Any]:
    suffix = _FORMATS[platform]
    name = _prefix(version) + f"-{release}-{platform}.{arch}.{suffix}"
    base = "https://rhcos.mirror.openshift.com/art/storage/prod/streams"
    location = f"{base}/{_name(version, 'rhel-9')}/builds/{release}/{arch}/{name}"
    return {"release": release, "formats": {suffix: {"disk": {"location": location, "sha256": _digest(location)}}}}


def _images(version: Version, release: str, arch: str) -> dict[str, Any]:
    dashed, prefix = release.replace(".", "-"), _prefix(version)
    if arch == "ppc64le":
        name = f"{prefix}-{dashed}"
        return {"powervs": {"regions": {region: _powervs(name, release, region) for region in POWERVS_REGIONS}}}
    if arch == "s390x":
        return {}
    regions: Iterable[str] = SCOS_REGIONS if version.distribution == "scos" else RHCOS_REGIONS
    project = "fedora-coreos-cloud" if version.distribution == "fcos" else "rhcos-cloud"
    amis = {region: {"release": release, "image": _ami(version, release, arch, region)} for region in regions}
    name = f"{prefix}-{dashed}-gcp-{arch.replace('_', '-')}"
    return {"aws": {"regions": amis}, "gcp": {"release": release, "project": project, "name": name}}


def _powervs(name: str, release: str, region: str) -> dict[str, str]:
    bucket, file = f"rhcos-powervs-images-{region}", f"{name}-ppc64le-powervs.ova.gz"
    url = f"https://s3.{region}.cloud-object-storage.appdomain.cloud/{bucket}/{file}"
    return {"release": release, "object": file, "bucket": bucket, "url": url}


def _extensions(version: Version, release: str, arch: str) -> dict[str, Any]:
    """Azure's images. SCOS has the disk only, no marketplace."""
    url = f"https://rhcos.blob.core.windows.net/imagebucket/{_prefix(version)}-{release}-azure.{arch}.vhd"
    extensions: dict[str, Any] = {"azure-disk": {"release": release, "url": url}}
    if version.distribution == "rhcos":
        extensions["marketplace"] = {"azure": _marketplace(version, release, arch)}
    return extensions


def _marketplace(version: Version, release: str, arch: str) -> dict[str, Any]:
    number = "".join(str(part) for part in version.minor)
    free = {"publisher": "azureopenshift", "offer": "aro4", "version": _cut_to_day(release)}
    if arch == "aarch64":
        return {"no-purchase-plan": {"hyperVGen2": free | {"sku": f"{number}-arm"}}}
    plans = {
        "no-purchase-plan": {
            "hyperVGen1": free | {"sku": f"aro_{number}"},
            "hyperVGen2": free | {"sku": f"{number}-v2"},
        }
    }
    paid_version = f"{version.minor[0]}.{version.minor[1]}.{version.built:%Y%m%d}12"
    for suffix, publisher in (("", "redhat"), ("-emea", "redhat-limited")):
        for plan in ("ocp", "opp", "oke"):
            offer = f"rh-{plan}-worker"
            paid = {"publisher": publisher, "offer": offer, "version": paid_version}
            plans[plan + suffix] = {"hyperVGen1": paid | {"sku": f"{offer}-gen1"}, "hyperVGen2": paid | {"sku": offer}}
    return plans


def _cut_to_day(release: str) -> str:
    """`418.94.202502121215-0` → `418.94.20250212`, the form marketplace versions have."""
    head, _ignored, stamp = release.split("-")[0].rpartition(".")
    return f"{head}.{stamp[:8]}"


def _prefix(version: Version) -> str:
    return "fedora-coreos" if version.distribution == "fcos" else version.distribution


def _ami(version: Version, release: str, arch: str, region: str) -> str:
    return "ami-0" + _digest("ami", version.distribution, release, arch, region)[:16]


def _digest(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()
