# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the Cluster Version Operator judges a request, and what it says while an upgrade runs."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.operator.cvo import faults, health, levels, preconditions, request, upgradeable
from sandbox.operator.cvo.semver import Version
from sandbox.operator.cvo.status import Change, conditions

GATE = "ack-4.18-kube-1.32-api-removals-in-4.19"


def image(version: str) -> str:
    return f"quay.io/release@sha256:{version}"


def update(version: str) -> dict[str, str]:
    return {"version": version, "image": image(version)}


def cluster_version(at: str = "4.18.6", desired: dict[str, Any] | None = None, **status: Any) -> dict[str, Any]:
    history = [{"state": "Completed", **update(at)}, {"state": "Completed", **update("4.17.3")}]
    found = {"desired": update(at), "history": history, "availableUpdates": [update("4.18.7"), update("4.19.0")]}
    return {"metadata": {}, "spec": {"desiredUpdate": desired} if desired else {}, "status": {**found, **status}}


def operator(name: str, version: str = "4.18.6", **conditions: tuple[str, str, str]) -> dict[str, Any]:
    well = {"Available": ("True", "", ""), "Degraded": ("False", "", ""), "Upgradeable": ("True", "", "")}
    told = [
        {"type": kind, "status": status, "reason": reason, "message": message}
        for kind, (status, reason, message) in {**well, **conditions}.items()
    ]
    versions = [{"name": "operator", "version": version}]
    return {"metadata": {"name": name}, "status": {"conditions": told, "versions": versions}}


class TestRequest:
    def test_nothing(self) -> None:
        assert request.judge(cluster_version()) == request.Nothing()
        assert request.judge(cluster_version(desired=update("4.18.6"))) == request.Nothing()

    def test_a_version_alone_is_looked_up_in_available_updates(self) -> None:
        found = request.judge(cluster_version(desired={"version": "4.19.0"}))
        assert found == request.Wanted("4.19.0", image("4.19.0"), False)

    def test_a_version_of_the_history_is_silently_ignored(self) -> None:
        assert request.judge(cluster_version(desired={"version": "4.17.3"})) == request.Nothing()

    def test_an_unknown_version_is_invalid(self) -> None:
        assert request.judge(cluster_version(desired={"version": "4.99.0"})) == request.Invalid(
            'The cluster version is invalid: spec.desiredUpdate.version: Invalid value: "4.99.0": '
            "when image is empty the update must be an available update"
        )

    def test_an_image_needs_no_list(self) -> None:
        found = request.judge(cluster_version(desired={**update("4.20.0"), "force": True}))
        assert found == request.Wanted("4.20.0", image("4.20.0"), True)


class TestGates:
    GATES: dict[str, Any] = {"data": {GATE: "text", "ack-4.20-sigstore-in-4.21": "inert", "no-gate": "x"}}  # noqa: RUF012

    def test_those_of_the_cluster_s_release_count(self) -> None:
        assert upgradeable.open_gates(self.GATES, None, "4.18.6") == {GATE: "text"}
        assert upgradeable.open_gates(self.GATES, {}, "4.19.0") == {}

    @pytest.mark.parametrize(("value", "open_"), [("true", False), ("True", True), ("", True), ("yes", True)])
    def test_only_true_acknowledges(self, value: str, open_: bool) -> None:
        assert bool(upgradeable.open_gates(self.GATES, {"data": {GATE: value}}, "4.18.6")) is open_


