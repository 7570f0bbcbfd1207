# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which file of a CRD is taken, and for which release."""

from __future__ import annotations

import pytest

from sandbox import SandboxError, crds, policies

PREFIX = "0000_10_config-operator_01_infrastructures"


def _files(*variants: str) -> list[str]:
    return [f"{PREFIX}{'-' if variant else ''}{variant}.crd.yaml" for variant in variants]


@pytest.mark.parametrize(
    ("variants", "feature_set", "chosen"),
    [
        (("Default", "OKD", "TechPreviewNoUpgrade"), "Default", "OKD"),
        (("Default", "Hypershift-OKD", "SelfManagedHA-OKD"), "Default", "SelfManagedHA-OKD"),
        (("CustomNoUpgrade", "Default"), "Default", "Default"),
        (("Hypershift-Default", "SelfManagedHA-Default"), "Default", "SelfManagedHA-Default"),
        (("Hypershift-OKD", "SelfManagedHA"), "Default", "SelfManagedHA"),
        (("",), "Default", ""),
        (("Default", "OKD", "TechPreviewNoUpgrade"), "TechPreviewNoUpgrade", "TechPreviewNoUpgrade"),
        (("",), "TechPreviewNoUpgrade", ""),
    ],
)
def test_variant(variants: tuple[str, ...], feature_set: str, chosen: str) -> None:
    assert crds.choose(_files(*variants), "infrastructures", feature_set) == _files(chosen)[0]


def test_other_kinds_with_a_similar_name_are_not_taken() -> None:
    files = [
        "0000_80_machine-config_01_machineconfigs.crd.yaml",
        "0000_80_machine-config_01_machineconfignodes.crd.yaml",
    ]
    assert crds.choose(files, "machineconfigs") == files[0]
    with pytest.raises(SandboxError, match="machineconfigpools"):
        crds.choose(files, "machineconfigpools")


def test_only_unsupported_variants_are_an_error() -> None:
    with pytest.raises(SandboxError, match="infrastructures"):
        crds.choose(_files("CustomNoUpgrade", "DevPreviewNoUpgrade"), "infrastructures")


def test_releases_share_the_api_that_serves_them() -> None:
    assert crds.pin_for((4, 17)) == crds.pin_for((4, 18))
    assert crds.pin_for((4, 19)) == crds.pin_for((4, 20)) != crds.pin_for((4, 21))
    with pytest.raises(SandboxError, match=r"4\.15"):
        crds.pin_for((4, 15))


@pytest.mark.parametrize(
    ("minor", "platforms"),
    [
        ((4, 16), "GCP"),
        ((4, 17), "GCP, AWS"),
        ((4, 19), "GCP, AWS"),
        ((4, 20), "GCP, AWS, VSphere"),
        ((4, 21), "GCP, AWS, VSphere, Azure"),
        ((5, 0), "GCP, AWS, VSphere, Azure"),
    ],
)
def test_policy_names_the_platforms_of_the_release(minor: tuple[int, int], platforms: str) -> None:
    found = {(each["kind"], each["metadata"]["name"]): each for each in policies.policies(minor)}
    validation = found["ValidatingAdmissionPolicy", policies.PLATFORM_CHECK]["spec"]["validations"][0]
    assert validation["message"] == f"This feature is only supported on these platforms: {platforms}"
    assert (("ValidatingAdmissionPolicy", policies.CPMS_PLATFORM_CHECK) in found) == (minor >= (4, 22))
    bound = {each["spec"]["policyName"] for each in found.values() if "policyName" in each["spec"]}
    assert bound == {name for kind, name in found if kind == "ValidatingAdmissionPolicy"}
