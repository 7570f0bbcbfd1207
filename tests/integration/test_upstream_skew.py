# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Machine Config Operator's own end-to-end scenarios (its test/extended-priv), by their numbers: skew enforcement, 4.22."""

from __future__ import annotations

import pytest
from integration.support.clusters import Cluster
from integration.support.scenarios import (
    ARCHITECTURE,
    SPEED,
    Clusters,
    Json,
    blockers,
    change,
    configure,
    healthy,
    look,
    operator,
    outlook,
    until,
)

from sandbox import ApiError


def enforce(made: Cluster, stanza: Json) -> None:
    """Merge into spec.bootImageSkewEnforcement, and wait until the status has followed."""
    made.client.patch("machineconfigurations", "cluster", {"spec": {"bootImageSkewEnforcement": stanza}})
    until(made, lambda: skew(made) == made.configuration()["spec"]["bootImageSkewEnforcement"], f"skew {stanza}")


def skew(made: Cluster) -> Json:
    return dict(made.configuration().get("status", {}).get("bootImageSkewEnforcementStatus") or {})


def upgradeable(made: Cluster, status: str, text: str = "") -> None:
    """ClusterOperator machine-config comes to say so."""

    def told() -> bool:
        found = operator(made, "Upgradeable")
        return found.get("status") == status and text in found.get("message", "")

    until(made, told, f"Upgradeable={status} {text}")


def unblocked(made: Cluster) -> None:
    """The upgrade guard opens, and bootimage_status sees it."""
    upgradeable(made, "True")
    until(made, lambda: not blockers(look(made)) & {"boot_image_skew", "operator_not_upgradeable"}, "no blocker")


def blocked(made: Cluster, text: str) -> None:
    """The upgrade guard closes for a version beyond the limit, and bootimage_status sees it by itself."""
    upgradeable(made, "False", text)
    assert blockers(look(made)) >= {"boot_image_skew", "operator_not_upgradeable"}


def test_skew_manual_beyond_the_limit_blocks_and_within_it_or_none_does_not(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    made.sandbox.start_operator(SPEED)
    manual = {"mode": "OCPVersion", "ocpVersion": "4.12.30"}
    enforce(made, {"mode": "Manual", "manual": manual})
    blocked(made, "OCP boot image version 4.12.30, which is below the minimum required version 4.13.0.")
    assert look(made)["configuration"]["skew"]["status"] == {"mode": "Manual", "manual": manual}
    enforce(made, {"mode": "Manual", "manual": {"ocpVersion": "4.13.0"}})
    unblocked(made)

    old = {"mode": "RHCOSVersion", "rhcosVersion": "412.86.202301311551-0", "ocpVersion": None}
    enforce(made, {"mode": "Manual", "manual": old})
    blocked(made, "(RHEL version: 8.6), which is below the minimum required RHEL version 9.2.")
    enforce(made, {"mode": "None", "manual": None})
    unblocked(made)
    enforce(made, {"mode": "Manual", "manual": {"mode": "RHCOSVersion", "rhcosVersion": "9.2.20230701-0"}})
    unblocked(made)


def test_skew_automatic_records_the_release_rejects_none_for_workers_and_blocks_while_degraded(
    cluster: Clusters,
) -> None:
    made = cluster("gcp", release="4.22.1")
    made.sandbox.start_operator(SPEED)
    recorded = {"mode": "Automatic", "automatic": {"ocpVersion": "4.22.1"}}
    until(made, lambda: skew(made) == recorded, "a clean pass")
    unblocked(made)
    assert look(made)["configuration"]["skew"]["status"] == recorded

    with pytest.raises(ApiError, match="when skew enforcement is in Automatic mode"):
        made.off()
    assert made.managers() is None

    name = made.names[0]
    change(made, name, annotations={ARCHITECTURE: "kubernetes.io/arch=vax"})
    upgradeable(made, "False", "due to boot image update failures: Boot image controller is degraded: 1 Degraded MAPI")
    found = look(made)
    assert "operator_not_upgradeable" in blockers(found)
    assert outlook(found)[name] == ("fail", "architecture_invalid")
    change(made, name, annotations={ARCHITECTURE: "kubernetes.io/arch=amd64"})
    healthy(made)
    unblocked(made)

    enforce(made, {"mode": "None"})
    configure(made, "None")
    assert look(made)["configuration"]["effective"]["machinesets"]["mode"] == "None"
