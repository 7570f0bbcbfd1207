# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream's support table, cell by cell, as the sandbox's operator and the collection know it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from unit.builders import capabilities, configuration, manager, snapshot
from unit.contract.readings import azure, both, gcp_image
from unit.contract.rows import row
from unit.platforms.places import OKD, provider_spec, verdict

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import Capabilities
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import Unsupported
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ConfigurationWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan.configuration import configuration as plan
from sandbox.operator.rules import configuration as mirroring
from sandbox.operator.rules import skew
from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.world import platform_of

WORKERS, CONTROL_PLANE = "machinesets", "controlplanemachinesets"
ALL = [manager("All")]
PREVIEW_4_16 = Capabilities(frozenset(["All", "Partial"]), frozenset([WORKERS]), mirror=False, skew=False)
GATES = {
    "AWS": "ManagedBootImagesAWS", "Azure": "ManagedBootImagesAzure", "GCP": "ManagedBootImages",
    "VSphere": "ManagedBootImagesvSphere",
}  # fmt: skip
NEVER, PREVIEW, OPT_IN, DEFAULT = "never", "tech preview", "opt-in", "default on"
UNMANAGED = ["OpenStack", "Nutanix", "IBMCloud", "PowerVS", "BareMetal", "None", "External"]


def simulated(release: str, platform: str, managers: Any, preview: bool) -> bool:
    """Whether the sandbox's operator enrols a worker set."""
    rules = behaviour(release, tech_preview=preview)
    if platform not in rules.supported:
        return False
    spec = {} if managers is None else {"managedBootImages": {"machineManagers": managers}}
    found = {"spec": spec, "status": {}}
    mirror = mirroring.mirror(found, platform, rules)
    if mirror:
        found["status"] = {"managedBootImagesStatus": mirror.status}
    return mirroring.enrolled(found, WORKERS, rules)({})


def feature_gate(release: str, on: list[str], off: Iterable[str] = ()) -> dict[str, Any]:
    """FeatureGate with these gates, and no others."""
    enabled, disabled = ([{"name": name} for name in names] for names in (on, off))
    entry = {"version": f"{release}.0", "enabled": enabled, "disabled": disabled}
    return {"spec": {"featureSet": "TechPreviewNoUpgrade"}, "status": {"featureGates": [entry]}}


def foretold(release: str, platform: str, managers: Any, preview: bool) -> bool:
    """Whether the collection says so, before the operator has looked at the newest spec."""
    made = configuration(release, managers, status=[], observed=False)
    made["status"].pop("managedBootImagesStatus", None)
    able = PREVIEW_4_16 if preview and release == "4.16" else capabilities(release)
    gate = feature_gate(release, [GATES[platform]]) if preview else None
    seen = snapshot([], release, platform, configuration=made, capabilities=able, feature_gate=gate)
    return assess(seen).management[WORKERS].mode == "All"


@pytest.mark.parametrize(
    ("releases", "platform", "cell"),
    [
        row("U1.4.15.GCP", "4.14 4.15", "GCP", NEVER), row("U1.4.15.AWS", "4.14 4.15", "AWS", NEVER),
        row("U1.4.15.VSphere", "4.14 4.15", "VSphere", NEVER), row("U1.4.15.Azure", "4.14 4.15", "Azure", NEVER),
        row("U1.4.16.GCP", "4.16", "GCP", PREVIEW), row("U1.4.16.AWS", "4.16", "AWS", NEVER),
        row("U1.4.16.VSphere", "4.16", "VSphere", NEVER), row("U1.4.16.Azure", "4.16", "Azure", NEVER),
        row("U1.4.17.GCP", "4.17", "GCP", OPT_IN), row("U1.4.17.AWS", "4.17", "AWS", PREVIEW),
        row("U1.4.17.VSphere", "4.17", "VSphere", NEVER), row("U1.4.17.Azure", "4.17", "Azure", NEVER),
        row("U1.4.18.GCP", "4.18", "GCP", OPT_IN), row("U1.4.18.AWS", "4.18", "AWS", OPT_IN),
        row("U1.4.18.VSphere", "4.18", "VSphere", NEVER), row("U1.4.18.Azure", "4.18", "Azure", NEVER),
        row("U1.4.19.GCP", "4.19", "GCP", DEFAULT), row("U1.4.19.AWS", "4.19", "AWS", DEFAULT),
        row("U1.4.19.VSphere", "4.19", "VSphere", NEVER), row("U1.4.19.Azure", "4.19", "Azure", NEVER),
        row("U1.4.20.GCP", "4.20", "GCP", DEFAULT), row("U1.4.20.AWS", "4.20", "AWS", DEFAULT),
        row("U1.4.20.VSphere", "4.20", "VSphere", PREVIEW), row("U1.4.20.Azure", "4.20", "Azure", NEVER),
        row("U1.4.21.GCP", "4.21", "GCP", DEFAULT), row("U1.4.21.AWS", "4.21", "AWS", DEFAULT),
        row("U1.4.21.VSphere", "4.21", "VSphere", OPT_IN), row("U1.4.21.Azure", "4.21", "Azure", OPT_IN),
        row("U1.4.22.GCP", "4.22 4.23 5.0", "GCP", DEFAULT), row("U1.4.22.AWS", "4.22 4.23 5.0", "AWS", DEFAULT),
        row("U1.4.22.VSphere", "4.22 4.23 5.0", "VSphere", DEFAULT),
        row("U1.4.22.Azure", "4.22 4.23 5.0", "Azure", DEFAULT),
    ],
)  # fmt: skip
def test_u1_workers(releases: str, platform: str, cell: str) -> None:
    for release in releases.split():
        for reading in (simulated, foretold):
            assert reading(release, platform, ALL, False) is (cell in (OPT_IN, DEFAULT)), (reading, release)
            assert reading(release, platform, None, False) is (cell == DEFAULT), (reading, release)
            if cell == PREVIEW:
                assert reading(release, platform, ALL, True), (reading, release)
                assert not reading(release, platform, None, True), (reading, release)
        if cell == NEVER:
            assert not simulated(release, platform, ALL, True), release


