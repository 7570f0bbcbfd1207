# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The walks of the modules, with the real client, over HTTP: what is written, what is refused, what is reported."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.builders import OLD, TARGET, cluster_version, condition, configuration, gcp_spec, machine_set, manager
from unit.loopback import Answer
from unit.tiny_api import Api, api

from ansible_collections.okd.boot_images.plugins.module_utils.flow.common import Patience, Selection
from ansible_collections.okd.boot_images.plugins.module_utils.flow.configuration import manage
from ansible_collections.okd.boot_images.plugins.module_utils.flow.machine_sets import Limits, update_machine_sets
from ansible_collections.okd.boot_images.plugins.module_utils.flow.phases import Phases
from ansible_collections.okd.boot_images.plugins.module_utils.flow.status import status
from ansible_collections.okd.boot_images.plugins.module_utils.flow.upgrade import upgrade
from ansible_collections.okd.boot_images.plugins.module_utils.model import errors as e
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import (
    ConfigurationWish,
    ImageWish,
    UpgradeWish,
)

NOW = Patience()
GATES = {"data": {"ack-4.19-x": "read this"}}
CONFLICT = Answer({"message": "changed"}, 409)


def boots(made: Api, name: str) -> Any:
    path = o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, name).path
    return made.objects[path]["spec"]["template"]["spec"]["providerSpec"]["value"]["disks"][0]["image"]


def look(made: Api, selection: Selection) -> dict[str, Any]:
    return status(made.client(), selection, None, machines=False, patience=NOW, tell=print)


def update(made: Api, dry_run: bool = False, told: list[str] | None = None, **selection: Any) -> dict[str, Any]:
    tell = told.append if told is not None else lambda _line: None
    return update_machine_sets(
        made.client(dry_run), Selection("machinesets", **selection), ImageWish(), None, Limits(4), tell
    )


def configure(made: Api, wish: ConfigurationWish, accept: Any = (), dry_run: bool = False) -> dict[str, Any]:
    return manage(made.client(dry_run), wish, accept, NOW, print)


def ask(made: Api, accept: Any = (), dry_run: bool = False, **wish: Any) -> dict[str, Any]:
    return upgrade(made.client(dry_run), UpgradeWish(**wish), accept, Phases(), print)


def test_status_changes_nothing() -> None:
    with api() as made:
        found = look(made, Selection())
        assert (found["changed"], found["machine_sets"][0]["decision"], made.written) == (False, "update", [])
    assert json.loads(json.dumps(found)) == found
    assert found["table"][0] == "OpenShift 4.19.0 on GCP"


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection(), ["a", "b"]),
        (Selection("machinesets", ("b",)), ["b"]),
        (Selection(label_selectors=("pool=x",)), ["b"]),
        (Selection(names=("a",), label_selectors=("pool=x",)), []),
        (Selection("controlplanemachinesets"), []),
    ],
)
def test_selection(selection: Selection, names: list[str]) -> None:
    with api([machine_set("a"), machine_set("b", labels={"pool": "x"})]) as made:
        found = look(made, selection)
    assert [each["name"] for each in found["machine_sets"]] == names


def test_a_name_that_does_not_exist() -> None:
    with api() as made, pytest.raises(e.NotFound, match=r"names has z, which do not exist.*There are: worker-a"):
        look(made, Selection(names=("z",)))


@pytest.mark.parametrize("dry_run", [True, False])
def test_machine_sets_are_brought_to_their_image(dry_run: bool) -> None:
    told: list[str] = []
    with api([machine_set("a"), machine_set("b"), machine_set("done", spec=gcp_spec(TARGET))]) as made:
        found = update(made, dry_run, told)
        assert [boots(made, name) for name in "ab"] == ([OLD] * 2 if dry_run else [TARGET] * 2)
        assert sorted(set(made.written)) == ([] if dry_run else ["a", "b", "boot-image-history"])
        again = update(made)
    assert found["changed"] is True and again["changed"] is dry_run
    assert [(each["name"], each["updated"]) for each in found["machine_sets"]] == [
        ("a", True),
        ("b", True),
        ("done", False),
    ]
    assert found["diff"][0]["after"] == {"disks.0.image": TARGET}
    assert sorted(told) == [f"MachineSet openshift-machine-api/{name}: updated" for name in "ab"]


