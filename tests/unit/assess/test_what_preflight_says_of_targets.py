# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade's preflight says of the version that is asked for: both versions, the channel, offers and risks."""

from __future__ import annotations

from typing import Any

import pytest
from unit.assess.upgrade_parts import CV, MINOR, PATCH, version
from unit.builders import condition, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.preflight_target import previous, target

WHY = "this is why"


def reach(
    made: dict[str, Any], wanted: str, explicit: bool = False, accepted: tuple[str, ...] = ()
) -> list[tuple[str, ...]]:
    found = target(snapshot(cluster_version=made), wanted, explicit, accepted)
    return [(each.severity, each.object, each.reason.code, each.message) for each in found]


class TestOffers:
    def test_that_lack_the_version_name_it_the_channel_and_what_is_on_offer(self) -> None:
        ((severity, name, code, message),) = reach(version(), "4.19.5")
        assert (severity, name, code) == ("blocker", CV, "target_not_offered")
        for word in ("4.19.5", "stable-scos-4", f"{MINOR}, {PATCH}"):
            assert word in message

    def test_with_risks_are_not_named(self) -> None:
        risky = [{"release": {"version": "4.19.8"}, "risks": [{"name": "R"}]}]
        assert "4.19.8" not in reach(version(conditionalUpdates=risky), "4.19.5")[0][3]

    @pytest.mark.parametrize(("number", "more"), [(8, False), (9, True)])
    def test_are_named_up_to_eight(self, number: int, more: bool) -> None:
        many = [{"version": f"4.19.2{n}", "image": "i"} for n in range(number)]
        message = reach(version(availableUpdates=many), "4.19.5")[0][3]
        assert ["4.19.27" in message, "4.19.28" in message, "1 more" in message] == [True, False, more]

    def test_of_nothing_say_so(self) -> None:
        some, none = (reach(version(availableUpdates=each), "4.19.5")[0][3] for each in ([{"version": "4.19.9"}], []))
        assert "(4.19.9)" in some
        assert "(nothing" in none

    @pytest.mark.parametrize(
        ("wanted", "explicit", "severity"),
        [
            ("", False, "warning"), ("4.19.0", False, "warning"), (PATCH, False, "warning"), ("4.19.5", True, "warning"),
            ("4.19.5", False, "blocker"),
        ],
    )  # fmt: skip
    def test_that_could_not_be_fetched_say_why_and_block_what_needs_them(
        self, wanted: str, explicit: bool, severity: str
    ) -> None:
        failed = {**condition("RetrievedUpdates", "False", WHY), "reason": "Because"}
        found = reach(version(conditions=[failed]), wanted, explicit)
        assert found[0][:3] == (severity, CV, "updates_not_retrieved")
        assert ("Because" in found[0][3], WHY in found[0][3]) == (True, True)

    def test_are_not_needed_for_the_version_that_an_upgrade_goes_to_already(self) -> None:
        assert reach(version(state="Partial", at="4.19.5"), "4.19.5") == []
        assert reach(version(state="Partial", at="4.19.5"), "4.18.9") == []


class TestRisks:
    MADE = version(
        conditionalUpdates=[
            {
                "release": {"version": "4.19.5", "image": "i"},
                "risks": [{"name": "One", "message": "bad", "url": "https://x"}, {"name": "Two", "message": "worse"}],
            }
        ]
    )

    def test_are_told_with_message_and_page(self) -> None:
        assert reach(self.MADE, "4.19.5", accepted=("Two",)) == [
            ("blocker", "update 4.19.5 risk One", "target_at_risk", "bad https://x"),
            ("warning", "update 4.19.5 risk Two", "target_at_risk", "worse"),
        ]

    def test_of_a_version_by_its_image_are_the_users_own(self) -> None:
        assert reach(self.MADE, "4.19.5", explicit=True) == []


def at(here: Any, *before: Any, current: str = "4.19.0") -> dict[str, Any]:
    """A cluster whose desired version, and history, are these."""
    made = version(at=current)
    made["status"]["desired"] = {"version": here}
    made["status"]["history"] += [{"state": "Completed", "version": each} for each in before]
    return made


class TestSteps:
    @pytest.mark.parametrize(
        ("made", "wanted", "code"),
        [
            (at("4.19.3"), "4.19.2", "target_too_low"), (at("4.19.3", "4.18.9"), "4.18.9", "target_too_low"),
            (at("4.19.3"), "4.21.0", "target_too_far"), (at("4.22.3"), "5.1.0", "target_too_far"),
            (at("4.15.0-0.okd-2024-03-10-010116"), "4.16.0-okd-scos.0", "target_other_system"),
        ],
    )  # fmt: skip
    def test_that_cannot_be_gone_name_both_ends(self, made: dict[str, Any], wanted: str, code: str) -> None:
        ((severity, name, found, message),) = reach(made, wanted, explicit=True)
        here = made["status"]["desired"]["version"]
        assert (severity, name, found) == ("blocker", CV, code)
        assert (here in message, wanted in message) == (True, True)

    @pytest.mark.parametrize(
        ("made", "wanted"),
        [
            (at("4.19.3"), "4.19.4"), (at("4.19.3"), "4.19.3"), (at("4.19.3"), "4.20.0"), (at("4.22.3"), "5.0.0"),
            (at("4.19.3", "4.19.2", current="4.19.3"), "4.19.2"),
            (at("4.15.0-0.okd-2024-03-10-010116"), "4.15.0-0.okd-2024-04-10-010116"), (at("4.15.0-okd-scos.1"), "4.16.0-okd-scos.0"),
            (at("4.15.9"), "4.16.0-okd-scos.0"),
            (at("odd"), "4.21.0"), (at(419), "4.21.0"), (at("4.19.3"), "odd"),
        ],
    )  # fmt: skip
    def test_that_can_be_gone_are_no_finding(self, made: dict[str, Any], wanted: str) -> None:
        assert reach(made, wanted, explicit=True) == []

    def test_begin_where_the_cluster_is_while_nothing_is_desired(self) -> None:
        ((*_names, message),) = reach(at(None), "4.21.0", explicit=True)
        assert "4.19.0" in message

    def test_back_to_the_version_before_need_no_offer(self) -> None:
        assert reach(at("4.19.3", "4.19.2", current="4.19.3"), "4.19.2") == []
        assert [each[2] for each in reach(at("4.19.3", "4.19.2", "4.19.0", current="4.19.3"), "4.19.0")] == [
            "target_not_offered", "target_too_low",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (at("4.19.3", "4.19.2", current="4.19.3"), "4.19.2"),
        (at("4.19.3", "4.19.3", "4.19.2", current="4.19.3"), "4.19.2"),
        (at(None, "4.19.2"), "4.19.2"),
        (at("4.19.3", "4.19.2"), "4.19.0"),
        (at(419, "4.19.2"), None),
        ({}, None),
        (at("4.20.0", current="4.20.0"), None),
        (at("4.20.0", "4.19.9", "4.20.1", current="4.20.0"), None),
        (at("4.19.3", 419, "4.19.2", current="4.19.3"), None),
        (at("4.19.3", "odd", current="4.19.3"), None),
    ],
)
def test_the_version_before_is_of_the_same_minor_release(made: dict[str, Any], expected: str | None) -> None:
    assert previous(snapshot(cluster_version=made)) == expected
