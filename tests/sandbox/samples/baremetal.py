# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bare metal, provisioned by Metal3."""

from __future__ import annotations

from .platform import Json, Place, Platform


def _provider_spec(place: Place) -> Json:
    """As installs from 4.10 on have it: no image, the node installs itself from the release's own ISO."""
    return {
        "apiVersion": "baremetal.cluster.k8s.io/v1alpha1",
        "kind": "BareMetalMachineProviderSpec",
        "metadata": {"creationTimestamp": None},
        "customDeploy": {"method": "install_coreos"},
        "hostSelector": {},
        "image": {"checksum": "", "url": ""},
        "userData": place.user_data,
    }


PLATFORM = Platform(
    type="BareMetal",
    status=lambda infra, region: {"apiServerInternalIPs": ["10.0.0.2"], "ingressIPs": ["10.0.0.3"]},
    provider_spec=_provider_spec,
    control_plane_set=False,
)
