# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""managed_boot_images and skew enforcement (4.22+): two writes under Automatic, the way back, versions, on the real rules of the API."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from integration.support.clusters import CONTROL_PLANE, WORKERS, Cluster, writes

from sandbox import ApiError

Clusters = Callable[..., Cluster]
MODULE = "managed_boot_images"
SPEED = 100.0
ALL = {**WORKERS, "selection": {"mode": "All"}}
NONE = {**WORKERS, "selection": {"mode": "None"}}
SELECTED = {"matchLabels": {"zone": "a"}}
PARTIAL = {**WORKERS, "selection": {"mode": "Partial", "partial": {"machineResourceSelector": SELECTED}}}
AUTOMATIC = {"mode": "Automatic", "automatic": {"ocpVersion": "4.22.1"}}
BOTH = [("patch", "machineconfigurations/cluster")] * 2


def skew(made: Cluster) -> Any:
    return made.configuration()["spec"].get("bootImageSkewEnforcement")


def enforced(made: Cluster) -> Any:
    return (made.configuration().get("status", {}).get("bootImageSkewEnforcementStatus") or {}).get("mode")


@pytest.mark.parametrize(
    ("sample", "release"), [("gcp", "4.22.1"), ("aws", "4.22.1"), ("azure", "4.22.1"), ("gcp", "5.0.0")]
)
def test_off_limited_and_back_on_a_cluster_that_lives(cluster: Clusters, sample: str, release: str) -> None:
    """Automatic to off to limited and all the way back, each with its operator following, and twice without a change."""
    made = cluster(sample, release=release)
    made.sandbox.start_operator(SPEED)
    made.client.wait_for(lambda: enforced(made) == "Automatic", 30, "Automatic")
    with made.requests() as requests:
        off = made.module(MODULE, mode="None", wait=True, wait_timeout=60)
    assert not off.failed, off.message
    assert (made.managers(), skew(made), enforced(made)) == ([NONE], {"mode": "None"}, "None")
    assert writes(requests) == BOTH
    assert off.result["skew"] == {"before": None, "after": {"mode": "None"}}
    assert "switches the upgrade guard off" in off.warnings
    assert made.module(MODULE, mode="None").result["changed"] is False

    limited = made.module(MODULE, mode="Partial", selector=SELECTED, wait=True, wait_timeout=60)
    assert (limited.failed, limited.warnings, made.managers()) == (False, "", [PARTIAL]), limited.message

    back = {
        "mode": "All",
        "skew_enforcement": {"mode": "Automatic"},
        "wait": True,
        "wait_timeout": 90,
        "accept": ["own_images"],
    }
    with made.requests() as requests:
        answer = made.module(MODULE, **back)
    assert not answer.failed, answer.message
    assert (made.managers(), skew(made), writes(requests)) == ([ALL], None, BOTH)
    made.client.wait_for(lambda: enforced(made) == "Automatic", 30, "Automatic again")
    assert made.module(MODULE, **back).result["changed"] is False


