# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the contract that the API server holds: what each release's schema and policies refuse, in which words. All dry runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import ApiError, Sandbox

Load = Callable[..., Sandbox]
STABLE = ["4.17.12", "4.18.6", "4.19.2", "4.20.2", "4.21.2", "4.22.1", "5.0.1"]
PREVIEW = {"feature_set": "TechPreviewNoUpgrade"}
SKEW_ALL = (
    "when skew enforcement is in Automatic mode, any MachineAPI MachineSet MachineManager must use selection mode 'All'"
)
SKEW_EMPTY = "when skew enforcement is in Automatic mode, managedBootImages.machineManagers must not be an empty list"
PARTIAL = "Partial is required when type is partial, and forbidden otherwise"


def entry(
    mode: str, resource: str = "machinesets", group: str = "machine.openshift.io", **partial: Any
) -> dict[str, Any]:
    selection: dict[str, Any] = {"mode": mode, **({"partial": partial} if partial else {})}
    return {"resource": resource, "apiGroup": group, "selection": selection}


def managed(*entries: Any) -> dict[str, Any]:
    return {"managedBootImages": {"machineManagers": list(entries)}}


def answer(made: Sandbox, spec: dict[str, Any], dry_run: bool = True) -> str:
    """The server's refusal, empty where it accepts."""
    try:
        made.client.patch("machineconfigurations", "cluster", {"spec": spec}, dry_run=dry_run)
    except ApiError as error:
        assert error.status == 422
        return error.message
    return ""


@pytest.mark.contract(
    "O4.refused-partial", "O4.refused-twice", "O4.refused-group", "O4.refused-none", "O1.confirmed-none-unknown"
)
@pytest.mark.parametrize("release", STABLE)
def test_o4_what_every_release_refuses(sandbox: Load, release: str) -> None:
    made = sandbox("gcp", release=release)
    selector = {"machineResourceSelector": {"matchLabels": {"a": "b"}}}
    assert answer(made, managed(entry("All"))) == answer(made, managed(entry("Partial", **selector))) == ""
    without, beside = answer(made, managed(entry("Partial"))), answer(made, managed(entry("All", **selector)))
    assert PARTIAL in without and PARTIAL in beside
    assert "Duplicate value" in answer(made, managed(entry("All"), entry("All")))
    assert "Unsupported value" in answer(made, managed(entry("All", group="cluster.x-k8s.io")))
    none = answer(made, managed(entry("None")))
    assert ('Unsupported value: "None"' in none) is (release in STABLE[:2])
    assert (none == "") is (release not in STABLE[:2])


@pytest.mark.contract("O4.refused-cpms", "O1.confirmed-cpms-partial", "U1.4.20.CPMS", "U1.4.21.CPMS", "U1.4.22.CPMS")
@pytest.mark.parametrize(
    ("release", "more", "known"),
    [
        ("4.19.2", {}, False),
        ("4.20.2", PREVIEW, False),
        ("4.21.2", {}, False),
        ("4.21.2", PREVIEW, True),
        ("4.22.1", {}, True),
    ],
)
def test_o4_which_schema_knows_the_control_plane(sandbox: Load, release: str, more: Any, known: bool) -> None:
    made = sandbox("gcp", release=release, **more)
    refused = answer(made, managed(entry("All"), entry("All", "controlplanemachinesets")))
    assert ('Unsupported value: "controlplanemachinesets"' in refused) is not known
    if known:
        assert refused == ""
        partial = entry("Partial", "controlplanemachinesets", machineResourceSelector={"matchLabels": {"a": "b"}})
        told = "Only All or None selection mode is permitted for ControlPlaneMachineSets"
        assert told in answer(made, managed(entry("All"), partial))


