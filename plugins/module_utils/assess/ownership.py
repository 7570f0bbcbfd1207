# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who else writes a machine set: an owner, a GitOps tool, Hive. The operator's own claim is assess/operator.py's business."""

from __future__ import annotations

from typing import Any

from ..model.cluster import MachineSet
from ..model.objects import dig, sequence
from ..model.verdict import Manager

NOBODY = Manager("nobody")
MARKS = (
    ("annotations", "argocd.argoproj.io/tracking-id", "Argo CD"),
    ("labels", "argocd.argoproj.io/instance", "Argo CD"),
    ("labels", "kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("labels", "helm.toolkit.fluxcd.io/name", "Flux"),
    ("annotations", "apps.open-cluster-management.io/hosting-subscription", "ACM"),
    ("annotations", "meta.helm.sh/release-name", "Helm"),
)
"""Labels and annotations by which tools mark what they write back, and the tools' names."""
HIVE = "hive.openshift.io/"
AUTOMATION = {
    "argocd-controller": "Argo CD",
    "argocd-application-controller": "Argo CD",
    "kustomize-controller": "Flux",
    "helm-controller": "Flux",
    "helm": "Helm",
    "config-policy-controller": "ACM",
    "klusterlet-work-agent": "ACM",
    "work-agent": "ACM",
    "hive-controllers": "Hive",
    "terraform": "Terraform",
}
"""Field managers that write back what they own. People's tools (kubectl, oc, the console, the installer) are none of them."""
IMAGE_FIELDS = ("f:ami", "f:disks", "f:image", "f:template", "f:customDeploy")
"""Where the platforms' providerSpecs name the boot image."""


def owner(machine_set: MachineSet) -> Manager:
    """The owner or tool that claims the set, most binding first."""
    for reference in machine_set.owners:
        return Manager("owner", "{}/{}".format(dig(reference, "kind"), dig(reference, "name")))
    marks: dict[str, Any] = {"labels": machine_set.labels, "annotations": machine_set.annotations}
    for where, key, tool in MARKS:
        if key in marks[where]:
            return Manager("gitops", f"{tool} ({where[:-1]} {key})")
    for where in ("labels", "annotations"):
        if any(str(key).startswith(HIVE) for key in marks[where]):
            return Manager("gitops", f"Hive ({where[:-1]} {HIVE}*)")
    return _field_manager(machine_set)


def _field_manager(machine_set: MachineSet) -> Manager:
    """The automation that owns the field with the image, by the API server's own record."""
    path = ["f:" + part for part in machine_set.provider_spec_path]
    for entry in sequence(dig(machine_set.object, "metadata", "managedFields")):
        name = str(dig(entry, "manager") or "")
        fields = dig(entry, "fieldsV1", *path)
        # An owner of the whole providerSpec, which the record may show as a leaf, owns the image in it.
        owns = isinstance(fields, dict) and (not fields or any(field in fields for field in IMAGE_FIELDS))
        if owns and name.lower() in AUTOMATION:
            return Manager("gitops", f"{AUTOMATION[name.lower()]} (field manager {name})")
    return NOBODY
