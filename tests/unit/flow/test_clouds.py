# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often the cloud is asked, and how often is judged for it."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import OLD_AMI, TARGET_AMI, aws_spec, machine_set, snapshot
from unit.tiny_api import api

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.flow import clouds
from ansible_collections.okd.boot_images.plugins.module_utils.flow.asking import Asking
from ansible_collections.okd.boot_images.plugins.module_utils.model.cloud import CloudFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Assessment


class Ec2:
    """Answers that there is no such image."""

    def __init__(self, *_arguments: Any) -> None:
        self.asked: list[str] = []

    def describe_images(self, region: str, **_query: Any) -> list[Any]:
        self.asked.append(region)
        return []


@pytest.mark.parametrize(
    ("sets", "asked", "judgements"),
    [
        ([], [], 1),
        ([aws_spec()], ["us-east-1"], 2),
        # Of a region without an image in the stream: its own images, copies, and then the stream's image elsewhere.
        ([aws_spec(placement={"region": "eu-central-1"})], ["eu-central-1"] * 2, 3),
    ],
)
def test_nobody_is_asked_or_judges_again_for_nothing_new(
    sets: list[Any], asked: list[str], judgements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ec2, judged = Ec2(), []
    monkeypatch.setattr(clouds, "Ec2", lambda *_arguments: ec2)
    seen = snapshot([machine_set(spec=each) for each in sets], platform="AWS", managers=None)

    def judge(facts: CloudFacts) -> Assessment:
        judged.append(facts)
        return assess(seen, cloud=facts)

    with api([]) as made:
        cloud = clouds.Clouds(made.client(), Asking(verify=True))
        known = cloud.facts(seen, judge)
    assert (ec2.asked, len(judged)) == (asked, judgements)
    assert all(one != other for one, other in zip(judged, judged[1:]))
    before = len(judged)
    assert cloud.facts(seen, judge) is known and len(judged) == before + 1
    assert {image for _region, image in known.images} <= {OLD_AMI, TARGET_AMI}
