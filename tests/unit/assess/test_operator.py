# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's next deed: the rows of the upstream and observed tables that the recorded GCP cases do not hold."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import (
    OLD,
    TARGET,
    TARGET_AMI,
    aws_spec,
    cluster_version,
    config_map,
    configuration,
    control_plane,
    gcp_spec,
    judged,
    machine_set,
    manager,
    stream_data,
)

from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import Capabilities
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import (
    MISSING,
    NO_VERSION,
    NOT_JSON,
    NOT_OBJECT,
    READ,
    UserData,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Verdict
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.registry import PLATFORMS

RELEASES = ["4.17", "4.18", "4.19", "4.20", "4.21", "4.22", "4.23", "5.0", "6.1"]
OSSTREAM = "machineconfiguration.openshift.io/osstream"
OWNER = {"kind": "ConfigMap", "name": "owner"}
MULTI = cluster_version("4.19.0", desired={"architecture": "Multi"})


def of(verdict: Verdict) -> tuple[str, str]:
    return verdict.operator.will, verdict.operator.reason.code


def aws(release: str = "4.19", **spec: Any) -> tuple[str, str]:
    return of(judged(machine_set(spec={**aws_spec(), **spec}), release, "AWS"))


@pytest.mark.parametrize("release", RELEASES[1:])
def test_aws_needs_an_id_and_a_region(release: str) -> None:
    assert aws(release, ami={"filters": [{"name": "x"}]}) == ("skip", "ami_filters")
    assert aws(release, ami={}) == ("skip", "image_unset")
    assert aws(release, ami=None) == ("skip", "image_unset")
    assert aws(release, placement={"region": "eu-north-1"}) == ("skip", "no_target")
    assert aws(release, placement={}) == ("skip", "no_target")


@pytest.mark.parametrize("release", RELEASES[1:])
def test_aws_cannot_be_foretold_for_an_ami_of_another_stream(release: str) -> None:
    told = judged(machine_set(spec=aws_spec()), release, "AWS").operator
    assert (told.will, told.reason.code) == ("unknown", "unknown_image")
    assert ("owner in EC2" in told.message) == (release in ("4.23", "5.0", "6.1"))


@pytest.mark.parametrize(("release", "will"), [("4.18", "skip"), ("4.22", "skip"), ("4.23", "fail"), ("5.0", "fail")])
def test_aws_empty_id_is_an_ami_that_nobody_knows(release: str, will: str) -> None:
    assert aws(release, ami={"id": ""}) == (will, "unknown_image")


def test_aws_target_beside_filters_is_current() -> None:
    assert aws(ami={"id": TARGET_AMI, "filters": []}) == ("nothing", "up_to_date")
    assert aws("4.18", ami={"id": TARGET_AMI}) == ("update", "repoints_user_data")


def test_aws_another_image_of_the_stream_is_updated() -> None:
    assert aws(ami={"id": "ami-000000000000000aa"}) == ("update", "operator_updates")


@pytest.mark.parametrize("ami", ["ami-1", ["ami-1"], {"id": []}])
def test_aws_wrong_type_is_an_error(ami: Any) -> None:
    assert aws(ami=ami) == ("fail", "provider_spec_invalid")


def test_a_number_is_read_as_text_where_text_is_wanted() -> None:
    assert aws(ami={"id": 3}) == ("unknown", "unknown_image")
    disks = [{"boot": True, "image": 3}]
    assert of(judged(machine_set(spec=gcp_spec(disks=disks)))) == ("skip", "custom_image")


@pytest.mark.parametrize("fields", [{"tags": "x"}, {"machineType": []}, {"canIPForward": "no"}, {"labels": []}])
def test_a_wrong_shape_anywhere_is_an_error_because_the_whole_type_is_read(fields: Any) -> None:
    told = judged(machine_set(spec=gcp_spec(**fields)))
    assert of(told) == ("fail", "provider_spec_invalid")


@pytest.mark.parametrize(("release", "will"), [("4.18", "crash"), ("4.19", "nothing"), ("4.22", "nothing")])
def test_no_user_data_kills_only_where_something_is_due(release: str, will: str) -> None:
    assert aws(release, ami={"id": TARGET_AMI}, userDataSecret=None)[0] == will
    assert of(judged(machine_set(spec=gcp_spec(TARGET, userDataSecret=None)), release))[0] == will


def test_no_user_data_does_no_harm_to_a_skipped_set() -> None:
    for release in ("4.18", "4.22"):
        assert aws(release, ami={}, userDataSecret=None) == ("skip", "image_unset")
        foreign = gcp_spec("projects/acme/global/images/golden", userDataSecret=None)
        assert of(judged(machine_set(spec=foreign), release)) == ("skip", "custom_image")


@pytest.mark.parametrize("release", RELEASES[:6])
def test_gcp_architecture_without_image_kills_the_controller(release: str) -> None:
    assert of(judged(machine_set(arch="s390x"), release)) == ("crash", "would_kill_controller")
    without = config_map(stream_data(x86_64={"images": {}}), release + ".0")
    assert of(judged(machine_set(), release, stream=without)) == ("crash", "would_kill_controller")


def test_aws_architecture_without_image_is_skipped() -> None:
    assert of(judged(machine_set(spec=aws_spec(), arch="s390x"), "4.18", "AWS")) == ("skip", "no_target")


@pytest.mark.parametrize(
    ("disks", "expected"),
    [
        ([], ("nothing", "up_to_date")),
        ([None, {"boot": True, "image": TARGET}], ("nothing", "up_to_date")),
        ([{"boot": True}], ("skip", "image_unset")),
        ([{"boot": True, "image": ""}], ("skip", "image_unset")),
        ([{"boot": True, "image": []}], ("fail", "provider_spec_invalid")),
        ([{"boot": False, "image": []}], ("fail", "provider_spec_invalid")),
        ([{"boot": False, "image": 3}], ("nothing", "up_to_date")),
        ([{"boot": "yes", "image": OLD}], ("fail", "provider_spec_invalid")),
        (["disk"], ("fail", "provider_spec_invalid")),
        ({}, ("fail", "provider_spec_invalid")),
        ([{"image": OLD}], ("nothing", "up_to_date")),
    ],
)
def test_gcp_disks_of_any_shape(disks: Any, expected: tuple[str, str]) -> None:
    assert of(judged(machine_set(spec=gcp_spec(disks=disks)), "4.20")) == expected


@pytest.mark.parametrize("secret", ["name", []])
def test_secret_reference_of_a_wrong_type(secret: Any) -> None:
    assert of(judged(machine_set(spec=gcp_spec(userDataSecret=secret)))) == ("fail", "provider_spec_invalid")


@pytest.mark.parametrize(("release", "expected"), [("4.18", "operator_updates"), ("4.19", "user_data_unusable")])
def test_secret_reference_without_a_name(release: str, expected: str) -> None:
    assert of(judged(machine_set(spec=gcp_spec(userDataSecret={})), release))[1] == expected


@pytest.mark.parametrize(
    ("facts", "will", "says"),
    [
        (UserData(READ, "3.99.0"), "update", ""),
        (UserData(READ, "2.2.0"), "update", ""),
        (UserData(READ, "2.0.0"), "update", ""),
        (UserData(READ, "2.4.0"), "fail", "holds Ignition 2.4.0, which the operator cannot convert"),
        (UserData(READ, "1.2.0"), "fail", "Ignition 1.2.0"),
        (UserData(NO_VERSION), "fail", "holds no ignition configuration"),
        (UserData(NOT_JSON), "fail", "holds no ignition configuration"),
        (UserData(MISSING), "fail", "Secret worker-user-data does not exist"),
        (UserData(NOT_OBJECT), "crash", "no JSON object"),
        (None, "update", ""),
    ],
)
def test_user_data_is_read_before_a_patch_from_4_19(facts: UserData | None, will: str, says: str) -> None:
    known = {"worker-user-data": facts} if facts else {}
    told = judged(machine_set(), "4.19", user_data=known).operator
    assert (told.will, says in told.message) == (will, True)
    assert judged(machine_set(), "4.18", user_data=known).operator.will == "update"
    assert judged(machine_set(spec=gcp_spec(TARGET)), "4.19", user_data=known).operator.will == "nothing"


@pytest.mark.parametrize(("release", "will"), [("4.20", "skip"), ("4.22", "skip")])
def test_multi_arch_cluster_without_annotation(release: str, will: str) -> None:
    assert of(judged(machine_set(arch=None), release, cluster_version=MULTI)) == (will, "architecture_unknown")
    assert judged(machine_set(), release, cluster_version=MULTI).operator.will == "update"


def test_up_to_4_19_the_operator_guesses_in_a_multi_arch_cluster_and_we_do_not() -> None:
    told = judged(machine_set(arch=None), "4.19", cluster_version=MULTI)
    assert of(told) == ("update", "operator_updates")
    assert told.decision.reason.code == "architecture_unknown"


def test_architecture_that_nobody_could_read() -> None:
    for architecture in (None, "riscv64"):
        told = judged(machine_set(arch=None), control_plane_architecture=architecture)
        assert of(told) == ("unknown", "architecture_unknown")
        assert told.decision.reason.code == "architecture_unknown"


@pytest.mark.parametrize("cluster", [MULTI, cluster_version()])
def test_control_plane_machine_sets_are_of_the_control_planes_architecture(cluster: Any) -> None:
    made = control_plane(annotations={"capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=foo"})
    managers = [manager(), manager(resource="controlplanemachinesets")]
    assert of(judged(made, "4.22", managers=managers, cluster_version=cluster)) == ("update", "operator_updates")


def faulty(**without: Any) -> dict[str, Any]:
    """Every fault at once, most binding first, as the operator looks for them; keywords mend one."""
    faults = {
        "owners": [OWNER],
        "labels": {OSSTREAM: "rhel-10"},
        "annotations": {"capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=foo"},
        "spec": gcp_spec("projects/acme/global/images/golden", userDataSecret={"name": "gone"}),
    }
    return {**faults, **without}


def test_order_of_the_checks() -> None:
    facts = {"gone": UserData(MISSING)}

    def told(**without: Any) -> tuple[str, str]:
        return of(judged(machine_set(**faulty(**without)), "4.22", user_data=facts))

    mended: dict[str, Any] = {}
    assert told() == ("skip", "owned")
    mended["owners"] = None
    assert told(**mended) == ("skip", "other_os_stream")
    mended["labels"] = {}
    assert told(**mended) == ("fail", "architecture_invalid")
    assert told(**mended, spec={"disks": 3}) == ("fail", "architecture_invalid")
    mended["annotations"] = None
    assert told(**mended, spec={"disks": 3}) == ("fail", "provider_spec_invalid")
    assert told(**mended) == ("skip", "custom_image")
    assert told(**mended, spec=gcp_spec(OLD, userDataSecret={"name": "gone"})) == ("fail", "user_data_unusable")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"managers": [manager("None")]}, "management_off"),
        ({"managers": [manager("Partial", {"matchLabels": {"x": "y"}})]}, "not_enrolled"),
        ({"managers": [manager("Partial", {"matchLabels": {"pool": "a"}})]}, "operator_updates"),
        ({"managers": [manager("Partial", {"matchLabels": {}})]}, "operator_updates"),
        (
            {"managers": [manager("Partial", {"matchExpressions": [{"key": "a", "operator": "Is"}]})]},
            "selector_invalid",
        ),
        ({"configuration": None}, "platform_not_managed"),
        ({"platform": "OpenStack", "managers": None}, "platform_not_managed"),
        ({"capabilities": Capabilities(frozenset(), frozenset(), False, False)}, "platform_not_managed"),
    ],
)
def test_enrolment(changes: dict[str, Any], expected: str) -> None:
    assert judged(machine_set(), **changes).operator.reason.code == expected


def test_a_platform_that_the_operator_knows_and_we_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(PLATFORMS, "GCP")
    told = judged(machine_set())
    assert of(told) == ("unknown", "platform_unsupported")
    assert (told.decision.reason.code, told.drift) == ("platform_unsupported", None)


def test_a_configuration_that_may_not_be_read() -> None:
    told = judged(machine_set(), configuration=None, configuration_known=False)
    assert of(told) == ("unknown", "not_read")


def test_fresh_settings_count_before_the_operator_has_seen_them() -> None:
    waiting = configuration("4.19", [manager("None")], [manager("All")], observed=False)
    assert judged(machine_set(), configuration=waiting).operator.reason.code == "management_off"
