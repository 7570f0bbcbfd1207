# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed, sections 3, 8 and 9: what a patch does to a set, what ends the controller, and AWS of 4.23 and later."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from unit.agreement.images import Ec2
from unit.contract.looks import answer, outlook
from unit.contract.play import Play, named
from unit.contract.readings import (
    ALL,
    ARCH,
    FROM_4_19,
    OLD_AMI,
    TARGET_AMI,
    UP_TO_4_18,
    aws,
    azure,
    both,
    gcp,
    gcp_image,
    marked,
    recorded_case,
    stream_of,
)
from unit.contract.rows import row
from unit.operator import recorded

from sandbox.operator import paths
from sandbox.operator.controller import ProcessDied
from sandbox.operator.rules.world import Ami

PATCHED, NOTHING = ("patched", "update"), ("reconciled", "nothing")
MANAGED = {"name": "worker-user-data-managed"}
UNPAID = {"publisher": "azureopenshift", "offer": "aro4", "sku": "419-v2", "version": "419.6.20250523"}
PRODUCT = "59ead7de-2540-4653-a8b0-fa7926d5c845"


@pytest.mark.contract("O3.dropped-fields")
@pytest.mark.parametrize("release", ALL)
def test_o3_unknown_fields_and_empty_lists_are_dropped(release: str) -> None:
    found = both(gcp(fieldOfTomorrow={"a": 1}, tags=[]), release)
    assert found.words == PATCHED
    assert "fieldOfTomorrow" not in found.written and "tags" not in found.written
    assert [risk.reason.code for risk in found.verdict.risks] == ["dropped_fields"]


ZERO: dict[str, dict[str, Any]] = {
    "GCP": {"canIPForward": False, "deletionProtection": False, "metadata": {}, "shieldedInstanceConfig": {}},
    "AWS": {"capacityReservationId": "", "deviceIndex": 0, "metadata": {}, "metadataServiceOptions": {}, "subnet": {}},
    "Azure": {"diagnostics": {}, "metadata": {}, "publicIP": False, "subnet": ""},
}


@pytest.mark.parametrize(
    ("platform", "made"),
    [row("O3.zero-gcp", "GCP", gcp()), row("O3.zero-aws", "AWS", aws()), row("O3.zero-azure", "Azure", azure())],
)
def test_o3_zero_values_appear_and_are_no_drift(platform: str, made: Any) -> None:
    for field in ZERO[platform]:
        made["spec"]["template"]["spec"]["providerSpec"]["value"].pop(field, None)
    found = both(made, "4.22", platform)
    assert {key: found.written.get(key) for key in ZERO[platform]} == ZERO[platform]
    if platform == "Azure":
        assert "osDisk" in found.written
        secured = both(azure(securityProfile={"encryptionAtHost": True, "settings": {}}), "4.22", "Azure")
        assert secured.written["securityProfile"]["settings"] == {"securityType": ""}
    after = json.loads(json.dumps(made))
    after["spec"]["template"]["spec"]["providerSpec"]["value"] = found.written
    again = both(after, "4.22", platform)
    assert again.words == NOTHING and again.verdict.drift is False


@pytest.mark.contract("O3.nothing-else")
@pytest.mark.parametrize("release", ALL)
def test_o3_a_set_gets_no_mark_and_replicas_and_pauses_play_no_part(release: str) -> None:
    for case in ("replicas-3", "paused"):
        assert recorded_case("gcp", case, release).words == PATCHED
    play = Play(release, [named("a")])
    before = play.api.get(f"{paths.MACHINE_SETS}/a")
    play.rest()
    after = play.api.get(f"{paths.MACHINE_SETS}/a")
    assert play.image("a") == play.target
    for key in ("labels", "annotations", "ownerReferences"):
        assert before["metadata"].get(key) == after["metadata"].get(key)
    assert before["spec"].get("replicas") == after["spec"].get("replicas")


@pytest.mark.contract("O3.newer-is-replaced")
@pytest.mark.parametrize("release", ALL)
def test_o3_a_newer_image_is_replaced_too(release: str) -> None:
    newer = both(gcp_image("projects/rhcos-cloud/global/images/rhcos-9-8-20260701-0-gcp-x86-64"), release)
    assert newer.words == PATCHED
    assert [risk.reason.code for risk in newer.verdict.risks] == ["downgrades"]
    assert recorded_case("gcp", "scos-old", release).words == PATCHED


