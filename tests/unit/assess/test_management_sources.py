# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the answer to "what does the operator manage" comes from: status, spec, default, gate; also without the definitions at hand."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import configuration, manager, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.management import management
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import Capabilities
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Management

WORKERS, CONTROL_PLANE = "machinesets", "controlplanemachinesets"
UNREAD = Capabilities(frozenset(), frozenset(), mirror=False, skew=False, source="unknown")
NOTHING = Capabilities(frozenset(), frozenset(), mirror=False, skew=False)
BOTH = [manager(), manager(resource=CONTROL_PLANE)]


def gate(name: str, release: str = "4.22") -> dict[str, Any]:
    """FeatureGate with one gate off."""
    return {"status": {"featureGates": [{"version": f"{release}.0", "disabled": [{"name": name}]}]}}


@pytest.mark.parametrize("resource", [WORKERS, CONTROL_PLANE])
def test_a_configuration_that_may_not_be_read(resource: str) -> None:
    hidden = snapshot(configuration=None, configuration_known=False)
    assert management(hidden)[resource] == Management("unknown", "default")


@pytest.mark.parametrize("platform", ["AWS", "Azure", "GCP"])
def test_control_planes_of_three_platforms_are_managed(platform: str) -> None:
    fresh = configuration("4.22", BOTH, observed=False)
    assert management(snapshot([], "4.22", platform, configuration=fresh))[CONTROL_PLANE] == Management(
        "All", "spec", False
    )


@pytest.mark.parametrize("platform", ["VSphere", "OpenStack"])
@pytest.mark.parametrize("observed", [True, False])
def test_control_planes_of_others_are_not(platform: str, observed: bool) -> None:
    made = configuration("4.22", BOTH, observed=observed)
    told = management(snapshot([], "4.22", platform, configuration=made))[CONTROL_PLANE]
    assert told == Management("unsupported", "default", observed)


@pytest.mark.parametrize(
    ("off", "workers", "control_plane"),
    [
        ("ManagedBootImages", ("unsupported", "gate"), ("All", "status")),
        ("ManagedBootImagesCPMS", ("All", "status"), ("unsupported", "gate")),
        ("ManagedBootImagesAWS", ("All", "status"), ("All", "status")),
    ],
)
def test_each_resource_has_its_own_gate(off: str, workers: Any, control_plane: Any) -> None:
    made = configuration("4.22", BOTH)
    told = management(snapshot([], "4.22", configuration=made, feature_gate=gate(off)))
    assert [(each.mode, each.source) for each in (told[WORKERS], told[CONTROL_PLANE])] == [workers, control_plane]


def test_an_unlisted_gate_of_a_platform_without_one_says_nothing() -> None:
    made = configuration("4.22", BOTH)
    told = management(snapshot([], "4.22", "OpenStack", configuration=made, feature_gate=gate("")))
    assert told[WORKERS] == Management("All", "status")


def test_without_the_definitions_a_mirror_tells() -> None:
    made = configuration("4.22", [manager("None")], BOTH)
    told = management(snapshot([], "4.22", configuration=made, capabilities=UNREAD))
    assert (told[WORKERS], told[CONTROL_PLANE]) == (Management("All", "status"), Management("All", "status"))


def test_without_definitions_and_mirror_spec_tells() -> None:
    made = configuration("4.18", [manager()])
    assert management(snapshot([], "4.18", configuration=made, capabilities=UNREAD))[WORKERS] == Management(
        "All", "spec"
    )
    assert management(snapshot([], "4.18", configuration=made, capabilities=NOTHING))[WORKERS].mode == "unsupported"


def test_strangers_modes_and_selectors() -> None:
    odd: Any = {**manager(), "selection": {"mode": 3}}
    assert management(snapshot([], "4.18", configuration=configuration("4.18", [odd])))[WORKERS].mode == "3"
    text = manager("Partial", "text")
    told = management(snapshot([], "4.18", configuration=configuration("4.18", [text])))[WORKERS]
    assert told == Management("Partial", "spec", selector={})


@pytest.mark.parametrize("cloud", ["AzureStackCloud", "AzurePublicCloud"])
def test_azure_stack_is_told_by_its_cloud(cloud: str) -> None:
    infrastructure = {"status": {"platformStatus": {"type": "Azure", "azure": {"cloudName": cloud}}}}
    made = configuration("4.22", None, observed=False)
    told = management(snapshot([], "4.22", "Azure", configuration=made, infrastructure=infrastructure))[WORKERS]
    assert told.mode == ("All" if cloud == "AzurePublicCloud" else "unsupported")
