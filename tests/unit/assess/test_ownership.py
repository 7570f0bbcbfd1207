# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who else writes a machine set."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import control_plane, machine_set

from ansible_collections.okd.boot_images.plugins.module_utils.assess.ownership import owner
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet


def managed(manager: str, fields: Any, made: MachineSet | None = None) -> MachineSet:
    """A set whose providerSpec the API server records as written by I(manager)."""
    made = made or machine_set()
    nested: Any = fields
    for part in reversed(made.provider_spec_path):
        nested = {f"f:{part}": nested}
    entry = {"manager": manager, "operation": "Apply", "fieldsV1": nested}
    return MachineSet(made.kind, {**made.object, "metadata": {**made.object["metadata"], "managedFields": [entry]}})


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (machine_set(), "nobody"),
        (machine_set(owners=[{"kind": "MachineDeployment", "name": "d"}]), "owner MachineDeployment/d"),
        (machine_set(annotations={"argocd.argoproj.io/tracking-id": "x"}), "gitops Argo CD"),
        (machine_set(labels={"argocd.argoproj.io/instance": "x"}), "gitops Argo CD"),
        (machine_set(labels={"kustomize.toolkit.fluxcd.io/name": "x"}), "gitops Flux"),
        (machine_set(annotations={"meta.helm.sh/release-name": "x"}), "gitops Helm"),
        (machine_set(annotations={"apps.open-cluster-management.io/hosting-subscription": "x"}), "gitops ACM"),
        (machine_set(labels={"hive.openshift.io/machine-pool": "x"}), "gitops Hive"),
    ],
)
def test_marks(made: MachineSet, expected: str) -> None:
    assert str(owner(made)).startswith(expected)


@pytest.mark.parametrize("name", ["argocd-controller", "kustomize-controller", "Helm", "hive-controllers"])
@pytest.mark.parametrize("fields", [{}, {"f:disks": {}}, {".": {}, "f:ami": {"f:id": {}}}])
def test_automation_that_manages_the_image(name: str, fields: Any) -> None:
    assert owner(managed(name, fields)).kind == "gitops"
    assert owner(managed(name, fields, control_plane())).kind == "gitops"


@pytest.mark.parametrize(
    "name", ["kubectl-edit", "kubectl-patch", "oc", "Mozilla", "cluster-bootstrap", "okd.boot_images"]
)
def test_people_and_their_tools_are_no_owners(name: str) -> None:
    assert owner(managed(name, {"f:disks": {}})).kind == "nobody"


def test_automation_that_manages_something_else_is_no_owner() -> None:
    assert owner(managed("argocd-controller", {"f:machineType": {}})).kind == "nobody"


@pytest.mark.parametrize("record", [None, "x", [None], [{"manager": 3, "fieldsV1": []}], [{"manager": "helm"}]])
def test_a_record_of_any_shape(record: Any) -> None:
    made = machine_set()
    odd = MachineSet(made.kind, {**made.object, "metadata": {**made.object["metadata"], "managedFields": record}})
    assert owner(odd).kind == "nobody"


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("argocd-controller", "Argo CD"),
        ("argocd-application-controller", "Argo CD"),
        ("kustomize-controller", "Flux"),
        ("helm-controller", "Flux"),
        ("helm", "Helm"),
        ("config-policy-controller", "ACM"),
        ("klusterlet-work-agent", "ACM"),
        ("work-agent", "ACM"),
        ("hive-controllers", "Hive"),
        ("Terraform", "Terraform"),
    ],
)
def test_every_tool_that_writes_back_is_named(name: str, tool: str) -> None:
    assert str(owner(managed(name, {"f:disks": {}}))) == f"gitops {tool} (field manager {name})"


@pytest.mark.parametrize("field", ["f:ami", "f:disks", "f:image", "f:template", "f:customDeploy"])
def test_wherever_a_platform_names_its_image(field: str) -> None:
    assert owner(managed("helm", {field: {}})).kind == "gitops"


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (machine_set(labels={"helm.toolkit.fluxcd.io/name": "x"}), "gitops Flux (label helm.toolkit.fluxcd.io/name)"),
        (machine_set(annotations={"hive.openshift.io/x": "x"}), "gitops Hive (annotation hive.openshift.io/*)"),
        (machine_set(annotations={"my.hive.openshift.io/x": "x"}), "nobody"),
        (machine_set(annotations={3: "x"}), "nobody"),
        (machine_set(owners=[{"kind": "A", "name": "first"}, {"kind": "B", "name": "second"}]), "owner A/first"),
    ],
)
def test_marks_in_full(made: MachineSet, expected: str) -> None:
    assert str(owner(made)) == expected


def test_automation_further_down_the_record_counts() -> None:
    made = managed("helm", {"f:disks": {}})
    others = [{"manager": "kubectl", "fieldsV1": {}}, {"manager": None, "fieldsV1": {}}]
    metadata = {**made.object["metadata"], "managedFields": [*others, *made.object["metadata"]["managedFields"]]}
    assert owner(MachineSet(made.kind, {**made.object, "metadata": metadata})).name.startswith("Helm")


@pytest.mark.parametrize("name", [None, 3, [], ""])
def test_a_manager_without_a_name_is_no_tool(name: Any) -> None:
    assert owner(managed(name, {"f:disks": {}})).kind == "nobody"
