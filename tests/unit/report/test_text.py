# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text for people: always within its width, never with control characters, and with what to do next."""

from __future__ import annotations

import copy
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.builders import OLD, TARGET, cluster_version, condition, gcp_spec, machine_set, manager, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import NotChecked
from ansible_collections.okd.boot_images.plugins.module_utils.report import data
from ansible_collections.okd.boot_images.plugins.module_utils.report.progress import WIDTH as PROGRESS_WIDTH
from ansible_collections.okd.boot_images.plugins.module_utils.report.progress import news
from ansible_collections.okd.boot_images.plugins.module_utils.report.text import WIDTH, fit, table
from ansible_collections.okd.boot_images.plugins.module_utils.settle.caveats import caveats
from ansible_collections.okd.boot_images.plugins.module_utils.settle.settled import outstanding

HOSTILE = st.text(max_size=300) | st.sampled_from(
    ["\x1b[31m" * 20, "\x9b31m", "界" * 200, "\u202eabc", "a\nb", "\ud800", "x" * 400]
)


def answer(*sets: Any, **changes: Any) -> dict[str, Any]:
    seen = snapshot(sets, **changes)
    found = assess(seen)
    return data.status(seen, found, caveats(seen, found), outstanding(seen, found))


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line)


def tidy(line: str) -> bool:
    return line.isascii() or not any(unicodedata.category(each)[0] == "C" for each in line)


def test_a_table() -> None:
    lines = table(answer(machine_set(), machine_set("done", spec=gcp_spec(TARGET)), managers=[manager("None")]))
    assert lines[0] == "OpenShift 4.19.0 on GCP"
    assert lines[1] == "Stream rhcos-4.19 of release 4.19.0; the operator manages machine sets: None"
    assert lines[3].split()[:2] == ["MACHINE", "SET"]
    row, done = lines[4], lines[5]
    assert row.startswith("worker-a  ") and "rhcos-412-85-202203181601-0" in row and "4.12, 1201 d" in row
    assert row.endswith("update") and "not_managed" in row and done.endswith("current")
    assert "1 machine set can be updated with machineset_boot_image (playbook reconcile)." in lines
    assert lines[-1] == "Settled: nothing is left to wait for."


def test_what_to_do_next() -> None:
    gates = {"data": {"ack-4.19-x": "read this"}}
    lines = table(
        answer(machine_set("bad", arch="foo"), gates=gates, not_checked=(NotChecked("nodes", "may not list"),))
    )
    assert "blocker: admin gate ack-4.19-x: read this" in lines
    assert any(line.startswith("  -> Read its text") for line in lines)
    assert any(line.startswith("architecture_invalid: The annotation") for line in lines)
    assert any(line.startswith("Waiting for MachineSet openshift-machine-api/bad: ") for line in lines)
    assert "Not checked: nodes: may not list" in lines


def machine(name: str, image: str = OLD) -> dict[str, Any]:
    labels = {"machine.openshift.io/cluster-api-machineset": "worker-a"}
    return {"metadata": {"name": name, "labels": labels}, "spec": {"providerSpec": {"value": gcp_spec(image)}}}


def test_machines_of_another_image_than_their_sets() -> None:
    found = tuple(machine(f"m{number:02}") for number in range(30))
    lines = table(answer(machine_set(spec=gcp_spec(TARGET)), machines=(*found, machine("new", TARGET))))
    assert "30 of 31 machines were started from another image than their set names now:" in lines
    assert any(line.startswith("  m00 boots rhcos-412-85-202203181601-0 (4.12, 1201 d)") for line in lines)
    assert sum(line.startswith("  m") for line in lines) < 30
    assert any(line.startswith("  and ") and line.endswith(" more") for line in lines)
    few = table(answer(machine_set(spec=gcp_spec(TARGET)), machines=found[:2]))
    assert [line.split()[0] for line in few if line.startswith("  m")] == ["m00", "m01"]
    assert not any(line.startswith("  and ") for line in few)


