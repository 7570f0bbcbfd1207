# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every recorded case of the real controller comes out of our rules as it was recorded."""

from __future__ import annotations

from typing import Any

import pytest
from unit.operator import recorded

from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.outcome import Dies, Error, Outcome, Patched, Skipped
from sandbox.operator.rules.reconcile import reconcile

_ELLIPSIS = "…"


def _rows() -> list[Any]:
    return [
        pytest.param(platform, case, release, outcome, id=f"{platform}-{case}-{release}")
        for platform, record in recorded.CASES.items()
        for case, told in record["cases"].items()
        for outcome in told["outcomes"]
        for release in outcome["releases"]
    ]


@pytest.mark.parametrize(("platform", "case", "release", "expected"), _rows())
def test_recorded_case(platform: str, case: str, release: str, expected: dict[str, Any]) -> None:
    made = recorded.machine_set(platform, case)
    rules = behaviour(release)
    outcome = reconcile(made, recorded.world(platform, release), rules)

    assert _verdict(outcome) == expected["verdict"]
    if "counted" in expected:
        assert _counted(outcome, rules.shows_skips) == expected["counted"]
    if isinstance(outcome, Error):
        _same_text(f"error syncing MAPI MachineSet {case}: {outcome.text}", expected["error"])
    if isinstance(outcome, Patched):
        adds = recorded.CASES[platform]["every_patch_also_adds"][release]
        assert _changed(case, made, outcome, adds) == _expected_change(case, expected["changed"])


def _verdict(outcome: Outcome) -> str:
    return {Patched: "patched", Error: "error", Dies: "the process dies"}.get(type(outcome), "unchanged")


def _counted(outcome: Outcome, shows_skips: bool) -> str:
    if isinstance(outcome, Error):
        return "errored"
    return "skipped" if isinstance(outcome, Skipped) and shows_skips else "reconciled"


def _same_text(ours: str, theirs: str) -> None:
    if theirs.endswith(_ELLIPSIS):
        assert ours.startswith(theirs.removesuffix(_ELLIPSIS))
    else:
        assert ours == theirs


def _changed(case: str, made: dict[str, Any], outcome: Patched, adds: list[str]) -> dict[str, Any]:
    found = recorded.difference(recorded.provider_spec(made), outcome.provider_spec, "ps")
    for path in adds:
        assert path in found, f"a patch adds {path}"
        del found[path]
    changes = {case: _azure_summary(found)}
    if outcome.secret:
        changes[f"secret/{outcome.secret.name}"] = {
            "annotations.machineconfiguration.openshift.io/stub-ignition-upgraded-at": ["<absent>", "<time>"],
            "annotations.machineconfiguration.openshift.io/stub-ignition-upgraded-to": [
                "<absent>", outcome.secret.upgraded_to,
            ],
            "userData": ["<was>", outcome.secret.user_data],
        }  # fmt: skip
    return changes


def _azure_summary(found: dict[str, list[Any]]) -> dict[str, Any]:
    """The recording says `<old> -> unpaid <sku>` where a legacy image became a marketplace one."""
    if found.get("ps.image.resourceID", ["", None])[1] != "":
        return found
    image = {path: found.pop(path) for path in list(found) if path.startswith("ps.image.")}
    assert image["ps.image.type"] == ["<absent>", "MarketplaceNoPlan"]
    assert image["ps.image.publisher"] == ["", "azureopenshift"]
    old = image["ps.image.resourceID"][0].rpartition("/images/")[2]
    return {**found, "image": f"{old} -> unpaid {image['ps.image.sku'][1]}"}


def _expected_change(case: str, told: Any) -> dict[str, Any]:
    if isinstance(told, dict):
        return recorded.filled(told)
    expected = {"ps.disks[0].image": [recorded.OLD, recorded.TARGET]}
    if "secret -> worker-user-data-managed" in told:
        name = recorded.provider_spec(recorded.machine_set("gcp", case))["userDataSecret"]["name"]
        expected["ps.userDataSecret.name"] = [name, "worker-user-data-managed"]
    return {case: expected}
