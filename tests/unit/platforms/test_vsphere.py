# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vSphere: what can be told without vCenter is told, and the rest is called unknown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.builders import manager
from unit.platforms.places import RHCOS, UNMANAGED, applied, infrastructure, provider_spec, stamped, verdict

from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Current, Skip, Update
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Target
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.vsphere import VSphere
from sandbox import releases

RELEASE = releases.stream(RHCOS)["architectures"]["x86_64"]["artifacts"]["vmware"]["release"]


def with_workspace(**changes: Any) -> dict[str, Any]:
    made = provider_spec("VSphere")
    return {**made, "workspace": {**made["workspace"], **changes}}


def with_domain(**changes: Any) -> dict[str, Any]:
    made = infrastructure("VSphere")
    made["spec"]["platformSpec"]["vsphere"]["failureDomains"][0].update(changes)
    return made


def test_what_only_vcenter_knows_is_unknown() -> None:
    told = verdict("VSphere", provider_spec("VSphere"))
    assert (told.operator.will, told.operator.reason.code) == ("unknown", "template_in_vcenter")
    assert RELEASE in told.operator.message
    assert isinstance(told.decision, Skip) and told.decision.reason.code == "managed_by_operator"
    assert told.drift is None


def test_unmanaged_sets_need_an_upload_and_say_which() -> None:
    told = verdict("VSphere", provider_spec("VSphere"), **UNMANAGED)
    assert isinstance(told.decision, Skip) and told.decision.reason.code == "image_not_in_cloud"
    assert told.decision.message.endswith(".ova") and RELEASE in told.decision.message
    named = verdict("VSphere", provider_spec("VSphere"), wish=ImageWish("rhcos-new"), **UNMANAGED)
    assert isinstance(named.decision, Update) and named.decision.target == "rhcos-new"


def test_a_template_named_after_the_release_is_taken_for_it() -> None:
    told = verdict("VSphere", provider_spec("VSphere", template=f"rhcos-{RELEASE}-vmware"), **UNMANAGED)
    assert isinstance(told.decision, Current) and told.drift is False


@pytest.mark.parametrize(
    ("spec", "domain"),
    [
        (with_workspace(), {}),
        (with_workspace(resourcePool="/dc1/host/cluster1//Resources/"), {}),
        (with_workspace(), {"zoneAffinity": {"hostGroup": {"vmGroup": "g"}}}),
        (with_workspace(vmGroup="g"), {"zoneAffinity": {"hostGroup": {"vmGroup": "g"}}}),
    ],
)
def test_the_workspace_of_a_failure_domain(spec: Any, domain: Any) -> None:
    assert verdict("VSphere", spec, infrastructure=with_domain(**domain)).operator.will == "unknown"


@pytest.mark.parametrize(
    ("spec", "domain"),
    [
        (with_workspace(server="other"), {}),
        (with_workspace(datacenter="other"), {}),
        (with_workspace(datastore="other"), {}),
        (with_workspace(resourcePool="/dc1/host/cluster1/Resources/other"), {}),
        (with_workspace(vmGroup="g"), {"zoneAffinity": {"hostGroup": {"vmGroup": "other"}}}),
        (provider_spec("VSphere", workspace=None), {}),
    ],
)
@pytest.mark.parametrize(("release", "will"), [("4.21.2", "fail"), ("4.22.1", "skip")])
def test_a_workspace_of_no_failure_domain(spec: Any, domain: Any, release: str, will: str) -> None:
    told = verdict("VSphere", spec, release, infrastructure=with_domain(**domain))
    assert (told.operator.will, told.operator.reason.code) == (will, "no_failure_domain")


def test_without_a_platform_spec_the_operator_does_nothing() -> None:
    bare = infrastructure("VSphere")
    bare["spec"] = {}
    assert verdict("VSphere", provider_spec("VSphere"), infrastructure=bare).operator.will == "skip"


@pytest.mark.parametrize("architectures", ["{}", '{"x86_64": {"artifacts": {"vmware": {"release": ""}}}}'])
def test_without_an_image_in_the_stream_the_operator_fails(architectures: str) -> None:
    stream = stamped({"architectures": json.loads(architectures)})
    told = verdict("VSphere", provider_spec("VSphere"), stream=stream)
    assert (told.operator.will, told.operator.reason.code) == ("fail", "no_target")


@pytest.mark.parametrize(
    ("template", "risks"),
    [
        ("demo-x7k2p-rhcos-generated-region-generated-zone", []),
        ("/dc1/vm/folder/rhcos-9.6", []),
        ("scos", []),
        ("golden", ["own_images"]),
        ("/dc1/vm/rhcos/golden", ["own_images"]),
        ("arhcos-1", ["own_images"]),
    ],
)
def test_a_template_of_ones_own_is_a_risk(template: str, risks: list[str]) -> None:
    told = verdict("VSphere", provider_spec("VSphere", template=template))
    assert [risk.reason.code for risk in told.risks] == risks


@pytest.mark.parametrize("fields", [{"template": 3}, {"workspace": []}, {"network": "x"}])
def test_fields_that_the_type_cannot_hold(fields: Any) -> None:
    told = verdict("VSphere", provider_spec("VSphere", **fields))
    assert (told.operator.will, told.decision.reason.code) == ("fail", "provider_spec_invalid")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("image", "good"),
    [
        ("rhcos-new", True),
        ("/dc1/vm/folder/rhcos-new", True),
        ("", False),
        ("/dc1/", False),
        ("x" * 81, False),
        ("a\nb", False),
    ],
)
def test_an_image_that_the_user_names(image: str, good: bool) -> None:
    found = VSphere().explicit(image)
    assert isinstance(found, Target) is good
    if isinstance(found, Target):
        spec = provider_spec("VSphere")
        assert applied(spec, VSphere().changes(spec, found)) == {**spec, "template": image}


def test_the_operators_default_by_release() -> None:
    fresh = {"configuration": {"metadata": {"generation": 2}, "spec": {}, "status": {"observedGeneration": 1}}}
    for release, will in (("4.20.1", "not_managed"), ("4.21.2", "not_managed"), ("4.22.1", "unknown")):
        assert verdict("VSphere", provider_spec("VSphere"), release, **fresh).operator.will == will
    opted = {
        "configuration": {**fresh["configuration"], "spec": {"managedBootImages": {"machineManagers": [manager()]}}}
    }
    assert verdict("VSphere", provider_spec("VSphere"), "4.21.2", **opted).operator.will == "unknown"
