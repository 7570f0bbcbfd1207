# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Google Cloud."""

from __future__ import annotations

from collections.abc import Sequence

from .platform import Json, Place, Platform

PROJECT = "openshift-demo"


def image(place: Place) -> str:
    """The boot image's path, as the installer writes it."""
    gcp = place.images["images"]["gcp"]
    return f"projects/{gcp['project']}/global/images/{gcp['name']}"


def _provider_spec(place: Place) -> Json:
    short = place.role[0]
    return {
        "apiVersion": "machine.openshift.io/v1beta1",
        "kind": "GCPMachineProviderSpec",
        "metadata": {"creationTimestamp": None},
        "canIPForward": False,
        "credentialsSecret": {"name": "gcp-cloud-credentials"},
        "deletionProtection": False,
        "disks": [
            {"autoDelete": True, "boot": True, "image": image(place), "labels": None, "sizeGb": 128, "type": "pd-ssd"}
        ],
        "machineType": "t2a-standard-4" if place.arch == "aarch64" else "n2-standard-4",
        "networkInterfaces": [
            {"network": f"{place.infra}-network", "subnetwork": f"{place.infra}-{place.role}-subnet"}
        ],
        "projectID": PROJECT,
        "region": place.region,
        "serviceAccounts": [
            {
                "email": f"{place.infra}-{short}@{PROJECT}.iam.gserviceaccount.com",
                "scopes": ["https://www.googleapis.com/auth/cloud-platform"],
            }
        ],
        "shieldedInstanceConfig": {},
        "tags": [f"{place.infra}-{place.role}"],
        "userDataSecret": place.user_data,
        "zone": place.zone,
    }


def _failure_domains(place: Place, zones: Sequence[str]) -> Json:
    return {"platform": "GCP", "gcp": [{"zone": zone} for zone in zones]}


PLATFORM = Platform(
    type="GCP",
    region="us-central1",
    zones=("us-central1-a", "us-central1-b", "us-central1-c"),
    status=lambda infra, region: {"projectID": PROJECT, "region": region},
    provider_spec=_provider_spec,
    failure_domains=_failure_domains,
)
