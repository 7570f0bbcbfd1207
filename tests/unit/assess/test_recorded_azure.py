# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the real controller did with 61 Azure machine sets on two releases is what we say it will do."""

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

RECORD = recorded.CASES["azure"]
OUTLOOK = {
    "error": {"fail"},
    "the process dies": {"crash"},
    "unchanged": {"nothing", "skip"},
    "patched": {"update"},
}
PAID_VERSION, FREE_VERSION = "4.18.2025031114", "419.6.20250523"


def rows() -> list[Any]:
    return [
        pytest.param(case, release, outcome, id=f"{case}-{release}")
        for case, told in RECORD["cases"].items()
        for outcome in told["outcomes"]
        for release in outcome["releases"]
    ]


def foretold(case: str, release: str) -> Verdict:
    made = MachineSet(MACHINE_SET, recorded.machine_set("azure", case))
    facts = {name: UserData.of(recorded.secret(name)) for name in [*recorded.USER_DATA, "no-such-secret"]}
    stream = config_map(recorded.stream(), f"{release}.0")
    return assess(snapshot([made], release, "Azure", user_data=facts, stream=stream)).verdicts[0]


@pytest.mark.parametrize(("case", "release", "outcome"), rows())
def test_recorded_case(case: str, release: str, outcome: dict[str, Any]) -> None:
    told = foretold(case, release)
    assert told.operator.will in OUTLOOK[outcome["verdict"]], told.operator
    if outcome.get("counted") == "skipped":
        assert told.operator.will == "skip"
    if outcome["verdict"] == "patched":
        assert told.operator.reason.code == "operator_updates"
        image = told.operator.message.removeprefix("The operator will write ").removesuffix(".")
        _sku, version = image.split(":")[2:]
        assert version == (PAID_VERSION if case.startswith("paid") else FREE_VERSION)
        converted = re.search(r"-> unpaid ([^\"]+)", json.dumps(outcome["changed"]))
        assert converted is None or image == f"azureopenshift:aro4:{converted.group(1)}:{FREE_VERSION}"


def test_the_record_is_whole() -> None:
    assert len(RECORD["cases"]) == 61
    assert len(rows()) == 61 * 2
    assert {each.values[2]["verdict"] for each in rows()} == set(OUTLOOK)
