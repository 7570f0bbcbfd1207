# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a release's payload brings besides its operators: CRDs, admin gates, boot images, the operator's Deployment."""

from __future__ import annotations

from functools import cache

from ... import crds, policies, releases, versions
from ...paths import SandboxError
from .. import paths
from ..cluster import Cluster
from ..log import say

_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_ADMISSION = "/apis/admissionregistration.k8s.io/v1"
_PLURALS = {
    "ValidatingAdmissionPolicy": "validatingadmissionpolicies",
    "ValidatingAdmissionPolicyBinding": "validatingadmissionpolicybindings",
}
_PATCHES = 30
_GATES = {
    (4, 18): {
        "ack-4.18-kube-1.32-api-removals-in-4.19": "Kubernetes 1.32 and therefore OpenShift 4.19 remove several APIs "
        "which require admin consideration. Please see the knowledge article "
        "https://access.redhat.com/articles/7112216 for details and instructions."
    },
}
"""Gates in the manifests of a release; those that operators write at run time are theirs."""


@cache
def by_image() -> dict[str, str]:
    """Image -> version of every release the sandbox can make."""
    found = {}
    for major, y in versions.MINORS:
        for patch in range(_PATCHES):
            for text in (
                f"{major}.{y}.{patch}",
                f"{major}.{y}.0-okd-scos.{patch}",
                f"{major}.{y}.0-okd-scos.ec.{patch}",
            ):
                found[releases.release_image(text)] = text
    return found


def apply_crds(cluster: Cluster, version: str) -> None:
    """The new release's schemas. Objects stay; clients may see 404 or 429 for a moment."""
    feature_set = (cluster.feature_gates.get("cluster") or {}).get("spec", {}).get("featureSet", "")
    try:
        wanted = crds.load(version, feature_set if feature_set in crds.FEATURE_SETS else "Default")
    except SandboxError as error:
        say("cvo", f"CRDs of {version} left as they are: {error}")
        return
    for crd in wanted:
        path = f"{_CRDS}/{crd['metadata']['name']}"
        live = cluster.api.find(path)
        if live is None:
            cluster.api.post(_CRDS, crd)
        elif not crds.alike(crd, live):
            metadata = {**crd["metadata"], "resourceVersion": live["metadata"]["resourceVersion"]}
            cluster.api.put(path, {**crd, "metadata": metadata})
    say("cvo", f"CRDs of {version} applied")


def apply_policies(cluster: Cluster, version: str) -> None:
    """The admission policies the Machine Config Operator brings."""
    for wanted in policies.policies(versions.parse(version).minor):
        collection = f"{_ADMISSION}/{_PLURALS[wanted['kind']]}"
        path = f"{collection}/{wanted['metadata']['name']}"
        if cluster.api.find(path) is None:
            cluster.api.post(collection, wanted)
        else:
            cluster.api.merge(path, {"spec": wanted["spec"]})


def apply_gates(cluster: Cluster, version: str) -> None:
    gates = _GATES.get(versions.parse(version).minor)
    if gates and cluster.gates.get(paths.GATES) is not None:
        cluster.api.merge(f"{paths.GATES_CONFIG_MAPS}/{paths.GATES}", {"data": gates})
        say("cvo", f"admin gates of {version}: {', '.join(gates)}")


def apply_boot_images(cluster: Cluster, version: str) -> None:
    """stream and releaseVersion; the stamps of the operator that is being replaced stay until the new one's."""
    data = releases.boot_images_data(version, stamped_by="")
    path = f"{paths.MCO_CONFIG_MAPS}/{paths.BOOT_IMAGES}"
    if cluster.api.find(path) is None:
        metadata = {"name": paths.BOOT_IMAGES, "namespace": paths.MCO}
        cluster.api.post(
            paths.MCO_CONFIG_MAPS, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
        )
    else:
        cluster.api.merge(path, {"data": data})
    say("cvo", f"coreos-bootimages of {version} applied")


def apply_machine_config_operator(cluster: Cluster, version: str) -> None:
    """The Deployment: from now on the Machine Config Operator runs this release's code."""
    labels = {"k8s-app": "machine-config-operator"}
    container = {
        "name": "machine-config-operator", "image": releases.release_image(version),
        "env": [{"name": "RELEASE_VERSION", "value": version}],
    }  # fmt: skip
    body = {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "machine-config-operator", "namespace": paths.MCO, "annotations": cluster.mark()},
        "spec": {
            "replicas": 1, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }  # fmt: skip
    cluster.api.apply(paths.DEPLOYMENT, body, "cluster-version-operator")
    say("cvo", f"Machine Config Operator of {version} deployed")