def test_check_mode_tells_both_writes_and_which_of_them_nobody_could_validate(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    made.follow(bootImageSkewEnforcementStatus=AUTOMATIC)
    with made.untouched(), made.requests() as requests:
        answer = made.check(MODULE, mode="None")
    assert (answer.failed, answer.result["changed"]) == (False, True), answer.message
    assert [next(iter(each["after"])) for each in answer.result["diff"]] == [
        "bootImageSkewEnforcement",
        "managedBootImages",
    ]
    assert answer.result["not_validated"] == ["MachineConfiguration cluster"]
    assert "only the first was tried in check mode" in answer.warnings
    assert len([each for each in requests if each["verb"] == "patch"]) == 1
    assert (answer.result["after"], answer.result["skew"]["after"]) == ({"machineManagers": [NONE]}, {"mode": "None"})


def test_a_run_that_ends_between_the_two_writes_is_finished_by_the_same_call(cluster: Clusters) -> None:
    """No operator follows, so the first call gives up in between; with one, the second finishes it."""
    made = cluster("gcp", release="4.22.1")
    made.follow(bootImageSkewEnforcementStatus=AUTOMATIC)
    answer = made.module(MODULE, mode="None", wait_timeout=2)
    assert (answer.failed, answer.result["reason"], answer.result["changed"]) == (True, "wait_timed_out", True)
    assert "Is the Machine Config Operator running?" in answer.message
    assert (skew(made), made.managers()) == ({"mode": "None"}, None)
    assert [next(iter(each["after"])) for each in answer.result["diff"]] == ["bootImageSkewEnforcement"]
    made.sandbox.start_operator(SPEED)
    answer = made.module(MODULE, mode="None")
    assert (answer.failed, answer.result["changed"]) == (False, True), answer.message
    assert made.managers() == [NONE]


def test_killed_in_between(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    made.follow(bootImageSkewEnforcementStatus=AUTOMATIC)
    running = made.start_module(MODULE, mode="None")
    made.client.wait_for(lambda: skew(made) is not None, 30, "the first write")
    running.process.kill()
    running.process.join()
    assert made.managers() is None
    made.sandbox.start_operator(SPEED)
    assert not made.module(MODULE, mode="None").failed
    assert made.managers() == [NONE]


def test_the_second_write_comes_at_once_when_the_status_follows(cluster: Clusters) -> None:
    """Without wait, too: off must mean off."""
    made = cluster("gcp", release="4.22.1")
    made.follow(bootImageSkewEnforcementStatus=AUTOMATIC)
    running = made.start_module(MODULE, mode="None")
    made.client.wait_for(lambda: skew(made) is not None, 30, "the first write")
    time.sleep(1)
    assert running.running()
    made.follow(bootImageSkewEnforcementStatus={"mode": "None", "automatic": None})
    followed = time.monotonic()
    made.client.wait_for(lambda: made.managers() == [NONE], 10, "the second write")
    assert time.monotonic() - followed < 2
    assert not running.finish().failed


MANUAL = {"mode": "Manual", "manual": {"mode": "OCPVersion", "ocpVersion": "4.18.3"}}
RHCOS = {"mode": "Manual", "manual": {"mode": "RHCOSVersion", "rhcosVersion": "412.86.202301311551-0"}}


def test_from_every_stanza_to_every_other(cluster: Clusters) -> None:
    """A stanza is written whole: the API refuses one with the key of another mode left in it."""
    made = cluster("gcp", release="4.22.1")
    wishes: list[tuple[dict[str, Any], Any]] = [
        ({"mode": "Manual", "ocp_version": "4.18.3"}, MANUAL),
        ({"mode": "Manual", "rhcos_version": "412.86.202301311551-0"}, RHCOS),
        ({"mode": "None"}, {"mode": "None"}),
        ({"mode": "Manual", "rhcos_version": "412.86.202301311551-0"}, RHCOS),
        ({"mode": "Manual", "ocp_version": "4.18.3"}, MANUAL),
        ({"mode": "Automatic"}, None),
    ]
    for asked, stands in wishes:
        before = skew(made)
        for run in (made.check, made.module):
            answer = run(MODULE, skew_enforcement=asked)
            assert (answer.failed, answer.result["changed"]) == (False, True), answer.message
            assert answer.result["skew"] == {"before": before, "after": stands}
        assert skew(made) == stands
        assert made.module(MODULE, skew_enforcement=asked).result["changed"] is False
    assert made.managers() is None


def test_manual_without_a_version_takes_the_oldest_image_in_place(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    answer = made.module(MODULE, mode="None", skew_enforcement={"mode": "Manual"})
    assert not answer.failed, answer.message
    assert skew(made) == {"mode": "Manual", "manual": {"mode": "RHCOSVersion", "rhcosVersion": "412.85.202203181601-0"}}
    first, *others = made.names
    for name in others:
        made.set_image(name, made.target())
    assert made.module(MODULE, skew_enforcement={"mode": "Manual"}).result["changed"] is False
    made.set_image(first, made.target())
    made.client.patch("controlplanemachinesets", "cluster", _control_plane_image(made))
    assert made.module(MODULE, skew_enforcement={"mode": "Manual"}).result["changed"]
    recorded = skew(made)["manual"]["rhcosVersion"]
    assert recorded.replace(".", "-") in made.target()


def _control_plane_image(made: Cluster) -> dict[str, Any]:
    machine = made.client.get("controlplanemachinesets", "cluster")["spec"]["template"]
    value = machine["machines_v1beta1_machine_openshift_io"]["spec"]["providerSpec"]["value"]
    disks = [{**each, "image": made.target()} if each["boot"] else each for each in value["disks"]]
    spec = {"providerSpec": {"value": {"disks": disks}}}
    return {"spec": {"template": {"machines_v1beta1_machine_openshift_io": {"spec": spec}}}}


def test_an_image_that_tells_nothing_is_named_and_nothing_is_written(cluster: Clusters) -> None:
    made = cluster("aws", release="4.22.1")
    with made.untouched():
        answer = made.module(MODULE, mode="None", skew_enforcement={"mode": "Manual"})
    assert (answer.failed, answer.result["reason"]) == (True, "invalid_input")
    assert (
        made.names[0] in answer.message
        and "Give skew_enforcement.ocp_version or rhcos_version yourself" in answer.message
    )


def test_versions_that_the_api_would_refuse_are_refused_before(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    with made.untouched(), made.requests() as requests:
        for wrong in (
            {"ocp_version": "4.9"},
            {"rhcos_version": "9.6"},
            {"ocp_version": "4.18.3", "rhcos_version": "9.6.20250701-0"},
        ):
            answer = made.module(MODULE, mode="All", skew_enforcement={"mode": "Manual", **wrong})
            assert (answer.failed, answer.result["reason"]) == (True, "invalid_input")
    assert not [each for each in requests if each["verb"] == "patch"]


def test_a_release_without_skew_enforcement(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.20.3")
    with made.untouched():
        answer = made.module(MODULE, mode="None", skew_enforcement={"mode": "None"})
    assert (answer.failed, answer.result["reason"]) == (True, "unsupported")
    assert "has no bootImageSkewEnforcement" in answer.message


def test_the_server_answers_in_its_own_words_within_ours(cluster: Clusters) -> None:
    """A control plane on a platform of which the API takes none: only the server knows that."""
    made = cluster("vsphere", release="4.22.1")
    answer = made.module(MODULE, mode="All", resource="controlplanemachinesets")
    assert (answer.failed, answer.result["reason"]) == (True, "rejected")
    assert answer.message.startswith(
        "This release's operator does not manage boot images of control plane machine sets"
    )
    assert "only supported on these platforms: GCP, AWS, Azure" in answer.message
    assert "ValidatingAdmissionPolicy" in answer.result["server_message"]


def test_workers_that_are_managed_by_default_stay_so_beside_the_control_plane(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    made.sandbox.start_operator(SPEED)
    made.client.wait_for(lambda: enforced(made) == "Automatic", 30, "Automatic")
    asked = {"mode": "All", "resource": "controlplanemachinesets"}
    assert made.module(MODULE, **asked).result["changed"]
    assert made.managers() == [ALL, {**CONTROL_PLANE, "selection": {"mode": "All"}}]
    assert made.module(MODULE, **asked).result["changed"] is False


def test_the_rules_of_the_api_are_what_these_tests_take_them_for(cluster: Clusters) -> None:
    """Were the sandbox's API to take both in one write, the two steps above would show nothing."""
    made = cluster("gcp", release="4.22.1")
    made.follow(bootImageSkewEnforcementStatus=AUTOMATIC)
    both = {"managedBootImages": {"machineManagers": [NONE]}, "bootImageSkewEnforcement": {"mode": "None"}}
    for spec in (both, {"managedBootImages": {"machineManagers": []}}):
        with pytest.raises(ApiError, match="when skew enforcement is in Automatic mode"):
            made.client.patch("machineconfigurations", "cluster", {"spec": spec})
