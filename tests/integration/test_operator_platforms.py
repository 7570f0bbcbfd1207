# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated operator on a real API server: vSphere's templates, control planes, previews, and what it does not notice or gives up."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from integration.operator_play import (
    SPEED,
    Load,
    boot_image,
    images_become,
    manage,
    provider_spec,
    quiet,
    set_image,
    target,
)

from sandbox import ApiError, Sandbox

Json = dict[str, Any]
OLD = "412.86.202301311551-0"


def _release(made: Sandbox) -> str:
    stream = json.loads(
        made.client.get("configmaps", "coreos-bootimages", "openshift-machine-config-operator")["data"]["stream"]
    )
    return str(stream["architectures"]["x86_64"]["artifacts"]["vmware"]["release"])


def _templates(made: Sandbox, file: Path) -> dict[str, str]:
    """A vCenter whose templates are all old; what it will hold once all are rebuilt."""
    specs = [provider_spec(each) for each in made.client.list("machinesets")]
    keys = {f"{spec['workspace']['server']}/{spec['workspace']['datacenter']}/{spec['template']}" for spec in specs}
    file.write_text(json.dumps(dict.fromkeys(keys, OLD)))
    return dict.fromkeys(keys, _release(made))


def _elsewhere(made: Sandbox, name: str) -> None:
    value = {"workspace": {"datastore": "/dc1/datastore/other"}, "template": "somebody-elses"}
    made.client.patch("machinesets", name, {"spec": {"template": {"spec": {"providerSpec": {"value": value}}}}})


def _says(made: Sandbox, kind: str, text: str) -> Json:
    def told() -> Json | None:
        found = boot_image(made, kind)
        return found if text in found.get("message", "") else None

    return dict(made.client.wait_for(told, 20, f"{kind}: {text}; {boot_image(made, kind)}"))


def test_on_vsphere_templates_are_rebuilt_in_place_by_default_from_4_22(sandbox: Load, tmp_path: Path) -> None:
    made = sandbox("vsphere", release="4.22.1", machine_sets=3)
    wanted = _templates(made, tmp_path / "vcenter.json")
    _elsewhere(made, made.loaded.machine_sets[0])  # type: ignore[union-attr]
    before = {each["metadata"]["name"]: each["spec"] for each in made.client.list("machinesets")}
    made.start_operator(SPEED, "--vcenter", str(tmp_path / "vcenter.json"))
    made.client.wait_for(lambda: json.loads((tmp_path / "vcenter.json").read_text()) == wanted, 20, "rebuilt templates")
    _says(
        made,
        "Progressing",
        "Reconciled 2 of 3 MAPI MachineSets (1 skipped) | Reconciled 0 of 0 ControlPlaneMachineSets",
    )
    quiet(made)
    assert boot_image(made, "Degraded")["status"] == "False"
    assert {each["metadata"]["name"]: each["spec"] for each in made.client.list("machinesets")} == before
    mirror = made.client.get("machineconfigurations", "cluster")["status"]["managedBootImagesStatus"]["machineManagers"]
    assert [(each["resource"], each["selection"]["mode"]) for each in mirror] == [("machinesets", "All")]


def test_on_vsphere_4_21_it_is_opt_in_and_a_workspace_elsewhere_is_an_error(sandbox: Load, tmp_path: Path) -> None:
    made = sandbox("vsphere", release="4.21.2", machine_sets=2)
    wanted = _templates(made, tmp_path / "vcenter.json")
    made.start_operator(SPEED, "--vcenter", str(tmp_path / "vcenter.json"))
    _says(made, "Progressing", "Reconciled 0 of 0 MAPI MachineSets")
    quiet(made)
    assert set(json.loads((tmp_path / "vcenter.json").read_text()).values()) == {OLD}
    manage(made, "All")
    made.client.wait_for(lambda: json.loads((tmp_path / "vcenter.json").read_text()) == wanted, 20, "rebuilt templates")
    name = made.loaded.machine_sets[0]  # type: ignore[union-attr]
    _elsewhere(made, name)
    assert (
        _says(made, "Degraded", f"error syncing MAPI MachineSet {name}: failed to reconcile machineset")["status"]
        == "True"
    )


