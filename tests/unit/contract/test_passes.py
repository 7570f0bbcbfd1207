# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed, section 2: when the controller works, in which order, and what its conditions show meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import manager
from unit.contract.looks import answer, caveats, outlook, waiting_for
from unit.contract.play import Play, control_plane_set, named
from unit.contract.readings import ALL, FROM_4_19, OSSTREAM, both, gcp, gcp_image, marked
from unit.operator import recorded

from sandbox.operator import pace, paths
from sandbox.operator.kube import ApiError
from sandbox.operator.writes import SetWriter

OWNER = {"kind": "ConfigMap", "name": "owner"}
CPMS = "controlplanemachinesets"
LATER = [*ALL, "5.0"]


def at_rest(release: str, *sets: Any, **more: Any) -> Play:
    play = Play(release, sets or (named("a"), named("b")), **more)
    play.rest()
    return play


@pytest.mark.contract("O2.one-pass")
@pytest.mark.parametrize("release", LATER)
def test_o2_a_pass_goes_over_all_enrolled_sets(release: str) -> None:
    """Also over those that nothing happened to: a secret that is there by now repairs its set with another set's event."""
    play = at_rest(release, named("a"), named("b"))
    for name in "ab":
        play.api.objects[f"{paths.MACHINE_SETS}/{name}"]["spec"]["template"]["spec"]["providerSpec"]["value"]["disks"][
            0
        ]["image"] = recorded.OLD
    play.cluster.machine_sets._objects.update(
        {name: play.api.get(f"{paths.MACHINE_SETS}/{name}") for name in "ab"}
    )  # both caches know, no event told
    assert play.passes() == []
    play.change(f"{paths.MACHINE_SETS}/a", metadata={"labels": {"x": "y"}})
    assert play.passes()
    assert {play.image(name) for name in "ab"} == {play.target}


EVENTS: dict[str, Any] = {
    "providerSpec": lambda play: play.change(
        f"{paths.MACHINE_SETS}/a", spec={"template": {"spec": {"providerSpec": {"value": {"machineType": "x"}}}}}
    ),
    "labels": lambda play: play.change(f"{paths.MACHINE_SETS}/a", metadata={"labels": {"x": "y"}}),
    "annotations": lambda play: play.change(f"{paths.MACHINE_SETS}/a", metadata={"annotations": {"x": "y"}}),
    "owners": lambda play: play.change(f"{paths.MACHINE_SETS}/a", metadata={"ownerReferences": [OWNER]}),
    "deleted": lambda play: play.api.delete(f"{paths.MACHINE_SETS}/a"),
    "created": lambda play: play.put(f"{paths.MACHINE_SETS}/c", named("c")),
    "replicas": lambda play: play.change(f"{paths.MACHINE_SETS}/a", spec={"replicas": 7}),
    "config map": lambda play: play.change(play.stream_path, data={"x": "y"}),
    "config map deleted": lambda play: play.api.delete(play.stream_path),
    "configuration deleted": lambda play: play.api.delete(paths.MACHINE_CONFIGURATION),
    "secret": lambda play: play.change(f"{paths.SECRETS}/worker-user-data", data={"x": "eQ=="}),
    "infrastructure": lambda play: play.change(f"{paths.INFRASTRUCTURES}/cluster", spec={"x": "y"}),
    "time": lambda play: None,
}


@pytest.mark.contract("O2.events-machine-set")
@pytest.mark.parametrize("release", LATER)
@pytest.mark.parametrize(
    ("event", "passes"),
    [
        ("providerSpec", True), ("labels", True), ("annotations", True), ("owners", True), ("deleted", True),
        ("created", True), ("replicas", False),
    ],
)  # fmt: skip
def test_o2_which_changes_of_a_set_cause_a_pass(release: str, event: str, passes: bool) -> None:
    play = at_rest(release)
    EVENTS[event](play)
    assert bool(play.passes()) is passes


@pytest.mark.contract("O2.events-config-map")
@pytest.mark.parametrize("event", ["config map", "config map deleted"])
def test_o2_every_change_of_the_config_map_causes_one(event: str) -> None:
    play = at_rest("4.20")
    EVENTS[event](play)
    assert play.passes() == ["BootImageConfigMapDeleted" if "deleted" in event else "BootImageConfigMapUpdated"]