def control_plane(release: str, platform: str, preview: bool, managers: Any = None) -> str | None:
    """The sandbox operator's mode for the control plane; None where it has no such entry."""
    rules = behaviour(release, tech_preview=preview)
    spec = {} if managers is None else {"managedBootImages": {"machineManagers": managers}}
    mirror = mirroring.mirror({"spec": spec, "status": {}}, platform, rules)
    status = {"managedBootImagesStatus": mirror.status} if mirror else {}
    return mirroring.mode({"status": status}, CONTROL_PLANE)


@pytest.mark.parametrize(
    ("releases", "cell"),
    [
        row("U1.4.15.CPMS", "4.14 4.15", NEVER), row("U1.4.16.CPMS", "4.16", NEVER), row("U1.4.17.CPMS", "4.17", NEVER),
        row("U1.4.18.CPMS", "4.18", NEVER), row("U1.4.19.CPMS", "4.19", NEVER), row("U1.4.20.CPMS", "4.20", NEVER),
        row("U1.4.21.CPMS", "4.21", PREVIEW), row("U1.4.22.CPMS", "4.22 4.23 5.0", OPT_IN),
    ],
)  # fmt: skip
def test_u1_control_plane(releases: str, cell: str) -> None:
    wish = ConfigurationWish(CONTROL_PLANE, "All")
    told = [manager("All", resource=CONTROL_PLANE)]
    for release in releases.split():
        for platform in ("GCP", "AWS", "Azure", "VSphere"):
            on = cell == OPT_IN and platform != "VSphere"
            assert control_plane(release, platform, False) == ("None" if on else None), (release, platform)
            preview = cell in (PREVIEW, OPT_IN) and platform != "VSphere"
            assert control_plane(release, platform, True) == ("None" if preview else None), (release, platform)
            if preview:
                assert control_plane(release, platform, True, told) == "All"
        fresh = configuration(release, None, observed=False)
        look = snapshot([], release, configuration=fresh)
        assert assess(look).management[CONTROL_PLANE].mode in ("None", "unsupported")
        if cell == OPT_IN:
            assert len(plan(look, wish)) == 1
        else:
            with pytest.raises(Unsupported):
                plan(look, wish)
    if cell == PREVIEW:
        able = replace(capabilities("4.21"), resources=frozenset([WORKERS, CONTROL_PLANE]))
        gate = feature_gate("4.21", ["ManagedBootImagesCPMS"])
        seen = snapshot([], "4.21", capabilities=able, managers=[manager(), *told], feature_gate=gate)
        assert assess(seen).management[CONTROL_PLANE].mode == "All"


@pytest.mark.parametrize(
    ("releases", "cell"),
    [
        row("U1.4.15.skew", "4.14 4.15", NEVER), row("U1.4.16.skew", "4.16", NEVER), row("U1.4.17.skew", "4.17", NEVER),
        row("U1.4.18.skew", "4.18", NEVER), row("U1.4.19.skew", "4.19", NEVER), row("U1.4.20.skew", "4.20", NEVER),
        row("U1.4.21.skew", "4.21", PREVIEW), row("U1.4.22.skew", "4.22 4.23 5.0", DEFAULT),
    ],
)  # fmt: skip
def test_u1_skew_enforcement(releases: str, cell: str) -> None:
    """What the collection knows of it comes from the schema alone; tests on a real API server look at that."""
    workers = {"spec": {}, "status": {"managedBootImagesStatus": {"machineManagers": ALL}}}
    for release in releases.split():
        for preview in (False, True):
            rules = behaviour(release, tech_preview=preview)
            found = skew.status(workers, {"status": {}}, {"status": {}}, "GCP", rules)
            expected = cell == DEFAULT or (cell == PREVIEW and preview)
            assert (found is not None) is expected, (release, preview)


