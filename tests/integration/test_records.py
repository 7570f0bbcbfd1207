# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records: written before the first patch, gone on with after a kill, and brought back; and sets that somebody writes back."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from integration.support.clusters import Cluster, refusing, without, writes

Clusters = Callable[..., Cluster]
MODULE = "machineset_boot_image"
HISTORY = "boot-image-history"
GOLDEN = "projects/acme/global/images/golden-2026"


def history(made: Cluster) -> dict[str, Any]:
    """Every record by its id."""
    found = made.client.get("configmaps", HISTORY, "openshift-machine-api")
    return {key: json.loads(text) for key, text in sorted(found.get("data", {}).items())}


def test_what_changes_is_on_record_before_it_changes(cluster: Clusters) -> None:
    made = cluster("gcp", machine_sets=4)
    old = made.images()
    with made.requests() as requests:
        answer = made.module(MODULE)
    assert not answer.failed, answer.message
    assert writes(requests)[0] == ("create", f"configmaps/{HISTORY}")
    ((key, record),) = history(made).items()
    assert answer.result["record"] == key
    assert (record["why"], record["by"], record["release"]) == ("updated", "admin", made.loaded.release)
    assert record["finished"]
    (change,) = record["changes"]
    assert change == {
        "resource": "machinesets",
        "path": ["disks", 0, "image"],
        "old": old[made.names[0]],
        "new": made.target(),
        "machine_sets": sorted(made.names),
    }


def test_back_to_before_and_forth_again(cluster: Clusters) -> None:
    made = cluster("gcp")
    before = {name: made.machine_set(name) for name in made.names}
    assert not made.module(MODULE).failed
    foretold = made.check(MODULE, state="restored")
    assert made.images() == dict.fromkeys(made.names, made.target())

    answer = made.module(MODULE, state="restored", _ansible_diff=True)
    assert not answer.failed, answer.message
    assert answer.result["changed"] and answer.result["diff"] == foretold.result["diff"] != []
    for name, old in before.items():
        assert without(made.machine_set(name), "tags") == without(old, "tags")  # nothing at all is another
    assert [each["why"] for each in history(made).values()] == ["updated", "restored"]

    with made.untouched():
        again = made.module(MODULE, state="restored")  # the newest record that is not about a restore
    assert (again.failed, again.result["changed"], again.result["restored"]) == (
        False,
        False,
        answer.result["restored"],
    )
    assert not made.module(MODULE).failed
    assert made.images() == dict.fromkeys(made.names, made.target())


def test_a_record_on_request_and_back_to_it_by_its_id(cluster: Clusters) -> None:
    made = cluster("gcp")
    first, *others = made.names
    old = made.images()
    with made.untouched():
        foretold = made.check(MODULE, state="recorded")
    taken = made.module(MODULE, state="recorded")
    assert foretold.result["changed"] and taken.result["changed"]
    with made.untouched():
        again = made.module(MODULE, state="recorded")
    assert (again.result["changed"], again.result["record"]) == (False, taken.result["record"])

    made.set_image(first, GOLDEN)
    assert not made.module(MODULE, names=others).failed
    answer = made.module(MODULE, state="restored", record=taken.result["record"])
    assert not answer.failed, answer.message
    assert made.images() == old

    unknown = made.module(MODULE, state="restored", record="yesterday")
    assert unknown.result["reason"] == "invalid_record"
    assert taken.result["record"] in unknown.message


def test_nothing_to_go_back_to(cluster: Clusters) -> None:
    made = cluster("gcp")
    with made.untouched():
        answer = made.module(MODULE, state="restored")
    assert answer.result["reason"] == "invalid_record"
    assert "state recorded" in answer.message


