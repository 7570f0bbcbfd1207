# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""managed_boot_images with the real client over HTTP: stages, conflicts, refusals, what is said."""

from __future__ import annotations

import copy
import itertools
import threading
import time
from typing import Any

import pytest
from unit import tiny_api
from unit.builders import OLD, TARGET, cluster_version, configuration, gcp_spec, machine_set, manager
from unit.loopback import Answer
from unit.tiny_api import Api, api

from ansible_collections.okd.boot_images.plugins.module_utils import waiting
from ansible_collections.okd.boot_images.plugins.module_utils.flow import configuration as flow
from ansible_collections.okd.boot_images.plugins.module_utils.flow.admission import RULES, explained
from ansible_collections.okd.boot_images.plugins.module_utils.flow.common import Patience
from ansible_collections.okd.boot_images.plugins.module_utils.model import errors as e
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model import reasons
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import AS_IT_IS, ConfigurationWish, SkewWish

AUTOMATIC = "spec: Invalid value: when skew enforcement is in Automatic mode, any MachineAPI MachineSet must use 'All'"
PLATFORM = "denied request: This feature is only supported on these platforms: GCP, AWS"
CONFIGURATION = o.THE_CONFIGURATION.path


def wish(mode: str | None, skew: SkewWish | None = None, **more: Any) -> ConfigurationWish:
    return ConfigurationWish("machinesets", mode, skew=skew, **more)


def configure(
    made: Api,
    wanted: ConfigurationWish,
    accept: Any = (),
    dry_run: bool = False,
    told: list[str] | None = None,
    seconds: float = 5,
) -> dict[str, Any]:
    tell = told.append if told is not None else lambda _line: None
    return flow.manage(made.client(dry_run), wanted, accept, Patience(False, seconds), tell)