@pytest.mark.contract("U1.feature-gates")
def test_u1_a_gate_that_is_not_listed_tells_nothing() -> None:
    for release, platform in (("4.22", "GCP"), ("4.22", "AWS"), ("4.22", "VSphere"), ("4.22", "Azure"), ("5.0", "GCP")):
        fresh = configuration(release, None, observed=False)
        bare = snapshot([], release, platform, configuration=fresh, feature_gate=feature_gate(release, []))
        assert assess(bare).management[WORKERS].mode == "All"
    off = feature_gate("4.21", [], ["ManagedBootImagesAzure"])
    made = snapshot([], "4.21", "Azure", configuration=configuration("4.21", ALL, observed=False), feature_gate=off)
    assert assess(made).management[WORKERS].mode == "unsupported"


@pytest.mark.contract("U1.mirror")
@pytest.mark.parametrize("release", ["4.19", "4.20", "4.21", "4.22", "5.0"])
def test_u1_no_mirror_from_4_19_means_accepted_but_inert(release: str) -> None:
    assert assess(snapshot([], release, "OpenStack", managers=None)).management[WORKERS].mode == "unsupported"
    assert mirroring.mirror({"spec": {}}, "OpenStack", behaviour(release)) is None
    assert mirroring.mirror({"spec": {}}, "GCP", behaviour("4.18")) is None
    assert assess(snapshot([], "4.18", managers=ALL)).management[WORKERS].mode == "All"


@pytest.mark.contract("U1.unmanaged-platforms")
@pytest.mark.parametrize("platform", UNMANAGED)
def test_u1_never_managed(platform: str) -> None:
    for release in ("4.16", "4.17", "4.18", "4.19", "4.20", "4.21", "4.22", "5.0"):
        for reading in (simulated, foretold):
            assert not reading(release, platform, ALL, False)
            assert not reading(release, platform, None, False)


@pytest.mark.contract("U1.azure-stack")
@pytest.mark.parametrize("release", ["4.21", "4.22", "5.0"])
def test_u1_azure_stack_is_never_managed(release: str) -> None:
    told = {"type": "Azure", "azure": {"cloudName": "AzureStackCloud"}}
    infrastructure = {"spec": {}, "status": {"platformStatus": told}}
    found = both(azure(), release, "Azure", infrastructure=infrastructure)
    assert found.words[0] == "reconciled" and "unsupported platform" in found.outcome.note  # type: ignore[union-attr]
    fresh = configuration(release, ALL, observed=False)
    del fresh["status"]["managedBootImagesStatus"]
    seen = snapshot([], release, "Azure", configuration=fresh, infrastructure=infrastructure)
    assert assess(seen).management[WORKERS].mode == "unsupported"
    assert platform_of(infrastructure) not in behaviour(release).supported


@pytest.mark.contract("U1.custom-at-install")
def test_u1_a_custom_image_of_the_install_is_not_replaced_unasked() -> None:
    own = gcp_image("projects/acme/global/images/golden")
    assert both(own, "4.19").words == ("reconciled", "skip")
    template = provider_spec("VSphere", template="golden")
    off = {"managers": [manager("None")]}
    told = verdict("VSphere", template, "4.22.1", configuration=configuration("4.22", [manager("None")]), **off)
    assert (told.operator.reason.code, type(told.decision).__name__) == ("management_off", "Skip")
    managed = verdict("VSphere", template, "4.22.1")
    assert [risk.reason.code for risk in managed.risks] == ["own_images"]


@pytest.mark.contract("U1.okd-aws")
@pytest.mark.parametrize(
    ("region", "will"), [("us-east-1", "unknown"), ("us-gov-west-1", "unknown"), ("eu-west-1", "skip")]
)
def test_u1_okd_on_aws_has_images_in_two_regions(region: str, will: str) -> None:
    told = verdict("AWS", provider_spec("AWS", placement={"region": region}), OKD)
    assert told.operator.will == will
    if will == "skip":
        assert (told.operator.reason.code, told.target) == ("no_target", None)


@pytest.mark.contract("U1.okd-gcp")
def test_u1_okd_on_gcp_has_scos_images_under_rhcos_cloud() -> None:
    told = verdict("GCP", provider_spec("GCP", "4.17.0-okd-scos.1"), OKD)
    assert told.operator.will == "update"
    assert told.target and told.target.startswith("projects/rhcos-cloud/global/images/scos-")


@pytest.mark.contract("U1.okd-fcos")
def test_u1_a_set_born_on_fcos_is_skipped() -> None:
    image = "projects/fedora-coreos-cloud/global/images/fedora-coreos-41-20250315-3-0-gcp-x86-64"
    for release, counted in (("4.18", "reconciled"), ("4.22", "skipped")):
        assert both(gcp_image(image), release).words == (counted, "skip")