def test_a_restore_does_not_fight_the_operator(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.19.2")
    made.off()
    made.follow()
    assert not made.module(MODULE).failed
    made.manage()
    made.follow()
    with made.untouched():
        answer = made.module(MODULE, state="restored")
    assert (answer.failed, answer.result["changed"]) == (False, False)
    assert {each["reason"] for each in answer.result["machine_sets"]} == {"managed_by_operator"}

    answer = made.module(MODULE, state="restored", take_over=True)
    assert answer.result["changed"]
    assert "writes its own image back at its next pass" in answer.warnings


def test_a_forged_record_writes_nothing_but_images(cluster: Clusters) -> None:
    made = cluster("gcp")
    body = {
        "at": "2026-01-01T00:00:00Z", "finished": None, "why": "updated", "by": "", "release": "",
        "changes": [{"resource": "machinesets", "path": ["machineType"], "old": "m1-ultramem-160", "machine_sets": made.names}],
    }  # fmt: skip
    made.client.create(
        {
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": HISTORY, "namespace": "openshift-machine-api"}, "data": {"forged": json.dumps(body)},
        }
    )  # fmt: skip
    with made.untouched():
        answer = made.module(MODULE, state="restored")
    assert answer.failed
    assert {each["reason"] for each in answer.result["machine_sets"]} == {"record_does_not_fit"}


def test_a_killed_run_is_finished_by_the_same_call(cluster: Clusters) -> None:
    made = cluster("gcp", machine_sets=30)
    old = made.images()
    running = made.start_module(MODULE, concurrency=1)
    made.client.wait_for(lambda: made.target() in made.images().values(), 30, "the first set")
    running.process.kill()
    running.process.join()
    running.answers.close()
    ((key, record),) = history(made).items()
    assert not record["finished"]
    changed = {name for name, image in made.images().items() if image != old[name]}
    assert 0 < len(changed) < 30
    assert changed <= set(record["changes"][0]["machine_sets"])

    answer = made.module(MODULE)
    assert not answer.failed, answer.message
    assert made.images() == dict.fromkeys(made.names, made.target())
    ((again, record),) = history(made).items()
    assert again == key == answer.result["record"]
    assert record["finished"]
    assert not made.module(MODULE, state="restored").failed
    assert made.images() == old


def test_somebody_who_writes_back_is_told(cluster: Clusters) -> None:
    made = cluster("gcp", machine_sets=12)
    name = sorted(made.names)[0]
    old = made.image(name)
    ended = threading.Event()

    def put_back() -> None:
        while not ended.wait(0.005):
            if made.image(name) != old:
                made.set_image(name, old)
                return

    writer = threading.Thread(target=put_back)
    writer.start()
    try:
        answer = made.module(MODULE, concurrency=1)
    finally:
        ended.set()
        writer.join()
    assert answer.failed and answer.result["changed"]
    assert answer.sets()[name]["reason"] == "written_back"
    assert "wrote last" in answer.sets()[name]["message"]
    assert {made.image(each) for each in made.names if each != name} == {made.target()}


def test_max_failures_stops_early(cluster: Clusters) -> None:
    made = cluster("gcp", machine_sets=6)
    first = sorted(made.names)[0]
    with refusing(made.client, first):
        answer = made.module(MODULE, max_failures=1, concurrency=1)
    assert answer.failed
    reasons = {name: each["reason"] for name, each in answer.sets().items()}
    assert reasons.pop(first) == "rejected"
    assert set(reasons.values()) == {"not_tried"}
    assert made.target() not in made.images().values()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_failures": 0}, "max_failures is 0; it must be 1 or more."),
        ({"concurrency": 0}, "concurrency is 0; it must be 1 or more."),
        ({"record": "x"}, "record belongs to state restored; state is current."),
        ({"state": "restored", "image": GOLDEN}, "image belongs to state current; state is restored."),
        ({"state": "recorded", "stream_file": "/x"}, "stream_file belongs to state current; state is recorded."),
    ],
)
def test_options_that_do_not_go_together(cluster: Clusters, arguments: Any, message: str) -> None:
    made = cluster("gcp")
    with made.untouched():
        answer = made.module(MODULE, **arguments)
    assert (answer.result["reason"], answer.message) == ("invalid_input", message)


def test_a_set_that_was_refused_is_not_on_record(cluster: Clusters) -> None:
    """Else a restore, months later, would put the image of the day of the refusal over what somebody has set by then."""
    made = cluster("gcp", machine_sets=3)
    first, *others = sorted(made.names)
    old = made.images()
    with refusing(made.client, first):
        answer = made.module(MODULE)
    assert answer.failed and answer.sets()[first]["reason"] == "rejected"
    ((key, record),) = history(made).items()
    assert answer.result["record"] == key and record["finished"]
    assert [each["machine_sets"] for each in record["changes"]] == [others]

    made.set_image(first, GOLDEN)
    assert not made.module(MODULE, state="restored").failed
    assert made.images() == {**old, first: GOLDEN}


def test_refusals_alone_leave_no_record(cluster: Clusters) -> None:
    made = cluster("gcp", machine_sets=3)
    name = sorted(made.names)[0]
    with refusing(made.client, name):
        answer = made.module(MODULE, names=[name])
    assert answer.failed
    assert answer.result["record"] is None and history(made) == {}