class TestUpgradeable:
    GATES: dict[str, Any] = {"data": {GATE: "text", "ack-4.23-x": "new"}}  # noqa: RUF012
    REFUSING = ("False", "DegradedPool", "pool is degraded")

    def told(self, at: str = "4.18.6", operators: Any = (), gates: Any = None, **status: Any) -> Any:
        version = cluster_version(at, **status)
        return upgradeable.summary(upgradeable.blockers(version, list(operators), gates, None, at))

    def test_absent_when_fine(self) -> None:
        assert self.told(operators=[operator("etcd")]) is None

    def test_a_gate(self) -> None:
        assert self.told(gates=self.GATES) == ("AdminAckRequired", "text")
        assert self.told("4.23.0", gates=self.GATES) == ("RiskNameNotCompatibleWithReasonProperty", "new")

    def test_one_operator_and_several(self) -> None:
        one = operator("machine-config", Upgradeable=self.REFUSING)
        text = "Cluster operator machine-config should not be upgraded between minor versions: pool is degraded"
        assert self.told(operators=[one]) == ("DegradedPool", text)
        both = [one, operator("etcd", Upgradeable=self.REFUSING)]
        assert self.told(operators=both)[0] == "ClusterOperatorsNotUpgradeable"
        assert self.told("4.23.0", operators=both)[0] == "MultipleReasons"

    def test_an_update_under_way_from_4_19(self) -> None:
        running = [{"state": "Partial", **update("4.19.0")}, {"state": "Completed", **update("4.18.6")}]
        assert self.told("4.18.6", history=running) is None
        assert self.told("4.19.0", history=running)[0] == "UpdateInProgress"
        assert self.told("4.23.0", history=running)[0] == "ClusterVersionUpdating"

    def test_two_reasons_have_parts_up_to_4_22(self) -> None:
        version = cluster_version("4.18.6")
        found = upgradeable.blockers(version, [operator("etcd", Upgradeable=self.REFUSING)], self.GATES, None, "4.18.6")
        assert upgradeable.summary(found)[0] == "MultipleReasons"  # type: ignore[index]
        kinds = {part["type"] for part in upgradeable.parts(found, "4.18.6")}
        assert kinds == {"UpgradeableAdminAckRequired", "UpgradeableClusterOperators"}
        assert upgradeable.parts(found, "4.23.0") == []


class TestPreconditions:
    ACK = upgradeable.Blocker("UpgradeableAdminAckRequired", "AdminAckRequired", "text")
    OVERRIDES = upgradeable.Blocker("UpgradeableClusterVersionOverrides", "ClusterVersionOverridesSet", "overrides")

    def reasons(self, target: str, at: str = "4.18.6", *blockers: upgradeable.Blocker, **status: Any) -> list[str]:
        return [f.reason for f in preconditions.failures(target, cluster_version(at, **status), list(blockers))]

    def test_a_minor_needs_upgradeable_a_patch_does_not(self) -> None:
        assert self.reasons("4.19.0", "4.18.6", self.ACK) == ["AdminAckRequired"]
        assert self.reasons("4.18.7", "4.18.6", self.ACK) == []

    def test_overrides_block_patches_up_to_4_21(self) -> None:
        assert self.reasons("4.21.7", "4.21.6", self.OVERRIDES) == ["ClusterVersionOverridesSet"]
        assert self.reasons("4.22.7", "4.22.6", self.OVERRIDES) == []

    @pytest.mark.parametrize(
        ("target", "at", "reasons"),
        [
            ("4.20.0", "4.18.6", []), ("4.21.0", "4.19.0", ["MultipleMinorVersionsUpdate"]),
            ("5.0.0", "4.21.0", ["MajorVersionUpdate"]), ("5.0.0", "4.22.0", []), ("4.20.0", "4.19.0", []),
        ],
    )  # fmt: skip
    def test_giant_hops_from_4_19(self, target: str, at: str, reasons: list[str]) -> None:
        assert self.reasons(target, at) == reasons

    def test_lower_versions_only_back_within_the_minor(self) -> None:
        history = [{"state": "Completed", **update("4.18.6")}, {"state": "Completed", **update("4.18.5")}]
        assert self.reasons("4.18.5", "4.18.6", history=history) == []
        assert self.reasons("4.18.4", "4.18.6", history=history) == ["LowDesiredVersion"]
        assert self.reasons("4.17.3", "4.18.6") == ["LowDesiredVersion"]

    def test_message(self) -> None:
        found = preconditions.failures("4.19.0", cluster_version(), [self.ACK])
        assert preconditions.message(found, "4.19.0", "I") == (
            'Preconditions failed for payload loaded version="4.19.0" image="I": Precondition '
            '"ClusterVersionUpgradeable" failed because of "AdminAckRequired": text'
        )


