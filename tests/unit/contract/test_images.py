# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the target image comes from, platform by platform, and what an image's name tells."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from unit.builders import config_map, stream_data
from unit.contract.readings import ARCH, azure, both, gcp, marked
from unit.contract.rows import row
from unit.platforms.places import RHCOS, UNMANAGED, applied, infrastructure, provider_spec, stream_entry, verdict

from ansible_collections.okd.boot_images.plugins.module_utils.assess.stream import ARCHITECTURES, from_config_map
from ansible_collections.okd.boot_images.plugins.module_utils.assess.stream import parse as parse_stream
from ansible_collections.okd.boot_images.plugins.module_utils.model.image_name import parse
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Current, Skip, Update
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Entry, Site, Target
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.registry import PLATFORMS
from sandbox import releases

X86: Any = releases.stream(RHCOS)["architectures"]["x86_64"]
PPC: Any = releases.stream(RHCOS)["architectures"]["ppc64le"]
GCP_IMAGE = "projects/{project}/global/images/{name}".format(**X86["images"]["gcp"])
FREE = X86["rhel-coreos-extensions"]["marketplace"]["azure"]["no-purchase-plan"]


@pytest.mark.contract("U4.config-map")
def test_u4_the_stream_stands_in_the_config_map_and_names_its_release() -> None:
    stream = from_config_map(config_map(stream_data(), "4.19.0"))
    assert (stream.name, stream.release) == ("rhcos-4.19", "4.19.0")
    assert sorted(ARCHITECTURES.values()) == ["aarch64", "ppc64le", "s390x", "x86_64"]
    assert stream.entry("arm64") == stream_data()["architectures"]["aarch64"]


@pytest.mark.contract("U4.offline")
def test_u4_the_installers_own_output_is_such_a_stream() -> None:
    text = json.dumps(releases.stream(RHCOS))
    assert parse_stream(text, "print-stream-json", None).data == releases.stream(RHCOS)


@pytest.mark.contract("U4.okd-empty-key")
def test_u4_okd_keeps_its_one_stream_under_the_empty_name() -> None:
    data = releases.boot_images_data("4.22.0-okd-scos.1")
    assert set(json.loads(data["streams"])) == {""}
    assert from_config_map({"data": data}).name == "c10s"


@pytest.mark.parametrize(
    ("platform", "written", "fields"),
    [
        row("U4.aws", "AWS", X86["images"]["aws"]["regions"]["us-east-1"]["image"], {"ami"}),
        row("U4.gcp", "GCP", GCP_IMAGE, {"disks"}),
        row("U4.azure", "Azure", ":".join(FREE["hyperVGen2"][key] for key in ("publisher", "offer", "sku", "version")), {"image"}),
    ],
)  # fmt: skip
def test_u4_the_stream_names_the_image_and_one_field_takes_it(platform: str, written: str, fields: set[str]) -> None:
    spec = provider_spec(platform)
    told = verdict(platform, spec, **UNMANAGED)
    assert isinstance(told.decision, Update) and told.decision.target == told.target == written
    after = applied(spec, told.decision.changes)
    assert {key for key in after if after[key] != spec.get(key)} == fields
    if platform == "AWS":
        assert after["ami"] == {"id": written}
    if platform == "GCP":
        assert [disk["image"] for disk in after["disks"] if disk["boot"]] == [written]
    if platform == "Azure":
        assert after["image"] == {**FREE["hyperVGen2"], "resourceID": "", "type": "MarketplaceNoPlan"}


@pytest.mark.parametrize(
    ("platform", "offer", "field", "arch"),
    [
        row("U4.vsphere", "VSphere", X86["artifacts"]["vmware"], "template", "x86_64"),
        row("U4.openstack", "OpenStack", X86["artifacts"]["openstack"], "image", "x86_64"),
        row("U4.nutanix", "Nutanix", X86["artifacts"]["nutanix"], "image", "x86_64"),
        row("U4.ibmcloud", "IBMCloud", X86["artifacts"]["ibmcloud"], "image", "x86_64"),
        row("U4.powervs", "PowerVS", PPC["images"]["powervs"]["regions"]["us-south"], "image", "ppc64le"),
    ],
)  # fmt: skip
def test_u4_where_somebody_uploads_the_image_the_stream_tells_which(
    platform: str, offer: Any, field: str, arch: str
) -> None:
    where = infrastructure(platform)
    if platform == "PowerVS":
        where["status"]["platformStatus"]["powervs"]["region"] = "us-south"
    found = PLATFORMS[platform].target(provider_spec(platform), stream_entry(arch=arch), Site(where))
    assert isinstance(found, Skip) and found.reason.code == "image_not_in_cloud"
    location = offer.get("url") or next(iter(offer["formats"].values()))["disk"]["location"]
    assert offer["release"] in found.message and location in found.message
    spec = provider_spec(platform)
    named = PLATFORMS[platform].explicit("rhcos-new")
    assert isinstance(named, Target)
    after = applied(spec, PLATFORMS[platform].changes(spec, named))
    expected = {"Nutanix": {"type": "name", "name": "rhcos-new"}, "PowerVS": {"type": "Name", "name": "rhcos-new"}}
    assert after == {**spec, field: expected.get(platform, "rhcos-new")}


@pytest.mark.contract("U4.openstack")
def test_u4_openstack_ignores_the_image_beside_a_root_volume() -> None:
    told = verdict("OpenStack", provider_spec("OpenStack", rootVolume={"diskSize": 100}), **UNMANAGED)
    assert isinstance(told.decision, Skip) and told.decision.reason.code == "root_volume"


