# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Amazon Web Services."""

from __future__ import annotations

from collections.abc import Sequence

from .platform import Json, Place, Platform


def ami(place: Place) -> str:
    """The AMI of the region; where the stream has none, as SCOS outside us-east-1, the one of us-east-1."""
    regions = place.images["images"]["aws"]["regions"]
    return regions.get(place.region, regions["us-east-1"])["image"]


def _provider_spec(place: Place) -> Json:
    return {
        "apiVersion": "machine.openshift.io/v1beta1",
        "kind": "AWSMachineProviderConfig",
        "metadata": {"creationTimestamp": None},
        "ami": {"id": ami(place)},
        "blockDevices": [
            {"ebs": {"encrypted": True, "iops": 0, "kmsKey": {"arn": ""}, "volumeSize": 120, "volumeType": "gp3"}}
        ],
        "capacityReservationId": "",
        "credentialsSecret": {"name": "aws-cloud-credentials"},
        "deviceIndex": 0,
        "iamInstanceProfile": {"id": f"{place.infra}-{place.role}-profile"},
        "instanceType": "m6g.xlarge" if place.arch == "aarch64" else "m6i.xlarge",
        "metadataServiceOptions": {},
        "placement": {"availabilityZone": place.zone, "region": place.region},
        "securityGroups": [_named(f"{place.infra}-node"), _named(f"{place.infra}-lb")],
        "subnet": _named(f"{place.infra}-subnet-private-{place.zone}"),
        "tags": [{"name": f"kubernetes.io/cluster/{place.infra}", "value": "owned"}],
        "userDataSecret": place.user_data,
    }


def _named(name: str) -> Json:
    return {"filters": [{"name": "tag:Name", "values": [name]}]}


def _failure_domains(place: Place, zones: Sequence[str]) -> Json:
    def domain(zone: str) -> Json:
        subnet = _named(f"{place.infra}-subnet-private-{zone}")
        return {"placement": {"availabilityZone": zone}, "subnet": {"type": "Filters", **subnet}}

    return {"platform": "AWS", "aws": [domain(zone) for zone in zones]}


PLATFORM = Platform(
    type="AWS",
    region="us-east-1",
    zones=("us-east-1a", "us-east-1b", "us-east-1c"),
    status=lambda infra, region: {"region": region},
    provider_spec=_provider_spec,
    failure_domains=_failure_domains,
)
