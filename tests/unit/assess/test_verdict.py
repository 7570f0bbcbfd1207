# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What we would do with a set, who writes it, its risks and its age."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.builders import (
    OLD,
    OLD_AMI,
    TARGET,
    TARGET_AMI,
    aws_spec,
    config_map,
    control_plane,
    gcp_spec,
    judged,
    machine_set,
    manager,
    snapshot,
)

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import BootImageError
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Change, Current, Failed, Skip, Update
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.registry import PLATFORMS
from ansible_collections.okd.boot_images.plugins.module_utils.report.data import machine_set as as_data

OFF = {"managers": [manager("None")]}
OWN = "projects/acme/global/images/golden"
OWNER = {"kind": "ConfigMap", "name": "owner"}


def test_an_unmanaged_set_is_brought_to_its_image() -> None:
    told = judged(machine_set(), **OFF)
    assert told.decision == Update(OLD, TARGET, (Change(("disks", 0, "image"), OLD, TARGET),))
    assert (str(told.managed_by), told.drift, told.region, told.architecture) == (
        "nobody",
        True,
        "us-central1",
        "amd64",
    )


def test_a_current_set_is_current_whoever_writes_it() -> None:
    made = machine_set(spec=gcp_spec(TARGET), owners=[OWNER])
    told = judged(made)
    assert (told.decision, told.drift, str(told.managed_by)) == (Current(TARGET), False, "owner ConfigMap/owner")


@pytest.mark.parametrize(
    ("marks", "claims"),
    [
        ({"owners": [OWNER]}, "owner ConfigMap/owner"),
        ({"annotations": {"argocd.argoproj.io/tracking-id": "x"}}, "gitops Argo CD (annotation argocd.argoproj.io/tracking-id)"),
        ({"labels": {"argocd.argoproj.io/instance": "x"}}, "gitops Argo CD (label argocd.argoproj.io/instance)"),
        ({"labels": {"kustomize.toolkit.fluxcd.io/name": "x"}}, "gitops Flux (label kustomize.toolkit.fluxcd.io/name)"),
        ({"labels": {"helm.toolkit.fluxcd.io/name": "x"}}, "gitops Flux (label helm.toolkit.fluxcd.io/name)"),
        ({"annotations": {"meta.helm.sh/release-name": "x"}}, "gitops Helm (annotation meta.helm.sh/release-name)"),
        ({"annotations": {"apps.open-cluster-management.io/hosting-subscription": "x"}},
         "gitops ACM (annotation apps.open-cluster-management.io/hosting-subscription)"),
        ({"labels": {"hive.openshift.io/machine-pool": "x"}}, "gitops Hive (label hive.openshift.io/*)"),
        ({"annotations": {"hive.openshift.io/x": "x"}}, "gitops Hive (annotation hive.openshift.io/*)"),
    ],
)  # fmt: skip
def test_a_claimed_set_is_left_alone_unless_taken_over(marks: dict[str, Any], claims: str) -> None:
    made = machine_set(**marks)
    told = judged(made, **OFF)
    assert isinstance(told.decision, Skip) and told.decision.reason.code == "owned"
    assert str(told.managed_by) == claims
    assert isinstance(judged(made, wish=ImageWish(take_over=True), **OFF).decision, Update)


def test_the_owner_counts_before_a_mark() -> None:
    made = machine_set(owners=[OWNER], labels={"argocd.argoproj.io/instance": "x"})
    assert judged(made, **OFF).managed_by.kind == "owner"


@pytest.mark.parametrize(
    ("made", "release"),
    [
        (machine_set(), "4.19"),
        (machine_set(arch="foo"), "4.19"),
        (machine_set(spec=gcp_spec(userDataSecret=None)), "4.19"),
    ],
)
def test_what_the_operator_manages_is_its_own_also_while_it_cannot_write(made: Any, release: str) -> None:
    told = judged(made, release)
    assert told.managed_by.kind == "operator"
    assert told.decision.reason.code in ("managed_by_operator", "architecture_invalid")


