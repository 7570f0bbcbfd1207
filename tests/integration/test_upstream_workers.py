# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Machine Config Operator's own end-to-end scenarios (its test/extended-priv), by their numbers: workers."""

from __future__ import annotations

import json

import pytest
from integration.support.clusters import WORKERS
from integration.support.scenarios import (
    ARCHITECTURE,
    DEGRADED_4_21,
    FOREIGN,
    LABEL,
    NEITHER,
    OLD,
    OWNER,
    RECONCILING,
    SPEED,
    STUB,
    Clusters,
    attempt,
    blockers,
    change,
    configure,
    degraded_with,
    healthy,
    look,
    off,
    outlook,
    passes,
    read_user_data,
    stub,
    until,
    user_data,
)


def test_81395_the_status_mode_follows_all_partial_all_none(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    made.sandbox.start_operator(SPEED)
    for mode, more in (("All", {}), ("Partial", NEITHER), ("All", {}), ("None", {})):
        configure(made, mode, **more)
        found = made.configuration()
        (mirrored,) = found["status"]["managedBootImagesStatus"]["machineManagers"]
        assert [mirrored] == found["spec"]["managedBootImages"]["machineManagers"]
        assert mirrored["selection"]["mode"] == mode
        told = look(made)["configuration"]
        assert told["status"]["machineManagers"] == [mirrored]
        effective = told["effective"]["machinesets"]
        assert (effective["mode"], effective["observed"]) == (mode, True)


def test_81403_a_back_dated_image_is_updated_by_default_and_left_alone_with_none(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.19.2")
    first, second, third = made.names
    made.set_image(first, OLD)
    made.sandbox.start_operator(SPEED)
    found = look(made)
    assert {name: outlook(found)[name] for name in made.names} == dict.fromkeys(made.names, ("nothing", "up_to_date"))
    assert made.managers() is None
    assert made.images() == dict.fromkeys(made.names, made.target())

    configure(made, "None")
    made.set_image(first, OLD)
    made.set_image(second, FOREIGN)
    passes(made)
    left = {first: OLD, second: FOREIGN, third: made.target()}
    assert made.images() == left
    found = look(made)
    assert found["settled"]
    assert {name: outlook(found)[name] for name in left} == dict.fromkeys(left, ("not_managed", "management_off"))

    # Upstream selects all with an empty selector; the module wants that said as All, the API does not.
    refused = attempt(made, "Partial", selector={})
    assert refused.failed and "empty selector matches every machine set" in refused.message
    assert made.images() == left
    made.manage({**WORKERS, "selection": {"mode": "Partial", "partial": {"machineResourceSelector": {}}}})
    found = look(made)
    passes(made)
    assert made.images() == {**left, first: made.target()}
    assert (outlook(found)[first], outlook(found)[second]) == (("nothing", "up_to_date"), ("skip", "custom_image"))


def test_74240_all_brings_every_set_to_the_configmap_but_an_owned_one(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    owned, *others = made.names
    change(made, owned, ownerReferences=[OWNER])
    before = made.image(owned)
    made.sandbox.start_operator(SPEED)
    configure(made, "All")
    passes(made)
    assert before != made.target()
    assert made.images() == {owned: before, **dict.fromkeys(others, made.target())}
    found = look(made)
    assert {name: outlook(found)[name] for name in made.names} == {
        owned: ("skip", "owned"),
        **dict.fromkeys(others, ("nothing", "up_to_date")),
    }
    assert (found["settled"], found["conditions"]["degraded"]) == (True, False)


def test_74239_partial_updates_the_labelled_but_not_the_unlabelled_nor_the_owned(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    labelled, unlabelled, owned = made.names
    change(made, owned, ownerReferences=[OWNER])
    before = made.images()
    made.sandbox.start_operator(SPEED)
    configure(made, "Partial", machine_sets=[labelled, owned])
    assert made.machine_set(owned)["metadata"]["labels"][LABEL] == "true"
    passes(made)
    assert made.images() == {**before, labelled: made.target()}
    found = look(made)
    assert {name: outlook(found)[name] for name in made.names} == {
        labelled: ("nothing", "up_to_date"),
        unlabelled: ("not_managed", "not_enrolled"),
        owned: ("skip", "owned"),
    }
    assert found["settled"]


def test_74751_a_bad_architecture_is_harmless_until_its_set_is_selected(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    bad, good, _other = made.names
    change(made, bad, annotations={ARCHITECTURE: "kubernetes.io/arch=vax"})
    before = made.image(bad)
    made.sandbox.start_operator(SPEED)
    configure(made, "Partial", machine_sets=[good])
    passes(made)
    healthy(made)
    found = look(made)
    assert (outlook(found)[bad], found["settled"]) == (("not_managed", "not_enrolled"), True)

    failed = attempt(made, "Partial", machine_sets=[bad, good])
    assert (failed.failed, failed.result["reason"]) == (True, "machine_sets_failed")
    assert bad in failed.message and "vax" in failed.message
    why = "failed to fetch arch during machineset sync: invalid architecture value found in annotation: vax"
    degraded_with(made, DEGRADED_4_21.format(bad, why))
    found = look(made)
    assert outlook(found)[bad] == ("fail", "architecture_invalid")
    assert found["conditions"]["degraded"] is True
    until(made, lambda: look(made)["conditions"]["progressing"] is False, "the end of the last pass")
    assert found["conditions"]["errors"] == {bad: why}
    assert "operator_unhealthy" in blockers(found)
    assert (made.image(bad), made.image(good)) == (before, made.target())

    change(made, bad, annotations={ARCHITECTURE: "kubernetes.io/arch=amd64"})
    configure(made, "Partial", machine_sets=[bad, good])
    assert made.image(bad) == made.target()
    healthy(made)
    assert look(made)["conditions"]["errors"] == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(
            None,
            'error grabbing user data secret referenced in machineset: secrets "{secret}" not found',
            id="80436-missing",
        ),
        pytest.param(
            "#cloud-config",
            "failed to unmarshal decoded user-data to json (secret {secret}):"
            " invalid character '#' looking for beginning of valuet",
            id="80435-not-json",
        ),
        pytest.param(
            stub("1.2.0"),
            "converting ignition stub failed: failed to parse Ignition config: parsing Ignition config failed:"
            " unknown version. Supported spec versions: 2.2,3.0,3.1,3.2,3.3,3.4,3.5",
            id="80434-ignition-1.2.0",
        ),
    ],
)
def test_80436_80435_80434_an_unusable_user_data_secret_degrades_until_its_set_is_not_selected(
    cluster: Clusters, text: str | None, why: str
) -> None:
    made = off(cluster, "4.21.2")
    name = made.names[0]
    secret = user_data(made, name, text)
    before = made.images()
    made.sandbox.start_operator(SPEED)
    failed = attempt(made, "Partial", machine_sets=[name])
    assert (failed.failed, failed.result["reason"]) == (True, "machine_sets_failed")
    message = RECONCILING.format(name) + why.format(secret=secret)
    degraded_with(made, DEGRADED_4_21.format(name, message))
    found = look(made)
    assert outlook(found)[name] == ("fail", "user_data_unusable")
    assert found["conditions"]["errors"] == {name: why.format(secret=secret)}
    configure(made, "Partial", **NEITHER)
    healthy(made)
    found = look(made)
    assert (outlook(found)[name], found["conditions"]["errors"]) == (("not_managed", "not_enrolled"), {})
    assert made.images() == before


def test_80437_82747_a_2_2_0_stub_is_upgraded_with_the_image_but_not_beside_a_foreign_one(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    ours, foreign, _other = made.names
    upgraded, kept = (user_data(made, name, stub("2.2.0")) for name in (ours, foreign))
    made.set_image(foreign, FOREIGN)
    before = made.machine_set(foreign)["spec"]
    made.sandbox.start_operator(SPEED)
    configure(made, "Partial", machine_sets=[ours, foreign])
    passes(made)
    assert made.image(ours) == made.target()
    assert read_user_data(made, upgraded)["ignition"]["version"] == "3.5.0"
    annotations = made.client.get("secrets", upgraded, "openshift-machine-api")["metadata"]["annotations"]
    assert annotations[f"{STUB}-to"] == "3.5.0" and annotations[f"{STUB}-at"]
    assert made.machine_set(foreign)["spec"] == before
    assert read_user_data(made, kept) == json.loads(stub("2.2.0"))
    assert "annotations" not in made.client.get("secrets", kept, "openshift-machine-api")["metadata"]
    found = look(made)
    assert outlook(found)[ours] == ("nothing", "up_to_date")
    assert outlook(found)[foreign] == ("skip", "custom_image")
    told = {each["name"]: each["user_data"] for each in found["machine_sets"]}
    assert told[ours] == {"secret": upgraded, "state": "read", "ignition": "3.5.0"}
    assert told[foreign] == {"secret": kept, "state": "read", "ignition": "2.2.0"}


def test_83998_architecture_annotations_may_be_comma_separated(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    arch, zone = "kubernetes.io/arch=amd64", "topology.gke.io/zone=us-central1-a"
    for name, value in zip(made.names, (f"{arch},{zone}", f"{zone},{arch}", f"{zone}, {arch}"), strict=True):
        change(made, name, annotations={ARCHITECTURE: value})
    made.sandbox.start_operator(SPEED)
    configure(made, "All")
    assert made.images() == dict.fromkeys(made.names, made.target())
    found = look(made)
    assert {each["architecture"] for each in found["machine_sets"] if each["name"] in made.names} == {"amd64"}
    healthy(made)