@pytest.mark.contract("O2.events-configuration")
@pytest.mark.parametrize("release", LATER)
def test_o2_configuration_is_looked_at_in_spec_up_to_4_18_and_in_status_later(release: str) -> None:
    play = at_rest(release)
    play.configure([manager("Partial", {"matchLabels": {"a": "b"}})])
    by_spec = play.passes()
    play.round()
    by_status = play.passes()
    early = release in ("4.17", "4.18")
    assert (bool(by_spec), bool(by_status)) == (early, not early)
    EVENTS["configuration deleted"](play)
    assert play.passes() == ["BootImageUpdateConfigurationDeleted"]


@pytest.mark.contract("O2.events-skew")
@pytest.mark.parametrize(("release", "passes"), [("4.21", False), ("4.22", True)])
def test_o2_skew_enforcements_status_causes_one_from_4_22(release: str, passes: bool) -> None:
    play = at_rest(release)
    play.change(paths.MACHINE_CONFIGURATION, status={"bootImageSkewEnforcementStatus": {"mode": "None"}})
    assert bool(play.passes()) is passes


@pytest.mark.contract("O2.events-control-plane")
@pytest.mark.parametrize(("feature_set", "passes"), [("", False), ("TechPreviewNoUpgrade", True)])
def test_o2_the_control_planes_set_causes_one_where_it_is_known(feature_set: str, passes: bool) -> None:
    play = at_rest("4.21", feature_set=feature_set, control_plane=control_plane_set())
    play.change(f"{paths.CONTROL_PLANE_MACHINE_SETS}/cluster", metadata={"labels": {"x": "y"}})
    assert bool(play.passes()) is passes


@pytest.mark.contract("O2.events-cluster-version")
@pytest.mark.parametrize("release", LATER)
def test_o2_a_history_that_turns_completed_causes_one_from_4_20(release: str) -> None:
    play = at_rest(release)
    for state in ("Partial", "Completed"):
        play.change(paths.CLUSTER_VERSION, status={"history": [{"state": state, "version": play.version}]})
    assert play.passes() == ([] if release in ("4.17", "4.18", "4.19") else ["ClusterVersionStable"])


@pytest.mark.contract("O2.no-events")
@pytest.mark.parametrize("release", LATER)
@pytest.mark.parametrize("event", ["secret", "infrastructure", "time"])
def test_o2_secrets_infrastructure_and_time_cause_none(release: str, event: str) -> None:
    play = at_rest(release)
    EVENTS[event](play)
    assert play.passes() == []


@pytest.mark.contract("O2.no-events")
@pytest.mark.parametrize("release", FROM_4_19)
def test_o2_a_secret_that_comes_late_goes_unnoticed_until_any_sets_next_event(release: str) -> None:
    play = at_rest(release, named("a", "custom-secret"), named("b"))
    assert play.image("a") == recorded.OLD and play.condition("Degraded")["status"] == "True"
    secret = recorded.secret("custom-user-data")
    assert secret
    play.put(f"{paths.SECRETS}/custom-user-data", secret)
    assert play.rest() == [] and play.image("a") == recorded.OLD
    assert "operator_degraded" in waiting_for(play) or not answer(play)["settled"]
    play.change(f"{paths.MACHINE_SETS}/b", metadata={"labels": {"x": "y"}})
    play.rest()
    assert play.image("a") == play.target and play.condition("Degraded")["status"] == "False"


@pytest.mark.contract("O2.queue")
@pytest.mark.parametrize("release", LATER)
def test_o2_up_to_4_19_every_event_is_a_pass_of_its_own(release: str) -> None:
    play = at_rest(release, *(named(f"a{number}") for number in range(4)))
    each = release in ("4.17", "4.18", "4.19")
    for number in range(4):
        play.change(f"{paths.MACHINE_SETS}/a{number}", metadata={"labels": {"x": "y"}})
    assert len(play.passes()) == (4 if each else 1)
    for number in range(4):
        play.set_image(f"a{number}", recorded.OLD)
    # The events of the one who put the images back, and one more pass (or four) for the controller's own writes.
    assert len(play.passes()) == (8 if each else 2)


