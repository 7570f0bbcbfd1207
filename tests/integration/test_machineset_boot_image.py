# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""machineset_boot_image: which sets it writes, that it writes the image and nothing else, and what it leaves alone."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from integration.support.clusters import WORKERS, Cluster, refusing, without, writes

Clusters = Callable[..., Cluster]
MODULE = "machineset_boot_image"
IMAGE_FIELD = {"GCP": ("disks", 0, "image"), "AWS": ("ami",)}
GOLDEN = "projects/acme/global/images/golden-2026"
ARGO = "argocd.argoproj.io/tracking-id"


def unmanaged(cluster: Clusters, sample: str) -> Cluster:
    """A cluster whose operator manages no boot images."""
    if sample == "gcp":
        return cluster("gcp")  # 4.17: off unless asked for
    made = cluster("aws", release="4.19.2")
    made.off()
    made.follow()
    return made


@pytest.mark.parametrize("sample", ["gcp", "aws"])
def test_sets_that_nobody_manages_get_the_releases_image(cluster: Clusters, sample: str) -> None:
    made = unmanaged(cluster, sample)
    field = IMAGE_FIELD[made.loaded.platform]
    before = {name: made.machine_set(name) for name in made.names}
    assert made.target() not in made.images().values()

    with made.untouched(), made.requests() as requests:
        foretold = made.check(MODULE)
    assert not foretold.failed, foretold.message
    assert (foretold.result["changed"], writes(requests)) == (True, [])
    assert len([each for each in requests if each["verb"] == "patch"]) == len(made.names)

    with made.requests() as requests:
        answer = made.module(MODULE, _ansible_diff=True)
    assert not answer.failed, answer.message
    assert answer.result["changed"]
    assert sorted(answer.result["diff"], key=str) == sorted(foretold.result["diff"], key=str)
    assert made.images() == dict.fromkeys(made.names, made.target())
    for name, old in before.items():
        assert without(made.machine_set(name), *field) == without(old, *field)
        assert answer.sets()[name]["updated"]
    patches = [("patch", f"machinesets/{name}") for name in made.names]
    record = [("create", "configmaps/boot-image-history"), ("patch", "configmaps/boot-image-history")]
    assert (writes(requests)[0], writes(requests)[-1]) == tuple(record)
    assert sorted(writes(requests)[1:-1]) == sorted(patches)

    with made.untouched(), made.requests() as requests:
        again = made.module(MODULE)
    assert (again.failed, again.result["changed"]) == (False, False)
    assert len(requests) > 3
    assert {each["verb"] for each in requests} <= {"get", "list"}
    assert {each["decision"] for each in again.result["machine_sets"]} == {"current"}


def test_an_image_of_ones_own_on_aws(cluster: Clusters) -> None:
    made = cluster("aws")
    name, *others = made.names
    old = made.images()
    answer = made.module(MODULE, names=[name], image="ami-0123456789abcdef0")
    assert not answer.failed, answer.message
    assert made.images() == {name: "ami-0123456789abcdef0", **{other: old[other] for other in others}}


def test_label_selectors_choose(cluster: Clusters) -> None:
    made = cluster("gcp")
    chosen, *others = made.names
    made.client.patch("machinesets", chosen, {"metadata": {"labels": {"zone": "a"}}})
    old = made.images()
    answer = made.module(MODULE, label_selectors=["zone in (a,b)"])
    assert not answer.failed, answer.message
    assert list(answer.sets()) == [chosen]
    assert made.images() == {chosen: made.target(), **{other: old[other] for other in others}}


def test_what_the_operator_manages_is_left_to_it(cluster: Clusters) -> None:
    made = cluster("gcp")
    made.manage({**WORKERS, "selection": {"mode": "All"}})
    with made.untouched():
        answer = made.module(MODULE)
    assert (answer.failed, answer.result["changed"]) == (False, False)
    for each in answer.result["machine_sets"]:
        assert (each["decision"], each["reason"]) == ("skip", "managed_by_operator")


def test_what_the_operator_manages_by_default_is_left_to_it(cluster: Clusters) -> None:
    """4.19 with an empty spec: on by default, also while no status says so."""
    made = cluster("gcp", release="4.19.2")
    with made.untouched():
        answer = made.module(MODULE)
    assert {each["reason"] for each in answer.result["machine_sets"]} == {"managed_by_operator"}


