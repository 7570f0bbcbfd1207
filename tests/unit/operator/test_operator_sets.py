# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One machine set: rows of the observed record that its cases do not hold (AWS, gates, ConfigMap, orders, crashes)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.operator import recorded

from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.outcome import Dies, Error, Outcome, Patched, Skipped, Unchanged
from sandbox.operator.rules.reconcile import reconcile, reconcile_control_plane
from sandbox.operator.rules.world import Ami, Payload, World

ALL = ("4.17", "4.18", "4.19", "4.20", "4.21", "4.22")
OLD, NEW = "ami-0aaaaaaaaaaaaaaaa", "ami-0bbbbbbbbbbbbbbbb"


def gcp(release: str, made: dict[str, Any] | None = None, **changes: Any) -> Outcome:
    made = made or recorded.machine_set("gcp", "plain")
    return reconcile(made, recorded.world("gcp", release, **changes), behaviour(release))


def config_map(release: str, **data: str | None) -> dict[str, Any]:
    given = recorded.world("gcp", release).config_map["data"] | data  # type: ignore[index]
    return {"data": {key: value for key, value in given.items() if value is not None}}


class TestConfigMapGate:
    """Row 1 of the corrections: which stamps gate which release."""

    @pytest.mark.parametrize("release", ALL)
    @pytest.mark.parametrize("key", ["MCOVersionHash", "MCOReleaseImageVersion", "releaseVersion"])
    @pytest.mark.parametrize("value", ["somebody else's", None])
    def test_a_wrong_or_missing_stamp(self, release: str, key: str, value: str | None) -> None:
        gated = {
            "4.17": ("MCOVersionHash", "MCOReleaseImageVersion"), "4.18": ("MCOVersionHash", "MCOReleaseImageVersion"),
            "4.22": (),
        }.get(release, ("MCOVersionHash", "releaseVersion"))  # fmt: skip
        outcome = gcp(release, config_map=config_map(release, **{key: value}))
        assert isinstance(outcome, Unchanged if key in gated else Patched)

    def test_a_bad_architecture_errs_even_while_the_gate_is_closed(self) -> None:
        made = recorded.machine_set("gcp", "arch-bad")
        assert isinstance(gcp("4.20", made, config_map=config_map("4.20", MCOVersionHash="x")), Error)

    @pytest.mark.parametrize("release", ["4.17", "4.21"])
    def test_missing_config_map_is_an_error_of_each_set(self, release: str) -> None:
        wanted = "failed to fetch coreos-bootimages config map during machineset sync: "
        assert gcp(release, config_map=None) == Error(f'{wanted}configmap "coreos-bootimages" not found')


class TestStream:
    @pytest.mark.parametrize(
        ("stream", "told"),
        [
            (None, "unexpected end of JSON input"),
            ("", "unexpected end of JSON input"),
            ("{not json", "invalid character 'n' looking for beginning of object key string"),
            ("[]", "json: cannot unmarshal array into Go value of type stream.Stream"),
        ],
    )
    def test_unreadable(self, stream: str | None, told: str) -> None:
        wanted = f"failed to reconcile machineset plain, err: failed to parse CoreOS stream metadata: {told}"
        assert gcp("4.22", config_map=config_map("4.22", stream=stream)) == Error(wanted)

    def test_streams_alone_is_not_read(self) -> None:
        data = config_map("4.22", stream=None, streams=json.dumps({"rhel-9": recorded.stream()}))
        assert isinstance(gcp("4.22", config_map=data), Error)

    @pytest.mark.parametrize("release", ALL)
    def test_gcp_dies_without_images_for_the_architecture(self, release: str) -> None:
        assert isinstance(gcp(release, config_map=config_map(release, stream='{"architectures": {}}')), Dies)
        made = recorded.machine_set("gcp", "plain")
        made["metadata"]["annotations"] = {
            "capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=s390x"
        }
        assert isinstance(gcp(release, made), Dies)

    def test_a_foreign_set_with_a_missing_secret_is_a_plain_skip(self) -> None:
        made = recorded.machine_set("gcp", "foreign")
        made["spec"]["template"]["spec"]["providerSpec"]["value"]["userDataSecret"]["name"] = "no-such-secret"
        assert isinstance(gcp("4.22", made), Skipped)


class TestArchitecture:
    """Row 4: the rule asks for a field that the Default CRD of 4.20 and 4.21 prunes."""

    @pytest.mark.parametrize(("release", "skipped"), [("4.19", False), ("4.20", True), ("4.22", True)])
    def test_missing_annotation_on_multi_arch(self, release: str, skipped: bool) -> None:
        version = {"status": {"desired": {"architecture": "Multi"}, "history": []}}
        outcome = gcp(release, recorded.machine_set("gcp", "arch-missing"), cluster_version=version)
        assert isinstance(outcome, Skipped if skipped else Patched)

    def test_a_pruned_field_means_control_plane_architecture(self) -> None:
        assert isinstance(gcp("4.20", recorded.machine_set("gcp", "arch-missing")), Patched)