@pytest.fixture
def skewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A schema that knows skew enforcement."""
    schema = copy.deepcopy(tiny_api.SCHEMA)
    schema["properties"]["spec"]["properties"]["bootImageSkewEnforcement"] = {}
    monkeypatch.setattr(tiny_api, "SCHEMA", schema)


def automatic(mode: str = "Automatic", **spec: Any) -> dict[str, Any]:
    made = configuration("4.22", [manager()])
    made["status"]["bootImageSkewEnforcementStatus"] = {"mode": mode}
    made["spec"].update(spec)
    return made


def fields(result: dict[str, Any]) -> list[str]:
    return [next(iter(each["after"])) for each in result["diff"]]


@pytest.mark.usefixtures("skewed")
def test_under_automatic_the_second_write_waits_for_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "WAKE_SECONDS", 0.05)
    told: list[str] = []
    with api(THE_CONFIGURATION=automatic()) as made:
        stood: list[Any] = []

        def follow() -> None:
            while not made.written:
                time.sleep(0.02)
            found = made.objects[CONFIGURATION]
            stood.append(found["spec"]["managedBootImages"])
            found["status"]["bootImageSkewEnforcementStatus"]["mode"] = "None"
            found["metadata"]["resourceVersion"] = "8"

        threading.Thread(target=follow, daemon=True).start()
        found = configure(made, wish("None"), told=told)
        assert stood == [{"machineManagers": [manager()]}]
        assert made.written == ["cluster", "cluster"]
        assert made.objects[CONFIGURATION]["spec"]["bootImageSkewEnforcement"] == {"mode": "None"}
    assert (found["changed"], fields(found)) == (True, ["bootImageSkewEnforcement", "managedBootImages"])
    assert found["skew"] == {"before": None, "after": {"mode": "None"}}
    assert ["upgrade guard off" in each for each in found["warnings"]] == [True]
    assert any("waiting for the operator to leave Automatic" in line for line in told)


@pytest.mark.usefixtures("skewed")
def test_nobody_follows() -> None:
    with api(THE_CONFIGURATION=automatic()) as made:
        with pytest.raises(e.WaitTimedOut, match="its status still says Automatic") as late:
            configure(made, wish("None"), seconds=0.2)
        assert made.written == ["cluster"]
    assert late.value.result["changed"] is True and fields(late.value.result) == ["bootImageSkewEnforcement"]


@pytest.mark.usefixtures("skewed")
def test_without_wait_the_operator_is_not_waited_for_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "FOLLOW_SECONDS", 0.2)
    started = time.monotonic()
    with api(THE_CONFIGURATION=automatic()) as made, pytest.raises(e.WaitTimedOut):
        configure(made, wish("None"), seconds=1800)
    assert time.monotonic() - started < 10


@pytest.mark.usefixtures("skewed")
def test_check_mode_tries_what_can_be_tried() -> None:
    with api(THE_CONFIGURATION=automatic()) as made:
        found = configure(made, wish("None"), dry_run=True)
        assert made.written == []
    assert (found["not_validated"], fields(found)) == (
        ["MachineConfiguration cluster"],
        ["bootImageSkewEnforcement", "managedBootImages"],
    )
    assert len(found["warnings"]) == 2
    back = automatic(
        "None", bootImageSkewEnforcement={"mode": "None"}, managedBootImages={"machineManagers": [manager("None")]}
    )
    with api(THE_CONFIGURATION=back) as made:
        made.refusals[CONFIGURATION] = [Answer({}, 200), Answer({"message": "tried"}, 422)]
        with pytest.raises(e.Rejected, match="tried"):
            configure(made, wish("All", SkewWish("Automatic")), dry_run=True)


@pytest.mark.usefixtures("skewed")
def test_all_workers_managed_again_while_nobody_guards_upgrades() -> None:
    off = automatic(
        "None", bootImageSkewEnforcement={"mode": "None"}, managedBootImages={"machineManagers": [manager("None")]}
    )
    with api(THE_CONFIGURATION=off) as made:
        found = configure(made, wish("All"))
        assert ["stays None" in each for each in found["warnings"]] == [True]
        assert configure(made, wish("All"))["warnings"] == []
        found = configure(made, wish("All", SkewWish("Automatic")))
        assert (found["warnings"], found["skew"]) == ([], {"before": {"mode": "None"}, "after": None})
        assert "bootImageSkewEnforcement" not in made.objects[CONFIGURATION]["spec"]


@pytest.mark.usefixtures("skewed")
def test_a_version_is_derived_from_the_images_in_place() -> None:
    with api([machine_set("a"), machine_set("b", spec=gcp_spec(TARGET))], THE_CONFIGURATION=automatic()) as made:
        found = configure(made, wish(AS_IT_IS, SkewWish("Manual")))
        manual = {"mode": "RHCOSVersion", "rhcosVersion": "412.85.202203181601-0"}
        assert found["skew"]["after"] == {"mode": "Manual", "manual": manual}
        assert "left as it stands" in found["msg"]
        assert configure(made, wish(AS_IT_IS, SkewWish("Manual")))["changed"] is False
        made.objects[machine_set("a").ref.path] = machine_set(
            "a", spec=gcp_spec("projects/lab/global/images/golden")
        ).object
        with pytest.raises(e.InvalidInput, match=r"images of a tell none .*golden"):
            configure(made, wish(AS_IT_IS, SkewWish("Manual")))


def test_derived_only_where_the_api_knows_it() -> None:
    with api() as made, pytest.raises(e.Unsupported, match="no bootImageSkewEnforcement"):
        configure(made, wish(AS_IT_IS, SkewWish("Manual")))


@pytest.mark.usefixtures("skewed")
def test_a_status_that_turns_automatic_meanwhile_means_another_look() -> None:
    """The server refuses for a status that was not there when it was read."""
    with api(THE_CONFIGURATION=automatic("None")) as made:
        made.refusals[CONFIGURATION] = [Answer({"message": AUTOMATIC}, 422)]
        assert configure(made, wish("None"))["changed"]
    with api(THE_CONFIGURATION=automatic("None")) as made:
        made.refusals[CONFIGURATION] = [Answer({"message": AUTOMATIC}, 422)] * 9
        with pytest.raises(e.Rejected, match=r"skew enforcement is Automatic.*The server's own words:"):
            configure(made, wish("None"))
        assert len(made.refusals[CONFIGURATION]) == 5


@pytest.mark.parametrize("dry_run", [True, False])
def test_off_where_the_server_takes_no_opinion_is_off_already(dry_run: bool) -> None:
    with api() as made:
        made.refusals[CONFIGURATION] = [Answer({"message": PLATFORM}, 422)] * 2
        found = configure(made, wish("None"), dry_run=dry_run)
        assert (found["changed"], found["diff"], found["after"]) == (False, [], None)
        assert "There is nothing to switch off" in found["msg"]
        with pytest.raises(e.Rejected, match=r"^This release's API takes no opinion.*own words: .*GCP, AWS") as refused:
            configure(made, wish("All"))
    assert PLATFORM in refused.value.result["server_message"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_where_the_server_takes_no_opinion_a_wish_may_be_content_with_that(dry_run: bool) -> None:
    with api() as made:
        made.refusals[CONFIGURATION] = [Answer({"message": PLATFORM}, 422)]
        told: list[str] = []
        found = configure(made, wish("All", where_possible=True), dry_run=dry_run, told=told)
        assert (found["changed"], found["diff"], found["after"]) == (False, [], None)
        assert found["msg"] == found["left_out"] == told[-1]
        assert "machineset_boot_image" in found["left_out"]
        made.refusals[CONFIGURATION] = [Answer({"message": "something else"}, 422)]
        with pytest.raises(e.Rejected, match="something else"):
            configure(made, wish("All", where_possible=True), dry_run=dry_run)


@pytest.mark.usefixtures("skewed")
def test_the_rest_of_a_wish_is_written_where_the_platform_is_refused() -> None:
    """Skew enforcement goes first, and stands; the second look finds the refusal."""
    with api(THE_CONFIGURATION=automatic("None", managedBootImages={})) as made:
        made.refusals[CONFIGURATION] = [None, Answer({"message": PLATFORM}, 422)]
        found = configure(made, wish("All", SkewWish("Manual", "4.18.3"), where_possible=True))
        assert fields(found) == ["bootImageSkewEnforcement"]
        assert found["changed"] and "does not manage them here" in found["left_out"]
        assert found["skew"]["after"]["manual"]["ocpVersion"] == "4.18.3"


def test_what_an_older_api_does_not_know_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skew enforcement up to 4.21, control planes up to 4.20, and everything on 4.16."""
    skew = SkewWish("Manual", "4.18.3")
    with api() as made:
        found = configure(made, wish("All", skew, where_possible=True))
        assert fields(found) == ["managedBootImages"] and "no bootImageSkewEnforcement" in found["left_out"]
        assert found["msg"].startswith("The operator manages the boot images of all machinesets. This cluster's")
        only = configure(made, wish(AS_IT_IS, skew, where_possible=True))
        assert (only["changed"], only["msg"]) == (False, only["left_out"])
    schema = copy.deepcopy(tiny_api.SCHEMA)
    del schema["properties"]["spec"]["properties"]["managedBootImages"]
    monkeypatch.setattr(tiny_api, "SCHEMA", schema)
    with api() as made:
        for mode in ("All", AS_IT_IS, None):
            found = configure(made, wish(mode, skew, where_possible=True))
            assert (found["changed"], made.written) == (False, [])
            assert "no managedBootImages" in found["left_out"]
        with pytest.raises(e.Unsupported):
            configure(made, wish("All"))