@pytest.mark.contract("O3.fleet-set-back")
def test_o3_the_whole_fleet_follows_a_config_map_that_goes_back() -> None:
    play = Play("4.21", [named("a"), named("b")])
    play.rest()
    older = json.dumps(recorded.stream())
    play.change(play.stream_path, data={"stream": older})
    assert outlook(play, "a") == ("update", "operator_updates")
    play.rest()
    assert {play.image(name) for name in "ab"} == {recorded.TARGET} and answer(play)["settled"]


@pytest.mark.contract("O3.architecture-corrected")
@pytest.mark.parametrize("release", ALL)
def test_o3_an_image_of_the_wrong_architecture_is_corrected(release: str) -> None:
    found = recorded_case("gcp", "amd64-image-on-arm64", release)
    assert found.words == PATCHED and found.written["disks"][0]["image"] == recorded.TARGET_ARM == found.verdict.target


@pytest.mark.contract("O3.all-boot-disks")
@pytest.mark.parametrize("release", ALL)
def test_o3_all_boot_disks_are_written(release: str) -> None:
    found = both(gcp(disks=[{"boot": True, "image": recorded.OLD}] * 2), release)
    assert [disk["image"] for disk in found.written["disks"]] == [recorded.TARGET] * 2


@pytest.mark.contract("O3.aws-id-only")
@pytest.mark.parametrize("release", ALL[1:])
def test_o3_of_an_ami_only_the_id_stays(release: str) -> None:
    found = both(aws(ami={"id": OLD_AMI, "filters": [{"name": "x"}]}), release, "AWS")
    assert found.written["ami"] == {"id": TARGET_AMI}
    skip = ("skipped" if release == "4.22" else "reconciled", "skip")
    for ami in ({"id": ""}, {"filters": [{"name": "x"}]}, {"arn": "arn:aws:x"}):
        assert both(aws(ami=ami), release, "AWS").words == skip, ami


@pytest.mark.contract("O3.re-pointed")
@pytest.mark.parametrize("release", UP_TO_4_18)
def test_o3_user_data_is_re_pointed_in_every_set_that_is_not_skipped(release: str) -> None:
    for made in (gcp(disks=[]), gcp(userDataSecret={"name": "no-such-secret"}), gcp_image(recorded.TARGET)):
        found = both(made, release)
        assert found.words == PATCHED and found.written["userDataSecret"] == MANAGED
    assert both(gcp_image("projects/acme/global/images/x"), release).words == ("reconciled", "skip")


@pytest.mark.contract("O3.azure-conversion")
@pytest.mark.parametrize("release", ["4.21", "4.22"])
def test_o3_azures_image_is_filled_in_whole(release: str) -> None:
    converted = recorded_case("azure", "legacy-gen2", release)
    assert converted.written["image"] == {**UNPAID, "type": "MarketplaceNoPlan", "resourceID": ""}
    typeless = both(azure(image={**UNPAID, "resourceID": ""}), release, "Azure")
    assert typeless.words == PATCHED and typeless.written["image"]["type"] == "MarketplaceNoPlan"
    current = both(azure(image={**UNPAID, "type": "MarketplaceNoPlan"}), release, "Azure")
    assert current.words == NOTHING


@pytest.mark.contract("O3.azure-errors")
@pytest.mark.parametrize("release", ["4.21", "4.22"])
@pytest.mark.parametrize(
    ("case", "told"),
    [
        ("legacy-arm64", "no Gen1 Azure marketplace image available for architecture aarch64"),
        ("paid-arm64", "no Azure marketplace images available for variant MarketplaceWithPlan-OCP"),
        ("publisher-uppercase", "could not determine azure marketplace variant, cannot update boot images"),
        ("image-empty", "could not determine azure marketplace variant, cannot update boot images"),
    ],
)
def test_o3_azure_images_that_are_errors(release: str, case: str, told: str) -> None:
    found = recorded_case("azure", case, release)
    assert found.words == ("errored", "fail") and found.error.endswith(told)


@pytest.mark.contract("O3.azure-paid-version")
def test_o3_of_a_paid_image_the_version_changes() -> None:
    found = recorded_case("azure", "paid-ocp-gen1", "4.22")
    image = found.written["image"]
    assert (image["sku"], image["version"]) == ("rh-ocp-worker-gen1", "4.18.2025031114")
    assert found.verdict.target == f"redhat:rh-ocp-worker:rh-ocp-worker-gen1:{image['version']}"


