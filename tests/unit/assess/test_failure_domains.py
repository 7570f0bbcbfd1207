# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failure domains of a control plane: they are told, nobody writes into them, and on vSphere they decide what machines boot."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import OLD, TARGET, aws_spec, control_plane, gcp_spec, judged, machine_set, snapshot
from unit.platforms.places import INFRA, infrastructure, provider_spec

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.assess.failure_domains import failure_domains
from ansible_collections.okd.boot_images.plugins.module_utils.model.cloud import CloudFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import FailureDomain, Skip, Update, Verdict
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.plan.machine_sets import updates
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Site
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.registry import PLATFORMS

TEMPLATE = "machines_v1beta1_machine_openshift_io"
NOBODYS = [{"resource": "machinesets", "apiGroup": "machine.openshift.io", "selection": {"mode": "None"}}]


def with_domains(platform: str, domains: Any, spec: Any = None) -> MachineSet:
    made = control_plane(spec if spec is not None else provider_spec(platform))
    template = {
        **made.object["spec"]["template"][TEMPLATE],
        "failureDomains": {"platform": platform, platform.lower(): domains},
    }
    return MachineSet(made.kind, {**made.object, "spec": {"template": {TEMPLATE: template}}})


def vsphere(*templates: Any) -> dict[str, Any]:
    """Infrastructure with a failure domain a template, named fd0, fd1, …"""
    made = infrastructure("VSphere")
    made["spec"]["platformSpec"]["vsphere"]["failureDomains"] = [
        {
            "name": f"fd{index}",
            "region": "r",
            "zone": f"z{index}",
            "topology": {"datacenter": "dc", "template": template},
        }
        for index, template in enumerate(templates)
    ]
    return made


def told(domains: Any, *templates: Any, spec: Any = None, wish: ImageWish | None = None, **changes: Any) -> Verdict:
    made = with_domains("VSphere", domains, spec)
    given = {"infrastructure": vsphere(*templates), "managers": NOBODYS, **changes}
    return judged(made, "4.22", "VSphere", wish, **given)


@pytest.mark.parametrize(
    ("platform", "domain", "name"),
    [
        (
            "AWS",
            {"placement": {"availabilityZone": "us-east-1a"}, "subnet": {"type": "ID", "id": "subnet-1"}},
            "us-east-1a",
        ),
        ("AWS", {"subnet": {"type": "ID", "id": "subnet-1"}}, "subnet-1"),
        ("AWS", {"subnet": {"type": "ARN", "arn": "arn:x"}}, "arn:x"),
        ("AWS", {"subnet": {"type": "Filters"}}, None),
        ("Azure", {"zone": "1", "subnet": "s"}, "1"),
        ("GCP", {"zone": "us-central1-a"}, "us-central1-a"),
        ("Nutanix", {"name": "pe1"}, "pe1"),
        ("OpenStack", {"availabilityZone": "nova", "rootVolume": {"availabilityZone": "cinder"}}, "nova"),
        ("OpenStack", {"rootVolume": {"availabilityZone": "cinder", "volumeType": "ssd"}}, "cinder"),
        ("BareMetal", {"name": "x"}, "x"),
        ("GCP", {"zone": 3}, None),
        ("GCP", None, None),
    ],
)
def test_they_have_a_name_and_no_image(platform: str, domain: Any, name: str | None) -> None:
    specs = {"GCP": gcp_spec(), "AWS": aws_spec()}
    found = judged(with_domains(platform, [domain], specs.get(platform)), "4.22", platform)
    assert found.failure_domains == (FailureDomain(name, None),)


def test_the_template_alone_is_written() -> None:
    """GCP: current image, target and the patch are those of a control plane without failure domains."""
    found = judged(with_domains("GCP", [{"zone": "a"}, {"zone": "b"}], gcp_spec()), "4.22", managers=NOBODYS)
    assert (found.current, found.target) == (OLD, TARGET) and isinstance(found.decision, Update)
    (step,) = updates((found,))
    assert not [each for each in step.request.operations if "failureDomains" in each["path"]]
    assert [one.name for one in found.failure_domains] == ["a", "b"]


@pytest.mark.parametrize("domains", [None, {}, "x", [], 3])
def test_without_any(domains: Any) -> None:
    assert judged(with_domains("GCP", domains, gcp_spec())).failure_domains == ()


