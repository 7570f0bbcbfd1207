# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed corrections 1 to 12, and 25: what one pass does with a set, by both readings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.contract.looks import caveats, outlook
from unit.contract.play import Play, named
from unit.contract.readings import (
    ALL,
    FROM_4_19,
    OLD_AMI,
    UP_TO_4_18,
    aws,
    azure,
    both,
    gcp,
    gcp_image,
    marked,
    recorded_case,
    stream_of,
)
from unit.operator import recorded

from sandbox.operator.worlds import allow_list

OPTIONS = ("MCOVersionHash", "MCOReleaseImageVersion", "releaseVersion")
MULTI = {"desired": {"architecture": "Multi"}, "history": [{"state": "Completed", "version": "4.20.0"}]}
GOLDEN = "/subscriptions/s/resourceGroups/acme/providers/Microsoft.Compute/images/golden"


@pytest.mark.contract("O1.1")
@pytest.mark.parametrize("release", ALL)
@pytest.mark.parametrize("key", OPTIONS)
@pytest.mark.parametrize("value", [None, "another's"])
def test_o1_01_which_stamps_hold_back_which_release(release: str, key: str, value: str | None) -> None:
    gates = {"4.17": OPTIONS[:2], "4.18": OPTIONS[:2], "4.22": ()}.get(release, ("MCOVersionHash", "releaseVersion"))
    found = both(gcp(), release, data={key: value})
    if key not in gates:
        assert found.words == ("patched", "update")
    elif key == "MCOVersionHash" and value:
        # A commit that only the operator knows: a wrong one cannot be told from the right one.
        assert found.words == ("reconciled", "update")
    else:
        assert (found.words, found.reason) == (("reconciled", "nothing"), "gated")


@pytest.mark.contract("O1.2")
@pytest.mark.parametrize("release", ["4.17", "4.18", "4.19", "4.20", "4.21"])
def test_o1_02_behind_the_stamps_the_conditions_are_false(release: str) -> None:
    play = Play(release, [named(name) for name in "abc"])
    play.change(play.stream_path, data={"MCOVersionHash": "another's"})
    play.rest()
    progressing, degraded = play.condition("Progressing"), play.condition("Degraded")
    assert progressing["message"].startswith("Reconciled 3 of 3 MAPI MachineSets | ")
    assert (progressing["status"], degraded["status"]) == ("False", "False")
    assert {play.image(name) for name in "abc"} == {recorded.OLD}
    # Of a hash nobody but the operator knows whether it is the right one; of the version everybody.
    assert "conditions_false" in caveats(play)
    play.change(play.stream_path, data={"MCOReleaseImageVersion": "4.16.1", "releaseVersion": "4.16.1"})
    play.rest()
    assert caveats(play) == ["conditions_false"]
    assert {outlook(play, name) for name in "abc"} == {("nothing", "gated")}


@pytest.mark.contract("O1.3")
@pytest.mark.parametrize("release", [*ALL, "5.0"])
@pytest.mark.parametrize("history", [[{"state": "Partial", "version": "x"}], []])
def test_o1_03_from_4_20_nothing_moves_before_cluster_version_is_completed(release: str, history: Any) -> None:
    play = Play(release, [named("a")])
    found = play.cluster.cluster_version
    play.put("/apis/config.openshift.io/v1/clusterversions/version", {**found, "status": {"history": history}})
    play.rest()
    waits = release in ("4.20", "4.21", "4.22", "5.0")
    assert (play.image("a") == recorded.OLD) is waits
    assert (play.condition("Progressing") == {}) is waits
    assert (outlook(play, "a")[1] == "gated") is waits
    version = {"status": {"history": history}}
    told = both(gcp(), release, cluster_version=version)
    assert (told.reason == "gated") is waits


@pytest.mark.contract("O1.4")
@pytest.mark.parametrize(("release", "pruned"), [("4.20", True), ("4.21", True), ("4.22", False)])
def test_o1_04_multi_arch_is_seen_where_the_schema_keeps_the_field(release: str, pruned: bool) -> None:
    """Which schema keeps it is looked at on a real API server."""
    made = marked(gcp(), annotations={})
    status = {**MULTI, "desired": {}} if pruned else MULTI
    words = both(made, release, cluster_version={"status": status}).words
    assert words == (("patched", "update") if pruned else ("skipped", "skip"))


@pytest.mark.contract("O1.5")
@pytest.mark.parametrize("release", ["4.21", "4.22"])
def test_o1_05_also_somebodys_own_azure_image_is_replaced(release: str) -> None:
    found = both(azure(image={"resourceID": GOLDEN}), release, "Azure")
    assert found.words == ("patched", "update")
    assert found.written["image"]["publisher"] == "azureopenshift"
    assert [risk.reason.code for risk in found.verdict.risks] == ["own_images"]


def scos() -> dict[str, Any]:
    stream = stream_of("Azure")
    for entry in stream["architectures"].values():
        entry["rhel-coreos-extensions"] = {"azure-disk": {"release": "10.0.20250628-0"}}
    return stream


@pytest.mark.contract("O1.6", "U1.okd-azure")
@pytest.mark.parametrize(("release", "counted"), [("4.21", "reconciled"), ("4.22", "skipped")])
def test_o1_06_azure_on_okd(release: str, counted: str) -> None:
    for case in ("plain", "legacy-gen2", "paid-ocp-gen2", "unpaid-gen2"):
        found = both(recorded.machine_set("azure", case), release, "Azure", stream=scos())
        assert found.words == (counted, "skip"), case
    stranger = both(recorded.machine_set("azure", "publisher-unknown"), release, "Azure", stream=scos())
    assert stranger.words == ("errored", "fail")
    stream = scos()
    for entry in stream["architectures"].values():
        del entry["rhel-coreos-extensions"]
    assert both(azure(), release, "Azure", stream=stream).words == ("dies", "crash")


