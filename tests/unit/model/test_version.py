# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions as OKD and OpenShift write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.okd.boot_images.plugins.module_utils.model.version import Version


@pytest.mark.parametrize(
    ("text", "release", "patch", "okd"),
    [
        ("4.18.3", (4, 18), 3, False),
        ("4.18.0-okd-scos.5", (4, 18), 0, True),
        ("4.15.0-0.okd-2024-03-10-010116", (4, 15), 0, True),
        ("5.0.0-okd-scos.ec.7", (5, 0), 0, True),
        ("4.19.0-rc.2", (4, 19), 0, False),
        ("4.19.0+build.5", (4, 19), 0, False),
    ],
)
def test_a_version(text: str, release: tuple[int, int], patch: int, okd: bool) -> None:
    version = Version.of(text)
    assert (version.release, version.patch, version.okd, version.known) == (release, patch, okd, True)


@pytest.mark.parametrize("text", ["", "4.18", "v4.18.3", "0.0.1-snapshot", "4.18.3.1", "latest", "4.x.0", "99999.1.1"])
def test_what_is_no_version_is_not_known(text: str) -> None:
    assert not Version.of(text).known


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert Version.of(text).text == text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("4.18.3", "4.18.3", True),
        ("4.18.3", " 4.18.3\n", True),
        ("4.18.3+a", "4.18.3+b", True),
        ("4.18.3", "4.18.30", False),
        ("4.18.0-okd-scos.5", "4.18.0-okd-scos.6", False),
        ("4.18.0", "4.18.0-okd-scos.6", False),
        ("snapshot", "snapshot", True),
    ],
)
def test_same_version(one: str, other: str, same: bool) -> None:
    assert Version.of(one).same_as(other) is same