def test_off_that_the_server_refuses_while_something_stands_is_an_error() -> None:
    with api(THE_CONFIGURATION=configuration("4.19", [manager()])) as made:
        made.refusals[CONFIGURATION] = [Answer({"message": PLATFORM}, 422)]
        with pytest.raises(e.Rejected):
            configure(made, wish("None"))


def test_every_rule_of_the_server_is_told_with_what_to_do() -> None:
    for rule in RULES:
        told = explained(e.Rejected(f"The API server refused to patch it: {rule.text} and more", {"a": 1}))
        assert str(told).startswith(f"{rule.meaning} {rule.remedy} The server's own words: The API server refused")
        assert told.result["a"] == 1
    other = e.Rejected("something new")
    assert explained(other) is other


def test_what_was_written_before_a_conflict_is_told_all_the_same() -> None:
    """The label is put on in the first look, and the selector written in the second."""
    with api([machine_set("a")]) as made:
        made.refusals[CONFIGURATION] = [Answer({"message": "changed"}, 409)]
        found = configure(made, wish("Partial", machine_sets=("a",)))
        assert made.written == ["a", "cluster"]
    assert fields(found) == ["labels", "managedBootImages"]
    with api([machine_set("a")]) as made:
        made.refusals[CONFIGURATION] = [Answer({"message": "no"}, 422)]
        with pytest.raises(e.Rejected) as refused:
            configure(made, wish("Partial", machine_sets=("a",)))
    assert refused.value.result["changed"] is True and fields(refused.value.result) == ["labels"]