def test_order_of_okd_versions() -> None:
    ordered = [
        "4.20.9",
        "4.21.0-okd-scos.9",
        "4.21.0-okd-scos.10",
        "4.21.0-okd-scos.ec.1",
        "4.21.0",
        "5.0.0-okd-scos.ec.7",
    ]
    assert sorted(ordered, key=Version) == ordered


class TestLevels:
    def test_one_level_at_a_time_in_order(self) -> None:
        left = [operator(name) for name in ("machine-config", "dns", "network", "storage", "kube-apiserver", "etcd")]
        seen = []
        while pending := levels.pending(left, "4.19.0"):
            seen.append([found["metadata"]["name"] for found in pending])
            for found in pending:
                found["status"]["versions"] = [{"name": "operator", "version": "4.19.0"}]
        assert seen == [["etcd", "kube-apiserver"], ["storage"], ["dns", "network"], ["machine-config"]]

    def test_text(self) -> None:
        told = levels.working_towards("4.19.0", 120, ["etcd", "kube-apiserver"])
        assert told == "Working towards 4.19.0: 120 of 970 done (12% complete), waiting on etcd, kube-apiserver"


class TestHealth:
    SICK = operator("storage", Degraded=("True", "Boom", "boom"))

    def told(self, kind: str, found: dict[str, Any], elapsed: float) -> Any:
        return health.applying("4.19.0", [found], 400, elapsed).set[kind]

    def test_degraded_is_borne_for_40_minutes(self) -> None:
        assert self.told("Failing", self.SICK, 100)[0] == "False"
        assert self.told("Progressing", self.SICK, 100)[2].endswith("waiting up to 40 minutes on storage")
        assert self.told("Failing", self.SICK, 2401)[:2] == ("True", "ClusterOperatorDegraded")

    def test_a_missing_condition_is_degraded(self) -> None:
        bare = operator("storage")
        bare["status"]["conditions"] = [entry for entry in bare["status"]["conditions"] if entry["type"] != "Degraded"]
        assert health.is_degraded(bare)

    def test_not_available_fails_at_once(self) -> None:
        down = operator("storage", Available=("False", "", ""))
        assert self.told("Failing", down, 1)[:2] == ("True", "ClusterOperatorNotAvailable")

    @pytest.mark.parametrize(("name", "minutes"), [("storage", 30), ("machine-config", 90)])
    def test_slow_is_a_suspicion(self, name: str, minutes: int) -> None:
        assert self.told("Failing", operator(name), minutes * 60 - 1)[0] == "False"
        text = f"waiting on {name} over {minutes} minutes which is longer than expected"
        assert self.told("Failing", operator(name), minutes * 60 + 1) == ("Unknown", "SlowClusterOperator", text)

    def test_after_completion_there_is_no_patience(self) -> None:
        found = health.reconciling("4.19.0", [self.SICK]).set
        assert found["Failing"][0] == "True"
        assert found["Progressing"][2] == "Error while reconciling 4.19.0: the cluster operator storage is degraded"


def test_last_transition_time_moves_with_the_status_only() -> None:
    stands = [{"type": "Failing", "status": "False", "message": "a", "lastTransitionTime": "then"}]
    same = conditions(stands, Change(set={"Failing": ("False", "", "b")}))
    assert same == [{"type": "Failing", "status": "False", "message": "b", "lastTransitionTime": "then"}]
    assert conditions(stands, Change(set={"Failing": ("True", "", "b")}))[0]["lastTransitionTime"] != "then"


class TestFaults:
    def test_what_may_be_told(self) -> None:
        assert faults.parse("down=etcd") == ("down", "etcd")
        for text in ("down", "down=", "up=etcd", ""):
            with pytest.raises(ValueError, match="NAME=VALUE"):
                faults.parse(text)

    def test_a_rejected_manifest(self) -> None:
        change = health.rejected("4.20.4", "UpdatePayloadResourceInvalid")
        assert change.set["Failing"][:2] == ("True", "UpdatePayloadResourceInvalid")
        assert change.set["Progressing"][:2] == ("True", "UpdatePayloadResourceInvalid")