def test_what_the_operator_skips_is_ours_to_mend() -> None:
    spec = aws_spec(ami={"id": ""})
    told = judged(machine_set(spec=spec), platform="AWS")
    assert (told.operator.will, told.managed_by.kind) == ("skip", "nobody")
    assert told.decision == Update("", TARGET_AMI, (Change(("ami",), {"id": ""}, {"id": TARGET_AMI}),))


def test_an_ami_that_the_operator_may_know_is_left_to_it() -> None:
    assert judged(machine_set(spec=aws_spec()), platform="AWS").decision.reason.code == "managed_by_operator"


@pytest.mark.parametrize(
    "image", [OWN, "projects/fedora-coreos-cloud/global/images/fedora-coreos-41-20250315-3-0-gcp-x86-64"]
)
def test_somebodys_own_image_is_replaced_only_when_asked(image: str) -> None:
    made = machine_set(spec=gcp_spec(image))
    told = judged(made, **OFF)
    assert isinstance(told.decision, Skip) and told.decision.reason.code == "custom_image"
    assert ("born on FCOS" in told.decision.message) == ("fedora" in image)
    assert isinstance(judged(made, wish=ImageWish(take_over=True), **OFF).decision, Update)
    assert isinstance(judged(made, wish=ImageWish(image=TARGET), **OFF).decision, Update)


def test_an_explicit_image() -> None:
    told = judged(machine_set(), wish=ImageWish(image="https://www.googleapis.com/compute/v1/" + OWN), **OFF)
    assert isinstance(told.decision, Update) and told.decision.target == told.target == OWN
    assert judged(machine_set(spec=gcp_spec(OWN)), wish=ImageWish(image=OWN), **OFF).decision == Current(OWN)
    wrong = judged(machine_set(), wish=ImageWish(image="golden"), **OFF).decision
    assert isinstance(wrong, Failed) and "'golden' is no GCP image" in wrong.message


def test_an_explicit_image_where_there_is_none() -> None:
    made = machine_set(spec=aws_spec(ami={"filters": []}))
    assert judged(made, platform="AWS", **OFF).decision.reason.code == "image_unset"
    told = judged(made, platform="AWS", wish=ImageWish(image=OLD_AMI), **OFF).decision
    assert told == Update(None, OLD_AMI, (Change(("ami",), {"filters": []}, {"id": OLD_AMI}),))
    no_disk = machine_set(spec=gcp_spec(disks=[]))
    assert judged(no_disk, wish=ImageWish(image=OWN), **OFF).decision.reason.code == "no_boot_disk"


@pytest.mark.parametrize(
    ("made", "changes", "code"),
    [
        (machine_set(spec=[]), {}, "provider_spec_missing"),
        (machine_set(spec=gcp_spec(disks=3)), {}, "provider_spec_invalid"),
        (machine_set(arch="foo"), {}, "architecture_invalid"),
        (machine_set(arch="s390x"), {}, "no_target"),
        (machine_set(), {"platform": "KubeVirt"}, "platform_unsupported"),
        (
            machine_set(annotations={"capacity.cluster-autoscaler.kubernetes.io/labels": "a=b"}),
            {},
            "architecture_invalid",
        ),
    ],
)
def test_why_nothing_is_decided(made: Any, changes: dict[str, Any], code: str) -> None:
    told = judged(made, **{**OFF, **changes})
    assert told.decision.reason.code == code
    assert told.target is None or code == "provider_spec_invalid"


def test_windows() -> None:
    made = machine_set(template_labels={"machine.openshift.io/os-id": "Windows"})
    assert judged(made, **OFF).decision.reason.code == "windows"