def test_somebody_who_takes_it_back_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A selector that asks for a label's absence needs a stage in between, and here it never lasts."""
    absent = {"matchExpressions": [{"key": "okd-boot-images.io/managed", "operator": "DoesNotExist"}]}
    standing = configuration("4.19", [manager("Partial", absent)])
    sets = [machine_set("a"), machine_set("b", labels={"okd-boot-images.io/managed": "true"})]
    with api(sets, THE_CONFIGURATION=standing) as made:
        kept, write = copy.deepcopy(made.objects[CONFIGURATION]), Api._patch

        def take_back(self: Api, request: Any) -> Any:
            answer = write(self, request)
            self.objects[CONFIGURATION] = copy.deepcopy(kept)
            return answer

        monkeypatch.setattr(Api, "_patch", take_back)
        with pytest.raises(e.Conflict, match="again and again"):
            configure(made, wish("Partial", machine_sets=("a",), exclusive=True))
        assert made.written == ["cluster"] * flow.STAGES


def at(version: str) -> dict[str, Any]:
    operator = {"status": {"versions": [{"name": "operator", "version": version}]}}
    return {"THE_OPERATOR": operator, "THE_CLUSTER_VERSION": cluster_version(version)}


def test_what_stays_as_it_is_is_said_before_and_after_switching_off() -> None:
    told: list[str] = []
    sets = [machine_set("a"), machine_set("b", spec=gcp_spec(TARGET))]
    with api(sets, THE_CONFIGURATION=configuration("4.19", [manager()])) as made:
        foretold = configure(made, wish("None"), dry_run=True)
        found = configure(made, wish("None"), told=told)
        assert foretold["msg"] == found["msg"] == told[0]
        assert found["msg"].startswith(
            "The operator manages no boot images of machinesets. The images of a, b stay as they are"
        )
        assert "nothing is rolled back" in found["msg"]
        again = configure(made, wish("None"))
    assert (again["msg"], again["changed"]) == ("The operator manages no boot images of machinesets.", False)


def test_what_is_said_of_the_other_modes() -> None:
    sets = [machine_set("a", labels={"x": "y"}), machine_set("b")]
    with api(sets, THE_CONFIGURATION=configuration("4.19", [manager()])) as made:
        some = configure(made, wish("Partial", selector={"matchLabels": {"x": "y"}}))["msg"]
        assert "that the selector finds: a. The images of b stay as they are" in some
        none = configure(made, wish("Partial", selector={"matchLabels": {"x": "z"}}))["msg"]
        assert "finds: none at this time. The images of a" in none
        assert configure(made, wish("All"))["msg"] == "The operator manages the boot images of all machinesets."
        assert "the release's default holds (All)" in configure(made, wish(None))["msg"]
    azure = {"status": {"platformStatus": {"type": "Azure"}}}
    with api(sets, THE_INFRASTRUCTURE=azure, THE_CONFIGURATION=configuration("4.19")) as made:
        assert "manages no boot images of machinesets on this platform" in configure(made, wish("All"))["msg"]
    with api(sets, THE_STREAM=None) as made:
        assert configure(made, wish("None"))["msg"] == "The operator manages no boot images of machinesets."


RISKY = {
    "custom_user_data": ("4.18.0", machine_set("x", spec=gcp_spec(userDataSecret={"name": "mine"}))),
    "downgrades": ("4.19.0", machine_set("x", spec=gcp_spec(OLD.replace("412-85-202203181601", "9-6-20260101")))),
    "wrong_stream": ("4.19.0", machine_set("x", labels={"machineconfiguration.openshift.io/osstream": "rhel-10"})),
    "dropped_fields": ("4.19.0", machine_set("x", spec=gcp_spec(vendorTuning=1))),
}


@pytest.mark.parametrize(("code", "mode"), itertools.product(RISKY, ["All", "Partial", "absent"]))
def test_every_risk_is_refused_by_its_code_with_its_cure(code: str, mode: str) -> None:
    version, risky = RISKY[code]
    if mode == "absent" and version == "4.18.0":
        return  # nothing is on by default there
    wanted = (
        wish("Partial", selector={"matchExpressions": [{"key": "no", "operator": "DoesNotExist"}]})
        if mode == "Partial"
        else None
    )
    wanted = wanted or wish("All" if mode == "All" else None)
    standing = configuration(version[:4], [manager("None")] if version != "4.18.0" else None)
    with api([risky], THE_CONFIGURATION=standing, **at(version)) as made:
        with pytest.raises(e.RiskNotAccepted) as refused:
            configure(made, wanted)
        assert reasons.ALL[code].remedy in str(refused.value) and "x" in str(refused.value)
        assert (made.written, refused.value.result["changed"]) == ([], False)
        assert configure(made, wanted, [code])["changed"]
