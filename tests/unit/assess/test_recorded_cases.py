# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the real controller did with 53 machine sets on six releases is what we say it will do."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from unit.builders import config_map, snapshot
from unit.operator import recorded

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import MACHINE_SET
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import UserData
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Verdict

RECORD = recorded.CASES["gcp"]
OTHER_OUTLOOK = {
    "error": {"fail"},
    "the process dies": {"crash"},
    "unchanged": {"nothing", "skip"},
    "patched": {"update"},
}


def rows() -> list[Any]:
    return [
        pytest.param(case, release, outcome, id=f"{case}-{release}")
        for case, told in RECORD["cases"].items()
        for outcome in told["outcomes"]
        for release in outcome["releases"]
    ]


def foretold(case: str, release: str) -> Verdict:
    made = MachineSet(MACHINE_SET, recorded.machine_set("gcp", case))
    facts = {name: UserData.of(recorded.secret(name)) for name in [*recorded.USER_DATA, "no-such-secret"]}
    stream = config_map(recorded.stream(), f"{release}.0")
    return assess(snapshot([made], release, user_data=facts, stream=stream)).verdicts[0]


@pytest.mark.parametrize(("case", "release", "outcome"), rows())
def test_recorded_case(case: str, release: str, outcome: dict[str, Any]) -> None:
    told = foretold(case, release)
    assert told.operator.will in OTHER_OUTLOOK[outcome["verdict"]]
    if outcome.get("counted") == "skipped":
        assert told.operator.will == "skip"
    if outcome["verdict"] == "patched":
        assert (told.operator.reason.code, written(told.operator.message)) == target_of(outcome["changed"])


def written(message: str) -> str | None:
    """The image that the outlook says the operator will write."""
    found = re.search(r"will write (\S+)\.$", message)
    return found.group(1) if found else recorded.TARGET


def target_of(changed: Any) -> tuple[str, str | None]:
    """The code and the image that the recorded change means for us."""
    text = json.dumps(changed)
    image = recorded.TARGET_ARM if '<target arm64>"]' in text else recorded.TARGET
    return ("operator_updates" if "image" in text else "repoints_user_data"), image


def test_the_record_is_whole() -> None:
    assert len(RECORD["cases"]) == 53
    assert len(rows()) == 53 * 6
