# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenStack."""

from __future__ import annotations

from .platform import Json, Place, Platform


def _provider_spec(place: Place) -> Json:
    return {
        "apiVersion": "machine.openshift.io/v1alpha1",
        "kind": "OpenstackProviderSpec",
        "metadata": {"creationTimestamp": None},
        "cloudName": "openstack",
        "cloudsSecret": {"name": "openstack-cloud-credentials", "namespace": "openshift-machine-api"},
        "flavor": "m1.xlarge",
        "image": f"{place.infra}-rhcos",
        "networks": [
            {"filter": {}, "subnets": [{"filter": {"tags": f"openshiftClusterID={place.infra}"}}]},
        ],
        "securityGroups": [{"filter": {}, "name": f"{place.infra}-{place.role}"}],
        "serverGroupName": f"{place.infra}-{place.role}",
        "serverMetadata": {"Name": f"{place.infra}-{place.role}", "openshiftClusterID": place.infra},
        "tags": [f"openshiftClusterID={place.infra}"],
        "trunk": True,
        "userDataSecret": place.user_data,
    }


PLATFORM = Platform(
    type="OpenStack",
    region="regionOne",
    zones=("nova",),
    status=lambda infra, region: {
        "apiServerInternalIPs": ["10.0.0.5"], "cloudName": "openstack", "ingressIPs": ["10.0.0.7"],
    },
    provider_spec=_provider_spec,
)  # fmt: skip