@pytest.mark.contract("O2.generation")
def test_o2_a_pass_waits_for_the_status_five_seconds_at_a_time_and_two_minutes_at_most() -> None:
    assert (pace.GENERATION_POLL, pace.GENERATION_PATIENCE) == (5, 120)
    text = "Error(s): MachineConfiguration was not ready: MachineConfiguration.Status is not up to date"
    for release in LATER:
        play = Play(release, [named("a")])
        assert "configuration_not_observed" in waiting_for(play)
        play.passes()
        if release in ("4.17", "4.18"):
            assert play.image("a") == play.target
            continue
        assert play.image("a") == recorded.OLD
        degraded = play.condition("Degraded")
        assert degraded["status"] == "True" and degraded["message"].endswith(text)
        assert degraded["message"].startswith("0 Degraded MAPI MachineSets | ")
        assert text.removeprefix("Error(s): ") in answer(play)["conditions"]["errors"].values()


@pytest.mark.contract("O2.order-of-a-pass")
def test_o2_a_failed_set_never_blocks_others_and_the_control_plane_comes_first() -> None:
    managers = [manager(), manager(resource=CPMS)]
    sets = [named("bad", "arch-bad"), *(named(name) for name in "abcdef")]
    for _ignored in range(4):  # the order is random
        play = Play("4.22", sets, managers, control_plane=control_plane_set())
        play.api.written.clear()
        play.rest()
        assert {play.image(name) for name in "abcdef"} == {play.target}
        resources = (paths.MACHINE_SETS, paths.CONTROL_PLANE_MACHINE_SETS)
        written = [path for path in play.api.written if path.startswith(resources)]
        assert written[0] == f"{paths.CONTROL_PLANE_MACHINE_SETS}/cluster"


@pytest.mark.contract("O2.order-of-a-pass")
def test_o2_the_gate_of_cluster_version_stands_before_the_control_plane() -> None:
    play = Play("4.22", [], [manager(), manager(resource=CPMS)], control_plane=control_plane_set("wrong-type"))
    play.change(paths.CLUSTER_VERSION, status={"history": [{"state": "Partial", "version": play.version}]})
    play.rest()
    assert play.condition("Degraded") == {}


@pytest.mark.contract("O2.deleted-meanwhile")
def test_o2_a_set_that_is_deleted_meanwhile_is_a_passing_error() -> None:
    play = at_rest("4.20")
    made = play.api.get(f"{paths.MACHINE_SETS}/a")
    play.api.delete(f"{paths.MACHINE_SETS}/a")
    writer = SetWriter(play.api)  # type: ignore[arg-type]
    error = writer.provider_spec(f"{paths.MACHINE_SETS}/a", made, {"image": "x"}, "machineset")
    assert error == 'unable to patch new machineset: machinesets.machine.openshift.io "a" not found'
    assert isinstance(play.rest(), list) and play.condition("Degraded")["status"] == "False"
    with pytest.raises(ApiError):
        play.api.get(f"{paths.MACHINE_SETS}/a")


def faulty(*mended: str) -> Any:
    """A set with every fault at once, but those that are mended."""
    broken = "owner" not in mended
    made = gcp(userDataSecret={"name": "no-such-secret"})
    if "providerSpec" not in mended:
        made = gcp(disks="none")
    elif "image" not in mended:
        made["spec"]["template"]["spec"]["providerSpec"]["value"]["disks"][0]["image"] = "projects/acme/global/images/x"
    return marked(
        made, owner=OWNER if broken else None, labels={} if "osstream" in mended else {OSSTREAM: "rhel-10"},
        template={} if "windows" in mended else {"machine.openshift.io/os-id": "Windows"},
        annotations=None if "architecture" in mended else {"capacity.cluster-autoscaler.kubernetes.io/labels": "x=y"},
    )  # fmt: skip