def test_with_partial_the_sets_outside_the_selector_are_ours(cluster: Clusters) -> None:
    made = cluster("gcp")
    enrolled, *others = made.names
    made.client.patch("machinesets", enrolled, {"metadata": {"labels": {"boot": "managed"}}})
    selector = {"machineResourceSelector": {"matchLabels": {"boot": "managed"}}}
    made.manage({**WORKERS, "selection": {"mode": "Partial", "partial": selector}})
    old = made.image(enrolled)
    answer = made.module(MODULE)
    assert not answer.failed, answer.message
    assert made.images() == {enrolled: old, **dict.fromkeys(others, made.target())}
    assert answer.sets()[enrolled]["reason"] == "managed_by_operator"


def owned_by_a_deployment(made: Cluster, name: str) -> str:
    owner = {"apiVersion": "cluster.x-k8s.io/v1beta1", "kind": "MachineDeployment", "name": "pool", "uid": "1-2-3"}
    made.client.patch("machinesets", name, {"metadata": {"ownerReferences": [owner]}})
    return "MachineDeployment/pool"


def tracked_by_argo(made: Cluster, name: str) -> str:
    tracking = "app:machine.openshift.io/MachineSet:openshift-machine-api/x"
    made.client.patch("machinesets", name, {"metadata": {"annotations": {ARGO: tracking}}})
    return "Argo CD"


def instance_of_argo(made: Cluster, name: str) -> str:
    made.client.patch("machinesets", name, {"metadata": {"labels": {"argocd.argoproj.io/instance": "app"}}})
    return "Argo CD"


@pytest.mark.parametrize("claim", [owned_by_a_deployment, tracked_by_argo, instance_of_argo])
def test_an_owners_set_is_left_alone_unless_taken_over(cluster: Clusters, claim: Callable[..., str]) -> None:
    made = cluster("gcp")
    name, *others = made.names
    who = claim(made, name)
    old = made.image(name)
    answer = made.module(MODULE)
    assert not answer.failed, answer.message
    mine = answer.sets()[name]
    assert (mine["decision"], mine["reason"], mine["updated"]) == ("skip", "owned", False)
    assert who in mine["message"]
    assert who in mine["managed_by"]
    assert made.images() == {name: old, **dict.fromkeys(others, made.target())}

    taken = made.module(MODULE, names=[name], take_over=True)
    assert not taken.failed, taken.message
    assert taken.result["changed"]
    assert made.image(name) == made.target()


def test_a_custom_image_stays_unless_named_or_taken_over(cluster: Clusters) -> None:
    made = cluster("gcp")
    name, *others = made.names
    made.set_image(name, GOLDEN)
    answer = made.module(MODULE)
    assert not answer.failed, answer.message
    assert (answer.sets()[name]["decision"], answer.sets()[name]["reason"]) == ("skip", "custom_image")
    assert GOLDEN in answer.sets()[name]["message"]
    assert made.images() == {name: GOLDEN, **dict.fromkeys(others, made.target())}

    newer = "projects/acme/global/images/golden-2027"
    assert made.module(MODULE, names=[name], image=newer).result["changed"]
    assert made.image(name) == newer
    assert made.module(MODULE, names=[name], take_over=True).result["changed"]
    assert made.image(name) == made.target()


def test_only_boot_disks_are_written(cluster: Clusters) -> None:
    made = cluster("gcp")
    name = made.names[0]
    (boot,) = made.machine_set(name)["spec"]["template"]["spec"]["providerSpec"]["value"]["disks"]
    boot.pop("labels")  # null, which a merge patch takes away
    data = {**boot, "boot": False, "image": GOLDEN}
    made.provider_spec(name, {"disks": [data, boot]})
    assert not made.module(MODULE, names=[name]).failed
    disks = made.machine_set(name)["spec"]["template"]["spec"]["providerSpec"]["value"]["disks"]
    assert disks == [data, {**boot, "image": made.target()}]