def test_an_error_of_the_control_plane_is_seen_in_its_number_only(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.22.1")
    holder = "machines_v1beta1_machine_openshift_io"
    value = {"template": {holder: {"spec": {"providerSpec": {"value": {"disks": "none"}}}}}}
    made.client.patch("controlplanemachinesets", "cluster", {"spec": value})
    entry = {"resource": "controlplanemachinesets", "apiGroup": "machine.openshift.io", "selection": {"mode": "All"}}
    made.client.patch("machineconfigurations", "cluster", {"spec": {"managedBootImages": {"machineManagers": [entry]}}})
    made.start_operator(SPEED)
    text = "0 Degraded MAPI MachineSets | 1 Degraded ControlPlaneMachineSets | 0 Degraded CAPI MachineSets"
    _says(made, "Degraded", text)
    quiet(made)
    found = boot_image(made, "Degraded")
    assert (found["status"], found["message"]) == ("False", f"{text} | 0 Degraded CAPI MachineDeployments")


def test_a_skipped_control_plane_counts_as_reconciled_also_by_its_label(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.22.1")
    labels = {"machineconfiguration.openshift.io/osstream": "rhel-10"}
    made.client.patch("controlplanemachinesets", "cluster", {"metadata": {"labels": labels}})
    before = made.client.get("controlplanemachinesets", "cluster")["spec"]
    entry = {"resource": "controlplanemachinesets", "apiGroup": "machine.openshift.io", "selection": {"mode": "All"}}
    made.client.patch("machineconfigurations", "cluster", {"spec": {"managedBootImages": {"machineManagers": [entry]}}})
    made.start_operator(SPEED)
    _says(made, "Progressing", "Reconciled 1 of 1 ControlPlaneMachineSets")
    quiet(made)
    assert made.client.get("controlplanemachinesets", "cluster")["spec"] == before


def test_4_21_as_tech_preview_has_skew_enforcement_and_control_planes(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.21.2", feature_set="TechPreviewNoUpgrade")
    made.start_operator(SPEED)

    def recorded() -> Any:
        status = made.client.get("machineconfigurations", "cluster").get("status", {})
        return status.get("bootImageSkewEnforcementStatus", {}).get("automatic")

    made.client.wait_for(lambda: recorded() == {"ocpVersion": "4.21.2"}, 20, "the boot image's record")
    mirror = made.client.get("machineconfigurations", "cluster")["status"]["managedBootImagesStatus"]["machineManagers"]
    assert {each["resource"]: each["selection"]["mode"] for each in mirror} == {
        "machinesets": "All",
        "controlplanemachinesets": "None",
    }
    with pytest.raises(ApiError, match="when skew enforcement is in Automatic mode"):
        manage(made, "None")


def test_a_gate_that_is_switched_off_leaves_the_stanza_inert(sandbox: Load) -> None:
    made = sandbox("aws", release="4.20.3")
    gates = made.client.get("featuregates", "cluster")["status"]["featureGates"]
    moved = {"name": "ManagedBootImagesAWS"}
    entry = {**gates[0], "enabled": [each for each in gates[0]["enabled"] if each != moved], "disabled": [moved]}
    made.client.patch("featuregates", "cluster", {"status": {"featureGates": [entry]}}, subresource="status")
    before = [each["spec"] for each in made.client.list("machinesets")]
    made.start_operator(SPEED)
    manage(made, "All")
    found = "generation"
    made.client.wait_for(lambda: _observed(made), 20, found)
    quiet(made)
    assert "managedBootImagesStatus" not in made.client.get("machineconfigurations", "cluster")["status"]
    assert [each["spec"] for each in made.client.list("machinesets")] == before


def _observed(made: Sandbox) -> bool:
    found = made.client.get("machineconfigurations", "cluster")
    return bool(found["metadata"]["generation"] == found.get("status", {}).get("observedGeneration"))


def test_a_secret_that_comes_later_goes_unnoticed_until_something_else_happens(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.20.3")
    first, second = made.loaded.machine_sets[:2]  # type: ignore[union-attr]
    value = {"userDataSecret": {"name": "late"}}
    made.client.patch("machinesets", first, {"spec": {"template": {"spec": {"providerSpec": {"value": value}}}}})
    made.start_operator(SPEED)
    _says(made, "Degraded", 'secrets "late" not found')
    quiet(made)
    stub = base64.b64encode(b'{"ignition": {"version": "3.2.0"}}').decode()
    metadata = {"name": "late", "namespace": "openshift-machine-api"}
    made.client.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"userData": stub}})
    time.sleep(2)  # ten minutes of the cluster's time
    assert boot_image(made, "Degraded")["status"] == "True"
    made.client.patch("machinesets", second, {"metadata": {"annotations": {"any": "thing"}}})
    images_become(made, {target("4.20.3", "gcp")})


@contextmanager
def unobserved(made: Sandbox) -> Iterator[None]:
    """The API server refuses every status that takes in a newer generation, as a schema would that does not know a field."""
    name = "test-unobserved"
    kind = {"apiVersion": "admissionregistration.k8s.io/v1"}
    rule = {
        "apiGroups": ["operator.openshift.io"], "apiVersions": ["*"], "operations": ["UPDATE"], "resources": ["machineconfigurations/status"],
    }  # fmt: skip
    same = "object.status.?observedGeneration == oldObject.?status.?observedGeneration"
    spec = {
        "failurePolicy": "Fail", "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": f"!has(object.status) || {same}", "message": "no newer generation"}],
    }  # fmt: skip
    made.client.create({**kind, "kind": "ValidatingAdmissionPolicy", "metadata": {"name": name}, "spec": spec})
    binding = {"policyName": name, "validationActions": ["Deny"]}
    made.client.create(
        {**kind, "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": name}, "spec": binding}
    )

    def refuses() -> bool:
        try:
            change = {"status": {"observedGeneration": 999}}
            made.client.patch("machineconfigurations", "cluster", change, subresource="status", dry_run=True)
        except ApiError as error:
            return "no newer generation" in error.message
        return False

    try:
        made.client.wait_for(refuses, 60, "the test's policy")
        yield
    finally:
        made.client.delete("ValidatingAdmissionPolicyBinding", name)
        made.client.delete("ValidatingAdmissionPolicy", name)