def test_no_machine_sets_and_an_upgrade_under_way() -> None:
    lines = table(answer(cluster_version=cluster_version("4.19.0", "Partial")))
    assert lines[0] == "OpenShift 4.18.9 on GCP (upgrade to 4.19.0 under way)"
    assert "(no machine sets)" in lines


def test_an_image_that_is_unknown() -> None:
    lines = table(answer(machine_set(spec=gcp_spec(disks=[]))))
    assert lines[4].split()[:3] == ["worker-a", "-", "unknown"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_every_line_fits_whatever_strangers_wrote(name: str, image: str, text: str, channel: str) -> None:
    version = cluster_version("4.19.0", conditions=[condition("Failing", "True", text)])
    version["status"]["history"][0]["version"] = channel
    sets = [
        machine_set(name, spec=gcp_spec(image)),
        machine_set("b", annotations={"capacity.cluster-autoscaler.kubernetes.io/labels": text}),
    ]
    told = answer(
        *sets, cluster_version=version, gates={"data": {"ack-0.0-" + text: text}}, not_checked=(NotChecked(name, text),)
    )
    told["stream"]["name"] = text
    lines = table(told)
    assert [line for line in lines if columns(line) > WIDTH or not tidy(line) or "\x1b" in line or "\n" in line] == []
    "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("  a \t\n b ", 9, "a b"),
        ("a\x1b[31mb\x9b\x7f\x00c", 20, "a[31mbc"),
        ("界界", 4, "界界"),
        ("界界界", 5, "界界…"),
        ("界界界", 4, "界…"),
        (None, 9, "None"),
        ("\u202ex\u200b", 9, "x"),
    ],
)
def test_fit(text: Any, width: int, expected: str) -> None:
    assert fit(text, width) == expected


def look(*sets: Any, **changes: Any) -> Any:
    seen = snapshot(sets, **changes)
    return seen, assess(seen)


def test_news_of_sets() -> None:
    before = look(machine_set("a"), machine_set("b"))
    after = look(machine_set("a", spec=gcp_spec(TARGET)), machine_set("b"), machine_set("c"))
    assert news(None, before) == []
    assert news(before, before) == []
    assert news(before, after) == ["machine set a -> rhcos-9-6-20250701-0 (1/3 current)"]


def test_news_of_an_upgrade() -> None:
    before = look()
    operator = {"status": {"versions": [{"name": "operator-image"}, {"name": "operator", "version": "4.19.1"}]}}
    under_way = look(cluster_version=cluster_version("4.19.1", "Partial"), operator=operator)
    done = look(cluster_version=cluster_version("4.19.1"), operator=copy.deepcopy(operator))
    assert news(before, under_way) == ["cluster 4.19.1 Partial", "operator machine-config at 4.19.1"]
    assert news(under_way, done) == ["cluster 4.19.1 Completed"]
    assert news(look(operator=None), look(operator=None)) == []


@given(HOSTILE)
def test_news_fit_on_a_line(image: str) -> None:
    lines = news(look(machine_set("a")), look(machine_set("a", spec=gcp_spec(image))))
    assert all(columns(line) <= PROGRESS_WIDTH and tidy(line) for line in lines)
    assert bool(lines) == (image not in (OLD, ""))


def test_a_release_that_is_not_known() -> None:
    operator = {"status": {"versions": [{"name": "operator", "version": "6.2.3"}]}}
    lines = table(answer(operator=operator))
    assert "Judged as 5.0: the operator is of 6.2.3, which this collection does not know." in lines
    assert any(line.startswith("Not checked: behaviour of the operator of 6.2.3: 5.0 is the newest") for line in lines)
    assert not any(line.startswith("Judged as") for line in table(answer()))
    unknown = table(answer(operator=None, cluster_version={}))
    assert "Judged as 5.0: the operator is of an unknown version, which this collection does not know." in unknown


def test_what_to_do_about_what_does_not_come_by_itself() -> None:
    told = answer(machine_set())
    (missing,) = told["waiting_for"]
    missing.update({"reason": "operator_missed_it", "state": "doubtful", "by_itself": False})
    assert table(told)[-1].startswith("  -> Cause one more pass")
    missing["by_itself"] = None
    assert table(told)[-1].startswith("Waiting for MachineSet")