def test_machine_sets_have_none() -> None:
    made = machine_set()
    template = {**made.object["spec"]["template"], "failureDomains": {"platform": "GCP", "gcp": [{"zone": "a"}]}}
    assert judged(MachineSet(made.kind, {**made.object, "spec": {"template": template}})).failure_domains == ()


@pytest.mark.parametrize(
    ("template", "image"),
    [
        ("/dc/vm/rhcos-new", "rhcos-new"),
        ("rhcos-new", "rhcos-new"),
        ("", f"{INFRA}-rhcos-r-z0"),
        (None, f"{INFRA}-rhcos-r-z0"),
        (["x"], f"{INFRA}-rhcos-r-z0"),
    ],
)
def test_vsphere_takes_the_template_of_the_failure_domain(template: Any, image: str) -> None:
    assert told([{"name": "fd0"}], template).failure_domains == (FailureDomain("fd0", image, decides=True),)


@pytest.mark.parametrize(
    "wish", [None, ImageWish("rhcos-mine"), ImageWish("rhcos-mine", take_over=True), ImageWish(take_over=True)]
)
@pytest.mark.parametrize("spec", [None, provider_spec("VSphere", template="")])
def test_a_write_without_effect_is_not_planned(wish: ImageWish | None, spec: Any) -> None:
    found = told([{"name": "fd0"}, {"name": "fd1"}, {"name": "fd1"}], "/dc/vm/a", "b", spec=spec, wish=wish)
    assert isinstance(found.decision, Skip) and found.decision.reason.code == "failure_domain_image"
    assert "a, b" in found.decision.message
    assert (found.current, found.target, found.drift) == ("a b", None, None)
    assert (found.operator.will, found.operator.reason.code) == ("not_managed", "platform_not_managed")
    assert list(updates((found,))) == []


def test_nobody_is_asked_for_images_of_failure_domains() -> None:
    made = with_domains("VSphere", [{"name": "fd0"}])
    seen = snapshot([made], "4.22", "VSphere", infrastructure=vsphere("a"), managers=NOBODYS)
    assert assess(seen, cloud=CloudFacts(askable=False)).verdicts[0].verification is None


@pytest.mark.parametrize("name", ["gone", None, 3])
def test_a_failure_domain_that_infrastructure_does_not_have(name: Any) -> None:
    found = told([{"name": name}], "a", wish=ImageWish("rhcos-mine", take_over=True))
    assert [one.image for one in found.failure_domains] == [None]
    assert isinstance(found.decision, Skip) and found.decision.reason.code == "failure_domain_image"
    assert "known to Infrastructure" in found.decision.message and found.current is None


def test_machines_of_a_control_plane_boot_their_failure_domains_templates() -> None:
    def machine(name: str, template: str) -> dict[str, Any]:
        labels = {"machine.openshift.io/cluster-api-machine-role": "master"}
        spec = {"providerSpec": {"value": provider_spec("VSphere", template=template)}}
        return {"metadata": {"name": name, "labels": labels}, "spec": spec}

    seen = snapshot(
        [with_domains("VSphere", [{"name": "fd0"}, {"name": "fd1"}])], "4.22", "VSphere",
        infrastructure=vsphere("/dc/vm/a", "b"), machines=(machine("m0", "a"), machine("m1", "/dc/vm/b"), machine("m2", "old")),
    )  # fmt: skip
    assert [each.drift for each in assess(seen).machines] == [False, False, True]


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("domains", [[None], ["x"], [{"name": []}], [[]]])
def test_no_shape_raises(name: str, domains: Any) -> None:
    (found,) = judged(with_domains(name, domains, {}), "4.22", name).failure_domains
    assert (found.name, found.image) == (None, None)


def test_a_machine_set_and_an_unknown_platform_have_none() -> None:
    made = with_domains("AWS", [{"subnet": {"id": "subnet-1"}}])
    assert [each.name for each in failure_domains(made, PLATFORMS["AWS"], Site())] == ["subnet-1"]
    assert failure_domains(made, None, Site()) == ()
    worker = machine_set()
    below = {"failureDomains": {"aws": [{"subnet": {"id": "subnet-1"}}]}}
    odd = {**worker.object, "spec": {"template": {"spec": below}}}
    assert failure_domains(MachineSet(worker.kind, odd), PLATFORMS["AWS"], Site()) == ()