def test_one_that_fails_does_not_stop_the_others() -> None:
    with api([machine_set("a"), machine_set("b")]) as made:
        made.refusals[o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, "a").path] = [Answer({"message": "policy"}, 422)]
        with pytest.raises(e.SetsFailed, match=r"1 of 2 machine sets failed.*a: .*policy") as failed:
            update(made)
        assert boots(made, "b") == TARGET
    result = failed.value.result
    assert result["changed"] is True
    assert [(each["decision"], each["reason"], each["updated"]) for each in result["machine_sets"]] == [
        ("failed", "rejected", False), ("update", None, True),
    ]  # fmt: skip


def test_a_conflict_is_looked_at_afresh() -> None:
    with api([machine_set("a"), machine_set("b")]) as made:
        made.refusals[o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, "a").path] = [CONFLICT, CONFLICT]
        found = update(made)
        assert sorted(set(made.written)) == ["a", "b", "boot-image-history"]
    assert all(each["updated"] for each in found["machine_sets"])


def test_conflicts_without_end() -> None:
    with api([machine_set("a")]) as made:
        made.refusals[o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, "a").path] = [CONFLICT] * 9
        with pytest.raises(e.SetsFailed, match="changed by somebody else"):
            update(made)
        assert len(made.refusals[o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, "a").path]) == 5


@pytest.mark.parametrize("dry_run", [True, False])
def test_management_is_configured(dry_run: bool) -> None:
    wish = ConfigurationWish("machinesets", "Partial", machine_sets=("a",))
    with api([machine_set("a"), machine_set("b")]) as made:
        found = configure(made, wish, dry_run=dry_run)
        assert made.written == ([] if dry_run else ["a", "cluster"])
        assert configure(made, wish)["changed"] is dry_run
    assert found["changed"] is True and found["before"] is None
    assert found["after"]["machineManagers"][0]["selection"]["mode"] == "Partial"
    assert [each["before_header"] for each in found["diff"]] == [
        "MachineSet openshift-machine-api/a",
        "MachineConfiguration cluster",
    ]


def test_a_conflict_of_the_configuration_is_looked_at_afresh() -> None:
    with api() as made:
        made.refusals[o.THE_CONFIGURATION.path] = [CONFLICT]
        assert configure(made, ConfigurationWish("machinesets", "All"))["changed"]
        made.refusals[o.THE_CONFIGURATION.path] = [CONFLICT] * 9
        with pytest.raises(e.Conflict):
            configure(made, ConfigurationWish("machinesets", "None"))
        assert len(made.refusals[o.THE_CONFIGURATION.path]) == 5


def test_what_would_end_the_controller_is_refused() -> None:
    deadly = machine_set("deadly", spec=gcp_spec(userDataSecret=None))
    with (
        api([deadly]) as made,
        pytest.raises(e.RiskNotAccepted, match=r"would end on deadly.*cannot be accepted") as refused,
    ):
        configure(made, ConfigurationWish("machinesets", "All"), ["custom_user_data", "would_kill_controller"])
    assert made.written == []
    assert refused.value.result["machine_sets"][0]["name"] == "deadly"


def test_what_would_lose_user_data_is_refused_until_accepted() -> None:
    mine = machine_set("mine", spec=gcp_spec(userDataSecret={"name": "mine"}))
    old = {"status": {"versions": [{"name": "operator", "version": "4.18.0"}]}}
    wish = ConfigurationWish("machinesets", "All")
    with api([mine], THE_OPERATOR=old, THE_CLUSTER_VERSION=cluster_version("4.18.0")) as made:
        with pytest.raises(e.RiskNotAccepted, match=r"Refused, nothing was written.*mine"):
            configure(made, wish)
        assert made.written == []
        assert configure(made, wish, ["custom_user_data"])["changed"]