@pytest.mark.contract("O3.secret-upgrade")
@pytest.mark.parametrize("release", FROM_4_19)
def test_o3_what_becomes_of_the_secret(release: str) -> None:
    stub = recorded.secret("ign-2-2-0")
    assert stub
    stub["data"]["other"] = "eA=="
    play = Play(release, [named("a", "ign-2-2-0"), named("b", "foreign-ign-2-2-0")])
    left = recorded.secret("ign-2-2-0-b")
    assert left
    for secret in (stub, left):
        play.put(f"{paths.SECRETS}/{secret['metadata']['name']}", secret)
    play.rest()
    found = play.api.get(f"{paths.SECRETS}/ign-2-2-0")
    prefix = "machineconfiguration.openshift.io/stub-ignition-upgraded"
    assert found["metadata"]["annotations"].keys() == {f"{prefix}-to", f"{prefix}-at"}
    assert found["metadata"]["annotations"][f"{prefix}-to"] == "3.5.0"
    assert found["data"].keys() == {"userData", "other"}
    text = base64.b64decode(found["data"]["userData"]).decode()
    upgraded = json.loads(text)
    assert text == json.dumps(upgraded, separators=(",", ":"))
    assert [each["source"] for each in upgraded["ignition"]["config"]["merge"]] == [
        "https://api-int.lab:22623/config/worker"
    ]
    assert upgraded["ignition"]["version"] == "3.5.0" and {"kernelArguments", "storage"} <= upgraded.keys()
    assert play.api.get(f"{paths.SECRETS}/ign-2-2-0-b")["data"] == left["data"]
    assert both(gcp_image(recorded.TARGET), release).words == NOTHING


def no_gcp(release: str) -> Any:
    stream = stream_of("GCP")
    del stream["architectures"]["x86_64"]["images"]["gcp"]
    return both(gcp(), release, stream=stream)


def user_data(text: str) -> Any:
    data = {"userData": base64.b64encode(text.encode()).decode()}
    return lambda name: {"metadata": {"name": name}, "data": data}


DIES = ("dies", "crash")


@pytest.mark.parametrize(
    "releases",
    [row("O8.no-user-data-secret-4.17", UP_TO_4_18), row("O8.no-user-data-secret-4.19", FROM_4_19)],
)
def test_o8_a_provider_spec_without_user_data(releases: Any) -> None:
    for release in releases:
        assert both(gcp(userDataSecret=None), release).words == DIES
        if release != "4.17":
            found = both(aws(userDataSecret=None), release, "AWS", known_amis=frozenset([OLD_AMI]))
            # Whether a patch is due, and with it the end, hangs on a list that only the operator has.
            assert found.words == ("dies", "unknown")
        current = both(gcp_image(recorded.TARGET), release)
        assert current.words == (PATCHED if release in UP_TO_4_18 else NOTHING)
        bare = gcp(userDataSecret=None, disks=[{"boot": True, "image": recorded.TARGET}])
        assert both(bare, release).words == (DIES if release in UP_TO_4_18 else NOTHING)
        if release in ("4.21", "4.22"):
            assert both(azure(userDataSecret=None), release, "Azure").words == DIES


@pytest.mark.parametrize("releases", [row("O8.gcp-no-image-4.17", UP_TO_4_18), row("O8.gcp-no-image-4.19", FROM_4_19)])
def test_o8_an_architecture_without_a_gcp_image(releases: Any) -> None:
    for release in releases:
        assert no_gcp(release).words == DIES
        assert both(gcp(), release, stream={"architectures": {}}).words == DIES
        for arch in ("s390x", "ppc64le"):
            assert both(marked(gcp(), annotations={ARCH: f"kubernetes.io/arch={arch}"}), release).words == DIES


@pytest.mark.contract("O8.azure-no-extensions")
@pytest.mark.parametrize("release", ["4.21", "4.22"])
def test_o8_azure_without_extensions_in_the_stream(release: str) -> None:
    skip = ("skipped" if release == "4.22" else "reconciled", "skip")
    for extensions, words in ((None, DIES), ({}, skip), ({"marketplace": {}}, skip)):
        stream = stream_of("Azure")
        for entry in stream["architectures"].values():
            del entry["rhel-coreos-extensions"]
            if extensions is not None:
                entry["rhel-coreos-extensions"] = extensions
        assert both(azure(), release, "Azure", stream=stream).words == words, extensions