def test_after_two_minutes_without_an_observed_generation_the_pass_is_given_up(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.20.3")
    before = [each["spec"] for each in made.client.list("machinesets")]
    with unobserved(made):
        began = time.monotonic()
        made.start_operator(SPEED)
        text = "Error(s): MachineConfiguration was not ready: MachineConfiguration.Status is not up to date"
        assert _says(made, "Degraded", text)["status"] == "True"
        assert time.monotonic() - began > 115 / SPEED
        assert [each["spec"] for each in made.client.list("machinesets")] == before
    made.client.wait_for(lambda: _observed(made), 60, "the generation")
    images_become(made, {target("4.20.3", "gcp")})


def test_a_deleted_configuration_loses_its_conditions_up_to_4_18(sandbox: Load) -> None:
    made = sandbox("gcp", release="4.18.6")
    made.start_operator(SPEED)
    _says(made, "Progressing", "MAPI MachineSets")
    quiet(made)
    before = made.client.get("machineconfigurations", "cluster")["metadata"]["uid"]
    made.client.delete("machineconfigurations", "cluster")

    def anew() -> bool:
        try:
            found = made.client.get("machineconfigurations", "cluster")
        except ApiError:
            return False
        return bool(found["metadata"]["uid"] != before and found.get("status", {}).get("observedGeneration"))

    made.client.wait_for(anew, 20, "another configuration")
    time.sleep(1)
    assert boot_image(made, "Progressing") == {}
    set_image(made, made.loaded.machine_sets[0], target("4.18.6", "gcp"))  # type: ignore[union-attr]
    _says(made, "Progressing", "Reconciled 0 of 0 MAPI MachineSets")
