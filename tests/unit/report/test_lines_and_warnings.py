# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of a preflight, and what a person is told beside the result of a write."""

from __future__ import annotations

from dataclasses import replace

from unit.builders import judged, machine_set, manager

from ansible_collections.okd.boot_images.plugins.module_utils.model import reasons
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import NotChecked
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import (
    NOT_VERIFIED,
    VERIFIED,
    Finding,
    Verdict,
    Verification,
)
from ansible_collections.okd.boot_images.plugins.module_utils.report.upgrade import WIDTH, lines
from ansible_collections.okd.boot_images.plugins.module_utils.report.warnings import taken_over, unverified

OFF = [manager("None")]


def finding(
    severity: str, reason: reasons.Reason = reasons.NOT_UPGRADEABLE, remedy: str = "", words: str = "m"
) -> Finding:
    return Finding(severity, "x", reason, words, remedy)


def test_each_finding_is_a_line_with_its_remedy_where_it_has_one() -> None:
    found = [finding("blocker", remedy="Do it."), finding("warning")]
    assert list(lines(found, [NotChecked("alerts", "nobody may")], ())) == [
        "blocker: x: m [not_upgradeable]",
        "  -> Do it.",
        "warning: x: m [not_upgradeable]",
        "not checked: alerts: nobody may",
        "preflight: 1 blocker, 1 warning",
    ]


def test_what_was_accepted_blocks_no_more_and_a_warning_needs_no_acceptance() -> None:
    found = [finding("blocker"), finding("blocker", reasons.DEGRADED), finding("warning")]
    told = list(lines(found, (), {"not_upgradeable"}))
    assert [line.split(":")[0] for line in told] == ["blocker (accepted)", "blocker", "warning", "preflight"]
    assert told[-1] == "preflight: 1 blocker, 1 warning"
    assert list(lines((), (), ())) == ["preflight: 0 blockers, 0 warnings"]


def test_a_gate_is_told_in_full_and_anything_else_on_one_line() -> None:
    text = "word " * 100 + "end"
    gate, other = (
        list(lines([finding("blocker", r, words=text)], (), ())) for r in (reasons.ADMIN_ACK_REQUIRED, reasons.DEGRADED)
    )
    assert " ".join(" ".join(gate[:-1]).split()) == f"blocker: x: {text} [admin_ack_required]"
    assert max(map(len, gate)) <= WIDTH and all(line.startswith("  ") for line in gate[1:-1])
    assert len(other) == 2 and other[0].endswith("…")


def written(name: str, platform: str = "GCP", **more: str) -> Verdict:
    labels = {"argocd.argoproj.io/instance": more["argo"]} if "argo" in more else None
    return judged(machine_set(name, labels=labels), managers=OFF if "off" in more else [manager()])


def test_what_another_writer_does_to_sets_that_were_taken_over() -> None:
    operators, theirs = written("b"), written("c", argo="shop")
    (first, second) = taken_over([theirs, operators, written("a"), written("d", off="yes")])
    assert "Machine Config Operator manages a, b and" in first and "hot loop" in first
    assert theirs.managed_by.name in second and " writes c and" in second
    assert taken_over([written("d", off="yes")]) == []


def test_sets_that_were_written_unseen() -> None:
    def seen(name: str, state: str | None) -> Verdict:
        return replace(written(name), verification=state and Verification(state, "m"))

    (told,) = unverified(
        [seen("b", NOT_VERIFIED), seen("a", NOT_VERIFIED), seen("c", VERIFIED), seen("d", None)], "Azure"
    )
    assert told.startswith("not_verified: ") and "images of a, b exist" in told and "cannot ask Azure" in told
    assert unverified([seen("c", VERIFIED), seen("d", None)], "Azure") == []