def test_switching_off_is_never_refused() -> None:
    deadly = machine_set("deadly", spec=gcp_spec(userDataSecret=None))
    with api([deadly], THE_CONFIGURATION=configuration("4.19", [manager()])) as made:
        assert configure(made, ConfigurationWish("machinesets", "None"))["changed"]


def test_having_no_opinion_is_weighed_where_the_default_is_on() -> None:
    deadly = machine_set("deadly", spec=gcp_spec(userDataSecret=None))
    for release, refused in (("4.18", False), ("4.19", True)):
        at = {"status": {"versions": [{"name": "operator", "version": f"{release}.0"}]}}
        standing = configuration(release, [manager("All" if release == "4.18" else "None")])
        with api(
            [deadly], THE_CONFIGURATION=standing, THE_OPERATOR=at, THE_CLUSTER_VERSION=cluster_version(f"{release}.0")
        ) as made:
            if refused:
                with pytest.raises(e.RiskNotAccepted, match="deadly"):
                    configure(made, ConfigurationWish("machinesets", None))
                assert made.written == []
            else:
                assert configure(made, ConfigurationWish("machinesets", None))["changed"]


def test_every_kind_of_risk_is_named_with_its_sets() -> None:
    mine = machine_set("mine", spec=gcp_spec(userDataSecret={"name": "mine"}))
    odd = machine_set("odd", spec=gcp_spec(vendorTuning=1))
    old = {"status": {"versions": [{"name": "operator", "version": "4.18.0"}]}}
    wish = ConfigurationWish("machinesets", "All")
    with api([mine, odd], THE_OPERATOR=old, THE_CLUSTER_VERSION=cluster_version("4.18.0")) as made:
        with pytest.raises(e.RiskNotAccepted, match=r"mine.*custom_user_data.*odd.*dropped_fields"):
            configure(made, wish)
        with pytest.raises(e.RiskNotAccepted) as caught:
            configure(made, wish, ["custom_user_data"])
        assert "mine" not in str(caught.value) and [each["name"] for each in caught.value.result["machine_sets"]] == [
            "odd"
        ]
        assert made.written == []


OFFER = {"availableUpdates": [{"version": "4.19.1", "image": "i1"}, {"version": "4.20.0", "image": "i2"}]}


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_upgrade_is_asked_for(dry_run: bool) -> None:
    with api(THE_CLUSTER_VERSION=cluster_version(**OFFER)) as made:
        found = ask(made, version="4.19.1", dry_run=dry_run)
        desired = made.objects[o.THE_CLUSTER_VERSION.path]["spec"].get("desiredUpdate")
        assert desired == (
            None if dry_run else {"version": "4.19.1", "image": "i1", "architecture": "", "force": False}
        )
        assert ask(made, version="4.19.1")["changed"] is dry_run
    assert (found["changed"], found["from"], found["cluster"]["version"]) == (True, "4.19.0", "4.19.0")


def test_gates_block_minor_upgrades_until_acknowledged() -> None:
    with api(THE_CLUSTER_VERSION=cluster_version(**OFFER), ADMIN_GATES=GATES) as made:
        assert ask(made, version="4.19.1", dry_run=True)["changed"]
        with pytest.raises(e.UpgradeRefused, match=r"Not started: 1 blocker.*ack-4.19-x: read this") as refused:
            ask(made, version="4.20.0")
        assert made.written == [] and refused.value.result["blockers"][0]["reason"] == "admin_ack_required"
        assert ask(made, version="4.20.0", dry_run=True, accept=["admin_ack_required"])["changed"]
        assert ask(made, version="4.20.0", acknowledge=("all",))["changed"]
        assert made.written == ["admin-acks", "version"]
        assert made.objects[o.ADMIN_ACKS.path]["data"] == {"ack-4.19-x": "true"}


def test_other_blockers_block_every_upgrade() -> None:
    failing = cluster_version(**OFFER, conditions=[condition("Failing", "True", "etcd")])
    with api(THE_CLUSTER_VERSION=failing) as made:
        with pytest.raises(e.UpgradeRefused, match="etcd"):
            ask(made, version="4.19.1")
        assert ask(made, channel="x")["changed"]
        assert ask(made, version="4.19.1", accept=["cluster_failing"])["changed"]
