# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream's table of the sets that the operator skips or fails on: both readings of every row."""

from __future__ import annotations

from typing import Any

import pytest
from unit.agreement.images import Ec2
from unit.contract.play import Play, named
from unit.contract.readings import (
    ALL,
    ARCH,
    FROM_4_19,
    OLD_AMI,
    OSSTREAM,
    TARGET_AMI,
    UP_TO_4_18,
    WORKSPACE,
    aws,
    azure,
    both,
    gcp,
    gcp_image,
    marked,
    recorded_case,
    vsphere,
)
from unit.operator import recorded

from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Skip
from sandbox.operator.rules.outcome import TemplateRebuilt, Unchanged
from sandbox.operator.vcenter import Templates

OWNER = {"kind": "ConfigMap", "name": "owner"}
MULTI = {"status": {"desired": {"architecture": "Multi"}, "history": [{"state": "Completed", "version": "4.22.0"}]}}
LEGACY = "/resourceGroups/x/providers/Microsoft.Compute/galleries/gallery_x/images/x-gen2/versions/412.86.20230101"


def annotated(text: str) -> dict[str, Any]:
    return marked(gcp(), annotations={ARCH: text})


def skipped(release: str) -> tuple[str, str]:
    """A skip that is counted from 4.22."""
    return ("skipped" if release in ("4.22", "5.0") else "reconciled"), "skip"


@pytest.mark.contract("U3.owner", "O1.confirmed-owner")
@pytest.mark.parametrize("release", ALL)
def test_u3_an_owner_is_an_error_up_to_4_18_and_a_counted_skip_later(release: str) -> None:
    found = both(marked(gcp(), owner=OWNER), release)
    if release in UP_TO_4_18:
        assert found.words == ("errored", "fail")
        assert found.error.startswith("unexpected OwnerReference: ConfigMap/owner. Please remove")
    else:
        assert found.words == skipped(release)
    assert found.reason == "owned"


@pytest.mark.contract("U3.windows")
@pytest.mark.parametrize("release", ALL)
def test_u3_windows_is_skipped_and_counted_as_reconciled(release: str) -> None:
    found = both(marked(gcp(), template={"machine.openshift.io/os-id": "Windows"}), release)
    assert (found.words, found.reason) == (("reconciled", "skip"), "windows")


@pytest.mark.contract("U3.osstream")
@pytest.mark.parametrize(("release", "words"), [("4.21", ("patched", "update")), ("4.22", ("reconciled", "skip"))])
def test_u3_another_os_stream_is_skipped_from_4_22(release: str, words: Any) -> None:
    assert both(marked(gcp(), labels={OSSTREAM: "rhel-10"}), release).words == words
    assert both(marked(gcp(), labels={OSSTREAM: "rhel-9"}), release).words == ("patched", "update")


@pytest.mark.contract("U3.architecture-missing")
@pytest.mark.parametrize("release", ALL)
def test_u3_without_annotation_the_control_planes_architecture_holds_but_in_a_multi_arch_cluster(release: str) -> None:
    made = marked(gcp(), annotations={})
    assert both(made, release).words == ("patched", "update")
    multi = both(made, release, cluster_version=MULTI).words
    assert multi == (skipped(release) if release in ("4.20", "4.21", "4.22") else ("patched", "update"))


@pytest.mark.contract("U3.architecture-invalid")
@pytest.mark.parametrize("release", ALL)
def test_u3_an_architecture_that_nobody_knows_is_an_error(release: str) -> None:
    wrong = both(annotated("kubernetes.io/arch=riscv64"), release)
    assert (
        wrong.words == ("errored", "fail") and "invalid architecture value found in annotation: riscv64" in wrong.error
    )
    without = both(annotated("topology.kubernetes.io/zone=a"), release)
    assert without.words == ("errored", "fail") and "kubernetes.io/arch label not found in annotation:" in without.error
    assert {wrong.reason, without.reason} == {"architecture_invalid"}


@pytest.mark.contract("U3.aws-unset")
@pytest.mark.parametrize("release", ALL[1:])
def test_u3_an_ami_unset_or_a_region_that_the_stream_has_not_is_a_counted_skip(release: str) -> None:
    assert both(aws(ami={}), release, "AWS").words == skipped(release)
    assert both(aws(placement={"region": "eu-north-1"}), release, "AWS").words == skipped(release)