@pytest.mark.contract("O1.7")
@pytest.mark.parametrize("release", ["4.21", "4.22"])
def test_o1_07_security_type_and_old_power_count_as_reconciled(release: str) -> None:
    for case in ("trusted-launch", "confidential", "s390x"):
        assert recorded_case("azure", case, release).words == ("reconciled", "skip"), case


@pytest.mark.contract("O1.8")
@pytest.mark.parametrize("release", ALL)
def test_o1_08_an_empty_os_stream_is_another_one_and_up_to_4_21_all_are_ignored(release: str) -> None:
    for case in ("osstream-rhel-10", "osstream-empty"):
        found = recorded_case("gcp", case, release)
        assert found.words == (("reconciled", "skip") if release == "4.22" else ("patched", "update"))
        risks = [risk.reason.code for risk in found.verdict.risks]
        assert ("wrong_stream" in risks) is (release != "4.22")


@pytest.mark.contract("O1.9")
@pytest.mark.parametrize("release", UP_TO_4_18)
def test_o1_09_up_to_4_18_no_secret_is_read(release: str) -> None:
    for case in ("secret-missing", "secret-not-json", "ign-1-2-0"):
        found = recorded_case("gcp", case, release)
        assert found.words == ("patched", "update")
        assert found.written["userDataSecret"] == {"name": "worker-user-data-managed"}


@pytest.mark.contract("O1.9")
@pytest.mark.parametrize("release", FROM_4_19)
def test_o1_09_from_4_19_it_is_an_error_where_a_patch_is_due(release: str) -> None:
    for case in ("secret-missing", "secret-not-json", "ign-1-2-0"):
        assert recorded_case("gcp", case, release).words == ("errored", "fail")
    assert recorded_case("gcp", "current-secret-missing", release).words == ("reconciled", "nothing")


def stub(version: str) -> Any:
    """A secret with a stub of that version and a certificate authority, whatever its name."""
    import base64

    text = {"ignition": {"version": version, "security": {"tls": {"certificateAuthorities": [{"source": "data:,x"}]}}}}
    data = {"userData": base64.b64encode(json.dumps(text).encode()).decode()}
    return lambda name: {"metadata": {"name": name}, "data": data}


@pytest.mark.contract("O1.10")
@pytest.mark.parametrize("release", FROM_4_19)
@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("2.0.0", ("patched", "update")), ("2.2.0", ("patched", "update")), ("2.4.0", ("errored", "fail")),
        ("1.2.0", ("errored", "fail")), ("3.1.0", ("patched", "update")), ("3.99.0", ("patched", "update")),
    ],
)  # fmt: skip
def test_o1_10_which_stubs_are_upgraded(release: str, version: str, words: Any) -> None:
    found = both(gcp(), release, secret=stub(version))
    assert found.words == words
    if version.startswith("2") and words[0] == "patched":
        change = found.outcome.secret  # type: ignore[union-attr]
        upgraded = json.loads(change.user_data)["ignition"]
        assert (change.upgraded_to, upgraded["version"]) == ("3.5.0", "3.5.0")
        assert ("certificateAuthorities" in upgraded["security"]["tls"]) is (version == "2.2.0")
    elif words[0] == "patched":
        assert found.outcome.secret is None  # type: ignore[union-attr]


@pytest.mark.contract("O1.11")
@pytest.mark.parametrize("release", ALL)
def test_o1_11_gcps_prefix_url_and_disks(release: str) -> None:
    skip = ("skipped" if release == "4.22" else "reconciled", "skip")
    none = ("patched", "update") if release in UP_TO_4_18 else ("reconciled", "nothing")
    assert both(gcp_image("projects/rhcos-cloud/global/imagesfoo/bar"), release).words == ("patched", "update")
    assert both(gcp_image("https://www.googleapis.com/compute/v1/" + recorded.OLD), release).words == skip
    ours, foreign = {"boot": True, "image": recorded.OLD}, {"boot": True, "image": "projects/acme/global/images/x"}
    assert both(gcp(disks=[ours, foreign]), release).words == skip
    assert both(gcp(disks=[foreign, ours]), release).words == skip
    assert both(gcp(disks=[{"boot": False, "image": recorded.OLD}]), release).words == none
    assert both(gcp(disks=[]), release).words == none


@pytest.mark.contract("O1.12")
@pytest.mark.parametrize("release", [*ALL, "5.0"])
def test_o1_12_three_writes_succeed_and_the_fourth_is_refused(release: str) -> None:
    play = Play(release, [named("a")])
    for write in range(4):
        play.set_image("a", recorded.OLD)
        play.rest()
        assert play.image("a") == (play.target if write < 3 else recorded.OLD)
    assert "hot loop detected" in play.condition("Degraded")["message"]


@pytest.mark.contract("O1.25")
def test_o1_25_the_allow_list_grew_with_4_19_and_is_asked_only_where_the_image_differs() -> None:
    assert allow_list((4, 17)) == allow_list((4, 18)) < allow_list((4, 19)) == allow_list((4, 22))
    only_4_19 = next(iter(allow_list((4, 19)) - allow_list((4, 18))))
    for release, word in (("4.18", "reconciled"), ("4.19", "patched")):
        minor = (4, int(release[2:]))
        assert both(aws(ami={"id": only_4_19}), release, "AWS", known_amis=allow_list(minor)).words == (word, "unknown")
    current = aws(ami={"id": "ami-00000000000000002"})
    assert both(current, "4.22", "AWS", known_amis=frozenset()).words == ("reconciled", "nothing")
    assert OLD_AMI not in allow_list((4, 22))