class TestUserData:
    @pytest.mark.parametrize("text", ["[]", "null", "3"])
    def test_no_object_kills_the_process(self, text: str) -> None:
        secret = {"metadata": {"name": "worker-user-data"}, "data": {"userData": _base64(text)}}
        assert isinstance(gcp("4.19", secret=lambda name: secret), Dies)
        assert isinstance(gcp("4.18", secret=lambda name: secret), Patched)

    @pytest.mark.parametrize("version", ["3", "3.99.0", "30.1.0"])
    def test_anything_that_starts_with_3_passes_unread(self, version: str) -> None:
        text = json.dumps({"ignition": {"version": version}})
        secret = {"metadata": {"name": "worker-user-data"}, "data": {"userData": _base64(text)}}
        outcome = gcp("4.22", secret=lambda name: secret)
        assert isinstance(outcome, Patched)
        assert outcome.secret is None

    def test_a_current_image_without_secret_dies_up_to_4_18_only(self) -> None:
        made = recorded.machine_set("gcp", "current")
        del made["spec"]["template"]["spec"]["providerSpec"]["value"]["userDataSecret"]
        assert isinstance(gcp("4.18", made), Dies)
        assert isinstance(gcp("4.19", made), Unchanged)


def _base64(text: str) -> str:
    import base64

    return base64.b64encode(text.encode()).decode()


class Ec2:
    def __init__(self, *images: Ami) -> None:
        self._images = {image.id: image for image in images}

    def describe(self, ami: str) -> Ami:
        if ami not in self._images:
            raise LookupError("operation error EC2: DescribeImages, api error InvalidAMIID.NotFound: no such image")
        return self._images[ami]

    def marketplace(self, product: str) -> list[Ami]:
        return [image for image in self._images.values() if product in image.name]


def aws(
    release: str, ami: dict[str, Any], ec2: Ec2 | None = None, known: str = OLD, region: str = "us-east-1"
) -> Outcome:
    made = recorded.machine_set("gcp", "plain")
    made["spec"]["template"]["spec"]["providerSpec"]["value"] = {
        "apiVersion": "machine.openshift.io/v1beta1", "kind": "AWSMachineProviderConfig", "instanceType": "m6i.xlarge",
        "ami": ami, "placement": {"region": region}, "userDataSecret": {"name": "worker-user-data"},
    }  # fmt: skip
    artifacts = {"aws": {"release": "9.6.20250701-0"}}
    images = {"aws": {"regions": {"us-east-1": {"image": NEW}}}}
    stream = {"stream": "rhcos-4.19", "architectures": {"x86_64": {"images": images, "artifacts": artifacts}}}
    payload = Payload(f"{release}.0", hash="abc")
    data = {"stream": json.dumps(stream), "releaseVersion": payload.version, "MCOVersionHash": "abc"}
    world = World(
        infrastructure={"status": {"platformStatus": {"type": "AWS"}}}, cluster_version={"status": {}},
        config_map={"data": data | {"MCOReleaseImageVersion": payload.version}}, secret=recorded.secret,
        payload=payload,
        known_amis=frozenset({known}), ec2=ec2,
    )  # fmt: skip
    return reconcile(made, world, behaviour(release))