@pytest.mark.contract("O2.order-of-a-set")
@pytest.mark.parametrize("release", ["4.20", "4.22"])
def test_o2_the_order_of_the_checks_of_one_set(release: str) -> None:
    data = {"MCOVersionHash": None}
    mended: list[str] = []
    expected = [
        ("owner", "owned"), ("osstream", "other_os_stream"), ("windows", "windows"), ("architecture", "architecture_invalid"),
        ("stamps", "gated"), ("providerSpec", "provider_spec_invalid"), ("image", "custom_image"), ("secret", "user_data_unusable"),
    ]  # fmt: skip
    words = {
        "owned": ("skipped" if release == "4.22" else "reconciled", "skip"), "other_os_stream": ("reconciled", "skip"),
        "windows": ("reconciled", "skip"), "architecture_invalid": ("errored", "fail"), "gated": ("reconciled", "nothing"),
        "provider_spec_invalid": ("errored", "fail"), "custom_image": ("skipped" if release == "4.22" else "reconciled", "skip"),
        "user_data_unusable": ("errored", "fail"),
    }  # fmt: skip
    for fault, reason in expected:
        known = release == "4.22" if fault == "osstream" else release != "4.22" if fault == "stamps" else True
        if known:
            found = both(faulty(*mended), release, data={} if "stamps" in mended else data)
            assert (found.words, found.reason) == (words[reason], reason), fault
        mended.append(fault)


@pytest.mark.contract("O2.order-of-a-set")
def test_o2_the_stream_is_read_before_the_image_and_the_secret() -> None:
    found = both(gcp_image("projects/acme/global/images/x"), "4.22").words
    play = Play("4.22", [named("a", "foreign")])
    play.change(play.stream_path, data={"stream": "{nonsense"})
    play.rest()
    assert (
        found == ("skipped", "skip")
        and "failed to parse CoreOS stream metadata" in play.condition("Degraded")["message"]
    )


@pytest.mark.contract("O2.architecture-before-stamps")
@pytest.mark.parametrize("release", ["4.20", "4.21"])
def test_o2_a_bad_architecture_errs_while_the_stamps_are_missing(release: str) -> None:
    found = both(recorded.machine_set("gcp", "arch-bad"), release, data={"MCOVersionHash": None})
    assert (found.words, found.reason) == (("errored", "fail"), "architecture_invalid")


@pytest.mark.contract("O2.foreign-before-secret")
@pytest.mark.parametrize(("release", "counted"), [("4.20", "reconciled"), ("4.22", "skipped")])
def test_o2_a_foreign_set_with_a_missing_secret_is_a_plain_skip(release: str, counted: str) -> None:
    made = gcp(
        disks=[{"boot": True, "image": "projects/acme/global/images/x"}], userDataSecret={"name": "no-such-secret"}
    )
    assert both(made, release).words == (counted, "skip")


@pytest.mark.contract("O2.windows-exactly")
@pytest.mark.parametrize("release", ALL)
def test_o2_windows_is_matched_to_the_letter(release: str) -> None:
    assert both(recorded.machine_set("gcp", "windows-lowercase"), release).words == ("patched", "update")


@pytest.mark.contract("O2.nothing-enrolled")
@pytest.mark.parametrize(
    ("release", "managers"),
    [
        ("4.18", None), ("4.18", []), ("4.19", []), ("4.20", [manager("None")]), ("4.22", [manager("None")]),
        ("4.21", [manager("Partial", {"matchLabels": {"no": "hits"}})]),
    ],
)  # fmt: skip
def test_o2_with_nothing_enrolled_zero_of_zero_is_reconciled(release: str, managers: Any) -> None:
    play = at_rest(release, managers=managers)
    assert play.condition("Progressing")["message"].startswith("Reconciled 0 of 0 MAPI MachineSets")
    assert play.condition("Degraded")["status"] == "False"
    reason = play.condition("Progressing")["reason"]
    EVENTS["config map"](play)
    play.passes()
    assert play.condition("Progressing")["reason"] == "BootImageConfigMapUpdated" and reason
    assert answer(play)["settled"] and outlook(play, "a")[0] == "not_managed" and caveats(play) == []
