# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row of the contract has a test, and every test that names a row names one that exists."""

from __future__ import annotations

import pytest
from unit.contract.rows import claimed, claims, rows, untested


def test_every_row_has_a_test() -> None:
    without = [f"{name}: {fact}" for name, fact in rows().items() if name not in claims()]
    assert not without, "\n".join(["rows without a test:", *without])


def test_every_claim_names_a_row() -> None:
    unknown = [f"{name}: {', '.join(tests)}" for name, tests in claims().items() if name not in rows()]
    assert not unknown, "\n".join(["tests that name no row of rows.yml:", *unknown])


def test_what_is_untested_says_why_and_is_no_row() -> None:
    assert not untested().keys() & (rows().keys() | claims().keys())
    assert all(why.strip() for why in untested().values())
    assert len(untested()) <= 8


def test_no_row_leans_on_a_test_that_is_skipped_or_expected_to_fail() -> None:
    source = "@pytest.mark.skip\n@pytest.mark.contract('A')\ndef test_a(): ...\n"
    assert list(claimed(source)) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@pytest.mark.contract('A', 'B')\ndef test_a(): ...", [("test_a", "A"), ("test_a", "B")]),
        (
            "@pytest.mark.parametrize('x', [row('A', 1), row('B', 2)])\ndef test_a(x): ...",
            [("test_a", "A"), ("test_a", "B")],
        ),
        (
            "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.contract('A'))])\ndef test_a(x): ...",
            [("test_a", "A")],
        ),
        ("class TestIt:\n    @pytest.mark.contract('A')\n    def test_a(self): ...", [("TestIt::test_a", "A")]),
        ("@pytest.mark.contract('A')\nclass TestIt:\n    def test_a(self): ...", [("TestIt", "A")]),
        ("@pytest.mark.contract('A')\ndef helper(): ...", []),
        ("ROWS = [row('A', 1)]\ndef test_a(): ...", []),
        ("@pytest.mark.xfail\n@pytest.mark.contract('A')\ndef test_a(): ...", []),
    ],
)
def test_what_counts_as_a_claim(source: str, expected: list[tuple[str, str]]) -> None:
    assert list(claimed(source)) == expected


def test_an_id_that_is_not_written_out_is_an_error() -> None:
    with pytest.raises(ValueError, match="line 1: a row's id must be written out"):
        list(claimed("@pytest.mark.contract(NAME)\ndef test_a(): ..."))
