# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade's preflight says of what runs on the cluster: the object, its numbers, and who uses it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight_workloads import workloads
from ansible_collections.okd.boot_images.plugins.module_utils.model.surroundings import Surroundings
from ansible_collections.okd.boot_images.plugins.module_utils.model.version import Version

Told = tuple[str, str, str, str]


def counted(removed: Any = "1.33", requests: Any = 3, *users: Any) -> dict[str, Any]:
    hours = [{"byNode": [{"byUser": [{"username": user}]}]} for user in users]
    status = {"removedInRelease": removed, "requestCount": requests, "last24h": hours}
    return {"metadata": {"name": "flowschemas"}, "status": status}


def budget(allowed: Any = 0, healthy: Any = 2, expected: Any = 3, **spec: Any) -> dict[str, Any]:
    status = {"disruptionsAllowed": allowed, "currentHealthy": healthy, "expectedPods": expected}
    return {"metadata": {"namespace": "n", "name": "p"}, "spec": spec, "status": status}


def request(name: Any = "csr", signer: str = "kubelet-serving", *kinds: str) -> dict[str, Any]:
    conditions = [{"type": kind} for kind in kinds]
    signer_name = {"signerName": f"kubernetes.io/{signer}"}
    return {"metadata": {"name": name}, "spec": signer_name, "status": {"conditions": conditions}}


class TestWorkloads:
    @staticmethod
    def of(release: str = "4.20.0", **around: Any) -> list[Told]:
        return [
            (each.severity, each.object, each.reason.code, each.message)
            for each in workloads(Surroundings(**around), Version.of(release))
        ]

    @pytest.mark.parametrize("signer", ["kubelet-serving", "kube-apiserver-client-kubelet"])
    def test_certificates_are_counted(self, signer: str) -> None:
        fresh = {**request("b", signer), "status": {}}
        made = (fresh, request("a", signer, "Other"), request("c", signer, "Other", "Approved"))
        ((severity, name, code, message),) = self.of(signing_requests=made)
        assert (severity, name, code) == ("warning", "CertificateSigningRequests a, b", "certificates_pending")
        assert "2" in message

    def test_certificates_of_other_signers_or_decided_ones_are_none_of_ours(self) -> None:
        made = (request(signer="other"), request("b", "kubelet-serving", "Denied"))
        assert self.of(signing_requests=made) == []
        assert [each[1] for each in self.of(signing_requests=(request(None), request("z")))] == [
            "CertificateSigningRequests None, z"
        ]

    def test_budgets_name_their_pods(self) -> None:
        ((severity, name, code, message),) = self.of(budgets=(budget(),))
        assert (severity, name, code) == ("warning", "PodDisruptionBudget n/p", "budget_allows_nothing")
        assert "2 of 3" in message

    @pytest.mark.parametrize(
        ("healthy", "expected", "words"), [(None, 3, "0 of 3"), (0, 3, "0 of 3"), (2, None, "2 of 0")]
    )
    def test_budgets_without_one_number_have_pods_all_the_same(self, healthy: Any, expected: Any, words: str) -> None:
        ((*_names, message),) = self.of(budgets=(budget(0, healthy, expected),))
        assert words in message

    @pytest.mark.parametrize("made", [budget(1), budget(None), budget(0, 0, 0), budget(0, None, None)])
    def test_budgets_that_allow_something_or_have_no_pods_stop_nothing(self, made: dict[str, Any]) -> None:
        assert self.of(budgets=(made,)) == []

    @pytest.mark.contract("G5.PDBs.never")
    @pytest.mark.parametrize("value", [0, "0", "0%"])
    def test_budgets_that_never_allow_anything_are_told(self, value: Any) -> None:
        plain, for_ever = (self.of(budgets=(budget(maxUnavailable=each),))[0][3] for each in (1, value))
        assert for_ever.startswith(plain)
        assert "maxUnavailable is 0" in for_ever.removeprefix(plain)

    @pytest.mark.contract("G5.APIs.users")
    def test_removed_apis_name_release_number_and_users(self) -> None:
        ((severity, name, code, message),) = self.of(api_requests=(counted("1.33", 3, "b", "a", "b", None),))
        assert (severity, name, code) == ("warning", "API flowschemas", "api_removed")
        for word in ("Kubernetes 1.33", "3 requests", "by None, a, b"):
            assert word in message

    def test_removed_apis_without_users(self) -> None:
        ((*_names, message),) = self.of(api_requests=(counted(),))
        ((*_names, with_users),) = self.of(api_requests=(counted("1.33", 3, "a"),))
        assert message == with_users.replace(" by a", "")
        for odd in ({}, {"byNode": [{}]}):
            made = counted()
            made["status"]["last24h"] = [odd]
            assert self.of(api_requests=(made,))[0][3] == message

    @pytest.mark.parametrize(
        ("removed", "requests", "number"),
        [
            ("1.34", 3, 0), ("1.33", 1, 1), ("1.9", 1, 1), (1.33, 1, 1), ("1.33", 0, 0), ("1.33", "3", 0), ("1.33", None, 0), ("", 3, 0), (None, 3, 0),
            ("1.33.1", 3, 0), ("11.33", 3, 0), ("1x33", 3, 0), ("x1.33", 3, 0),
        ],
    )  # fmt: skip
    def test_an_api_counts_where_the_target_lacks_it_and_somebody_asked(
        self, removed: Any, requests: Any, number: int
    ) -> None:
        assert len(self.of(api_requests=(counted(removed, requests),))) == number

    def test_sdn_is_gone_from_4_17_on(self) -> None:
        network = {"status": {"networkType": "OpenShiftSDN"}}
        for release, number in (("4.16.9", 0), ("4.17.0", 1)):
            found = self.of(release, network=network)
            assert [each[:3] for each in found] == [("blocker", "Network cluster", "network_plugin_removed")] * number
        assert "OpenShiftSDN" in found[0][3]
        assert self.of(network={"status": {"networkType": "OVNKubernetes"}}) == []

    @pytest.mark.parametrize(
        ("release", "runtime", "number"),
        [
            ("4.20.0-okd-scos.1", "runc", 1), ("4.19.0-okd-scos.1", "runc", 0), ("4.20.0", "runc", 0), ("4.20.0-okd-scos.1", "crun", 0),
        ],
    )  # fmt: skip
    def test_runc_is_gone_from_okd_4_20_on(self, release: str, runtime: str, number: int) -> None:
        made = {"metadata": {"name": "r"}, "spec": {"containerRuntimeConfig": {"defaultRuntime": runtime}}}
        found = self.of(release, runtimes=(made,))
        assert [each[:3] for each in found] == [("blocker", "ContainerRuntimeConfig r", "runtime_removed")] * number
        assert all("runc" in each[3] for each in found)
