# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Existing Machines against the sets they come from."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from unit.builders import OLD, OLD_AMI, TARGET, TARGET_AMI, aws_spec, control_plane, gcp_spec, machine_set, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.machines import SET_LABEL, machines
from ansible_collections.okd.boot_images.plugins.module_utils.model.cloud import CloudFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.images import ImageFacts
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Site
from ansible_collections.okd.boot_images.plugins.module_utils.report.data import machine as as_data


def machine(name: str = "m", image: Any = OLD, **labels: str) -> dict[str, Any]:
    return {
        "metadata": {
            "name": name,
            "labels": {f"machine.openshift.io/cluster-api-{key}": value for key, value in labels.items()},
        },
        "spec": {"providerSpec": {"value": gcp_spec(image)}},
        "status": {"phase": "Running", "nodeRef": {"name": "node-" + name}},
    }


def judged(*found: Any, **changes: Any) -> Any:
    sets = [machine_set("a", spec=gcp_spec(TARGET)), control_plane(gcp_spec(OLD))]
    return machines(snapshot(sets, machines=found, **changes), Site())


def test_a_machine_is_compared_with_its_own_set() -> None:
    old, new, master = judged(
        machine("z", machineset="a"), machine("n", TARGET, machineset="a"), machine("m", **{"machine-role": "master"})
    )[::-1]
    assert [(each.name, each.machine_set, each.drift) for each in (old, new, master)] == [
        ("z", "a", True), ("n", "a", False), ("m", "cluster", False),
    ]  # fmt: skip
    assert (old.phase, old.node, old.current, old.age.days_behind) == ("Running", "node-z", OLD, 1201)


def test_a_machine_without_set_or_image() -> None:
    (orphan,) = judged(machine(machineset="gone"))
    assert (orphan.machine_set, orphan.drift, orphan.current) == (None, None, OLD)
    (blank,) = judged(machine(image=None, machineset="a"))
    assert (blank.drift, blank.current) == (None, None)
    (elsewhere,) = judged(machine(machineset="a"), platform="KubeVirt")
    assert (elsewhere.drift, elsewhere.current) == (None, None)


def test_a_control_plane_of_the_same_name_is_not_a_workers_set() -> None:
    (worker,) = judged(machine(machineset="cluster"))
    assert worker.machine_set is None


def test_a_machine_without_a_name_or_with_an_odd_label() -> None:
    odd = {"metadata": {"labels": {SET_LABEL: ["a"]}}}
    assert [(each.name, each.machine_set, each.region) for each in judged(odd)] == [("", None, None)]


def test_ids_are_aged_by_what_the_cloud_tells_of_them_in_the_machines_region() -> None:
    made = machine(machineset="a")
    made["spec"]["providerSpec"]["value"] = aws_spec()
    told = {("us-east-1", OLD_AMI): "2025-01-01T00:00:00Z", ("us-east-1", TARGET_AMI): "2025-03-01T00:00:00Z"}
    told[("eu-central-1", OLD_AMI)] = "2024-01-01T00:00:00Z"
    facts = {key: ImageFacts(key[1], key[0], created=time) for key, time in told.items()}
    seen = snapshot([machine_set("a", spec=aws_spec(TARGET_AMI))], platform="AWS", machines=(made,))
    (asked,), (unasked,) = machines(seen, Site(cloud=CloudFacts(facts))), machines(seen, Site())
    assert (asked.region, asked.drift) == (unasked.region, unasked.drift) == ("us-east-1", True)
    assert (asked.age.built, asked.age.days_behind) == ("2025-01-01", 59)
    assert unasked.age.built is None


@given(
    st.recursive(
        st.none() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    )
)
def test_machines_of_any_shape(value: Any) -> None:
    shapes = ({"metadata": value}, {"spec": value}, {"status": value}, {"metadata": {"labels": value, "name": value}})
    for each in judged(*shapes):
        json.dumps(as_data(each))
