# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole runs on a fleet: how often EC2 is asked, and what it costs to ask again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from unit.builders import aws_spec, config_map, configuration, machine_set, manager, stream_data
from unit.tiny_api import Api, api

from ansible_collections.okd.boot_images.plugins.module_utils.flow.asking import Asking
from ansible_collections.okd.boot_images.plugins.module_utils.flow.common import Patience, Selection
from ansible_collections.okd.boot_images.plugins.module_utils.flow.machine_sets import Limits, update_machine_sets
from ansible_collections.okd.boot_images.plugins.module_utils.flow.status import status
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidInput, SetsFailed
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import ImageWish
from sandbox.ec2 import Ec2

REGIONS = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "eu-north-1",
    "sa-east-1",
    "ca-central-1",
]
ANOTHER = "ami-0000000000000001a"
OLD, NEW, MARKET = "ami-0000000000000002a", "ami-0000000000000002b", "ami-0000000000000006a"
INFRASTRUCTURE = {"status": {"infrastructureName": "infra-7xq4k", "platformStatus": {"type": "AWS"}}}


def stream() -> dict[str, Any]:
    """One without an image for the last two regions, and with a release for marketplace products."""
    data = stream_data()
    entry = data["architectures"]["x86_64"]
    entry["images"]["aws"]["regions"] = {each: {"image": NEW} for each in REGIONS[:8]}
    entry["artifacts"] = {"aws": {"release": "9.6.20250701-0"}}
    return config_map(data)


def fleet(count: int) -> list[Any]:
    """Spread over the regions, the last two of which have no image of the stream; some boot an image of the marketplace."""

    def image(number: int) -> str:
        lacking = number % 10 >= 8
        return [OLD, OLD, OLD if lacking else NEW, MARKET][number // 10 % 4]

    return [
        machine_set(f"worker-{n:04}", aws_spec(image(n), placement={"region": REGIONS[n % 10]})) for n in range(count)
    ]


@pytest.fixture
def thousand(ec2: Ec2) -> Iterator[Api]:
    given = {
        "THE_INFRASTRUCTURE": INFRASTRUCTURE,
        "THE_STREAM": stream(),
        "THE_CONFIGURATION": configuration("4.19", [manager("None")]),
    }
    with api(fleet(1000), **given) as made:
        yield made


def machine(name: str, image: str) -> dict[str, Any]:
    """One of the first machine set's."""
    labels = {"machine.openshift.io/cluster-api-machineset": "worker-0000"}
    return {
        "metadata": {"name": name, "namespace": o.MACHINE_API, "labels": labels},
        "spec": {"providerSpec": {"value": aws_spec(image, placement={"region": REGIONS[0]})}},
    }


def asked(ec2: Ec2) -> Counter[str]:
    return Counter(each.region for each in ec2.calls("DescribeImages"))


def test_a_thousand_sets_in_ten_regions_are_looked_up_in_two_calls_a_region(thousand: Api, ec2: Ec2) -> None:
    answer = status(thousand.client(), Selection(), None, False, Patience(), print, Asking(verify=True))
    assert len(asked(ec2)) == 10 and max(asked(ec2).values()) <= 2, asked(ec2)
    counted = Counter((each["verification"]["state"], each["reason"]) for each in answer["machine_sets"])
    assert counted == {("verified", None): 850, ("verified", "no_target"): 150}
    ec2._calls.clear()

    done = update_machine_sets(
        thousand.client(),
        Selection("machinesets"),
        ImageWish(),
        None,
        Limits(),
        lambda _line: None,
        Asking(verify=True),
    )
    assert len(asked(ec2)) == 10 and max(asked(ec2).values()) <= 2, asked(ec2)
    assert sum(each["updated"] for each in done["machine_sets"]) == 650
    assert thousand.written.count("worker-0000") == 1


def test_machines_that_stand_on_images_which_no_set_names_are_as_old_as_the_cloud_says(ec2: Ec2) -> None:
    given = {"THE_INFRASTRUCTURE": INFRASTRUCTURE, "THE_STREAM": stream()}
    with api(fleet(1), **given) as made:
        for each in (machine("another", ANOTHER), machine("gone", "ami-0000000000000009f"), machine("old", OLD)):
            made.objects[o.MACHINE.path(o.MACHINE_API, each["metadata"]["name"])] = each
        answer = status(made.client(), Selection(), None, True, Patience(), print, Asking(verify=True))
        unasked = status(made.client(), Selection(), None, True, Patience(), print)
    told = {each["name"]: each["age"]["text"] for each in answer["machines"]}
    assert told == {"another": "CentOS Stream 10.0", "gone": "unknown", "old": "4.18"}
    assert {each["age"]["text"] for each in unasked["machines"]} == {"unknown"}
    assert asked(ec2) == {REGIONS[0]: 1}


def test_options_that_contradict_each_other_end_the_run_before_it_begins(ec2: Ec2) -> None:
    with (
        api(fleet(1), THE_INFRASTRUCTURE=INFRASTRUCTURE, THE_STREAM=stream()) as made,
        pytest.raises(InvalidInput, match=r"aws\.access_key"),
    ):
        status(
            made.client(), Selection(), None, False, Patience(), print, Asking(verify=True, aws={"access_key": "AKIA"})
        )


def test_a_secret_that_is_not_there_is_told_of_every_region(ec2: Ec2) -> None:
    wanted = Asking(verify=True, aws={"cluster_credentials": True})
    given = {
        "THE_INFRASTRUCTURE": INFRASTRUCTURE,
        "THE_STREAM": stream(),
        "THE_CONFIGURATION": configuration("4.19", [manager("None")]),
    }
    with api(fleet(1), **given) as made:
        found = status(made.client(), Selection(), None, False, Patience(), print, wanted)
        assert [
            "aws-cloud-credentials" in each["why"] for each in found["not_checked"] if "images" in each["what"]
        ] == [True]
        with pytest.raises(SetsFailed, match="aws-cloud-credentials"):
            update_machine_sets(made.client(), Selection("machinesets"), ImageWish(), None, Limits(), print, wanted)
    assert ec2.calls() == []


def test_a_partition_without_an_image_cannot_be_copied_into(ec2: Ec2) -> None:
    given = {
        "THE_INFRASTRUCTURE": INFRASTRUCTURE,
        "THE_STREAM": stream(),
        "THE_CONFIGURATION": configuration("4.19", [manager("None")]),
    }
    made_of = [machine_set("gov", aws_spec(OLD, placement={"region": "us-gov-west-1"}))]
    with api(made_of, **given) as made, pytest.raises(SetsFailed, match="borders of AWS' partitions") as failed:
        update_machine_sets(
            made.client(),
            Selection("machinesets"),
            ImageWish(),
            None,
            Limits(),
            lambda _line: None,
            Asking(copy_missing=True),
        )
    assert failed.value.result["machine_sets"][0]["reason"] == "copy_failed"
    assert ec2.calls("CopyImage") == []