@pytest.mark.contract("U3.aws-unknown-list")
@pytest.mark.parametrize("release", ALL[1:])
def test_u3_up_to_4_22_a_list_of_the_operators_knows_amis(release: str) -> None:
    """Nobody outside can see the list, so the collection does not foretell it."""
    known, unknown = both(aws(), release, "AWS"), both(aws(), release, "AWS", known_amis=frozenset())
    assert (known.words[0], unknown.words) == ("patched", (skipped(release)[0], "unknown"))
    assert known.words[1] == "unknown" and "built into the operator" in known.verdict.operator.message
    # An AMI of the stream is known to both.
    assert both(aws(ami={"id": TARGET_AMI}), "4.22", "AWS", known_amis=frozenset()).words == ("reconciled", "nothing")


@pytest.mark.contract("U3.aws-unknown-ec2")
def test_u3_later_ec2_is_asked_for_the_owner() -> None:
    def asked(owner: str | None) -> tuple[str, str]:
        owners = {OLD_AMI: owner} if owner else {}
        return both(aws(), "5.0", "AWS", ec2=Ec2(owners)).words  # type: ignore[arg-type]

    assert asked(Ec2.STANDARD) == ("patched", "unknown")
    assert asked("125523088429") == ("skipped", "unknown")
    gone = both(aws(ami={"id": "ami-0123456789abcdef0"}), "5.0", "AWS", ec2=Ec2({}))
    assert gone.words == ("errored", "unknown")


@pytest.mark.contract("U3.gcp-foreign")
@pytest.mark.parametrize("release", ALL)
def test_u3_a_gcp_image_outside_rhcos_cloud_is_a_counted_skip(release: str) -> None:
    assert both(gcp_image("projects/acme/global/images/golden"), release).words == skipped(release)


@pytest.mark.contract("U3.gcp-boot-disks")
def test_u3_only_boot_disks_are_touched_from_4_17() -> None:
    data = {"boot": False, "image": "projects/acme/global/images/data"}
    made = gcp(disks=[{"boot": True, "image": recorded.OLD}, data])
    for release in ALL:
        found = both(made, release)
        assert found.words == ("patched", "update")
        assert [disk["image"] for disk in found.written["disks"]] == [recorded.TARGET, data["image"]]
    everything = both(made, "4.16").outcome
    assert {disk["image"] for disk in everything.provider_spec["disks"]} == {recorded.TARGET}  # type: ignore[union-attr]


@pytest.mark.contract("U3.azure-security")
@pytest.mark.parametrize("release", ["4.21", "4.22"])
def test_u3_azure_security_types_and_old_power_are_skipped_in_the_log_only(release: str) -> None:
    secured = both(azure(securityProfile={"settings": {"securityType": "TrustedLaunch"}}), release, "Azure")
    assert (secured.words, secured.reason) == (("reconciled", "skip"), "security_type")
    for arch in ("s390x", "ppc64le"):
        made = marked(azure(), annotations={ARCH: f"kubernetes.io/arch={arch}"})
        assert both(made, release, "Azure").words == ("reconciled", "skip")


@pytest.mark.contract("U3.azure-legacy")
@pytest.mark.parametrize("release", ["4.21", "4.22"])
def test_u3_an_azure_gallery_image_becomes_the_unpaid_marketplace_image(release: str) -> None:
    found = both(azure(image={"resourceID": LEGACY}), release, "Azure")
    assert found.words == ("patched", "update")
    image = found.written["image"]
    assert found.verdict.target == ":".join(image[key] for key in ("publisher", "offer", "sku", "version"))
    assert (image["publisher"], image["type"], image["resourceID"]) == ("azureopenshift", "MarketplaceNoPlan", "")


@pytest.mark.contract("U3.azure-paid")
@pytest.mark.parametrize("publisher", ["redhat", "redhat-limited"])
@pytest.mark.parametrize("plan", ["ocp", "opp", "oke"])
def test_u3_azure_paid_images_are_updated_in_kind(publisher: str, plan: str) -> None:
    offer = f"rh-{plan}-worker"
    made = azure(image={"publisher": publisher, "offer": offer, "sku": offer, "version": "413.92.2023101700"})
    found = both(made, "4.22", "Azure")
    assert found.words == ("patched", "update")
    image = found.written["image"]
    assert (image["publisher"], image["offer"], image["type"]) == (publisher, offer, "MarketplaceWithPlan")
    assert found.verdict.target == f"{publisher}:{offer}:{offer}:{image['version']}"


@pytest.mark.contract("U3.azure-unknown")
def test_u3_an_azure_publisher_or_offer_that_nobody_knows_is_an_error() -> None:
    for case in ("publisher-unknown", "offer-unknown"):
        found = recorded_case("azure", case, "4.22")
        assert found.words == ("errored", "fail")
        assert found.error.endswith("could not determine azure marketplace variant, cannot update boot images")