def test_one_set_that_fails_does_not_stop_the_others(cluster: Clusters) -> None:
    made = cluster("gcp", machine_sets=6)
    name = made.names[2]
    old = made.image(name)
    with refusing(made.client, name):
        answer = made.module(MODULE)
        foretold = made.check(MODULE)
    assert answer.failed
    assert answer.result["reason"] == "machine_sets_failed"
    assert f"1 of 6 machine sets failed ({name}); the others are done" in answer.message
    assert "the test's policy says no" in answer.message
    assert answer.result["changed"]
    mine = answer.sets()[name]
    assert (mine["decision"], mine["reason"], mine["updated"]) == ("failed", "rejected", False)
    others = {other: made.target() for other in made.names if other != name}
    assert made.images() == {name: old, **others}
    assert foretold.failed  # the dry run is refused by the same policy
    assert "the test's policy says no" in foretold.message

    answer = made.module(MODULE)  # the policy is gone: only what is left is written
    assert not answer.failed, answer.message
    assert [each for each, found in answer.sets().items() if found["updated"]] == [name]
    assert made.image(name) == made.target()


def changing(change: Callable[[int], None]) -> tuple[threading.Thread, threading.Event]:
    """Call it without pause in a thread, until the event is set."""
    ended = threading.Event()

    def work() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            change(number)

    writer = threading.Thread(target=work)
    writer.start()
    return writer, ended


def test_changes_elsewhere_in_the_set_do_not_disturb(cluster: Clusters) -> None:
    """An autoscaler that writes replicas without pause: the patch tests the image only, so none of its writes is lost."""
    made = cluster("gcp")
    name = made.names[0]

    def scale(number: int) -> None:
        made.client.patch("machinesets", name, {"spec": {"replicas": number}})

    writer, ended = changing(scale)
    try:
        answer = made.module(MODULE)
    finally:
        ended.set()
        writer.join()
    assert not answer.failed, answer.message
    assert made.images() == dict.fromkeys(made.names, made.target())
    assert made.machine_set(name)["spec"]["replicas"] > 2


def test_another_writer_of_the_image_is_never_overwritten_unseen(cluster: Clusters) -> None:
    """Somebody else writes two images of his own in turn: the set ends on his, or ours, or the module says conflict."""
    made = cluster("gcp")
    name, *others = made.names
    theirs = [f"{GOLDEN}-1", f"{GOLDEN}-2"]
    seen: list[str] = []

    def swap(number: int) -> None:
        made.set_image(name, theirs[number % 2])
        seen.append(theirs[number % 2])

    made.set_image(name, theirs[0])
    writer, ended = changing(swap)
    try:
        with made.requests() as requests:
            answer = made.module(MODULE, names=[name, *others])
    finally:
        ended.set()
        writer.join()
    assert len(set(seen)) == 2
    # A custom image is never ours to replace, whichever of the two was read.
    assert answer.sets()[name]["reason"] == "custom_image"
    assert f"machinesets/{name}" not in [what for _verb, what in writes(requests)]
    assert made.image(name) in theirs
    assert {made.image(other) for other in others} == {made.target()}


def test_a_conflict_leads_to_a_fresh_look(cluster: Clusters) -> None:
    """The image changes between our read and our write: the first patch is refused, a fresh judgement is made, the end is right."""
    made = cluster("gcp")
    name = made.names[0]
    old = made.image(name)
    older = old.replace("412-", "411-")
    assert older != old

    def swap(number: int) -> None:
        made.set_image(name, (old, older)[number % 2])

    conflicts: list[int] = []
    for _attempt in range(8):
        writer, ended = changing(swap)
        try:
            with made.requests() as requests:
                answer = made.module(MODULE, names=[name])
        finally:
            ended.set()
            writer.join()
        patches = [
            each for each in requests if (each["verb"], each["objectRef"]["resource"]) == ("patch", "machinesets")
        ]
        ours = [each["responseStatus"]["code"] for each in patches]
        conflicts += [code for code in ours if code != 200]
        if answer.failed:
            # He may also be so fast that he writes between our patch and our reading back.
            assert answer.sets()[name]["reason"] == ("written_back" if 200 in ours else "conflict")
        else:
            assert ours[-1] == 200
        if conflicts:
            break
    assert conflicts
    assert made.module(MODULE, names=[name]).failed is False
    assert made.image(name) == made.target()