@pytest.mark.parametrize(
    ("releases", "words"),
    [row("O8.no-object-4.17", UP_TO_4_18, PATCHED), row("O8.no-object-4.19", FROM_4_19, DIES)],
)
def test_o8_user_data_that_is_json_but_no_object(releases: Any, words: Any) -> None:
    for release in releases:
        for text in ("[]", "null"):
            assert both(gcp(), release, secret=user_data(text)).words == words


@pytest.mark.contract("O8.as-they-were")
@pytest.mark.parametrize("release", ["4.18", "4.20", "4.22"])
def test_o8_the_conditions_stay_as_they_were_at_that_moment(release: str) -> None:
    """In random order: the sets before the deadly one are done, those after it are not."""
    for _ignored in range(30):
        play = Play(release, [named(name) for name in "ab"] + [named("deadly", "no-user-data-secret")])
        play.round()
        with pytest.raises(ProcessDied):
            play.passes()
        done = [name for name in "ab" if play.image(name) == play.target]
        progressing = play.condition("Progressing")
        assert progressing["status"] == "True" and play.condition("Degraded")["status"] == "False"
        assert progressing["message"].startswith(f"Reconciled {len(done)} of 3 MAPI MachineSets")
        assert ("MachineSet openshift-machine-api/deadly", "would_kill_controller") in [
            (each["object"], each["reason"]) for each in answer(play)["blockers"]
        ]
        if len(done) == 1:
            return
    pytest.fail("thirty times the deadly set was the first or the last one")


@pytest.mark.contract("O8.aws-s390x")
def test_o8_s390x_on_aws_is_skipped_like_a_missing_region() -> None:
    made = marked(aws(), annotations={ARCH: "kubernetes.io/arch=s390x"})
    assert both(made, "4.18", "AWS").words == ("reconciled", "skip")


def asked(ami: str, *images: Ami) -> Any:
    class Cloud:
        def describe(self, wanted: str) -> Ami:
            return {each.id: each for each in images}[wanted]

        def marketplace(self, product: str) -> list[Ami]:
            return [each for each in images if product in each.name]

    return both(aws(ami={"id": ami}), "5.0", "AWS", known_amis=frozenset(), ec2=Cloud())


@pytest.mark.contract("O9.standard")
def test_o9_red_hats_own_images_become_the_streams() -> None:
    found = asked(OLD_AMI, Ami(OLD_AMI, "531415883065"))
    assert found.words == ("patched", "unknown") and found.written["ami"] == {"id": TARGET_AMI} == {
        "id": found.verdict.target
    }
    assert "owner in EC2" in found.verdict.operator.message


@pytest.mark.contract("O9.marketplace")
def test_o9_a_marketplace_image_becomes_its_products_highest_up_to_the_streams_release() -> None:
    def offer(version: str) -> Ami:
        name = f"RHEL-9-RHCOS-{version}-{PRODUCT}"
        return Ami(f"ami-{version}", "679593333241", name, f"RHEL CoreOS {version} x86_64")

    offers = [offer(version) for version in ("9.4", "9.6", "9.8")]
    for standing in ("ami-9.4", "ami-9.8"):
        assert asked(standing, *offers).written["ami"] == {"id": "ami-9.6"}


@pytest.mark.contract("O9.others")
def test_o9_any_other_owner_is_a_counted_skip() -> None:
    for owner, name in (("679593333241", "RHEL-9 without product"), ("125523088429", "fedora"), ("1", "golden")):
        found = asked(OLD_AMI, Ami(OLD_AMI, owner, name))
        assert found.words == ("skipped", "unknown")
        assert found.outcome.note == f"AMI {OLD_AMI} has unrecognised owner"


@pytest.mark.contract("O9.every-pass")
def test_o9_ec2_is_asked_also_for_the_target_and_no_list_any_more() -> None:
    looked: list[str] = []

    class Cloud(Ec2):
        def describe(self, ami: str) -> Ami:
            looked.append(ami)
            return Ami(ami, Ec2.STANDARD)

    found = both(aws(ami={"id": TARGET_AMI}), "5.0", "AWS", ec2=Cloud({}), known_amis=frozenset())
    assert (found.words, looked) == (NOTHING, [TARGET_AMI])
    gone = both(
        aws(ami={"id": "ami-0f0f0f0f0f0f0f0f0"}),
        "5.0",
        "AWS",
        ec2=Ec2({}),
        known_amis=frozenset(["ami-0f0f0f0f0f0f0f0f0"]),
    )
    assert gone.words == ("errored", "unknown")