@pytest.mark.contract("U3.vsphere-workspace")
@pytest.mark.parametrize(("release", "words"), [("4.21", ("errored", "fail")), ("4.22", ("skipped", "skip"))])
def test_u3_a_vsphere_workspace_of_no_failure_domain(release: str, words: Any) -> None:
    found = both(vsphere(workspace={**WORKSPACE, "datastore": "other"}), release, "VSphere")
    assert (found.words, found.reason) == (words, "no_failure_domain")


@pytest.mark.contract("U3.user-data")
@pytest.mark.parametrize("release", FROM_4_19)
def test_u3_user_data_that_cannot_be_used_is_an_error_where_a_patch_is_due(release: str) -> None:
    for case, told in (
        ("secret-missing", "error grabbing user data secret referenced in machineset:"),
        ("secret-not-json", "failed to unmarshal decoded user-data to json (secret not-json)"),
        ("ign-1-2-0", "converting ignition stub failed:"),
    ):
        found = recorded_case("gcp", case, release)
        assert (found.words, found.reason) == (("errored", "fail"), "user_data_unusable")
        assert told in found.error
    assert recorded_case("gcp", "current-secret-missing", release).words == ("reconciled", "nothing")


@pytest.mark.contract("U3.hot-loop")
def test_u3_the_fourth_write_of_one_value_is_refused() -> None:
    play = Play("4.20", [named("a")])
    play.rest()
    for _ignored in range(3):
        play.set_image("a", recorded.OLD)
        play.rest()
    assert play.image("a") == recorded.OLD
    assert "refusing to reconcile machineset a, hot loop detected" in play.condition("Degraded")["message"]


@pytest.mark.contract("U3.vsphere-in-place")
@pytest.mark.parametrize("release", ["4.21", "4.22", "5.0"])
def test_u3_a_vsphere_template_is_rebuilt_in_place_so_that_only_vcenter_tells(release: str) -> None:
    templates = Templates()
    found = both(vsphere(), release, "VSphere", vcenter=templates)
    assert (found.words, found.reason) == (("reconciled", "unknown"), "template_in_vcenter")
    assert found.outcome == TemplateRebuilt("vc", "dc", "x-rhcos", "9.6.20250701-0")
    assert "9.6.20250701-0" in found.verdict.operator.message and found.verdict.drift is None
    templates.rebuild("vc", "dc", "x-rhcos", "9.6.20250701-0")
    again = both(vsphere(), release, "VSphere", vcenter=templates)
    assert again.words == ("reconciled", "unknown") and isinstance(again.outcome, Unchanged)


@pytest.mark.contract("U3.user-data-rewritten", "O1.confirmed-secret")
@pytest.mark.parametrize("release", ALL)
def test_u3_user_data_is_re_pointed_up_to_4_18_also_beside_the_right_image(release: str) -> None:
    found = both(gcp_image(recorded.TARGET), release)
    assert found.words == (("patched", "update") if release in UP_TO_4_18 else ("reconciled", "nothing"))
    old = both(gcp(), release)
    secret = "worker-user-data-managed" if release in UP_TO_4_18 else "worker-user-data"
    assert old.written["userDataSecret"] == {"name": secret}


@pytest.mark.contract("U3.stub-upgraded")
@pytest.mark.parametrize("release", FROM_4_19)
def test_u3_a_spec_2_stub_is_upgraded_in_place_from_4_19(release: str) -> None:
    found = recorded_case("gcp", "ign-2-2-0", release)
    assert found.words == ("patched", "update")
    change = found.outcome.secret  # type: ignore[union-attr]
    assert change and (change.name, change.upgraded_to) == ("ign-2-2-0", "3.5.0")


@pytest.mark.contract("U3.one-writer")
@pytest.mark.parametrize(
    "marks",
    [
        {"owner": OWNER}, {"labels": {"hive.openshift.io/machine-pool": "x"}},
        {"labels": {"argocd.argoproj.io/instance": "x"}}, {"annotations": {"argocd.argoproj.io/tracking-id": "x"}},
    ],
)  # fmt: skip
def test_u3_a_set_has_one_writer(marks: Any) -> None:
    """What the operator owns is not ours either."""
    claimed = both(marked(gcp(), **marks), "4.19").verdict
    assert isinstance(claimed.decision, Skip) and claimed.decision.reason.code == "owned"
    managed = both(gcp(), "4.19").verdict
    assert isinstance(managed.decision, Skip) and managed.decision.reason.code == "managed_by_operator"
    made = gcp()
    path = {"f:spec": {"f:template": {"f:spec": {"f:providerSpec": {"f:value": {"f:disks": {}}}}}}}
    made["metadata"]["managedFields"] = [{"manager": "argocd-controller", "fieldsV1": path}]
    assert both(made, "4.19").verdict.managed_by.kind == "gitops"