@pytest.mark.contract("U4.baremetal")
def test_u4_bare_metal_boots_the_payload() -> None:
    modern = {"customDeploy": {"method": "install_coreos"}, "image": {"checksum": "", "url": ""}}
    told = verdict("BareMetal", provider_spec("BareMetal", **modern), **UNMANAGED)
    assert isinstance(told.decision, (Skip, Current))
    cached = "http://172.22.0.3:6180/images/rhcos-49.qcow2.gz/cached-rhcos-49.qcow2.gz"
    legacy = {"customDeploy": None, "image": {"url": cached, "checksum": cached + ".md5sum"}}
    spec = provider_spec("BareMetal", **legacy)
    old = verdict("BareMetal", spec, **UNMANAGED)
    assert isinstance(old.decision, Update)
    assert applied(spec, old.decision.changes) == {**spec, **modern}


@pytest.mark.contract("U4.none")
@pytest.mark.parametrize("platform", ["None", "External"])
def test_u4_without_machines_there_is_nothing_to_boot(platform: str) -> None:
    told = verdict(platform, provider_spec(platform), **UNMANAGED) if platform == "None" else None
    found = PLATFORMS[platform].target({}, Entry("x86_64", {}), Site())
    assert isinstance(found, Skip) and found.reason.code == "platform_without_images"
    assert told is None or told.target is None


UNPAID = {"publisher": "azureopenshift", "offer": "aro4", "version": "1", "type": "MarketplaceNoPlan"}
PAID = {"publisher": "redhat", "offer": "rh-ocp-worker", "version": "1", "type": "MarketplaceWithPlan"}
GALLERY = "/resourceGroups/x/providers/Microsoft.Compute/galleries/gallery_x/images/x"


@pytest.mark.parametrize(
    ("image", "arch", "sku"),
    [
        row("U4.azure-generation-legacy", {"resourceID": GALLERY + "-gen2"}, "amd64", "419-v2"),
        row("U4.azure-generation-legacy", {"resourceID": GALLERY}, "amd64", "419"),
        row("U4.azure-generation-unpaid", {**UNPAID, "sku": "410-v2"}, "amd64", "419-v2"),
        row("U4.azure-generation-unpaid", {**UNPAID, "sku": "aro_410"}, "amd64", "419"),
        row("U4.azure-generation-unpaid", {**UNPAID, "sku": "aro_410"}, "arm64", "419-arm"),
        row("U4.azure-generation-paid", {**PAID, "sku": "rh-ocp-worker"}, "amd64", "rh-ocp-worker"),
        row("U4.azure-generation-paid", {**PAID, "sku": "rh-ocp-worker-gen1"}, "amd64", "rh-ocp-worker-gen1"),
    ],
)
def test_u4_azures_generation_is_told_by_the_old_image(image: Any, arch: str, sku: str) -> None:
    made = marked(azure(image=image), annotations={ARCH: f"kubernetes.io/arch={arch}"})
    for release in ("4.21", "4.22"):
        found = both(made, release, "Azure")
        assert found.words == ("patched", "update")
        assert found.written["image"]["sku"] == sku
        assert found.verdict.target and found.verdict.target.split(":")[2] == sku


@pytest.mark.parametrize(
    ("image", "release", "system", "built"),
    [
        row("U4.name-up-to-4.18", "rhcos-412-85-202203181601-0-gcp-x86-64", "4.12", "RHEL 8.5", date(2022, 3, 18)),
        row("U4.name-from-4.19", "rhcos-9-6-20250701-0-gcp-x86-64", None, "RHEL 9.6", date(2025, 7, 1)),
        row("U4.name-scos", "scos-10-0-20250628-0-gcp-x86-64", None, "CentOS Stream 10.0", date(2025, 6, 28)),
        row("U4.name-fcos", "fedora-coreos-41-20250315-3-0-gcp-x86-64", None, "Fedora 41", date(2025, 3, 15)),
    ],
)
def test_u4_a_name_tells_the_age(image: str, release: str | None, system: str, built: date) -> None:
    found = parse(f"projects/rhcos-cloud/global/images/{image}")
    assert found and (found.release, found.os, found.built) == (release, system, built)


@pytest.mark.contract("U4.name-ami")
def test_u4_an_ami_id_tells_nothing() -> None:
    assert parse("ami-0123456789abcdef0") is None


@pytest.mark.contract("U4.scos")
def test_u4_what_scos_has() -> None:
    stream = releases.stream("4.20.0-okd-scos.1")
    assert stream["stream"] == "c10s" and releases.stream("4.18.0-okd-scos.5")["stream"] == "c9s"
    found: Any = stream["architectures"]
    for arch in ("x86_64", "aarch64"):
        assert found[arch]["images"]["gcp"]["project"] == "rhcos-cloud"
        assert set(found[arch]["images"]["aws"]["regions"]) == {"us-east-1", "us-gov-west-1"}
        assert set(found[arch]["rhel-coreos-extensions"]) == {"azure-disk"}
    assert set(found["ppc64le"]["images"]) == {"powervs"} and not found["s390x"]["images"]
    assert {"openstack", "nutanix", "ibmcloud", "vmware", "metal"} <= set(found["x86_64"]["artifacts"])
    assert "ibmcloud" in found["s390x"]["artifacts"]


@pytest.mark.contract("U4.gcp")
def test_u4_gcp_both_readings_write_the_same_image() -> None:
    found = both(gcp(), "4.22")
    assert found.written["disks"][0]["image"] == found.verdict.target