@pytest.mark.contract("O1.20")
@pytest.mark.parametrize("release", ["4.22.1", "5.0.1"])
def test_o1_20_what_automatic_skew_enforcement_refuses(sandbox: Load, release: str) -> None:
    made = sandbox("gcp", release=release)
    assert answer(made, managed(entry("None"))) == ""
    automatic = {"mode": "Automatic", "automatic": {"ocpVersion": "4.22.1"}}
    mirror = managed(entry("All"))["managedBootImages"]
    status = {"bootImageSkewEnforcementStatus": automatic, "managedBootImagesStatus": mirror}
    made.client.patch("machineconfigurations", "cluster", {"status": status}, subresource="status")
    assert SKEW_ALL in answer(made, managed(entry("None")))
    assert SKEW_EMPTY in answer(made, managed()) and SKEW_ALL not in answer(made, managed())
    manual = {"mode": "Manual", "manual": {"mode": "OCPVersion", "ocpVersion": "4.22.1"}}
    for stanza in ({"mode": "None"}, manual):
        assert SKEW_ALL in answer(made, {**managed(entry("None")), "bootImageSkewEnforcement": stanza})
    assert answer(made, managed(entry("All"))) == answer(made, managed(entry("All", "controlplanemachinesets"))) == ""


@pytest.mark.contract("O1.21", "O7.refused")
def test_o1_21_what_has_to_be_nulled_and_what_is_no_stanza(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.22.1")

    def enforce(stanza: Any, dry_run: bool = True) -> str:
        return answer(made, {"bootImageSkewEnforcement": stanza}, dry_run)

    by_ocp = {"mode": "OCPVersion", "ocpVersion": "4.18.3"}
    assert enforce({"mode": "Manual", "manual": by_ocp}, dry_run=False) == ""
    assert "manual is required when mode is Manual, and forbidden otherwise" in enforce({"mode": "None"})
    assert enforce({"mode": "None", "manual": None}) == ""
    by_rhcos = {"mode": "RHCOSVersion", "rhcosVersion": "9.6.20250701-0"}
    told = "ocpVersion is required when mode is OCPVersion, and forbidden otherwise"
    assert told in enforce({"mode": "Manual", "manual": by_rhcos})
    assert enforce({"mode": "Manual", "manual": {**by_rhcos, "ocpVersion": None}}) == ""

    assert 'Unsupported value: "Automatic"' in enforce({"mode": "Automatic", "manual": None})
    both = {"mode": "OCPVersion", "rhcosVersion": "9.6.20250701-0"}
    assert "rhcosVersion is required when mode is RHCOSVersion, and forbidden otherwise" in enforce(
        {"mode": "Manual", "manual": both}
    )
    short = enforce({"mode": "Manual", "manual": {"ocpVersion": "4.9"}})
    assert "ocpVersion" in short and "x.y.z" in short and short.count("ocpVersion:") == 2


@pytest.mark.contract("O1.4")
@pytest.mark.parametrize(
    ("release", "more", "kept"),
    [
        ("4.20.2", {}, False),
        ("4.20.2", PREVIEW, True),
        ("4.21.2", {}, False),
        ("4.22.1", {}, True),
        ("5.0.1", {}, True),
    ],
)
def test_o1_04_which_schema_keeps_the_architecture(sandbox: Load, release: str, more: Any, kept: bool) -> None:
    made = sandbox("gcp", release=release, **more)
    patch = {"status": {"desired": {"architecture": "Multi"}}}
    found = made.client.patch("clusterversions", "version", patch, subresource="status", dry_run=True)
    assert (found["status"]["desired"].get("architecture") == "Multi") is kept


@pytest.mark.contract("U1.4.20.skew", "U1.4.21.skew", "U1.4.22.skew")
@pytest.mark.parametrize(
    ("release", "more", "known"),
    [
        ("4.20.2", PREVIEW, False),
        ("4.21.2", {}, False),
        ("4.21.2", PREVIEW, True),
        ("4.22.1", {}, True),
        ("5.0.1", {}, True),
    ],
)
def test_u1_which_schema_knows_skew_enforcement(sandbox: Load, release: str, more: Any, known: bool) -> None:
    made = sandbox("gcp", release=release, **more)
    patch = {"spec": {"bootImageSkewEnforcement": {"mode": "None"}}}
    found = made.client.patch("machineconfigurations", "cluster", patch, dry_run=True)
    assert ("bootImageSkewEnforcement" in found["spec"]) is known
