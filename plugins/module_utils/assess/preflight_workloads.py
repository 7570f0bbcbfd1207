# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs on the cluster: budgets that would stop a drain, clients of APIs that go, kubelets without a certificate, plugins that are gone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import reasons
from ..model.errors import named
from ..model.objects import Json, dig, sequence
from ..model.surroundings import Surroundings
from ..model.verdict import Finding
from ..model.version import Version
from .finding import BLOCKER, WARNING, finding, several

SIGNERS = ("kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving")
WITHOUT_SDN = (4, 17)
WITHOUT_RUNC = (4, 20)
"""In OKD only: CentOS Stream CoreOS 10 has no runc."""
_KUBERNETES = re.compile(r"1\.(\d{1,3})")


def workloads(around: Surroundings, release: Version) -> Iterator[Finding]:
    """:param release: the target's."""
    yield from _certificates(around)
    yield from _budgets(around)
    yield from _apis(around, release.kubernetes_minor)
    network = dig(around.network, "status", "networkType")
    if network == "OpenShiftSDN" and release.release >= WITHOUT_SDN:
        yield finding(BLOCKER, "Network cluster", reasons.NETWORK_PLUGIN_REMOVED, "status.networkType is OpenShiftSDN.")
    for each in around.runtimes:
        runtime = dig(each, "spec", "containerRuntimeConfig", "defaultRuntime")
        if runtime == "runc" and release.okd and release.release >= WITHOUT_RUNC:
            name = "ContainerRuntimeConfig {}".format(dig(each, "metadata", "name"))
            yield finding(BLOCKER, name, reasons.RUNTIME_REMOVED, "spec.containerRuntimeConfig.defaultRuntime is runc.")


def _certificates(around: Surroundings) -> Iterator[Finding]:
    names = [
        str(dig(each, "metadata", "name"))
        for each in around.signing_requests
        if dig(each, "spec", "signerName") in SIGNERS
        and not any(dig(told, "type") in ("Approved", "Denied") for told in sequence(dig(each, "status", "conditions")))
    ]
    if names:
        message = f"{len(names)} pending."
        yield finding(WARNING, several("CertificateSigningRequest", names), reasons.CERTIFICATES_PENDING, message)


def _budgets(around: Surroundings) -> Iterator[Finding]:
    for each in around.budgets:
        healthy, expected = dig(each, "status", "currentHealthy"), dig(each, "status", "expectedPods")
        if dig(each, "status", "disruptionsAllowed") != 0 or not (healthy or expected):
            continue
        where = "PodDisruptionBudget {}/{}".format(dig(each, "metadata", "namespace"), dig(each, "metadata", "name"))
        message = f"{healthy or 0} of {expected or 0} pods are healthy, and none may be disrupted."
        if dig(each, "spec", "maxUnavailable") in (0, "0", "0%"):
            message += " maxUnavailable is 0: that stays so."
        yield finding(WARNING, where, reasons.BUDGET_ALLOWS_NOTHING, message)


def _apis(around: Surroundings, kubernetes: int) -> Iterator[Finding]:
    for each in around.api_requests:
        removed = _KUBERNETES.fullmatch(str(dig(each, "status", "removedInRelease")))
        count = dig(each, "status", "requestCount")
        if removed is None or int(removed.group(1)) > kubernetes or not (isinstance(count, int) and count > 0):
            continue
        users = sorted(_users(each))
        message = "Removed in Kubernetes {}; {} requests in 24 hours{}.".format(
            dig(each, "status", "removedInRelease"), count, f" by {named(users)}" if users else ""
        )
        yield finding(WARNING, "API {}".format(dig(each, "metadata", "name")), reasons.API_REMOVED, message)


def _users(counted: Json) -> set[str]:
    hours = sequence(dig(counted, "status", "last24h"))
    by_node = [node for hour in hours for node in sequence(dig(hour, "byNode"))]
    return {str(dig(user, "username")) for node in by_node for user in sequence(dig(node, "byUser"))}