class TestAws:
    @pytest.mark.parametrize("release", ALL)
    def test_a_known_ami_is_replaced_and_only_its_id_stays(self, release: str) -> None:
        outcome = aws(release, {"id": OLD, "filters": [{"name": "tag:Name", "values": ["x"]}]})
        assert isinstance(outcome, Patched)
        assert outcome.provider_spec["ami"] == {"id": NEW}

    def test_zero_values_of_the_go_type_appear(self) -> None:
        outcome = aws("4.20", {"id": OLD})
        assert isinstance(outcome, Patched)
        added = {
            "capacityReservationId": "",
            "deviceIndex": 0,
            "metadata": {},
            "metadataServiceOptions": {},
            "subnet": {},
        }
        assert {key: outcome.provider_spec[key] for key in added} == added

    @pytest.mark.parametrize("release", ALL)
    @pytest.mark.parametrize("ami", [{"id": "ami-unknown"}, {"id": ""}, {}, {"filters": []}, {"arn": "arn:aws:x"}])
    def test_unknown_empty_or_no_id_is_a_skip(self, release: str, ami: dict[str, Any]) -> None:
        assert isinstance(aws(release, ami), Skipped)

    def test_the_list_is_asked_only_when_the_image_differs(self) -> None:
        assert isinstance(aws("4.22", {"id": NEW}), Unchanged)

    @pytest.mark.parametrize("release", ["4.18", "4.22", "5.0"])
    def test_a_region_without_image_is_a_skip(self, release: str) -> None:
        assert isinstance(aws(release, {"id": OLD}, region="eu-north-1"), Skipped)

    @pytest.mark.parametrize("release", ["4.23", "5.0"])
    def test_later_the_owner_decides(self, release: str) -> None:
        ec2 = Ec2(Ami(OLD, "531415883065"), Ami("ami-fedora", "125523088429"), Ami("ami-bare", "679593333241", "RHEL"))
        assert isinstance(aws(release, {"id": OLD}, ec2, known=""), Patched)
        for foreign in ("ami-fedora", "ami-bare"):
            assert aws(release, {"id": foreign}, ec2) == Skipped(f"AMI {foreign} has unrecognised owner")

    def test_marketplace_takes_the_highest_version_not_above_the_stream(self) -> None:
        product = "59ead7de-2540-4653-a8b0-fa7926d5c845"
        offers = [
            Ami(
                f"ami-{version}", "679593333241", f"RHEL-9-RHCOS-{version}-0-{product}", f"RHEL CoreOS {version} x86_64"
            )
            for version in ("9.4", "9.6", "9.8")
        ]
        for current in ("ami-9.4", "ami-9.8"):
            outcome = aws("5.0", {"id": current}, Ec2(*offers))
            assert isinstance(outcome, Patched)
            assert outcome.provider_spec["ami"] == {"id": "ami-9.6"}

    @pytest.mark.parametrize(
        ("ami", "told"), [("ami-x", "DescribeImages failed for ami-x: operation error EC2: "), ("", "AMI  not found")]
    )
    def test_ec2_is_asked_on_every_pass(self, ami: str, told: str) -> None:
        outcome = aws("5.0", {"id": ami}, Ec2())
        assert isinstance(outcome, Error)
        assert outcome.text.startswith(f"failed to reconcile machineset plain, err: {told}")


class TestAzureStream:
    """Row 6: what a stream without marketplace entries does."""

    def azure(self, extensions: Any, case: str = "plain") -> Outcome:
        stream = recorded.stream()
        for architecture in stream["architectures"].values():
            architecture.pop("rhel-coreos-extensions")
            if extensions is not None:
                architecture["rhel-coreos-extensions"] = extensions
        data = recorded.world("azure", "4.22").config_map["data"] | {"stream": json.dumps(stream)}  # type: ignore[index]
        world = recorded.world("azure", "4.22", config_map={"data": data})
        return reconcile(recorded.machine_set("azure", case), world, behaviour("4.22"))

    @pytest.mark.parametrize("extensions", [{"azure-disk": {}}, {"marketplace": {}}])
    def test_scos_is_skipped_but_an_unknown_publisher_errs(self, extensions: Any) -> None:
        assert isinstance(self.azure(extensions), Skipped)
        assert isinstance(self.azure(extensions, "paid-ocp-gen2"), Skipped)
        assert isinstance(self.azure(extensions, "publisher-unknown"), Error)

    def test_without_extensions_the_process_dies(self) -> None:
        assert isinstance(self.azure(None), Dies)


class TestControlPlane:
    """Row 16: no architecture is read, skips count as reconciled, 4.21 ignores the osstream label."""

    def made(self, case: str) -> dict[str, Any]:
        found = recorded.machine_set("gcp", case)
        template = found["spec"]["template"]
        found["metadata"]["name"] = "cluster"
        found["spec"]["template"] = {"machines_v1beta1_machine_openshift_io": {"spec": {**template["spec"]}}}
        return found

    @pytest.mark.parametrize(
        ("case", "release", "kind"),
        [
            ("plain", "4.22", Patched), ("arch-bad", "4.22", Patched), ("foreign", "4.22", Skipped),
            ("osstream-rhel-10", "4.21", Patched), ("osstream-rhel-10", "4.22", Unchanged),
        ],
    )  # fmt: skip
    def test_it_is_handled(self, case: str, release: str, kind: type) -> None:
        world = recorded.world("gcp", release)
        assert isinstance(reconcile_control_plane(self.made(case), world, behaviour(release, tech_preview=True)), kind)

    def test_its_errors_carry_its_kind(self) -> None:
        outcome = reconcile_control_plane(self.made("wrong-type"), recorded.world("gcp", "4.22"), behaviour("4.22"))
        assert isinstance(outcome, Error)
        assert outcome.text.startswith(
            "failed to reconcile ControlPlaneMachineSet cluster, err: unmarshal into providerSpec"
        )