@pytest.mark.parametrize(
    ("release", "secret", "risks"),
    [
        ("4.18", "mine", ["custom_user_data"]),
        ("4.18", "worker-user-data", []),
        ("4.18", "worker-user-data-managed", []),
        ("4.19", "mine", []),
    ],
)
def test_risk_of_losing_user_data(release: str, secret: str, risks: list[str]) -> None:
    told = judged(machine_set(spec=gcp_spec(userDataSecret={"name": secret})), release)
    assert [each.reason.code for each in told.risks] == risks


def test_control_plane_machine_sets_carry_no_such_risk() -> None:
    assert judged(control_plane(gcp_spec(userDataSecret={"name": "mine"})), "4.18").risks == ()


def test_some_sets_are_chosen() -> None:
    seen = snapshot([machine_set("a"), machine_set("b")])
    found = assess(seen, chosen=[machine_set("b").ref, control_plane().ref])
    assert [each.machine_set.name for each in found.verdicts] == ["b"]
    assert (found.named("b"), found.named("a")) == (found.verdicts[0], None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from([OLD, TARGET, OWN, TARGET_AMI]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["disks", "boot", "image", "ami", "id", "placement", "region", "name"]), inner
        )
    ),
    max_leaves=8,
)
DISKS = st.lists(st.fixed_dictionaries({}, optional={"boot": JSON | st.just(True), "image": JSON}) | JSON, max_size=3)
FIELDS = {
    "disks": DISKS | JSON,
    "ami": st.fixed_dictionaries({"id": JSON}) | JSON,
    "placement": st.fixed_dictionaries({"region": JSON | st.just("us-east-1")}) | JSON,
    "region": JSON,
    "userDataSecret": st.fixed_dictionaries({"name": JSON}) | JSON,
}
SPECS = st.fixed_dictionaries({}, optional=FIELDS) | JSON
MARKS = st.dictionaries(
    st.sampled_from(["capacity.cluster-autoscaler.kubernetes.io/labels", "pool", "machineconfiguration.openshift.io/osstream"]),
    JSON | st.sampled_from(["kubernetes.io/arch=arm64", "kubernetes.io/arch=s390x", "a", "rhel-10"]),
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    spec=SPECS, labels=MARKS | JSON, annotations=MARKS | JSON, owners=JSON, template=JSON, mode=JSON, selector=JSON,
    platform=st.sampled_from([*PLATFORMS, "KubeVirt"]), release=st.sampled_from(["4.16", "4.18", "4.20", "4.22", "5.0"]),
    wish=st.builds(ImageWish, st.none() | st.sampled_from([OWN, OLD_AMI, "x"]), st.booleans()),
)  # fmt: skip
def test_whatever_stands_in_a_set_there_is_one_consistent_verdict(
    spec, labels, annotations, owners, template, mode, selector, platform, release, wish
) -> None:
    made = machine_set("a", spec, labels=labels, annotations=annotations, owners=owners, template_labels=template)
    managers = [manager(mode, selector), manager(), mode]
    told = judged(made, release, platform, wish, managers=managers)
    if isinstance(told.decision, Current):
        assert told.drift is False and told.current == told.target
    if isinstance(told.decision, Update):
        assert told.drift is not False and told.decision.changes and told.decision.target == told.target
    if told.drift is False:
        assert told.current == told.target
    json.dumps(as_data(told))


@given(
    data=JSON | st.fixed_dictionaries({"architectures": JSON | st.fixed_dictionaries({"x86_64": JSON})}),
    platform=st.sampled_from([*PLATFORMS]), conditions=JSON, history=JSON,
)  # fmt: skip
def test_whatever_stands_in_a_cluster_only_our_own_errors_come(data, platform, conditions, history) -> None:
    status = {"history": history, "conditions": conditions}
    objects = {"cluster_version": {"status": status}, "operator": {"status": status}, "pools": ({"status": status},)}
    try:
        judged(machine_set(), platform=platform, stream=config_map(json.dumps(data)), **objects)
    except BootImageError:
        return
